"""The bench of time and memory without a GPU: tiny rows are measured once, full ones are said not to be."""

import json

import pytest

from evals.bench import gpu

pytestmark = pytest.mark.slow


def test_tiny_rows_are_measured_once_and_full_ones_are_not(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(gpu.torch.cuda, "is_available", lambda: False)
    table = tmp_path / "gpu.md"
    assert gpu.main(["--table", str(table)]) == 0
    text = table.read_text()
    assert text.count("not measured") == len(gpu.FULL)
    kept = json.loads(table.with_suffix(".json").read_text())["the CPU"]
    assert sorted(kept) == sorted(row.name for row in gpu.TINY)
    assert all(found["finite"] and found["step"] > 0 for found in kept.values())
    asked = capsys.readouterr().err

    assert gpu.main(["--table", str(table)]) == 0, "goes on where it stopped"
    assert json.loads(table.with_suffix(".json").read_text())["the CPU"] == kept
    assert gpu.TINY[0].name in asked
    assert capsys.readouterr().err == ""
