"""What the player shows beside the picture and takes from a hand: masks, trust in keys, the control map, marks."""

from pathlib import Path

import numpy as np
import pytest

from agent import keys
from agent.painting import SHAPING
from agent.workspace import Workspace
from engine import media
from engine.errors import InputError, PrerequisiteError, SettingError
from engine.keys.bounds import REFUSED, WANTS_KEY
from engine.masks.track import as_mask, mask_frames
from engine.owner import Owner
from engine.request import Boundary, RenderResult, StillResult
from tests.agent.ground import LOOK
from tests.engine.masks.films import HEIGHT, WIDTH, film, iou, middle, truth
from tests.engine.road.workers import do
from ui.web.desk_view import Here
from ui.web.handlers import NOWHERE, Handlers
from ui.web.player import NO_MASK, player

FRAMES = 6


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setenv("RUSHES_AUTOSTART", "0")


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return film(tmp_path_factory.mktemp("film"), FRAMES)


@pytest.fixture
def handlers(tmp_path, clip) -> Handlers:
    """A page over project `p` with one shot: a disc that crosses a still ground."""
    workspace = Workspace(tmp_path / "workspace")
    workspace.store.add_source("p", clip, [Boundary(start=0, transition="start")], "disc.mkv")
    return Handlers(workspace)


@pytest.fixture
def here(handlers) -> Here:
    return Here("p", handlers.workspace.store.shots("p")[0].id, "")


def sent(here: Here, **what) -> dict:
    """What the browser sends when *Make mask* is pressed."""
    return {"shot": here.shot, "words": "", "points": [], "strokes": [], "over": "", "shape": {}, **what}


def dab(frame: int, x: float, y: float, radius: float = 8, add: bool = True) -> dict:
    return {"frame": frame, "path": [[x, y]], "radius": radius, "add": add}


def queued(handlers: Handlers, kind: str) -> list:
    return [job for job in handlers.workspace.queue.list("queued") if job.kind == kind]


def made_mask(handlers: Handlers, here: Here, **what) -> dict:
    """The mask of this painting, made for real, as the player is handed it."""
    handlers.make_mask(sent(here, **what))
    (job,) = queued(handlers, "mask")
    assert do(handlers.workspace.root, job).state == "done"
    return handlers.look(here, {})["viewer"]["mask"]


def made_render(handlers: Handlers, here: Here, **result) -> str:
    """Id of a render of the shot by one key, drawn by nobody."""
    by_key = {"keyframes": f"2 = {made_still(handlers, here, 2)}"}
    handlers.test(here, "style_transfer", {**LOOK, **by_key})
    worker = Owner.here()
    job = handlers.workspace.queue.claim(worker, ["gpu"], 30.0)
    plain = {"seconds": 1.0, "measures": {}, "proof": "p.json", "master_sha256": "0", "width": WIDTH, "height": HEIGHT}
    made = RenderResult(track=job.track, frames_in=FRAMES, frames_out=FRAMES, **plain, **result)
    assert handlers.workspace.queue.finish(job.id, worker, made)
    handlers.workspace.store.settle(handlers.workspace.queue)
    return job.track


def shown(handlers: Handlers, here: Here, take: str) -> dict:
    """A take as the player is handed it; the page is not drawn to what was made last."""
    return player(handlers.workspace, here._replace(take=take))["take"]


def made_still(handlers: Handlers, here: Here, frame: int) -> str:
    from agent.tools.modify_frame import ModifyFrame, modify_frame

    wish = ModifyFrame(shot=here.shot, instruction="an ink drawing", frame=frame)
    return finish_still(handlers, modify_frame(handlers._desk(here), wish).still)


def finish_still(handlers: Handlers, still: str) -> str:
    workspace, worker = handlers.workspace, Owner.here()
    request = next(j for j in queued(handlers, "still") if j.request.still == still).request
    media.write_image(Path(request.path), np.full((HEIGHT, WIDTH, 3), 30000, np.uint16))
    job = workspace.queue.claim(worker, ["image"], 30.0)
    made = StillResult(path=request.path, width=WIDTH, height=HEIGHT, seconds=1.0, values=request.values)
    assert workspace.queue.finish(job.id, worker, made)
    workspace.store.settle(workspace.queue)
    return still


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"strokes": [{"frame": 0, "path": [[1, 2]], "radius": 4, "add": True, "hue": 3}]}, "can't be read"),
        ({"points": [{"frame": "first", "x": 1, "y": 2}]}, "can't be read"),
        ({"strokes": [dab(0, 5, 5, radius=0)]}, "up to 4000 px"),
        ({"strokes": [{"frame": 0, "path": [], "radius": 3}]}, "no way"),
        ({"strokes": [dab(0, 5, 5)] * 2001}, "at most 2000"),
        ({"strokes": [dab(0, 5, 5, add=False)]}, "Nothing is left of the mask on frame 0"),
        ({"strokes": [dab(FRAMES, 5, 5)]}, "outside the masked range"),
        ({"points": [{"frame": 0, "x": WIDTH, "y": 5}]}, "outside the picture"),
        ({"shape": {"hue": 3}, "words": "person"}, "not by hue"),
        ({"over": "track_none", "words": "person"}, "no track"),
        ({}, "click on what may change, paint it, or name it"),
    ],
)
def test_what_no_mask_can_be_made_of_is_told_in_one_sentence(handlers, here, what, said):
    with pytest.raises(InputError, match=said) as told:
        handlers.make_mask(sent(here, **what))
    assert str(told.value).count("\n") == 0 and handlers.workspace.queue.list() == []


