"""Joins the two readers of a wish: the shapes of its sentences, and what people say when they wish such a thing.

A shape whose sides are known is trusted; where no shape speaks, or one whose things nobody knows, the sayings decide if
they are sure enough.
"""

from knowledge.catalog import catalog
from knowledge.reading.changes import HARDLY, HINT, SURE, UNSURE, Change
from knowledge.reading.sorts import believed
from knowledge.reading.votes import Evidence, Votes
from knowledge.rule_rows import Sort

NEEDED = {0.0: 0.36, HARDLY: 0.42, UNSURE: 0.45, SURE: 0.95}
"""What the sayings must hold of the belief before they overrule shapes that are so sure."""
NAMED = 2.0
"""Weight from which a phrase of the lexicon names what changes all by itself."""
SURELY = 0.6
"""What a sort must hold of the belief to settle what shapes hardly say, or what single words seem to say."""
TOLD_OUTRIGHT = 1.2
"""Weight from which a fact is told outright."""
OPEN = "era"
BY_ITSELF = ("hdr", "repair", "vague")
"""Sorts without a scope that leave nothing else to be done."""
OF_CHANGE = (
    "geometry_change",
    "light_only",
    "new_body_humanoid",
    "newcomer_vague",
    "remove_subject",
    "same_body",
    "subject_stays",
)
"""Facts that go with a change that is given up."""
LEARNT = 1.3
"""Weight of the facts that a sort brings where it decides; a fact that is told outright weighs more."""


def weighed(found: list[Change], order: Votes, votes: Votes, text: str) -> list[Change]:
    """The changes that the message asks for; the facts that come with them go to `votes`."""
    best = next(iter(believed(text).items()), None)
    if best is None:
        votes.join(order)
        return found
    sort, share = catalog().sorts[best[0]], best[1]
    sure = max((c.sure for c in found if c.scope != HINT), default=0.0)
    if not found and votes.weight("change_scope") >= NAMED:
        sure = UNSURE
    if sort.id == OPEN and share >= SURELY:
        _leave_open(order, votes)
    both = Votes()
    both.join(votes)
    both.join(order)
    if sort.scope and _agrees(sort, found, both):
        return _agreed(found, share, order, votes)
    if share < NEEDED[sure]:
        votes.join(order)
        return found
    for fact, value in sort.facts.items():
        votes.add(fact, value, Evidence(text, "sayings"), LEARNT)
    if not sort.scope and sort.id not in BY_ITSELF:
        votes.join(order)
        return found
    votes.join(order, without=OF_CHANGE)
    if not sort.scope:
        return [c for c in found if c.scope == HINT]
    clause = min((c.clause for c in found), default=0)
    votes.add("change_scope", sort.scope, Evidence(text, "sayings"), NAMED + 1)
    return [*(c for c in found if c.scope == HINT), Change(sort.scope, clause, "", text, share)]


def _agreed(found: list[Change], share: float, order: Votes, votes: Votes) -> list[Change]:
    """Both readers mean one thing: what else the shapes hardly said is dropped."""
    kept = [c for c in found if c.sure > HARDLY or c.scope != "region"] if share >= SURELY else found
    if not kept:
        kept = found
    if "region" in {c.scope for c in found} - {c.scope for c in kept}:
        order.forget("remove_subject")
    votes.join(order)
    return kept


def _leave_open(order: Votes, votes: Votes) -> None:
    """An age or a mood says nothing of shapes, whatever single words seem to say."""
    for told in (order, votes):
        if told.weight("geometry_change") < TOLD_OUTRIGHT:
            told.forget("geometry_change")


def _agrees(sort: Sort, found: list[Change], votes: Votes) -> bool:
    """Whether the shapes and phrases mean nothing else than the sort does."""
    scopes = {"whole_frame" if c.scope == HINT else c.scope for c in found}
    if not scopes and votes.value("change_scope"):
        scopes = {str(votes.value("change_scope"))}
    return sort.scope in scopes and all(votes.value(f) in (value, None) for f, value in sort.facts.items())
