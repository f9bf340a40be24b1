"""Outside the mask every pixel is the source's own: by the formula, and by the whole road with any model and size."""

import threading
from pathlib import Path

import numpy as np
import pytest

from engine import media, weights, worker
from engine.clip import Clip, Range
from engine.composite import composite
from engine.handle import Handle
from engine.jobs import Queue
from engine.proof import read_proof
from engine.request import ExportRequest, RenderRequest
from engine.road import Road
from knowledge import catalog
from tests.engine.footage import Footage
from tests.engine.masks.tracks import random_masks, write_masks
from tests.engine.road.requests import render_request, setting
from tests.engine.road.workers import broken_off, do

ODD = Footage(frames=40, width=63, height=47, codec="ffv1", pix_fmt="bgr0")


def sixteen(draw: np.random.Generator, *shape: int) -> np.ndarray:
    return draw.integers(0, 65536, shape, dtype=np.uint16)


# -- the formula ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_black_is_the_source_white_is_the_made_and_grey_lies_between(seed):
    draw = np.random.default_rng(seed)
    height, width = draw.integers(1, 40, 2)
    source, made = sixteen(draw, height, width, 3), sixteen(draw, height, width, 3)
    mask = draw.choice(np.array([0, 1, 0.5, 1 / 65535, 1e-7, 0.3], np.float32), (height, width))
    out = composite(source, made, mask)
    assert out.dtype == np.uint16
    black, white = mask < 0.5 / 65535, mask == 1
    assert np.array_equal(out[black], source[black])
    assert np.array_equal(out[white], made[white])
    steps = np.rint(mask * np.float32(65535)).astype(np.float64)[..., None] / 65535
    exact = steps * made + (1 - steps) * source
    assert np.abs(out - exact).max() <= 0.5001
    assert np.array_equal(composite(source, source, mask), source)


def test_the_greatest_values_do_not_overflow():
    white = np.full((2, 2, 3), 65535, np.uint16)
    for share in (0, 1e-5, 0.25, 0.5, 1):
        assert np.array_equal(composite(white, white, np.full((2, 2), share, np.float32)), white)


def test_what_does_not_fit_is_no_composite():
    frame, other = np.zeros((4, 6, 3), np.uint16), np.zeros((6, 4, 3), np.uint16)
    with pytest.raises(ValueError, match="composite of"):
        composite(frame, other, np.zeros((4, 6), np.float32))
    with pytest.raises(ValueError, match="a mask of"):
        composite(frame, frame, np.zeros((6, 4), np.float32))


# -- the road -------------------------------------------------------------------------------------------------------


def masked(request: RenderRequest, folder: Path, first: int = 0) -> RenderRequest:
    return request.model_copy(update={"mask_folder": str(folder), "mask_first": first, "mask_track": "track_m1"})


def done(queue: Queue, request: RenderRequest):
    job = do(queue.workspace, queue.submit(request))
    assert job.state == "done", job.error
    return job


def made(queue: Queue, request: RenderRequest) -> list[str]:
    """The hashes of a render's frames, made by the road alone: what is measured afterwards takes longer than these."""
    queue.submit(request)
    serving = worker.Worker(queue.workspace, ("gpu",))
    job = queue.claim(serving.me, serving.lanes, 60)
    handle = Handle(queue, job, serving.me, 60, threading.Event())
    hashes = [pixels for chunk in Road(request, handle).render() for pixels in chunk.pixel_sha256]
    queue.cancel(job.id)
    return hashes


def exactly_outside(folder: Path, clip: Clip, masks: list[np.ndarray], start: int = 0) -> int:
    """AssertionError where a pixel under black differs from the source; how many pixels under white do."""
    changed = 0
    made = media.master_frames(folder)
    read = media.frames(clip, start, start + len(masks))
    for out, source, mask in zip(made, read, masks, strict=True):
        assert out.shape == source.shape
        assert np.array_equal(out[mask == 0], source[mask == 0])
        changed += int((out[mask == 1] != source[mask == 1]).sum())
    return changed


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (17, 9), (33, 21), (64, 48)])
@pytest.mark.parametrize("runs", ["engine.models.echo:Echo", "engine.models.echo:Trail"])
def test_every_pixel_outside_is_the_source_at_any_size(tmp_path, size, runs):
    """16-bit source, a model at another size or one with state, chunks of five frames."""
    draw = np.random.default_rng(size[0])
    footage = Footage(frames=13, width=size[0], height=size[1], depth=16)
    clip = media.probe(footage.write_sequence(tmp_path / "shot", "png16"))
    masks = random_masks(draw, 13, size[1], size[0])
    write_masks(tmp_path / "mask", masks)
    request = masked(render_request(tmp_path / "track", clip, runs=runs, context=5), tmp_path / "mask")
    if runs.endswith("Echo"):
        spec = request.spec.but(settings=(*request.spec.settings, setting("output_size_px", 24)))
        request = request.model_copy(update={"spec": spec, "values": {**request.values, "output_size_px": 24}})
    made(Queue(tmp_path / "workspace"), request)
    exactly_outside(tmp_path / "track", clip, masks)
    assert not (tmp_path / "track" / "carried").exists()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return media.probe(ODD.write(tmp_path_factory.mktemp("footage") / "a.mkv"))


