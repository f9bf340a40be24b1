"""A mask before the picture: made from the words of the wish, else asked for as points or as a painted frame."""

import re
from pathlib import PurePath
from typing import Any

from agent.brains import rules_look, rules_part
from agent.brains.rules_hear import Heard, hear_text
from agent.brains.rules_part import Part, Scoped
from agent.brains.rules_story import Call, Move, Story
from agent.brains.rules_words import paragraph
from agent.profiles import limits_of
from engine.errors import PrerequisiteError
from engine.masks.words import WOULD_DO, sought
from engine.spec import ModelSpec
from knowledge import catalog, wishes

REGIONAL = {"change_scope": "region", "edit_is_regional": "yes"}
"""What a look for a part of the picture says of the change; the words of the look alone say that all of it changes."""
EACH_FRAME = re.compile(
    r"\b(?:all|every|each|whole|alle|jeden|tou[ts]|toutes|todos|todas|tutt[ie])\b|全部|所有|すべて", re.I
)
"""A picture that comes with these words is the mask of every frame."""
DOUBTFUL = 1 / 3
"""A mask that is empty on so many of its frames has lost its subject, or the subject has left: the artist decides."""
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".exr", ".bmp")


def takes_mask(spec: ModelSpec) -> bool:
    """Whether a mask bounds what the model changes."""
    return any(setting.id == "mask_track" and setting.effect for setting in spec.settings)


# -- the wish --------------------------------------------------------------------------------------------------------


def confined(story: Story, heard: Heard) -> Scoped | None:
    """The part of the picture that the message keeps to, or that was named before its look."""
    found = rules_part.scoped(heard.rest, story.language)
    if found is None and (kept := story.memory.get("next_part")):
        return Scoped(Part(*kept), heard.rest)
    return found


def wish(story: Story, shot: str, found: Scoped) -> Move:
    """A wish for a part of the picture. Where nothing but the part is named, the look is that of the wish before."""
    inner = hear_text(found.rest, story) if found.rest else None
    if inner is not None and inner.act == "restyle":
        order, look = inner.order, inner.look
    else:
        order, look = story.memory.get("wish", ""), story.memory.get("look", "")
    if not order:
        asked = rules_look.ask_wish(story, story.say("mask_alone"))
        return asked._replace(remember={"next_part": list(found.part), "shot": shot})
    move = rules_look.decide(story, order, shot, look, REGIONAL if look else {})
    return move._replace(remember={**move.remember, "part": list(found.part)})


def alone(story: Story, heard: Heard, part: Part) -> Move:
    """A mask and nothing else yet: what it shall become is asked once it stands."""
    known = story.memory.get("shot", "")
    names = {s["name"] for s in story.shots}
    shot = heard.shots[0] if heard.shots else known if known in names else rules_look.best_shot(story)
    return _made(story._replace(memory={**story.memory, "shot": shot}), part, "", {"after_mask": "ask", "shot": shot})


# -- the mask --------------------------------------------------------------------------------------------------------


def first(story: Story, choice: dict[str, Any], model: str) -> Move:
    """The model is chosen and wants a mask: say why and what this profile can't do, and make the mask."""
    told = paragraph(rules_look.model_told(story, choice, model), limits_told(story, model))
    remember = {"facts": {}, "model": model, "after_mask": "", **_telling_limits(story, model)}
    return _made(story, _part(story, choice, model), told, remember)


def limits_told(story: Story, model: str) -> str:
    """What this model can't do in this profile, once a talk."""
    limits = limits_of(model)
    return story.say("note", note=limits) if limits and not story.told(f"limits {model}") else ""


def _telling_limits(story: Story, model: str) -> dict[str, Any]:
    return story.telling(f"limits {model}") if limits_of(model) else {}


def _part(story: Story, choice: dict[str, Any], model: str) -> Part:
    """The part that may change: as the artist said it, else what the rules' model is about."""
    if said := story.memory.get("part"):
        return Part(*said)
    if choice["settings"].get("invert_mask"):
        return Part("background")
    thing = rules_part.target(story.memory.get("wish", ""), story.language)
    known = next(filter(_known, rules_part.each(thing)), "")  # of "the man and his shadow" the man
    if model == "character":
        return Part(known or "person")
    return Part(known or thing or ("people" if model == "clean_plate" else ""))


def _known(words: str) -> bool:
    try:
        return bool(words and sought(words))
    except PrerequisiteError:
        return False


