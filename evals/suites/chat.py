"""A sentence of nonsense, an insult, a recipe question, a wish outside the mission: a plain short answer, no tool."""

from evals import scorers
from evals.cases import ChatCase
from evals.ground import DOES_NOTHING, Happened, Talks
from evals.suite import Scores, Suite, Told

SHOTS = (30, 45)
"""The footage that lies there while somebody chats."""


class Chats(Talks):
    """Each message is the first of a talk about a project with footage. Nothing is rendered: the jobs are cancelled."""

    def __init__(self, brain: str):
        super().__init__(brain, worker=False)

    def answer(self, case: ChatCase) -> Happened:
        """What one message leads to."""
        project = self.project(case.id, self.clip(SHOTS), SHOTS)
        return self.talk(project, [(case.message, ())], waits=False)


def score(case: ChatCase, given: Happened) -> Scores:
    """The scorer's numbers for one message."""
    return scorers.chat(case.expect, given.calls(), given.words(), _asks(given))


def tell(case: ChatCase, given: Happened) -> Told:
    """One message in words."""
    return Told(case.message, f"tools: {case.expect.tools}", given.line())


def _asks(given: Happened) -> bool:
    return any(e.type == "question" for e in given.events)


SUITE = Suite(name="chat", main="right", score=score, tell=tell, ground=Chats, baselines=(DOES_NOTHING,))