@pytest.fixture
def masks(tmp_path: Path) -> list[np.ndarray]:
    made = random_masks(np.random.default_rng(5), 60, 47, 63)
    write_masks(tmp_path / "mask", made)
    return made


def test_a_range_of_a_shot_takes_its_own_masks_and_the_proof_names_them(tmp_path, clip, masks):
    queue = Queue(tmp_path / "workspace")
    asked = render_request(tmp_path / "track", clip, runs="engine.models.echo:Trail", context=6)
    asked = asked.model_copy(update={"shot_range": Range(start=3, stop=40), "range": Range(start=5, stop=13)})
    done(queue, masked(asked, tmp_path / "mask", first=9))
    assert exactly_outside(tmp_path / "track", clip, masks[9:17], start=8) > 0
    proof = read_proof(tmp_path / "track")
    other = asked.model_copy(update={"folder": str(tmp_path / "other")})
    done(queue, masked(other, tmp_path / "mask", first=10))
    assert proof.mask_track == "track_m1"
    assert len(proof.mask_sha256) == 64
    assert proof.mask_sha256 != read_proof(tmp_path / "other").mask_sha256


def test_a_model_with_state_goes_on_from_its_own_frames_and_not_from_the_composite(tmp_path, clip, masks):
    """Cut into chunks, broken off, what is handed on lost, taken up again: the same bytes as in one piece."""
    queue = Queue(tmp_path / "workspace")
    runs = "engine.models.echo:Trail"
    whole = made(queue, masked(render_request(tmp_path / "whole", clip, runs=runs, context=60), tmp_path / "mask"))
    cut = made(queue, masked(render_request(tmp_path / "cut", clip, runs=runs, context=7), tmp_path / "mask"))
    pairs = zip(media.master_frames(tmp_path / "whole"), media.master_frames(tmp_path / "cut"), strict=True)
    # the frame before comes back from 16 bits, so a border may round differently, and no more than that
    assert max(int(np.abs(a.astype(int) - b).max()) for a, b in pairs) <= 2
    assert len(whole) == 40

    job = queue.submit(masked(render_request(tmp_path / "broken", clip, runs=runs, context=7), tmp_path / "mask"))
    broken_off(queue, job, lambda handle, at: handle.leave() if at == 24 else None)
    kept = sorted((tmp_path / "broken" / "carried").iterdir())
    assert [path.name[:7] for path in kept] == ["0000006", "0000013", "0000020"]
    kept[-1].unlink()
    ended = do(queue.workspace, job)
    assert ended.state == "done", ended.error
    assert [pixels for chunk in queue.chunks(job.id) for pixels in chunk.pixel_sha256] == cut
    assert [chunk.begun for chunk in queue.chunks(job.id)] == [1, 1, 2, 2, 1, 1]


def test_the_settings_of_the_render_shape_its_mask(tmp_path, clip):
    mask = np.zeros((47, 63), np.float32)
    mask[20:25, 30:35] = 1
    write_masks(tmp_path / "mask", [mask] * 40)
    shaping = {"invert_mask": False, "expand_mask_px": 4, "blur_mask_px": 3}
    asked = masked(render_request(tmp_path / "track", clip, 4, "engine.models.echo:Trail"), tmp_path / "mask")
    more = tuple(setting(name, int(value)) for name, value in shaping.items())
    asked = asked.model_copy(
        update={
            "spec": asked.spec.but(settings=(*asked.spec.settings, *more)),
            "values": {**asked.values, **shaping},
        }
    )
    job = done(Queue(tmp_path / "workspace"), asked)
    film, source = (list(f)[3] for f in (media.master_frames(tmp_path / "track"), media.frames(clip, 0, 4)))
    rows, columns = np.nonzero((film != source).any(axis=2))
    assert 20 - 7 <= rows.min() < 20 and 25 <= rows.max() < 25 + 7
    assert 30 - 7 <= columns.min() < 30 and 35 <= columns.max() < 35 + 7
    assert job.result.measures["m.outside"]["value"] == 0


