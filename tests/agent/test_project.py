"""The store: shots tile their source, jobs are booked once in any process, what is removed takes its files along."""

import os
import sqlite3
import subprocess
import sys
import threading

import pytest

from agent.desk import Desk
from agent.project import Watched
from agent.tools.render_full import RenderFull, render_full
from agent.workspace import Workspace
from engine.errors import InputError
from engine.job_rows import LANES
from engine.owner import Owner
from engine.request import Boundary, SplitRequest, SplitResult
from tests.agent.store_ground import LOOK, answer, boundaries, clip_of, finish, no_worker, project_of, take  # noqa: F401


def tiles(store, project: str = "p") -> bool:
    for source in store.sources(project):
        mine = [s for s in store.shots(project) if s.source == source.id]
        edges = [(s.start, s.stop) for s in mine]
        if [a for a, _ in edges] != [0, *[b for _, b in edges[:-1]]] or edges[-1][1] != source.clip.frames:
            return False
    return True


def rendered(desk: Desk, shot: str = "010") -> str:
    made = render_full(desk, RenderFull(shots=[shot], model="style_transfer", settings=LOOK)).renders[0]
    finish(desk, made.job)
    return made.track


# -- footage -------------------------------------------------------------------------------------------------------


def test_shots_are_numbered_in_tens_over_all_sources_and_tile_them(tmp_path):
    store = project_of(tmp_path, [30, 1, 20]).workspace.store
    store.add_source("p", clip_of(50, "b"), boundaries([25, 25]), "b.mp4")
    assert [s.name for s in store.shots("p")] == ["010", "020", "030", "040", "050"]
    assert [s.title for s in store.shots("p")][-1] == "p/050"
    assert tiles(store)
    assert [s.transition for s in store.shots("p")] == ["start", "cut", "cut", "start", "cut"]


def test_the_same_bytes_add_nothing_and_other_projects_are_free_to_hold_them(tmp_path):
    store = project_of(tmp_path, [30]).workspace.store
    again = store.add_source("p", clip_of(30), boundaries([30]), "other name")
    assert not again.added
    assert again.source.name == "a.mp4"
    assert len(store.shots("p")) == 1
    assert store.add_source("q", clip_of(30), boundaries([30]), "a").added


@pytest.mark.parametrize("starts", [[], [1], [0, 0], [0, 5, 3], [0, 30], [0, 31]])
def test_cuts_that_do_not_tile_are_refused_and_leave_nothing(tmp_path, starts):
    store = Workspace(tmp_path).store
    with pytest.raises(InputError, match="Cuts must begin at frame 0"):
        store.add_source("p", clip_of(30), [Boundary(start=s, transition="cut") for s in starts], "a")
    assert store.projects() == []


