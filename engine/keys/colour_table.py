"""Paint from a soft table of colours, for frames that the keys no longer show: what colour of the source, and where in
the picture, became what colour of the paint. Poorer in brushwork than patches, and cleaner in shape."""

import cv2
import numpy as np

from engine.keys.key import Key, smaller

ENTRIES = 160
PLACE = 0.25
"""Weight of the place (the long side is 1) against colour."""
SOFTNESS = 0.05
"""Distance at which an entry's say has fallen to 1/e of that of a near one."""
SAMPLES = 6000
ROUNDS = 8
TABLE_SIDE = 160
"""Longest side at which the table is looked up: it carries colour, not detail."""
SEED = 20


class ColourTable:
    """Fitted once to the keys by k-means over colour and place of their sources."""

    def __init__(self, keys: list[Key]) -> None:
        looks, paints = [], []
        for key in keys:
            width, height = _table_size(key.source)
            looks.append(_looks(smaller(key.source, width, height)))
            paints.append(smaller(key.picture, width, height).reshape(-1, 3))
        look, paint = np.concatenate(looks), np.concatenate(paints)
        chosen = np.random.default_rng(SEED).choice(len(look), min(SAMPLES, len(look)), replace=False)
        entries = min(ENTRIES, len(chosen))
        cv2.setRNGSeed(SEED)
        stop = (cv2.TERM_CRITERIA_COUNT, ROUNDS, 0.0)
        _, label, self._centres = cv2.kmeans(look[chosen], entries, None, stop, 1, cv2.KMEANS_PP_CENTERS)
        label = label.ravel()
        counts = np.bincount(label, minlength=entries).clip(1)
        self._colours = np.stack([np.bincount(label, p, entries) / counts for p in paint[chosen].T], axis=-1)
        self._colours = self._colours.astype(np.float32)

    def apply(self, picture: np.ndarray) -> np.ndarray:
        """The picture's colours as the keys would have them, float32 `(h, w, 3)`, smooth; detail is the caller's."""
        height, width = picture.shape[:2]
        columns, rows = _table_size(picture)
        look = _looks(smaller(picture, columns, rows))
        square = (look * look).sum(axis=1)[:, None] - 2 * look @ self._centres.T + (self._centres**2).sum(axis=1)
        say = np.exp((square.min(axis=1, keepdims=True) - square) / SOFTNESS**2)
        colours = (say @ self._colours) / say.sum(axis=1, keepdims=True)
        table = np.ascontiguousarray(colours.reshape(rows, columns, 3), np.float32)
        return cv2.resize(table, (width, height), interpolation=cv2.INTER_CUBIC)


def _looks(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) * np.float32(PLACE / max(height, width))
    return np.dstack([picture, columns, rows]).reshape(-1, 5).astype(np.float32)


def _table_size(picture: np.ndarray) -> tuple[int, int]:
    height, width = picture.shape[:2]
    scale = min(1.0, TABLE_SIDE / max(height, width))
    return max(1, round(width * scale)), max(1, round(height * scale))
