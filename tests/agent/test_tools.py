"""The verbs, called as the graph, the command line and other assistants call them."""

import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import pytest

from agent import facts
from agent.desk import Desk
from agent.origins import ORIGINS
from agent.tool import Tool
from agent.tools import TOOLS
from agent.tools.choose_model import ChooseModel, choose_model
from agent.tools.describe_shot import DescribeShot, describe_shot
from agent.tools.export import Export, export
from agent.tools.import_clip import ImportClip, import_clip, imported
from agent.tools.measure import Measure, measure
from agent.tools.modify_frame import ModifyFrame, modify_frame
from agent.tools.render_full import RenderFull, render_full
from agent.tools.split_shots import SplitShots, split_shots
from agent.tools.troubleshoot import Troubleshoot, troubleshoot
from agent.tools.write_prompt import WritePrompt, write_prompt
from agent.workspace import Workspace
from engine import worker
from engine.errors import ApprovalNeeded, InputError, PrerequisiteError, SettingError
from engine.request import Boundary, ExportRequest, MeasureRequest, SplitResult, StillRequest
from tests.agent.store_ground import LOOK, clip_of, finish, no_worker, project_of, take  # noqa: F401

CONTRACT = (
    "import_clip split_shots describe_shot choose_model write_prompt modify_frame make_mask plan_render test_render "
    "render_full measure troubleshoot compare search_guide export report hand_off pin_render sequence save_preset "
    "cancel_jobs resume_jobs"
)


def with_footage(tmp_path, footage, project: str = "p", **what) -> Desk:
    clip = footage("a.mp4", **what)
    desk = Desk(Workspace(tmp_path / "workspace"), project, files={"a.mp4": clip})
    import_clip(desk, ImportClip(clips=["a.mp4"], whole=True))
    return desk


# -- the list ------------------------------------------------------------------------------------------------------


def test_the_verbs_are_the_contracts_and_speak_for_themselves():
    assert {t.name for t in TOOLS} == set(CONTRACT.split())
    for tool in TOOLS:
        assert isinstance(tool, Tool)
        assert len(tool.about) > 40
        for name, field in tool.schema()["properties"].items():
            assert field.get("description"), f"{tool.name}.{name} is not explained"
        json.dumps(tool.schema())


def test_importing_the_tools_loads_nothing_heavy():
    heavy = ("torch", "cv2", "av", "OpenEXR", "numpy", "onnxruntime", "langgraph", "gradio")
    script = f"import sys, agent.tools, agent.report; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


# -- footage -------------------------------------------------------------------------------------------------------


def test_import_hands_the_clip_to_a_job_and_tells_what_it_brought(tmp_path, footage):
    desk = Desk(Workspace(tmp_path / "w"), "p", files={"a.mp4": footage("a.mp4", frames=5)})
    store, queue = desk.workspace.store, desk.workspace.queue
    asked = import_clip(desk, ImportClip(clips=["a.mp4"], name="first", rate="24000/1001"))
    assert asked.shots == []
    assert queue.get(asked.jobs[0]).request.rate == Fraction(24000, 1001)
    holder = take(desk, asked.jobs[0])
    starts = (Boundary(start=0, transition="start"), Boundary(start=20, transition="dissolve"))
    seen = ({"motion_level": "static"}, {"motion_level": "high"})
    result = SplitResult(clip=clip_of(50), boundaries=starts, facts=seen, seconds=1.0)
    assert queue.finish(asked.jobs[0], holder, result)
    store.settle(queue)
    told = imported(desk, asked.jobs, asked)
    assert [(s.name, s.start, s.stop, s.transition) for s in told.shots] == [
        ("010", 0, 20, "start"),
        ("020", 20, 50, "dissolve"),
    ]
    assert [(s.added, s.frames) for s in told.sources] == [(True, 50)]
    assert store.sources("p")[0].name == "first"
    assert facts.measured(desk, store.shot("p/020"))["motion_level"] == "high", "what the job saw is remembered"


def test_the_same_file_again_adds_nothing_and_starts_no_job(tmp_path, footage):
    desk = with_footage(tmp_path, footage, frames=7)
    for whole in (True, False):
        again = import_clip(desk, ImportClip(clips=["a.mp4"], whole=whole))
        assert [s.added for s in again.sources] == [False]
        assert again.jobs == []
        assert len(again.shots) == 1
    assert desk.workspace.queue.list() == []


