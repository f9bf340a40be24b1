"""From a complaint to one move of one setting."""

from typing import Any, Literal

from pydantic import Field

from agent.desk import Desk
from agent.project import Track
from agent.tool import Args, Result
from engine.errors import InputError
from knowledge.rule_rows import Language


class Troubleshoot(Args):
    text: str
    """What looks wrong, in the artist's words."""
    track: str = ""
    """The track it was seen on; empty: the newest finished one of the project."""
    tried: list[str] = Field(default_factory=list)
    """Setting ids already moved without success; they are skipped."""
    language: Language | Literal[""] = ""
    """Language of the reasons and the question (`de`); empty: that of `text`."""


class Move(Result):
    """One move, with its reason. `settings` is what to render next: the track's changes with the move in them."""

    track: str
    symptom: str
    """Id of the matched row; empty where nothing matched."""
    confidence: float
    because: str
    cause: str
    setting: str
    """Setting to move; empty where the step is an action."""
    action: str
    """What to remake (prompt, reference, mask) where no setting helps."""
    before: Any = None
    after: Any = None
    why: str
    confirm: str
    """The measure that will tell."""
    evidence: str
    """`words`, `measures` or `both`."""
    measured: dict[str, Any]
    """The track's judged measures that are no good."""
    question: str | None
    settings: dict[str, Any]
    rest: list[dict[str, Any]]
    """Further steps, in the order to try them."""


def troubleshoot(desk: Desk, args: Troubleshoot) -> Move:
    """Match a complaint with the measures and settings of a track, and answer the one move to try next."""
    from knowledge import advice

    track = _track(desk, args.track)
    found = advice.advise(args.text, track.model, track.settings, track.measures, args.language or None)
    match = found.matches[0] if found.matches else advice.Match(symptom="", confidence=0.0, because="")
    idle = {s["id"] for s in track.request["spec"]["settings"] if not s["effect"]}
    steps = [s for s in map(advice.Step.as_json, found.steps) if s.get("setting") not in {*args.tried, *idle}]
    step, rest = (steps[0], steps[1:]) if steps else ({}, [])
    setting = step.get("setting") or ""
    moved = {setting: step.get("to")} if setting else {}
    return Move(
        track=track.id,
        symptom=match.symptom,
        confidence=match.confidence,
        because=match.because,
        cause=found.cause,
        setting=setting,
        action=step.get("action") or "",
        before=step.get("from"),
        after=step.get("to"),
        why=step.get("why") or "",
        confirm=step.get("confirm") or "",
        evidence=found.evidence,
        measured={name: m for name, m in track.measures.items() if m["verdict"] in ("watch", "fault")},
        question=found.question,
        settings={**track.changed, **moved},
        rest=rest,
    )


def _track(desk: Desk, name: str) -> Track:
    if name:
        return desk.workspace.store.finished_render(name)
    done = [t for t in desk.workspace.store.tracks_of(desk.project) if t.state == "done"]
    if not done:
        raise InputError(f"Project {desk.project} has no finished render yet that could be looked at.")
    return done[-1]
