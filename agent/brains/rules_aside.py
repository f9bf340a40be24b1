"""What may be said at any point of a talk and leaves what was asked still asked: status, why, help, measures."""

from typing import Any

from agent.brains.rules_hear import Heard
from agent.brains.rules_story import Call, Done, Move, Story
from agent.brains.rules_words import lines, model_label, paragraph
from knowledge import catalog, rules

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
    elif story.memory.get("asks") == "prompt":
        section = "next_prompt"
    elif story.memory.get("asks") in ("fact", "symptom", "format"):
        section = "next_answer"
    elif story.finished():
        section = "next_files" if len(whole) == len(story.shots) else "next_test"
    else:
        section = "next_wish"
    return story.say(section)


def kept(text: str) -> Move:
    """An answer in passing: what was asked before is still asked."""
    return Move(text, keeps=True)


# -- jobs ------------------------------------------------------------------------------------------------------------


def status(story: Story) -> Move:
    """Where everything stands."""
    jobs = [_job_line(story, job) for job in story.running]
    whole = {t["shot"] for t in story.finished() if t["range"][1] - t["range"][0] == t["shot_frames"]}
    count = story.words.shots(len(story.shots))
    standing = story.say("status_shots", shots=count, done=len(whole)) if story.shots else ""
    return kept(paragraph(*(jobs or [story.say("status_idle")]), standing, "" if jobs else next_step(story)))


def _job_line(story: Story, job: dict[str, Any]) -> str:
    named = {"job": story.words.job(job)}
    if job["state"] == "queued" or not job["frames"]:
        return story.say("status_waiting" if job["state"] == "queued" else "status_running", **named)
    counts = {"done": job["done"], "frames": job["frames"]}
    if job["eta_s"] is None:
        return story.say("status_job", **named, **counts)
    return story.say("status_job_left", **named, **counts, eta=story.words.about(job["eta_s"]))


def cancel(story: Story) -> Move:
    running = story.running
    if not running:
        return kept(story.say("nothing_to_cancel"))
    return Move(calls=(Call("cancel_jobs", {"jobs": [j["job"] for j in running]}),))


def cancelled(story: Story) -> Move:
    names = story.words.joined(map(story.words.job, story.fresh[0].result["cancelled"]))
    return Move(story.say("cancelling", names=names) if names else story.say("nothing_to_cancel"))


def resume(story: Story, heard: Heard) -> Move:
    """Take up the renders that were stopped last."""
    stopped = [t for t in story.tracks if t["state"] in ("cancelled", "failed")]
    named = [t for t in stopped if not heard.shots or t["shot"].rpartition("/")[2] in heard.shots]
    if not named:
        return kept(story.say("nothing_stopped", next=next_step(story)))
    return Move(calls=(Call("resume_jobs", {"jobs": [named[-1]["job"]]}),))


def resumed(story: Story) -> Move:
    names = story.words.joined(s.rpartition("/")[2] for s in story.fresh[0].result["shots"])
    return Move(story.say("resumed", names=names))


# -- reasons ---------------------------------------------------------------------------------------------------------


def why(story: Story) -> Move:
    """The reasons of the newest decision, with the rules they come from, the shot's facts and the numbers."""
    decision = story.last("choose_model", "troubleshoot")
    if decision is not None and decision.name == "troubleshoot":
        if decision.result["symptom"] and decision.result["setting"]:
            return kept(_why_move(story, decision))
        decision = story.last("choose_model")
    if decision is None:
        return kept(story.say("why_nothing", next=next_step(story)))
    return kept(_why_choice(story, decision))


def _why_move(story: Story, decision: Done) -> str:
    advice = decision.result
    moved = story.say(
        "why_move",
        setting=story.words.setting(advice["setting"]),
        before=story.words.number(advice["before"]),
        after=story.words.number(advice["after"]),
        why=advice["why"],
        symptom=advice["symptom"],
    )
    return paragraph(moved, story.say(f"why_by_{advice['evidence']}"))


