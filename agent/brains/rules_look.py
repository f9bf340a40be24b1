"""From footage to a look in motion: import, wish, model with its reason, one still, the yes to it, a test."""

import re
from typing import Any

from agent.brains.rules_hear import Heard
from agent.brains.rules_story import Call, Done, Move, Story
from agent.brains.rules_words import (
    frames,
    joined,
    lines,
    lower_first,
    model_label,
    paragraph,
    say,
    seconds,
)
from agent.profiles import best_profile, runnable
from engine.errors import PrerequisiteError
from knowledge import catalog

STILL_MODEL = "modify_frame"
REASONS_TOLD = 2
"""Reasons named with the choice; `why?` tells all."""


# -- footage ---------------------------------------------------------------------------------------------------------


def without_footage(story: Story, heard: Heard) -> Move:
    """Nothing can be done without footage; a wish is kept for when it comes."""
    later = {"later": story.said} if heard.restyles else {}
    if story.running:
        return Move(say("importing", files="the footage"), remember=later)
    return Move(paragraph(say("no_footage"), say("wish_kept") if later else ""), remember=later)


def import_files(story: Story) -> Move:
    """Files came: count and split them, and keep what was said along with them."""
    names = sorted(story.handed)
    call = Call("import_clip", {"clips": names})
    return Move(say("importing", files=joined(names)), (call,), remember={"later": story.said.strip()})


def imported(story: Story) -> Move:
    """The import is on its way, or everything stood already."""
    result = story.fresh[0].result
    if result["jobs"]:
        return Move(say("imported_wait"))
    names = joined(s["name"] for s in result["shots"])
    return _with_wish(story, say("imported_already", names=names))


def shots_told(story: Story, outcomes: list[dict[str, Any]]) -> Move:
    """The shots of freshly counted sources, and then the wish or the question for it."""
    sentences = []
    for outcome in outcomes:
        source, shots = outcome["source"], outcome["shots"]
        values = {
            "source": source["name"],
            "frames": frames(source["frames"]),
            "size": f"{source['width']}x{source['height']}",
            "rate": _rate(source["rate"]),
            "names": joined(f"{s['name']} ({s['frames']})" for s in shots) if len(shots) > 1 else shots[0]["name"],
        }
        sentences.append(
            say("imported_many", count=len(shots), **values) if len(shots) > 1 else say("imported_one", **values)
        )
        sentences += noted(source["notes"])
    return _with_wish(story, paragraph(*sentences))


def _rate(rate: str) -> str:
    whole, part = map(int, rate.split("/"))
    return str(whole) if part == 1 else f"{whole / part:.3f}".rstrip("0")


def _with_wish(story: Story, told: str) -> Move:
    from agent.brains.rules_hear import hear_text

    later = story.memory.get("later", "")
    if later and (heard := hear_text(later)).restyles:
        move = wish(story, later, heard)
        return move._replace(text=paragraph(told, move.text), remember={**move.remember, "later": ""})
    return Move(paragraph(told, say("what_next_wish")), asks="wish", question=say("ask_wish"), remember={"later": ""})


# -- the wish --------------------------------------------------------------------------------------------------------


def wish(story: Story, text: str, heard: Heard) -> Move:
    """A look is wanted: let the rules choose."""
    shot = heard.shots[0] if heard.shots else story.memory.get("shot") or longest_shot(story)
    if shot not in {s["name"] for s in story.shots}:
        shot = longest_shot(story)
    call = Call("choose_model", {"text": text, "shot": _title(story, shot), "context": {}})
    return Move(calls=(call,), remember={"wish": text, "shot": shot, "facts": {}, "later": ""})


def longest_shot(story: Story) -> str:
    """The shot to settle a look on: the longest shows most of it; of equals the first."""
    return max(story.shots, key=lambda s: s["frames"])["name"]


def _title(story: Story, name: str) -> str:
    return f"{story.situation['project']}/{name}"


