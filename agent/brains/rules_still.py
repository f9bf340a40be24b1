"""The still and the test: one picture of the look, the yes to it, a short range in motion."""

from collections.abc import Container
from typing import Any

from agent.brains.rules_hear import Heard
from agent.brains.rules_look import STILL_MODEL, decide, noted, title, tweaked, video_model, wish
from agent.brains.rules_story import Call, Done, Move, Story
from agent.brains.rules_words import lines, paragraph
from agent.gates import AT_ONCE_FRAMES
from agent.profiles import limits_of
from knowledge import catalog

BOUND = ("mask_track", "source_video")
"""Settings that are a track of the same shot: they don't travel with the others."""

# -- the still -------------------------------------------------------------------------------------------------------


def written(story: Story) -> Move:
    """Both prompts stand: make the still with the instruction. A prompt that was drafted or tidied is shown first."""
    instruction = next((d for d in story.fresh if d.args["model"] == STILL_MODEL), None)
    if instruction is None:
        from agent.brains.rules_prompt import shown

        return shown(story)
    args = {"shot": instruction.args["shot"], "instruction": instruction.result["prompt"]}
    of = {name: story.memory[name] for name in ("mask", "source") if story.memory.get(name)}
    return Move(calls=(Call("modify_frame", {**args, **of}),))


def still_submitted(story: Story) -> Move:
    made = story.fresh[0].result
    key = story.memory.get("key", {})
    remember = {"key": {**key, "still": made["still"], "making": False}} if key.get("making") else {}
    return Move(story.say("still_submitted", frame=made["frame"], shot=short(made["shot"], story)), remember=remember)


def short(shot: str, story: Story) -> str:
    """The film number of a shot that a result names by id or title."""
    found = next((s for s in story.shots if shot in (s["id"], s["name"], title(story, s["name"]))), None)
    return found["name"] if found else shot


def still_told(story: Story, still: dict[str, Any]) -> Move:
    """The still is there: show it and ask for the yes; one that was made as a key is tested."""
    from agent.brains import rules_keys

    if story.memory.get("key", {}).get("still") == still["still"]:
        return rules_keys.tested(story, still)
    once = story.say("preview_once") if still["profile"] == "preview" and not story.told("preview") else ""
    text = paragraph(
        story.say("still_ready", frame=still["frame"], shot=short(still["shot"], story)),
        *noted(story, still["notes"]),
        once,
        story.say("still_ask"),
    )
    remember = {"still": still["still"], **(story.telling("preview") if once else {})}
    text = lines(text, still["path"])
    return Move(text, asks="still", question=story.say("still_ask"), choices=story.yes_no, remember=remember)


def still_answered(story: Story, heard: Heard) -> Move:
    """What was said of a still that waits: no, or how it should be instead. Only a look or a change of one makes
    another still; anything else leaves this one waiting."""
    if heard.act == "restyle":
        return wish(story, heard)
    if heard.act == "tweak":
        return tweaked(story, heard)
    text = "still_no" if "no" in (heard.act, heard.after) else "still_which"
    return Move(story.say(text), asks="still", question=story.say("still_which"))


def another(story: Story, heard: Heard) -> Move:
    """Another still of the same look: of the frame that was named, else of another part of the shot."""
    instruction = story.last("modify_frame")
    if instruction is None:
        return not_yet(story)
    frame = heard.frame
    if frame is None:
        shot = next(s for s in story.shots if s["name"] == story.memory["shot"])
        frame = shot["frames"] * (1 if instruction.result["frame"] >= shot["frames"] / 2 else 3) // 4
    return Move(calls=(Call("modify_frame", {**instruction.args, "frame": frame}),))


def not_yet(story: Story) -> Move:
    """There is no look to go on with."""
    from agent.brains.rules_aside import next_step

    return Move(story.say("no_look_yet", next=next_step(story)), keeps=True)


def on_shot(story: Story, heard: Heard) -> Move:
    """Another shot is named: go on with it where the talk stands."""
    if heard.unknown or not heard.shots:
        return Move(story.say("no_such_shot", names=_all_names(story)), keeps=True)
    name = heard.shots[0]
    if story.memory.get("asks") == "still" and story.memory.get("wish"):
        return decide(story, story.memory["wish"], name, look=story.memory.get("look", ""))
    if story.finished():
        return tested_like(story, name)
    from agent.brains.rules_look import ask_wish

    if story.memory.get("wish"):
        return decide(story, story.memory["wish"], name, look=story.memory.get("look", ""))
    return ask_wish(story, story.say("shot_taken", shot=name))._replace(remember={"shot": name})


def _all_names(story: Story) -> str:
    return story.words.joined(s["name"] for s in story.shots)


