"""All shots rendered, and files: past the gates, and only of what is finished."""

from typing import Any

from agent.brains.rules_aside import next_step
from agent.brains.rules_hear import Heard
from agent.brains.rules_still import bound
from agent.brains.rules_story import Call, Move, Story
from agent.brains.rules_words import paragraph

FORMATS = {
    "mp4": "MP4",
    "prores": "ProRes 422 HQ",
    "png": "PNG, 8 bit",
    "png16": "PNG, 16 bit",
    "exr": "EXR, half float",
}


# -- all of it -------------------------------------------------------------------------------------------------------


def full(story: Story, heard: Heard) -> Move:
    """Whole shots are wanted: plan them with the settings of the newest finished test."""
    if not story.finished():
        running = any(j["kind"] == "render" for j in story.running)
        told = story.say("test_running") if running else story.say("no_look_yet", next=next_step(story))
        return Move(told, keeps=True)
    own = [t for t in story.finished() if t["shot"].rpartition("/")[2] in heard.shots]
    base = own[-1] if own and not story.memory.get("base") else story.base()
    names = heard.shots or ([s["name"] for s in story.shots] if heard.all_shots else [base["shot"].rpartition("/")[2]])
    settings = bound(base)
    own_shot = base["shot"].rpartition("/")[2]
    told = story.say("masked_alone", shot=own_shot) if settings and names != [own_shot] else ""
    names = [own_shot] if told else names
    args = {
        "shots": [f"{story.situation['project']}/{name}" for name in names],
        "model": base["model"],
        "profile": base["profile"],
        "settings_from": base["track"],
        **({"settings": settings} if settings else {}),
    }
    return Move(told, (Call("plan_render", args),))


def planned(story: Story) -> Move:
    """The quote stands: say what it costs, and ask for it to run. The gate, not this sentence, asks for the yes."""
    done = story.fresh[0]
    quote = done.result
    names = [s["name"].rpartition("/")[2] for s in quote["shots"]]
    values = {"frames": story.words.frames(quote["frames"]), "estimate": story.words.about(quote["estimate_s"])}
    if len(names) == 1:
        text = story.say("full_plan_one", names=names[0], **values)
    else:
        text = story.say("full_plan", shots=story.words.shots(len(names)), **values)
    asks = story.say("full_asks" if quote["needs_approval"] else "full_at_once")
    return Move(paragraph(text, "" if quote["needs_test"] else asks), (Call("render_full", done.args),))


def full_submitted(story: Story) -> Move:
    result = story.fresh[0].result
    names = story.words.joined(r["shot"].rpartition("/")[2] for r in result["renders"])
    return Move(story.say("full_submitted", names=names, frames=story.words.frames(result["quote"]["frames"])))


# -- files -----------------------------------------------------------------------------------------------------------


def export(story: Story, heard: Heard) -> Move:
    """Files are wanted: of the newest finished render of each shot, whole ones first."""
    tracks = _deliverable(story, heard)
    if not tracks:
        return Move(story.say("nothing_to_export", next=next_step(story)), keeps=True)
    if not heard.formats:
        return Move(story.say("which_format"), asks="format", choices=tuple(FORMATS))
    names = story.words.joined(t["shot"].rpartition("/")[2] for t in tracks)
    told = story.say("exporting", format=story.words.joined(FORMATS[f] for f in heard.formats), names=names)
    return Move(told, tuple(_export_call(tracks, each) for each in heard.formats))


def side_by_side(story: Story, heard: Heard) -> Move:
    """The newest render of a shot beside its source, and beside the take before it where there is another one."""
    done = [t for t in story.finished() if not heard.shots or t["shot"].rpartition("/")[2] in heard.shots]
    if not done:
        return Move(story.say("nothing_to_export", next=next_step(story)), keeps=True)
    newest = done[-1]
    before = next((t for t in reversed(done[:-1]) if _another_take(t, newest)), None)
    takes = [newest["track"]] if before is None else [before["track"], newest["track"]]
    told = story.say("beside" if before is None else "beside_takes", names=newest["shot"].rpartition("/")[2])
    return Move(told, (Call("compare", {"tracks": ["source", *takes]}),))


def _another_take(track: dict[str, Any], newest: dict[str, Any]) -> bool:
    """A render of the same frames that looks otherwise: a test and the whole shot after it are one take."""
    shared = max(track["range"][0], newest["range"][0]) < min(track["range"][1], newest["range"][1])
    return track["shot"] == newest["shot"] and shared and track["settings_hash"] != newest["settings_hash"]


def _export_call(tracks: list[dict[str, Any]], form: str) -> Call:
    return Call("export", {"tracks": [t["track"] for t in tracks], "format": form, "overwrite": True})


def _deliverable(story: Story, heard: Heard) -> list[dict[str, Any]]:
    done = story.finished()
    whole = [t for t in done if t["range"][1] - t["range"][0] == t["shot_frames"]]
    newest = {t["shot"]: t for t in whole or done[-1:]}
    wanted = [t for shot, t in newest.items() if not heard.shots or shot.rpartition("/")[2] in heard.shots]
    return sorted(wanted, key=lambda t: t["shot"])


def exporting(story: Story) -> Move:
    return Move(story.say("exporting_wait"), keeps=bool(story.memory.get("asks")))
