"""Which frames are made and which are filled in: every frame has one owner, and stands between two made ones."""

import pytest

from engine.chunks import plan
from engine.interpolation.spread import Spread, spread_for
from engine.spec import ModelSpec, Setting


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("frames", [*range(1, 12), 24, 25, 150, 151])
def test_made_and_filled_are_the_range(frames, step):
    spread = Spread(frames, step)
    made = [spread.frame(position) for position in range(spread.made)]
    assert sorted(made + spread.filled()) == list(range(frames))
    assert made[0] == 0 and made[-1] == frames - 1
    assert all(number % 2 == 0 for number in made[:-1]) or step == 1
    assert spread.filled() == ([] if step == 1 else list(range(1, frames - 1, 2)))


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("frames", [1, 2, 3, 4, 9, 10, 47, 48, 49, 50])
@pytest.mark.parametrize(("context", "overlap", "lead"), [(2, 0, 0), (5, 2, 1), (24, 0, 8), (24, 4, 0)])
def test_chunks_tile_the_range_and_no_filled_frame_waits_for_the_next_chunk(frames, step, context, overlap, lead):
    spread = Spread(frames, step)
    chunks = plan(spread.made, context, overlap, lead, 1)
    owned = [spread.owned(chunk) for chunk in chunks]
    assert [n for chunk in owned for n in range(chunk.start, chunk.stop)] == list(range(frames))
    for chunk, mine in zip(chunks, owned, strict=True):
        assert mine.stop - 1 == spread.frame(chunk.stop - 1)
        assert mine.index == chunk.index
        assert not chunk.start or mine.start - 1 == spread.frame(chunk.start - 1)


def test_every_second_frame_is_made_only_where_the_setting_acts():
    def spec(effect: bool) -> ModelSpec:
        switch = Setting(id="interpolation", label="Interpolation", kind="switch", default=False, effect=effect)
        return ModelSpec(
            id="m", label="M", profile="preview", purpose="", prompt_style="none", settings=(switch,)
        )  # fmt: skip

    assert spread_for(spec(True), {"interpolation": True}, 9) == Spread(9, 2)
    assert spread_for(spec(True), {"interpolation": False}, 9) == Spread(9)
    assert spread_for(spec(False), {"interpolation": True}, 9) == Spread(9)
    assert (Spread(9).weights, Spread(9, 2).weights) == ((), ("rife",))