def _why_choice(story: Story, decision: Done) -> str:
    """The rules that took part, what they rest on, and what would have changed the answer."""
    from agent.brains.rules_look import video_model

    choice, words = decision.result, story.words
    settings = {k: v for k, v in choice["settings"].items() if k in catalog().settings and k not in PICTURES}
    values = [words.say("setting_value", setting=words.setting(k), value=words.number(v)) for k, v in settings.items()]
    return lines(
        story.say("why_choice", model=model_label(video_model(choice))),
        *(story.say("why_line", text=line) for line in _reasons(story, choice)),
        story.say("why_settings", settings=words.joined(values)) if values else "",
    )


def _reasons(story: Story, choice: dict[str, Any]) -> list[str]:
    """Why, sentence by sentence."""
    known = {name: choice[name] for name in rules.Decision.__struct_fields__ if name in choice}
    return rules.explain(rules.Decision.read(known), story.language)


def changes(story: Story) -> Move:
    """What the newest render was made with, against the one it came from, else against the defaults."""
    if not story.finished():
        return kept(story.say("nothing_rendered", next=next_step(story)))
    track = story.finished()[-1]
    before = story.track(track.get("parent") or "")
    name, words = track["shot"].rpartition("/")[2], story.words
    if before is None:
        shown = [_named(story, k, v) for k, v in track.get("changed", {}).items()]
        section = "changed_first"
    else:
        old, new = before["settings"], track["settings"]
        differ = [k for k in new if k in catalog().settings and old.get(k) != new[k]]
        shown = [_changed(story, k, old.get(k), new[k]) for k in differ]
        section = "changed_since"
    if not shown:
        return kept(story.say(f"{section}_nothing", shot=name))
    return kept(story.say(section, shot=name, what=words.joined(shown)))


def _named(story: Story, setting: str, value: Any) -> str:
    label = story.words.setting(setting)
    if setting in PICTURES:
        return label
    return story.say("setting_value", setting=label, value=story.words.number(value))


def _changed(story: Story, setting: str, before: Any, after: Any) -> str:
    label = story.words.setting(setting)
    if setting in PICTURES:
        return label
    number = story.words.number
    return story.say("setting_change", setting=label, before=number(before), after=number(after))


def measures(story: Story, heard: Heard) -> Move:
    """All that was measured on the newest finished render."""
    seen = [t for t in story.finished() if not heard.shots or t["shot"].rpartition("/")[2] in heard.shots]
    if not seen:
        return kept(story.say("nothing_rendered", next=next_step(story)))
    track = seen[-1]
    first, stop = track["range"]
    head = story.say("measures", shot=track["shot"].rpartition("/")[2], first=first, last=stop - 1)
    return kept(lines(head, story.words.measure_list(track["measures"])))


# -- talk ------------------------------------------------------------------------------------------------------------


def help_out(story: Story) -> Move:
    if not story.shots:
        return kept(paragraph(story.say("help"), story.say("hello")))
    return kept(paragraph(story.say("help"), next_step(story)))


def thanks(story: Story) -> Move:
    return kept(story.say("thanks", next=next_step(story)))


def cost(story: Story) -> Move:
    return kept(story.say("cost"))


def outside(story: Story, heard: Heard) -> Move:
    """Nothing of Rushes' trade: said plainly, and nothing is started."""
    return kept(story.say(f"outside_{heard.topic}", next=next_step(story)))


def unknown(story: Story, heard: Heard) -> Move:
    """Nothing that Rushes knows to do: say so, and what would be next."""
    if heard.asks and (told := _explained(story)):
        return kept(paragraph(told, next_step(story)))
    return kept(story.say("unknown_question" if heard.asks else "unknown", next=next_step(story)))


def _explained(story: Story) -> str:
    """What the catalog says of a model or a setting that the question names."""
    question = story.said.casefold()
    for model in catalog().models.values():
        if model.label.casefold() in question:
            return story.say("model_told", model=model.label, when=story.words.quote(model.use_when))
    for setting in catalog().settings.values():
        if setting.note and setting.label.casefold() in question:
            return story.say("setting_told", setting=setting.label, note=story.words.quote(setting.note))
    return ""
