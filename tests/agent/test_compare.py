"""The tool `compare`, presets and sequences over counted shots, and what the rules brain makes of "compare"."""

from dataclasses import replace

import pytest

from agent import presets, situation
from agent.desk import Desk
from agent.differences import differences, lines
from agent.sequence import Wanted, sequence
from agent.tools.compare import Compare, compare
from agent.tools.render_full import RenderFull, render_full
from engine.errors import InputError, SettingError
from engine.request import CompareRequest, ReviewResult, SequenceRequest
from knowledge.catalog import catalog
from tests.agent.store_ground import LOOK, finish, no_worker, project_of, take
from tests.agent.test_rules_brain import Thread, judged, track

__all__ = ["no_worker"]


def rendered(desk: Desk, shot: str = "010", span: tuple[int, int] | None = None, **settings: object) -> str:
    wish = RenderFull(shots=[shot], model="style_transfer", settings={**LOOK, **settings}, range=span)
    made = render_full(desk, wish).renders[0]
    finish(desk, made.job)
    return made.track


def asked(desk: Desk, job: str) -> CompareRequest:
    request = desk.workspace.queue.get(job).request
    assert isinstance(request, CompareRequest)
    return request


# -- the tool ----------------------------------------------------------------------------------------------------------


def test_takes_are_laid_over_the_frames_they_share_with_what_differs(tmp_path):
    desk = project_of(tmp_path, [100, 60])
    one = rendered(desk, seed=1)
    two = rendered(desk, span=(10, 50), seed=2, prompt="An oil painting, thick paint.")
    told = compare(desk, Compare(tracks=[one, "source", two]))
    request = asked(desk, told.job)
    assert (told.range, told.shot) == ((10, 50), "p/010")
    assert told.notes == ["The tracks share frames 10:50 of the shot; these are compared."]
    assert list(told.differs)[-1] == "prompt", "a prompt is told last"
    assert told.differs["seed"] == [1, 2]
    labels = [catalog().settings[name].label for name in ("seed", "prompt")]
    names = [side.label for side in request.sides]
    assert names[1] == "source" and names[0] != names[2] and names[0].endswith(", preview")
    assert {f"{labels[0]}: 1", f"{labels[1]}: {LOOK['prompt']}"} <= {*request.sides[0].differs}
    assert {f"{labels[0]}: 2", f"{labels[1]}: An oil painting, thick paint."} <= {*request.sides[2].differs}
    assert request.sides[1].differs == ()
    assert [side.first for side in request.sides] == [10, 0, 0]
    assert [bool(side.folder) for side in request.sides] == [True, False, True]
    assert (request.source_range.start, request.source_range.stop, request.shown) == (10, 50, ())
    part = compare(desk, Compare(tracks=[one, two], range=(20, 22), form="png"))
    assert asked(desk, part.job).shown == (20, 21)
    assert [side.first for side in asked(desk, part.job).sides] == [20, 10]
    assert told.path != part.path and told.path.startswith(str(desk.workspace.deliver))


def test_equal_settings_are_told(tmp_path):
    desk = project_of(tmp_path, [100])
    told = compare(desk, Compare(tracks=[rendered(desk), rendered(desk)]))
    assert (told.differs, told.notes) == ({}, ["The takes were made with equal settings."])
    found = [desk.workspace.store.track(name) for name in told.tracks]
    assert lines(differences(found), 0) == ()


def test_values_are_shown_as_people_write_them(tmp_path):
    desk = project_of(tmp_path, [100])
    first, second = rendered(desk), rendered(desk, video_input_strength=0.35, dynamic_reference=False)
    found = [desk.workspace.store.track(name) for name in (first, second)]
    told = lines(differences(found), 1)
    assert any(line.endswith(": 0.35") for line in told) and any(line.endswith(": off") for line in told)


def test_all_that_is_wrong_with_a_call_is_told_before_a_job(tmp_path):
    desk = project_of(tmp_path, [100, 100])
    one, far = rendered(desk, span=(0, 20)), rendered(desk, "020")
    late = rendered(desk, span=(40, 60))
    before = len(desk.workspace.queue.list())
    with pytest.raises(SettingError) as faults:
        compare(desk, Compare(tracks=[one, one, "source"], layout="wipe", form="png", gain=100))
    assert [str(f).split()[0] for f in faults.value.faults] == [one, "A", "A", "The"]
    for tracks, said in (
        ([one, far], "different shots"),
        ([one, late], "share no frame"),
        ([one, "track_x"], "no track"),
    ):
        with pytest.raises(InputError, match=said):
            compare(desk, Compare(tracks=tracks))
    with pytest.raises(SettingError, match="takes 2 to 4"):
        compare(desk, Compare(tracks=["source"]))
    with pytest.raises(InputError, match="does not lie in 0:20"):
        compare(desk, Compare(tracks=[one, "source"], range=(5, 30)))
    target = tmp_path / "mine.mp4"
    target.write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        compare(replace(desk, to=target), Compare(tracks=[one, "source"]))
    queued = render_full(desk, RenderFull(shots=["010"], model="style_transfer", settings=LOOK)).renders[0]
    with pytest.raises(InputError, match="only a finished render"):
        compare(desk, Compare(tracks=[queued.track, one]))
    assert len(desk.workspace.queue.list()) == before + 1


