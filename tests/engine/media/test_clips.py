"""Footage in: N frames counted are N frames read, in order, whole or from the middle, whatever the container says."""

import tracemalloc
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine import media
from engine.errors import InputError
from engine.media import video
from tests.engine.footage import numbered_frame, read_number

NTSC = Fraction(24000, 1001)
WOBBLE = tuple(number * 100 + number % 3 * 20 for number in range(40))
"""Time stamps in 1/2400 s that no constant rate explains."""

CLIPS = {
    "h264.mp4": {"sound": True},
    "h264.mkv": {"sound": True},
    "h264.ts": {},
    "no_b_frames.mp4": {"b_frames": 0},
    "one_gop.mp4": {"gop": 240},
    "prores.mov": {"codec": "prores_ks", "pix_fmt": "yuv422p10le", "depth": 10},
    "ffv1_16.mkv": {"codec": "ffv1", "pix_fmt": "gbrp16le", "depth": 16},
    "mpeg4.avi": {"codec": "mpeg4"},
    "vp9.webm": {"codec": "libvpx-vp9"},
    "late.mp4": {"first_pts": 7},
    "late.mkv": {"first_pts": 7},
    "interlaced.mp4": {"interlaced": True},
    "varying.mp4": {"times": WOBBLE, "time_base": Fraction(1, 2400)},
    "varying.mkv": {"times": WOBBLE, "time_base": Fraction(1, 2400)},
    "turned.mp4": {"rotation": 90},
    "tiny.mp4": {"width": 2, "height": 2},
    "small.mp4": {"width": 16, "height": 16},
    "odd.mp4": {"width": 33, "height": 21, "pix_fmt": "yuv444p"},
    "tall.mp4": {"width": 16, "height": 400},
}


