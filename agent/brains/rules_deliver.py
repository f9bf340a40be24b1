"""All shots, files, and what works at any point: status, cancel, why, help."""

from typing import Any

from agent.brains.rules_hear import Heard
from agent.brains.rules_story import Call, Done, Move, Story
from agent.brains.rules_words import (
    frames,
    joined,
    lines,
    model_label,
    number,
    paragraph,
    say,
    seconds,
    setting_label,
    shots,
)

FORMATS = {
    "mp4": "MP4",
    "prores": "ProRes 422 HQ",
    "png": "PNG, 8 bit",
    "png16": "PNG, 16 bit",
    "exr": "EXR, half float",
}


def next_step(story: Story) -> str:
    """What the artist could do next, as a sentence."""
    if story.running:
        section = "next_wait"
    elif not story.shots:
        section = "next_footage"
    elif story.finished():
        whole = {t["shot"] for t in story.finished() if t["range"][1] - t["range"][0] == t["shot_frames"]}
        section = "next_files" if len(whole) == len(story.shots) else "next_test"
    elif story.situation["stills"]:
        section = "next_still"
    else:
        section = "next_wish"
    return say("help_next", next=say(section))


# -- all of it -------------------------------------------------------------------------------------------------------


def full(story: Story, heard: Heard) -> Move:
    """Whole shots are wanted: plan them with the settings of the newest finished test."""
    tests = [t for t in story.finished() if t["shot"].rpartition("/")[2] in heard.shots] or story.finished()
    if not tests:
        running = any(j["kind"] == "render" for j in story.running)
        return Move(say("test_running") if running else say("no_look_yet", next=next_step(story)))
    base = tests[-1]
    names = heard.shots or ([s["name"] for s in story.shots] if heard.all_shots else [base["shot"].rpartition("/")[2]])
    args = {
        "shots": [f"{story.situation['project']}/{name}" for name in names],
        "model": base["model"],
        "profile": base["profile"],
        "settings_from": base["track"],
    }
    return Move(calls=(Call("plan_render", args),))


def planned(story: Story) -> Move:
    """The quote stands: say what it costs, and ask for it to run. The gate, not this sentence, asks for the yes."""
    done = story.fresh[0]
    quote = done.result
    names = [s["name"].rpartition("/")[2] for s in quote["shots"]]
    values = {"frames": frames(quote["frames"]), "estimate": seconds(quote["estimate_s"])}
    one = len(names) == 1
    text = say("full_plan_one", names=names[0], **values) if one else say("full_plan", count=len(names), **values)
    asks = say("full_asks" if quote["needs_approval"] else "full_at_once")
    return Move(paragraph(text, "" if quote["needs_test"] else asks), (Call("render_full", done.args),))


def full_submitted(story: Story) -> Move:
    result = story.fresh[0].result
    names = joined(r["shot"].rpartition("/")[2] for r in result["renders"])
    return Move(say("full_submitted", names=names, frames=frames(result["quote"]["frames"])))


# -- files -----------------------------------------------------------------------------------------------------------


def export(story: Story, heard: Heard) -> Move:
    """Files are wanted: of the newest finished render of each shot, whole ones first."""
    tracks = _deliverable(story, heard)
    if not tracks:
        return Move(say("nothing_to_export", next=next_step(story)))
    if not heard.format:
        return Move(say("which_format"), asks="format", choices=tuple(FORMATS))
    names = joined(t["shot"].rpartition("/")[2] for t in tracks)
    call = Call("export", {"tracks": [t["track"] for t in tracks], "format": heard.format, "overwrite": True})
    return Move(say("exporting", format=FORMATS[heard.format], names=names), (call,))


def _deliverable(story: Story, heard: Heard) -> list[dict[str, Any]]:
    done = story.finished()
    whole = [t for t in done if t["range"][1] - t["range"][0] == t["shot_frames"]]
    newest = {t["shot"]: t for t in whole or done[-1:]}
    wanted = [t for shot, t in newest.items() if not heard.shots or shot.rpartition("/")[2] in heard.shots]
    return sorted(wanted, key=lambda t: t["shot"])


def exporting(_story: Story) -> Move:
    return Move(say("exporting_wait"))


# -- at any point ----------------------------------------------------------------------------------------------------


def status(story: Story) -> Move:
    """Where everything stands."""
    jobs = [_job_line(job) for job in story.running]
    whole = {t["shot"] for t in story.finished() if t["range"][1] - t["range"][0] == t["shot_frames"]}
    standing = say("status_shots", shots=shots(len(story.shots)), done=len(whole)) if story.shots else ""
    return _kept(paragraph(*(jobs or [say("status_idle")]), standing, "" if jobs else next_step(story)))


def _job_line(job: dict[str, Any]) -> str:
    what = job_name(job)
    what = what[:1].upper() + what[1:]
    if job["state"] == "queued" or not job["frames"]:
        return say("status_job_open", what=what, state=job["state"])
    left = say("status_left", eta=seconds(job["eta_s"])) if job["eta_s"] is not None else ""
    return say("status_job", what=what, done=job["done"], frames=job["frames"], left=left)


def job_name(job: dict[str, Any]) -> str:
    """What a job is to the artist: `render of 010`."""
    shot = job["shot"].rpartition("/")[2]
    return f"{job['kind']} of {shot}" if shot else job["kind"]


def cancel(story: Story) -> Move:
    running = story.running
    if not running:
        return _kept(say("nothing_to_cancel"))
    return Move(calls=(Call("cancel_jobs", {"jobs": [j["job"] for j in running]}),))


def cancelled(story: Story) -> Move:
    names = joined(job_name(j) for j in story.fresh[0].result["cancelled"])
    return Move(say("cancelling", names=names) if names else say("nothing_to_cancel"))


def why(story: Story) -> Move:
    """The reasons of the newest decision, with the rules they come from."""
    decision = story.last("choose_model", "troubleshoot")
    if decision is None or (decision.name == "troubleshoot" and not decision.result["symptom"]):
        decision = story.last("choose_model")
    if decision is None:
        return _kept(say("why_nothing", next=next_step(story)))
    if decision.name == "troubleshoot" and decision.result["setting"]:
        return _kept(_why_move(decision))
    return _kept(_why_choice(story.last("choose_model") or decision))


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

    reasons = (say("why_reason", text=b["text"], rule=b["rule"]) for b in decision.result["because"])
    return lines(say("why_choice", model=model_label(video_model(decision.result))), *reasons)


def help_out(story: Story) -> Move:
    if not story.shots:
        return Move(paragraph(say("help"), say("hello")))
    return _kept(paragraph(say("help"), next_step(story)))


def _kept(text: str) -> Move:
    """An answer in passing: what was asked before is still asked."""
    return Move(text, keeps=True)
