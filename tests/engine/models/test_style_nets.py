"""The painting nets: every size, every style, the same bytes."""

import numpy as np
import onnxruntime
import pytest

from engine import weights
from engine.models.style_nets import STYLES, FixedStyle, PictureStyle
from tests.engine.models.film import texture


@pytest.mark.parametrize(("width", "height"), [(64, 48), (65, 47), (16, 16), (5, 3), (1, 1), (200, 9), (9, 120)])
def test_any_size_comes_back_at_that_size(width, height):
    picture = texture(width, height) if min(width, height) > 2 else np.full((height, width, 3), 0.4, np.float32)
    for painter in (FixedStyle(12), PictureStyle([texture(90, 60, 3)])):
        painted = painter.paint(picture)
        assert painted.shape == picture.shape
        assert painted.dtype == np.float32
        assert 0 <= painted.min() <= painted.max() <= 1


def test_each_style_paints_its_own_picture():
    picture = texture(64, 48)
    seen = [FixedStyle(style).paint(picture) for style in range(STYLES)]
    gaps = [np.abs(a - b).mean() for i, a in enumerate(seen) for b in seen[:i]]
    assert min(gaps) > 0.02


def test_the_reference_decides_and_several_are_averaged():
    picture = texture(96, 64)
    red = np.full((40, 60, 3), (0.9, 0.1, 0.1), np.float32) * texture(60, 40, 1)
    blue = red[..., ::-1].copy()
    warm, cold, both = (PictureStyle(r).paint(picture).mean((0, 1)) for r in ([red], [blue], [red, blue]))
    assert warm[0] - warm[2] > cold[0] - cold[2] + 0.1
    assert warm[0] - warm[2] > both[0] - both[2] > cold[0] - cold[2]


@pytest.mark.parametrize("name", ["styles26", "arbitrary_transform"])
def test_the_number_of_threads_changes_no_byte(name):
    made = []
    for threads in (1, 2, 3):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        net = onnxruntime.InferenceSession(weights.path(name), options, providers=["CPUExecutionProvider"])
        if name == "styles26":
            planes = np.ascontiguousarray(texture(128, 96).transpose(2, 0, 1)[None])
            feed = {"image": planes, "style_weights": np.eye(STYLES, dtype=np.float32)[4]}
        else:
            picture, style = (i.name for i in net.get_inputs())
            vector = np.random.default_rng(0).normal(0, 0.1, (1, 1, 1, 100)).astype(np.float32)
            feed = {picture: texture(384, 384)[None], style: vector}
        made.append(net.run(None, feed)[0].tobytes())
    assert made[0] == made[1] == made[2]
