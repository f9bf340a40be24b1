"""What may be said at any point of a talk and leaves what was asked still asked: status, why, help, measures."""

from typing import Any

from agent.brains.rules_hear import Heard
from agent.brains.rules_story import Call, Done, Move, Story
from agent.brains.rules_words import (
    about,
    frames,
    joined,
    lines,
    lower_first,
    measure_list,
    model_label,
    number,
    paragraph,
    say,
    setting_label,
    shots,
    upper_first,
)
from knowledge import catalog

FACTS_TOLD = ("people_count", "camera_motion", "motion_level", "scene_contrast", "input_quality")
"""Facts of a shot that `why?` names, in this order."""
PICTURES = ("prompt", "negative_prompt", "style_frame", "reference_images", "source_video")
"""Settings that are words or pictures: named, but not written out."""


def next_step(story: Story) -> str:
    """What the artist could do next, as a sentence."""
    whole = {t["shot"] for t in story.finished() if t["range"][1] - t["range"][0] == t["shot_frames"]}
    if story.running:
        section = "next_wait"
    elif not story.shots:
        section = "next_footage"
    elif story.memory.get("asks") == "still":
        section = "next_still"
    elif story.memory.get("asks") in ("fact", "symptom", "format"):
        section = "next_answer"
    elif story.finished():
        section = "next_files" if len(whole) == len(story.shots) else "next_test"
    else:
        section = "next_wish"
    return say(section)


def kept(text: str) -> Move:
    """An answer in passing: what was asked before is still asked."""
    return Move(text, keeps=True)


# -- jobs ------------------------------------------------------------------------------------------------------------


def status(story: Story) -> Move:
    """Where everything stands."""
    jobs = [_job_line(job) for job in story.running]
    whole = {t["shot"] for t in story.finished() if t["range"][1] - t["range"][0] == t["shot_frames"]}
    standing = say("status_shots", shots=shots(len(story.shots)), done=len(whole)) if story.shots else ""
    return kept(paragraph(*(jobs or [say("status_idle")]), standing, "" if jobs else next_step(story)))


def _job_line(job: dict[str, Any]) -> str:
    what = upper_first(job_name(job))
    if job["state"] == "queued" or not job["frames"]:
        return say("status_job_open", what=what, state="waiting its turn" if job["state"] == "queued" else "under way")
    left = say("status_left", eta=about(job["eta_s"])) if job["eta_s"] is not None else ""
    return say("status_job", what=what, done=job["done"], frames=job["frames"], left=left)


def job_name(job: dict[str, Any]) -> str:
    """What a job is to the artist: `render of 010`."""
    kind, shot = "count" if job["kind"] == "split" else job["kind"], job["shot"].rpartition("/")[2]
    return f"{kind} of {shot}" if shot else kind


def cancel(story: Story) -> Move:
    running = story.running
    if not running:
        return kept(say("nothing_to_cancel"))
    return Move(calls=(Call("cancel_jobs", {"jobs": [j["job"] for j in running]}),))


def cancelled(story: Story) -> Move:
    names = joined(job_name(j) for j in story.fresh[0].result["cancelled"])
    return Move(say("cancelling", names=names) if names else say("nothing_to_cancel"))


def resume(story: Story, heard: Heard) -> Move:
    """Take up the renders that were stopped last."""
    stopped = [t for t in story.tracks if t["state"] in ("cancelled", "failed")]
    named = [t for t in stopped if not heard.shots or t["shot"].rpartition("/")[2] in heard.shots]
    if not named:
        return kept(say("nothing_stopped", next=next_step(story)))
    return Move(calls=(Call("resume_jobs", {"jobs": [named[-1]["job"]]}),))


def resumed(story: Story) -> Move:
    return Move(say("resumed", names=joined(s.rpartition("/")[2] for s in story.fresh[0].result["shots"])))


# -- reasons ---------------------------------------------------------------------------------------------------------


def why(story: Story) -> Move:
    """The reasons of the newest decision, with the rules they come from, the shot's facts and the numbers."""
    decision = story.last("choose_model", "troubleshoot")
    if decision is not None and decision.name == "troubleshoot":
        if decision.result["symptom"] and decision.result["setting"]:
            return kept(_why_move(decision))
        decision = story.last("choose_model")
    if decision is None:
        return kept(say("why_nothing", next=next_step(story)))
    return kept(_why_choice(decision))


