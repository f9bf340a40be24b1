"""A render in two calls: the token starts what was quoted, and nothing else; the gates hold in between."""

from dataclasses import replace

import pytest

from agent.project import Track
from agent.proposals import Proposals, StartRender
from agent.tools.plan_render import PlanRender
from agent.tools.split_shots import SplitShots, split_shots
from agent.tools.test_render import TestRender as Trial
from agent.tools.test_render import test_render as render_test
from engine.errors import ApprovalNeeded, SettingError
from tests.agent.store_ground import LOOK, finish, no_worker, project_of  # noqa: F401

LOOKS = {"model": "style_transfer", "settings": LOOK}


@pytest.fixture
def desk(tmp_path):
    return project_of(tmp_path, [60, 200])


def wish(shot: str, **more) -> PlanRender:
    return PlanRender(**{**LOOKS, **more}, shots=[shot])


def queued(desk) -> list[str]:
    return [job.id for job in desk.workspace.queue.list()]


def track(desk, submitted) -> Track:
    return desk.workspace.store.track(submitted.renders[0].track)


def test_a_proposal_renders_nothing_and_its_token_starts_it_once(desk):
    proposals = Proposals("a program")
    proposal = proposals.propose(desk, wish("010"))
    assert proposal.quote.frames == 60
    assert queued(desk) == []
    first = proposals.start(desk, StartRender(token=proposal.token))
    assert queued(desk) == [first.renders[0].job]
    again = proposals.start(desk, StartRender(token=proposal.token))
    assert again.renders == first.renders, "a call that was sent twice makes nothing twice"
    assert queued(desk) == [first.renders[0].job]


@pytest.mark.parametrize("token", ["", "yes", "0" * 22])
def test_a_token_that_nobody_gave_starts_nothing(desk, token):
    proposals = Proposals("a program")
    proposals.propose(desk, wish("010"))
    with pytest.raises(ApprovalNeeded, match="starts nothing here"):
        proposals.start(desk, StartRender(token=token))
    assert queued(desk) == []


def test_a_token_of_another_server_or_project_starts_nothing(desk):
    proposals, others = Proposals("a program"), Proposals("a program")
    token = proposals.propose(desk, wish("010")).token
    for refuses, where in ((others, desk), (proposals, replace(desk, project="q"))):
        with pytest.raises(ApprovalNeeded, match="starts nothing here"):
            refuses.start(where, StartRender(token=token))
    assert queued(desk) == []


def test_a_token_is_void_once_what_it_would_start_has_changed(desk):
    proposals = Proposals("a program")
    token = proposals.propose(desk, wish("010")).token
    split_shots(desk, SplitShots(action="split", shot="010", frame=30))
    with pytest.raises(ApprovalNeeded, match="has changed since"):
        proposals.start(desk, StartRender(token=token))
    assert queued(desk) == []


def test_a_long_render_owes_its_test_and_names_who_said_yes(desk):
    proposals = Proposals("a program")
    proposal = proposals.propose(desk, wish("020"))
    assert proposal.quote.needs_test
    assert proposal.quote.needs_approval
    with pytest.raises(ApprovalNeeded, match="run test_render") as owed:
        proposals.start(desk, StartRender(token=proposal.token))
    assert owed.value.needs == ["test"]
    trial = render_test(desk, Trial(**LOOKS, shot="020", range=(0, 80)))
    finish(desk, trial.renders[0].job)
    started = proposals.start(desk, StartRender(token=proposal.token))
    approval = track(desk, started).request["approval"]
    assert (approval["who"], approval["frames"], approval["test_waived"]) == ("a program", 200, False)
    assert approval["settings_hash"] == proposal.quote.settings_hash


def test_a_test_of_another_look_does_not_count(desk):
    proposals = Proposals("a program")
    token = proposals.propose(desk, wish("020")).token
    trial = render_test(desk, Trial(**{**LOOKS, "settings": {**LOOK, "seed": 7}}, shot="020", range=(0, 80)))
    finish(desk, trial.renders[0].job)
    with pytest.raises(ApprovalNeeded, match="run test_render"):
        proposals.start(desk, StartRender(token=token))


def test_a_wish_that_is_refused_gets_no_token(desk):
    with pytest.raises(SettingError):
        Proposals("a program").propose(desk, wish("010", settings={"prompt": "x", "no_such": 1}))
