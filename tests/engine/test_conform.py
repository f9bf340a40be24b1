"""A clip that came back is matched frame by frame, whatever was done to it in time and in look; another is refused."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine import media, weights
from engine.clip import Clip, Range
from engine.conform import Conformed, conform
from engine.conform.alignment import align
from engine.conform.structure import structures, thumbnail_size
from engine.conform.track import runs, takes
from engine.errors import InputError
from tests.engine.footage import Footage

WIDTH, HEIGHT, FRAMES = 96, 64, 36

Look = Callable[[np.ndarray], np.ndarray]


def scene(number: int, seed: int = 0) -> np.ndarray:
    """A textured place under a moving camera with two things that move in it, uint16 `(h, w, 3)`."""
    rng = np.random.default_rng(seed)
    grey = cv2.resize(rng.random((24, 48), np.float32), (288, 144), interpolation=cv2.INTER_CUBIC)
    ground = grey[..., None] * np.float32([0.9, 1.0, 0.8])
    left, top = int(40 + 1.5 * number), int(30 + 12 * np.sin(number / 9))
    picture = np.ascontiguousarray(ground[top : top + HEIGHT, left : left + WIDTH])
    at = int(20 + 1.4 * number), int(30 + 14 * np.sin(number / 5 + seed))
    cv2.circle(picture, at, 9, (0.95, 0.9, 0.2), -1)
    cv2.rectangle(picture, (70 - number, 12), (82 - number, 30), (0.1, 0.1, 0.3), -1)
    return (np.clip(picture, 0, 1) * 65535).astype(np.uint16)


def restyled(frame: np.ndarray) -> np.ndarray:
    """Blurred, with other colours, in six steps of paint."""
    picture = cv2.GaussianBlur(frame.astype(np.float32) / 65535, (0, 0), 1.1)[..., [2, 0, 1]] ** 0.7
    picture = np.round(picture * 6) / 6 * np.float32([0.9, 0.7, 0.5]) + np.float32([0.05, 0.1, 0.2])
    return (np.clip(picture, 0, 1) * 65535).astype(np.uint16)


def turned(frame: np.ndarray) -> np.ndarray:
    """A negative: light edges become dark ones."""
    return restyled(65535 - frame)


def same(frame: np.ndarray) -> np.ndarray:
    return frame


IN_TIME = {
    "untouched": [*range(FRAMES)],
    "three missing in front": [*range(3, FRAMES)],
    "short at both ends": [*range(4, FRAMES - 6)],
    "slowed to 30": [n * 24 // 30 for n in range(FRAMES * 30 // 24)],
    "slowed to 60": [n * 24 // 60 for n in range(FRAMES * 60 // 24)],
    "every second": [*range(0, FRAMES, 2)],
    "repeats": [*range(10), 9, 9, *range(10, 20), 20, 20, *range(21, FRAMES)],
    "a repeat for its neighbour": [*range(10), 9, *range(11, FRAMES)],
    "three held in front": [0, 0, 0, *range(FRAMES)],
    "a gap of six": [*range(12), *range(18, FRAMES)],
}
OFFSETS = {"three missing in front": 3, "short at both ends": 4, "three held in front": -3}


def written(path: Path, picture: Callable[[int], np.ndarray], frames: int, rate: int = 24) -> Clip:
    how = Footage(frames, WIDTH, HEIGHT, Fraction(rate), picture=picture, options={"crf": "20", "threads": "1"})
    return media.probe(how.write(path))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return written(tmp_path_factory.mktemp("conform") / "source.mp4", scene, FRAMES)


def laid(source: Clip, folder: Path, order: list[int], look: Look = same) -> Conformed:
    """What `conform` says of the source's frames in that order and look."""
    returned = written(folder / "back.mp4", lambda n: look(scene(order[n])), len(order))
    return conform(source, Range(start=0, stop=FRAMES), returned)


@pytest.fixture(scope="module")
def rows() -> dict[Look, np.ndarray]:
    """The structures of the scene in every look."""
    size = thumbnail_size(WIDTH, HEIGHT)
    return {look: structures([look(scene(n)) for n in range(FRAMES)], size) for look in (same, restyled, turned)}


@pytest.mark.parametrize("look", [same, restyled, turned])
@pytest.mark.parametrize("what", IN_TIME)
def test_whatever_was_done_in_time_the_way_is_exact(rows, what, look):
    found = align(rows[same], rows[look][IN_TIME[what]])
    assert list(found.places) == IN_TIME[what]
    assert found.likeness > 0.6 and found.raw > 0.8


