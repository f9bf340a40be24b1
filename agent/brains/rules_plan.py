"""The planner: what comes next, from who spoke last and what stands. Hands each subject to the module that knows it."""

import re
from collections.abc import Callable
from typing import Any

from agent.brains import (
    rules_adjust,
    rules_aside,
    rules_ask,
    rules_deliver,
    rules_keys,
    rules_look,
    rules_mask,
    rules_news,
    rules_part,
    rules_passes,
    rules_prompt,
    rules_repair,
    rules_still,
)
from agent.brains.rules_hear import Heard, hear
from agent.brains.rules_story import Call, Done, Move, Story
from agent.brains.rules_words import lines, paragraph

AFTER: dict[str, Callable[[Story], Move]] = {
    "import_clip": rules_look.imported,
    "choose_model": rules_look.chosen,
    "write_prompt": rules_still.written,
    "modify_frame": rules_still.still_submitted,
    "make_mask": rules_mask.submitted,
    "test_render": rules_still.test_submitted,
    "troubleshoot": rules_repair.moved,
    "plan_render": rules_deliver.planned,
    "render_full": rules_deliver.full_submitted,
    "export": rules_deliver.exporting,
    "compare": rules_deliver.exporting,
    "sequence": rules_deliver.exporting,
    "save_preset": rules_passes.look_kept,
    "cancel_jobs": rules_aside.cancelled,
    "resume_jobs": rules_aside.resumed,
    "pin_render": rules_adjust.pinned,
    "split_shots": rules_adjust.cut_told,
    "search_guide": rules_ask.guided,
}
"""Tool that has answered, and who goes on from there."""

ANYTIME: dict[str, Callable[[Story], Move]] = {
    "status": rules_aside.status,
    "cancel": rules_aside.cancel,
    "help": rules_aside.help_out,
    "thanks": rules_aside.thanks,
    "cost": rules_aside.cost,
    "changes": rules_aside.changes,
    "footage": rules_ask.footage,
}
"""Act that may come at any point, with or without footage."""

OR = re.compile(r"\b(?:or|oder|ou|oppure)\b", re.I)
"""What stands between two looks that are not wanted together."""

QUESTIONS: dict[str, Callable[[Story, Heard], Move]] = {
    "ask": rules_ask.craft,
    "why": rules_ask.reason,
    "tidy": rules_prompt.tidy,
    "outside": rules_aside.outside,
}
"""The same, where the message itself is looked at."""

GOES_ON = ("resume", "approve_still")
"""Acts that want to go on and yet are no yes."""

ASKED: dict[str, Callable[[Story, Heard], Move]] = {
    "symptom": rules_repair.complain,
    "export": rules_deliver.export,
    "compare": rules_deliver.side_by_side,
    "sequence": rules_passes.film,
    "keep_look": rules_passes.keep_look,
    "upscale": rules_passes.upscale,
    "render_full": rules_deliver.full,
    "more": rules_adjust.amount,
    "less": rules_adjust.amount,
    "pin": rules_adjust.pin,
    "split": rules_adjust.cut,
    "merge": rules_adjust.cut,
    "shot": rules_still.on_shot,
    "still": rules_still.another,
    "measure": rules_aside.measures,
    "resume": rules_aside.resume,
    "restyle": rules_look.wish,
    "draft": rules_prompt.draft,
}
"""Act that asks for one thing, whatever was asked before."""


def next_move(story: Story) -> Move:
    """The next move of the talk."""
    if story.fresh:
        return _after_calls(story)
    if story.news:
        return rules_news.tell(story)
    return _answer(story)


def _after_calls(story: Story) -> Move:
    """The calls of the last step have their answers: explain a refusal, or go on."""
    failed = [d for d in story.fresh if not d.ok]
    if failed:
        return _explain(story, failed[0])
    name = story.fresh[0].name
    if name == "pin_render" and story.memory.get("film"):
        return rules_passes.pinned_for_film(story)
    if name == "report":
        return rules_aside.kept(lines(story.say("report_done"), story.fresh[0].result["path"]))
    return AFTER[name](story) if name in AFTER else Move(rules_aside.next_step(story))


def _explain(story: Story, failed: Done) -> Move:
    """Why a call did not run, and what to do about it."""
    problem = failed.result
    if problem.get("rejected"):
        return Move(_rejected(story, failed.args))
    if problem.get("kind") == "gate" and "test" in problem.get("needs", ()):
        return rules_still.test_first(story, failed)
    if "kind" not in problem:
        return Move(story.say("interrupted"))
    shown = problem.get("fix") and problem["fix"] not in problem["error"]
    fix = story.say("refused_fix", fix=problem["fix"]) if shown else ""
    told = paragraph(story.say("refused", error=problem["error"]), fix)
    return rules_mask.refused(story, told) if failed.name == "make_mask" else Move(told)


def _rejected(story: Story, args: dict[str, Any]) -> str:
    """What was not done, and what is possible instead."""
    names = [n.rpartition("/")[2] for n in args.get("shots") or [args.get("shot", "")]]
    count = sum(s["frames"] for s in story.shots if s["name"] in names)
    return story.say("rejected", names=story.words.joined(names), frames=story.words.frames(count))


