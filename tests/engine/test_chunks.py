"""Chunk plans by the thousand: they tile the render, fit the model's grid and feed frames that exist."""

import random
from itertools import pairwise

import pytest

from engine.chunks import CHECKPOINT_FRAMES, feed, master_bytes, plan, plan_for, plan_together
from engine.spec import ModelSpec, Setting


def plans(count: int):
    draw = random.Random(7)
    for _ in range(count):
        context = draw.randint(1, 160)
        yield {
            "frames": draw.randint(1, 700),
            "context": context,
            "overlap": draw.choice([0, draw.randrange(context)]),
            "lead": draw.randint(0, 8),
            "stride": draw.choice([1, 1, 4, 8]),
        }


def test_chunks_tile_the_render_and_fit_the_grid():
    for asked in plans(3000):
        chunks = plan(**asked)
        assert [c.index for c in chunks] == list(range(len(chunks)))
        assert [c.start for c in chunks] == [0, *(c.stop for c in chunks[:-1])]
        assert chunks[-1].stop == asked["frames"]
        for chunk in chunks:
            assert chunk.frames > 0
            assert chunk.fed % asked["stride"] == 1 % asked["stride"]
            assert 0 <= chunk.pad < asked["stride"]
            assert chunk.frames + (chunk.lead if chunk.index else 0) <= asked["context"], "context bounds a chunk"


def test_only_chunk_0_runs_in_mirrored_and_no_further_than_there_are_frames():
    for asked in plans(1000):
        first, *others = plan(**asked)
        assert first.lead == min(asked["lead"], asked["frames"] - 1)
        assert all(c.lead == asked["overlap"] and c.read_from >= 0 for c in others)


def test_every_frame_that_is_fed_is_read_and_the_owned_ones_come_in_order():
    for asked in plans(1000):
        for chunk in plan(**asked):
            fed = list(feed(chunk))
            assert len(fed) == chunk.fed
            assert all(chunk.read_from <= frame < chunk.stop for frame in fed)
            assert fed[chunk.lead : chunk.lead + chunk.frames] == list(range(chunk.start, chunk.stop))
            assert all(abs(a - b) <= 1 for a, b in pairwise(fed)), "no jump in what the model sees"


@pytest.mark.parametrize(
    ("frames", "lead", "stride", "expected"),
    [
        (4, 2, 1, [2, 1, 0, 1, 2, 3]),
        (3, 5, 1, [2, 1, 0, 1, 2]),
        (1, 5, 4, [0]),
        (2, 0, 4, [0, 1, 0, 1, 0]),
        (6, 0, 4, [0, 1, 2, 3, 4, 5, 4, 3, 2]),
    ],
)
def test_mirrored_frames_turn_around_without_repeating_the_edge(frames, lead, stride, expected):
    (chunk,) = plan(frames, context=150, overlap=0, lead=lead, stride=stride)
    assert list(feed(chunk)) == expected


@pytest.mark.parametrize(("frames", "count"), [(1, 1), (149, 1), (150, 1), (151, 2), (300, 2), (301, 3)])
def test_the_count_of_chunks_at_the_borders(frames, count):
    assert len(plan(frames, context=150, overlap=0, lead=1, stride=1)) == count


@pytest.mark.parametrize(
    "wrong", [{"frames": 0}, {"context": 0}, {"overlap": 10}, {"overlap": -1}, {"lead": -1}, {"stride": 0}]
)
def test_a_plan_that_makes_no_sense_is_a_bug(wrong):
    with pytest.raises(ValueError, match="no plan"):
        plan(**{"frames": 10, "context": 10, "overlap": 0, "lead": 0, "stride": 1, **wrong})


def test_a_setting_without_effect_does_not_act():
    def spec(effect: bool) -> ModelSpec:
        return ModelSpec(
            id="transform",
            label="Transform",
            profile="preview",
            purpose="",
            prompt_style="none",
            settings=(
                Setting(id="context_frames", label="Context size", kind="integer"),
                Setting(id="overlap_frames", label="Overlap", kind="integer", effect=effect),
            ),
        )

    values = {"context_frames": 24, "overlap_frames": 8, "start_buffer_frames": 5}
    assert [c.lead for c in plan_for(spec(effect=False), values, 50)] == [0, 0, 0], "a spec without it has no buffer"
    assert [c.lead for c in plan_for(spec(effect=True), values, 50)] == [0, 8, 8]
    assert len(plan_for(spec(effect=True), {}, CHECKPOINT_FRAMES + 1)) == 2


def test_the_master_of_a_frame_takes_six_bytes_a_pixel_at_worst():
    assert master_bytes(640, 360, 10) == 640 * 360 * 10 * 2 * 3


def test_chunks_whose_frames_are_made_together_share_the_overlap():
    for asked in plans(3000):
        chunks = plan_together(**asked)
        assert [c.start for c in chunks] == [0, *(c.stop for c in chunks[:-1])]
        assert chunks[-1].stop == asked["frames"]
        for before, chunk in pairwise(chunks):
            assert before.tail == min(asked["overlap"], asked["frames"] - before.stop)
            assert chunk.lead == 0
        for chunk in chunks:
            fed = list(feed(chunk))
            assert chunk.frames > 0
            assert len(fed) == chunk.fed
            assert chunk.fed % asked["stride"] == 1 % asked["stride"]
            assert fed[chunk.lead : chunk.lead + chunk.frames + chunk.tail] == list(range(chunk.start, chunk.read_to))
            assert all(chunk.read_from <= frame < chunk.read_to for frame in fed)
            beyond = asked["overlap"] + 1 + chunk.lead  # a chunk owns a frame at least
            assert chunk.fed - chunk.pad <= max(asked["context"], beyond), "the buffer counts into the context"


def test_a_buffer_costs_no_second_window():
    (chunk,) = plan_together(80, context=81, overlap=4, lead=1, stride=4)
    assert (chunk.lead, chunk.fed) == (1, 81)
