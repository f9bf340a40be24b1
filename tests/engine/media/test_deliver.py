"""Deliveries: the frames asked for, in order, tagged, with their sound and times; whole or not there."""

import errno
import hashlib
import os
import resource
import shutil
import signal
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import OpenEXR
import pytest

from engine import media
from engine.clip import Range
from engine.errors import Cancelled, InputError
from engine.request import ExportRequest
from tests.engine.footage import Footage, numbered_frame, read_number

FORMATS = {"mp4": "out.mp4", "prores": "out.mov", "png": "out_png", "png16": "out_png16", "exr": "out_exr"}
NTSC = Fraction(24000, 1001)


def ask(clip, kind, place, span=None, **more) -> ExportRequest:
    start, stop = span or (0, clip.frames)
    more.setdefault("to", str(place / FORMATS[kind]))
    return ExportRequest(format=kind, clip=clip, source_range=Range(start=start, stop=stop), stem="bikes_010", **more)


def numbers(path) -> list[int]:
    return [read_number(frame) for frame in media.frames(media.probe(path))]


def sound_of(path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("size", [(64, 48), (33, 21), (16, 200)], ids=["even", "odd", "tall"])
def test_numbers_are_read_back_in_order(footage, tmp_path, kind, size):
    width, height = size
    pix_fmt = "yuv420p" if width % 2 == 0 else "yuv444p"
    clip = media.probe(footage("a.mp4", frames=17, width=width, height=height, pix_fmt=pix_fmt, rate=NTSC))
    result = media.export(ask(clip, kind, tmp_path, (2, 13)))
    assert (result.frames, result.width, result.height, result.rate) == (11, width, height, NTSC)
    assert numbers(result.path) == list(range(2, 13))
    back = media.probe(result.path)
    assert (back.width, back.height) == (width, height)
    assert bool(result.notes) == (width % 2 == 1 and kind in ("mp4", "prores"))
    if kind != "png" and kind != "png16":
        assert (back.rate, back.constant_rate) == (NTSC, True)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 16, 17, 18, 81, 150, 151, 240])
def test_n_in_n_out(tmp_path, footage, count):
    clip = media.probe(footage("a.mp4", frames=count, width=32, height=18))
    for kind in ("mp4", "prores"):
        assert numbers(media.export(ask(clip, kind, tmp_path)).path) == list(range(count))


def test_a_track_is_delivered_under_the_numbers_of_its_source(footage, tmp_path):
    clip = media.probe(footage("a.mp4", frames=30))
    made = [65535 - numbered_frame(n, 64, 48, 16) for n in range(20, 25)]
    for index, (start, stop) in enumerate([(0, 3), (3, 5)]):
        with media.MasterWriter(tmp_path / "track" / "master" / media.chunk_name(index, start, stop), 64, 48) as writer:
            for frame in made[start:stop]:
                writer.write(frame)
            writer.close()
    result = media.export(ask(clip, "png16", tmp_path, (20, 25), folder=str(tmp_path / "track")))
    names = sorted(p.name for p in Path(result.path).iterdir())
    assert names == [f"bikes_010.{n:06d}.png" for n in range(20, 25)]
    assert (result.files, result.bytes) == (5, sum(p.stat().st_size for p in Path(result.path).iterdir()))
    for name, frame in zip(names, made, strict=True):
        assert np.array_equal(media.read_image(Path(result.path) / name), frame)
    lines = "".join(f"{n} {hashlib.sha256((Path(result.path) / n).read_bytes()).hexdigest()}\n" for n in names)
    assert result.sha256 == hashlib.sha256(lines.encode()).hexdigest()
    pair = media.export(ask(clip, "prores", tmp_path, (20, 25), folder=str(tmp_path / "track"), side_by_side=True))
    assert pair.width == 128
    left = [read_number(frame[:, :64]) for frame in media.frames(media.probe(pair.path))]
    assert left == list(range(20, 25))
    with pytest.raises(InputError, match="holds 5 of 6"):
        media.export(ask(clip, "mp4", tmp_path, (20, 26), folder=str(tmp_path / "track")))


