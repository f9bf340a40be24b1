"""What key frames and masks must keep to: one sentence each before anything renders, by command and by talk."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from agent.brains.scripted import scripted
from agent.session import Session
from agent.workspace import Workspace
from engine import media
from tests.agent.ground import calling
from tests.engine.footage import Footage
from tests.ui.ground import Rushes

FRAMES, WIDTH, HEIGHT = 6, 64, 36


class Ground(NamedTuple):
    """A workspace with one shot, and pictures and films that don't fit it."""

    rushes: Rushes
    files: Path

    @property
    def store(self):
        return Workspace(self.rushes.workspace).store

    def nothing_rendered(self) -> bool:
        return self.store.tracks_of("film") == []


def plain(level: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint16)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    files = tmp_path_factory.mktemp("refused")
    rushes = Rushes(files / "workspace")
    rushes("import", Footage(frames=FRAMES, width=WIDTH, height=HEIGHT).write(files / "a.mp4"), "--project", "film")
    pictures = {"key": plain(30000), "tall": plain(30000, 36, 64), "black": plain(0), "white": plain(65535)}
    for name, picture in pictures.items():
        media.write_image(files / f"{name}.png", picture)
    media.write_image(files / "large.png", plain(65535, 128, 72))
    shown = Footage(frames=FRAMES, width=WIDTH, height=HEIGHT, picture=lambda n: plain(65535 if n > 3 else 0))
    shown.write(files / "late.mp4")
    Footage(frames=4, width=WIDTH, height=HEIGHT).write(files / "short.mp4")
    yield Ground(rushes, files)
    rushes.dismiss()


KEYS = {
    "two on one frame": ([(2, "key"), (2, "white")], "Frame 2 has 2 key frames"),
    "of another shape": ([(2, "tall")], "is 36x64 and the shot is 64x36"),
    "outside the shot": ([(99, "key")], "Key frame 99 does not lie in"),
}


@pytest.mark.parametrize(("keys", "said"), KEYS.values(), ids=KEYS)
def test_key_frames_that_can_not_be_carried(ground, keys, said):
    asked = [word for frame, name in keys for word in ("--keyframe", f"{frame}={ground.files / name}.png")]
    assert said in ground.rushes.refused(
        *("render", "film/010", "--model", "style_transfer", "--prompt", "an oil painting"), *asked
    )
    settings = {"prompt": "an oil painting", "keyframes": [{"frame": f, "image": f"{n}.png"} for f, n in keys]}
    call = ("test_render", {"shot": "010", "model": "style_transfer", "settings": settings})
    session = Session(Workspace(ground.rushes.workspace), "film", scripted(calling(call)))
    told = list(session.say("carry these", [ground.files / f"{name}.png" for _, name in keys]))
    session.close()
    (result,) = [e for e in told if e.type == "tool_result"]
    assert not result.ok and said in result.result["error"]
    assert ground.nothing_rendered()


MASKS = {
    "of another size": ("large.png", "128x72 and the footage 64x36"),
    "of another length": ("short.mp4", "holds 4 frames and the shot 6"),
    "empty": ("black.png", "black on every frame"),
}


@pytest.mark.parametrize(("name", "said"), MASKS.values(), ids=MASKS)
def test_masks_that_can_not_lie_over_the_shot(ground, name, said):
    assert said in ground.rushes.refused("mask", "film/010", "--import", ground.files / name)
    session = Session(Workspace(ground.rushes.workspace), "film", "rules")
    list(session.turn("make only the box golden"))
    told = list(session.turn("for all frames", [ground.files / name]))
    session.close()
    assert said in words(told)
    assert [e.text for e in told if e.type == "question"], "the question for the mask stays"
    assert ground.nothing_rendered()


def test_a_mask_that_is_empty_where_it_is_rendered(ground):
    mask = ground.rushes("mask", "film/010", "--import", ground.files / "late.mp4")
    asked = ("render", "film/010", "--model", "inpaint", "--prompt", "an oil painting", "--mask", mask["track"])
    assert "is empty on every frame of 0:3" in ground.rushes.refused(*asked, "--range", "0:3")
    assert ground.nothing_rendered()


def test_a_mask_of_another_size_than_what_is_read(ground):
    store = ground.store
    mask = ground.rushes("mask", "film/010", "--import", ground.files / "white.png")
    booked = store.track(mask["track"])
    store.change_track(booked.id, result={**booked.result, "width": 128, "height": 72})
    asked = ("render", "film/010", "--model", "inpaint", "--prompt", "an oil painting", "--mask", mask["track"])
    assert "the mask is 128x72 and what is rendered 64x36" in ground.rushes.refused(*asked)
    assert ground.nothing_rendered()


def test_points_outside_and_words_nobody_knows(ground):
    session = Session(Workspace(ground.rushes.workspace), "film", "rules")
    asked = list(session.turn("make only the box golden"))
    assert "make_mask" not in [e.name for e in asked if e.type == "tool_call"]
    assert "No net on this machine finds “box”" in words(asked) and "sam2.1" in words(asked)
    refused = list(session.turn("900, 12 on frame 2"))
    assert "outside the picture of 64x36" in words(refused) and [e for e in refused if e.type == "question"]
    refused = list(session.turn("30, 12 on frame 77"))
    assert "frame 77, outside" in words(refused)
    session.close()
    (ground.files / "points.json").write_text('[{"frame": 2, "x": 900, "y": 12}]')
    outside = ground.rushes.refused("mask", "film/010", "--points", ground.files / "points.json")
    assert "outside the picture of 64x36" in outside
    assert "No net on this machine finds 'box'" in ground.rushes.refused("mask", "film/010", "--prompt", "box", code=3)
    assert ground.nothing_rendered()


def words(events: list) -> str:
    return " ".join(e.text for e in events if e.type == "text")
