"""The memory plan: by table, against what others measured, and on tiny models of the very classes."""

import pytest
import torch

from engine import memory, weights
from engine.errors import PrerequisiteError
from engine.memory import FOOTPRINTS, GB, Machine, Plan, Work, estimate, laid_out, work_of
from engine.memory_layout import lay_out, measured, own_footprint
from knowledge.catalog import catalog

NONE = Machine("", 0, 64 * GB, False)


def card(gigabytes: float, ram: float = 128, fp8: bool = True) -> Machine:
    return Machine("a card", int(gigabytes * GB), int(ram * GB), fp8)


TABLE = [
    # model, size, frames, card in GB -> keeps the text encoder, storage, offload, tiles
    ("vace_1_3b", (832, 480), 81, 24, (True, "bf16", "none", False)),
    ("vace_1_3b", (832, 480), 81, 16, (False, "bf16", "none", False)),
    ("vace_14b", (832, 480), 81, 80, (True, "bf16", "none", False)),
    ("vace_14b", (832, 480), 81, 48, (False, "bf16", "none", False)),
    ("vace_14b", (832, 480), 81, 32, (False, "fp8", "none", False)),
    ("vace_14b", (832, 480), 81, 24, (False, "bf16", "blocks", False)),
    ("vace_14b", (1280, 720), 81, 24, (False, "bf16", "blocks", False)),
    ("animate_14b", (832, 480), 77, 16, (False, "bf16", "blocks", False)),
    ("vace_fun_14b", (832, 480), 81, 48, (False, "fp8", "none", False)),
    ("qwen_edit", (1024, 1024), 1, 24, (False, "fp8", "none", True)),
    ("flux_klein", (1024, 1024), 1, 16, (False, "bf16", "none", False)),
]


@pytest.mark.parametrize(("model", "size", "frames", "gigabytes", "layout"), TABLE)
def test_the_fastest_layout_that_fits_is_taken(model, size, frames, gigabytes, layout):
    plan = laid_out(FOOTPRINTS[model], Work(*size, frames, 1), card(gigabytes))
    assert plan.fits and plan.card_bytes <= gigabytes * GB
    assert (plan.keeps_text_encoder, plan.storage, plan.offload, plan.tiles) == layout
    assert plan.card_bytes == sum(plan.parts.values())


def test_estimates_agree_with_what_was_measured_elsewhere():
    """VACE 1.3B about 9 GB while denoising; 14B near 13 GB by blocks; 720p fits 24 GB with blocks swapped."""
    small = laid_out(FOOTPRINTS["vace_1_3b"]._replace(text_encoder=0.0), Work(832, 480, 81), card(16))
    assert 8 * GB < small.card_bytes < 10.5 * GB
    large = laid_out(FOOTPRINTS["vace_14b"], Work(832, 480, 81), card(16))
    assert 9 * GB < large.card_bytes < 14 * GB
    assert not laid_out(FOOTPRINTS["vace_1_3b"], Work(832, 480, 81), card(11)).fits  # its text encoder alone is 11.4 GB
    assert laid_out(FOOTPRINTS["vace_14b"], Work(1280, 720, 81), card(23.5)).fits


def test_a_larger_picture_a_longer_window_and_more_references_never_take_less():
    def took(width, height, frames, references):
        return laid_out(FOOTPRINTS["vace_14b"], Work(width, height, frames, references), card(10_000)).card_bytes

    assert took(832, 480, 81, 0) < took(1280, 720, 81, 0) < took(1920, 1088, 81, 0)
    assert took(832, 480, 17, 0) < took(832, 480, 81, 0) < took(832, 480, 81, 3)


def test_a_card_without_eight_bits_goes_to_blocks():
    plan = laid_out(FOOTPRINTS["vace_14b"], Work(832, 480, 81), card(32, fp8=False))
    assert plan.fits and (plan.storage, plan.offload) == ("bf16", "blocks")


