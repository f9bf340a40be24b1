"""From a complaint to one move, rendered again over the same range and seed, and compared by its measure."""

import re
from typing import Any

from agent.brains import rules_look
from agent.brains.rules_hear import Heard
from agent.brains.rules_still import bound
from agent.brains.rules_story import Call, Move, Story
from agent.brains.rules_words import paragraph
from knowledge import catalog, reading
from knowledge import measures as judged_measures

SURE_ENOUGH = 0.75
"""With so much confidence in the first row it is tried, and the measure decides; below, the artist is asked which."""


def complain(story: Story, heard: Heard) -> Move:
    """Something looks wrong: find the row and the one move for the newest render."""
    from agent.brains.rules_aside import next_step

    named = [t for t in story.finished() if t["shot"].rpartition("/")[2] in heard.shots]
    seen = named or story.finished()
    if not seen and reading.read(story.said, language=story.language).changes:
        return rules_look.wish(story, heard)  # what is wrong with footage nobody rendered yet is what it should lose
    if not seen:
        return Move(story.say("nothing_rendered", next=next_step(story)), keeps=True)
    return Move(
        calls=(Call("troubleshoot", {"text": story.said, "track": seen[-1]["track"], "language": story.language}),)
    )


def told_apart(story: Story, heard: Heard) -> Move:
    """Which of the two symptoms it is has been said: in words, or by a yes to the first."""
    asked = story.last("troubleshoot")
    choices = _quoted(asked.result["question"] or "") if asked else []
    first = heard.act == "yes" or heard.place == "first"
    second = heard.act == "no" or heard.place == "second"
    text = choices[0] if first and choices else choices[-1] if second and choices else story.said
    args = {"text": text, "track": asked.result["track"] if asked else "", "language": story.language}
    return Move(calls=(Call("troubleshoot", args),))


def _quoted(question: str) -> list[str]:
    """What a question puts in quotation marks, of whatever language: the answers it proposes."""
    return re.findall("[“„«「『]\\s?([^“”„«»「」『』]+?)\\s?[”“»」』]", question)


def moved(story: Story) -> Move:
    """The advice is there: say it with its evidence, and render again; or ask what only the artist can tell."""
    advice = story.fresh[0].result
    if not advice["symptom"]:
        return Move(story.say("no_symptom"))
    if advice["question"] and advice["confidence"] < SURE_ENOUGH:
        return Move(advice["question"], asks="symptom", choices=tuple(_quoted(advice["question"])))
    track = story.track(advice["track"])
    heard = (advice["because"], _evidence(story, advice, track["measures"] if track else {}))
    if not advice["setting"]:
        what = story.say("move_action", action=advice["action"] or advice["cause"], why=advice["why"])
        return Move(paragraph(*heard, what))
    label, number = story.words.setting(advice["setting"]), story.words.number
    if track is None or _idle(advice["setting"], track):
        return Move(story.say("move_idle", setting=label))
    values = {"before": number(advice["before"]), "after": number(advice["after"])}
    sentence = paragraph(*heard, story.say("move", setting=label, why=advice["why"], **values))
    args = {
        "shot": track["shot"],
        "model": track["model"],
        "profile": track["profile"],
        "settings_from": track["track"],
        "settings": {advice["setting"]: advice["after"], **bound(track)},
        "range": track["range"],
    }
    kept = ("track", "symptom", "setting", "before", "after", "confirm", "rest")
    return Move(sentence, (Call("test_render", args),), remember={"move": {k: advice[k] for k in kept}})


def _idle(setting: str, track: dict[str, Any]) -> bool:
    """Whether the profile records the setting and does nothing with it: a second render would come out the same."""
    spec = catalog().spec(track["model"], track["profile"])
    return any(s.id == setting and not s.effect for s in spec.settings)


def _telling(symptom: str) -> list[str]:
    """The measures that tell whether a repair of the symptom helped."""
    row = catalog().symptoms.get(symptom)
    return [c.measure for c in row.confirm if c.measure] if row else []


def _evidence(story: Story, advice: dict[str, Any], measures: dict[str, Any]) -> str:
    """What speaks for the row: the words, and what its own measures say."""
    own = {m: measures[m] for m in _telling(advice["symptom"]) if m in measures} or advice["measured"]
    known = [(m, j) for m, j in own.items() if j.get("value") is not None]
    measured = story.words.joined(judged_measures.phrase(m, j, story.language) for m, j in known)
    if not measured or advice["evidence"] == "words":
        return story.say("by_words")
    return story.say("by_both" if advice["evidence"] == "both" else "by_measures", measured=measured)


def compared(story: Story, track: dict[str, Any]) -> Move:
    """The move was rendered: what it did to its measure, and whether to keep it."""
    move, done = story.memory["move"], {"move": {}, "base": ""}
    before = story.track(move["track"])
    measures = _telling(move.get("symptom", ""))
    old = before["measures"] if before else {}
    lines = [story.words.before_and_after(m, old, track["measures"]) for m in measures]
    start = story.say(
        "rerendered",
        frames=story.words.frames(track["frames_out"]),
        setting=story.words.setting(move["setting"]),
        after=story.words.number(move["after"]),
    )
    if not any(lines):
        confirm = move["confirm"]
        by_eye = story.say("judge_by_eye", confirm=confirm) if confirm else story.say("look_again")
        return Move(paragraph(start, story.words.judged(track["measures"]), by_eye), remember=done)
    if all(_good(m, old) and _good(m, track["measures"]) for m in measures if _known(m, old)):
        verdict = ""
    else:
        verdict = story.say("keep_move") if _helped(measures, old, track["measures"]) else _undo(story, move)
    faults = {m: j for m, j in track["measures"].items() if j["verdict"] == "fault" and m not in measures}
    return Move(paragraph(start, *lines, verdict, story.words.judged(faults)), remember=done)


def _known(measure: str, measures: dict[str, Any]) -> bool:
    return measures.get(measure, {}).get("value") is not None


def _good(measure: str, measures: dict[str, Any]) -> bool:
    return measures.get(measure, {}).get("verdict") == "good"


def _undo(story: Story, move: dict[str, Any]) -> str:
    step = next(iter(move["rest"]), None)
    before = story.words.number(move["before"])
    if step is None:
        return story.say("undo_move_last", before=before)
    if not step.get("setting"):
        return story.say("undo_move_action", before=before, action=step.get("action", ""))
    what = story.words.setting(step["setting"])
    if step.get("to") is not None:
        what = story.say("step_to", setting=what, value=story.words.number(step["to"]))
    return story.say("undo_move", before=before, next=what)


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
