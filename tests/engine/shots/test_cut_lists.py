"""Cut lists come back as they went, and those of others are read to the frame."""

from fractions import Fraction

import opentimelineio as otio
import pytest

from engine.clip import Clip
from engine.errors import InputError
from engine.request import Boundary
from engine.shots import read_cuts, write_cuts
from engine.shots.edl import frame_of, timecode

CLIP = Clip(path="/footage/a clip.mov", kind="video", frames=250, rate=Fraction(25), width=64, height=36, sha256="0")
SHOTS = [
    Boundary(start=0, transition="start"),
    Boundary(start=30, transition="cut"),
    Boundary(start=76, transition="dissolve"),
    Boundary(start=249, transition="fade"),
]


def starts(boundaries) -> list[tuple[int, str]]:
    return [(b.start, b.transition) for b in boundaries]


@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "50", "60000/1001"])
@pytest.mark.parametrize("suffix", [".edl", ".otio"])
def test_what_is_written_is_read_back_whole(tmp_path, rate, suffix):
    clip = CLIP.model_copy(update={"rate": Fraction(rate), "frames": 200_000})
    shots = [*SHOTS, Boundary(start=107_892, transition="cut"), Boundary(start=199_999, transition="cut")]
    made = write_cuts(tmp_path / f"cuts{suffix}", clip, shots)
    assert read_cuts(made, clip) == shots
    assert [p.name for p in tmp_path.iterdir()] == [made.name]


def test_numbers_a_line(tmp_path):
    made = write_cuts(tmp_path / "cuts.txt", CLIP, SHOTS)
    assert made.read_text() == "0\n30\n76\n249\n"
    (tmp_path / "own.txt").write_text("\ufeff76 # the car\n\n30\n", encoding="utf-8")
    assert starts(read_cuts(tmp_path / "own.txt", CLIP)) == [(0, "start"), (30, "cut"), (76, "cut")]


def test_an_edl_of_a_conformed_edit_counts_by_record_time(tmp_path):
    (tmp_path / "edit.edl").write_text(
        "TITLE: EDIT\nFCM: NON-DROP FRAME\n\n"
        "001  TAPE1    V     C        10:00:00:00 10:00:01:05 01:00:00:00 01:00:01:05\n"
        "* FROM CLIP NAME: one.mov\n"
        "002  TAPE1    AA    C        10:00:00:00 10:00:01:05 01:00:00:00 01:00:01:05\n"
        "003  TAPE2    V     C        02:00:00:00 02:00:01:00 01:00:01:05 01:00:02:05\n"
        "003  TAPE3    V     D    020 05:00:00:00 05:00:02:00 01:00:02:05 01:00:04:05\n"
    )
    found = starts(read_cuts(tmp_path / "edit.edl", CLIP))
    assert found == [(0, "start"), (30, "cut"), (65, "dissolve"), (105, "cut")]


def test_an_edl_of_selects_of_this_clip_counts_by_source_time(tmp_path):
    (tmp_path / "selects.edl").write_text(
        "001  AX V C 00:00:04:00 00:00:05:00 01:00:00:00 01:00:01:00\n* FROM CLIP NAME: A CLIP.MOV\n"
        "002  AX V C 00:00:01:00 00:00:02:00 01:00:01:00 01:00:02:00\n* FROM CLIP NAME: a clip\n"
    )
    found = starts(read_cuts(tmp_path / "selects.edl", CLIP))
    assert found == [(0, "start"), (25, "cut"), (50, "cut"), (100, "cut"), (125, "cut")]


def test_a_timeline_of_other_clips_counts_by_its_own_time(tmp_path):
    track = otio.schema.Track(kind="Video")
    rate = 25
    for name, start, frames in (("a", 100, 40), ("b", 0, 60)):
        span = otio.opentime.TimeRange(
            otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(frames, rate)
        )
        track.append(otio.schema.Clip(name, otio.schema.ExternalReference(f"file:///{name}.mov"), span))
    half = otio.opentime.RationalTime(5, rate)
    track.insert(1, otio.schema.Transition("", "SMPTE_Dissolve", half, half))
    timeline = otio.schema.Timeline()
    timeline.tracks.append(track)
    otio.adapters.write_to_file(timeline, str(tmp_path / "edit.otio"))
    found = starts(read_cuts(tmp_path / "edit.otio", CLIP))
    assert found == [(0, "start"), (40, "dissolve"), (100, "cut")]


@pytest.mark.parametrize(
    "name, text, said",
    [
        ("a.edl", "nothing here", "no picture event"),
        ("a.edl", "001 AX V C 00:00:00:00 00:00:20:00 00:00:00:00 00:00:20:00", "the clip has the frames 0 to 249"),
        ("a.edl", "001 AX V C 00:00:00:25 00:00:01:00 00:00:00:00 00:00:00:10", "no time code at 25"),
        ("a.edl", "001 AX V C 00:00:02:00 00:00:01:00 00:00:00:00 00:00:00:10", "ends before it begins"),
        ("a.otio", "{", "not a timeline"),
        ("a.otio", "{}", "not a timeline|no timeline"),
        ("a.txt", "12\nabc", "line 2 is not a frame number"),
        ("a.txt", "250", "the clip has the frames 0 to 249"),
        ("a.txt", "-3", "line 1 is not a frame number"),
        ("a.txt", "", "names no frame"),
    ],
)
def test_a_list_that_does_not_fit_is_refused_in_one_sentence(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=said) as told:
        read_cuts(tmp_path / name, CLIP)
    assert "\n" not in str(told.value)


def test_a_list_that_cannot_be_read_or_written_is_told(tmp_path):
    with pytest.raises(InputError, match=r"can't be read: No such file"):
        read_cuts(tmp_path / "none.edl", CLIP)
    (tmp_path / "noise.edl").write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match=r"can't be read: it is not text"):
        read_cuts(tmp_path / "noise.edl", CLIP)
    with pytest.raises(InputError, match=r"can't be written"):
        write_cuts(tmp_path / "no folder" / "cuts.edl", CLIP, SHOTS)


@pytest.mark.parametrize("code, frame", [("00:00:59:29", 1799), ("00:01:00:02", 1800), ("00:10:00:00", 17982)])
def test_drop_frame_time_leaves_out_numbers(code, frame):
    assert frame_of(code, 30, drop=True) == frame
    with pytest.raises(InputError):
        frame_of("00:01:00:00", 30, drop=True)


def test_time_code_counts_frames():
    assert timecode(90_061, 25) == "01:00:02:11"
    assert all(frame_of(timecode(n, 24), 24, drop=False) == n for n in range(0, 200_000, 997))
