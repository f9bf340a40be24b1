"""What a model made, laid over its source through a mask: the one place where a pixel outside a mask is decided."""

import numpy as np

WHITE = 65535
"""A mask's full value on the grid that masks, sources and masters share."""


def composite(source: np.ndarray, made: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """`made` where the mask is white, `source` where it is black, their mixture between, uint16 `(h, w, 3)`.

    `source` and `made` are uint16 `(h, w, 3)` as decoded and as rendered, `mask` is float32 `(h, w)` in [0, 1].
    Integers throughout: at 0 the source's own value comes back whatever it is, at 1 the made one, and the nearest step
    between.
    """
    if source.dtype != np.uint16 or made.dtype != np.uint16 or source.shape != made.shape:
        raise ValueError(f"a composite of {source.dtype} {source.shape} and {made.dtype} {made.shape}")
    if mask.shape != source.shape[:2]:
        raise ValueError(f"a mask of {mask.shape} over a frame of {source.shape}")
    # 65535 * 65535 and half a step stay below 2**32
    inside = np.rint(np.clip(mask, 0, 1) * np.float32(WHITE)).astype(np.uint32)[..., None]
    mixed = made * inside
    mixed += source * (WHITE - inside)
    mixed += WHITE // 2
    mixed //= WHITE
    return mixed.astype(np.uint16)
