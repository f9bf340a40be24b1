"""Masks by words: people are followed and let go, the sky is told from the ground, a threshold makes them stricter."""

import numpy as np
import pytest

from engine import landmarks, media, weights
from engine.clip import Range
from engine.masks.finders import Before, Finder
from engine.masks.maker import Maker
from engine.masks.people import People, follow
from engine.masks.sky import sky
from engine.masks.words import sought
from tests.engine.masks.films import ask

PEOPLE = pytest.mark.skipif(bool(weights.missing(landmarks.WEIGHTS)), reason="the nets of the preview are not pulled")
FOOTAGE = pytest.mark.skipif(bool(weights.missing(["bikes"])), reason="the sample footage is not pulled")


def test_a_blue_or_bright_sky_over_rough_ground_is_found_and_nothing_in_a_wall():
    draw = np.random.default_rng(0)
    rows = np.linspace(0, 1, 90, dtype=np.float32)[:, None, None]
    picture = np.concatenate([np.float32([0.45, 0.6, 0.85]) + 0.1 * rows * np.ones((1, 160, 1), np.float32)] * 1)
    ground = draw.random((40, 160, 3)).astype(np.float32) * 0.4
    picture[50:] = ground
    found = sky(picture)
    assert found[:46].mean() > 0.97
    assert found[56:].mean() < 0.03
    assert sky(np.clip(draw.random((90, 160, 3)), 0, 1).astype(np.float32)).max() == 0


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (9, 40)])
def test_tiny_skies_do_not_break(size):
    assert sky(np.full((*size, 3), 0.9, np.float32)).shape == size


@PEOPLE
@FOOTAGE
def test_a_man_is_followed_till_he_leaves_and_the_cars_are_never_taken():
    """Bikes: he walks out of the picture by frame 47, and cars drive through where he was."""
    clip = media.probe(weights.path("bikes"))
    asked = ask(weights.path("bikes").parent, clip, (40, 54), words="man").model_copy(
        update={"range": Range(start=40, stop=54)}
    )
    masks = [one.mask for one in Maker(asked, lambda: None).masks(0, None, frozenset())]
    assert all(mask.mean() > 0.15 for mask in masks[:4])
    assert all(mask.mean() < 0.01 for mask in masks[9:])


@PEOPLE
@FOOTAGE
def test_a_stricter_threshold_takes_less():
    frame = media.to_float(next(media.frames(media.probe(weights.path("bikes")), 30, 31)))
    shares = [Finder(sought("person"), t).find(frame, None).mask.mean() for t in (0.1, 0.3, 0.9)]
    assert shares[0] > shares[1] > shares[2] > 0
    background = Finder(sought("background"), 0.3).find(frame, None).mask
    assert abs(background.mean() + shares[1] - 1) < 0.02


@PEOPLE
def test_a_blob_that_is_nobody_is_never_begun_with_and_soon_let_go():
    frame = np.full((90, 160, 3), 0.4, np.float32)
    seen = np.zeros((90, 160), np.float32)
    seen[20:70, 30:80] = 1
    nothing = np.zeros_like(seen)
    assert not follow(frame, seen, People(nothing, nothing), alone=True).mask.any()
    people, lasted = People(seen, seen), 0
    while people.mask.any():
        people, lasted = follow(frame, seen, people, alone=True), lasted + 1
    assert 3 < lasted < 20


@PEOPLE
def test_a_blink_of_the_net_is_bridged_and_no_more():
    frame, seen = np.full((90, 160, 3), 0.4, np.float32), np.zeros((90, 160), np.float32)
    seen[20:70, 30:80] = 1
    people, lasted = People(seen, seen), -1
    while people.mask.any():
        people, lasted = follow(frame, np.zeros_like(seen), people, alone=True), lasted + 1
    assert lasted == 3


def test_what_another_blob_holds_is_not_taken_for_the_one_before():
    seen = np.zeros((90, 160), np.float32)
    seen[20:70, 100:150] = 1
    was = np.zeros_like(seen)
    was[20:70, 10:60] = 1
    frame = np.full((90, 160, 3), 0.4, np.float32)
    made = follow(frame, np.maximum(seen, was), People(was, was * 0.9), alone=True)
    assert made.mask[:, 10:60].any() and not made.mask[:, 100:].any()


def test_a_memory_moves_where_the_motion_is_sure_and_the_mask_is_steadier_for_it():
    finder = Finder(sought("sky"), 0.3)
    frame = np.full((60, 80, 3), 0.9, np.float32)
    nothing = np.zeros((60, 80), np.float32)
    unsure = finder.find(frame, Before(People(nothing, nothing), nothing))
    sure = finder.find(frame, Before(People(nothing, nothing), nothing + 1))
    assert unsure.mask.mean() > sure.mask.mean() > 0
