"""Measures of single pictures against pictures whose answer is known."""

import numpy as np
import pytest

from engine.measure import picture


@pytest.fixture
def photo() -> np.ndarray:
    rng = np.random.default_rng(3)
    blocks = np.kron(rng.random((9, 16, 3), dtype=np.float32), np.ones((16, 16, 1), np.float32))
    return blocks * 0.8 + 0.1


def test_ssim_is_one_for_equal_pictures_and_falls_with_change(photo):
    y = picture.luma(photo)
    noise = np.random.default_rng(1).normal(0, 0.1, y.shape).astype(np.float32)
    assert picture.ssim(y, y) == pytest.approx(1.0)
    assert 0.1 < picture.ssim(y, y + noise) < picture.ssim(y, y + noise / 4) < 1
    assert picture.ssim(y, 1 - y) < 0.2


def test_edges_survive_a_shift_of_two_pixels_but_not_of_six(photo):
    y = picture.luma(photo)
    assert picture.edge_f_score(y, y) == pytest.approx(1.0)
    assert picture.edge_f_score(y, np.roll(y, 2, axis=1)) > 0.9
    assert picture.edge_f_score(y, np.roll(y, 6, axis=1)) < 0.75
    assert picture.edge_f_score(np.zeros_like(y), np.zeros_like(y)) is None


def test_palette_distance_runs_from_equal_to_disjoint():
    red = np.zeros((32, 32, 3), np.float32)
    red[..., 0] = 0.8
    blue = red[..., ::-1].copy()
    assert picture.histogram_distance(picture.lab_histogram(red), picture.lab_histogram(red)) == 0
    assert picture.histogram_distance(picture.lab_histogram(red), picture.lab_histogram(blue)) == 1


def test_clipping_counts_burnt_and_pure_colours(photo):
    assert picture.clipped_percent(photo) < 1
    burnt = photo.copy()
    burnt[: burnt.shape[0] // 4] = 1.0
    assert picture.clipped_percent(burnt) == pytest.approx(25, abs=1)
    neon = np.zeros((8, 8, 3), np.float32)
    neon[..., 1] = 0.9
    assert picture.clipped_percent(neon) == 100


def test_blur_lowers_the_variance_of_the_laplacian(photo):
    import cv2

    y = picture.luma(photo)
    assert picture.laplacian_variance(cv2.GaussianBlur(y, (0, 0), 2)) < 0.2 * picture.laplacian_variance(y)


def test_sharpness_is_one_for_a_copy_whatever_its_contrast(photo):
    for y in (picture.luma(photo), np.zeros((32, 32), np.float32), 0.02 * picture.luma(photo)):
        assert picture.sharpness(y, y) == pytest.approx(1.0)
    y = picture.luma(photo)
    assert picture.sharpness(y, 0.5 + 0.4 * (y - 0.5)) == pytest.approx(1.0, abs=0.05)


def test_blur_is_soft_and_over_sharpening_harsh():
    import cv2

    rng = np.random.default_rng(5)
    # Detail at every scale, as pictures have it.
    y = sum(s * s * cv2.GaussianBlur(rng.random((120, 160), dtype=np.float32), (0, 0), s) for s in (1.0, 3.0, 7.0))
    y = ((y - y.min()) / (y.max() - y.min())).astype(np.float32)
    soft = cv2.GaussianBlur(y, (0, 0), 2)
    crunchy = y + 12 * (y - cv2.GaussianBlur(y, (0, 0), 0.8))
    assert picture.sharpness(y, soft) < 0.6
    assert picture.sharpness(y, crunchy) > 1.4
    assert picture.sharpness(soft, soft) == pytest.approx(1.0)


def test_a_sound_painting_of_a_dark_soft_source_is_not_harsh():
    import cv2

    rng = np.random.default_rng(5)
    noise = rng.random((120, 160), dtype=np.float32)
    dark = 0.05 + 0.02 * cv2.GaussianBlur(noise, (0, 0), 4)
    painting = np.clip(0.5 + 2.5 * (cv2.GaussianBlur(noise, (0, 0), 1.2) - 0.5), 0, 1)
    assert picture.laplacian_variance(painting) > 20 * max(picture.laplacian_variance(dark), 1)
    assert picture.sharpness(dark, painting) < 1.8