def test_split_and_merge_keep_the_tiling_and_the_neighbours_names(tmp_path):
    store = project_of(tmp_path, [30, 20]).workspace.store
    first, second = store.split_shot(store.shot("p/010"), 10)
    assert (first.name, first.start, first.stop, second.name, second.start, second.stop) == (
        "010",
        0,
        10,
        "015",
        10,
        30,
    )
    assert tiles(store)
    for _ in range(8):  # numbers between run out and go on at the end
        store.split_shot(store.shot("p/010"), 1 + store.shot("p/010").frames // 2)
        if store.shot("p/010").frames < 3:
            break
    with pytest.raises(InputError, match="one frame"):
        store.split_shot(store.split_shot(store.shot("p/010"), 1)[0], 1)
    assert tiles(store)
    assert len({s.name for s in store.shots("p")}) == len(store.shots("p"))
    while len(shots := store.shots("p")) > 1:
        store.merge_shots(shots[1], shots[0])
        assert tiles(store)
    assert store.shots("p")[0].frames == 50


@pytest.mark.parametrize("frame", [-1, 0, 30, 99])
def test_a_split_outside_the_shot_is_refused(tmp_path, frame):
    store = project_of(tmp_path, [30]).workspace.store
    with pytest.raises(InputError, match="1 to 29"):
        store.split_shot(store.shot("p/010"), frame)


def test_only_neighbours_merge_and_nothing_under_a_track_moves(tmp_path):
    desk = project_of(tmp_path, [30, 30, 30])
    store = desk.workspace.store
    one, two, three = store.shots("p")
    with pytest.raises(InputError, match="no neighbours"):
        store.merge_shots(one, three)
    with pytest.raises(InputError, match="no neighbours"):
        store.merge_shots(one, one)
    rendered(desk)
    with pytest.raises(InputError, match="delete these first"):
        store.merge_shots(one, two)
    with pytest.raises(InputError, match="delete these first"):
        store.split_shot(one, 5)


# -- jobs ----------------------------------------------------------------------------------------------------------


def split_job(desk: Desk, project: str = "new") -> str:
    job = desk.workspace.queue.submit(SplitRequest(path="/nowhere/a.mp4")).id
    desk.workspace.store.watch(Watched(job, "split", "", project, "a.mp4"))
    return job


def answer_split(desk: Desk, job: str, frames: int = 30) -> None:
    worker = take(desk, job)
    result = SplitResult(clip=clip_of(frames), boundaries=tuple(boundaries([10, frames - 10])), seconds=1.0)
    assert desk.workspace.queue.finish(job, worker, result)


def test_a_finished_split_brings_its_shots_in_once(tmp_path):
    workspace = Workspace(tmp_path)
    desk = Desk(workspace, "new")
    job = split_job(desk)
    assert workspace.store.settle(workspace.queue) == []
    assert [w.job for w in workspace.store.watching("new")] == [job]
    answer_split(desk, job)
    other = Workspace(tmp_path)  # what another process would see
    settled = other.store.settle(other.queue)
    assert [(s.job, s.kind, s.state) for s in settled] == [(job, "split", "done")]
    assert workspace.store.settle(workspace.queue) == []
    assert len(workspace.store.shots("new")) == 2
    assert workspace.store.settled(job).subject == workspace.store.sources("new")[0].id


def test_many_threads_and_processes_book_an_outcome_once(tmp_path):
    desk = project_of(tmp_path, [100, 100, 100])
    wishes = [RenderFull(shots=[shot], model="style_transfer", settings=LOOK) for shot in ("010", "020", "030")]
    jobs = {render_full(desk, wish).renders[0].job for wish in wishes}
    worker = Owner.here()
    while taken := desk.workspace.queue.claim(worker, LANES, 60):
        answer(desk, taken.id, worker)
    script = (
        "import sys; from agent.workspace import Workspace; w = Workspace(sys.argv[1]);"
        "print(*[s.job for s in w.store.settle(w.queue)])"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(desk.workspace.root)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    here: list[str] = []
    threads = [
        threading.Thread(target=lambda: here.extend(s.job for s in desk.workspace.store.settle(desk.workspace.queue)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = here + [job for p in processes for job in p.communicate(timeout=60)[0].split()]
    assert sorted(told) == sorted(jobs), "each job is told once, by one of them"
    assert {t.state for t in desk.workspace.store.tracks_of("p")} == {"done"}


def test_a_cancelled_render_that_is_resumed_finishes_after_all(tmp_path):
    desk = project_of(tmp_path, [100])
    made = render_full(desk, RenderFull(shots=["010"], model="style_transfer", settings=LOOK)).renders[0]
    store, queue = desk.workspace.store, desk.workspace.queue
    queue.cancel(made.job)
    assert [s.state for s in store.settle(queue)] == ["cancelled"]
    assert store.track(made.track).state == "cancelled"
    queue.resume(made.job)
    assert store.settle(queue) == []
    assert store.track(made.track).state == "queued"
    finish(desk, made.job)
    assert store.track(made.track).state == "done"
    assert store.track(made.track).measures["m.frames"]["verdict"] == "good"


# -- tracks --------------------------------------------------------------------------------------------------------


def test_one_finished_render_is_pinned_for_a_shot(tmp_path):
    desk = project_of(tmp_path, [100])
    store = desk.workspace.store
    one, two = rendered(desk), rendered(desk)
    assert [t.name for t in store.tracks(store.shot("p/010").id)] == ["Style Transfer 1", "Style Transfer 2"]
    assert store.pin(one).pinned == one
    assert store.pin(two).pinned == two
    queued = render_full(desk, RenderFull(shots=["010"], model="style_transfer", settings=LOOK)).renders[0].track
    with pytest.raises(InputError, match="only a finished render"):
        store.pin(queued)
    assert store.rate(one, 3).rating == 3
    for stars in (-1, 4):
        with pytest.raises(InputError, match="0 to 3"):
            store.rate(one, stars)


def test_presets_come_from_tracks(tmp_path):
    desk = project_of(tmp_path, [100])
    store = desk.workspace.store
    track = rendered(desk)
    store.save_preset("mine", track)
    assert [(p.name, p.model, p.settings) for p in store.presets()] == [("mine", "style_transfer", LOOK)]
    made = render_full(desk, RenderFull(shots=["010"], preset="mine"))
    assert made.quote.settings["prompt"] == LOOK["prompt"]
    with pytest.raises(InputError, match="Did you mean mine"):
        store.delete_preset("mined")
    store.delete_preset("mine")
    assert store.presets() == []


def test_deleting_takes_rows_and_files_and_refuses_while_a_job_runs(tmp_path):
    desk = project_of(tmp_path, [100, 100])
    store, queue = desk.workspace.store, desk.workspace.queue
    track = rendered(desk)
    store.pin(track)
    folder = desk.workspace.media(track)
    (folder / "master").mkdir(parents=True)
    (folder / "master" / "a").write_bytes(b"x")
    waiting = render_full(desk, RenderFull(shots=["010"], model="style_transfer", settings=LOOK)).renders[0]
    for name in (waiting.track, "p/010", "p"):
        with pytest.raises(InputError, match="cancel that first"):
            store.delete(name, queue)
    assert folder.exists()
    queue.cancel(waiting.job)
    assert store.delete(track, queue) == [track]
    assert not folder.exists()
    assert store.shot("p/010").pinned is None
    with pytest.raises(InputError, match="There is no track"):
        store.track(track)
    store.delete("p/010", queue)
    assert [s.name for s in store.shots("p")] == ["020"]
    store.delete("p/020", queue)
    assert store.projects() == [], "a project exists while it holds a shot"
    with pytest.raises(InputError, match="no project, shot or track"):
        store.delete("p", queue)


def test_a_project_is_not_deleted_under_an_import(tmp_path):
    desk = project_of(tmp_path, [10])
    job = split_job(desk, "p")
    with pytest.raises(InputError, match="cancel that first"):
        desk.workspace.store.delete("p", desk.workspace.queue)
    desk.workspace.queue.cancel(job)
    desk.workspace.store.delete("p", desk.workspace.queue)
    assert desk.workspace.store.projects() == []


# -- the file ------------------------------------------------------------------------------------------------------


def test_a_transaction_that_breaks_leaves_nothing(tmp_path):
    store = project_of(tmp_path, [10]).workspace.store
    with pytest.raises(sqlite3.IntegrityError), store.write():
        store.caption_shot(store.shot("p/010").id, "half")
        store.insert("project", {"name": "p", "created": ""})
    assert store.shot("p/010").caption == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_workspace_is_told_in_one_sentence(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="can't be written to"):
        Workspace(tmp_path / "w")


def test_places_that_cannot_be_a_workspace(tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    for root in (file, file / "below"):
        with pytest.raises(InputError, match="is a file"):
            Workspace(root)
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "project.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(InputError, match="damaged"):
        Workspace(tmp_path / "w").store  # noqa: B018


def test_a_full_disk_is_told_in_one_sentence(tmp_path):
    store = project_of(tmp_path, [10]).workspace.store
    store.rows("PRAGMA max_page_count = 1")  # SQLite's own way to be full
    with pytest.raises(InputError, match="full disk"):
        for number in range(200):
            store.caption_shot(store.shot("p/010").id, f"{number}" * 5000)
    store.rows("PRAGMA max_page_count = 100000")
    assert store.shot("p/010").caption == ""


def test_a_store_that_may_only_be_read_is_told_in_one_sentence(tmp_path):
    store = project_of(tmp_path, [10]).workspace.store
    store.rows("PRAGMA query_only = on")  # what a read-only disk answers, also to root
    with pytest.raises(InputError, match="can't be written to"):
        store.caption_shot(store.shot("p/010").id, "x")
    assert store.shot("p/010").caption == ""
