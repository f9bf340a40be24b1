"""What a render costs: as much as the stock pipeline for one window, and twice as much for twice the frames."""

import statistics
import time

import numpy as np
import pytest
import torch

from engine import media
from engine.models.wan_vace import WanVace
from evals.bench import gpu
from tests.engine.models.vace import grey, one_thread, request, tiny_vace  # noqa: F401

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1500), pytest.mark.usefixtures("one_thread", "tiny_vace")]
PAIRS = 7
"""Both are measured by turns, and the middle of their ratios counts: others share this machine."""


def seconds(what) -> float:
    began = time.process_time()
    what()
    return time.process_time() - began


def test_one_window_costs_no_more_than_the_stock_pipelines():
    cpu, row = torch.device("cpu"), gpu.Row("tiny", 128, 128, 17, "plain")
    model, told = gpu.made("tiny", cpu, torch.float32), gpu.told(row)
    gpu.stock(row, model, told, cpu, 2)  # what the first one imports is nobody's
    pairs = [
        [seconds(lambda run=run: run(row, model, told, cpu, 4)) for run in (gpu.ours, gpu.stock)] for _ in range(PAIRS)
    ]
    assert statistics.median(ours / stock for ours, stock in pairs) <= 1.05, pairs


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