def chosen(story: Story) -> Move:
    """The rules have answered: ask their one question, or say the choice and write the prompts."""
    choice = story.fresh[0].result
    if choice["question"] and not story.memory.get("facts"):
        return _ask_fact(choice["question"])
    model = video_model(choice)
    try:
        runnable(catalog().spec(model, best_profile(model)))
    except PrerequisiteError as error:
        return Move(paragraph(_model_told(choice, model), str(error)))
    wish_text = story.memory["wish"]
    calls = tuple(
        Call("write_prompt", {"instruction": wish_text, "shot": _title(story, story.memory["shot"]), "model": reader})
        for reader in (model, STILL_MODEL)
    )
    return Move(_choice_told(story, choice, model), calls, remember={"facts": {}})


def video_model(choice: dict[str, Any]) -> str:
    """The model that will render the video: the next to run, or the first after the still."""
    if choice["model"] != STILL_MODEL:
        return choice["model"]
    return next((p["model"] for p in choice["passes"] if p["model"] != STILL_MODEL), STILL_MODEL)


def _model_told(choice: dict[str, Any], model: str) -> str:
    by_rule = {b["rule"]: b["text"] for b in choice["because"]}
    picks = [t for r, t in by_rule.items() if r.startswith("model.") and r != "model.04"]
    because = paragraph(*(lower_first(t) if i == 0 else t for i, t in enumerate(picks[:REASONS_TOLD])))
    because = because or lower_first(next(iter(by_rule.values()), ""))
    return say("choice", model=model_label(model), because=because)


def _choice_told(story: Story, choice: dict[str, Any], model: str) -> str:
    by_rule = {b["rule"]: b["text"] for b in choice["because"]}
    sentences = [_model_told(choice, model)]
    if choice["control"]:
        control = next((t for r, t in by_rule.items() if r.startswith("control.")), "")
        label = catalog().controls[choice["control"]].label
        sentences.append(say("choice_control", control=label.lower(), because=lower_first(control)))
    passes = [p["model"] for p in choice["passes"] if p["model"] != STILL_MODEL]
    if len(passes) > 1:
        sentences.append(say("choice_passes", count=len(passes), passes=joined(model_label(p) for p in passes)))
    sentences.append(say("choice_shot", shot=story.memory["shot"]))
    return paragraph(*sentences)


def _ask_fact(question: str) -> Move:
    fact = next((f for f in catalog().facts.values() if f.ask == question), None)
    choices = tuple(fact.choices.values()) if fact and fact.choices else ("yes", "no")
    proposed = (fact.choices.get(fact.proposed, fact.proposed) if fact else "") or choices[0]
    ordered = (proposed, *(c for c in choices if c != proposed))
    text = say("asking_fact", question=question, proposed=lower_first(proposed).rstrip("."))
    return Move(text, asks="fact", question=question, choices=ordered, remember={"asked": fact.id if fact else ""})


def fact_answered(story: Story, heard: Heard) -> Move:
    """The one question has its answer: decide again with it."""
    fact = catalog().facts.get(story.memory.get("asked", ""))
    context: dict[str, Any] = {"answer": story.said}
    if fact is not None:
        value = _value_said(fact, story.said, heard)
        context = {fact.id: value} if value else context
    args = {"text": story.memory["wish"], "shot": _title(story, story.memory["shot"]), "context": context}
    return Move(calls=(Call("choose_model", args),), remember={"facts": context})


def _value_said(fact: Any, said: str, heard: Heard) -> str:
    words = said.strip().rstrip(".").lower()
    for value, label in fact.choices.items():
        if words in (value.lower(), label.rstrip(".").lower()):
            return value
    if heard.act in ("yes", "no"):
        if fact.kind == "yes_no":
            return heard.act
        if heard.act == "yes":
            return fact.proposed
        others = [v for v in fact.choices if v != fact.proposed]
        return others[0] if len(others) == 1 else ""
    return ""


# -- the still -------------------------------------------------------------------------------------------------------


def written(story: Story) -> Move:
    """Both prompts stand: make the still with the instruction."""
    instruction = next(d for d in story.fresh if d.args["model"] == STILL_MODEL)
    args = {"shot": instruction.args["shot"], "instruction": instruction.result["prompt"]}
    return Move(calls=(Call("modify_frame", args),))