def numbers(clip, start=0, stop=None):
    """The numbers burnt into frames `[start, stop)`, turned back as they were encoded."""
    return [read_number(np.rot90(frame, clip.rotation // 90)) for frame in media.frames(clip, start, stop)]


@pytest.mark.parametrize("name", CLIPS)
def test_every_frame_is_read_in_order_from_anywhere(footage, name):
    clip = media.probe(footage(name, frames=40, **CLIPS[name]))
    assert clip.frames == 40
    whole = numbers(clip)
    period = 24 if name == "tiny.mp4" else 4096
    assert whole == [number % period for number in range(40)]
    for start, stop in ((0, 1), (1, 2), (11, 14), (12, 15), (23, 26), (39, 40), (17, 17)):
        assert numbers(clip, start, stop) == whole[start:stop]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 16, 17, 18, 81, 150, 151, 240])
@pytest.mark.parametrize("rate", [NTSC, Fraction(25), Fraction(50)], ids=["23.976", "25", "50"])
def test_counts_and_rates(footage, count, rate):
    clip = media.probe(footage("a.mp4", frames=count, rate=rate, width=32, height=18))
    assert (clip.frames, clip.rate, clip.constant_rate) == (count, rate, True)
    assert numbers(clip) == list(range(count))


def test_a_rate_survives_millisecond_ticks(footage):
    clip = media.probe(footage("a.mkv", frames=60, rate=NTSC))
    assert (clip.rate, clip.constant_rate) == (NTSC, True)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_varying_time_stamps_are_kept(footage, name):
    clip = media.probe(footage(name, frames=40, times=WOBBLE, time_base=Fraction(1, 2400)))
    assert not clip.constant_rate
    assert any("varies" in note for note in clip.notes)
    tick = Fraction(1, 1000)
    told = zip(media.frame_times(clip), WOBBLE, strict=True)
    assert all(abs(time - Fraction(stamp, 2400)) < tick for time, stamp in told)


def test_a_dropped_frame_makes_a_rate_vary(footage):
    times = (*range(10), *range(11, 21))
    assert not media.probe(footage("a.mkv", frames=20, times=times, time_base=Fraction(1, 25))).constant_rate


def test_frames_before_an_edit_list_are_not_counted(footage):
    clip = media.probe(footage("a.mp4", frames=40, first_pts=-3))
    assert clip.frames == 37
    assert numbers(clip) == list(range(3, 40))
    assert numbers(clip, 20, 23) == [23, 24, 25]


def test_the_middle_is_reached_by_seeking(footage, monkeypatch):
    clip = media.probe(footage("a.mp4", frames=240, width=32, height=18))

    def never(*_):
        raise AssertionError("decoded from the start")

    monkeypatch.setattr(video, "_from_start", never)
    assert numbers(clip, 200, 203) == [200, 201, 202]


def test_an_index_that_does_not_hold_falls_back_to_the_start(footage, monkeypatch):
    clip = media.probe(footage("a.mp4", frames=40))
    index = video.packet_index(Path(clip.path))
    shifted = index._replace(stamps=tuple(stamp + 1 for stamp in index.stamps))
    monkeypatch.setattr(video, "packet_index", lambda _path: shifted)
    assert numbers(clip, 30, 33) == [30, 31, 32]


@pytest.mark.parametrize(("turn", "clockwise"), [(90, 270), (180, 180), (270, 90)])
def test_rotation_is_applied(footage, turn, clockwise):
    clip = media.probe(footage("a.mp4", frames=2, width=64, height=32, rotation=turn))
    assert clip.rotation == clockwise
    assert (clip.width, clip.height) == ((64, 32) if turn == 180 else (32, 64))
    frame = next(media.frames(clip))
    assert frame.shape == (clip.height, clip.width, 3)
    upright = np.rot90(frame, -turn // 90)
    straight = next(media.frames(media.probe(footage("b.mp4", frames=2, width=64, height=32))))
    assert np.abs(upright.astype(int) - straight).max() == 0


def test_sixteen_bits_arrive_exactly(footage):
    clip = media.probe(footage("a.mkv", frames=3, codec="ffv1", pix_fmt="gbrp16le", depth=16))
    assert clip.bit_depth == 16
    for number, frame in enumerate(media.frames(clip)):
        assert np.array_equal(frame, numbered_frame(number, 64, 48, 16))


def test_eight_bits_arrive_as_multiples_of_257(footage):
    clip = media.probe(footage("a.mkv", frames=2, codec="ffv1", pix_fmt="bgr0"))
    for number, frame in enumerate(media.frames(clip)):
        assert np.array_equal(frame, numbered_frame(number, 64, 48))


def test_ten_bits_are_more_than_eight(footage):
    clip = media.probe(footage("a.mov", frames=1, codec="prores_ks", pix_fmt="yuv422p10le", depth=16))
    assert clip.bit_depth == 10
    assert np.any(next(media.frames(clip)) % 257)


def test_what_an_artist_should_know_is_noted(footage):
    interlaced = media.probe(footage("i.mp4", interlaced=True))
    assert interlaced.interlaced and any("interlaced" in note for note in interlaced.notes)
    assert any("not square" in note for note in media.probe(footage("p.mp4", aspect=Fraction(4, 3))).notes)
    assert any("Alpha" in n for n in media.probe(footage("a.mkv", codec="ffv1", pix_fmt="bgra")).notes)
    assert media.probe(footage("s.mp4", sound=True)).audio and not media.probe(footage("q.mp4")).audio


def test_a_file_without_tags_says_which_matrix_was_taken(footage):
    assert any("Rec.601" in note for note in media.probe(footage("a.avi", codec="mpeg4")).notes)


def test_the_hash_is_the_files(footage, tmp_path):
    one, two = footage("a.mp4"), tmp_path / "copy.mp4"
    two.write_bytes(one.read_bytes())
    assert media.probe(one).sha256 == media.probe(two).sha256


def test_ranges_outside_the_clip_are_refused(footage):
    clip = media.probe(footage("a.mp4", frames=5))
    for start, stop in ((-1, 2), (0, 6), (4, 3)):
        with pytest.raises(InputError, match="not within 0:5"):
            media.frames(clip, start, stop)


def test_sound_alone_is_no_footage(tmp_path):
    with av.open(str(tmp_path / "a.wav"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    with pytest.raises(InputError):
        media.probe(tmp_path / "a.wav")


def test_memory_does_not_grow_with_length(footage):
    peaks = []
    for count in (40, 240):
        clip = media.probe(footage(f"{count}.mp4", frames=count, width=160, height=90))
        tracemalloc.start()
        assert sum(1 for _ in media.frames(clip)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.15 * peaks[0]