def test_the_same_call_compares_once_and_its_end_is_told_with_its_file(tmp_path):
    desk = replace(project_of(tmp_path, [100]), call="thread:call_1")
    one = rendered(replace(desk, call=""))
    wish = Compare(tracks=["source", one])
    job = compare(desk, wish).job
    assert compare(desk, wish).job == job
    store, queue = desk.workspace.store, desk.workspace.queue
    with pytest.raises(InputError, match="isn't over"):
        store.delete(one, queue)
    worker = take(desk, job)
    made = ReviewResult(path="/x.mp4", frames=100, width=64, height=48, rate="25/1", bytes=9, sha256="0" * 64)
    assert queue.finish(job, worker, made)
    store.settle(queue)
    told = situation.outcome(desk.workspace, queue.get(job), job)
    assert (told["kind"], told["file"]["path"], told["file"]["frames"]) == ("compare", "/x.mp4", 100)


# -- the talk ----------------------------------------------------------------------------------------------------------


def take_of(name: str, settings: str, span: tuple[int, int] = (0, 120), shot: str = "p/010") -> dict:
    return track(name, judged(1.0, "good"), settings_hash=settings, shot=shot) | {"range": [*span]}


@pytest.mark.parametrize(
    ("tracks", "compared"),
    [
        ([take_of("track_1", "a")], ["source", "track_1"]),
        ([take_of("track_1", "a"), take_of("track_2", "b")], ["source", "track_1", "track_2"]),
        ([take_of("track_1", "a"), take_of("track_2", "b"), take_of("track_3", "b", (0, 300))],
         ["source", "track_1", "track_3"]),
        ([take_of("track_1", "a", (0, 50)), take_of("track_2", "b", (100, 150))], ["source", "track_2"]),
        ([take_of("track_1", "a", shot="p/020"), take_of("track_2", "b")], ["source", "track_2"]),
    ],
    ids=["one", "two", "a test and its whole shot are one take", "no shared frame", "another shot"],
)  # fmt: skip
def test_compare_lays_the_newest_take_beside_its_source_and_the_one_before(tracks, compared):
    thread = Thread(tracks)
    answer = thread.said("compare")
    (call,) = answer.tool_calls
    assert (call["name"], call["args"]) == ("compare", {"tracks": compared})
    assert ("last two takes" in answer.text) == (len(compared) == 3)
    shared = {"shot": "p/010", "tracks": compared, "layout": "side", "form": "mp4", "range": [0, 120]}
    waits = thread.answered({"job": "job_1", "path": "/x.mp4", **shared, "differs": {}, "notes": []})
    assert waits.text and not waits.tool_calls
    news = {"job": "job_1", "kind": "compare", "state": "done", "shot": "p/010", "error": "", "fix": ""}
    told = thread.told({**news, "file": {"frames": 120, "notes": ["The takes differ in size."], "path": "/x.mp4"}})
    assert told.text == "Side by side, 120 frames:\n/x.mp4\nThe takes differ in size."


def test_nothing_to_compare_is_told_and_a_stopped_comparison_is_named():
    assert not Thread().said("compare").tool_calls
    thread = Thread([take_of("track_1", "a")])
    thread.said("vergleiche bitte die beiden")
    assert [call["name"] for call in thread.messages[-1].tool_calls] == ["compare"]
    thread.answered({"job": "job_1"})
    ended = {"job": "job_1", "kind": "compare", "state": "cancelled", "shot": "p/010", "error": "", "fix": ""}
    assert "Vergleich von 010" in thread.told(ended).text


# -- presets and sequences ---------------------------------------------------------------------------------------------


def test_a_preset_leaves_behind_what_speaks_of_one_shot(tmp_path):
    desk = project_of(tmp_path, [100])
    one = rendered(desk, seed=5)
    over = rendered(desk, source_video=one, range_start_frame=10, seed=6)
    saved = presets.save(desk.workspace, "mine", over).preset
    assert saved.settings == {**LOOK, "seed": 6}
    assert [p.name for p in presets.listed(desk.workspace) if p.own] == ["mine"]
    with pytest.raises(InputError, match="of the catalog"):
        presets.save(desk.workspace, "inpainting", one)
    with pytest.raises(InputError, match="can't be deleted"):
        presets.delete(desk.workspace, "inpainting")
    presets.delete(desk.workspace, "mine")
    assert not any(p.own for p in presets.listed(desk.workspace))


def test_a_sequence_takes_pinned_renders_and_fills_up_from_the_source(tmp_path):
    desk = project_of(tmp_path, [100, 60, 40])
    whole, part, unpinned = rendered(desk), rendered(desk, "020", (10, 30)), rendered(desk, "030")
    for each in (whole, part):
        desk.workspace.store.pin(each)
    told = sequence(desk, "p", tmp_path / "film.mp4", Wanted(audio=False))
    request = desk.workspace.queue.get(told.job).request
    assert isinstance(request, SequenceRequest)
    folder = {name: str(desk.workspace.media(name)) for name in (whole, part, unpinned)}
    assert [(p.shot, p.range.start, p.range.stop, p.folder) for p in request.pieces] == [
        ("p/010", 0, 100, folder[whole]),
        ("p/020", 0, 10, ""),
        ("p/020", 10, 30, folder[part]),
        ("p/020", 30, 60, ""),
        ("p/030", 0, 40, ""),
    ]
    assert [p.source_range.start for p in request.pieces] == [0, 100, 110, 130, 160]
    assert [(c.shot, c.track, c.first, c.frames) for c in told.cuts] == [
        ("p/010", whole, 0, 100), ("p/020", part, 100, 60), ("p/030", None, 160, 40),
    ]  # fmt: skip
    assert desk.workspace.queue.get(told.job).frames == 200
    assert "10:30 of p/020" in request.notes[0]
    with pytest.raises(InputError, match="There is no project"):
        sequence(desk, "q", tmp_path / "film.mp4", Wanted())
