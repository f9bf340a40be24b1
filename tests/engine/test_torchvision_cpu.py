"""torchvision beside a torch it was not built for: importable, and its boxes suppressed as they ought to be."""

import random
import subprocess
import sys

import pytest

import engine  # noqa: F401  (the hook)


def brute(boxes: list[list[float]], scores: list[float], most: float) -> list[int]:
    """What must stay, box by box."""

    def common(a: list[float], b: list[float]) -> float:
        wide, high = (max(0.0, min(a[i + 2], b[i + 2]) - max(a[i], b[i])) for i in (0, 1))
        both = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)) - wide * high
        return wide * high / both

    stay: list[int] = []
    for index in sorted(range(len(boxes)), key=lambda i: -scores[i]):
        if all(common(boxes[index], boxes[other]) <= most for other in stay):
            stay.append(index)
    return stay


def test_the_boxes_that_stay_are_those_of_brute_force():
    pytest.importorskip("torchvision")
    import torch
    from torchvision.ops import nms

    draw = random.Random(7)
    for _ in range(40):
        corners = [[draw.randrange(40), draw.randrange(40)] for _ in range(draw.randrange(1, 40))]
        boxes = [[x, y, x + draw.randrange(1, 30), y + draw.randrange(1, 30)] for x, y in corners]
        scores = [draw.randrange(12) / 12 for _ in boxes]  # some are equal
        found = nms(torch.tensor(boxes, dtype=torch.float32), torch.tensor(scores), 0.37)
        assert found.tolist() == brute(boxes, scores, 0.37)
    assert nms(torch.zeros(0, 4), torch.zeros(0), 0.5).tolist() == []


def test_importing_the_engine_loads_neither_torch_nor_torchvision():
    asked = "import engine, sys; print([m for m in ('torch', 'torchvision', 'numpy') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