def test_colours_stand(tmp_path):
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255), (255, 0, 255)]
    colours += [(255, 255, 255), (0, 0, 0), (128, 128, 128), (200, 60, 30), (20, 90, 180), (240, 200, 170)]

    def patches(_number):
        frame = np.zeros((96, 128, 3), np.uint16)
        for index, colour in enumerate(colours):
            y, x = index // 4 * 32, index % 4 * 32
            frame[y : y + 32, x : x + 32] = np.array(colour) * 257
        return frame

    clip = media.probe(Footage(frames=2, picture=patches).write_sequence(tmp_path / "in", "png"))
    for kind, allowed in {"mp4": 2, "prores": 1, "png": 0, "png16": 0, "exr": 0.1}.items():
        frame = list(media.frames(media.probe(media.export(ask(clip, kind, tmp_path)).path)))[1]
        for index, colour in enumerate(colours):
            y, x = index // 4 * 32 + 8, index % 4 * 32 + 8
            mean = frame[y : y + 16, x : x + 16].reshape(-1, 3).mean(axis=0) / 257
            assert np.abs(mean - colour).max() <= allowed + 1e-6, (kind, colour, mean)


@pytest.mark.parametrize(("kind", "codec"), [("mp4", "h264"), ("prores", "prores")])
def test_files_are_tagged(footage, tmp_path, kind, codec):
    result = media.export(ask(media.probe(footage("a.mp4", frames=3)), kind, tmp_path))
    with av.open(result.path) as container:
        context = container.streams.video[0].codec_context
        assert context.name == codec
        tags = (context.color_primaries, context.color_trc, context.colorspace, context.color_range)
        assert tags == (1, 1, 1, 1)
        if kind == "prores":
            assert container.streams.video[0].profile == "HQ"
    assert result.sha256 == hashlib.sha256(Path(result.path).read_bytes()).hexdigest()
    assert media.probe(result.path).notes == ()


def test_exr_says_what_it_is(footage, tmp_path):
    result = media.export(ask(media.probe(footage("a.mp4", frames=1, rate=NTSC)), "exr", tmp_path))
    with OpenEXR.File(str(Path(result.path) / "bikes_010.000000.exr")) as file:
        header = dict(file.header())
        assert file.channels()["RGB"].pixels.dtype == np.float16
    assert np.allclose(header["chromaticities"], (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329))
    assert header["framesPerSecond"] == NTSC
    assert header["compression"] == OpenEXR.ZIP_COMPRESSION
    assert "scene-linear" in header["comments"]


def test_sound_is_copied_unchanged(footage, tmp_path):
    clip = media.probe(footage("a.mp4", frames=48, sound=True))
    result = media.export(ask(clip, "mp4", tmp_path))
    assert result.notes == ()
    assert sound_of(result.path) == sound_of(clip.path)
    part = media.export(ask(clip, "mp4", tmp_path, (12, 36), to=str(tmp_path / "part.mp4")))
    copied, whole = sound_of(part.path), sound_of(clip.path)
    assert len(copied) in (47, 48, 49) and copied[5] in whole
    silent = media.export(ask(clip, "mp4", tmp_path, to=str(tmp_path / "silent.mp4"), audio=False))
    assert not media.probe(silent.path).audio


def test_sound_that_the_container_cannot_hold_is_encoded(footage, tmp_path):
    clip = media.probe(footage("a.mkv", frames=48, sound=True))
    result = media.export(ask(clip, "mp4", tmp_path, (12, 36)))
    assert any("AAC" in note for note in result.notes)
    with av.open(result.path) as container:
        sound = container.streams.audio[0]
        assert sound.codec_context.name == "aac"
        assert abs(float(sound.duration * sound.time_base) - 1) < 0.05
    kept = media.export(ask(clip, "prores", tmp_path))
    assert kept.notes == () and b"".join(sound_of(kept.path)) == b"".join(sound_of(clip.path))


