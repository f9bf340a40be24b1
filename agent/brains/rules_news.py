"""Words on finished jobs: what came out, what was found, what comes next. Says only what the engine reported."""

from typing import Any

from agent.brains import rules_keys, rules_look, rules_mask, rules_passes, rules_repair, rules_still
from agent.brains.rules_deliver import FORMATS
from agent.brains.rules_story import Move, Story
from agent.brains.rules_words import lines, model_label, paragraph

OF_THE_WHOLE = "m.change"
"""Measure of the whole picture."""


def tell(story: Story) -> Move:
    """The words on a batch of jobs that one call started."""
    lost = story.say("job_lost") if any(n["state"] == "lost" for n in story.news) else ""
    gone = [story.say("job_gone", job=story.words.job(n)) for n in story.news if n.get("gone")]
    bad = [n for n in story.news if n["state"] in ("failed", "cancelled") and not n.get("gone")]
    good = [n for n in story.news if n["state"] == "done" and not n.get("gone")]
    troubles = paragraph(lost, *gone, *(_trouble(story, n) for n in bad))
    if instead := _instead(story, bad, troubles):
        return instead
    move = _good(story, good) if good else Move()
    return move._replace(text=paragraph(troubles, move.text, _after_trouble(story, bad, good)), keeps=not move.asks)


def _instead(story: Story, bad: list[dict[str, Any]], told: str) -> Move | None:
    """Another way to what one failed job was to make, where there is one to ask about."""
    failed = bad[0] if len(bad) == 1 and bad[0]["state"] == "failed" else None
    match failed and failed["kind"]:
        case "mask":
            return rules_mask.refused(story, told)
        case "render":
            move = rules_keys.style_mode_offered(story, failed)
            return move and move._replace(text=paragraph(told, move.text), question=move.text)
    return None


def _after_trouble(story: Story, bad: list[dict[str, Any]], good: list[dict[str, Any]]) -> str:
    """What is possible after a job that came to nothing."""
    if good or not bad:
        return ""
    if bad[0]["kind"] == "render":
        return story.say("can_resume")
    return "" if story.shots else story.say("no_footage")


def _trouble(story: Story, outcome: dict[str, Any]) -> str:
    job = story.words.job(outcome)
    if outcome["state"] == "cancelled":
        return story.say("cancelled", job=job)
    shown = outcome["fix"] and outcome["fix"] not in outcome["error"]
    fix = story.say("refused_fix", fix=outcome["fix"]) if shown else ""
    return paragraph(story.say("job_failed", job=job, error=outcome["error"]), fix)


def _good(story: Story, done: list[dict[str, Any]]) -> Move:
    match done[0]["kind"]:
        case "split":
            return rules_look.shots_told(story, done)
        case "still":
            return rules_still.still_told(story, done[0]["still"])
        case "render":
            return _rendered(story, [n["made"] for n in done])
        case "export":
            return _exported(story, done)
        case "compare":
            return _compared(story, done[0]["file"])
        case "sequence":
            return rules_passes.film_told(story, done[0]["file"])
        case "mask":
            return rules_mask.ready(story, done[0]["mask"])
        case "measure":
            return Move(story.words.judged(done[0]["made"]["measures"]))
    return Move()


def _rendered(story: Story, tracks: list[dict[str, Any]]) -> Move:
    if len(tracks) > 1 or _was_full(story, tracks[0]):
        return _all_rendered(story, tracks)
    track = tracks[0]
    if story.memory.get("move", {}).get("setting"):
        return rules_repair.compared(story, track)
    whole = len(story.shots) == 1 and track["frames_out"] == track["shot_frames"]
    next_words = "test_next_done" if whole else "test_next" if len(story.shots) > 1 else "test_next_one"
    once = story.say("preview_once") if track["profile"] == "preview" and not story.told("preview") else ""
    counts = {"in": track["frames_in"], "out": track["frames_out"]}
    told = paragraph(
        story.say("test_done", seconds=story.words.spent(track["seconds"]), **counts),
        story.words.judged(_telling(track)),
        once,
    )
    remember = {"base": "", **(story.telling("preview") if once else {})}
    keys = rules_keys.wanted(story, track) or Move()
    after = "" if keys.asks else paragraph(_next_pass(story), story.say(next_words))
    return keys._replace(text=paragraph(told, keys.text, after), remember={**remember, **keys.remember})


def _telling(track: dict[str, Any]) -> dict[str, Any]:
    """The measures that say something of this render: how far a picture left its source is the whole picture's, so it
    tells nothing of a masked or an enlarged one."""
    partly = track["settings"].get("mask_track") or rules_look.is_of(track, "finish")
    return {m: j for m, j in track["measures"].items() if not (partly and m == OF_THE_WHOLE)}


def _next_pass(story: Story) -> str:
    """The pass that comes after this one, where the rules planned several."""
    choice = story.last("choose_model")
    passes = [p["model"] for p in choice.result["passes"] if p["model"] != rules_look.STILL_MODEL] if choice else []
    if story.memory.get("part") or story.memory.get("source") or not passes:
        return ""
    model = story.memory.get("model")
    owed = passes[passes.index(model) + 1 :] if model in passes else passes
    return story.say("pass_next", model=model_label(owed[0])) if owed else ""


def _was_full(story: Story, track: dict[str, Any]) -> bool:
    done = story.last("test_render", "render_full")
    return (
        done is not None
        and done.name == "render_full"
        and track["track"] in {r["track"] for r in done.result["renders"]}
    )


def _all_rendered(story: Story, tracks: list[dict[str, Any]]) -> Move:
    faults = {
        t["shot"].rpartition("/")[2]: [m for m, j in t["measures"].items() if j["verdict"] == "fault"] for t in tracks
    }
    faulty = {shot: found for shot, found in faults.items() if found}
    if faulty:
        what = story.words.joined(sorted({story.words.measure(m) for found in faulty.values() for m in found}))
        judged = story.say("full_faults", names=story.words.joined(faulty), what=what)
    else:
        judged = story.say("full_clean")
    counts = {"in": sum(t["frames_in"] for t in tracks), "out": sum(t["frames_out"] for t in tracks)}
    took = story.words.spent(sum(t["seconds"] for t in tracks))
    if len(tracks) == 1:
        text = story.say("render_done", shot=tracks[0]["shot"].rpartition("/")[2], seconds=took, **counts)
    else:
        text = story.say("full_done", shots=story.words.shots(len(tracks)), seconds=took, **counts)
    delivered = [t["delivered"] for t in tracks if t["delivered"]]
    text = paragraph(text, judged, story.say("full_next"))
    return Move(lines(text, story.say("delivered") if delivered else "", *delivered))


def _exported(story: Story, done: list[dict[str, Any]]) -> Move:
    sentences = []
    for outcome in done:
        made = outcome["file"]
        told = story.say("exported", frames=story.words.frames(made["frames"]), format=FORMATS[made["format"]])
        sentences += [paragraph(told, *rules_look.noted(story, made["notes"])), made["path"]]
    return Move(lines(*sentences))


def _compared(story: Story, made: dict[str, Any]) -> Move:
    told = story.say("compared", frames=story.words.frames(made["frames"]))
    return Move(lines(told, made["path"], *rules_look.noted(story, made["notes"])))
