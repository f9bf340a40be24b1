"""What a step is, without a model: windows, noise levels, guidance, noise, colours and the canvas."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from engine.errors import RenderError
from engine.models import Piece
from engine.models.vace_finish import Finish
from engine.models.vace_stream import kept_masks, read_at
from engine.sampling import colour_fit, guidance, sigmas
from engine.sampling.canvas import canvas_for, centred
from engine.sampling.denoise import Course, denoise
from engine.sampling.latents import count
from engine.sampling.noise import noise
from engine.sampling.windows import MOST, SHARED, windows


def test_windows_cover_every_latent_once_in_all():
    for latents in (*range(1, 80), 151):
        made = windows(latents)
        total = np.zeros(latents)
        for window in made:
            assert window.stop - window.start == len(window.weights) <= MOST
            total[window.start : window.stop] += window.weights
        assert np.allclose(total, 1, atol=1e-12)
        assert all(before.stop - after.start >= SHARED for before, after in pairwise(made))
        seen = sum(window.stop - window.start for window in made)
        assert seen <= 1.21 * latents, "the cost of windows is bounded"
        assert latents > MOST or (len(made) == 1 and set(made[0].weights) == {1.0})


def test_equal_latents_of_a_shot_start_from_equal_noise_wherever_they_are_cut():
    whole, tail = noise(7, range(-1, 9), (16, 4, 6)), noise(7, range(4, 9), (16, 4, 6))
    assert torch.equal(whole[:, :, 5:], tail)
    assert not torch.equal(whole[:, :, 5:], noise(8, range(4, 9), (16, 4, 6)))
    assert abs(float(whole.mean())) < 0.05 and abs(float(whole.std()) - 1) < 0.05


def test_an_input_strength_moves_the_start_without_a_jump_even_with_four_steps():
    starts = [Course(4, 5.0, sigmas.start_for(s / 100)).level for s in range(30, 101)]
    assert all(before > after for before, after in pairwise(starts))
    assert Course(4, 5.0, sigmas.start_for(0)).level == 1
    assert [round(sigmas.shifted(f, 5.0) * 1000) for f in sigmas.fractions(4)] == [1000, 938, 834, 626]


def test_detail_is_told_in_the_last_third_and_not_at_the_neutral_level():
    assert {sigmas.told(step, 6, 40.0) for step in range(6)} == {1.0}
    fine, calm = ([sigmas.told(step, 6, level) for step in range(6)] for level in (80.0, 20.0))
    assert fine[:4] == calm[:4] == [1.0] * 4
    assert fine[4] < 1 < calm[4] and sigmas.told(0, 1, 80.0) < 1


def test_guidance_below_one_mixes_and_above_one_leads_away():
    words, nothing = torch.ones(2), torch.zeros(2)
    assert torch.equal(guidance.combined(words, nothing, 0.5), torch.full((2,), 0.5))
    assert torch.equal(guidance.combined(words, nothing, 3.0), torch.full((2,), 3.0))
    assert (guidance.takes_two(0.5), guidance.takes_two(1.0), guidance.takes_two(5.0)) == (True, False, True)
    assert not guidance.counts_unwanted(0.5)


@pytest.mark.parametrize("frames", [5, 9, 17, 81, 153])
def test_black_masks_on_the_first_frames_keep_whole_latents_and_no_more(frames):
    for carried in (1, 2, 4, 6, 10, 24):
        black = kept_masks(carried)
        kept = [read_at(latent, frames) < black for latent in range(count(frames))]
        whole = (black - 2) // 4 + 1
        assert kept == [latent < whole for latent in range(len(kept))]
        assert black <= max(2, carried)


def test_a_fit_takes_colours_over_and_one_that_strains_them_is_not_made():
    draw = np.random.default_rng(3)
    mix = np.array([[1.1, 0.1, 0], [0, 0.9, 0.05], [0.02, 0, 1.2]], np.float32)
    plain = [draw.random((24, 24, 3), np.float32) for _ in range(3)]
    wanted = [picture @ mix.T + np.float32(0.03) for picture in plain]
    fit = colour_fit.fitted(plain, wanted)
    moved = np.concatenate([fit.apply(picture).reshape(-1, 3) for picture in plain])
    goal = np.concatenate([picture.reshape(-1, 3) for picture in wanted])
    assert np.allclose(moved.mean(0), goal.mean(0), atol=1e-4)
    assert np.allclose(np.cov(moved.T), np.cov(goal.T), atol=1e-4)
    assert np.array_equal(fit.apply(plain[0], 0.0), plain[0])
    assert colour_fit.fitted(plain, [0.1 * picture for picture in plain]) is None
    assert colour_fit.fitted(plain, [np.zeros((24, 24, 3), np.float32)]) is None
    same = colour_fit.fitted(plain, plain)
    assert np.allclose(same.apply(plain[0]), plain[0], atol=1e-5)


def test_a_canvas_keeps_the_shape_and_gives_back_what_was_laid_on_it():
    canvas = canvas_for((1921, 1081), 832)
    assert canvas.size == (832, 468) and canvas.whole == (832, 480)
    odd = canvas_for((33, 21), 33)
    picture = np.random.default_rng(1).random((odd.size[1], odd.size[0], 3), np.float32)
    laid = odd.lay(picture)
    assert laid.shape == (odd.whole[1], odd.whole[0], 3)
    assert np.array_equal(odd.cut(laid), picture)
    assert np.array_equal(laid[-1, : picture.shape[1]], picture[-1])
    subject = centred(np.zeros((10, 40, 3), np.float32), (32, 32))
    assert subject[16, 16].max() == 0 and subject[0, 0].min() == 1


def test_what_is_no_number_fails_in_a_sentence_and_a_stop_is_heard_at_each_step():
    from diffusers import UniPCMultistepScheduler

    scheduler = UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True)
    start = torch.ones(1, 4, 25, 2, 2)
    shares: list[float] = []
    made = denoise(start, scheduler, Course(3, 1.0), lambda seen, *_: seen * 0 + 1, shares.append)
    assert torch.allclose(made, torch.zeros_like(made), atol=1e-5)  # a velocity of 1 over a way of 1
    assert len(shares) == 6 and shares == sorted(shares) and shares[-1] < 1
    with pytest.raises(RenderError, match="no number in step 1 of 3"):
        denoise(start, scheduler, Course(3, 1.0), lambda seen, *_: seen * float("nan"), shares.append)


def test_a_fill_takes_the_colours_of_the_reference_told_inside_its_mask():
    draw = np.random.default_rng(4)
    frames = [draw.random((16, 16, 3), np.float32) * np.float32(0.5) for _ in range(3)]
    inside = np.zeros((16, 16), bool)
    inside[4:12, 4:12] = True
    for frame in frames:
        frame[~inside] = 1.0  # what lies round the fill must not count
    wanted = draw.random((16, 16, 3), np.float32) * np.float32([0.4, 0.5, 0.6]) + np.float32(0.1)
    finish = Finish([wanted], {"color_consistency": 1.0})
    made = list(finish.finished(frames, Piece(0, 0, ()), [inside] * 3))
    filled = np.concatenate([frame[inside] for frame in made])
    assert np.allclose(filled.mean(0), wanted.mean((0, 1)), atol=0.02)
    assert finish.notes == ()
