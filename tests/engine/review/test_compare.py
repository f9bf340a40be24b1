"""Comparisons: the same frames, in order, each under its name; pixels that are judged stand uncovered."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from engine import media
from engine.clip import Clip, Range
from engine.errors import InputError
from engine.media.lettering import fits, wrapped
from engine.review import compare
from engine.review.panels import GAP, Canvas, Size, difference, heads, one_size, wipe_share, wiped
from engine.review.sheet import LINE
from tests.engine.footage import Footage, numbered_frame, read_number
from tests.engine.review.takes import SOURCE, Counting, ask, grey, of, pictures, track

FRAMES, WIDTH, HEIGHT = 9, 160, 96


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    made = Footage(frames=FRAMES, width=WIDTH, height=HEIGHT, sound=True)
    return media.probe(made.write(tmp_path_factory.mktemp("review") / "a.mp4"))


@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two tracks of the same frames: the numbers themselves, and the numbers turned over."""
    folder = tmp_path_factory.mktemp("takes")
    plain = [numbered_frame(n, WIDTH, HEIGHT) for n in range(FRAMES)]
    return track(folder / "one", plain), track(folder / "two", [65535 - p for p in plain])


def panel(canvas: Canvas, frame: np.ndarray, column: int) -> np.ndarray:
    """One panel of the first row of a film's frame."""
    top = canvas._bands[0].shape[0]
    left = column * (canvas.panel.width + GAP)
    return frame[top : top + canvas.panel.height, left : left + canvas.panel.width]


def test_a_film_holds_every_frame_of_every_take_side_by_side_with_sound(clip, takes, tmp_path):
    one, two = takes
    sides = [SOURCE, of(one, "One, preview"), of(two, "Two, preview", differs=("Seed: 7",))]
    request, handle = ask(clip, tmp_path / "side.mp4", sides), Counting()
    made = compare.run(request, handle)
    assert handle.told == [(n + 1, FRAMES) for n in range(FRAMES)]
    film = media.probe(made.path)
    assert (made.frames, film.frames, film.rate, film.audio) == (FRAMES, FRAMES, clip.rate, True)
    assert (made.width, made.height) == (film.width, film.height)
    canvas = Canvas(request, Size(WIDTH, HEIGHT))
    for number, frame in enumerate(pictures(made.path)):
        assert read_number(panel(canvas, frame, 0)) == number
        assert read_number(panel(canvas, frame, 1)) == number
        assert read_number(65535 - panel(canvas, frame, 2)) == number
    assert compare.run(request.model_copy(update={"audio": False, "overwrite": True}), handle).path == made.path
    assert not media.probe(made.path).audio


def test_a_track_that_begins_later_is_laid_frame_on_frame(clip, takes, tmp_path):
    one, _ = takes
    late = track(tmp_path / "late", [numbered_frame(n, WIDTH, HEIGHT) for n in range(3, FRAMES)])
    sides = [of(one, "One", first=4), of(late, "Late", first=1), SOURCE]
    request = ask(clip, tmp_path / "late.mp4", sides, range=Range(start=4, stop=8))
    made = compare.run(request, Counting())
    canvas = Canvas(request, Size(WIDTH, HEIGHT))
    told = [[read_number(panel(canvas, frame, column)) for column in range(3)] for frame in pictures(made.path)]
    assert told == [[n] * 3 for n in range(4, 8)]


def test_difference_is_exact_and_black_where_nothing_differs(clip, takes, tmp_path):
    one, _ = takes
    a, b = grey(100), grey(103)
    assert np.array_equal(difference(b, a, 4.0), grey(12))
    assert np.array_equal(difference(a, b, 4.0), grey(12)), "darker and brighter count alike"
    assert difference(grey(0), grey(255), 64.0).max() == 65535
    request = ask(clip, tmp_path / "d.mp4", [of(one, "One"), of(one, "Same")], layout="difference")
    assert heads(request)[0].label == "Same less One, × 8"
    canvas = Canvas(request, Size(WIDTH, HEIGHT))
    for frame in pictures(compare.run(request, Counting()).path):
        assert panel(canvas, frame, 0)[8:-8].max() < 3 * 257, "black, but for the codec"


def test_a_wipe_shows_the_one_left_and_the_other_right_of_its_line(clip, takes, tmp_path):
    left, right = grey(10, 100, 4), grey(200, 100, 4)
    for share, at in ((0.0, 0), (0.37, 37), (1.0, 100)):
        made = wiped(left, right, share)
        assert np.array_equal(made[:, : max(0, at - 1)], left[:, : max(0, at - 1)])
        assert np.array_equal(made[:, at + 1 :], right[:, at + 1 :])
    shares = [wipe_share(n / 24) for n in range(96)]
    assert (shares[0], round(max(shares), 3), round(min(shares), 3)) == (0.5, 1.0, 0.0)
    one, two = takes
    made = compare.run(ask(clip, tmp_path / "w.mp4", [of(one, "One"), of(two, "Two")], layout="wipe"), Counting())
    assert (made.frames, made.width) == (FRAMES, WIDTH)


