"""Wan Animate on a tiny checkpoint of the very classes: the stock pipeline's numbers, frame for frame, strengths."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine import media
from engine.animate import drive
from engine.animate.watched import Watched
from engine.errors import PrerequisiteError, SettingError
from engine.models import LooksAhead, Piece, Together
from engine.models.animate_told import Told
from engine.request import RenderRequest
from tests.engine.footage import Footage
from tests.engine.models.animate import ShortAnimate, eight, person, request, stock
from tests.engine.models.film import pan
from tests.engine.models.vace import one_thread, stands_in  # noqa: F401
from tests.tiny.animate import relight

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def folder(tiny, tmp_path, monkeypatch) -> Path:
    """The tiny Animate where the model stands."""
    return stands_in(tiny("animate"), tmp_path / "weights", monkeypatch, "animate_14b")


def clip_of(tmp_path: Path, frames: int, width: int = 64, height: int = 48):
    film = Footage(frames=frames, width=width, height=height, codec="ffv1", pix_fmt="bgr0")
    return media.probe(film.write(tmp_path / f"{frames}_{width}.mkv"))


def read(asked: RenderRequest) -> list[np.ndarray]:
    return [media.to_float(frame) for frame in media.frames(asked.clip)]


def render(asked: RenderRequest, seen: Watched | None = None) -> np.ndarray:
    model = ShortAnimate(asked)
    frames = read(asked)
    model._seen = person(len(frames)) if seen is None else seen
    return np.stack(list(model.render(frames, None)))


CASES = {
    "replace, three segments": (25, {}, 1, 9),
    "replace, five carried, guidance": (
        21, {"overlap_frames": 5, "prompt_influence": 3.0, "negative_prompt": "grey"}, 5, 13,
    ),
    "animate, two segments": (17, {"use_image_background": True}, 1, 9),
}  # fmt: skip


@pytest.mark.parametrize("case", [pytest.param(c, marks=[pytest.mark.slow] * ("five" not in c)) for c in CASES])
def test_segments_are_what_the_stock_pipeline_makes(case, folder, tmp_path):
    frames, values, carried, longest = CASES[case]
    asked = request(tmp_path / "track", clip_of(tmp_path, frames), values)
    model = ShortAnimate(asked)
    model.longest = longest
    model._seen = person(frames)
    told = model._told(read(asked))[1]
    told = Told(*(part if part is None or part.dtype == bool else eight(part) for part in told))
    assert told.body.any() and told.face.any()
    ours = np.stack(model._made(told))
    theirs = stock(folder, model, told, asked.values, carried)
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-4
    assert ours.std() > 0.01


def test_it_is_what_the_road_expects_of_a_model_of_chunks(folder, tmp_path):
    model = ShortAnimate(request(tmp_path / "track", clip_of(tmp_path, 5)))
    assert isinstance(model, Together) and isinstance(model, LooksAhead)
    assert model.size == (64, 48)


@pytest.mark.slow
@pytest.mark.parametrize("width", [64, 63])
def test_as_many_frames_come_out_as_go_in_at_the_models_size(folder, tmp_path, width):
    asked = request(tmp_path / "track", clip_of(tmp_path, 13, width, 49), {"use_image_background": True})
    assert render(asked).shape == (13, *ShortAnimate(asked).size[::-1], 3)


@pytest.mark.slow
def test_a_later_chunk_goes_on_from_what_it_was_handed(folder, tmp_path):
    asked = request(tmp_path / "track", clip_of(tmp_path, 9), {"overlap_frames": 1})
    frames = read(asked)

    def after(shade: float) -> np.ndarray:
        model = ShortAnimate(asked)
        model._seen = person(9)
        model.begin(Piece(9, 0, (np.full((48, 64, 3), shade, np.float32),)))
        return np.stack(list(model.render(frames, None)))

    dark, light = after(0.2), after(0.8)
    assert dark[0].mean() < light[0].mean()
    assert not np.allclose(dark[-1], light[-1])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "values"),
    [
        ("pose_strength", {"pose_strength": 1.5}),
        ("face_strength", {"face_strength": 0.5}),
        ("prompt_influence", {"prompt_influence": 0.5}),
        ("prompt_influence up", {"prompt_influence": 4.0}),
        ("seed", {"seed": 7}),
        ("shift", {"shift": 2.0}),
        ("steps", {"steps": 4}),
        ("face_crop_padding_px", {"face_crop_padding_px": 20}),
        ("face_crop_px", {"face_crop_px": 1024}),
        ("use_image_background", {"use_image_background": True}),
        ("output_size_px", {"output_size_px": 48}),
        ("overlap_frames", {"overlap_frames": 5}),
    ],
)
def test_every_setting_of_its_own_moves_the_picture(folder, tmp_path, setting, values):
    clip = clip_of(tmp_path, 13)
    plain = render(request(tmp_path / "plain", clip))
    moved = render(request(tmp_path / "moved", clip, values))
    assert plain.shape != moved.shape or np.abs(plain - moved).max() > 1e-5


@pytest.mark.slow
def test_strengths_of_one_are_the_models_own_and_leave_nothing_behind(folder, tmp_path):
    clip = clip_of(tmp_path, 5)
    plain = render(request(tmp_path / "a", clip))
    strong = render(request(tmp_path / "b", clip, {"face_strength": 1.5, "pose_strength": 0.5}))
    assert np.abs(plain - strong).max() > 1e-4
    assert np.array_equal(render(request(tmp_path / "c", clip)), plain)  # the warm model is as it was


@pytest.mark.slow
def test_relight_acts_by_its_weight_beside_nothing_else_and_goes_again(folder, tiny, tmp_path):
    place, asked = tiny("relight"), request(tmp_path / "a", clip_of(tmp_path, 5))
    plain = render(asked)

    def lit(weight: float) -> np.ndarray:
        model = ShortAnimate(asked)
        model._seen = person(5)
        drive.relight(model._parts.get("transformer"), place, weight, 0.0)
        return np.stack(list(model.render(read(asked), None)))

    half, full = lit(0.5), lit(1.0)
    assert np.abs(half - plain).max() > 1e-5 and np.abs(half - full).max() > 1e-5
    assert np.array_equal(render(asked), plain)  # the next render without it finds none


@pytest.mark.slow
def test_a_relight_that_attaches_nothing_is_refused(folder, tmp_path):
    transformer = ShortAnimate(request(tmp_path / "track", clip_of(tmp_path, 5)))._parts.get("transformer")
    with pytest.raises(PrerequisiteError, match=r"reaches no module|does not fit"):
        drive.relight(transformer, relight(tmp_path / "wrong", fits=False), 1.0, 0.0)


@pytest.mark.slow
def test_a_few_step_lora_and_relight_act_together_and_each_alone(folder, tiny, tmp_path):
    torch.manual_seed(17)
    names = [f"diffusion_model.blocks.{block}.cross_attn.{part}" for block in range(2) for part in "qkvo"]
    tensors = {f"{name}.lora_down.weight": torch.randn(2, 24) for name in names}
    save_file(tensors | {f"{name}.lora_up.weight": torch.randn(24, 2) for name in names}, tmp_path / "f.safetensors")
    asked = request(tmp_path / "a", clip_of(tmp_path, 5))

    def made(speed: float, light: float) -> np.ndarray:
        model = ShortAnimate(asked)
        model._seen = person(5)
        model._parts.accelerate(["transformer"], [tmp_path / "f.safetensors"], speed)
        drive.relight(model._parts.get("transformer"), tiny("relight"), light, speed)
        return np.stack(list(model.render(read(asked), None)))

    films = [made(speed, light) for speed, light in ((0, 0), (0.7, 0), (0, 0.5), (0.7, 0.5))]
    for at, film in enumerate(films):
        assert all(np.abs(film - other).max() > 1e-5 for other in films[:at])
    assert np.array_equal(made(0, 0), films[0]) and np.array_equal(made(0.7, 0), films[1])


def test_relight_without_its_lora_says_how_to_get_it(folder, tmp_path):
    clip = clip_of(tmp_path, 5)
    with pytest.raises(PrerequisiteError, match="rushes weights pull animate_relight"):
        ShortAnimate(request(tmp_path / "track", clip, {"relight": 1.0}))
    background = {"use_image_background": True, "relight": 1.0}
    ShortAnimate(request(tmp_path / "track", clip, background))  # there it has nothing to do


def test_without_a_character_or_a_mask_it_says_what_is_missing(folder, tmp_path):
    asked = request(tmp_path / "track", clip_of(tmp_path, 5))
    with pytest.raises(SettingError, match="reference_images"):
        ShortAnimate(asked.model_copy(update={"images": {}}))
    with pytest.raises(SettingError, match="mask"):
        ShortAnimate(asked.model_copy(update={"mask_folder": ""}))


def test_steps_are_reported_and_a_stop_is_obeyed(folder, tmp_path):
    asked = request(tmp_path / "track", clip_of(tmp_path, 9), {"steps": 4})
    model, told = ShortAnimate(asked), []
    model.longest = 5
    model.report = told.append
    list(model.render(read(asked), None))
    assert told == sorted(told) and len(told) >= 4 and told[0] == 0 and told[-1] < 1

    class Stop(BaseException):
        pass

    def stop(share: float) -> None:
        if share > 0.3:
            raise Stop

    model.report = stop
    with pytest.raises(Stop):
        list(model.render(read(asked), None))


def test_films_without_a_person_are_told_nothing_of_one(folder, tmp_path):
    asked = request(tmp_path / "track", clip_of(tmp_path, 5))
    told = ShortAnimate(asked)._told(pan(5, 64, 48))[1]
    assert not told.body.any() and not told.face.any()
    assert not told.place[told.paint].any() and told.place[~told.paint].any()
