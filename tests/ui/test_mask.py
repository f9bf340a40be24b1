"""`rushes mask` by the contract, and a render bounded by it: outside the mask the delivered pixels are the source's."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine import media, weights
from tests.engine.footage import Footage
from tests.engine.masks.films import HEIGHT, WIDTH, iou, middle, picture, truth
from tests.ui.ground import Rushes

CONTRACT = {"track", "frames", "coverage_mean", "coverage_min", "empty_frames", "profile", "notes"}
FRAMES = 6


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rushes, Path]]:
    folder = tmp_path_factory.mktemp("mask")
    rushes = Rushes(folder / "workspace")
    film = Footage(frames=FRAMES, width=WIDTH, height=HEIGHT, codec="ffv1", pix_fmt="bgr0", picture=picture)
    rushes("import", film.write(folder / "disc.mkv"), "--project", "film", "--whole")
    yield rushes, folder
    rushes.dismiss()


def points(folder: Path, *given: object) -> str:
    path = folder / "points.json"
    path.write_text(json.dumps(list(given)))
    return str(path)


def on_disc(frame: int) -> dict[str, object]:
    x, y = middle(frame)
    return {"frame": frame, "x": round(x), "y": round(y)}


def test_a_mask_by_points_bounds_a_render_and_comes_back_by_import(ground):
    rushes, folder = ground
    made = rushes("mask", "film/010", "--points", points(folder, on_disc(2)))
    assert made.keys() >= CONTRACT
    assert (made["frames"], made["empty_frames"], made["profile"]) == (FRAMES, 0, "preview")
    assert 0.04 < made["coverage_min"] <= made["coverage_mean"] < 0.12

    rushes("export", made["track"], "--as", "png16", "--to", str(folder / "mask"))
    masks = [media.read_image(path) for path in sorted((folder / "mask").glob("*.png"))]
    assert min(iou(mask[..., 0] / 65535, truth(number)) for number, mask in enumerate(masks)) > 0.85
    back = rushes("mask", "film/010", "--import", str(folder / "mask"), "--grow", "2", "--range", "1:4")
    assert back["frames"] == 3 and back["coverage_mean"] > made["coverage_mean"]

    if weights.missing(["styles26", "arbitrary_style"]):
        pytest.skip("the preview weights are not pulled")
    render = ("render", "film/010", "--model", "inpaint", "--prompt", "an oil painting")
    track = rushes(*render, "--mask", made["track"])
    assert track["measures"]["m.outside"]["value"] == 0
    rushes("export", track["track"], "--as", "png16", "--to", str(folder / "out"))
    changed = 0
    for number, path in enumerate(sorted((folder / "out").glob("*.png"))):
        out, source, mask = media.read_image(path), picture(number) >> 8, masks[number][..., 0]
        assert np.array_equal(out[mask == 0] >> 8, source[mask == 0])
        changed += int((out[mask == 65535] >> 8 != source[mask == 65535]).sum())
    assert changed > 0
    proof = json.loads(Path(track["proof"]).read_text())
    assert proof["mask_track"] == made["track"] and len(proof["mask_sha256"]) == 64
    assert "masks frames 1:4 of the shot, not all of 0:6" in rushes.run(*render, "--mask", back["track"]).err
    assert "is a render, not a mask" in rushes.run(*render, "--mask", track["track"]).err
    assert "is a mask" in rushes.run("measure", made["track"]).err


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        ((), 2, "What shall be masked?"),
        (("--prompt", "cup"), 3, "sam2.1"),
        (("--prompt", "man", "--threshold", "0.95"), 1, "masking_threshold must be 0.1 to 0.9"),
        (("--prompt", "man", "--grow", "51"), 1, "expand_mask_px must be 0 to 50 px"),
        (("--prompt", "man", "--range", "2:9"), 1, "Range 2:9 does not lie in shot"),
        (("--prompt", "man", "--mode", "points"), 1, "no point to go by"),
        (("--import", "{folder}/none.mov"), 1, "does not exist"),
        (("--points", "{folder}/none.json"), 1, "can't be read"),
        (("--drawn", "x=y"), 2, "--drawn takes N=IMG"),
    ],
)
def test_what_can_not_be_masked_is_told_in_one_sentence(ground, asked, code, said):
    rushes, folder = ground
    ran = rushes.run("mask", "film/010", *(word.format(folder=folder) for word in asked))
    assert ran.code == code, ran.err
    assert said in ran.err
    assert len(ran.err.strip().splitlines()) <= 6


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"frame": 99, "x": 1, "y": 1}, "frame 99, outside"),
        ({"frame": 1, "x": 160, "y": 1}, "outside the picture of 160x96"),
        ({"frame": 1, "x": 1}, "Point 1 of"),
        ({"frame": 1.5, "x": 1, "y": 1}, "Point 1 of"),
        ({"frame": 1, "x": 1, "y": 1, "add": False}, "none to take in"),
    ],
)
def test_points_that_lie_nowhere_are_refused(ground, given, said):
    rushes, folder = ground
    ran = rushes.run("mask", "film/010", "--points", points(folder, given))
    assert ran.code == 1, ran.err
    assert said in ran.err