@pytest.mark.parametrize(
    ("size", "frames", "first", "said"),
    [
        ((47, 62), 40, 0, "The mask track is 62x47 and the footage 63x47"),
        ((47, 63), 39, 0, "The mask track holds 39 frames and the render needs its frames 0 to 40"),
        ((47, 63), 45, 6, "The mask track holds 45 frames and the render needs its frames 6 to 46"),
    ],
)
def test_a_mask_that_does_not_fit_is_refused_before_a_frame_is_made(tmp_path, clip, size, frames, first, said):
    write_masks(tmp_path / "mask", [np.ones(size, np.float32)] * frames)
    queue = Queue(tmp_path / "workspace")
    job = queue.submit(masked(render_request(tmp_path / "track", clip), tmp_path / "mask", first))
    ended = do(queue.workspace, job)
    assert (ended.state, ended.exit_code) == ("failed", 1)
    assert ended.error.startswith(said)
    assert ended.error.count(".") == 1
    assert not (tmp_path / "track" / "master").exists()


def test_a_mask_under_which_nothing_could_change_is_refused(tmp_path, clip):
    write_masks(tmp_path / "mask", [np.zeros((47, 63), np.float32)] * 40)
    queue = Queue(tmp_path / "workspace")
    ended = do(queue.workspace, queue.submit(masked(render_request(tmp_path / "track", clip), tmp_path / "mask")))
    assert (ended.state, ended.exit_code) == ("failed", 1)
    assert ended.error.startswith("The mask is black on every frame that is rendered")


@pytest.mark.parametrize(("form", "suffix"), [("png", "png"), ("png16", "png"), ("exr", "exr")])
def test_what_is_delivered_is_the_source_outside_the_mask(tmp_path, form, suffix):
    footage = Footage(frames=6, width=33, height=21, depth=8 if form == "png" else 16)
    clip = media.probe(footage.write_sequence(tmp_path / "shot", "exr" if form == "exr" else "png16"))
    masks = random_masks(np.random.default_rng(1), 6, 21, 33)
    write_masks(tmp_path / "mask", masks)
    asked = render_request(tmp_path / "track", clip, runs="engine.models.echo:Trail", context=4)
    made(Queue(tmp_path / "workspace"), masked(asked, tmp_path / "mask"))
    whole = Range(start=0, stop=6)
    for folder, to in ((str(tmp_path / "track"), "out"), ("", "source")):
        media.export(
            ExportRequest(
                format=form, to=str(tmp_path / to), folder=folder, clip=clip, source_range=whole, stem="a", audio=False
            ),
            lambda _done, _frames: None,
        )
    delivered, source = (sorted((tmp_path / to).glob(f"*.{suffix}")) for to in ("out", "source"))
    assert len(delivered) == len(source) == 6
    for file, own, mask, read in zip(delivered, source, masks, media.frames(clip), strict=True):
        out = media.read_image(file)
        assert np.array_equal(out[mask == 0], media.read_image(own)[mask == 0])
        if form != "exr" or clip.scene_linear:
            assert np.array_equal(out[mask == 0], read[mask == 0])


# -- the preview's own model ----------------------------------------------------------------------------------------

STYLE = catalog().spec("style_transfer", "preview")


@pytest.mark.skipif(bool(weights.missing(STYLE.weights)), reason="the preview weights are not pulled")
def test_the_preview_paints_inside_only_and_the_same_however_it_is_cut(tmp_path, clip):
    mask = np.zeros((47, 63), np.float32)
    mask[10:40, 20:50] = 1
    write_masks(tmp_path / "mask", [mask] * 40)
    queue = Queue(tmp_path / "workspace")
    hashes = []
    for name, context in (("whole", 150), ("cut", 24)):
        values = STYLE.resolve({"preview_style": 12, "context_frames": context}).values
        asked = render_request(tmp_path / name, clip, 27).model_copy(update={"spec": STYLE, "values": values})
        hashes.append(made(queue, masked(asked, tmp_path / "mask")))
        assert exactly_outside(tmp_path / name, clip, [mask] * 27) > 0
    assert hashes[0] == hashes[1]
