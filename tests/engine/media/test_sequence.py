"""Image sequences in: found, counted, read exactly."""

from fractions import Fraction

import numpy as np
import pytest

from engine import media
from tests.engine.footage import Footage, numbered_frame, read_number


@pytest.mark.parametrize("kind", ["png", "png16", "tiff", "tiff16", "jpg", "exr"])
@pytest.mark.parametrize("size", [(64, 48), (33, 21), (16, 200)], ids=["even", "odd", "tall"])
def test_frames_come_back_in_order(sequence, kind, size):
    width, height = size
    depth = 16 if kind in ("png16", "tiff16", "exr") else 8
    folder = sequence("s", kind, frames=7, width=width, height=height, depth=depth)
    clip = media.probe(folder)
    assert (clip.frames, clip.width, clip.height, clip.bit_depth) == (7, width, height, depth)
    assert (clip.kind, clip.first_number, clip.scene_linear) == ("sequence", 1001, kind == "exr")
    read = list(media.frames(clip))
    assert [read_number(frame) for frame in read] == list(range(7))
    assert [read_number(frame) for frame in media.frames(clip, 3, 5)] == [3, 4]
    worst = max(int(np.abs(f.astype(int) - numbered_frame(n, width, height, depth)).max()) for n, f in enumerate(read))
    assert worst <= {"jpg": 20_000, "exr": 12}.get(kind, 0)


def test_a_folder_becomes_a_pattern(sequence):
    clip = media.probe(sequence("s", "png", frames=2))
    assert clip.path.endswith("/s/shot.%04d.png")
    assert media.probe(clip.path) == clip


def test_names_of_every_habit(tmp_path):
    plain = Footage(frames=12).write_sequence(tmp_path / "plain", "png", first=0)
    for file in list(plain.iterdir()):
        file.rename(plain / f"{int(file.name.split('.')[1])}.png")
    assert media.probe(plain).path.endswith("/%d.png")
    over = Footage(frames=4).write_sequence(tmp_path / "100%d", "png", first=9998, stem="a_010")
    clip = media.probe(over)
    assert (clip.first_number, clip.frames) == (9998, 4)
    assert [read_number(frame) for frame in media.frames(clip)] == [0, 1, 2, 3]


def test_other_files_in_the_folder_do_not_matter(sequence):
    folder = sequence("s", "exr", frames=2)
    (folder / "notes.txt").write_text("hello")
    (folder / ".shot.1000.exr").write_text("hidden")
    assert media.probe(folder).frames == 2


def test_the_rate_is_the_headers_or_given_or_assumed(sequence, tmp_path):
    folder = sequence("s", "png", frames=2)
    assumed = media.probe(folder)
    assert (assumed.rate, assumed.rate_assumed) == (24, True) and assumed.notes
    given = media.probe(folder, rate=Fraction(25))
    assert (given.rate, given.rate_assumed, given.notes) == (25, False, ())
    assert media.frame_times(given) == [0, Fraction(1, 25)]


def test_the_hash_is_over_names_and_contents(sequence):
    one, two = sequence("a", "png", frames=3), sequence("b", "png", frames=3)
    assert media.probe(one).sha256 == media.probe(two).sha256
    (two / "shot.1003.png").write_bytes((two / "shot.1001.png").read_bytes())
    assert media.probe(one).sha256 != media.probe(two).sha256
