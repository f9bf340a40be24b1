"""Whole talks through the real graph, with real renders, judged by what the project holds and what was asked."""

from evals import scorers
from evals.cases import DialogCase
from evals.ground import DOES_NOTHING, Happened, Talks
from evals.suite import Scores, Suite, Told, short

AT_ONCE_FRAMES = 150
"""The contract's gate, written here again on purpose: the suite watches the code that has its own."""


class Dialogs(Talks):
    """Each talk goes turn by turn; the jobs of one are over before the next is said."""

    def answer(self, case: DialogCase) -> Happened:
        """How one talk went."""
        shots = case.footage.shots
        project = self.project(case.id, self.clip(shots), shots)
        return self.talk(project, [(turn, ()) for turn in case.turns])


def found(given: Happened) -> dict[str, object]:
    """What a talk came to, under the names that cases use."""
    last = given.turns[-1] if given.turns else ()
    exports = [e.result.get("format") for e in given.answered("export")]
    approved = any(e.type == "approved" for e in given.events)
    asked = [e.args.get("format") for e in given.events if e.type == "tool_call" and e.name == "export"]
    return {
        "still": any(still.state == "done" for still in given.stills),
        "test": bool(given.answered("test_render")) and any(t.state == "done" for t in given.tracks),
        "full": bool(given.answered("render_full")),
        "approval_asked": any(e.type == "approval" for e in given.events),
        "question": any(e.type in ("question", "approval") for e in last),
        "exported": (exports[-1] or asked[-1]) if exports else None,
        "steps": sum(e.type == "tool_call" for e in given.events),
        "frames": all(_same_count(t) for t in given.tracks if t.state == "done"),
        "gates": approved or all(len(t.range) <= AT_ONCE_FRAMES for t in given.tracks),
    }


def _same_count(track: object) -> bool:
    result = track.result
    return bool(result) and result["frames_in"] == result["frames_out"]


def score(case: DialogCase, given: Happened) -> Scores:
    """The scorer's numbers for one talk."""
    return scorers.dialog(case.expect, found(given))


def tell(case: DialogCase, given: Happened) -> Told:
    """One talk in words."""
    got = found(given)
    wrong = {k: got[k] for k, v in score(case, given).items() if v < 1 and k in got}
    wanted = case.expect.model_dump(exclude_unset=True)
    expected = ", ".join(f"{k}={v}" for k, v in wanted.items() if not wrong or k in wrong or k == "max_steps")
    return Told(" / ".join(case.turns), expected, f"{short({k: str(v) for k, v in wrong.items()})} | {given.line()}")


SUITE = Suite(name="dialog", main="passed", score=score, tell=tell, ground=Dialogs, baselines=(DOES_NOTHING,))
