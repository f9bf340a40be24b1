"""Single pictures, colours between display and light, resizing, the contact sheet."""

import subprocess
import sys

import cv2
import numpy as np
import OpenEXR
import pytest

from engine import media
from engine.errors import InputError
from engine.media import color, picture
from engine.media.burn import burn
from tests.engine.footage import numbered_frame, write_still

VALUES = np.arange(65536, dtype=np.uint16).reshape(256, 256)


def test_import_is_light():
    code = "import sys, engine.media; print(*{'av', 'cv2', 'OpenEXR', 'torch'} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == ""


def test_every_public_name_is_there():
    for name in media.__all__:
        assert getattr(media, name)
    with pytest.raises(AttributeError):
        media.nonsense  # noqa: B018


def test_the_curve_is_its_own_inverse():
    there = color.decode_srgb(VALUES / 65535)
    assert np.abs(color.encode_srgb(there) - VALUES / 65535).max() < 1e-12


def test_half_float_keeps_eight_bits_and_nearly_sixteen():
    back = color.from_linear(color.to_half(VALUES))
    assert np.abs(back.astype(int) - VALUES).max() <= 12
    eight = np.arange(256, dtype=np.uint16) * 257
    assert np.array_equal(picture.to_eight(color.from_linear(color.to_half(eight))), np.arange(256))


def test_odd_light_lands_on_an_edge():
    for kind in (np.float16, np.float32):
        light = np.array([np.nan, np.inf, -np.inf, -1, 0, 1, 2], kind)
        assert color.from_linear(light).tolist() == [0, 65535, 0, 0, 0, 65535, 65535]


def test_a_picture_is_written_whole_with_all_its_bits(tmp_path):
    frame = numbered_frame(5, 33, 21, 16)
    media.write_image(tmp_path / "new" / "a.png", frame)
    assert np.array_equal(media.read_image(tmp_path / "new" / "a.png"), frame)
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["a.png"]


def test_grey_palette_and_alpha_are_read_as_rgb(tmp_path):
    grey = numbered_frame(5, 32, 24)[:, :, 0]
    cv2.imwrite(str(tmp_path / "grey.png"), grey)
    assert np.array_equal(media.read_image(tmp_path / "grey.png"), np.repeat(grey[:, :, None], 3, axis=2))
    bgra = np.dstack([numbered_frame(5, 32, 24)[:, :, ::-1], np.full((24, 32), 300, np.uint16)])
    cv2.imwrite(str(tmp_path / "alpha.png"), bgra)
    assert np.array_equal(media.read_image(tmp_path / "alpha.png"), numbered_frame(5, 32, 24))
    assert picture.read_picture(tmp_path / "alpha.png").alpha


def test_exr_of_other_makers(tmp_path):
    light = np.full((8, 10, 3), 0.5, np.float32)
    header = {
        "compression": OpenEXR.ZIP_COMPRESSION,
        "type": OpenEXR.scanlineimage,
        "dataWindow": ((2, 1), (11, 8)),
        "displayWindow": ((0, 0), (13, 9)),
    }
    light[0, 0] = 4.0
    planes = {name: np.ascontiguousarray(light[:, :, 0]) for name in "RGBA"}
    OpenEXR.File(header, planes).write(str(tmp_path / "a.exr"))
    read = picture.read_picture(tmp_path / "a.exr")
    assert read.pixels.shape == (10, 14, 3)
    assert (read.alpha, read.clipped, read.overscan) == (True, True, True)
    assert read.pixels[0, 0, 0] == 0 and read.pixels[1, 2, 0] == 65535
    assert abs(int(read.pixels[5, 5, 1]) - round(float(color.encode_srgb(0.5)) * 65535)) <= 1


@pytest.mark.parametrize("kind", ["png", "jpg", "tiff", "exr"])
def test_cut_off_or_false_pictures_are_refused(tmp_path, kind):
    path = write_still(tmp_path / f"a.{kind}", numbered_frame(5, 64, 48), kind)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InputError):
        media.read_image(path)
    path.write_text("no picture")
    with pytest.raises(InputError):
        media.read_image(path)
    with pytest.raises(InputError, match="folder"):
        media.read_image(tmp_path)


@pytest.mark.parametrize("kind", [np.uint16, np.float32])
def test_resize(kind):
    frame = numbered_frame(5, 64, 48).astype(kind)
    for width, height in ((32, 24), (96, 96), (1, 1), (64, 48)):
        made = media.resize(frame, width, height)
        assert (made.shape, made.dtype) == ((height, width, 3), kind)
        assert made.min() >= frame.min() and made.max() <= frame.max()
    assert np.array_equal(media.resize(frame, 64, 48), frame)
    flat = np.full((48, 64, 3), 1000, kind)
    assert np.allclose(media.resize(flat, 17, 13), 1000, rtol=1e-6)
    assert np.allclose(media.resize(flat, 100, 90), 1000, rtol=1e-6)


def test_a_contact_sheet_holds_every_picture(tmp_path):
    reds, greens = (np.zeros((48, 64, 3), np.uint16) for _ in range(2))
    reds[:, :, 0] = greens[:, :, 1] = 65535
    media.contact_sheet([[reds, reds], [greens]], ["source", "render"], tmp_path / "sheet.png")
    sheet = media.read_image(tmp_path / "sheet.png")
    area = sheet.shape[0] * sheet.shape[1]
    assert 1.8 < np.sum(np.all(sheet == (65535, 0, 0), axis=2)) / np.sum(np.all(sheet == (0, 65535, 0), axis=2)) < 2.2
    assert np.sum(np.all(sheet == (0, 65535, 0), axis=2)) > area / 8
    with pytest.raises(InputError):
        media.contact_sheet([], [], tmp_path / "none.png")


@pytest.mark.parametrize("size", [(2, 2), (16, 16), (64, 48), (640, 272)])
def test_burning_in_touches_the_foot_only(size):
    width, height = size
    frame = np.full((height, width, 3), 30_000, np.uint16)
    made = burn(frame, "style_transfer, seed 42, " * 20, "001042")
    strip = min(height, max(12, height // 16))
    assert np.array_equal(made[: height - strip], frame[: height - strip])
    assert np.all(frame == 30_000)
    if width > 100:
        foot = made[height - strip :]
        assert foot.max() > 50_000 and foot.min() < 10_000
        number = foot[:, -strip * 4 :]
        assert number.max() > 50_000, "the frame number is missing"
