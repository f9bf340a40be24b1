"""Faces and bodies of real frames (the man of bikes), source against what was done to it."""

from functools import cache

import cv2
import numpy as np
import pytest

from engine import landmarks, media, weights
from engine.measure.people import NAMES, People

pytestmark = pytest.mark.skipif(
    bool(weights.missing([*landmarks.WEIGHTS, "bikes"])), reason="the preview weights or the clips are not pulled"
)


@cache
def walk() -> list[np.ndarray]:
    """The man as he walks forward and back again, 16 frames."""
    clip = media.probe(weights.path("bikes"))
    there = list(media.frames(clip, 30, 39))
    return [*there, *there[-2:0:-1]]


def measured(output: list[np.ndarray], padding: int | None = None) -> dict:
    people = People(len(output), padding)
    for pair in zip(walk(), output, strict=True):
        people.add(*pair)
    return people.values()


def test_the_source_itself_is_perfect_also_at_another_size():
    told = measured([media.resize(frame, 480, 204) for frame in walk()], padding=10)
    assert set(told) == {f"m.{name}" for name in NAMES}
    assert told["m.eye_open"]["value"] == pytest.approx(1, abs=0.25)
    assert told["m.pose_error"]["value"] < 0.05
    assert told["m.identity"]["value"] > -0.05 and told["m.identity"]["mean"] > 0.7
    assert 80 < told["m.landmarks_in"]["value"] <= 100


def test_a_body_beside_its_mark_and_another_face_in_the_end_are_told():
    frames = walk()
    moved = [np.roll(frame, 40, axis=1) for frame in frames]
    assert measured(moved)["m.pose_error"]["value"] > 0.1
    other = [frame if k < 8 else _tinted(frame) for k, frame in enumerate(frames)]
    assert measured(other)["m.identity"]["value"] < -0.05


def test_where_nobody_is_each_measure_says_why():
    flat = [np.full((130, 160, 3), 30000, np.uint16)] * 3
    people = People(3)
    for frame in flat:
        people.add(frame, frame)
    told = people.values()
    assert all(entry["value"] is None for entry in told.values())
    assert told["m.mouth_sync"]["why"] == "no face is found in the source"
    assert told["m.pose_error"]["why"] == "no body is found in the source"
    assert told["m.landmarks_in"]["why"] == "this model takes no face crop"


def _tinted(frame: np.ndarray) -> np.ndarray:
    """Another skin and softer features, in the same place."""
    soft = cv2.GaussianBlur(frame, (0, 0), 1.5)
    return (soft * np.array([0.6, 1.0, 0.8])).astype(np.uint16)
