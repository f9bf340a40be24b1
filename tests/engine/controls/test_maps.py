"""Every kind of control map on tiny footage: what moves changes only its place; nothing is too small or too dark."""

from functools import cache

import cv2
import numpy as np
import pytest

from engine import media, weights
from engine.controls import KINDS, WEIGHTS, ControlJob, ControlMap, kept, make
from engine.errors import InputError

pytestmark = pytest.mark.skipif(
    bool(weights.missing({name for names in WEIGHTS.values() for name in names})),
    reason="the preview weights are not pulled",
)
OF_PEOPLE = ("pose", "depth_pose")


@cache
def scene() -> np.ndarray:
    """A still place: boxes on a ground, some grain."""
    picture = np.full((96, 288, 3), 0.55, np.float32)
    picture[60:] = 0.35
    for left, top, colour in ((150, 30, 0.2), (200, 45, 0.8), (250, 20, 0.15)):
        cv2.rectangle(picture, (left, top), (left + 26, 80), (colour, colour * 0.9, colour * 0.7), -1)
    grain = np.random.default_rng(5).normal(0, 0.01, picture.shape).astype(np.float32)
    return np.clip(picture + grain, 0, 1)


def spots(count: int = 3) -> list[np.ndarray]:
    """A bright spot that crosses the left of the still place."""
    film = []
    for number in range(count):
        frame = scene().copy()
        cv2.circle(frame, (14 + 9 * number, 40), 7, (1.0, 1.0, 1.0), -1)
        film.append(frame)
    return film


def mapped(kind: str, frames: list[np.ndarray], folder, **more) -> tuple[ControlMap, list[np.ndarray]]:
    job = ControlJob(kind=kind, folder=str(folder / kind), key="k", frames=len(frames), **more)
    made = make(job, frames)
    return made, list(media.master_frames(job.folder))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in OF_PEOPLE])
def test_a_moving_bright_spot_leaves_the_rest_of_the_map_unchanged(kind, tmp_path):
    """A map normalised by the frame would change everywhere as soon as something brighter comes in."""
    frames = spots(2)
    made, maps = mapped(kind, frames, tmp_path)
    assert len(maps) == 2 and maps[0].shape == (96, 288, 3) and made.width == 288
    far = np.s_[:, 180:]
    away = [np.abs(a[far].astype(int) - maps[0][far]).max() / 65535 for a in maps[1:]]
    assert max(away) < 0.02
    assert np.ptp(maps[0][far].astype(int)) > 3000  # there is something that could have changed


@pytest.mark.skipif(bool(weights.missing(["bikes"])), reason="the clips are not pulled")
@pytest.mark.parametrize("kind", OF_PEOPLE)
def test_a_moving_bright_spot_leaves_a_body_and_what_lies_round_it_unchanged(kind, tmp_path):
    clip = media.probe(weights.path("bikes"))
    still = media.resize(media.to_float(next(media.frames(clip, 36, 37))), 320, 136)
    film = [still, *(cv2.circle(still.copy(), (8, 20 + 8 * n), 3, (1.0, 1.0, 1.0), -1) for n in range(2))]
    _, maps = mapped(kind, film, tmp_path)
    far = np.s_[:, 40:]
    assert np.ptp(maps[0][far].astype(int)) > 30000
    for later in maps[1:]:
        changed = np.abs(later[far].astype(int) - maps[0][far]) / 65535
        # The window around the body holds the spot too: a joint may stand a tenth of a pixel elsewhere.
        assert changed.mean() < 0.002 and (changed > 0.2).mean() < 0.002


def test_edges_mark_outlines_and_leave_flat_ground_dark(tmp_path):
    made, (first, *_) = mapped("softedge", [scene()], tmp_path)
    plane = first[..., 0] / 65535
    assert plane[50:70, 148:153].max() > 0.7 and plane[10:20, 60:100].max() < 0.2
    assert made.measure["value"] == 100 and 0 < made.measure["edge_share"] <= 15


def test_pseudo_depth_says_so_and_calls_a_still_empty_place_flat(tmp_path):
    made, (first, *_) = mapped("depth", [scene()] * 2, tmp_path)
    assert any("Pseudo-depth" in note for note in made.notes) and any("no depth" in note for note in made.notes)
    assert made.measure["value"] == 0 and made.measure["depth_spread"] < 0.2
    assert first[90].mean() > first[10].mean() + 20000  # the ground comes nearer towards the bottom


def test_what_the_camera_passes_faster_is_nearer(tmp_path):
    """Two layers, the lower one sliding three times as fast."""
    strewn = np.random.default_rng(8).uniform(0.1, 0.9, (2, 48, 400, 3)).astype(np.float32)
    far, near = (cv2.GaussianBlur(layer, (0, 0), 2.0) for layer in strewn)
    film = [np.vstack([near[:, 20 + 6 * t : 180 + 6 * t], far[:, 20 + 2 * t : 180 + 2 * t]]) for t in range(6)]
    made, maps = mapped("depth", [frame * 1.6 - 0.3 for frame in film], tmp_path)
    for picture in maps:
        assert picture[8:40].mean() > picture[56:88].mean() + 10000
    assert made.measure["value"] == 100


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(1, 1), (5, 9), (40, 64)])
@pytest.mark.parametrize("value", [0.0, 0.5])
def test_flat_tiny_single_and_black_frames_give_a_map_or_one_sentence(kind, size, value, tmp_path):
    frames = [np.full((*size, 3), value, np.float32)]
    if kind in OF_PEOPLE:
        with pytest.raises(InputError, match="Nobody is seen in this range, so there is no pose to hold"):
            mapped(kind, frames, tmp_path)
        assert kept(tmp_path / kind) is None
        return
    made, (only,) = mapped(kind, frames, tmp_path)
    assert only.shape == (*size, 3) and made.measure["value"] == 0
    if kind == "softedge":
        assert any("Hardly an outline" in note for note in made.notes)


def test_an_equal_map_is_not_made_twice_and_another_key_is(tmp_path):
    told = []
    job = ControlJob(kind="softedge", folder=str(tmp_path), key="a", frames=1)
    first = make(job, [scene()], lambda done, of: told.append((done, of)))
    assert told == [(1, 1)]
    assert make(job, [], lambda *_: told.append("again")) == first == kept(tmp_path) and told == [(1, 1)]
    other = make(job.model_copy(update={"key": "b"}), [1 - scene()])
    assert other.sha256 != first.sha256 and kept(tmp_path) == other


def test_maps_are_not_larger_than_asked(tmp_path):
    made, (first, *_) = mapped("softedge", [scene()], tmp_path, longest=96)
    assert (made.width, made.height) == (96, 32) and first.shape == (32, 96, 3)


def test_a_frame_too_few_is_refused_and_nothing_is_kept(tmp_path):
    job = ControlJob(kind="softedge", folder=str(tmp_path), key="a", frames=2)
    with pytest.raises(InputError, match="The range has 2 frames and its control map 1"):
        make(job, [scene()])
    assert kept(tmp_path) is None and not list(tmp_path.glob("master/*"))
    with pytest.raises(InputError, match="no control map named canny"):
        make(job.model_copy(update={"kind": "canny"}), [scene()])
    with pytest.raises(InputError, match="There is no frame"):
        make(job, [])