def still_submitted(story: Story) -> Move:
    made = story.fresh[0].result
    return Move(say("still_submitted", frame=made["frame"], shot=_short(made["shot"], story)))


def _short(shot: str, story: Story) -> str:
    """The film number of a shot that a result names by id or title."""
    found = next((s for s in story.shots if shot in (s["id"], s["name"], _title(story, s["name"]))), None)
    return found["name"] if found else shot


def still_told(story: Story, still: dict[str, Any]) -> Move:
    """The still is there: show it and ask for the yes."""
    once = say("preview_once") if still["profile"] == "preview" and not story.told("preview") else ""
    text = paragraph(
        say("still_ready", frame=still["frame"], shot=_short(still["shot"], story)),
        *noted(still["notes"]),
        once,
        say("still_ask"),
    )
    remember = {"still": still["still"], **(story.telling("preview") if once else {})}
    text = lines(text, still["path"])
    return Move(text, asks="still", question=say("still_ask"), choices=("yes", "no"), remember=remember)


def still_refused(story: Story, heard: Heard) -> Move:
    """Not this still: what was said besides the no is the next wish for it."""
    change = heard.rest
    if not change:
        return Move(say("still_no"), asks="still", choices=())
    text = change if heard.restyles else f"{story.memory['wish'].rstrip('. ')}, {change}"
    return wish(story, text, heard)


# -- the test --------------------------------------------------------------------------------------------------------


def test(story: Story) -> Move:
    """The still has its yes: test it in motion with the settings the rules chose."""
    still = story.memory.get("still", "")
    choice, prompt = story.last("choose_model"), _video_prompt(story)
    if not still or choice is None or prompt is None:
        from agent.brains.rules_deliver import next_step

        return Move(say("no_look_yet", next=next_step(story)))
    model = video_model(choice.result)
    settings: dict[str, Any] = {"prompt": prompt.result["prompt"], "style_frame": still}
    if prompt.result["negative_prompt"]:
        settings["negative_prompt"] = prompt.result["negative_prompt"]
    if choice.result["control"]:
        settings["controlnet_type"] = choice.result["control"]
    known = set(catalog().models[model].settings) if model in catalog().models else set()
    settings |= {k: v for k, v in choice.result["settings"].items() if k in known and k not in settings}
    call = Call("test_render", {"shot": _title(story, story.memory["shot"]), "model": model, "settings": settings})
    return Move(calls=(call,))


def _video_prompt(story: Story) -> Done | None:
    return next(
        (d for d in reversed(story.past) if d.name == "write_prompt" and d.ok and d.args["model"] != STILL_MODEL), None
    )


def test_submitted(story: Story) -> Move:
    """A test is on its way: how much, how long."""
    result = story.fresh[0].result
    made, quote = result["renders"][0], result["quote"]
    count = made["range"][1] - made["range"][0]
    name = _short(made["shot"], story)
    whole = any(s["name"] == name and s["frames"] == count for s in story.shots)
    again = "before" in story.memory.get("move", {})
    return Move(
        paragraph(
            say("testing", frames=frames(count), shot=name, estimate=seconds(quote["estimate_s"])),
            say("testing_whole") if whole and not again else "",
            *noted(quote["notes"]),
        )
    )


def noted(notes: list[str]) -> list[str]:
    """Notes as sentences. That it is a preview is said once, in the brain's own words."""
    told = [n.strip() for n in notes if not re.match(r"preview\b", n.strip(), re.IGNORECASE)]
    return [n[:1].upper() + n[1:] + ("" if n.endswith((".", "?")) else ".") for n in told]


def test_first(story: Story, failed: Done) -> Move:
    """The gate asks for a test first."""
    shots = failed.args.get("shots") or [failed.args.get("shot", "")]
    count = sum(s["frames"] for s in story.shots if {s["id"], s["name"], _title(story, s["name"])} & set(shots))
    call = Call(
        "test_render", {k: v for k, v in failed.args.items() if k not in ("shots", "range")} | {"shot": shots[0]}
    )
    return Move(say("needs_test", frames=frames(count)), (call,))