@pytest.mark.parametrize("seed", range(12))
def test_any_cuts_and_holds_are_found(rows, seed):
    rng = np.random.default_rng(seed)
    order = [n for n in range(FRAMES) for _ in range(rng.choice([0, 1, 1, 1, 1, 1, 1, 2, 3]))]
    assert list(align(rows[same], rows[restyled][order]).places) == order


@pytest.mark.parametrize("what", ["untouched", "three missing in front", "slowed to 30", "three held in front"])
def test_the_answer_tells_map_gaps_repeats_and_offset(source, tmp_path, what):
    order = IN_TIME[what]
    found = laid(source, tmp_path, order, restyled)
    assert found.pairs == list(enumerate(order))
    assert found.gaps == sorted(set(range(FRAMES)) - set(order))
    assert found.repeats == [n for n in range(1, len(order)) if order[n] == order[n - 1]]
    assert (found.frames_in, found.frames_out, found.strays) == (FRAMES, len(order), [])
    assert found.offset == OFFSETS.get(what, 0)
    assert found.whole == (not found.gaps)
    assert all(order[take] == place for place, take in enumerate(found.takes) if take is not None)


def test_frames_of_something_else_belong_nowhere(source, tmp_path):
    pictures = [partial(scene, n) for n in range(FRAMES)]
    pictures[15:15] = [partial(scene, 90 + n, 7) for n in range(4)]
    returned = written(tmp_path / "back.mp4", lambda n: pictures[n](), len(pictures))
    found = conform(source, Range(start=0, stop=FRAMES), returned)
    assert found.strays == [15, 16, 17, 18] and found.whole
    assert found.takes == [*range(15), *range(19, FRAMES + 4)]


def test_a_part_of_the_shot_with_frames_around_it(source, tmp_path):
    returned = written(tmp_path / "back.mp4", lambda n: restyled(scene(5 + n)), 24)
    found = conform(source, Range(start=8, stop=26), returned)
    assert found.pairs == [(3 + n, n) for n in range(18)]
    assert (found.offset, found.strays, found.whole) == (-3, [0, 1, 2, 21, 22, 23], True)


@pytest.mark.parametrize("look", [same, restyled])
def test_other_footage_is_refused_in_one_sentence(source, tmp_path, look):
    returned = written(tmp_path / "other.mp4", lambda n: look(scene(n, 5)), FRAMES)
    with pytest.raises(InputError, match=r"does not show this footage .*nothing was imported\.$"):
        conform(source, Range(start=0, stop=FRAMES), returned)


def test_a_still_shot_fits_one_for_one_or_can_t_be_told(tmp_path):
    still = written(tmp_path / "still.mkv", lambda _: scene(0), 8)
    back = written(tmp_path / "back.mkv", lambda _: restyled(scene(0)), 8)
    assert conform(still, Range(start=0, stop=8), back).pairs == [(n, n) for n in range(8)]
    with pytest.raises(InputError, match="nothing moves"):
        conform(still, Range(start=0, stop=8), written(tmp_path / "short.mkv", lambda _: scene(0), 5))
    with pytest.raises(InputError, match="does not show"):
        conform(still, Range(start=0, stop=8), written(tmp_path / "other.mkv", lambda n: scene(n, 5), 8))


@pytest.mark.slow
def test_real_footage_slowed_cut_and_painted(tmp_path):
    if weights.missing(["bikes"]):
        pytest.skip("the sample clips are not pulled")
    whole = media.probe(weights.path("bikes"))
    small = [media.resize(frame, 128, 54) for frame in media.frames(whole, 40, 76)]
    clip = media.probe(Footage(36, 128, 54, Fraction(25), picture=small.__getitem__).write(tmp_path / "a.mp4"))
    order = [4 + n * 25 // 30 for n in range(34)]
    back = Footage(34, 128, 54, Fraction(30), picture=lambda n: restyled(small[order[n]]))
    found = conform(clip, Range(start=0, stop=36), media.probe(back.write(tmp_path / "b.mp4")))
    assert [place for _, place in found.pairs] == order
    assert (found.offset, found.rate_in, found.rate_out) == (4, 25, 30)
    elsewhere = [media.resize(frame, 128, 54) for frame in media.frames(whole, 200, 236)]
    other = Footage(36, 128, 54, Fraction(25), picture=elsewhere.__getitem__).write(tmp_path / "c.mp4")
    with pytest.raises(InputError, match="does not show"):
        conform(clip, Range(start=0, stop=36), media.probe(other))


@pytest.mark.parametrize("numbers", [[0], [0, 1, 2], [3, 4, 7, 9, 9, 10], [5, 5, 5]])
def test_runs_of_frames_read_back(numbers):
    assert takes(runs(numbers)) == numbers