def test_cuts_of_a_list_are_taken_without_a_job(tmp_path, footage):
    cuts = tmp_path / "cuts.txt"
    cuts.write_text("0\n4\n10\n")
    clip = footage("a.mp4", frames=12)
    desk = Desk(Workspace(tmp_path / "w"), "p", files={"a.mp4": clip, "cuts.txt": cuts})
    told = import_clip(desk, ImportClip(clips=["a.mp4"], cuts="cuts.txt"))
    assert [(s.start, s.stop) for s in told.shots] == [(0, 4), (4, 10), (10, 12)]
    for form in ("edl", "otio"):
        written = split_shots(replace(desk, to=tmp_path / f"out.{form}"), SplitShots(action=form)).path
        back = Desk(Workspace(tmp_path / form), "q", files={"a.mp4": clip, "l": tmp_path / f"out.{form}"})
        assert written == str(tmp_path / f"out.{form}")
        again = import_clip(back, ImportClip(clips=["a.mp4"], cuts="l"))
        assert [(s.start, s.stop) for s in again.shots] == [(0, 4), (4, 10), (10, 12)]


def test_bad_footage_is_refused_in_one_sentence_and_leaves_nothing(tmp_path, footage):
    (tmp_path / "text.mp4").write_text("no film")
    (tmp_path / "zero.mp4").write_bytes(b"")
    (tmp_path / "empty").mkdir()
    names = ("text.mp4", "zero.mp4", "empty", "missing.mp4", "nowhere/shot.%04d.exr")
    files = {name: tmp_path / name for name in names} | {"good.mp4": footage("good.mp4", frames=3), "null": "/dev/null"}
    files = {name: type(tmp_path)(path) for name, path in files.items()}
    desk = Desk(Workspace(tmp_path / "w"), "p", files=files)
    for name in (*names, "null", "never handed over"):
        with pytest.raises(InputError) as refused:
            import_clip(desk, ImportClip(clips=["good.mp4", name], whole=True))
        assert "\n" not in str(refused.value)
    for rate in ("0", "-1", "24/0", "fast", "1e9"):
        with pytest.raises(SettingError, match="frames per second"):
            import_clip(desk, ImportClip(clips=["good.mp4"], rate=rate))
    with pytest.raises(InputError, match="1 to 80 letters"):
        import_clip(replace(desk, project="a/b"), ImportClip(clips=["good.mp4"]))
    assert desk.workspace.store.projects() == []
    assert desk.workspace.queue.list() == []


def test_a_clip_lends_an_unnamed_project_its_name(tmp_path, footage):
    desk = Desk(Workspace(tmp_path / "w"), "", files={"a.mp4": footage("a_rather_long_name.mp4", frames=3)})
    assert import_clip(desk, ImportClip(clips=["a.mp4"], whole=True)).project == "a_rather_l"


def test_shots_are_split_and_merged_by_hand(tmp_path):
    desk = project_of(tmp_path, [20, 20])
    told = split_shots(desk, SplitShots(action="split", shot="010", frame=5))
    assert [(s.name, s.start, s.stop) for s in told.shots] == [("010", 0, 5), ("015", 5, 20), ("020", 20, 40)]
    told = split_shots(desk, SplitShots(action="merge", shot="015", other="010"))
    assert [(s.name, s.frames) for s in told.shots] == [("010", 20), ("020", 20)]
    with pytest.raises(InputError, match="no project"):
        split_shots(replace(desk, project="nothing"), SplitShots())


# -- facts, rules, words -------------------------------------------------------------------------------------------


def test_a_shot_is_measured_once_and_remembered(tmp_path, footage):
    desk = with_footage(tmp_path, footage, frames=30, width=160, height=96)
    told = describe_shot(desk, DescribeShot(shot="010", caption="A street."))
    assert told.facts["shot_frames"] == 30
    assert told.facts["motion_level"] in ("static", "medium", "high")
    assert 0 <= told.sharpest_frame < 30
    assert told.caption == "A street."
    desk.files["a.mp4"].unlink()
    assert describe_shot(desk, DescribeShot(shot="p/010")).facts == told.facts


