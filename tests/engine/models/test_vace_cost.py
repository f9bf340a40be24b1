"""What a render costs: as much as the stock pipeline for one window, and twice as much for twice the frames."""

import time

import numpy as np
import pytest
import torch

from engine import media
from engine.models.wan_vace import WanVace
from evals.bench.gpu import Row, made, measured
from tests.engine.models.vace import grey, one_thread, request, tiny_vace  # noqa: F401

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500), pytest.mark.usefixtures("one_thread", "tiny_vace")]
TRIES = 5
"""Each is measured so often, by turns, and the quickest counts: others share this machine."""


def seconds(what) -> float:
    began = time.process_time()
    what()
    return time.process_time() - began


def test_one_window_costs_no_more_than_the_stock_pipelines():
    cpu = torch.device("cpu")
    rows = {how: Row("tiny", 128, 128, 33, how) for how in ("stock", "plain")}
    made("tiny", cpu, torch.float32)  # what the first one imports is nobody's
    taken = {how: [] for how in rows}
    for _ in range(TRIES):
        for how, row in rows.items():
            taken[how].append(seconds(lambda row=row: measured(row, cpu)))
    assert min(taken["plain"]) <= 1.05 * min(taken["stock"])


def test_time_grows_with_the_frames_and_no_faster(tmp_path):
    def render(frames: int) -> float:
        clip = media.probe(grey(frames, 128, 128).write(tmp_path / f"{frames}.mkv"))
        values = {"output_size_px": 128, "steps": 2, "prompt_influence": 1.0, "controlnet_type": None}
        model = WanVace(request(tmp_path / str(frames), clip, values=values))
        still = np.zeros((128, 128, 3), np.float32)
        return min(seconds(lambda: list(model.render([still] * frames, None))) for _ in range(2))

    render(5)
    each = {frames: render(frames) / frames for frames in (81, 149, 301)}
    assert each[149] <= 1.2 * each[81]
    assert each[301] <= 1.1 * each[149]