def test_what_no_net_finds_and_what_is_out_of_bounds_is_told_before_any_job(handlers, here):
    with pytest.raises(PrerequisiteError, match="zebra"):
        handlers.make_mask(sent(here, words="zebra"))
    with pytest.raises(SettingError, match="expand_mask_px"):
        handlers.make_mask(sent(here, words="person", shape={"expand_mask_px": 99}))
    with pytest.raises(InputError, match="drop a clip"):
        handlers.make_mask(sent(NOWHERE, words="person"))
    assert handlers.workspace.queue.list() == []


def test_points_strokes_and_words_are_what_the_mask_job_is_asked_for(handlers, here):
    points = [{"frame": 0, "x": 30.5, "y": 45, "add": True}, {"frame": 3, "x": 4, "y": 4, "add": False}]
    shape = dict(zip(SHAPING, (0.4, 3, 2, True), strict=True))
    said = handlers.make_mask(
        sent(here, words=" person ", points=points, strokes=[dab(2, 40, 50), dab(2, 44, 50, 3, False)], shape=shape)
    )
    (job,) = queued(handlers, "mask")
    asked = job.request
    assert asked.mode == "prompts_points" and asked.words == "person"
    assert [(p.frame, p.x, p.y, p.add) for p in asked.points] == [(0, 30.5, 45, True), (3, 4, 4, False)]
    assert (asked.threshold, asked.grow_px, asked.blur_px, asked.invert) == (0.4, 3, 2, True)
    (painted,) = asked.drawn
    mask = as_mask(media.read_image(painted.image.path))
    assert painted.frame == 2 and mask.shape == (HEIGHT, WIDTH) and mask[50, 35] == 1 and mask[50, 44] == 0
    assert "6 frames" in said and not [p for p in handlers.workspace.uploads.iterdir() if p.is_dir()]
    assert "waits for the worker" in handlers.look(here, {})["viewer"]["making"]["told"]


def test_a_painted_mask_is_shown_corrected_and_used_by_the_next_render(handlers, here):
    x, y = map(float, middle(0))
    first = made_mask(handlers, here, strokes=[dab(0, x, y, 20)], shape={"expand_mask_px": 2})
    assert len(first["coverage"]) == FRAMES and first["shape"]["expand_mask_px"] == 2 and "masked:" in first["told"]
    was = handlers.workspace.queue.get(handlers.workspace.store.track(first["id"]).job).request
    assert iou(next(mask_frames(was.folder)), truth(0)) > 0.7

    rubbed = dab(0, x, y, 6, add=False)
    second = made_mask(handlers, here, strokes=[rubbed], over=first["id"], shape={"expand_mask_px": 2})
    assert second["id"] != first["id"], "the newest is the one that is shown"
    folder = handlers.workspace.media(second["id"])
    before, after = next(mask_frames(was.folder)), next(mask_frames(folder))
    assert after[round(y), round(x)] == 0 and before[round(y), round(x)] == 1
    assert abs(after.sum() - before.sum() + np.pi * 4 * 4) < 0.06 * before.sum(), "grown once, not twice"

    third = made_mask(handlers, here, strokes=[dab(4, 8, 8)], over=second["id"])
    asked = handlers.workspace.queue.get(handlers.workspace.store.track(third["id"]).job).request
    assert [one.frame for one in asked.drawn] == [0, 4], "what was painted before stays painted"

    told = handlers.test(here, "inpaint", LOOK)
    (job,) = queued(handlers, "render")
    assert job.request.mask_track == third["id"] and "inside Mask 3" in told
    assert dict(handlers.masks(here))["Mask 1"] == first["id"]
    handlers.test(here._replace(mask=first["id"]), "inpaint", {**LOOK, "seed": 7})
    assert queued(handlers, "render")[0].request.mask_track == first["id"]
    with pytest.raises(SettingError, match="mask"):
        handlers.test(here._replace(mask=NO_MASK), "inpaint", LOOK)
    handlers.test(here, "style_transfer", LOOK)
    assert queued(handlers, "render")[0].request.mask_track == "", "a model without a mask takes none"