@pytest.mark.parametrize("kind", ["mp4", "prores"])
def test_varying_time_stamps_are_kept(footage, tmp_path, kind):
    times = tuple(number * 100 + number % 3 * 20 for number in range(24))
    clip = media.probe(footage("a.mp4", frames=24, times=times, time_base=Fraction(1, 2400)))
    result = media.export(ask(clip, kind, tmp_path, (4, 20)))
    back = media.probe(result.path)
    assert not back.constant_rate
    shown = media.frame_times(clip)[4:20]
    assert media.frame_times(back) == [time - shown[0] for time in shown]


def test_a_proxy_plays_in_a_browser(footage, tmp_path):
    clip = media.probe(footage("a.mp4", frames=40, width=33, height=21, pix_fmt="yuv444p"))
    result = media.export(ask(clip, "mp4", tmp_path, proxy=True))
    assert (result.width, result.height) == (34, 22)
    with av.open(result.path) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.pix_fmt, stream.codec_context.has_b_frames) == ("yuv420p", False)
        packets = [packet for packet in container.demux(stream) if packet.size]
        assert [n for n, packet in enumerate(packets) if packet.is_keyframe] == [0, 12, 24, 36]
    head = Path(result.path).read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")


def test_burnt_in_text_leaves_the_picture(footage, tmp_path):
    clip = media.probe(footage("a.mp4", frames=3, width=320, height=240))
    plain = media.export(ask(clip, "png", tmp_path))
    burnt = media.export(ask(clip, "png", tmp_path, to=str(tmp_path / "burnt"), burn_in="style_transfer seed 42"))
    for one, two in zip(media.frames(media.probe(plain.path)), media.frames(media.probe(burnt.path)), strict=True):
        assert np.array_equal(one[:200], two[:200])
        assert not np.array_equal(one[224:], two[224:])


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_there_stays_unless_told(footage, tmp_path, kind):
    clip = media.probe(footage("a.mp4", frames=3))
    first = media.export(ask(clip, kind, tmp_path))
    with pytest.raises(InputError, match="exists already"):
        media.export(ask(clip, kind, tmp_path, (1, 3)))
    assert numbers(first.path) == [0, 1, 2]
    media.export(ask(clip, kind, tmp_path, (1, 3), overwrite=True))
    assert numbers(first.path) == [1, 2]
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["a.mp4", FORMATS[kind]])


def test_an_export_never_eats_other_files(footage, tmp_path):
    clip = media.probe(footage("a.mp4", frames=3))
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match=r"thesis\.txt"):
        media.export(ask(clip, "png", tmp_path, to=str(mine), overwrite=True))
    with pytest.raises(InputError, match="is a folder"):
        media.export(ask(clip, "mp4", tmp_path, to=str(mine), overwrite=True))
    with pytest.raises(InputError, match="the source itself"):
        media.export(ask(clip, "mp4", tmp_path, to=clip.path, overwrite=True))
    (tmp_path / "a.txt").touch()
    with pytest.raises(InputError, match="is a file"):
        media.export(ask(clip, "png", tmp_path, to=str(tmp_path / "a.txt"), overwrite=True))
    assert (mine / "thesis.txt").exists() and numbers(clip.path) == [0, 1, 2]


