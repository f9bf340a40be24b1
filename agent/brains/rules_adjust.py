"""Moves the artist asks for by name: more or less of the look, back to the render before, a pin, shots cut anew."""

from agent.brains.rules_aside import kept, next_step
from agent.brains.rules_hear import Heard
from agent.brains.rules_look import named_shots
from agent.brains.rules_still import bound, short
from agent.brains.rules_story import Call, Move, Story
from agent.brains.rules_words import paragraph
from agent.profiles import best_profile
from knowledge import catalog

HOLDS = {"style_transfer": ("video_input_strength", 0.1), "transform": ("controlnet_strength", 0.2)}
"""Model, the setting that holds it to the source, and one step of it (rules settings.05 and control.10)."""


def amount(story: Story, heard: Heard) -> Move:
    """More or less of the look: one step of the setting that holds the picture to its source, rendered again."""
    from agent.brains.rules_look import video_model

    waits = story.memory.get("asks") == "still"
    choice = story.last("choose_model")
    if not story.finished() and not (waits and choice):
        return kept(story.say("nothing_rendered", next=next_step(story)))
    track = None if waits else story.base()
    model = track["model"] if track else video_model(choice.result)
    if model not in HOLDS:
        return kept(story.say("no_amount", next=next_step(story)))
    setting, step = HOLDS[model]
    row = catalog().spec(model, track["profile"] if track else best_profile(model)).setting(setting)
    set_already = story.memory.get("amount", {}) or (choice.result["settings"] if choice else {})
    before = float(track["settings"][setting] if track else set_already.get(setting, row.default))
    after = round(before + (step if heard.act == "less" else -step), 3)
    label = story.words.setting(setting)
    if not row.min <= after <= row.max:
        return kept(story.say("amount_end", setting=label, value=story.words.number(before)))
    values = {"setting": label, "before": story.words.number(before), "after": story.words.number(after)}
    way = story.say("amount_less" if heard.act == "less" else "amount_more", **values)
    if track is None:
        asks = {"asks": "still", "question": story.say("still_ask"), "choices": story.yes_no}
        return Move(paragraph(way, story.say("amount_kept")), remember={"amount": {setting: after}}, **asks)
    move = {"track": track["track"], "setting": setting, "before": before, "after": after, "confirm": "", "rest": []}
    args = {
        "shot": track["shot"],
        "model": model,
        "profile": track["profile"],
        "settings_from": track["track"],
        "settings": {setting: after, **bound(track)},
        "range": _test_range(track),
    }
    told = paragraph(way, story.say("same_range"))
    return Move(told, (Call("test_render", args),), remember={"move": move, "base": ""})


def _test_range(track: dict) -> list[int] | None:
    """The range again, where a test may be so long; else a test's own."""
    first, stop = track["range"]
    return [first, stop] if stop - first <= 150 else None


def undo(story: Story) -> Move:
    """Back to the settings of the render before: they count from now on. Nothing is rendered, and nothing is lost."""
    if story.running:
        return kept(story.say("undo_running"))
    if not story.finished():
        return kept(story.say("undo_nothing", next=next_step(story)))
    now = story.base()
    before = story.track(now.get("parent") or "")
    if before is None or before["state"] != "done":
        return kept(story.say("undo_nothing", next=next_step(story)))
    differ = [k for k, v in now["settings"].items() if k in catalog().settings and before["settings"].get(k) != v]
    words, named = story.words, {"name": before["name"], "shot": short(before["shot"], story)}
    values = ((words.setting(k), words.number(before["settings"].get(k))) for k in differ)
    what = words.joined(words.say("setting_value", setting=setting, value=value) for setting, value in values)
    return Move(
        story.say("undone", what=what, **named) if what else story.say("undone_nothing", **named),
        remember={"base": before["track"], "move": {}},
    )


def pin(story: Story, heard: Heard) -> Move:
    """Let a render stand for its shot."""
    named = [t for t in story.finished() if t["shot"].rpartition("/")[2] in heard.shots]
    if not story.finished():
        return kept(story.say("nothing_rendered", next=next_step(story)))
    return Move(calls=(Call("pin_render", {"track": (named[-1] if named else story.base())["track"]}),))


def pinned(story: Story) -> Move:
    made = story.fresh[0].result
    track = story.track(made["track"])
    return Move(story.say("pinned", name=track["name"] if track else made["track"], shot=short(made["shot"], story)))


def cut(story: Story, heard: Heard) -> Move:
    """A shot split at a frame, or two joined."""
    from agent.brains.rules_look import title

    if heard.unknown:
        return kept(story.say("no_such_shot", names=story.words.joined(s["name"] for s in story.shots)))
    if heard.act == "merge":
        if len(heard.shots) != 2:
            return kept(story.say("which_shots"))
        args = {"action": "merge", "shot": title(story, heard.shots[0]), "other": title(story, heard.shots[1])}
        return Move(calls=(Call("split_shots", args),))
    only = story.shots[0]["name"] if len(story.shots) == 1 else ""
    name = heard.shots[0] if heard.shots else only
    if not name or heard.frame is None:
        return kept(story.say("which_frame"))
    return Move(calls=(Call("split_shots", {"action": "split", "shot": title(story, name), "frame": heard.frame}),))


def cut_told(story: Story) -> Move:
    return Move(story.say("shots_now", names=named_shots(story, story.fresh[0].result["shots"])))
