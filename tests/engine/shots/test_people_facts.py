"""What is told of people in a shot, from real frames and from made ones."""

import numpy as np
import pytest

from engine import landmarks, media, weights
from engine.clip import Range
from engine.shots.people_facts import people_facts

pytestmark = pytest.mark.skipif(
    bool(weights.missing([*landmarks.WEIGHTS, "bikes"])), reason="the preview weights or the clips are not pulled"
)


def test_one_man_whose_face_is_large_enough_is_told_of_his_shot():
    clip = media.probe(weights.path("bikes"))
    assert people_facts(clip, Range(start=30, stop=42)) == {
        "subject_humanoid": "yes",
        "people_count": 1,
        "face_small": "no",
    }
    assert people_facts(clip, Range(start=60, stop=61)) == {}


def test_a_small_face_and_a_map_are_told(tmp_path):
    clip = media.probe(weights.path("bikes"))
    (frame,) = media.frames(clip, 31, 32)
    room = np.full((900, 1200, 3), 30000, np.uint16)
    room[300:490, 500:760] = frame[:190, 180:440]
    for number, picture in enumerate((room, _outlines())):
        media.write_image(tmp_path / f"{number}" / "a.0001.png", picture)
        alone = media.probe(str(tmp_path / f"{number}"), rate=clip.rate)
        told = people_facts(alone, Range(start=0, stop=1))
        assert told.get("face_small") == ("yes" if number == 0 else None)
        assert told.get("input_is_map") == ("yes" if number else None)


def _outlines() -> np.ndarray:
    drawn = np.zeros((150, 200, 3), np.uint16)
    drawn[40:43, 20:180] = drawn[20:140, 90:93] = 65535
    return drawn
