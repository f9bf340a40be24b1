"""What the page does: it shows the project as it stands, and its buttons meet the same tools and gates as the talk."""

import pytest

from agent.workspace import Workspace
from engine import media
from engine.errors import ApprovalNeeded, InputError, SettingError
from engine.request import Boundary
from knowledge import prompt_style
from tests.agent.ground import LOOK, work_off
from tests.engine.footage import Footage
from ui.web import markup
from ui.web.desk_view import Here
from ui.web.handlers import NOWHERE, Handlers
from ui.web.talks import PANEL

MODEL = "style_transfer"


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setenv("RUSHES_AUTOSTART", "0")


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return media.probe(Footage(frames=320, width=32, height=24).write(tmp_path_factory.mktemp("clip") / "a.mp4"))


@pytest.fixture
def handlers(tmp_path, clip) -> Handlers:
    """A page over project `p` with two shots, of 120 and 200 frames."""
    workspace = Workspace(tmp_path / "workspace")
    cuts = [Boundary(start=0, transition="start"), Boundary(start=120, transition="cut")]
    workspace.store.add_source("p", clip, cuts, "a.mp4")
    return Handlers(workspace)


@pytest.fixture
def here(handlers) -> Here:
    return Here("p", handlers.workspace.store.shots("p")[0].id, "")


def second(handlers: Handlers) -> Here:
    return Here("p", handlers.workspace.store.shots("p")[1].id, "")


def try_out(handlers: Handlers, at: Here) -> None:
    handlers.test(at, MODEL, LOOK)
    work_off(handlers.workspace)


def renders(handlers: Handlers) -> list:
    """Renders in the queue; viewing copies stand there too."""
    return [job for job in handlers.workspace.queue.list("queued") if job.kind == "render"]


def test_a_fresh_workspace_says_what_to_do(tmp_path):
    handlers = Handlers(Workspace(tmp_path))
    here = Here(*handlers.arrive())
    shown = handlers.look(here, {})
    assert here == NOWHERE and shown["talk"] == [] and shown["viewer"] == {} and shown["strip"] == ""
    assert "Say what it should become" in shown["sheet"] and "brain: rules" in shown["brand"]


def test_the_page_shows_shots_player_and_the_newest_render(handlers, here):
    try_out(handlers, here)
    shown = handlers.look(here._replace(take=""), {})
    assert shown["strip"].count("role='option'") == 2
    assert shown["viewer"]["frames"] == 120 and shown["viewer"]["take"]["frames"] == 120
    assert shown["viewer"]["source"] == {"url": "", "error": ""}, "a viewing copy is asked for and not there yet"
    assert "120 frames in, 120 out" in shown["sheet"] and "frame count" in shown["sheet"]
    assert shown["here"][2].startswith("track_")


def test_the_page_goes_where_something_was_made_unless_the_artist_stays(handlers, here):
    seen = handlers.look(here, {})
    try_out(handlers, second(handlers))
    assert handlers.look(here, seen)["here"][1] == second(handlers).shot
    assert handlers.look(here._replace(follows=False), seen)["here"][1] == here.shot


def test_a_test_from_the_panel_is_the_tool_of_the_talk(handlers, here):
    assert "120 frames" in handlers.test(here, MODEL, {**LOOK, "video_input_strength": 0.8})
    (job,) = renders(handlers)
    assert job.request.values["video_input_strength"] == 0.8 and len(job.request.range) == 120


def test_faults_of_the_panel_come_back_in_words(handlers, here):
    with pytest.raises(SettingError, match=r"video_input_strength.*seed") as told:
        handlers.test(here, MODEL, {**LOOK, "video_input_strength": 7, "seed": -1})
    assert len(told.value.faults) == 2
    with pytest.raises(InputError, match="drop a clip"):
        handlers.test(NOWHERE, MODEL, LOOK)
    assert handlers.workspace.queue.list() == []


def test_a_prompt_is_drafted_from_the_shot_and_tidied(handlers, here):
    handlers.workspace.store.caption_shot(here.shot, "A man rides a bike down a street.")
    drafts = [handlers.draft(here, MODEL, seed) for seed in (0, 1, 2, 0)]
    assert drafts[0] == drafts[3] and len({draft.prompt for draft in drafts}) > 1
    assert all(draft.prompt and not draft.faults for draft in drafts)
    tidied = handlers.tidy(here, MODEL, "please turn it into a watercolour painting")
    assert "atercolour" in tidied.prompt and tidied.faults == []
    for draft in (*drafts, tidied):
        assert handlers.workspace.store.prompt("p", draft.prompt).clauses, "the report will tell its origins"
    with pytest.raises(InputError, match="drop a clip"):
        handlers.draft(NOWHERE, MODEL, 0)
    with pytest.raises(InputError, match="no prompt to tidy"):
        handlers.tidy(here, MODEL, "  ")