def tested_like(story: Story, name: str) -> Move:
    """A test of another shot with the settings of the newest finished render; a masked one is masked there first."""
    base = story.base()
    args = {"shot": title(story, name), "model": base["model"], "profile": base["profile"]}
    of = {}
    if base["settings"].get("mask_track"):
        from agent.brains import rules_mask

        mask = rules_mask.own(story, name)
        if not mask:
            return rules_mask.like(story, base, name)
        of = {"settings": {"mask_track": mask}}
    call = Call("test_render", {**args, "settings_from": base["track"], **of})
    return Move(story.say("test_like", shot=name, other=short(base["shot"], story)), (call,), remember={"move": {}})


# -- the test --------------------------------------------------------------------------------------------------------


def test(story: Story) -> Move:
    """The still has its yes: test it in motion with the settings the rules chose."""
    still = story.memory.get("still", "")
    choice, prompt = story.last("choose_model"), _video_prompt(story)
    if not still or choice is None or prompt is None:
        return not_yet(story)
    model = video_model(choice.result)
    settings: dict[str, Any] = {"prompt": prompt.result["prompt"], "style_frame": still}
    if prompt.result["negative_prompt"]:
        settings["negative_prompt"] = prompt.result["negative_prompt"]
    if choice.result["control"]:
        settings["controlnet_type"] = choice.result["control"]
    known = set(catalog().models[model].settings) if model in catalog().models else set()
    settings |= {k: v for k, v in choice.result["settings"].items() if k in known and k not in settings}
    settings, more = bounds(story, {**settings, **story.memory.get("amount", {})}, known)
    args = {"shot": title(story, story.memory["shot"]), "model": model, "settings": settings, **more}
    return Move(calls=(Call("test_render", args),), remember={"amount": {}, "move": {}})


def bounds(story: Story, settings: dict[str, Any], known: Container[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings with the mask and the render that the talk stands on, and the range that a render of a part leaves.
    The mask shows what may change, whatever the rules would have turned inside out."""
    mask, source = (story.memory.get(name) or "" for name in ("mask", "source"))
    if mask and "mask_track" in known:
        settings = {k: v for k, v in settings.items() if k != "invert_mask"} | {"mask_track": mask}
    if not source or "source_video" not in known:
        return settings, {}
    track = story.track(source)
    return settings | {"source_video": source}, test_range(track) if track else {}


def test_range(track: dict[str, Any]) -> dict[str, Any]:
    """The range of a test that reads this render: all of it, where a test may be so long."""
    first, stop = track["range"]
    whole = (first, stop) == (0, track["shot_frames"])
    return {} if whole else {"range": [first, min(stop, first + AT_ONCE_FRAMES)]}


def bound(track: dict[str, Any]) -> dict[str, Any]:
    """What a render of a track's settings needs beside them on the same shot: the mask, and the render it reads."""
    return {name: track["settings"][name] for name in BOUND if track["settings"].get(name)}


def _video_prompt(story: Story) -> Done | None:
    return next((d for d in reversed(story.past) if d.name == "write_prompt" and d.ok and _for_video(d)), None)


def _for_video(written: Done) -> bool:
    """Whether a call wrote the prompt of a render; a draft that was only shown is none."""
    return written.args["model"] != STILL_MODEL and bool(written.args.get("instruction") or written.args.get("prompt"))


def test_submitted(story: Story) -> Move:
    """A test is on its way: how much, how long."""
    result = story.fresh[0].result
    made, quote = result["renders"][0], result["quote"]
    count = made["range"][1] - made["range"][0]
    name = short(made["shot"], story)
    whole = any(s["name"] == name and s["frames"] == count for s in story.shots)
    again = "before" in story.memory.get("move", {})
    limits = limits_of(quote.get("model", ""))
    values = {"frames": story.words.frames(count), "estimate": story.words.about(quote["estimate_s"])}
    return Move(
        paragraph(
            story.say("testing", shot=name, **values),
            story.say("testing_whole") if whole and not again else "",
            *noted(story, [n for n in quote["notes"] if n != limits or not story.told(f"limits {quote['model']}")]),
        )
    )


def test_first(story: Story, failed: Done) -> Move:
    """The gate asks for a test first."""
    shots = failed.args.get("shots") or [failed.args.get("shot", "")]
    count = sum(s["frames"] for s in story.shots if {s["id"], s["name"], title(story, s["name"])} & set(shots))
    call = Call(
        "test_render", {k: v for k, v in failed.args.items() if k not in ("shots", "range")} | {"shot": shots[0]}
    )
    return Move(story.say("needs_test", frames=story.words.frames(count)), (call,))
