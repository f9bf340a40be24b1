"""Bad footage: one sentence, nothing that hangs, and salvage where frames are left."""

import os
import socket
from pathlib import Path

import numpy as np
import pytest

from engine import media
from engine.errors import InputError
from tests.engine.footage import Footage, damaged, numbered_frame, read_number, write_still


def refusal(path, **how) -> str:
    with pytest.raises(InputError) as caught:
        media.probe(path, **how)
    sentence = str(caught.value)
    assert "\n" not in sentence and sentence.endswith(".") and len(sentence) < 600
    return sentence


def test_what_is_no_footage(tmp_path):
    text = tmp_path / "text.mp4"
    text.write_text("hello\n" * 500)
    assert "0 frames decode" in refusal(text)
    plain = tmp_path / "text.txt"
    plain.write_text("hello\n" * 500)  # FFmpeg would draw this as a picture
    assert "not a video" in refusal(plain)
    noise = tmp_path / "noise.mp4"
    noise.write_bytes(np.random.default_rng(0).bytes(200_000))
    assert "0 frames decode" in refusal(noise)
    empty = tmp_path / "empty.mp4"
    empty.touch()
    assert "0 bytes" in refusal(empty)
    assert "does not exist" in refusal(tmp_path / "missing.mp4")
    assert "zero byte" in refusal("a\0b.mp4")
    assert "rename" in refusal(tmp_path / "a\udcff.mp4")
    assert "can't be looked at" in refusal(tmp_path / ("long" * 100 + ".mp4"))
    refusal(tmp_path / ("long" * 100 + "%04d.png"))


def test_names_in_any_script_are_fine(footage):
    assert media.probe(footage("Aufnahme\u202f\u00a0größe 日本語 %d.mp4", frames=2)).frames == 2


def test_devices_pipes_and_links_to_them_never_hang(tmp_path):
    assert "device or a pipe" in refusal("/dev/zero")
    link = tmp_path / "link.mp4"
    link.symlink_to("/dev/zero")
    assert "device or a pipe" in refusal(link)
    os.mkfifo(tmp_path / "pipe.mp4")
    assert "device or a pipe" in refusal(tmp_path / "pipe.mp4")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert "device or a pipe" in refusal(tmp_path / "s")
    dangling = tmp_path / "dangling.mp4"
    dangling.symlink_to(tmp_path / "gone.mp4")
    assert "does not exist" in refusal(dangling)
    loop = tmp_path / "loop.mp4"
    loop.symlink_to(loop)
    refusal(loop)


def test_playlists_open_nothing_else(footage, tmp_path):
    footage("a.mp4")
    for name, text in {
        "list.mp4": "ffconcat version 1.0\nfile 'a.mp4'\n",
        "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\na.mp4\n#EXT-X-ENDLIST\n",
    }.items():
        (tmp_path / name).write_text(text)
        assert "not a video" in refusal(tmp_path / name)


@pytest.mark.parametrize("name", ["a.mkv", "a.avi", "a.ts", "a.webm"])
@pytest.mark.parametrize("keep", [0.6, 0.9])
def test_a_cut_off_file_tells_how_many_frames_decode(footage, name, keep):
    codec = {"a.avi": "mpeg4", "a.webm": "libvpx-vp9"}.get(name, "libx264")
    path = damaged(footage(name, frames=60, width=160, height=96, codec=codec), keep)
    if name == "a.ts" and path.stat().st_size % 188 == 0:
        damaged(path, 0.99)
    sentence = refusal(path)
    clip = media.probe(path, salvage=True)
    assert 0 < clip.frames < 60
    assert f"{clip.frames} frames decode" in sentence
    assert any("Salvaged" in note for note in clip.notes)
    found = [read_number(frame) for frame in media.frames(clip)][: clip.frames - 1]  # the last may be half there
    assert found == list(range(clip.frames - 1))


def test_a_file_cut_before_its_index_has_no_frames(footage):
    path = damaged(footage("a.mp4", frames=60), 0.6)
    assert "0 frames decode" in refusal(path)
    assert "0 frames decode" in refusal(path, salvage=True)


def test_folders(tmp_path, sequence):
    bare = tmp_path / "bare"
    bare.mkdir()
    assert "no numbered pictures" in refusal(bare)
    gap = sequence("gap", "png", frames=6)
    (gap / "shot.1003.png").unlink()
    assert "gaps" in refusal(gap) and "1003" in refusal(gap)
    two = sequence("two", "png", frames=3)
    write_still(two / "other.0001.png", numbered_frame(0, 64, 48), "png")
    assert "2 sequences" in refusal(two)
    assert media.probe(two / "shot.%04d.png").frames == 3
    mixed = sequence("mixed", "png", frames=3)
    write_still(mixed / "shot.1002.png", numbered_frame(1, 32, 24), "png")
    assert "mixes sizes" in refusal(mixed)
    assert "No file matches" in refusal(tmp_path / "none.%04d.exr")
    assert "single picture" in refusal(mixed / "shot.1001.png")


@pytest.mark.parametrize("kind", ["png", "png16", "tiff", "jpg", "exr"])
def test_a_bad_picture_ends_a_sequence(sequence, kind):
    folder = sequence("s", kind, frames=6)
    damaged(sorted(folder.iterdir())[4], 0.5)
    assert "4 frames decode" in refusal(folder)
    clip = media.probe(folder, salvage=True)
    assert [read_number(frame) for frame in media.frames(clip)] == [0, 1, 2, 3]
    assert any("Salvaged" in note for note in clip.notes)


def test_a_concealed_frame_is_told(footage):
    path = footage("a.mov", frames=20, width=320, height=240, codec="prores_ks", pix_fmt="yuv422p10le")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = np.random.default_rng(1).bytes(400)
    path.write_bytes(data)
    clip = media.probe(path)
    assert clip.frames == 20
    assert any("damaged inside" in note for note in clip.notes)


def test_a_clip_that_changed_since_is_refused(footage):
    clip = media.probe(footage("a.mp4", frames=20))
    Footage(frames=10).write(Path(clip.path))
    with pytest.raises(InputError, match="changed"):
        list(media.frames(clip))


def test_a_rate_of_nothing_is_refused(sequence):
    assert "more than 0" in refusal(sequence("s", "png", frames=2), rate=0)
