"""How a shot is cut for a provider's model: by length, size and rate, each frame accounted for."""

from fractions import Fraction

import pytest

from agent.handoff import closed_model, cut
from engine.clip import Clip
from engine.errors import InputError
from knowledge.catalog import catalog
from tests.agent.store_ground import clip_of


def clip(frames: int, width: int = 1920, height: int = 1080, rate: str = "24/1") -> Clip:
    return clip_of(frames, width=width, height=height).model_copy(update={"rate": Fraction(rate)})


@pytest.mark.parametrize("frames", [1, 95, 360, 361, 700, 721, 1500])
@pytest.mark.parametrize("model", [m for m in catalog().closed_models if m != "seedance_2_image"])
def test_the_pieces_are_the_shot_and_none_is_too_long(model, frames):
    row = closed_model(model)
    plan = cut(clip(frames), frames, row)
    assert [n for piece in plan.pieces for n in piece.frames] == [*range(frames)]
    if row.seconds:
        lengths = [len(piece.frames) / plan.rate for piece in plan.pieces]
        assert max(lengths) <= row.seconds[1]
        assert min(lengths) >= row.seconds[0] or "short" in plan.holds
        assert ("pieces" in plan.holds) == (len(plan.pieces) > 1)


@pytest.mark.parametrize(
    ("size", "cut_to", "told"),
    [
        ((1920, 1080), (1920, 1080), set()),
        ((3840, 2160), (1920, 1080), {"smaller"}),
        ((2160, 4096), (1080, 2048), {"smaller"}),
        ((641, 273), (640, 272), {"even"}),
        ((320, 180), (320, 180), set()),
    ],
)
def test_nothing_is_enlarged_and_what_is_made_smaller_is_told(size, cut_to, told):
    plan = cut(clip(24 * 5, *size), 24 * 5, closed_model("Happy Horse 1.0"))
    assert plan.size == cut_to
    assert plan.holds.keys() == told


def test_a_rate_that_is_too_fast_hands_over_every_so_manieth_frame():
    row = closed_model("seedance_2").but(rates=(1.0, 60.0))
    plan = cut(clip(2000, rate="120/1"), 2000, row)
    assert plan.rate == 60 and plan.holds["stepped"]["step"] == 2
    assert [n for piece in plan.pieces for n in piece.frames] == [*range(0, 2000, 2)]
    assert all(len(piece.frames) / plan.rate <= 15 for piece in plan.pieces)


def test_every_risk_is_told_of_some_hand_off_and_no_name_in_it_is_left_open():
    fills = {"shot": "a/010", "local": "Transform"} | dict.fromkeys(
        ("most", "pieces", "least", "width", "height", "side", "most_rate", "step"), 1
    )
    for risk in catalog().risks.values():
        assert "{" not in risk.text.format(**fills)


def test_names_and_labels_are_found_and_others_refused_with_the_nearest():
    assert closed_model("seedance 2.5").id == closed_model("SEEDANCE_2_5").id == "seedance_2_5"
    with pytest.raises(InputError, match=r"Did you mean .*kling_3_motion_control"):
        closed_model("kling_3_motion")