def test_a_sheet_shows_the_frames_it_names_in_a_row_for_each_take(clip, takes, tmp_path):
    one, two = takes
    sides = [SOURCE, of(one, "One"), of(two, "Two")]
    handle = Counting()
    made = compare.run(ask(clip, tmp_path / "sheet.png", sides, shown=(0, 4, 8)), handle)
    assert (made.frames, handle.told) == (3, [(1, 3), (2, 3), (3, 3)])
    sheet = media.read_image(made.path)
    assert sheet.shape[:2] == (made.height, made.width)
    assert made.height == 2 * LINE + 2 * GAP + 3 * (LINE + HEIGHT + 2 * GAP)
    for row in range(3):
        top = 3 * LINE + 3 * GAP + row * (LINE + HEIGHT + 2 * GAP)
        for column, number in enumerate((0, 4, 8)):
            left = GAP + column * (WIDTH + GAP)
            cell = sheet[top : top + HEIGHT, left : left + WIDTH]
            assert read_number(65535 - cell if row == 2 else cell) == number
    more = compare.run(ask(clip, tmp_path / "d.png", sides, shown=(0, 4, 8), layout="difference"), Counting())
    assert more.height > made.height, "a difference stands under the pictures, not in their place"


def test_pictures_of_other_sizes_come_to_the_largest_and_other_shapes_are_not_wiped(clip, takes, tmp_path):
    big = track(tmp_path / "big", [numbered_frame(n, 2 * WIDTH, 2 * HEIGHT) for n in range(FRAMES)])
    request = ask(clip, tmp_path / "big.mp4", [SOURCE, of(big, "Upscale")])
    made = compare.run(request, Counting())
    assert made.notes == ("The takes differ in size; all are shown at 320x192.",)
    canvas = Canvas(request, Size(2 * WIDTH, 2 * HEIGHT))
    for number, frame in enumerate(pictures(made.path)):
        assert read_number(media.resize(panel(canvas, frame, 0), WIDTH, HEIGHT)) == number
        assert read_number(panel(canvas, frame, 1)) == number
    assert one_size([Size(640, 272), Size(639, 272)], "wipe") == Size(640, 272), "a pixel of rounding is no other shape"
    tall = track(tmp_path / "tall", [grey(n, HEIGHT, WIDTH) for n in range(FRAMES)])
    compare.run(ask(clip, tmp_path / "tall.mp4", [SOURCE, of(tall, "Tall")]), Counting())
    with pytest.raises(InputError, match="other shapes"):
        compare.run(ask(clip, tmp_path / "no.mp4", [SOURCE, of(tall, "Tall")], layout="difference"), Counting())


@pytest.mark.parametrize(("count", "layout"), [(2, "side"), (3, "side"), (4, "side"), (4, "difference"), (2, "wipe")])
def test_a_canvas_is_even_and_never_too_large_to_be_played(clip, tmp_path, count, layout):
    for size in (Size(161, 97), Size(4096, 1716), Size(1080, 1920)):
        sides = [of(tmp_path, f"Take {n}", differs=("Prompt: " + "many words " * 40,)) for n in range(count)]
        canvas = Canvas(ask(clip, tmp_path / "x.mp4", sides, layout=layout), size)
        assert canvas.size.width % 2 == canvas.size.height % 2 == 0
        assert canvas.size.width <= 3840 and canvas.size.height <= 2160
        assert canvas.shrunk == (canvas.panel != size)
        made = canvas.frame([grey(90, *size)] * count, 12, 0.5)
        assert made.shape == (canvas.size.height, canvas.size.width, 3)


def test_long_words_are_broken_cut_and_shown_in_any_script():
    prompt = "A watercolour painting, loose washes, cold-pressed paper. " * 5
    lines = wrapped([prompt], 200, 16, 3)
    assert len(lines) == 3 and lines[-1].endswith("…") and all(fits(line, 200, 16) for line in lines)
    assert wrapped(["水彩画" * 30], 200, 16, 9)[0] != "水彩画" * 30, "a script without spaces is broken too"
    assert "".join(wrapped(["水彩画" * 9], 200, 16, 9)) == "水彩画" * 9
    assert wrapped(["one\n two"], 500, 16, 3) == ["one two"]
    assert wrapped([""], 500, 16, 3) == [""]


def test_heads_and_numbers_stand_over_and_under_the_picture(clip, takes, tmp_path):
    one, _ = takes
    request = ask(clip, tmp_path / "x.mp4", [of(one, "One"), of(one, "Two")])
    canvas = Canvas(request, Size(WIDTH, HEIGHT))
    black = grey(0, WIDTH, HEIGHT)
    first, later = canvas.frame([black, black], 3, 0.0), canvas.frame([black, black], 8, 0.0)
    changed = np.flatnonzero((first != later).any(axis=(1, 2)))
    assert changed.min() >= canvas._bands[0].shape[0] + HEIGHT, "only the number at the foot changes"
    assert not panel(canvas, first, 0).any(), "no letter lies on the picture"
    assert cv2.countNonZero(first[: canvas._bands[0].shape[0], :WIDTH, 0] // 257 // 128) > 10


def test_what_would_be_lost_is_refused_and_a_stop_leaves_nothing(clip, takes, tmp_path):
    one, two = takes
    sides = [of(one, "One"), of(two, "Two")]
    target = tmp_path / "x.mp4"
    with pytest.raises(KeyboardInterrupt):
        compare.run(ask(clip, target, sides), Counting(stop_at=4))
    assert not list(tmp_path.iterdir())
    target.write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        compare.run(ask(clip, target, sides), Counting())
    with pytest.raises(InputError, match="let it end with"):
        compare.run(ask(clip, target, sides, shown=(0,), overwrite=True), Counting())
    with pytest.raises(InputError, match="the source itself"):
        compare.run(ask(clip, Path(clip.path), sides, overwrite=True), Counting())
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        compare.run(ask(clip, tmp_path / "folder.mp4", sides, overwrite=True), Counting())
    with pytest.raises(InputError, match="not in the master"):
        compare.run(ask(clip, tmp_path / "y.mp4", [of(one, "One", first=3), of(two, "Two")]), Counting())
    assert target.read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder.mp4", "x.mp4"]