def test_a_new_mask_is_shown_though_another_was_chosen(handlers, here):
    seen = handlers.look(here, {})
    first = made_mask(handlers, here, strokes=[dab(0, 40, 40)])
    stays = here._replace(mask=NO_MASK)
    assert handlers.look(stays, seen)["viewer"]["mask"]["id"] == first["id"]
    assert handlers.look(stays, handlers.look(here, {}))["viewer"]["mask"] is None


def test_trust_is_told_with_the_frame_that_wants_a_key_and_the_key_is_made_and_carried(handlers, here):
    track = made_render(handlers, here, trust=(0.7, 0.8, 0.9, 0.6, 0.5, 0.4))
    take = shown(handlers, here, track)
    assert (take["trust"]["good"], take["trust"]["poor"]) == (WANTS_KEY, REFUSED)
    assert take["trust"]["values"] == [0.7, 0.8, 0.9, 0.6, 0.5, 0.4]
    assert "65%" in take["trust"]["told"] and "frame 5 (40%) wants a key" in take["trust"]["told"]
    offer = take["offer"]
    assert (offer["act"], offer["frame"]) == (keys.MAKE, 5)

    assert "frame 5 is on its way" in handlers.take_offer(offer)
    (job,) = queued(handlers, "still")
    assert job.request.frame == 5 and job.request.values["prompt"] == "an ink drawing", "in the look of the first key"
    waiting = shown(handlers, here, track)["offer"]
    assert "being made" in waiting["label"] and waiting["act"] == ""
    still = finish_still(handlers, job.request.still)
    beside_render = shown(handlers, here, track)["offer"]
    beside_still = shown(handlers, here, still)["offer"]
    assert beside_render["act"] == beside_still["act"] == keys.USE and beside_still["still"] == still
    assert "6 frames" in handlers.take_offer(beside_still)
    (job,) = queued(handlers, "render")
    assert [key["frame"] for key in job.request.values["keyframes"]] == [2, 5]
    assert len(job.request.images["keyframes"]) == 2 and job.request.values["prompt"] == LOOK["prompt"]


def test_keys_that_are_trusted_are_said_to_be_and_a_made_up_offer_is_refused(handlers, here):
    track = made_render(handlers, here, trust=(0.9, 0.9, 1.0, 0.9, 0.9, 0.8))
    told = shown(handlers, here, track)["trust"]["told"]
    assert "90%" in told and "wants" not in told
    for offer in ({}, {"act": keys.USE, "track": track, "still": "still_none"}, {"act": "x", "track": "shot_1"}):
        with pytest.raises(InputError):
            handlers.take_offer(offer)
    assert queued(handlers, "still") == queued(handlers, "render") == []


def test_the_control_map_of_a_render_has_a_copy_of_its_own(handlers, here):
    made = made_render(handlers, here)
    assert shown(handlers, here, made)["control"] is None
    store = handlers.workspace.store
    track = store.track(made)
    folder = str(handlers.workspace.media(track.id) / "control")
    store.change_track(
        track.id, settings={**track.settings, "controlnet_type": "softedge"}, result={**track.result, "control": folder}
    )
    assert shown(handlers, here, made)["control"]["label"] == "Soft edge"
    copies = {job.request.folder for job in queued(handlers, "export")}
    assert {str(handlers.workspace.media(track.id)), folder} <= copies


def test_marks_are_the_range_of_the_next_test(handlers, here):
    marked = handlers.mark(here, [1, 5])
    with pytest.raises(SettingError, match="not 4"):
        handlers.test(marked, "style_transfer", LOOK)  # the rule of a test is the tool's, and it speaks of these marks
    handlers.test(handlers.mark(here, [0, FRAMES]), "style_transfer", LOOK)
    (job,) = queued(handlers, "render")
    assert (job.request.range.start, job.request.range.stop) == (0, FRAMES)
    with pytest.raises(InputError, match="clear one"):
        handlers.test(marked, "style_transfer", {**LOOK, "range_end_frame": 4})
    for wrong in ([-1, 3], [3, 3], [0, FRAMES + 1], [0.0, 2]):
        with pytest.raises(InputError, match="Marks lie in"):
            handlers.mark(here, wrong)
    assert handlers.mark(marked, None).marks is None
    elsewhere = marked._replace(marks=marked.marks._replace(shot="shot_other"))
    assert "6 frames" in handlers.test(elsewhere, "style_transfer", {**LOOK, "seed": 3})
