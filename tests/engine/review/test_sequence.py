"""Sequences: every frame of every piece once, in order, at one size, its sound to the sample."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine import media
from engine.clip import Clip, Range
from engine.errors import InputError
from engine.media.cut_sound import HERTZ, SoundPiece, _blocks
from engine.request import Piece, SequenceRequest
from engine.review import sequence
from tests.engine.footage import Footage, numbered_frame, read_number
from tests.engine.review.takes import Counting, grey, pictures, track

WIDTH, HEIGHT = 64, 48
TONE_HZ = 440


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sequence")


@pytest.fixture(scope="module")
def loud(folder: Path) -> Clip:
    return media.probe(Footage(frames=24, width=WIDTH, height=HEIGHT, sound=True).write(folder / "loud.mov"))


@pytest.fixture(scope="module")
def mute(folder: Path) -> Clip:
    return media.probe(Footage(frames=10, width=WIDTH, height=HEIGHT).write(folder / "mute.mp4"))


def piece(clip: Clip, start: int, stop: int, **more: object) -> Piece:
    """Frames of a clip that is one shot."""
    whole = Range(start=0, stop=clip.frames)
    return Piece(shot="film/010", clip=clip, shot_range=whole, range=Range(start=start, stop=stop), **more)


def cut(to: Path, *pieces: Piece, **more: object) -> SequenceRequest:
    return SequenceRequest(to=str(to), pieces=pieces, **more)


def heard(path: str) -> np.ndarray:
    """The left channel of a file, by its time stamps from 0."""
    with av.open(path) as container:
        stream = container.streams.audio[0]
        blocks = [(f.pts * f.time_base, f.to_ndarray()[0]) for f in container.decode(stream)]
    made = np.zeros(round(blocks[-1][0] * HERTZ) + len(blocks[-1][1]), np.float32)
    for begins, block in blocks:
        at = round(begins * HERTZ)
        made[max(0, at) : at + len(block)] = block[max(0, -at) :]
    return made


def level(samples: np.ndarray, start: float, stop: float) -> float:
    return float(np.abs(samples[int(start * HERTZ) : int(stop * HERTZ)]).mean())


def test_pieces_come_in_order_each_frame_once_with_sound_and_silence(loud, mute, folder):
    made_of = track(folder / "track", [65535 - numbered_frame(n, WIDTH, HEIGHT) for n in range(4, 9)])
    pieces = (piece(loud, 0, 4), piece(loud, 4, 8, folder=str(made_of)), piece(mute, 2, 10), piece(loud, 12, 24))
    handle = Counting()
    made = sequence.run(cut(folder / "film.mp4", *pieces), handle)
    assert (made.frames, handle.told[-1], len(handle.told)) == (28, (28, 28), 28)
    film = media.probe(made.path)
    assert (film.frames, film.rate, film.constant_rate, film.audio) == (28, Fraction(24), True, True)
    frames = pictures(made.path)
    told = [read_number(65535 - f if 4 <= n < 8 else f) for n, f in enumerate(frames)]
    assert told == [*range(4), *range(4, 8), *range(2, 10), *range(12, 24)]
    sound = heard(made.path)
    assert abs(len(sound) / HERTZ - 28 / 24) < 0.05
    assert level(sound, 0.02, 0.31) > 0.1, "under the first eight frames, the source's tone"
    assert level(sound, 0.36, 0.64) < 0.005, "silence under a source that has none"
    assert level(sound, 0.69, 1.14) > 0.1
    quiet = sequence.run(cut(folder / "film.mp4", *pieces, audio=False, overwrite=True), handle)
    assert not media.probe(quiet.path).audio
    assert not media.probe(sequence.run(cut(folder / "mute.mp4.mp4", piece(mute, 0, 3)), handle).path).audio


def test_sound_is_cut_to_the_sample_and_never_drifts(loud):
    third = Fraction(1001, 24000) * 5
    spans = [SoundPiece(Path(loud.path), third * n, third) for n in range(4)]
    spans.insert(2, SoundPiece(None, Fraction(0), third))
    spans.append(SoundPiece(Path(loud.path), Fraction(9, 10), Fraction(1, 2)))
    samples = np.concatenate(list(_blocks(spans)), axis=1)
    assert samples.shape == (2, round((5 * third + Fraction(1, 2)) * HERTZ))
    wave = 8000 / 32768 * np.sin(np.arange(HERTZ) * TONE_HZ * 2 * np.pi / HERTZ)
    for place, begins in ((0, 0), (1, 1), (3, 2), (4, 3)):
        first, source = round(place * third * HERTZ), round(begins * third * HERTZ)
        count = round(third * HERTZ) - 2
        apart = [
            np.abs(samples[0, first : first + count] - wave[source + slip : source + slip + count]).max()
            for slip in (-1, 0, 1)
            if source + slip >= 0
        ]
        assert min(apart) < 1e-3, f"piece {place} is not the source's own sound"
    silent = samples[:, round(2 * third * HERTZ) : round(3 * third * HERTZ)]
    assert not silent.any()
    end = round((5 * third + Fraction(1, 10)) * HERTZ) + 1
    assert not samples[:, end:].any(), "silence where the source's sound has ended"
    assert samples[:, end - 2000 : end - 10].any()


def test_other_sizes_come_to_the_largest_and_odd_ones_are_not_softened(loud, folder):
    odd = [numbered_frame(n, 33, 21) for n in range(3)]
    plain = media.probe(Footage(frames=3, width=33, height=21, pix_fmt="yuv444p").write(folder / "odd.mp4"))
    made = sequence.run(cut(folder / "odd_out.mp4", piece(plain, 0, 3)), Counting())
    assert (made.width, made.height, made.notes) == (34, 22, ())
    assert [read_number(f[:21, :33]) for f in pictures(made.path)] == [0, 1, 2]
    assert np.abs(pictures(made.path)[1][:20, 20:32].astype(int) - odd[1][:20, 20:32]).mean() < 12 * 257
    small = track(folder / "small", [grey(40 + 20 * n, WIDTH // 2, HEIGHT // 2) for n in range(4)])
    tall = track(folder / "tall", [grey(200, 20, HEIGHT)] * 4)
    mixed = (piece(loud, 0, 4), piece(loud, 4, 8, folder=str(small)), piece(loud, 8, 12, folder=str(tall)))
    made = sequence.run(cut(folder / "mixed.mp4", *mixed), Counting())
    assert (made.width, made.height) == (WIDTH, HEIGHT)
    assert made.notes == ("Pieces of other sizes are brought to 64x48; where the shape differs, bars fill the rest.",)
    frames = pictures(made.path)
    assert [round(f.mean() / 257 / 20) for f in frames[4:8]] == [2, 3, 4, 5]
    assert frames[8][:, :8].max() < 30 * 257 and abs(int(frames[8][24, 32, 0]) - 200 * 257) < 4 * 257


def test_several_rates_are_refused_and_a_varying_one_keeps_its_times(loud, folder):
    other = media.probe(Footage(frames=5, width=WIDTH, height=HEIGHT, rate=Fraction(25)).write(folder / "r25.mp4"))
    with pytest.raises(InputError, match=r"several rates .*at 25.*at 24"):
        sequence.run(cut(folder / "x.mp4", piece(loud, 0, 3), piece(other, 0, 3)), Counting())
    assert not (folder / "x.mp4").exists()
    times = (0, 40, 60, 120, 140, 220)
    varying = Footage(frames=6, width=WIDTH, height=HEIGHT, times=times, time_base=Fraction(1, 1000), b_frames=0)
    clip = media.probe(varying.write(folder / "v.mkv"))
    assert not clip.constant_rate
    made = sequence.run(cut(folder / "v.mp4", piece(clip, 3, 5), piece(clip, 0, 3)), Counting())
    shown = [float(t) for t in media.frame_times(media.probe(made.path))]
    assert shown == pytest.approx([0, 0.02, 0.1, 0.14, 0.16], abs=1e-3)
    assert [read_number(f) for f in pictures(made.path)] == [3, 4, 0, 1, 2]


def test_numbers_are_burnt_in_where_they_are_asked_for(mute, folder):
    plain = sequence.run(cut(folder / "p.mp4", piece(mute, 0, 2)), Counting())
    burnt = sequence.run(cut(folder / "b.mp4", piece(mute, 0, 2), burn_in=True), Counting())
    a, b = pictures(plain.path)[1], pictures(burnt.path)[1]
    assert np.abs(a[:30].astype(int) - b[:30]).mean() < 400, "the picture stands"
    assert b[-8:].mean() < 0.6 * a[-8:].mean(), "the foot is a dark strip"


def test_what_would_be_lost_is_refused_and_a_stop_leaves_nothing(loud, tmp_path):
    target = tmp_path / "film.mp4"
    with pytest.raises(KeyboardInterrupt):
        sequence.run(cut(target, piece(loud, 0, 12)), Counting(stop_at=5))
    assert not list(tmp_path.iterdir())
    target.write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        sequence.run(cut(target, piece(loud, 0, 3)), Counting())
    with pytest.raises(InputError, match="let it end with"):
        sequence.run(cut(tmp_path / "film.mov", piece(loud, 0, 3)), Counting())
    assert target.read_text() == "mine"


def test_a_packed_sound_is_met_where_it_is_looked_for(tmp_path):
    packed = Footage(frames=48, width=32, height=24, sound=True).write(tmp_path / "aac.mp4")
    whole = np.concatenate(list(_blocks([SoundPiece(packed, Fraction(0), Fraction(2))])), axis=1)
    for start in (Fraction(1, 2), Fraction(1), Fraction(3, 2)):
        part = np.concatenate(list(_blocks([SoundPiece(packed, start, Fraction(1, 4))])), axis=1)
        at = round(start * HERTZ)
        assert np.abs(part - whole[:, at : at + part.shape[1]]).max() < 1e-3, "after a seek as in order"
