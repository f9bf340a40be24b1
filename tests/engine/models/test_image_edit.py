"""Image editing on this machine: the stock pipelines' numbers, the frame's own size, masks, references, strength."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

import engine  # noqa: F401  (torchvision's hook, before diffusers looks for it)
from engine import media
from engine.errors import Cancelled, PrerequisiteError
from engine.jobs import Queue
from engine.media.picture import to_eight, to_sixteen
from engine.models import Reports
from engine.models.flux_klein import FluxKlein
from engine.models.qwen_edit import QwenEdit
from engine.models.still_frame import canvas_of_area
from engine.request import StillRequest
from engine.spec import Setting
from knowledge import catalog
from tests.engine.footage import Footage
from tests.engine.models.film import save, still_request, texture
from tests.engine.models.vace import stands_in
from tests.engine.road.workers import do

from diffusers import Flux2KleinPipeline, QwenImageEditPlusPipeline  # isort: skip
from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_plus as stock_qwen  # isort: skip

SIZE = WIDTH, HEIGHT = 96, 64
WORDS = "make it night, keep the bus"
GUIDED = Setting(id="prompt_influence", label="", kind="number")


class SmallQwen(QwenEdit):
    """Works at the size of the test's pictures: a megapixel takes a CPU too long."""

    least_area = most_area = WIDTH * HEIGHT


ENTRY = {"qwen_edit": "qwen_edit", "klein": "flux_klein", "klein_base": "flux_klein"}
"""The weights that a tiny checkpoint stands in for."""


@pytest.fixture
def asked(tiny, tmp_path, monkeypatch):
    """A request for one of the tiny models, brought as an artist brings a checkpoint of their own."""

    def ask(model: str, values=None, images=None, settings=()) -> StillRequest:
        place = tmp_path / f"weights_{model}"
        if not place.exists():
            stands_in(tiny(model), place, monkeypatch, ENTRY[model])
        request = still_request({"prompt": WORDS, "steps": 2, "seed": 5} | (values or {}), images, settings)
        return request.model_copy(update={"spec": request.spec.but(weights=(ENTRY[model],))})

    return ask


@pytest.fixture
def frame() -> np.ndarray:
    return np.rint(texture(WIDTH, HEIGHT, 1) * 255).astype(np.float32) / np.float32(255)


def pil(picture: np.ndarray) -> Image.Image:
    return Image.fromarray(to_eight(to_sixteen(picture)))


def other(seed: int) -> np.ndarray:
    return np.rint(texture(WIDTH, HEIGHT, seed) * 255).astype(np.float32) / np.float32(255)


@pytest.mark.parametrize(("references", "guidance"), [pytest.param(0, 1.0, marks=pytest.mark.slow), (2, 4.0)])
def test_qwen_gives_the_stock_pipelines_numbers(tiny, asked, frame, tmp_path, monkeypatch, references, guidance):
    monkeypatch.setattr(stock_qwen, "VAE_IMAGE_SIZE", WIDTH * HEIGHT)
    beside = [other(10 + i) for i in range(references)]
    paths = [save(tmp_path / f"{i}.png", picture) for i, picture in enumerate(beside)]
    request = asked("qwen_edit", {"prompt_influence": guidance}, {"reference_images": paths}, (GUIDED,))
    made = SmallQwen(request).edit(frame).picture
    stock = QwenImageEditPlusPipeline.from_pretrained(tiny("qwen_edit"), local_files_only=True)
    stock.set_progress_bar_config(disable=True)
    told = stock(
        [pil(frame), *map(pil, beside)],
        WORDS,
        negative_prompt=" " if guidance > 1 else None,
        true_cfg_scale=guidance,
        height=HEIGHT,
        width=WIDTH,
        num_inference_steps=2,
        generator=torch.Generator().manual_seed(5),
        output_type="np",
    ).images[0]
    assert np.abs(made - told).max() < 1e-4


@pytest.mark.parametrize(
    ("model", "references", "guidance"),
    [("klein", 1, 1.0), pytest.param("klein_base", 0, 4.0, marks=pytest.mark.slow)],
)
def test_klein_gives_the_stock_pipelines_numbers(tiny, asked, frame, tmp_path, model, references, guidance):
    beside = [other(10 + i) for i in range(references)]
    paths = [save(tmp_path / f"{i}.png", picture) for i, picture in enumerate(beside)]
    request = asked(model, {"prompt_influence": guidance}, {"reference_images": paths}, (GUIDED,))
    editor = FluxKlein(request)
    editor.least_area = 1
    made = editor.edit(frame).picture
    stock = Flux2KleinPipeline.from_pretrained(tiny(model), local_files_only=True)
    stock.set_progress_bar_config(disable=True)
    told = stock(
        [pil(frame), *map(pil, beside)],
        WORDS,
        guidance_scale=guidance,
        height=HEIGHT,
        width=WIDTH,
        num_inference_steps=2,
        generator=torch.Generator().manual_seed(5),
        output_type="np",
    ).images[0]
    assert np.abs(made - told).max() < 1e-4


class SmallKlein(FluxKlein):
    least_area, most_area = 1, WIDTH * HEIGHT


@pytest.mark.parametrize(("width", "height"), [(67, 45), pytest.param(200, 90, marks=pytest.mark.slow)])
def test_a_still_has_exactly_the_frames_size(asked, width, height):
    edited = SmallKlein(asked("klein", {"steps": 1})).edit(texture(width, height, 2))
    assert edited.picture.shape == (height, width, 3)
    assert bool(edited.notes) == (width * height > WIDTH * HEIGHT)  # said where it was worked on at another size


