"""Measures under a mask, on pictures made here: a disc on a gradient."""

import cv2
import numpy as np
import pytest

from engine.measure import masked

HEIGHT, WIDTH = 96, 128


def disc(x: float = 64, y: float = 48, radius: float = 25) -> np.ndarray:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.clip(radius - np.hypot(columns - x, rows - y) + 0.5, 0, 1).astype(np.float32)


def scene() -> np.ndarray:
    """Luma: a slope with grain, so that nothing is quite flat."""
    columns = np.mgrid[0:HEIGHT, 0:WIDTH][1]
    grain = np.random.default_rng(2).normal(0, 0.01, (HEIGHT, WIDTH))
    return (0.3 + 0.3 * columns / WIDTH + grain).astype(np.float32)


def test_a_seam_shows_where_the_paint_inside_is_lighter_and_not_where_nothing_changed():
    source, mask = scene(), disc()
    assert masked.seam(source, source, mask) == pytest.approx(1)
    assert masked.seam(source, source + 0.2 * mask, mask) > 3
    soft = cv2.GaussianBlur(mask, (0, 0), 8)
    assert masked.seam(source, source + 0.02 * soft, soft) < 1.3


def test_a_straight_hard_cut_is_told_and_a_round_outline_is_none():
    source = scene()
    round_ = disc()
    assert masked.outline_cut(source, source + 0.3 * round_, round_) < 5
    square = np.zeros_like(round_)
    square[20:70, 30:90] = 1
    assert masked.outline_cut(source, source + 0.3 * square, square) > 60
    assert masked.outline_cut(source, source, square) == 0
    # The same edge in the source is the scene's own, and one along the frame's edge is no cut.
    assert masked.outline_cut(source + 0.3 * square, source + 0.3 * square, square) == 0
    whole = np.zeros_like(round_)
    whole[:, :] = 1
    assert masked.outline_cut(source, source + 0.3, whole) == 0


def test_light_that_leaves_its_surroundings_is_told_in_lab():
    grey = np.repeat(scene()[..., None], 3, axis=2)
    inside = disc() > 0.5
    lit = grey + np.float32(0.25) * inside[..., None]
    assert masked.light_gap(grey, grey, inside) == 0
    assert masked.light_gap(grey, lit, inside) > 15
    assert masked.light_gap(grey, grey + np.float32(0.1), inside) < 3


def test_cover_and_spill_of_a_mask():
    person = disc() > 0.5
    cover, spill, overlap = masked.fit(person, person)
    assert (cover, spill, overlap) == (1, 0, 1)
    cover, spill, _ = masked.fit(person, disc(84) > 0.5)
    assert 0.4 < cover < 0.7 and 0.3 < spill < 0.6


def test_one_level_outside_is_found_and_nothing_is_said_of_an_empty_or_full_mask():
    source = (np.repeat(scene()[..., None], 3, axis=2) * 65535).astype(np.uint16)
    told = masked.Masked(3)
    for value in (0.0, 1.0):
        told.add(source, source, np.full((HEIGHT, WIDTH), value, np.float32))
    values = told.values()
    assert values["m.outside"]["value"] == 0
    assert {name for name, entry in values.items() if entry["value"] is None} == {
        "m.seam", "m.outline_cut", "m.light_gap", "m.mask_fit",
    }  # fmt: skip
    off = source.copy()
    off[3, 5, 1] += 257
    told.add(source, off, disc())
    assert told.values()["m.outside"]["value"] == 1
    assert "too small to look for people" in told.values()["m.mask_fit"]["why"]
    told.add(source, source[:-1], disc())
    assert all(entry["value"] is None and "size" in entry["why"] for entry in told.values().values())


def test_a_mask_of_no_person_is_not_said_to_fit_anybody():
    source = np.full((130, 160, 3), 30000, np.uint16)
    mask = np.zeros((130, 160), np.float32)
    mask[30:90, 40:100] = 1
    told = masked.Masked(1)
    told.add(source, source, mask)
    assert "no person" in told.values()["m.mask_fit"]["why"]
