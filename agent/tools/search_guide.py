"""What the guide says to a question about the craft, the settings or Rushes itself."""

from pydantic import Field

from agent.desk import Desk
from agent.tool import Args, Result


class SearchGuide(Args):
    question: str
    """What the artist wants to know, in their words and language."""
    limit: int = Field(default=3, ge=1, le=10)
    """How many passages at most."""


class GuidePassage(Result):
    id: str
    """Catalog id of the passage, `guide.masks.edges` or `setting.steps`: what the answer cites."""
    title: str
    text: str
    """English, whole."""
    score: float
    """0 to 1, only for comparing passages of one answer."""
    found_by: str
    """`id`, `words`, `meaning` or `both`."""


class Guidance(Result):
    passages: list[GuidePassage]
    """Best first; empty where nothing in the guide answers that, and then nothing may be made up."""
    notes: list[str]


def search_guide(desk: Desk, args: SearchGuide) -> Guidance:
    """Look up how something is done, what a setting or model does, what a limit is, or how Rushes behaves, before
    explaining it. Answer from the passages alone, in the artist's language, and cite the ids you used. It changes
    nothing and starts nothing; for a fault seen in a render use troubleshoot, for what to run next choose_model."""
    from agent import guide

    found = guide.ask(desk.workspace.root, args.question, args.limit, make=False)
    return Guidance(passages=[GuidePassage.model_validate(p.plain()) for p in found.passages], notes=found.notes)