def _answer(story: Story) -> Move:
    """The artist said something. In place of a yes it took back the render that waited for one, which is told; who only
    wants to go on is asked for the yes once more."""
    heard, call = hear(story), story.withdrawn
    if call is None:
        return _reaction(story, heard)
    if heard.act in GOES_ON and not story.handed:
        told = paragraph(story.say("withdrawn"), story.say("asked_again"))
        return Move(told, (Call(call.name, call.args),))
    move = _reaction(story, heard)
    return move._replace(text=paragraph(story.say("withdrawn"), move.text))


def _reaction(story: Story, heard: Heard) -> Move:
    """What a message brings about, where no approval waited for it."""
    if story.handed and story.shots and story.memory.get("asks") == "mask":
        return rules_mask.brought(story)
    if story.handed and story.shots and rules_keys.pictures(story):
        return rules_keys.handed(story, heard)
    if story.handed:
        return rules_look.import_files(story)
    if story.shots and (part := rules_part.mask_wanted(story.said)):
        return rules_mask.alone(story, heard, part)
    if heard.act in QUESTIONS:
        return QUESTIONS[heard.act](story, heard)
    if heard.act in ANYTIME:
        return ANYTIME[heard.act](story)
    if not story.shots:
        return rules_look.without_footage(story, heard)
    asked = story.memory.get("asks", "")
    if story.late and asked and heard.act in ("yes", "no"):
        return Move(story.say("late"), asks=asked, choices=story.yes_no)
    return _reply(story, heard, asked) or _request(story, heard)


def _reply(story: Story, heard: Heard, asked: str) -> Move | None:
    """The answer to what was asked; None where the message answers nothing but asks for something of its own."""
    meant = "yes" if heard.act == "approve_still" else heard.act
    match asked, meant:
        case "mask", _ if move := rules_mask.answered(story, heard):
            return move
        case "still", _ if rules_keys.KEY.search(story.said) and (move := rules_keys.carry(story)):
            return move
        case "key", "yes" | "still" | "resume":
            return rules_keys.make(story)
        case "style_mode", "yes" | "resume":
            return rules_keys.style_mode(story)
        case "name", _ if heard.act in ("other", "restyle", "tweak", "yes") and not heard.asks:
            return rules_passes.named(story)
        case "fact", _ if rules_look.picked(story):
            return rules_look.fact_answered(story, heard)
        case "fact", "yes" | "no" | "other" | "tweak" | "vague" | "symptom":
            return rules_look.fact_answered(story, heard)
        case "maybe", "yes" | "no":
            return rules_look.wish_confirmed(story, heard)
        case "wish" | "maybe", "other" if not heard.asks:
            return rules_look.maybe_wish(story, heard)
        case "wish", "yes":
            return rules_look.proposed(story)
        case "wish", "no":
            return rules_look.ask_wish(story, story.say("no_wish_heard"))
        case "fact" | "wish" | "maybe" | "still", "restyle" if _undecided(story, heard):
            return rules_look.one_look(story, heard)
        case "wish" | "maybe", "tweak":
            return rules_look.maybe_wish(story, heard)
        case "still", "yes" | "resume" | "test" | "render_full" if not (heard.shots or story.finished()):
            return rules_still.test(story)
        case "still", "yes":
            return rules_still.test(story)
        case "still", "no" | "tweak" | "vague":
            return rules_still.still_answered(story, heard)
        case "still", "restyle":
            return rules_still.still_answered(story, heard)
        case "still", "symptom" if not story.finished():
            return rules_still.still_answered(story, heard)
        case "prompt", "yes" | "no" | "test" | "still":
            return rules_prompt.answered(story, heard)
        case "symptom", "other" | "yes" | "no" | "symptom":
            return rules_repair.told_apart(story, heard)
        case "format", _ if heard.formats:
            return rules_deliver.export(story, heard)
        case "format", "yes":
            return rules_deliver.export(story, heard._replace(formats=("mp4",)))
    return None


def _undecided(story: Story, heard: Heard) -> bool:
    """Two looks, and the artist says "or"."""
    return len(heard.looks) > 1 and bool(OR.search(story.said))


def _request(story: Story, heard: Heard) -> Move:
    """Something is asked for that no question waited for."""
    if heard.act == "restyle" and _undecided(story, heard):
        return rules_look.one_look(story, heard)
    if heard.act in ASKED:
        return ASKED[heard.act](story, heard)
    match heard.act:
        case "undo":
            return rules_adjust.undo(story)
        case "report":
            return Move(calls=(Call("report", {"subject": story.situation["project"]}),))
        case "test":
            return rules_still.on_shot(story, heard) if heard.shots else rules_still.test(story)
        case "tweak":
            return _changed_look(story, heard)
        case "vague":
            return rules_look.ask_wish(story, story.say("no_wish_heard"))
        case "no":
            return Move(story.say("not_yet_no"))
        case "yes" | "approve_still":
            return Move(story.say("yes_to_nothing", next=rules_aside.next_step(story)), keeps=True)
    if heard.picture and not heard.asks:
        return rules_look.pictured(story, heard)
    return rules_aside.unknown(story, heard)


def _changed_look(story: Story, heard: Heard) -> Move:
    """A small change of the look that stands: a still of it first, as with any look."""
    if story.memory.get("wish"):
        return rules_look.tweaked(story, heard)
    return rules_look.ask_wish(story, story.say("no_wish_heard"))