def test_the_busiest_and_the_sharpest_frame_are_found(tmp_path, footage):
    """Twenty frames of a soft still picture with a leap of a crisp one at frame 12."""
    import cv2
    import numpy as np

    noise = np.random.default_rng(1).integers(0, 65535, (48, 80, 3)).astype(np.uint16).repeat(2, 0).repeat(2, 1)
    soft = cv2.GaussianBlur(noise, (0, 0), 4)

    def picture(number):
        return np.roll(noise, 9, axis=1) if number == 13 else noise if number == 12 else soft

    clip = footage("m.mp4", frames=17, width=160, height=96, picture=picture)
    desk = Desk(Workspace(tmp_path / "w"), "p", files={"m.mp4": clip})
    import_clip(desk, ImportClip(clips=["m.mp4"], whole=True))
    found = facts.frames(desk, desk.workspace.store.shot("p/010"))
    assert found["busiest_frame"] in (11, 12, 13)
    assert found["sharpest_frame"] in (12, 13)


@pytest.mark.parametrize(("count", "first", "last"), [(1, 0, 0), (2, 0, 0), (3, 0, 1), (17, 0, 15), (1000, 0, 998)])
def test_places_looked_at_lie_in_the_shot(count, first, last):
    places = facts.places(count)
    assert (places[0], places[-1]) == (first, last)
    assert len(places) == len(set(places)) <= facts.PAIRS


def test_the_rules_choose_with_reasons(tmp_path):
    desk = project_of(tmp_path, [10])
    choice = choose_model(desk, ChooseModel(text="make it look like a watercolour, keep the acting"))
    assert choice.model in ("style_transfer", "modify_frame")
    assert choice.because
    with pytest.raises(InputError, match="no shot"):
        choose_model(desk, ChooseModel(text="x", shot="090"))


def test_a_prompt_is_written_from_the_shots_caption_and_its_origins_kept(tmp_path):
    desk = project_of(tmp_path, [10])
    store = desk.workspace.store
    store.caption_shot(store.shot("p/010").id, "A man rides a bike down a street.")
    told = write_prompt(desk, WritePrompt(instruction="turn the bike into a horse", shot="010", model="transform"))
    assert "horse" in told.prompt
    assert [c["text"] for c in told.clauses] == [c["text"] for c in store.prompt("p", told.prompt).clauses]
    given = write_prompt(desk, WritePrompt(instruction="x", prompt="turn it into a horse", model="transform"))
    assert given.prompt == "turn it into a horse"
    assert given.faults, "an order is no description, and the lint says so"


def test_a_prompt_is_drafted_from_the_shot_itself_or_tidied(tmp_path):
    desk = project_of(tmp_path, [10])
    store = desk.workspace.store
    shot = store.shot("p/010").id
    store.caption_shot(shot, "A man rides a bike down a street.")
    store.keep_facts(shot, {"camera_motion": "static", "luma_mean": 20.0, "warmth": 30.0})
    made = write_prompt(desk, WritePrompt(auto=True, shot="010", model="transform"))
    assert "bike" in made.prompt and made.faults == []
    assert {"plate"} < {c["origin"] for c in made.clauses} <= set(ORIGINS)
    assert store.prompt("p", made.prompt).clauses
    plain = write_prompt(
        desk, WritePrompt(optimise="Please turn it into a watercolour painting", model="style_transfer")
    )
    assert "atercolour" in plain.prompt and plain.faults == []


def test_a_prompt_is_asked_for_in_one_way(tmp_path):
    desk = project_of(tmp_path, [10])
    for args in ({}, {"instruction": "x", "auto": True, "shot": "010"}, {"optimise": "x", "auto": True, "shot": "010"}):
        with pytest.raises(InputError, match="exactly one"):
            write_prompt(desk, WritePrompt(**args))
    with pytest.raises(InputError, match="name one"):
        write_prompt(desk, WritePrompt(auto=True))


def test_footage_that_cannot_be_read_drafts_without_light_and_says_so(tmp_path):
    desk = project_of(tmp_path, [10])
    made = write_prompt(desk, WritePrompt(auto=True, shot="010", caption="A man rides a bike.", model="transform"))
    assert "bike" in made.prompt
    assert any("nothing of the light" in note for note in made.notes)


