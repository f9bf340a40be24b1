"""Whole films with known faults, through masters on disk: what is measured, and what says why it is not."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from engine import media
from engine.clip import Clip, Range
from engine.measure import measure
from engine.request import RenderRequest
from engine.spec import ModelSpec

WIDTH, HEIGHT, SECOND = 96, 64, 8


def film(frames: int) -> list[np.ndarray]:
    """A coloured, textured picture that slides to the right, uint16."""
    rng = np.random.default_rng(11)
    wide = cv2.resize(rng.random((12, 60, 3), dtype=np.float32), (480, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return [
        np.ascontiguousarray((wide[:, 360 - t : 360 - t + WIDTH] * 0.6 + 0.2).clip(0, 1) * 65535).astype(np.uint16)
        for t in range(frames)
    ]


def master(folder: Path, frames: list[np.ndarray], chunk: int = 1000) -> str:
    height, width = frames[0].shape[:2]
    for index, start in enumerate(range(0, len(frames), chunk)):
        part = frames[start : start + chunk]
        path = folder / "master" / media.chunk_name(index, start, start + len(part))
        path.parent.mkdir(parents=True, exist_ok=True)
        with media.MasterWriter(path, width, height) as writer:
            for frame in part:
                writer.write(frame)
            writer.close()
    return str(folder)


@pytest.fixture
def measured(tmp_path):
    """Measure `output` made of `source`, which stands as a finished track of its own."""

    def of(source: list[np.ndarray], output: list[np.ndarray], chunk: int = 1000, against: str = "", first: int = 0):
        number = len(list(tmp_path.iterdir()))
        count = len(source) - first
        clip = Clip(
            path="made.mp4", kind="video", frames=len(source), rate=SECOND, width=WIDTH, height=HEIGHT, sha256="0" * 64
        )
        request = RenderRequest(
            track="t",
            folder=master(tmp_path / f"out{number}", output, chunk),
            shot="p/010",
            clip=clip,
            shot_range=Range(start=0, stop=len(source)),
            range=Range(start=first, stop=first + count),
            source_folder=master(tmp_path / f"src{number}", source),
            source_first=first,
            spec=ModelSpec(id="echo", label="Echo", profile="preview", purpose="", prompt_style="description"),
            values={},
        )
        return measure(request, against)

    return of


def test_a_copy_is_faultless(measured):
    frames = film(40)
    found = measured(frames, frames, chunk=16)
    value = {name: entry["value"] for name, entry in found.items()}
    assert value["m.frames"] == 0
    assert value["m.change"] == pytest.approx(0, abs=1e-4)
    assert value["m.edge_keep"] == pytest.approx(1)
    for name in ("m.flicker", "m.start_flicker", "m.stutter", "m.sharpness"):
        assert value[name] == pytest.approx(1, abs=0.1), name
    assert value["m.chunk_step"] < 1.3
    assert value["m.clip"] == value["m.colour_drift"] == 0
    assert found["m.repeat"]["value"] is None and "--against" in found["m.repeat"]["why"]


def test_a_smaller_output_of_a_later_range_is_compared_with_its_own_frames(measured):
    frames = film(40)
    found = measured(frames, [media.resize(f, 48, 32) for f in frames[10:]], first=10)
    assert found["m.frames"]["value"] == 0
    assert found["m.change"]["value"] < 0.02
    assert measured(frames, [media.resize(f, 48, 32) for f in frames[:30]], first=10)["m.change"]["value"] > 0.1


def test_an_enlarged_output_is_as_sharp_as_its_source(measured):
    frames = film(6)
    larger = [media.resize(f, 2 * WIDTH, 2 * HEIGHT) for f in frames]
    assert measured(frames, larger)["m.sharpness"]["value"] == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("count, difference", [(38, -2), (43, 3)])
def test_lost_and_surplus_frames_are_counted(measured, count, difference):
    assert measured(film(40), film(count))["m.frames"]["value"] == difference


def test_a_drift_of_colour_has_the_right_sign(measured):
    steady, ramp = film(32), np.linspace(-9000, 9000, 32).astype(np.int32)
    towards_red = [
        (f + np.array([r, 0, -r])).clip(0, 65535).astype(np.uint16) for f, r in zip(film(32), ramp, strict=True)
    ]
    assert measured(steady, towards_red)["m.colour_drift"]["value"] > 5
    assert measured(towards_red, steady)["m.colour_drift"]["value"] < -5
    assert measured(towards_red, towards_red)["m.colour_drift"]["value"] == 0
    assert "two seconds" in measured(film(15), film(15))["m.colour_drift"]["why"]


def test_burnt_frames_clip_and_a_burnt_source_is_no_fault(measured):
    frames = film(6)
    burnt = [(f.astype(np.float32) * 1.7).clip(0, 65535).astype(np.uint16) for f in frames]
    assert measured(frames, burnt)["m.clip"]["value"] > 5
    assert measured(burnt, burnt)["m.clip"]["value"] == 0


def test_a_jump_between_chunks_stands_at_the_border(measured):
    frames = film(32)
    stepped = [(f + (7000 if t >= 16 else 0)).clip(0, 65535).astype(np.uint16) for t, f in enumerate(film(32))]
    assert measured(frames, stepped, chunk=16)["m.chunk_step"]["value"] > 2
    assert measured(frames, stepped, chunk=10)["m.chunk_step"]["value"] < 1.5
    assert measured(frames, stepped)["m.flicker"]["jump_frame"] == 16
    assert "no border" in measured(frames, stepped)["m.chunk_step"]["why"]


def test_one_frame_and_tiny_frames_say_what_they_cannot(measured):
    one = measured(film(1), film(1))
    assert one["m.change"]["value"] == pytest.approx(0, abs=1e-4)
    assert "neighbour" in one["m.flicker"]["why"]
    tiny = [f[:2, :2] for f in film(6)]
    found = measured(tiny, tiny)
    assert found["m.flicker"]["value"] == pytest.approx(1, abs=0.1)
    assert all(entry["value"] is not None or entry["why"] for entry in found.values())


def test_two_renders_are_compared_byte_by_byte(measured, tmp_path):
    frames = film(6)
    other = [f.copy() for f in frames]
    other[4][3, 3, 1] += 257 * 3 if other[4][3, 3, 1] < 60000 else -257 * 3
    assert measured(frames, frames, against=master(tmp_path / "twin", frames))["m.repeat"]["value"] == 0
    assert measured(frames, frames, against=master(tmp_path / "odd", other))["m.repeat"]["value"] == 3
    assert "length" in measured(frames, frames, against=master(tmp_path / "short", frames[:5]))["m.repeat"]["why"]