def _made(story: Story, part: Part, told: str, remember: dict[str, Any]) -> Move:
    """The call that makes the mask; a question where no net here knows what it is of; neither where it stands."""
    if not _known(part.words):
        return _ask(story, part.words, told)._replace(remember={**remember, **_waiting(story)})
    if stands := _standing(story, part):
        return _go_on(story, stands, paragraph(told, story.say("mask_used", **_shares(stands))), remember)
    args = {"shot": rules_look.title(story, story.memory["shot"]), "prompt": part.words}
    call = Call("make_mask", {**args, "invert": True} if part.inverted else args)
    return Move(told, (call,), remember=remember)


def _standing(story: Story, part: Part) -> dict[str, Any] | None:
    """A mask of this part that stands over the whole shot."""
    for mask in reversed(_masks(story)):
        made = mask["settings"]
        equal = (made.get("mask_mode"), made.get("mask_prompt"), bool(made.get("invert_mask")))
        if equal == ("prompts", part.words, part.inverted) and mask["range"] == [0, _shot(story)["frames"]]:
            return mask
    return None


def _masks(story: Story) -> list[dict[str, Any]]:
    """Finished masks of the shot at hand, oldest first."""
    title = rules_look.title(story, story.memory.get("shot", ""))
    return [m for m in story.situation.get("masks", ()) if m["shot"] == title and m["state"] == "done"]


def _shot(story: Story) -> dict[str, Any]:
    return next(s for s in story.shots if s["name"] == story.memory["shot"])


