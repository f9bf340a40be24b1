"""The person mask against outlines drawn by hand."""

import tomllib
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine import landmarks, media, weights
from engine.errors import PrerequisiteError
from engine.masks.finders import Finder
from engine.masks.words import sought
from tests.engine.masks.films import iou

DRAWN = tomllib.loads(Path(__file__).with_name("people.toml").read_text())["person"]


def by_hand(person: dict, height: int, width: int) -> np.ndarray:
    mask = np.zeros((height, width), np.float32)
    cv2.fillPoly(mask, [np.array(person["outline"], np.int32)], 1.0)
    for hole in person["holes"]:
        cv2.fillPoly(mask, [np.array(hole, np.int32)], 0.0)
    return mask


@pytest.mark.skipif(bool(weights.missing(landmarks.WEIGHTS)), reason="the nets of the preview are not pulled")
@pytest.mark.parametrize("person", DRAWN, ids=lambda p: f"{p['clip']} {p['frame']}")
def test_the_mask_of_a_person_fits_the_outline_drawn_by_hand(person):
    try:
        clip = media.probe(weights.path(person["clip"]))
    except PrerequisiteError:
        pytest.skip("this footage is not pulled")
    frame = media.to_float(next(media.frames(clip, person["frame"], person["frame"] + 1)))
    mask = Finder(sought("person"), 0.3).find(frame, None).mask
    fit = iou(mask, by_hand(person, *mask.shape))
    print(f"{person['clip']} {person['frame']}: {fit:.3f}")
    assert fit >= person["least"]
