"""What can't be masked is refused in one sentence, before a frame is read."""

from pathlib import Path

import pytest

from engine.clip import Clip
from engine.errors import InputError, PrerequisiteError, RushesError
from engine.masks.asked import check
from engine.masks.words import ALIASES, sought
from engine.request import DrawnMask, ImageRef, MaskPoint
from tests.engine.masks.films import ask

CLIP = Clip(path="/footage/a.mp4", kind="video", frames=100, rate="25/1", width=64, height=48, sha256="0" * 64)
DRAWN = DrawnMask(frame=30, image=ImageRef(path="a.png", sha256="0"))


def point(frame: int = 30, x: float = 5, y: float = 5, add: bool = True) -> MaskPoint:
    return MaskPoint(frame=frame, x=x, y=y, add=add)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"words": " "}, "nothing to look for"),
        ({"mode": "points"}, "no point to go by"),
        ({"mode": "prompts_points", "words": "person"}, "no point to go by"),
        ({"words": "person", "points": (point(),)}, "Points count only in the modes"),
        ({"mode": "points", "points": (point(19),)}, "frame 19, outside the masked range 20:60"),
        ({"mode": "points", "points": (point(60),)}, "frame 60, outside"),
        ({"mode": "points", "points": (point(x=64),)}, "64, 5 on frame 30 lies outside the picture of 64x48"),
        ({"mode": "points", "points": (point(y=-0.5),)}, "lies outside the picture"),
        ({"mode": "points", "points": (point(add=False), point(40))}, "Frame 30 has points to leave out but none"),
        ({"mode": "points", "drawn": (DRAWN, DRAWN)}, "two drawings"),
        ({"words": "person", "threshold": 0.95}, "0.1 to 0.9"),
        ({"words": "person", "imported": "/a.mp4"}, "An imported mask takes no words"),
    ],
)
def test_one_sentence_for_each_fault(asked, said):
    with pytest.raises(RushesError) as raised:
        check(ask(Path("track"), CLIP, (20, 60), **asked))
    assert said in str(raised.value)
    assert str(raised.value).count(". ") == 0


@pytest.mark.parametrize(
    "asked",
    [
        {"words": "The man"},
        {"mode": "points", "points": (point(), point(40, add=False))},
        {"mode": "points", "drawn": (DRAWN,), "points": (point(add=False),)},
        {"mode": "prompts_points", "words": "person", "points": (point(add=False),)},
        {"imported": "/a.mp4"},
    ],
)
def test_what_can_be_masked_passes(asked):
    check(ask(Path("track"), CLIP, (20, 60), **asked))


@pytest.mark.parametrize("words", ["cup", "red car", "the lantern", "persona"])
def test_a_word_that_no_net_here_knows_names_the_weights_that_would_do(words):
    with pytest.raises(PrerequisiteError, match=r"sam2\.1") as raised:
        sought(words)
    assert words in str(raised.value)
    assert raised.value.exit_code == 3


def test_words_are_read_with_their_article_and_say_what_is_rough():
    assert sought("  The  Person ").kind == "person"
    assert sought("a woman").notes
    assert sought("background").inverted
    assert "rough" in sought("sky").notes[0]
    assert all(sought(word).kind == kind for kind, words in ALIASES.items() for word in words)


def test_a_refusal_is_an_input_error_the_command_line_knows():
    with pytest.raises(InputError):
        check(ask(Path("track"), CLIP, (20, 60), words=""))