def test_a_draft_goes_on_with_the_look_of_the_chosen_render(handlers, here):
    handlers.test(here, MODEL, {"prompt": "A charcoal drawing on rough paper."})
    work_off(handlers.workspace)
    take = handlers.look(here, {})["here"][2]
    assert "charcoal" in handlers.draft(here._replace(take=take), MODEL, 0).prompt.lower()


def test_the_page_says_what_the_lint_holds_against_a_prompt_and_renders_it(handlers, here):
    order = {"prompt": "turn it into a watercolour painting"}
    faults = prompt_style.lint(order["prompt"], "description")
    assert faults
    assert all(fault in handlers.render(here, MODEL, order) for fault in faults)
    at = second(handlers)
    handlers.test(at, MODEL, order)
    work_off(handlers.workspace)
    handlers.render(at, MODEL, order)
    assert all(markup.text(fault) in handlers.look(at, {})["bar"] for fault in faults), "the approve bar says it too"


def test_a_short_shot_renders_at_once(handlers, here):
    assert "On its way: 120 frames" in handlers.render(here, MODEL, LOOK)


def test_a_long_shot_needs_its_test_and_then_a_yes_that_outlives_the_tab(handlers):
    at = second(handlers)
    with pytest.raises(ApprovalNeeded, match="test"):
        handlers.render(at, MODEL, LOOK)
    try_out(handlers, at)
    assert "waits for your yes" in handlers.render(at, MODEL, LOOK)
    assert renders(handlers) == []
    bar = handlers.look(at, {})["bar"]
    assert "200 frames" in bar and f"data-id='{PANEL}'" in bar, "a fresh tab, seen nothing, still shows it"
    assert "On its way: 200 frames" in handlers.answer(PANEL, True, at)
    (job,) = renders(handlers)
    assert job.request.approval.settings_hash == job.request.settings_hash() and not job.request.approval.test_waived
    assert PANEL not in handlers.look(at, {})["bar"]


def test_a_no_renders_nothing(handlers):
    at = second(handlers)
    try_out(handlers, at)
    handlers.render(at, MODEL, LOOK)
    handlers.answer(PANEL, False, at)
    assert renders(handlers) == [] and PANEL not in handlers.look(at, {})["bar"]
    assert handlers.answer(PANEL, True, at) == "", "an approval is answered once"


def test_other_settings_do_not_ride_on_a_test(handlers):
    at = second(handlers)
    try_out(handlers, at)
    with pytest.raises(ApprovalNeeded, match="test"):
        handlers.render(at, MODEL, {**LOOK, "seed": 7})


def test_jobs_are_cancelled_and_taken_up_again(handlers, here):
    handlers.test(here, MODEL, LOOK)
    (job,) = renders(handlers)
    handlers.cancel(job.id)
    assert "cancelled" in handlers.look(here, {})["jobs"]
    handlers.resume(job.id)
    assert handlers.workspace.queue.get(job.id).state == "queued"


def test_settings_of_a_render_can_be_copied_into_the_panel(handlers, here):
    handlers.test(here, MODEL, {**LOOK, "seed": 7})
    work_off(handlers.workspace)
    take = handlers.look(here, {})["here"][2]
    assert handlers.settings_of(take) == {"take": take, "model": MODEL, "settings": {**LOOK, "seed": 7}}
    assert handlers.settings_of("") == {}


def test_a_talk_with_a_first_clip_lends_its_name_to_the_project(tmp_path, footage):
    handlers = Handlers(Workspace(tmp_path / "w"))
    clip = footage("bikes.mp4", frames=3)
    (stands, talk), *_ = handlers.speak({"text": "", "files": [str(clip)]}, NOWHERE)
    assert stands.project == "bikes" and "bikes.mp4" in talk[0]["content"]
    assert [p.name for p in handlers.workspace.uploads.iterdir() if p.is_file()] == ["bikes.mp4"]
    assert handlers.arrive()[0] == "bikes", "a refresh comes back before the shots are found"


def test_two_uploads_of_one_name_are_both_kept(tmp_path, footage):
    handlers = Handlers(Workspace(tmp_path / "w"))
    kept = [handlers.talks.keep([str(footage("a.mp4", frames=2))])[0].name for _ in range(2)]
    assert kept == ["a.mp4", "a 2.mp4"]


def test_a_wrong_project_name_is_refused_and_a_new_one_needs_none(handlers):
    with pytest.raises(InputError, match="can't be called"):
        handlers.choose_project("a/b")
    assert handlers.choose_project("Bikes 2") == Here("Bikes 2", "", "")
    assert handlers.new_project() == NOWHERE


def test_exports_go_through_the_tool_and_a_still_is_refused(handlers, here):
    try_out(handlers, here)
    take = handlers.look(here, {})["here"][2]
    assert "MP4" in handlers.export(here._replace(take=take), "mp4")
    exports = [j for j in handlers.workspace.queue.list("queued") if j.kind == "export" and not j.request.proxy]
    assert [(j.request.format, j.track) for j in exports] == [("mp4", take)]
    assert "Choose a render" in handlers.export(here._replace(take="still_1"), "mp4")