def test_the_window_counts_and_not_the_shot():
    spec = catalog().spec("transform", "final")
    long = work_of(FOOTPRINTS["vace_14b"], {"context_frames": 150}, (832, 470))
    assert (long.frames, long.width, long.height) == (81, 832, 480)
    short = work_of(
        FOOTPRINTS["vace_14b"], {"context_frames": 33, "style_frame": "a", "reference_images": ["b"]}, (832, 480)
    )
    assert short.tokens == (9 + 2) * 52 * 30
    assert estimate(catalog().spec("transform", "preview"), {}, (832, 480), card(24)) is None
    assert estimate(spec, {}, (832, 480), card(24)).fits


def test_a_refusal_names_the_setting_that_would_fit_and_it_does():
    spec = catalog().spec("transform", "final")
    plan = estimate(spec, {"context_frames": 81}, (1920, 1080), card(24))
    with pytest.raises(
        PrerequisiteError,
        match=r"needs \d+.\d GB of the card's memory.*24.0 GB free. It would fit with output_size_px at (\d+)",
    ) as told:
        plan.check()
    side = int(str(told.value).rpartition(" at ")[2].rstrip("."))
    assert told.value.exit_code == 3 and 832 <= side < 1920
    assert estimate(spec, {"context_frames": 81}, (side, round(side * 9 / 16)), card(24)).fits


def test_where_no_size_fits_a_larger_card_is_named():
    said = estimate(catalog().spec("transform", "draft"), {}, (832, 480), card(8)).said
    assert "needs 12.3 GB" in said[0] and "needs a larger card, or a smaller profile" in said[1]


def test_too_little_memory_in_the_machine_is_its_own_sentence():
    plan = estimate(catalog().spec("transform", "final"), {}, (832, 480), card(48, ram=16))
    with pytest.raises(PrerequisiteError, match=r"needs \d+ GB of the machine's memory and 16 GB are free"):
        plan.check()


@pytest.mark.parametrize("profile", ["draft", "final"])
def test_without_cuda_the_profile_that_runs_is_named(profile):
    plan = estimate(catalog().spec("transform", profile), {}, (832, 480), NONE)
    with pytest.raises(
        PrerequisiteError, match=r"needs an NVIDIA graphics card.*this machine has none; --profile preview"
    ):
        plan.check()


def test_a_plan_says_what_an_artist_should_know():
    spec = catalog().spec("transform", "final")
    assert "eight bits" in estimate(spec, {}, (832, 480), card(32)).said[0]
    assert "block by block" in estimate(spec, {}, (832, 480), card(16)).said[0]
    assert estimate(spec, {}, (832, 480), card(80)).said == ()


def test_an_own_tiny_checkpoint_is_measured_and_runs_without_a_card(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("RUSHES_WEIGHTS", str(tmp_path / "weights"))
    spec = catalog().spec("transform", "draft")
    assert own_footprint(spec) is None
    weights.add("tiny", tiny("vace"), "vace_1_3b")
    found = own_footprint(spec)
    assert (found.width, found.hints, found.blocks, found.experts) == (24, 2, 3, 1)
    assert 0 < found.transformer < 0.001
    assert measured(tiny("vace_two_experts")).experts == 2
    assert estimate(spec, {}, (64, 64), NONE, found).fits


def test_weights_in_eight_bits_give_finite_frames_near_those_of_bf16(tiny):
    from diffusers import WanVACETransformer3DModel

    def made(storage: str) -> torch.Tensor:
        net = WanVACETransformer3DModel.from_pretrained(tiny("vace"), subfolder="transformer", dtype=torch.bfloat16)
        plan = Plan(True, 0, 0, False, storage, "none", False, {})
        torch.manual_seed(1)
        noise, control, words = torch.randn(1, 16, 2, 4, 4), torch.randn(1, 96, 2, 4, 4), torch.randn(1, 6, 32)
        with torch.no_grad():
            return lay_out(net, plan, "cpu")(
                hidden_states=noise.bfloat16(),
                timestep=torch.tensor([500]),
                encoder_hidden_states=words.bfloat16(),
                control_hidden_states=control.bfloat16(),
                return_dict=False,
            )[0].float()

    whole, packed = made("bf16"), made("fp8")
    assert torch.isfinite(packed).all() and not torch.equal(whole, packed)
    assert (whole - packed).abs().mean() < 0.1 * whole.abs().mean()


def test_this_machine_is_told_without_a_guess():
    here = memory.machine()
    assert here.ram_bytes > 0 and bool(here.card) == torch.cuda.is_available()
