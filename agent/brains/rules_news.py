"""Words on finished jobs: what came out, what was found, what comes next. Says only what the engine reported."""

from typing import Any

from agent.brains import rules_look, rules_repair, rules_still
from agent.brains.rules_aside import job_name
from agent.brains.rules_deliver import FORMATS
from agent.brains.rules_story import Move, Story
from agent.brains.rules_words import frames, joined, judged, lines, measure_label, paragraph, say, spent


def tell(story: Story) -> Move:
    """The words on a batch of jobs that one call started."""
    lost = say("job_lost") if any(n["state"] == "lost" for n in story.news) else ""
    gone = [say("job_gone", what=_name(n)) for n in story.news if n.get("gone")]
    bad = [n for n in story.news if n["state"] in ("failed", "cancelled") and not n.get("gone")]
    good = [n for n in story.news if n["state"] == "done" and not n.get("gone")]
    troubles = paragraph(lost, *gone, *(_trouble(n) for n in bad))
    move = _good(story, good) if good else Move()
    return move._replace(text=paragraph(troubles, move.text, _after_trouble(story, bad, good)), keeps=not move.asks)


def _after_trouble(story: Story, bad: list[dict[str, Any]], good: list[dict[str, Any]]) -> str:
    """What is possible after a job that came to nothing."""
    if good or not bad:
        return ""
    if bad[0]["kind"] == "render":
        return say("can_resume")
    return "" if story.shots else say("no_footage")


def _name(outcome: dict[str, Any]) -> str:
    name = job_name(outcome)
    return f"The {name}"


def _trouble(outcome: dict[str, Any]) -> str:
    if outcome["state"] == "cancelled":
        return say("cancelled", names=_name(outcome))
    fix = say("refused_fix", fix=outcome["fix"]) if outcome["fix"] and outcome["fix"] not in outcome["error"] else ""
    return paragraph(say("job_failed", what=_name(outcome), error=outcome["error"]), fix)


def _good(story: Story, done: list[dict[str, Any]]) -> Move:
    match done[0]["kind"]:
        case "split":
            return rules_look.shots_told(story, done)
        case "still":
            return rules_still.still_told(story, done[0]["still"])
        case "render":
            return _rendered(story, [n["made"] for n in done])
        case "export":
            return _exported(done)
        case "measure":
            return Move(judged(done[0]["made"]["measures"]))
    return Move()


def _rendered(story: Story, tracks: list[dict[str, Any]]) -> Move:
    if len(tracks) > 1 or _was_full(story, tracks[0]):
        return _all_rendered(tracks)
    track = tracks[0]
    if story.memory.get("move", {}).get("setting"):
        return rules_repair.compared(story, track)
    whole = len(story.shots) == 1 and track["frames_out"] == track["shot_frames"]
    next_words = "test_next_done" if whole else "test_next" if len(story.shots) > 1 else "test_next_one"
    once = say("preview_once") if track["profile"] == "preview" and not story.told("preview") else ""
    text = paragraph(
        say("test_done", out=track["frames_out"], seconds=spent(track["seconds"]), **{"in": track["frames_in"]}),
        judged(track["measures"]),
        once,
        say(next_words),
    )
    return Move(text, remember={"base": "", **(story.telling("preview") if once else {})})


def _was_full(story: Story, track: dict[str, Any]) -> bool:
    done = story.last("test_render", "render_full")
    return (
        done is not None
        and done.name == "render_full"
        and track["track"] in {r["track"] for r in done.result["renders"]}
    )


def _all_rendered(tracks: list[dict[str, Any]]) -> Move:
    faults = {
        t["shot"].rpartition("/")[2]: [m for m, j in t["measures"].items() if j["verdict"] == "fault"] for t in tracks
    }
    faulty = {shot: found for shot, found in faults.items() if found}
    if faulty:
        what = joined(sorted({measure_label(m) for found in faulty.values() for m in found}))
        judged = say("full_faults", names=joined(faulty), what=what)
    else:
        judged = say("full_clean")
    counts = {"in": sum(t["frames_in"] for t in tracks), "out": sum(t["frames_out"] for t in tracks)}
    took = spent(sum(t["seconds"] for t in tracks))
    if len(tracks) == 1:
        text = say("render_done", shot=tracks[0]["shot"].rpartition("/")[2], seconds=took, **counts)
    else:
        text = say("full_done", count=len(tracks), seconds=took, **counts)
    delivered = [t["delivered"] for t in tracks if t["delivered"]]
    text = paragraph(text, judged, say("full_next"))
    return Move(lines(text, say("delivered") if delivered else "", *delivered))


def _exported(done: list[dict[str, Any]]) -> Move:
    sentences = []
    for outcome in done:
        made = outcome["file"]
        told = say("exported", frames=frames(made["frames"]), format=FORMATS[made["format"]])
        sentences += [paragraph(told, *rules_look.noted(made["notes"])), made["path"]]
    return Move(lines(*sentences))
