"""Shots are found on real footage and on pictures made to look like cuts."""

import numpy as np
import pytest
from safetensors.torch import load_file

from engine import media, weights
from engine.clip import Range
from engine.errors import Cancelled, InputError
from engine.request import SplitRequest
from engine.shots import detect, facts, run, tile
from engine.shots.finder import boundaries_in
from engine.shots.transnet import TransNet, each_shot_ends, shot_ends
from tests.engine.footage import Footage


@pytest.fixture(scope="module")
def bikes():
    return media.probe(weights.path("bikes"))


@pytest.fixture(scope="module")
def bunny():
    return media.probe(weights.path("bigbuckbunny"))


def thumbs(clip, start=0, stop=None) -> np.ndarray:
    """Thumbnails, 48x27, of a range."""
    small = [media.resize(frame, 48, 27) for frame in media.frames(clip, start, stop)]
    return (np.array(small) >> 8).astype(np.uint8)


class Handle:
    """Counts what it is told, and stops the job when asked to."""

    def __init__(self, stop_after: int = 1 << 30, checks: int = 1 << 30):
        self.told, self.stop_after, self.checks = [], stop_after, checks

    def progress(self, done: int, frames: int) -> None:
        self.told.append((done, frames))
        if len(self.told) > self.stop_after:
            raise Cancelled("stop")

    def check(self) -> None:
        self.checks -= 1
        if self.checks < 0:
            raise Cancelled("stop")


def starts(boundaries) -> list[tuple[int, str]]:
    return [(b.start, b.transition) for b in boundaries]


def test_the_six_shots_of_bikes_begin_where_they_do(bikes):
    handle = Handle()
    made = run(SplitRequest(path=bikes.path), handle)
    assert starts(made.boundaries) == [(0, "start")] + [(at, "cut") for at in (30, 76, 137, 187, 242)]
    assert sum(map(len, tile(made.boundaries, made.clip.frames))) == made.clip.frames == 250
    assert len(made.facts) == 6 and made.facts[1]["camera_motion"] == "significant"
    assert all(f["shot_has_cuts"] == "no" for f in made.facts)
    assert handle.told[-1] == (250, 250) and all(a <= b for a, b in handle.told)


def test_one_take_is_one_shot_with_a_still_camera(bunny):
    assert starts(detect(bunny)) == [(0, "start")]
    told = facts(bunny, Range(start=0, stop=132))
    assert {name: told[name] for name in told if isinstance(told[name], str)} == {
        "camera_motion": "static",
        "motion_level": "static",
        "scene_contrast": "normal",
        "shot_has_cuts": "no",
        "input_quality": "good",
    }


def test_without_detection_it_is_one_shot_and_a_job_can_be_stopped(bikes):
    made = run(SplitRequest(path=bikes.path, detect=False), Handle())
    assert starts(made.boundaries) == [(0, "start")] and made.facts[0]["shot_has_cuts"] == "yes"
    with pytest.raises(Cancelled):
        run(SplitRequest(path=bikes.path), Handle(stop_after=4))


def test_a_split_stops_at_the_next_frame_while_it_counts_too(bikes, tmp_path):
    sequence = Footage(frames=5).write_sequence(tmp_path / "a", "png")
    for path in (bikes.path, str(sequence)):
        handle = Handle(checks=3)
        with pytest.raises(Cancelled):
            run(SplitRequest(path=path), handle)
        assert handle.told == [], "it was not counted to the end first"


def test_a_file_that_lost_frames_since_it_was_counted_is_told(bikes):
    with pytest.raises(InputError, match=r"held 260 frames and now holds 250"):
        detect(bikes.model_copy(update={"frames": 260}))