@pytest.mark.slow
def test_an_output_size_is_the_longest_side(asked):
    assert SmallKlein(asked("klein", {"steps": 1, "output_size_px": 48})).edit(texture(96, 64)).picture.shape == (
        32,
        48,
        3,
    )


def test_a_canvas_never_stretches():
    for width, height in [(1920, 1080), (640, 272), (1281, 719), (3840, 2160), (50, 400)]:
        canvas = canvas_of_area(width, height, 256 * 256, 1024 * 1024)
        assert not any(side % 16 for side in canvas.whole)
        assert all(0 <= whole - part < 16 for whole, part in zip(canvas.whole, canvas.size, strict=True))
        assert abs(canvas.size[0] / width * height - canvas.size[1]) <= 0.5 + 0.5 * height / width
    assert canvas_of_area(640, 272, 1, 1024 * 1024).size == (640, 272)


def test_outside_a_mask_stands_the_frame_itself(asked, frame, tmp_path):
    mask = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    mask[16:40, 24:60] = 1
    made = SmallKlein(asked("klein", {}, {"drawn_mask": [save(tmp_path / "m.png", mask)]})).edit(frame).picture
    outside = mask[..., 0] == 0
    assert np.array_equal(to_sixteen(made)[outside], to_sixteen(frame)[outside])
    assert np.abs(made - frame)[~outside].mean() > 0.01


STRENGTH = Setting(id="denoise_strength", label="", kind="number", default=1.0)


@pytest.mark.slow
def test_strength_moves_the_still_away_from_the_frame_little_by_little(asked, frame):
    def away(strength: float) -> float:
        made = SmallKlein(asked("klein", {"denoise_strength": strength, "steps": 3}, None, (STRENGTH,))).edit(frame)
        return float(np.abs(made.picture - frame).mean())

    assert away(0) == 0
    made = [away(strength) for strength in (0.2, 0.25, 0.9)]
    assert len(set(made)) == 3  # two strengths of one step of a fixed list would be alike


@pytest.mark.slow
def test_the_seed_decides_and_nothing_else(asked, frame):
    first, again, another = (SmallKlein(asked("klein", {"seed": s, "steps": 1})).edit(frame).picture for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, another)


@pytest.mark.slow
def test_words_and_references_move_it(asked, frame, tmp_path):
    path = save(tmp_path / "r.png", other(30))
    plain = SmallQwen(asked("qwen_edit")).edit(frame).picture
    for changed in (asked("qwen_edit", {"prompt": "snow"}), asked("qwen_edit", {}, {"reference_images": [path]})):
        assert not np.allclose(SmallQwen(changed).edit(frame).picture, plain)


def test_steps_are_told_and_a_stop_is_obeyed_at_the_next(asked, frame):
    told: list[float] = []
    editor = SmallKlein(asked("klein", {"steps": 4}))
    assert isinstance(editor, Reports)

    def report(share: float) -> None:
        told.append(share)
        if share == 0.5:
            raise Cancelled("stopped")

    editor.report = report
    with pytest.raises(Cancelled):
        editor.edit(frame)
    assert told == [0, 0, 0.25, 0.5]


@pytest.mark.slow
def test_high_quality_works_on_more_pixels(asked, frame):
    fine = Setting(id="quality", label="", kind="choice", choices=("medium", "high"))
    plain, high = (SmallQwen(asked("qwen_edit", {"quality": q}, None, (fine,))).edit(frame) for q in ("medium", "high"))
    assert not plain.notes and "144x96" in high.notes[0]
    assert high.picture.shape == plain.picture.shape


def test_weights_that_are_not_here_are_one_sentence_with_the_command(asked):
    request = asked("klein")
    request = request.model_copy(update={"spec": request.spec.but(weights=("qwen_edit",))})
    with pytest.raises(PrerequisiteError, match="rushes weights pull qwen_edit"):
        FluxKlein(request)


def lora(folder: Path, block: str) -> Path:
    torch.manual_seed(3)
    name = f"{block}.0.attn.to_q"  # as LightX2V names the parts of its LoRAs
    tensors = {
        f"{name}.lora_down.weight": torch.randn(2, 32),
        f"{name}.lora_up.weight": torch.randn(32, 2),
        f"{name}.alpha": torch.tensor(2.0),
    }
    save_file(tensors, folder / f"{block}.safetensors")
    return folder / f"{block}.safetensors"


@pytest.mark.slow
def test_a_lora_of_few_steps_acts_and_one_that_attaches_nothing_is_refused(asked, frame, tmp_path):
    def with_lora(file: Path | None) -> np.ndarray:
        editor = SmallQwen(asked("qwen_edit"))
        editor._lora = file
        return editor.edit(frame).picture

    assert not np.allclose(with_lora(lora(tmp_path, "transformer_blocks")), with_lora(None))
    with pytest.raises(PrerequisiteError, match=r"other_blocks\.safetensors"):
        with_lora(lora(tmp_path, "other_blocks"))


def test_a_still_job_runs_the_image_model_of_the_catalog(tiny, tmp_path, monkeypatch):
    stands_in(tiny("klein"), tmp_path / "weights", monkeypatch, "flux_klein")
    clip = media.probe(Footage(frames=3, width=70, height=46).write(tmp_path / "a.mp4"))
    spec = catalog().image_spec("flux_klein")
    values = spec.resolve({"prompt": WORDS, "steps": 3}).values
    queue = Queue(tmp_path / "workspace")
    path = str(tmp_path / "still_1" / "still.png")
    job = do(
        queue.workspace,
        queue.submit(StillRequest(still="still_1", clip=clip, frame=1, spec=spec, values=values, path=path)),
    )
    assert job.state == "done", job.error
    assert media.read_image(job.result.path).shape == (46, 70, 3)
