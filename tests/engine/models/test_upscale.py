"""Clean enlarging: every size, no seam where tiles meet, and the picture that went in when it is made small again."""

import numpy as np
import pytest

from engine import media, weights
from engine.errors import SettingError
from engine.jobs import Queue
from engine.measure.picture import luma, ssim
from engine.models import upscale
from engine.models.upscale import REACH, TILE, Upscale, tiles
from engine.proof import read_proof
from knowledge import catalog
from tests.engine.footage import Footage, numbered_frame
from tests.engine.models.film import clip, request, texture
from tests.engine.road.requests import render_request
from tests.engine.road.workers import do

pytestmark = pytest.mark.skipif(bool(weights.missing(["realesrgan"])), reason="the upscaling weights are not pulled")


def model(width: int, height: int, factor: int = 2) -> Upscale:
    return Upscale(request(clip(width, height, 2), {"upscale_factor": factor, "upscale_mode": "clean"}))


@pytest.mark.parametrize("side", [1, 2, TILE - 1, TILE, TILE + 1, 2 * TILE + 5, 5 * TILE])
def test_tiles_are_the_side_each_pixel_once(side):
    cut = tiles(side)
    assert [n for tile in cut for n in range(tile.start, tile.stop)] == list(range(side))
    assert max(tile.stop - tile.start for tile in cut) <= TILE
    for tile in cut:
        assert tile.read_from in (0, tile.start - REACH) and tile.read_to in (side, tile.stop + REACH)


@pytest.mark.parametrize(("width", "height"), [(2, 2), (3, 5), (17, 9), (33, 21)])
@pytest.mark.parametrize("factor", [2, 4])
def test_any_size_grows_by_the_factor_and_the_count_stays(width, height, factor):
    made = model(width, height, factor)
    film = [texture(width, height, seed) for seed in range(2)]
    frames = list(made.render(iter(film), None))
    assert made.size == (width * factor, height * factor) and len(frames) == 2
    assert all(f.shape == (height * factor, width * factor, 3) and f.dtype == np.float32 for f in frames)
    assert all(0 <= f.min() <= f.max() <= 1 for f in frames)


@pytest.mark.parametrize("factor", [2, 4])
def test_no_seam_where_tiles_meet(monkeypatch, factor):
    frame = texture(45, 31)
    whole = next(model(45, 31, factor).render([frame], None))
    monkeypatch.setattr(upscale, "TILE", 24)
    assert len(tiles(45)) == 2
    tiled = next(model(45, 31, factor).render([frame], None))
    assert np.abs(tiled - whole).max() < 1e-4
    monkeypatch.setattr(upscale, "REACH", 2)
    assert np.abs(next(model(45, 31, factor).render([frame], None)) - whole).max() > 1e-3, "too little is read"


def test_made_small_again_it_is_the_source():
    frame = media.to_float(numbered_frame(5, 96, 64))
    made = next(model(96, 64).render([frame], None))
    again = media.resize(made, 96, 64)
    assert ssim(luma(again), luma(frame)) > 0.94
    assert np.abs(again.mean(axis=(0, 1)) - frame.mean(axis=(0, 1))).max() < 0.002
    grey = np.full((24, 24, 3), 0.8, np.float32)
    large = next(model(24, 24).render([grey], None))
    assert np.abs(large[8:-8, 8:-8] - grey[0, 0]).max() < 0.004, "the net alone lifts it by 0.018"


def test_the_number_of_threads_changes_no_byte(monkeypatch):
    frame = texture(48, 40)
    monkeypatch.setattr(upscale, "threads", lambda: 1)
    alone = next(model(48, 40).render([frame], None))
    monkeypatch.setattr(upscale, "threads", lambda: 2)
    assert np.array_equal(next(model(48, 40).render([frame], None)), alone)


def test_creative_is_refused_and_so_is_a_picture_of_one_pixel():
    with pytest.raises(SettingError, match="set upscale_mode to clean"):
        Upscale(request(clip(64, 48, 2), {"upscale_factor": 2, "upscale_mode": "creative"}))
    with pytest.raises(SettingError, match="too small"):
        model(1, 9)


def test_a_render_is_twice_the_source_frame_for_frame(tmp_path):
    film = media.probe(Footage(frames=3, width=33, height=21).write_sequence(tmp_path / "shot", "png"))
    spec = catalog().spec("upscale", "preview")
    values = spec.resolve({}).values
    ask = render_request(tmp_path / "track", film).model_copy(update={"spec": spec, "values": values})
    queue = Queue(tmp_path / "workspace")
    job = do(queue.workspace, queue.submit(ask))
    assert job.state == "done", job.error
    assert (job.result.frames_out, job.result.width, job.result.height) == (3, 66, 42)
    assert {"realesrgan", "realesrgan_x2"} <= set(read_proof(tmp_path / "track").weights)
    for made, source in zip(media.master_frames(tmp_path / "track"), media.frames(film), strict=True):
        again = media.to_float(media.resize(made, 33, 21))
        assert np.abs(again - media.to_float(source)).mean() < 0.03


def test_the_preview_says_why_it_makes_no_new_detail():
    with pytest.raises(SettingError, match=r"must be clean here.*needs a GPU"):
        catalog().spec("upscale", "preview").resolve({"upscale_mode": "creative"})
