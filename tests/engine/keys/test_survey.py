"""The survey: the same fields however it is broken off, both ways from a key; trust falls with what is hidden."""

from itertools import islice

import numpy as np
import pytest

from engine.keys import survey as module
from engine.keys.fields import field_size
from engine.keys.store import FieldStore
from engine.keys.survey import Survey
from tests.engine.keys.scenes import slide, uncover


def survey(film: list[np.ndarray], keys: list[int], folder) -> Survey:
    size = field_size(128, 96)
    return Survey(keys, lambda start, stop: iter(film[start:stop]), size, FieldStore(folder, *size))


def files(folder) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_broken_off_anywhere_it_ends_the_same(tmp_path):
    film = uncover(9)
    whole = survey(film, [0, 6], tmp_path / "whole")
    steps = len(list(whole.run(0, 9)))
    assert steps == 5 + 5 + 2
    for stop in (1, 4, 7, 11):
        folder = tmp_path / f"broken{stop}"
        list(islice(survey(film, [0, 6], folder).run(0, 9), stop))
        again = survey(film, [0, 6], folder)
        list(again.run(0, 9))
        assert files(folder) == files(tmp_path / "whole")
        assert [again.trust(f) for f in range(9)] == [whole.trust(f) for f in range(9)]


def test_a_film_is_followed_backwards_too_in_blocks(tmp_path, monkeypatch):
    film = slide(9, step=2)
    size = field_size(128, 96)
    whole = survey(film, [8], tmp_path / "whole")
    list(whole.run(0, 9))
    monkeypatch.setattr(module, "BLOCK_BYTES", 3 * 12 * size[0] * size[1])
    blocks = survey(film, [8], tmp_path / "blocks")
    list(blocks.run(0, 9))
    assert files(tmp_path / "blocks") == files(tmp_path / "whole")
    link = whole.link(8, 0)
    assert np.abs(link.field[8:-8, 16:-8] - np.float32([-8, 0])).mean() < 0.15, "16 pixels at half size"


def test_trust_falls_as_ground_is_uncovered_and_a_second_key_brings_it_back(tmp_path):
    film = uncover(9)
    one, two = survey(film, [0], tmp_path / "one"), survey(film, [0, 8], tmp_path / "two")
    for each in (one, two):
        list(each.run(0, 9))
    fell = [one.trust(f) for f in range(9)]
    assert fell[0] == 1
    assert fell[8] < fell[2] - 0.05
    assert two.trust(8) == 1
    assert two.trust(6) > one.trust(6)


def test_steps_are_there_for_every_neighbour_and_nobody_else(tmp_path):
    film = slide(6)
    look = survey(film, [2, 3], tmp_path)
    list(look.run(0, 6))
    for frame in range(1, 6):
        assert look.step(frame, frame - 1).field[8:-8, 8:-8, 0].mean() == pytest.approx(0.5, abs=0.1)
        assert look.step(frame - 1, frame).field[8:-8, 8:-8, 0].mean() == pytest.approx(-0.5, abs=0.1)
    assert not look.step(3, 3).field.any()
    with pytest.raises(LookupError):
        look.step(5, 6)
    with pytest.raises(LookupError):
        look.link(2, 5)