@pytest.mark.parametrize("kind", FORMATS)
def test_stopping_leaves_nothing(footage, tmp_path, kind):
    clip = media.probe(footage("a.mp4", frames=12))
    told = []

    def stop(done, frames):
        told.append((done, frames))
        if done == 5:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        media.export(ask(clip, kind, tmp_path / "out"), stop)
    assert told == [(n, 12) for n in range(1, 6)]
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_a_full_disk_is_one_sentence_and_leaves_nothing(footage, tmp_path, kind):
    clip = media.probe(footage("a.mp4", frames=12, width=320, height=240))
    limits, before = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))  # the system then refuses as a full disk does
    try:
        with pytest.raises(InputError, match="can't be written") as caught:
            media.export(ask(clip, kind, tmp_path / "out"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert os.strerror(errno.EIO).lower() not in str(caught.value).lower()
    assert list((tmp_path / "out").iterdir()) == []


def test_a_place_that_cannot_be_is_one_sentence(footage, tmp_path):
    clip = media.probe(footage("a.mp4", frames=2))
    for kind in FORMATS:
        with pytest.raises(InputError, match="can't be written"):
            media.export(ask(clip, kind, tmp_path, to=str(tmp_path / "a.mp4" / "under" / FORMATS[kind])))


@pytest.mark.parametrize("kind", FORMATS)
def test_what_a_killed_export_left_is_no_hindrance(footage, tmp_path, kind):
    clip = media.probe(footage("a.mp4", frames=3))
    first = Path(media.export(ask(clip, kind, tmp_path)).path)
    for left in (first.with_name(f"{first.name}.old"), first.with_name(f"{first.name}.part")):
        if first.is_dir():
            shutil.copytree(first, left)
        else:
            shutil.copy(first, left)
    media.export(ask(clip, kind, tmp_path, (1, 3), overwrite=True))
    assert numbers(first) == [1, 2]
    if first.is_dir():
        assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["a.mp4", FORMATS[kind]])


def test_what_a_file_browser_leaves_in_a_delivery_is_no_stranger(footage, tmp_path):
    clip = media.probe(footage("a.mp4", frames=3))
    first = media.export(ask(clip, "png", tmp_path))
    (Path(first.path) / ".DS_Store").write_bytes(b"icons")
    assert media.export(ask(clip, "png", tmp_path, overwrite=True)).files == 3


@pytest.mark.parametrize(("kind", "codec"), [("mp4", "pcm_s16le"), ("prores", "flac"), ("prores", "pcm_s16le")])
def test_the_sound_of_a_shot_begins_with_the_shot(footage, tmp_path, kind, codec):
    loud_from = Fraction(27, 24)
    film = footage("a.mkv", frames=72)
    with_beep = _with_beep(film, tmp_path / "beep.mkv", codec, loud_from)
    clip = media.probe(with_beep)
    result = media.export(ask(clip, kind, tmp_path, (13, 60)))
    late = _loud_from(result.path) - float(loud_from - media.frame_times(clip)[13])
    assert abs(late) < 0.012, f"the beep is {late:.3f} s late"


def _with_beep(film: Path, path: Path, codec: str, at: Fraction) -> Path:
    """The film with sound in blocks of 4608 samples: silence, then a beep."""
    wave = np.zeros(3 * 48000, np.int16)
    wave[round(at * 48000) :] = 12000 * np.sign(np.sin(np.arange(len(wave) - round(at * 48000)) / 8))
    with av.open(str(film)) as source, av.open(str(path), "w") as made:
        pictures = made.add_stream_from_template(source.streams.video[0])
        sound = made.add_stream(codec, rate=48000)
        sound.layout = "mono"
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = pictures
                made.mux(packet)
        for start in range(0, len(wave), 4608):
            frame = av.AudioFrame.from_ndarray(wave[None, start : start + 4608], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
            made.mux(sound.encode(frame))
        made.mux(sound.encode(None))
    return path


def _loud_from(path: str) -> float:
    """Seconds at which the sound becomes loud, as the time stamps of its frames tell."""
    with av.open(path) as container:
        for frame in container.decode(audio=0):
            level = np.abs(frame.to_ndarray().astype(np.float64))
            loud = np.flatnonzero(level.reshape(-1) > 0.15 * (1 if level.max() <= 1.5 else 32768))
            if len(loud):
                return float(frame.pts * frame.time_base) + int(loud[0]) / frame.sample_rate
    raise AssertionError("it is silent")


@pytest.mark.parametrize(("kind", "name"), [("mp4", "a.png"), ("prores", "a.mp4"), ("exr", "a.mp4"), ("png", "a.MOV")])
def test_a_target_named_like_another_format_is_refused(footage, tmp_path, kind, name):
    clip = media.probe(footage("source.mp4", frames=2))
    with pytest.raises(InputError, match="is no name for"):
        media.export(ask(clip, kind, tmp_path, to=str(tmp_path / name)))
    assert not (tmp_path / name).exists()
