"""Artists' own LoRAs on the tiny VACE: worn, weighed, exchanged on a warm model, refused where they reach nothing."""

import pytest
import torch

from engine.errors import PrerequisiteError
from engine.package_files import sha256_of
from engine.request import Lora
from engine.sampling.loras import wear
from tests.tiny import wan


@pytest.fixture(scope="module")
def net(tiny):
    from diffusers import WanVACETransformer3DModel

    return WanVACETransformer3DModel.from_pretrained(tiny("vace"), subfolder="transformer").eval()


def lora(folder, weight=1.0, **made) -> Lora:
    path = wan.lora(folder, **made)
    return Lora(name=folder.name, path=str(path), sha256=sha256_of(path), weight=weight)


def out(net) -> torch.Tensor:
    torch.manual_seed(2)
    with torch.no_grad():
        return net(
            hidden_states=torch.randn(1, 16, 1, 4, 4),
            timestep=torch.tensor([500]),
            encoder_hidden_states=torch.randn(1, 4, 32),
            control_hidden_states=torch.randn(1, 96, 1, 4, 4),
            return_dict=False,
        )[0]


def test_a_lora_acts_by_its_weight_and_leaves_nothing_behind(net, tmp_path):
    plain = out(net)
    half, whole = lora(tmp_path / "look", 0.5), lora(tmp_path / "look", 1.0)
    wear([net], [half], 0.0)
    at_half = out(net)
    wear([net], [whole], 0.0)
    at_whole = out(net)
    assert (at_whole - plain).abs().mean() > (at_half - plain).abs().mean() > 0
    wear([net], [lora(tmp_path / "look", 0.0)], 0.0)
    assert torch.equal(out(net), plain)
    wear([net], [half], 0.0)
    assert torch.equal(out(net), at_half)
    wear([net], [], 0.0)
    assert torch.equal(out(net), plain)


def test_two_loras_are_worn_together_and_one_is_exchanged_without_a_reload(net, tmp_path):
    first, second = lora(tmp_path / "one"), lora(tmp_path / "two", rank=3)
    wear([net], [first], 0.0)
    alone = out(net)
    wear([net], [first, second], 0.0)
    together = out(net)
    wear([net], [first], 0.0)
    assert torch.equal(out(net), alone) and not torch.equal(alone, together)
    wear([net], [], 0.0)


def test_a_lora_that_reaches_nothing_is_refused_and_the_model_stays_as_it_was(net, tmp_path):
    plain = out(net)
    with pytest.raises(PrerequisiteError, match="The LoRA strange reaches no module of this model") as told:
        wear([net], [lora(tmp_path / "strange", prefix="somebody.elses.")], 0.0)
    assert told.value.exit_code == 3
    wear([net], [], 0.0)
    assert torch.equal(out(net), plain)
