"""A prompt that Rushes drafts from the shot, or tidies from the artist's own words: shown first, used after a yes."""

from agent.brains.rules_hear import Heard, hear_text
from agent.brains.rules_look import STILL_MODEL, best_shot, decide, noted, title
from agent.brains.rules_story import Call, Move, Story
from agent.brains.rules_words import lines, paragraph

READER = "style_transfer"
"""Reads the prompt where no model is chosen yet: a draft goes on with a look, and a look is what it renders."""


def draft(story: Story, heard: Heard) -> Move:
    """A prompt from the shot itself; asked for again, the next one."""
    known = story.memory.get("shot", "")
    name = heard.shots[0] if heard.shots else known if known in {s["name"] for s in story.shots} else best_shot(story)
    before = story.memory.get("draft", {})
    seed = before["seed"] + 1 if before.get("shot") == name and "seed" in before else 0
    args = {"auto": True, "shot": title(story, name), "model": _reader(story), "seed": seed}
    still = story.memory.get("still", "")
    if still and story.memory.get("shot") == name and (story.still(still) or {}).get("state") == "done":
        args["shot"] = still  # the draft goes on with its look
    return Move(calls=(Call("write_prompt", args),), remember={"draft": {"shot": name, "seed": seed}})


def tidy(story: Story, heard: Heard) -> Move:
    """The artist's own prompt in the school of the model."""
    if not heard.rest:
        return Move(story.say("prompt_which"), keeps=True)
    shot = best_shot(story, heard.shots) if story.shots else ""
    args = {"optimise": heard.rest, "model": _reader(story), **({"shot": title(story, shot)} if shot else {})}
    return Move(calls=(Call("write_prompt", args),), remember={"draft": {"shot": shot}})


def _reader(story: Story) -> str:
    """The video model that the prompt is for."""
    return story.memory.get("model") or READER


def shown(story: Story) -> Move:
    """The prompt is there: show it with its notes, and ask whether to make a still with it."""
    call, kept = story.fresh[0], story.memory.get("draft", {})
    made = call.result
    if call.args.get("auto"):
        head = story.say("drafted", shot=kept["shot"])
    else:
        same = made["prompt"].strip(". ").casefold() == call.args["optimise"].strip(". ").casefold()
        head = story.say("tidied_same" if same else "tidied")
    prompt = story.say("prompt_shown", text=made["prompt"])
    negative = story.say("prompt_negative", text=made["negative_prompt"]) if made["negative_prompt"] else ""
    told = [n if "{" in n else story.words.quote(n) for n in (*made["notes"], *made["faults"])]
    notes = paragraph(*noted(story, told))
    if not story.shots:
        return Move(lines(head, prompt, negative, notes), keeps=True)
    asks = story.say("prompt_ask")
    another = story.say("prompt_another") if call.args.get("auto") else ""
    return Move(
        lines(head, prompt, negative, notes, paragraph(asks, another)),
        asks="prompt",
        question=asks,
        choices=story.yes_no,
        remember={"draft": {**kept, "prompt": made["prompt"], "negative": made["negative_prompt"]}},
    )


def answered(story: Story, heard: Heard) -> Move:
    """A yes makes the still with the prompt as it stands; a no leaves it."""
    from agent.brains.rules_aside import next_step

    held = story.memory.get("draft", {})
    if heard.act == "no" or not held.get("prompt"):
        aside = story._replace(memory={**story.memory, "asks": ""})
        return Move(story.say("prompt_left", next=next_step(aside)), remember={"draft": {}})
    told = hear_text(held["prompt"], story)
    order = told.order if told.act == "restyle" else story.memory.get("wish") or held["prompt"]
    move = decide(story, order, held["shot"], look=told.look or story.memory.get("look", ""))
    return move._replace(remember={**move.remember, "given": held, "draft": {}})


def writing(story: Story, model: str) -> tuple[Call, Call]:
    """The calls that write the prompts of the video and of the still: from the wish, or keeping the prompt that the
    artist said yes to."""
    shot, given = title(story, story.memory["shot"]), story.memory.get("given") or {}
    if not given:
        wish = story.memory["wish"]
        orders = ({"instruction": wish, "shot": shot, "model": reader} for reader in (model, STILL_MODEL))
        video, still = (Call("write_prompt", args) for args in orders)
        return video, still
    kept = {"prompt": given["prompt"], "negative_prompt": given.get("negative", ""), "shot": shot, "model": model}
    order = {"instruction": given["prompt"], "shot": shot, "model": STILL_MODEL}
    return Call("write_prompt", kept), Call("write_prompt", order)