def _waiting(story: Story) -> dict[str, Any]:
    """What an answer is read by: the frame that is proposed, and the masks that stand already."""
    return {"mask_frame": _shot(story)["frames"] // 2, "masks": [m["track"] for m in _masks(story)]}


def _example(story: Story, frame: int) -> dict[str, int]:
    """A point as it may be given: in the middle of the picture, on that frame."""
    shot = _shot(story)
    return {"x": shot["width"] // 2, "y": shot["height"] // 2, "frame": frame}


def _ask(story: Story, words: str, told: str) -> Move:
    """Points or a painted frame are wanted, in one sentence that says why."""
    if words:
        why = story.say("mask_unknown", words=story.say("quoted", text=words), weights=WOULD_DO)
    else:
        why = story.say("mask_what")
    asks = story.say("mask_ask", **_example(story, _waiting(story)["mask_frame"]))
    return Move(paragraph(told, why, asks), asks="mask", question=asks)


def like(story: Story, base: dict[str, Any], name: str) -> Move:
    """Another shot shall be like this render: the same part of it is masked first."""
    mask = next((m for m in story.situation.get("masks", ()) if m["track"] == base["settings"]["mask_track"]), None)
    made = mask["settings"] if mask else {}
    part = Part(made.get("mask_prompt") or "", bool(made.get("invert_mask")))
    now = story._replace(memory={**story.memory, "shot": name})
    return _made(now, part, "", {"after_mask": "like", "shot": name})


def own(story: Story, name: str) -> str:
    """The mask that the talk goes on with, where it is one of this shot; else empty."""
    title = rules_look.title(story, name)
    mask = story.memory.get("mask")
    return next((m["track"] for m in story.situation.get("masks", ()) if (m["track"], m["shot"]) == (mask, title)), "")


# -- what is answered ------------------------------------------------------------------------------------------------


def answered(story: Story, heard: Heard) -> Move | None:
    """Points, a part that can be found, or a mask that was made meanwhile; None where it is something else."""
    shot = rules_look.title(story, story.memory["shot"])
    if given := rules_part.points(story.said, story.memory["mask_frame"]):
        return Move(calls=(Call("make_mask", {"shot": shot, "points": given}),))
    new = [m for m in _masks(story) if m["track"] not in story.memory.get("masks", ())]
    if new and heard.act != "no" and not heard.look and not wishes.wished(story.said):
        return _go_on(story, new[-1], story.say("mask_used", **_shares(new[-1])), {})
    if heard.act == "no":
        return rules_look.ask_wish(story, story.say("no_wish_heard"))
    part = rules_part.named(story.said, story.language) if heard.act not in ("restyle", "tweak") else None
    if part is not None:
        return Move(calls=(Call("make_mask", {"shot": shot, "prompt": part.words}),))
    if heard.act in ("other", "yes", "vague") and not heard.asks:
        asks = story.say("mask_ask", **_example(story, story.memory["mask_frame"]))
        return Move(paragraph(story.say("no_answer_heard"), asks), asks="mask", question=asks)
    return None


def brought(story: Story) -> Move:
    """A mask came as a file: a picture is what was painted on one frame, unless it shall hold for all; a film or a
    folder has a mask for each."""
    name = next(iter(story.handed))
    shot = rules_look.title(story, story.memory["shot"])
    if PurePath(name).suffix.lower() not in PICTURES or EACH_FRAME.search(story.said):
        return Move(calls=(Call("make_mask", {"shot": shot, "file": name}),))
    frame = rules_part.frame_named(story.said)
    frame = story.memory["mask_frame"] if frame is None else frame
    return Move(calls=(Call("make_mask", {"shot": shot, "drawn": [{"frame": frame, "image": name}]}),))


def refused(story: Story, told: str) -> Move:
    """The mask could not be made: the question for it stays."""
    if "shot" not in story.memory:
        return Move(told)
    asks = story.say("mask_ask", **_example(story, _waiting(story)["mask_frame"]))
    return Move(paragraph(told, asks), asks="mask", question=asks, remember=_waiting(story))


# -- and on ----------------------------------------------------------------------------------------------------------


def submitted(story: Story) -> Move:
    """The mask is on its way."""
    done = story.fresh[0]
    first_frame, stop = done.result["range"]
    values = {"frames": story.words.frames(stop - first_frame), "shot": done.result["shot"].rpartition("/")[2]}
    words = done.args.get("prompt", "")
    section = "mask_by_hand" if not words else "mask_of_rest" if done.args.get("invert") else "mask_of"
    named = {"words": story.say("quoted", text=words)} if words else {}
    return Move(story.say(section, **named, **values), remember={"masking": done.result["track"]})


def ready(story: Story, mask: dict[str, Any]) -> Move:
    """The mask stands: how much it covers, and on to the picture, where the talk waited for it."""
    told = paragraph(story.say("mask_ready", **_shares(mask)), *rules_look.noted(story, mask["notes"]))
    if story.memory.get("masking") != mask["track"]:
        return Move(told)
    if mask["empty_frames"] >= mask["frames"] * DOUBTFUL:
        waits = _waiting(story)
        asks = story.say("mask_doubtful", **_example(story, waits["mask_frame"]))
        others = [track for track in waits["masks"] if track != mask["track"]]
        return Move(paragraph(told, asks), asks="mask", question=asks, remember={**waits, "masks": others})
    return _go_on(story, mask, told, {"masking": ""})


def _go_on(story: Story, mask: dict[str, Any], told: str, remember: dict[str, Any]) -> Move:
    from agent.brains.rules_prompt import writing
    from agent.brains.rules_still import tested_like

    memory = {**story.memory, **remember, "mask": mask["track"]}
    now = story._replace(memory=memory)
    kept = {**remember, "mask": mask["track"], "masking": ""}
    if memory.get("after_mask") == "ask":
        made = mask["settings"]
        part = [made.get("mask_prompt") or "", bool(made.get("invert_mask"))]
        asked = rules_look.ask_wish(story, paragraph(told, story.say("mask_alone")))
        return asked._replace(remember={**kept, "next_part": part, "after_mask": ""})
    if memory.get("after_mask") == "like":
        move = tested_like(now, memory["shot"])
        return move._replace(text=paragraph(told, move.text), remember={**move.remember, **kept, "after_mask": ""})
    model = memory["model"]
    if follows_still(model):
        return Move(paragraph(told, story.say("mask_still")), writing(now, model), remember=kept)
    choice = story.last("choose_model")
    call = rules_look.at_once(now, choice.result if choice else {"settings": {}}, model)
    return Move(told, (call,), remember={**kept, "amount": {}, "move": {}})


def follows_still(model: str) -> bool:
    """Whether a still settles the look of the model's renders."""
    return "style_frame" in catalog().models[model].settings


def _shares(mask: dict[str, Any]) -> dict[str, str]:
    return {"mean": share(mask["coverage_mean"]), "least": share(mask["coverage_min"])}


def share(part: float) -> str:
    """A part of a whole as people say it."""
    return f"{100 * part:.0f} %" if part >= 0.01 or not part else f"{100 * part:.1f} %"
