"""Questions: about the craft, answered out of the guide with its ids; about the footage, by what was counted."""

from agent.brains.rules_aside import kept, next_step, unknown, why
from agent.brains.rules_hear import Heard
from agent.brains.rules_look import rate
from agent.brains.rules_story import Call, Move, Story
from agent.brains.rules_words import lines, paragraph
from knowledge import guide

PASSAGES = 3
"""The best passage is told, the others are named."""
ENOUGH = 2
"""One passage alone shares a word with the question and no more; so many are about it."""


def craft(story: Story, heard: Heard) -> Move:
    """How something is done, what a setting does: the guide knows, or the question is none of the craft."""
    if not about_the_craft(story.said):
        return unknown(story, heard)
    return Move(calls=(Call("search_guide", {"question": story.said.strip(), "limit": PASSAGES}),), keeps=True)


def about_the_craft(question: str) -> bool:
    """Whether the guide speaks of what is asked, by its words alone: a call that finds nothing is not worth making."""
    found = guide.search(question, PASSAGES)
    return len(found) >= ENOUGH or any(passage.found_by == "id" for passage in found)


def reason(story: Story, heard: Heard) -> Move:
    """Why: the reasons of the newest decision; before there is one, only the guide can know."""
    if story.last("choose_model", "troubleshoot") is None and about_the_craft(story.said):
        return craft(story, heard)
    return why(story)


def guided(story: Story) -> Move:
    """What the guide says, by its best passage; the next ones by name."""
    found = story.fresh[0].result
    if not found["passages"]:
        return kept(paragraph(*found["notes"][:1], next_step(story)))
    best, *others = found["passages"]
    section = "guide_told" if story.language == "en" else "guide_told_foreign"
    told = story.say(section, text=best["text"], id=best["id"])
    titles = story.words.joined(story.say("guide_title", title=p["title"], id=p["id"]) for p in others)
    return kept(lines(told, story.say("guide_more", titles=titles) if titles else ""))


def footage(story: Story) -> Move:
    """What was counted of the footage, shot by shot."""
    if not story.shots:
        return kept(story.say("no_footage"))
    told = [
        story.say(
            "footage_line",
            shot=shot["name"],
            frames=story.words.frames(shot["frames"]),
            seconds=story.words.number(float(shot["frames"] / _per_second(shot["rate"]))),
            size=f"{shot['width']}x{shot['height']}",
            rate=rate(shot["rate"]),
        )
        for shot in story.shots
    ]
    return kept(lines(*told, story.say("footage_seen", next=next_step(story))))


def _per_second(given: str) -> float:
    whole, part = map(int, given.split("/"))
    return whole / part