# -- stills --------------------------------------------------------------------------------------------------------


def test_a_still_is_one_job_on_one_frame_of_the_source(tmp_path):
    desk = project_of(tmp_path, [20, 20])
    told = modify_frame(desk, ModifyFrame(shot="020", instruction="like a watercolour", frame=5))
    request = desk.workspace.queue.get(told.job).request
    assert isinstance(request, StillRequest)
    assert request.frame == 25
    assert (told.image_model, told.profile) == ("preview", "preview")
    with pytest.raises(InputError, match="frames 0 to 19"):
        modify_frame(desk, ModifyFrame(shot="010", instruction="x", frame=20))
    finish(desk, told.job)
    again = modify_frame(desk, ModifyFrame(shot="020", instruction="a bit darker", from_still=told.still))
    assert again.frame == 5
    assert desk.workspace.queue.get(again.job).request.images["source_override"][0].path.endswith("still.png")


def test_image_models_that_are_remote_or_not_here_do_not_run(tmp_path, monkeypatch):
    desk = project_of(tmp_path, [10])
    monkeypatch.setenv("RUSHES_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ApprovalNeeded, match="leave this machine"):
        modify_frame(desk, ModifyFrame(shot="010", instruction="x", frame=0, image_model="gpt_image"))
    for name, lacks in (("gpt_image", "OPENAI_API_KEY"), ("qwen_edit", "rushes weights pull qwen_edit")):
        with pytest.raises(PrerequisiteError, match=lacks):
            modify_frame(
                replace(desk, allow_remote=True), ModifyFrame(shot="010", instruction="x", frame=0, image_model=name)
            )
    with pytest.raises(InputError, match="gpt_image"):
        modify_frame(desk, ModifyFrame(shot="010", instruction="x", frame=0, image_model="gpt_imag"))
    monkeypatch.delenv("RUSHES_WEIGHTS")
    with pytest.raises(SettingError, match="needs to know the look"):
        modify_frame(desk, ModifyFrame(shot="010", instruction=" ", frame=0))
    assert desk.workspace.queue.list() == []


def test_a_frame_leaves_only_with_the_call_that_was_agreed_to(tmp_path, monkeypatch):
    desk = replace(project_of(tmp_path, [10]), allow_remote=True)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-nobody-sees-this")
    away = modify_frame(desk, ModifyFrame(shot="010", instruction="make it night", frame=0, image_model="gpt_image"))
    here = modify_frame(desk, ModifyFrame(shot="010", instruction="a watercolour", frame=0))
    requests = [desk.workspace.queue.get(told.job).request for told in (away, here)]
    assert [request.allow_remote for request in requests] == [True, False]
    assert requests[0].spec.runs.endswith("GptImage") and requests[0].values["image_model"] == "gpt_image"
    assert not any("sk-nobody" in path.read_text("latin-1") for path in tmp_path.rglob("*") if path.is_file())


# -- after a render ------------------------------------------------------------------------------------------------


def rendered(desk: Desk, shot: str = "010") -> str:
    made = render_full(desk, RenderFull(shots=[shot], model="style_transfer", settings=LOOK)).renders[0]
    finish(desk, made.job)
    return made.track


def test_the_same_call_submits_once_whenever_it_runs_again(tmp_path):
    desk = replace(project_of(tmp_path, [100, 30]), call="thread:call_1")
    wish = RenderFull(shots=["010", "020"], model="style_transfer", settings=LOOK)
    first, second = render_full(desk, wish), render_full(desk, wish)
    assert first.renders == second.renders
    assert len(desk.workspace.queue.list()) == 2
    other = render_full(desk, wish.model_copy(update={"settings": {**LOOK, "seed": 1}}))
    assert {r.track for r in other.renders}.isdisjoint(r.track for r in first.renders)


def test_measures_are_read_and_two_renders_compared(tmp_path):
    desk = project_of(tmp_path, [100, 100])
    one, two, far = rendered(desk), rendered(desk), rendered(desk, "020")
    told = measure(desk, Measure(track=one))
    assert told.job == ""
    assert told.measures["m.frames"]["verdict"] == "good"
    against = measure(desk, Measure(track=one, against=two))
    request = desk.workspace.queue.get(against.job).request
    assert isinstance(request, MeasureRequest)
    assert request.against_folder == str(desk.workspace.media(two))
    assert measure(desk, Measure(track=one, again=True)).job
    with pytest.raises(InputError, match="other frames"):
        measure(desk, Measure(track=one, against=far))


def test_a_complaint_becomes_one_move_on_the_tracks_own_settings(tmp_path):
    desk = project_of(tmp_path, [100])
    with pytest.raises(InputError, match="no finished render"):
        troubleshoot(desk, Troubleshoot(text="it flickers at the start"))
    track = rendered(desk)
    move = troubleshoot(desk, Troubleshoot(text="it flickers at the start"))
    assert move.track == track
    assert move.setting == "start_buffer_frames"
    assert move.after > move.before == desk.workspace.store.track(track).settings["start_buffer_frames"]
    assert move.settings == {**LOOK, "start_buffer_frames": move.after}
    assert move.measured["m.flicker"]["verdict"] == "fault"
    tried = troubleshoot(desk, Troubleshoot(text="it flickers at the start", tried=["start_buffer_frames"]))
    assert tried.setting != "start_buffer_frames"
    idle = {s["id"] for s in desk.workspace.store.track(track).request["spec"]["settings"] if not s["effect"]}
    assert tried.setting not in idle, "a setting that does nothing here is no move"


def test_export_goes_where_it_is_told_and_guards_what_stands_there(tmp_path):
    desk = project_of(tmp_path, [60, 60])
    one, two = rendered(desk), rendered(desk, "020")
    told = export(desk, Export(tracks=[one, two, one], format="exr"))
    assert len(told.exports) == 2
    assert all(e.path.startswith(str(desk.workspace.deliver)) for e in told.exports)
    target = tmp_path / "out.mp4"
    job = export(replace(desk, to=target), Export(tracks=[one], format="mp4", burn_in=True, audio=False)).exports[0].job
    request = desk.workspace.queue.get(job).request
    assert isinstance(request, ExportRequest)
    assert (request.to, request.stem, request.burn_in, request.audio) == (str(target), "p_010", "p/010", False)
    target.write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        export(replace(desk, to=target), Export(tracks=[one], format="mp4"))
    assert export(replace(desk, to=target), Export(tracks=[one], format="mp4", overwrite=True))
    queued = render_full(desk, RenderFull(shots=["010"], model="style_transfer", settings=LOOK)).renders[0].track
    with pytest.raises(InputError, match="only a finished render"):
        export(desk, Export(tracks=[queued], format="png"))


# -- the whole road, with the real worker --------------------------------------------------------------------------


def test_from_a_clip_to_a_film_and_its_report(tmp_path, footage):
    from agent.tools.report import Report, report
    from agent.views import still_view, track_view

    desk = with_footage(tmp_path, footage, frames=9, width=96, height=64, sound=True)
    store, queue, root = desk.workspace.store, desk.workspace.queue, desk.workspace.root

    def work() -> None:
        worker.run(root, once=True)
        store.settle(queue)

    still = modify_frame(desk, ModifyFrame(shot="010", instruction="like a watercolour", frame=2))
    work()
    shot = store.shot("p/010")
    assert still_view(store.still(still.still), shot).state == "done", store.still(still.still).error
    settings = {**LOOK, "style_frame": still.still}
    made = render_full(desk, RenderFull(shots=["010"], model="style_transfer", settings=settings)).renders[0]
    work()
    view = track_view(store.track(made.track), store.shot("p/010"))
    assert (view.state, view.frames_in, view.frames_out) == ("done", 9, 9), view.error
    assert view.measures["m.frames"]["verdict"] == "good"
    target = tmp_path / "film.mp4"
    filed = export(replace(desk, to=target), Export(tracks=[made.track], format="mp4")).exports[0]
    work()
    assert queue.get(filed.job).result.frames == 9
    assert target.stat().st_size > 500
    page = report(replace(desk, to=tmp_path / "r.html"), Report(subject=made.track)).path
    html = (tmp_path / "r.html").read_text()
    assert page == str(tmp_path / "r.html")
    assert html.count("data:image/jpeg;base64,") == 8
    assert made.track in html