def mixed(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    share = ((np.arange(len(a)) + 1) / (len(a) + 1))[:, None, None, None]
    return (a * (1 - share) + b * share + 0.5).astype(np.uint8)


def test_a_dissolve_is_one_boundary_within_it(bikes, bunny):
    a, b = thumbs(bikes, 137, 187), thumbs(bunny, 0, 60)
    reel = np.concatenate([a[:34], mixed(a[34:], b[:16]), b[16:]])
    found = starts(boundaries_in(reel))
    assert len(found) == 2 and found[1][1] == "dissolve" and 34 <= found[1][0] <= 50


@pytest.mark.parametrize("hold", [0, 5])
def test_a_fade_through_black_is_one_boundary_and_fades_at_the_ends_are_none(bikes, bunny, hold):
    a, b = thumbs(bikes, 137, 187), thumbs(bunny, 0, 60)
    down = np.linspace(1, 0, 12)[:, None, None, None]
    a[:12], b[-12:] = a[:12] * down[::-1], b[-12:] * down
    a[-12:], b[:12] = a[-12:] * down, b[:12] * down[::-1]
    found = starts(boundaries_in(np.concatenate([a, np.zeros((hold, 27, 48, 3), np.uint8), b])))
    assert len(found) == 2 and found[1][1] == "fade" and 38 <= found[1][0] <= 62 + hold


@pytest.mark.parametrize("length", [1, 2, 4])
def test_a_flash_begins_no_shot(bunny, length):
    take = thumbs(bunny, 0, 60)
    take[30 : 30 + length] = 255 - (255 - take[30 : 30 + length]) // 20
    for on, share in enumerate((0.6, 0.4, 0.2)):
        at = 30 + length + on
        take[at] = take[at] * (1 - share) + 255 * share
    assert starts(boundaries_in(take)) == [(0, "start")]


def test_a_whip_pan_begins_no_shot(bunny):
    take = thumbs(bunny, 0, 60)
    for at in range(30, 60):
        shift = round(72 * min(1, (at - 29) / 8))
        wide = np.concatenate([take[at], take[at][:, ::-1]], 1)
        take[at] = np.roll(wide, -shift, 1)[:, :48]
    assert starts(boundaries_in(take)) == [(0, "start")]


@pytest.mark.parametrize("frames", [1, 2, 3, 9])
def test_the_shortest_clips_are_one_shot(bunny, frames):
    assert starts(boundaries_in(thumbs(bunny, 0, frames))) == [(0, "start")]
    assert set(facts(bunny, Range(start=5, stop=5 + frames))) >= {"camera_motion", "input_quality"}


def test_a_grey_blurred_picture_is_low_in_contrast_and_soft(tmp_path):
    from engine.clip import Clip

    ramp = np.tile(np.linspace(110, 140, 640).astype(np.uint16) * 257, (360, 1))
    for at in range(3):
        media.write_image(tmp_path / f"f.{at:04d}.png", np.repeat(ramp[:, :, None], 3, 2))
    clip = media.probe(tmp_path / "f.%04d.png")
    assert isinstance(clip, Clip) and starts(detect(clip)) == [(0, "start")]
    told = facts(clip, Range(start=0, stop=3))
    assert told["scene_contrast"] == "low" and told["input_quality"] == "soft" and told["camera_motion"] == "static"


@pytest.mark.parametrize(
    ("colour", "luma", "warmth"),
    [
        ((0, 0, 0), 0, 0),
        ((200, 200, 200), 200, 0),
        ((230, 150, 70), 165, 50),
        ((40, 60, 110), 60, -30),
        ((90, 150, 60), 122, 0),
    ],
)
def test_light_and_colour_are_told_as_numbers(tmp_path, colour, luma, warmth):
    flat = np.full((120, 200, 3), colour, np.uint16) * 257
    clip = media.probe(Footage(frames=3, width=200, height=120, picture=lambda _: flat).write(tmp_path / "flat.mp4"))
    told = facts(clip, Range(start=0, stop=3))
    assert told["luma_mean"] == pytest.approx(luma, abs=6), told
    assert told["warmth"] == pytest.approx(warmth, abs=8), told
    assert told["luma_deviation"] < 2


def test_the_net_marks_the_last_frame_of_each_shot(bikes):
    ends = shot_ends(thumbs(bikes, 0, 110))
    assert np.flatnonzero(ends > 0.5).tolist() == [29, 75]
    assert ends[29] == pytest.approx(0.976, abs=0.02)


def test_the_net_holds_what_the_published_weights_hold_and_nothing_else():
    published = {name: value.shape for name, value in load_file(weights.path("transnetv2")).items()}
    own = {name: value.shape for name, value in TransNet().state_dict().items()}
    assert {name: shape for name, shape in own.items() if not name.endswith("num_batches_tracked")} == published


def test_runs_that_are_judged_side_by_side_are_judged_as_alone(bikes):
    seen = thumbs(bikes, 20, 50)
    runs = [seen[:12], seen[8:30], seen[5:9]]
    for together, run_alone in zip(each_shot_ends(runs), runs, strict=True):
        assert np.array_equal(together, shot_ends(run_alone))
