"""What comes after a render: a pass over it, its enlargement, the film of all shots, its look kept under a name."""

import re
from typing import Any

from agent.brains import rules_look
from agent.brains.rules_hear import Heard
from agent.brains.rules_mask import REGIONAL, confined
from agent.brains.rules_story import Call, Move, Story
from agent.brains.rules_words import lines

ON_THE_TRACK = {"look_approved": "yes"}
"""Who asks for the size alone is content with the look."""


def newest(story: Story, shot: str) -> dict[str, Any] | None:
    """The newest finished render of a shot, the one gone back to before all others."""
    mine = [t for t in story.finished() if t["shot"].rpartition("/")[2] == shot]
    base = story.track(story.memory.get("base", ""))
    return base if base in mine else mine[-1] if mine else None


# -- over a render ---------------------------------------------------------------------------------------------------


def on_top(story: Story, heard: Heard, shot: str) -> Move:
    """A look that goes over the last render of the shot, not over the footage."""
    track = story.track(story.memory.get("next_source", "")) or newest(story, shot) or story.base()
    name = track["shot"].rpartition("/")[2]
    look = heard.look or _next_look(story)
    if not look:
        asked = rules_look.ask_wish(story, story.say("look_on_top"))
        return asked._replace(remember={"next_source": track["track"], "shot": name})
    found = confined(story, heard)
    context = REGIONAL if found else {}
    article = "a " if re.search(r"(?:painting|drawing|sketch|print|engraving|etching|cartoon|comic)$", look) else ""
    article = "an " if article and look[0] in "aeiou" else article
    move = rules_look.decide(story, f"make it look like {article}{look}", name, look, context)
    told = story.say("on_top_of", name=track["name"], shot=name)
    part = {"part": list(found.part)} if found else {}
    return move._replace(text=told, remember={**move.remember, "source": track["track"], **part})


def _next_look(story: Story) -> str:
    """The look that a plan of several passes still owes."""
    choice = story.last("choose_model")
    owed = [p["model"] for p in choice.result["passes"][1:]] if choice else []
    return story.memory.get("look", "") if owed and not story.memory.get("part") else ""


def upscale(story: Story, heard: Heard) -> Move:
    """The newest render enlarged; the footage itself where nothing is rendered yet."""
    known = story.memory.get("shot", "")
    names = {s["name"] for s in story.shots}
    name = heard.shots[0] if heard.shots else known if known in names else rules_look.best_shot(story)
    if not heard.shots and story.finished():
        name = story.base()["shot"].rpartition("/")[2]
    track = newest(story, name)
    told = story.say("on_top_of", name=track["name"], shot=name) if track else ""
    args = {"text": story.said, "shot": rules_look.title(story, name), "context": ON_THE_TRACK}
    call = Call("choose_model", {**args, "language": story.language})
    remember = {**rules_look.OF_A_WISH, "shot": name, "facts": ON_THE_TRACK, "amount": {}, "move": {}}
    return Move(told, (call,), remember={**remember, "source": track["track"] if track else ""})


# -- the film --------------------------------------------------------------------------------------------------------


def film(story: Story, _heard: Heard) -> Move:
    """All shots cut together. Of a shot that has no render pinned the newest whole one stands for it."""
    whole = {t["shot"]: t for t in story.finished() if t["range"] == [0, t["shot_frames"]] and _fits(t)}
    free = [s["name"] for s in story.shots if not s["pinned"] and rules_look.title(story, s["name"]) in whole]
    if not free:
        return Move(story.say("film_going"), (Call("sequence", {}),))
    calls = tuple(Call("pin_render", {"track": whole[rules_look.title(story, n)]["track"]}) for n in free)
    return Move(story.say("film_pins", names=story.words.joined(free)), calls, remember={"film": True})


def _fits(track: dict[str, Any]) -> bool:
    """Whether a render has the size of its footage: a film has one size, and an enlarged shot would set it."""
    return rules_look.is_of(track, "video")


def pinned_for_film(story: Story) -> Move:
    """The renders are pinned; now the film."""
    return Move(story.say("film_going"), (Call("sequence", {}),), remember={"film": False})


def film_told(story: Story, made: dict[str, Any]) -> Move:
    """The film stands."""
    told = story.say("film_done", frames=story.words.frames(made["frames"]))
    return Move(lines(told, made["path"], *rules_look.noted(story, made["notes"])))


# -- the look kept ---------------------------------------------------------------------------------------------------


def keep_look(story: Story, heard: Heard) -> Move:
    """The settings of the render at hand, under the name that was given; asked for where none was."""
    from agent.brains.rules_aside import kept, next_step

    if not story.finished():
        return kept(story.say("nothing_rendered", next=next_step(story)))
    if not heard.name:
        asks = story.say("preset_name")
        return Move(asks, asks="name", question=asks)
    return _save(story, heard.name)


def named(story: Story) -> Move:
    """The answer to what a look shall be called."""
    return _save(story, story.said.strip().strip("“”\"'„«»「」.!"))


def _save(story: Story, name: str) -> Move:
    looks = [t for t in story.finished() if rules_look.is_of(t, "video")]
    track = story.track(story.memory.get("base", "")) or (looks or story.finished())[-1]
    return Move(calls=(Call("save_preset", {"name": name, "track": track["track"]}),))


def look_kept(story: Story) -> Move:
    """It is kept."""
    made = story.fresh[0].result
    name = story.say("quoted", text=made["name"])
    return Move(story.say("preset_replaced" if made["replaced"] else "preset_saved", name=name), keeps=True)
