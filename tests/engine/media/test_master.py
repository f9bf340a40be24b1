"""The master: every 16-bit value comes back, equal frames give equal bytes, half a file never has a name."""

import hashlib

import numpy as np
import pytest

from engine import media
from engine.errors import InputError, RenderError
from tests.engine.footage import numbered_frame, read_number


def write(path, frames):
    height, width = frames[0].shape[:2]
    with media.MasterWriter(path, width, height) as writer:
        for frame in frames:
            writer.write(frame)
        return writer.close()


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 1), (1, 5), (33, 21), (64, 48), (16, 400)])
def test_any_values_of_any_size_come_back(tmp_path, size):
    width, height = size
    rng = np.random.default_rng(3)
    frames = [rng.integers(0, 65536, (height, width, 3), dtype=np.uint16) for _ in range(3)]
    frames += [np.zeros_like(frames[0]), np.full_like(frames[0], 65535)]
    kept = [frame.copy() for frame in frames]
    chunk = write(tmp_path / media.chunk_name(0, 0, 5), frames)
    assert chunk.frames == 5
    assert all(np.array_equal(a, b) for a, b in zip(frames, kept, strict=True)), "the writer changed its input"
    assert all(np.array_equal(a, b) for a, b in zip(media.chunk_frames(chunk.path), kept, strict=True))


def test_every_value_comes_back(tmp_path):
    ramp = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    frame = np.stack([ramp, ramp[::-1], ramp.T], axis=2)
    chunk = write(tmp_path / "a.rm16", [frame])
    assert np.array_equal(next(media.chunk_frames(chunk.path)), frame)


def test_hashes_are_of_the_file_and_of_little_endian_rows(tmp_path):
    frames = [numbered_frame(n, 33, 21, 16) for n in range(3)]
    chunk = write(tmp_path / "a.rm16", [np.asfortranarray(frame) for frame in frames])
    assert chunk.sha256 == hashlib.sha256(chunk.path.read_bytes()).hexdigest()
    assert chunk.pixel_sha256 == [hashlib.sha256(f.astype("<u2").tobytes()).hexdigest() for f in frames]
    assert chunk.pixel_sha256 == [media.pixel_sha256(f) for f in frames]


def test_equal_frames_give_equal_files(tmp_path):
    frames = [numbered_frame(n, 64, 48, 16) for n in range(4)]
    assert write(tmp_path / "a.rm16", frames).sha256 == write(tmp_path / "b.rm16", frames).sha256


def test_a_track_is_read_across_its_chunks(tmp_path):
    for index, (start, stop) in enumerate([(0, 5), (5, 7), (7, 8)]):
        frames = [numbered_frame(n, 40, 24, 16) for n in range(start, stop)]
        write(tmp_path / "master" / media.chunk_name(index, start, stop), frames)
    assert media.master_ranges(tmp_path) == [(0, 5), (5, 7), (7, 8)]
    for start, stop in ((0, None), (4, 6), (6, 8), (3, 3)):
        read = [read_number(frame) for frame in media.master_frames(tmp_path, start, stop)]
        assert read == list(range(start, 8 if stop is None else stop))
    assert [read_number(f) for f in media.master_frames(tmp_path / "master", 7)] == [7]
    with pytest.raises(InputError, match="0:8"):
        media.master_frames(tmp_path, 0, 9)
    (tmp_path / "master" / media.chunk_name(1, 5, 7)).unlink()
    with pytest.raises(RenderError, match="lacks frame 5"):
        list(media.master_frames(tmp_path))


def test_nothing_has_a_name_before_it_is_whole(tmp_path):
    path = tmp_path / "a.rm16"
    with pytest.raises(ZeroDivisionError), media.MasterWriter(path, 64, 48) as writer:
        writer.write(numbered_frame(0, 64, 48))
        assert not path.exists()
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("harm", ["cut", "flip", "empty"])
def test_harm_is_seen(tmp_path, harm):
    path = write(tmp_path / "a.rm16", [numbered_frame(n, 64, 48, 16) for n in range(3)]).path
    data = bytearray(path.read_bytes())
    if harm == "flip":
        data[len(data) // 2] ^= 255
    path.write_bytes({"cut": data[:-40], "flip": data, "empty": b""}[harm])
    with pytest.raises(RenderError, match="resume"):
        list(media.chunk_frames(path))


def test_frames_of_another_size_are_a_bug(tmp_path):
    with media.MasterWriter(tmp_path / "a.rm16", 64, 48) as writer, pytest.raises(ValueError):
        writer.write(numbered_frame(0, 32, 24))


def test_a_folder_that_may_not_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="can't be written"):
        media.MasterWriter(tmp_path / "file" / "a.rm16", 64, 48)