def _why_move(decision: Done) -> str:
    advice = decision.result
    return say(
        "why_move",
        setting=setting_label(advice["setting"]),
        before=number(advice["before"]),
        after=number(advice["after"]),
        why=advice["why"],
        symptom=advice["symptom"],
        evidence="words and measures" if advice["evidence"] == "both" else advice["evidence"],
    )


def _why_choice(decision: Done) -> str:
    from agent.brains.rules_look import video_model

    choice = decision.result
    reasons = (
        say("why_reason", text=b["text"], rule=b["rule"])
        for b in choice["because"]
        if not b["rule"].startswith("image.")
    )
    facts = choice.get("facts", {})
    counted = [frames(int(facts["shot_frames"]))] if facts.get("shot_frames") else []
    known = counted + [
        f"{f.replace('_', ' ')} {number(facts[f])}" for f in FACTS_TOLD if facts.get(f) not in (None, "")
    ]
    shot = decision.args.get("shot", "").rpartition("/")[2]
    model = video_model(choice)
    settings = {k: v for k, v in choice["settings"].items() if k in catalog().settings and k not in PICTURES}
    values = [f"{setting_label(k)} {number(v)}" for k, v in settings.items()]
    return lines(
        say("why_choice", model=model_label(model)),
        *reasons,
        say("why_facts", shot=shot, facts=joined(known)) if known and shot else "",
        say("why_settings", settings=joined(values)) if values else "",
    )


def changes(story: Story) -> Move:
    """What the newest render was made with, against the one it came from, else against the defaults."""
    if not story.finished():
        return kept(say("nothing_rendered", next=next_step(story)))
    track = story.finished()[-1]
    before = story.track(track.get("parent") or "")
    name = track["shot"].rpartition("/")[2]
    if before is None:
        changed = track.get("changed", {})
        shown = [_named(k, v) for k, v in changed.items()]
        return kept(say("changed_first", shot=name, what=joined(shown) or say("changed_nothing")))
    old, new = before["settings"], track["settings"]
    differ = [k for k in new if k in catalog().settings and old.get(k) != new[k]]
    shown = [
        setting_label(k) if k in PICTURES else f"{setting_label(k)} from {number(old.get(k))} to {number(new[k])}"
        for k in differ
    ]
    return kept(say("changed_since", shot=name, what=joined(shown) or say("changed_nothing")))


def _named(setting: str, value: Any) -> str:
    label = setting_label(setting)
    return label if setting in PICTURES else f"{label} {number(value)}"


def measures(story: Story, heard: Heard) -> Move:
    """All that was measured on the newest finished render."""
    seen = [t for t in story.finished() if not heard.shots or t["shot"].rpartition("/")[2] in heard.shots]
    if not seen:
        return kept(say("nothing_rendered", next=next_step(story)))
    track = seen[-1]
    first, stop = track["range"]
    head = say("measures", shot=track["shot"].rpartition("/")[2], first=first, last=stop - 1)
    return kept(lines(head, measure_list(track["measures"])))


# -- talk ------------------------------------------------------------------------------------------------------------


def help_out(story: Story) -> Move:
    if not story.shots:
        return kept(paragraph(say("help"), say("hello")))
    return kept(paragraph(say("help"), next_step(story)))


def thanks(story: Story) -> Move:
    return kept(say("thanks", next=next_step(story)))


def cost(_story: Story) -> Move:
    return kept(say("cost"))


def unknown(story: Story, heard: Heard) -> Move:
    """Nothing that Rushes knows to do: say so, and what would be next."""
    if heard.asks and (told := _explained(story.said.casefold())):
        return kept(paragraph(told, next_step(story)))
    return kept(say("unknown_question" if heard.asks else "unknown", next=next_step(story)))


def _explained(question: str) -> str:
    """What the catalog says of a model or a setting that the question names."""
    for model in catalog().models.values():
        if model.label.casefold() in question:
            return say("model_told", model=model.label, when=lower_first(model.use_when))
    for setting in catalog().settings.values():
        if setting.note and setting.label.casefold() in question:
            return say("setting_told", setting=setting.label, note=setting.note)
    return ""
