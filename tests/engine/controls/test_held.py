"""How firmly each kind of map holds the source, at which strength, and where."""

from itertools import pairwise

import numpy as np
import pytest

from engine.controls import KINDS
from engine.controls.held import Hold, Shares, held, shares_of
from engine.controls.skeleton import draw
from tests.engine.controls.test_pose import standing

ALL = Shares(1.0, 1.0)


def noise(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 1, (40, 60, 3)).astype(np.float32)


def empty(kind: str) -> np.ndarray:
    return np.full((40, 60, 3), (0.5, 0.5, 1.0) if kind == "normal" else 0, np.float32)


def values(kind: str, strength: float, pose: float = 0.0) -> dict:
    return {"controlnet_type": kind, "controlnet_strength": strength, "controlnet_pose_strength": pose}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_held_grows_with_the_strength_from_nothing_to_all(kind):
    films = [held(kind, noise(), shares_of(values(kind, s, s))) for s in (0.0, 0.1, 0.4, 0.8, 1.0, 1.3, 1.5)]
    assert not films[0].form.any() and not films[0].detail.any()
    for less, more in pairwise(films):
        assert (more.form >= less.form).all() and (more.detail >= less.detail).all()
        assert more.form.mean() > less.form.mean() and more.detail.mean() > less.detail.mean()
    assert films[-1].form.max() <= 1 and films[-1].detail.max() <= 1
    assert films[-1].form.dtype == np.float32 and films[-1].form.shape == (40, 60)


def test_depth_holds_most_of_the_single_maps_and_a_pose_least_where_nothing_is_shown():
    form = {kind: float(held(kind, empty(kind), ALL).form.mean()) for kind in KINDS}
    assert form["depth_pose"] >= form["depth"] > form["normal"] > form["softedge"] > form["pose"] > 0


def test_each_kind_holds_what_it_shows():
    ramp = np.repeat(np.linspace(0, 1, 60, dtype=np.float32)[None, :, None], 40, axis=0).repeat(3, axis=2)
    near = held("depth", ramp, ALL)
    assert near.form[20, 55] > near.form[20, 5] + 0.3 and near.detail.max() <= 0.5, "depth knows no texture"
    line = np.zeros((40, 60, 3), np.float32)
    line[:, 30] = 1
    edge = held("softedge", line, ALL)
    assert edge.detail[20, 30] > 0.8 and edge.detail[20, 10] == 0 and edge.form.max() <= 0.6
    turned = empty("normal")
    turned[:, 30:40] = (1.0, 0.5, 0.5)
    away = held("normal", turned, ALL)
    assert away.form[20, 35] > away.form[20, 5] + 0.3


def test_a_body_is_held_where_its_skeleton_is():
    hold = held("pose", draw(standing(), (64, 96), (1, 1)), ALL)
    assert hold.form[40, 30] > 0.5 and hold.form[5, 3] < 0.2


def test_the_halves_of_depth_with_pose_have_strengths_of_their_own():
    picture = np.full((96, 64, 3), 0.4, np.float32)
    drawn = draw(standing(), (64, 96), (1, 1))
    picture = np.where(drawn.max(axis=2, keepdims=True) > 0, drawn, picture)
    place, body = (held("depth_pose", picture, shares).form for shares in (Shares(0.8, 0.0), Shares(0.0, 0.8)))
    assert place[5, 3] > 0.4 and body[5, 3] < 0.1 < 0.5 < body[40, 32]
    assert shares_of(values("depth_pose", 0.5, 0.5)).whole > 0.7 and shares_of(values("depth", 0.5, 0.5)).body == 0


@pytest.mark.parametrize("kind", KINDS)
def test_something_bright_elsewhere_lets_nothing_go(kind):
    """Nothing is normalised by the frame."""
    picture = (0.3 * noise()).astype(np.float32)
    before = held(kind, picture, ALL)
    lit = picture.copy()
    lit[:8, :8] = (0.1, 1.0, 0.2)
    for a, b in zip(before, held(kind, lit, ALL), strict=True):
        assert np.array_equal(a[:, 40:], b[:, 40:])


@pytest.mark.parametrize("kind", KINDS)
def test_a_face_drawn_over_a_map_is_held_in_full(kind):
    picture = empty(kind)
    drawn = np.repeat(picture.repeat(4, axis=0), 4, axis=1)
    drawn[80:82, 100:140] = 1
    plain, faced = (held(kind, drawn, Shares(0.8, 0.5), facemesh=mesh) for mesh in (False, True))
    assert faced.detail[81, 120] >= 0.5 * 0.8 and faced.detail[81, 120] >= plain.detail[81, 120]
    assert np.array_equal(plain.detail[:20], faced.detail[:20])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(1, 1), (1, 200), (7, 3), (270, 480)])
def test_a_map_of_any_size_is_read(kind, size):
    made = held(kind, np.full((*size, 3), 0.5, np.float32), ALL, facemesh=True)
    assert isinstance(made, Hold) and made.form.shape == made.detail.shape == size
