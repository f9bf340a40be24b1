"""`rushes handoff` and `rushes conform` by the contract: out to a provider's model, back as a track with a proof."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import media
from engine.proof import read_proof
from tests.engine.footage import Footage, read_number
from tests.engine.test_conform import HEIGHT, WIDTH, restyled, scene
from tests.ui.ground import Rushes

FRAMES = 24
CONFORMED = ["frames_in", "frames_out", "map", "gaps", "repeats", "offset", "track"]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rushes, Path]]:
    folder = tmp_path_factory.mktemp("handoff")
    rushes = Rushes(folder / "workspace")
    film = Footage(FRAMES, WIDTH, HEIGHT, picture=scene, options={"crf": "18", "threads": "1"})
    rushes("import", film.write(folder / "film.mp4"), "--project", "film", "--whole")
    yield rushes, folder
    rushes.dismiss()


def returned(path: Path, order: list[int], seed: int = 0, width: int = WIDTH) -> Path:
    def picture(number: int):
        return media.resize(restyled(scene(order[number], seed)), width, HEIGHT * width // WIDTH)

    height = HEIGHT * width // WIDTH
    return Footage(len(order), width, height, picture=picture, options={"threads": "1"}).write(path)


def test_a_clip_that_fits_every_frame_becomes_a_track_with_its_own_proof(ground):
    rushes, folder = ground
    order = [0, 0, 0, *range(14), 14, *range(14, FRAMES)]
    back = returned(folder / "back.mp4", order, width=144)
    told = rushes("conform", "film/010", back)
    assert list(told) == CONFORMED
    assert (told["frames_in"], told["frames_out"], told["offset"]) == (FRAMES, len(order), -3)
    assert told["map"] == [[n, place] for n, place in enumerate(order)]
    assert (told["gaps"], told["repeats"]) == ([], [1, 2, 3, 18])

    proof = read_proof(rushes.workspace / "media" / told["track"])
    assert [(index, source) for index, source, _ in proof.frames] == [(n, n) for n in range(FRAMES)]
    assert (proof.model, proof.settings["returned_clip"]) == ("returned", str(back))
    frames = list(media.master_frames(rushes.workspace / "media" / told["track"]))
    shown = list(media.frames(media.probe(back)))
    hashes = [media.pixel_sha256(frame) for frame in shown]
    laid = [hashes.index(media.pixel_sha256(made)) for made in frames]
    assert [order[number] for number in laid] == [*range(FRAMES)]
    assert rushes("shots", "--project", "film")[0]["tracks"] == [told["track"]]
    rushes("pin", told["track"])
    exported = rushes("export", told["track"], "--as", "mp4", "--to", folder / "laid.mp4")
    assert (exported["frames"], exported["width"]) == (FRAMES, 144)
    rushes("report", told["track"], "--to", folder / "laid.html")


def test_one_with_gaps_is_shown_and_not_imported_but_a_part_of_it_may_be(ground):
    rushes, folder = ground
    order = [*range(3, 9), *range(14, FRAMES)]
    back = returned(folder / "gaps.mp4", order)
    before = rushes("shots", "--project", "film")[0]["tracks"]
    told = rushes("conform", "film/010", back)
    assert told["map"] == [[n, place] for n, place in enumerate(order)]
    assert (told["gaps"], told["offset"], told["track"]) == ([0, 1, 2, *range(9, 14)], 3, None)
    assert rushes("shots", "--project", "film")[0]["tracks"] == before
    assert "14:24 (--range)" in rushes.run("conform", "film/010", back).out


def test_wrong_footage_is_refused_and_nothing_is_lost(ground):
    rushes, folder = ground
    before = rushes("shots", "--project", "film")
    other = returned(folder / "other.mp4", [*range(FRAMES)], seed=5)
    sentence = rushes.refused("conform", "film/010", other)
    assert "does not show this footage" in sentence and len(sentence.splitlines()) == 1
    assert "does not exist" in rushes.refused("conform", "film/010", folder / "none.mp4")
    assert rushes("shots", "--project", "film") == before


def test_a_hand_off_holds_prompt_clip_pictures_risks_and_frames(ground):
    rushes, folder = ground
    picture = folder / "robot.png"
    media.write_image(picture, scene(0, 3))
    to = folder / "seedance"
    wish = ("--instruction", "turn the ball into a tin robot", "--reference", picture)
    made = rushes("handoff", "film/010", "--for", "seedance_2", "--to", to, *wish)
    assert {p.name for p in to.iterdir()} == {"prompt.txt", "checklist.md", "manifest.json", "shot.mp4", "image1.png"}
    prompt = (to / "prompt.txt").read_text()
    assert made["sent"] is False and made["prompt"] == prompt.strip()
    assert "robot" in prompt and "Keep" in prompt and "@video1" in prompt and "@image1" in prompt
    manifest = json.loads((to / "manifest.json").read_text())
    assert manifest["pieces"] == [
        {"file": "shot.mp4", "frames": FRAMES, "shot": [0, FRAMES], "source": [0, FRAMES], "step": 1}
    ]
    assert media.probe(to / "shot.mp4").frames == FRAMES
    assert "conform film/010 FILE" in (to / "checklist.md").read_text()
    assert "exists already" in rushes.refused("handoff", "film/010", "--for", "seedance_2", "--to", to)
    said = rushes.run("handoff", "film/010", "--for", "seedance_2", "--to", to, *wish, "--overwrite")
    assert "Nothing has left this machine" in said.out


@pytest.mark.parametrize(("name", "meant"), [("sora", "There is no provider's model"), ("seedance", "seedance_2")])
def test_an_unknown_model_is_refused_with_the_nearest(ground, name, meant):
    rushes, folder = ground
    assert meant in rushes.refused("handoff", "film/010", "--for", name, "--to", folder / f"for {name}")
    assert not (folder / f"for {name}").exists()


def test_motion_control_goes_with_an_empty_prompt_first(ground):
    rushes, folder = ground
    to = folder / "kling"
    wish = ("--instruction", "replace the ball with a robot")
    made = rushes("handoff", "film/010", "--for", "Kling 2.6 Motion Control Pro", "--to", to, *wish)
    assert (to / "prompt.txt").read_text() == ""
    assert "robot" in (to / "prompt_second_try.txt").read_text()
    assert any("needs a picture" in line for line in made["checklist"])


def test_a_model_that_takes_no_footage_gets_first_and_last_frame(tmp_path):
    rushes = Rushes(tmp_path / "workspace")
    rushes("import", Footage(6, 64, 48).write(tmp_path / "a.mp4"), "--project", "a", "--whole")
    made = rushes("handoff", "a/010", "--for", "seedance_2_image", "--to", tmp_path / "out")
    assert (made["pieces"], made["pictures"]) == ([], ["start.png", "end.png"])
    assert [read_number(media.read_image(tmp_path / "out" / name)) for name in made["pictures"]] == [0, 5]
