"""From a complaint to one move, rendered again over the same range and seed, and compared by its measure."""

import re
from typing import Any

from agent.brains.rules_hear import Heard
from agent.brains.rules_story import Call, Move, Story
from agent.brains.rules_words import before_and_after, frames, joined, judged, number, paragraph, say, setting_label
from knowledge import catalog
from knowledge import measures as judged_measures

SURE_ENOUGH = 0.75
"""With so much confidence in the first row it is tried, and the measure decides; below, the artist is asked which."""

_MEASURE = re.compile(r"m\.[a-z_]+")


def complain(story: Story, heard: Heard) -> Move:
    """Something looks wrong: find the row and the one move for the newest render."""
    from agent.brains.rules_aside import next_step

    named = [t for t in story.finished() if t["shot"].rpartition("/")[2] in heard.shots]
    seen = named or story.finished()
    if not seen:
        return Move(say("nothing_rendered", next=next_step(story)), keeps=True)
    return Move(calls=(Call("troubleshoot", {"text": story.said, "track": seen[-1]["track"]}),))


def told_apart(story: Story, heard: Heard) -> Move:
    """Which of the two symptoms it is has been said: in words, or by a yes to the first."""
    asked = story.last("troubleshoot")
    choices = re.findall("“([^”]+)”", asked.result["question"] or "") if asked else []
    first = heard.act == "yes" or re.match(r"(the )?(first|1)\b", story.said.lower())
    second = heard.act == "no" or re.match(r"(the )?(second|other|latter|2)\b", story.said.lower())
    text = choices[0] if first and choices else choices[-1] if second and choices else story.said
    args = {"text": text, "track": asked.result["track"] if asked else ""}
    return Move(calls=(Call("troubleshoot", args),))


def moved(story: Story) -> Move:
    """The advice is there: say it with its evidence, and render again; or ask what only the artist can tell."""
    advice = story.fresh[0].result
    if not advice["symptom"]:
        return Move(say("no_symptom"))
    if advice["question"] and advice["confidence"] < SURE_ENOUGH:
        choices = tuple(re.findall("“([^”]+)”", advice["question"]))
        return Move(advice["question"], asks="symptom", choices=choices)
    track = story.track(advice["track"])
    evidence = _evidence(advice, track["measures"] if track else {})
    told = {"heard": advice["because"], "evidence": evidence, "why": advice["why"]}
    if not advice["setting"]:
        return Move(say("move_action", action=advice["action"] or advice["cause"], **told))
    label = setting_label(advice["setting"])
    sentence = say("move", setting=label, before=number(advice["before"]), after=number(advice["after"]), **told)
    if track is None or _idle(advice["setting"], track):
        return Move(paragraph(say("move_idle", setting=label)))
    args = {
        "shot": track["shot"],
        "model": track["model"],
        "profile": track["profile"],
        "settings_from": track["track"],
        "settings": {advice["setting"]: advice["after"]},
        "range": track["range"],
    }
    kept = ("track", "setting", "before", "after", "confirm", "rest")
    return Move(sentence, (Call("test_render", args),), remember={"move": {k: advice[k] for k in kept}})


def _idle(setting: str, track: dict[str, Any]) -> bool:
    """Whether the profile records the setting and does nothing with it: a second render would come out the same."""
    spec = catalog().spec(track["model"], track["profile"])
    return any(s.id == setting and not s.effect for s in spec.settings)


def _evidence(advice: dict[str, Any], measures: dict[str, Any]) -> str:
    """What speaks for the row: the words, and what its own measures say."""
    own = {m: measures[m] for m in _MEASURE.findall(advice["confirm"]) if m in measures} or advice["measured"]
    measured = joined(judged_measures.phrase(m, j) for m, j in own.items() if j.get("value") is not None)
    if not measured or advice["evidence"] == "words":
        return say("by_words")
    return say("by_both" if advice["evidence"] == "both" else "by_measures", measured=measured)


def compared(story: Story, track: dict[str, Any]) -> Move:
    """The move was rendered: what it did to its measure, and whether to keep it."""
    move, done = story.memory["move"], {"move": {}, "base": ""}
    before = story.track(move["track"])
    measures = _MEASURE.findall(move["confirm"])
    old = before["measures"] if before else {}
    lines = [before_and_after(m, old, track["measures"]) for m in measures]
    start = say(
        "rerendered",
        frames=frames(track["frames_out"]),
        setting=setting_label(move["setting"]),
        after=number(move["after"]),
    )
    if not any(lines):
        by_eye = say("judge_by_eye", confirm=move["confirm"].rstrip(". ")) if move["confirm"] else say("look_again")
        return Move(paragraph(start, judged(track["measures"]), by_eye), remember=done)
    if all(_good(m, old) and _good(m, track["measures"]) for m in measures if _known(m, old)):
        verdict = ""
    else:
        verdict = say("keep_move") if _helped(measures, old, track["measures"]) else _undo(move)
    faults = {m: j for m, j in track["measures"].items() if j["verdict"] == "fault" and m not in measures}
    return Move(paragraph(start, *lines, verdict, judged(faults)), remember=done)


def _known(measure: str, measures: dict[str, Any]) -> bool:
    return measures.get(measure, {}).get("value") is not None


def _good(measure: str, measures: dict[str, Any]) -> bool:
    return measures.get(measure, {}).get("verdict") == "good"


def _undo(move: dict[str, Any]) -> str:
    step = next(iter(move["rest"]), None)
    before = number(move["before"])
    if step is None:
        return say("undo_move_last", before=before)
    what = setting_label(step["setting"]) if step.get("setting") else step.get("action", "")
    if step.get("setting") and step.get("to") is not None:
        what = f"{what} at {number(step['to'])}"
    return say("undo_move", before=before, next=what)


def _helped(measures: list[str], old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether one of the confirming measures came nearer to good and none went the other way."""
    steps = [_step(m, old.get(m, {}), new.get(m, {})) for m in measures]
    return max(steps, default=0) > 0 and min(steps, default=0) >= 0


def _step(measure: str, old: dict[str, Any], new: dict[str, Any]) -> int:
    if old.get("value") is None or new.get("value") is None:
        return 0
    order = ("fault", "watch", "good")
    if old["verdict"] != new["verdict"] and {old["verdict"], new["verdict"]} <= set(order):
        return order.index(new["verdict"]) - order.index(old["verdict"])
    row = catalog().measures[measure]
    # A measure with symptoms above its limit is better low, one with symptoms below it is better high.
    wanted = 1 if row.aim == "rise" or (row.too_low and not row.too_high) else -1
    return wanted * ((new["value"] > old["value"]) - (new["value"] < old["value"]))
