"""LoRAs as they are asked for: by name and weight, for the model of the render, each fault in one refusal."""

import pytest
import torch
from safetensors.torch import save_file

from engine import weights
from engine.errors import PrerequisiteError, SettingError
from engine.loras import asked
from engine.package_files import sha256_of
from knowledge.catalog import catalog


@pytest.fixture
def look(tmp_path, monkeypatch):
    monkeypatch.setenv("RUSHES_WEIGHTS", str(tmp_path / "weights"))
    save_file({"diffusion_model.blocks.0.q.lora_down.weight": torch.ones(2, 4)}, tmp_path / "look.safetensors")
    weights.add("neon", tmp_path / "look.safetensors", "vace_1_3b")
    return tmp_path / "look.safetensors"


def test_a_name_with_and_without_a_weight(look):
    spec = catalog().spec("transform", "draft")
    (one,), (half,) = asked(spec, ["neon"]), asked(spec, ["neon=0.5"])
    assert (one.weight, half.weight) == (1.0, 0.5) and one.sha256 == half.sha256 == sha256_of(look)
    assert asked(catalog().spec("transform", "preview"), []) == ()


def test_every_fault_is_named_at_once(look):
    spec = catalog().spec("transform", "draft")
    with pytest.raises(SettingError) as told:
        asked(spec, ["neon=much", "neon=3", "neno", "neon=nan"])
    assert len(told.value.faults) == 4 and "no LoRA named neno; there are neon" in told.value.faults[2]
    with pytest.raises(SettingError, match="neon is named twice"):
        asked(spec, ["neon", "neon=0.5"])


def test_a_lora_of_another_model_and_a_profile_that_wears_none(look):
    with pytest.raises(SettingError, match="neon is a LoRA for vace_1_3b; this render uses vace_14b"):
        asked(catalog().spec("transform", "final"), ["neon"])
    with pytest.raises(PrerequisiteError, match="Transform in preview is none: leave --lora out"):
        asked(catalog().spec("transform", "preview"), ["neon"])
