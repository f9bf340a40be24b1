"""Measures of one frame beside its source, or of two pictures. Pixels are float32 in [0, 1], display-referred RGB."""

import cv2
import numpy as np

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Rec.709 weights."""

SHARP_FROM, SHARP_TO = 1.5, 2.5
"""Fineness of pictures that are neither soft nor grainy (the film clips and paintings of `evals/bench/measures.md`)."""


def luma(rgb: np.ndarray) -> np.ndarray:
    """Rec.709 luma, `(h, w)` in [0, 1]."""
    return rgb @ LUMA


def ssim(a: np.ndarray, b: np.ndarray) -> float:
    """Mean structural similarity of two luma pictures `(h, w)` in [0, 1].

    Wang et al. 2004: Gaussian window of 11 pixels, sigma 1.5, K1 0.01, K2 0.03.
    """
    c1, c2 = 0.01**2, 0.03**2

    def blur(x: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(x, (11, 11), 1.5)

    mean_a, mean_b = blur(a), blur(b)
    var_a = blur(a * a) - mean_a**2
    var_b = blur(b * b) - mean_b**2
    cov = blur(a * b) - mean_a * mean_b
    score = ((2 * mean_a * mean_b + c1) * (2 * cov + c2)) / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))
    return float(score.mean())


def edges(y: np.ndarray) -> np.ndarray:
    """Canny edges of a luma picture, bool `(h, w)`; thresholds follow the median, so that exposure doesn't count."""
    grey = cv2.GaussianBlur((y * 255).clip(0, 255).astype(np.uint8), (5, 5), 1.2)
    middle = max(float(np.median(grey)), 32.0)
    return cv2.Canny(grey, 0.66 * middle, 1.33 * middle) > 0


def edge_f_score(source: np.ndarray, output: np.ndarray, tolerance_px: int = 2) -> float | None:
    """F-score of the edges of two luma pictures, matched within `tolerance_px`; None where neither has an edge."""
    a, b = edges(source), edges(output)
    if not a.any() and not b.any():
        return None
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * tolerance_px + 1,) * 2)
    near_a = cv2.dilate(a.astype(np.uint8), disc) > 0
    near_b = cv2.dilate(b.astype(np.uint8), disc) > 0
    precision = (b & near_a).sum() / max(b.sum(), 1)
    recall = (a & near_b).sum() / max(a.sum(), 1)
    return float(2 * precision * recall / max(precision + recall, 1e-9))


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65): L in 0..100, a and b about -100..100."""
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)


def lab_histogram(rgb: np.ndarray) -> np.ndarray:
    """Normalised histogram of 8 x 12 x 12 bins over L, a and b."""
    bins = cv2.calcHist([lab(rgb)], [0, 1, 2], None, [8, 12, 12], [0, 100.001, -96, 96, -96, 96])
    return bins.ravel() / max(bins.sum(), 1)


def histogram_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Hellinger distance of two normalised histograms, 0 equal to 1 disjoint."""
    return float(np.sqrt(max(0.0, 1.0 - float(np.sqrt(a * b).sum()))))


def clipped_percent(rgb: np.ndarray) -> float:
    """Percent of pixels at 250 of 255 or more in a channel, or almost fully saturated (HSV S > 0.98, V > 0.2)."""
    top, low = rgb.max(axis=2), rgb.min(axis=2)
    saturated = (top > 0.2) & (low < 0.02 * top)
    return float(((top >= 250 / 255) | saturated).mean() * 100)


def laplacian_variance(y: np.ndarray) -> float:
    """Variance of the Laplacian of a luma picture in 8-bit levels: how much fine detail there is."""
    return float(cv2.Laplacian(y * 255, cv2.CV_32F).var())


def fineness(y: np.ndarray) -> float:
    """Variance of the Laplacian for each unit of gradient energy: how sharp what is there is, whatever its contrast."""
    across, down = (cv2.Sobel(y * 255, cv2.CV_32F, *axis, scale=0.125) for axis in ((1, 0), (0, 1)))
    energy = float((across * across + down * down).mean())
    return laplacian_variance(y) / max(energy, 0.25)  # a quarter of a squared level: a flat picture has no sharpness


def sharpness(source: np.ndarray, output: np.ndarray) -> float:
    """`m.sharpness`: fineness of the output over the source's; 1 is as sharp as the source, less is softer.

    A source's grain need not be painted and its blur may be painted over: between the source's own fineness and that
    of a sound picture (`SHARP_FROM` to `SHARP_TO`) nothing is too soft or too harsh, and the value is 1.
    """
    of_source, of_output = fineness(source), fineness(output)
    soft, harsh = min(of_source, SHARP_TO), max(of_source, SHARP_FROM)
    if of_output < soft:
        return of_output / soft
    return max(1.0, of_output / harsh)
