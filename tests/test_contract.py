"""The contract's road by the command line: footage in, pictures made and judged, files out; the worker is a process."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import media
from tests.engine.footage import Footage, read_number
from tests.ui.ground import WATERCOLOUR, Rushes

SOURCE = {"id", "path", "frames", "rate", "constant_rate", "width", "height", "audio", "sha256", "added"}
SHOT = {"id", "name", "project", "source", "start", "stop", "frames", "rate", "width", "height"} | {
    "transition",
    "tracks",
    "pinned",
}
QUOTE = {"shots", "frames", "model", "profile", "settings", "settings_hash", "no_effect", "chunks"} | {
    "estimate_s",
    "disk_bytes",
    "remote",
    "needs_test",
    "notes",
}
TRACK = {"track", "job", "model", "profile", "frames_in", "frames_out", "range", "settings", "no_effect"} | {
    "seconds",
    "seconds_per_frame",
    "measures",
    "proof",
    "notes",
}
EXPORT = {"path", "as", "frames", "files", "width", "height", "rate", "bytes", "sha256", "notes"}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    Footage(frames=12, width=64, height=36, sound=True).write(folder / "short.mp4")
    Footage(frames=160, width=64, height=36).write(folder / "long.mp4")
    Footage(frames=5, width=33, height=21).write_sequence(folder / "plates", "exr")
    return folder


@pytest.fixture(scope="module")
def rushes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rushes]:
    command = Rushes(tmp_path_factory.mktemp("contract") / "workspace")
    yield command
    command.dismiss()


@pytest.fixture(scope="module")
def film(rushes: Rushes, clips: Path) -> dict[str, Any]:
    """A project of two clips: 010 of 12 frames, 020 of 160."""
    return rushes("import", clips / "short.mp4", clips / "long.mp4", "--project", "film")


@pytest.fixture(scope="module")
def track(rushes: Rushes, film: dict[str, Any]) -> dict[str, Any]:
    """A finished render of film/010."""
    return rushes("render", "film/010", *WATERCOLOUR, "--seed", 7)


# -- footage -----------------------------------------------------------------------------------------------------------


def test_import_counts_and_splits(film, clips):
    assert film["project"] == "film"
    short, long = film["sources"]
    assert short.keys() >= SOURCE
    assert (short["frames"], short["rate"], short["width"], short["height"]) == (12, "24/1", 64, 36)
    assert (short["audio"], short["constant_rate"], short["added"]) == (True, True, True)
    assert short["path"] == str(clips / "short.mp4")
    assert short["id"].startswith("source_")
    assert len(short["sha256"]) == 64
    assert long["frames"] == 160
    for shot in film["shots"]:
        assert shot.keys() >= SHOT
        assert shot["id"].startswith("shot_")
        assert (shot["tracks"], shot["pinned"], shot["transition"]) == ([], None, "start")
    assert [(s["name"], s["start"], s["stop"], s["frames"]) for s in film["shots"]] == [
        ("010", 0, 12, 12),
        ("020", 0, 160, 160),
    ]


def test_the_same_file_again_adds_nothing_and_says_so(rushes, film, clips):
    again = rushes("import", clips / "short.mp4", "--project", "film")
    assert [(s["id"], s["added"]) for s in again["sources"]] == [(film["sources"][0]["id"], False)]
    assert "nothing added" in rushes.run("import", clips / "short.mp4", "--project", "film", "--whole").out
    assert len(rushes("shots", "--project", "film")) == 2


def test_a_sequence_at_a_named_rate_or_at_24_with_a_note(rushes, clips):
    assumed = rushes("import", clips / "plates", "--project", "plates", "--whole", "--name", "sky")["sources"][0]
    assert (assumed["rate"], assumed["frames"]) == ("24/1", 5)
    assert "24" in assumed["notes"][0]
    pattern = clips / "plates" / "shot.%04d.exr"
    again = rushes("import", pattern, clips / "plates", "--project", "plates")["sources"]
    assert {s["added"] for s in again} == {False}
    named = rushes("import", pattern, "--project", "plates25", "--rate", "24000/1001")["sources"][0]
    assert (named["rate"], named["notes"], named["path"]) == ("24000/1001", [], str(pattern))


def test_cuts_of_a_file_split_merge_and_lists_out_and_in(rushes, clips, tmp_path):
    cuts = tmp_path / "cuts.txt"
    cuts.write_text("40\n100\n")
    shots = rushes("import", clips / "long.mp4", "--project", "cut", "--cuts", cuts)["shots"]
    assert [(s["start"], s["stop"]) for s in shots] == [(0, 40), (40, 100), (100, 160)]
    shots = rushes("shots", "--project", "cut", "--split", "cut/020:25")
    assert [(s["name"], s["start"], s["stop"]) for s in shots][1:3] == [("020", 40, 65), ("025", 65, 100)]
    for form in ("edl", "otio"):
        listed = tmp_path / f"cut.{form}"
        rushes("shots", "--project", "cut", f"--{form}", listed)
        taken = rushes("import", clips / "long.mp4", "--project", f"cut {form}", "--cuts", listed)["shots"]
        assert [(s["start"], s["stop"]) for s in taken] == [(0, 40), (40, 65), (65, 100), (100, 160)]
        assert "exists already" in rushes.refused("shots", "--project", "cut", f"--{form}", listed)
    shots = rushes("shots", "--project", "cut", "--merge", "cut/020", "cut/025")
    assert [(s["start"], s["stop"]) for s in shots] == [(0, 40), (40, 100), (100, 160)]
    assert "neighbours" in rushes.refused("shots", "--project", "cut", "--merge", "cut/010", "cut/030")


def test_a_damaged_file_is_refused_with_its_count_or_salvaged(rushes, tmp_path):
    whole = Footage(frames=48, width=64, height=36, gop=4).write(tmp_path / "cut off.mkv")
    whole.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * 0.6)])
    sentence = rushes.refused("import", whole, "--project", "salvaged")
    taken = rushes("import", whole, "--project", "salvaged", "--salvage", "--whole")["sources"][0]
    assert 0 < taken["frames"] < 48
    assert str(taken["frames"]) in sentence
    assert taken["notes"]


def test_projects_are_listed_and_deleted(rushes, clips):
    rushes("import", clips / "short.mp4", "--project", "short lived", "--whole")
    listed = {p["name"]: p for p in rushes("projects")}
    assert listed["short lived"]["shots"] == 1
    assert "--yes" in rushes.refused("delete", "short lived")
    gone = rushes("delete", "short lived", "--yes")["deleted"]
    assert {name.partition("_")[0] for name in gone} == {"shot", "source"}
    assert "short lived" not in {p["name"] for p in rushes("projects")}
    assert (clips / "short.mp4").exists()


# -- pictures ----------------------------------------------------------------------------------------------------------


def test_a_plan_renders_nothing_and_holds_the_quote(rushes, film):
    plan = rushes("render", "film/020", *WATERCOLOUR, "--plan")
    assert plan.keys() >= QUOTE
    assert plan["shots"] == [{"id": film["shots"][1]["id"], "name": "film/020", "range": [0, 160], "frames": 160}]
    assert (plan["frames"], plan["model"], plan["profile"]) == (160, "style_transfer", "preview")
    assert (plan["needs_test"], plan["remote"]) == (True, False)
    assert plan["estimate_s"] > 0
    assert plan["disk_bytes"] > 0
    assert rushes("shots", "--project", "film")[1]["tracks"] == []


def test_a_render_answers_with_frames_settings_measures_and_a_proof(rushes, track):
    assert track.keys() >= TRACK
    assert track["track"].startswith("track_")
    assert track["job"].startswith("job_")
    assert (track["frames_in"], track["frames_out"], track["range"]) == (12, 12, [0, 12])
    assert (track["model"], track["profile"], track["settings"]["seed"]) == ("style_transfer", "preview", 7)
    assert track["seconds"] > 0
    counted = {"value": 0, "unit": "frames", "verdict": "good", "threshold": "= 0"}
    assert track["measures"]["m.frames"].items() >= counted.items()
    for measure in track["measures"].values():
        assert measure["verdict"] in ("good", "watch", "fault", "not_measured")
        assert (measure["value"] is None) == (measure["verdict"] == "not_measured") == ("why" in measure)
    proof = json.loads(Path(track["proof"]).read_text())
    assert [row[:2] for row in proof["frames"]] == [[n, n] for n in range(12)]
    assert proof["approval"] is None
    assert proof["weights"]
    assert rushes("shots", "--project", "film")[0]["tracks"][0] == track["track"]


def test_a_setting_without_effect_is_told(rushes, film):
    plan = rushes("render", "film/010", *WATERCOLOUR, "--set", "steps=12", "--plan")
    assert plan["no_effect"] == ["steps"]


def test_settings_of_a_track_or_a_file_range_and_source(rushes, track, tmp_path):
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"video_input_strength": 0.9, "prompt": "oil"}))
    plan = rushes("render", "film/010", "--model", "style_transfer", "--settings", file, "--set", "prompt=42", "--plan")
    assert (plan["settings"]["video_input_strength"], plan["settings"]["prompt"]) == (0.9, "42")
    part = rushes("render", "film/010", "--settings", track["track"], "--range", "3:9")
    assert (part["range"], part["frames_out"], part["settings"]["seed"]) == ([3, 9], 6, 7)
    frames = json.loads(Path(part["proof"]).read_text())["frames"]
    assert [row[:2] for row in frames] == [[n, n + 3] for n in range(6)]
    over = rushes("render", "film/010", "--settings", track["track"], "--source", track["track"], "--range", "0:4")
    assert over["settings"]["source_video"] == track["track"]
    assert over["frames_out"] == 4


def test_a_still_and_a_render_in_its_look(rushes, film):
    made = rushes("modify", "film/010", "--frame", 3, "--instruction", "make it an oil painting", "--seed", 3)
    assert made["still"].startswith("still_")
    assert (made["frame"], made["image_model"], made["profile"]) == (3, "preview", "preview")
    assert (made["width"], made["height"]) == (64, 36)
    assert made["seconds"] > 0
    assert media.read_image(Path(made["path"])).shape == (36, 64, 3)
    like = rushes(
        "render", "film/010", "--model", "style_transfer", "--style-frame", made["still"], "--keyframe",
        f"2={made['path']}", "--plan",
    )  # fmt: skip
    assert like["settings"]["style_frame"] == made["still"]
    assert like["settings"]["keyframes"][0]["frame"] == 2


def test_equal_renders_are_measured_as_equal(rushes, track):
    again = rushes("render", "film/010", "--settings", track["track"])
    answer = rushes("measure", track["track"], "--against", again["track"])
    assert answer["track"] == track["track"]
    assert (answer["measures"]["m.repeat"]["value"], answer["measures"]["m.repeat"]["verdict"]) == (0, "good")


def test_pin_and_rate(rushes, track):
    assert rushes("pin", track["track"]) == {
        "shot": rushes("shots", "--project", "film")[0]["id"],
        "pinned": track["track"],
    }
    assert rushes("shots", "--project", "film")[0]["pinned"] == track["track"]
    assert rushes("rate", track["track"], 2) == {"track": track["track"], "rating": 2}


@pytest.mark.parametrize(
    ("form", "name", "files"),
    [("mp4", "a.mp4", 1), ("prores", "a.mov", 1), ("png", "png", 12), ("png16", "png16", 12), ("exr", "exr", 12)],
)
def test_export_of_every_format(rushes, track, tmp_path, form, name, files):
    made = rushes("export", track["track"], "--as", form, "--to", tmp_path / name)
    assert made.keys() >= EXPORT
    assert (made["as"], made["frames"], made["files"]) == (form, 12, files)
    assert (made["width"], made["height"], made["rate"]) == (64, 36, "24/1")
    assert made["path"] == str(tmp_path / name)
    if files > 1:
        names = sorted(p.name for p in (tmp_path / name).iterdir())
        assert names == [f"film_010.{n:06d}.{form[:3]}" for n in range(12)]
        assert sum(p.stat().st_size for p in (tmp_path / name).iterdir()) == made["bytes"]
    else:
        clip = media.probe(tmp_path / name)
        assert (clip.frames, clip.audio) == (12, True)
    assert "exists already" in rushes.refused("export", track["track"], "--as", form, "--to", tmp_path / name)
    assert not [p for p in tmp_path.iterdir() if p.name != name], "something is left beside the export"


def test_export_side_by_side_burnt_in_and_silent(rushes, track, tmp_path):
    target = tmp_path / "side.mov"
    made = rushes(
        "export", track["track"], "--as", "prores", "--to", target, "--side-by-side", "--burn-in", "--no-audio"
    )
    assert (made["width"], made["height"]) == (128, 36)
    plain = rushes("export", track["track"], "--as", "prores", "--to", target, "--side-by-side", "--overwrite")
    assert plain["sha256"] != made["sha256"]
    clip = media.probe(target)
    assert clip.audio
    numbers = [read_number(frame[:, :64]) for frame in media.frames(clip)]
    assert numbers == list(range(12)), "the left half is the source"


def test_report_of_a_track_and_of_a_project(rushes, track, tmp_path):
    for subject in (track["track"], "film"):
        made = rushes("report", subject, "--to", tmp_path / f"{subject}.html")
        page = Path(made["path"]).read_text()
        assert "<html" in page
        assert "http:" not in page.replace("http://www.w3.org", "")
        assert "https:" not in page
        assert track["track"] in made["tracks"]


# -- review ------------------------------------------------------------------------------------------------------------


REVIEW = {"path", "as", "frames", "width", "height", "rate", "bytes", "sha256", "notes"}


def test_compare_a_film_and_a_sheet_of_takes_and_their_source(rushes, track, tmp_path):
    other = rushes("render", "film/010", "--settings", track["track"], "--seed", 8, "--range", "0:9")["track"]
    takes = (track["track"], other)
    made = rushes("compare", "source", *takes, "--to", tmp_path / "side.mp4")
    assert made.keys() >= REVIEW
    assert (made["as"], made["layout"], made["shot"], made["frames"], made["range"]) == (
        "mp4", "side", "film/010", 9, [0, 9],
    )  # fmt: skip
    assert made["tracks"] == ["source", *takes]
    assert made["differs"] == {"seed": [7, 8]}
    assert "frames 0:9" in made["notes"][0]
    clip = media.probe(tmp_path / "side.mp4")
    assert (clip.frames, clip.audio, clip.width) == (9, True, made["width"])
    for layout in ("wipe", "difference"):
        to = tmp_path / f"{layout}.mp4"
        asked = ("--range", "2:6", "--no-audio", *(("--gain", 8) if layout == "difference" else ()))
        assert rushes("compare", *takes, "--as", layout, *asked, "--to", to)["frames"] == 4
        assert not media.probe(to).audio
    sheet = rushes("compare", "source", track["track"], "--to", tmp_path / "sheet.png")
    assert (sheet["as"], sheet["frames"], sheet["differs"]) == ("png", 4, {})
    assert media.read_image(tmp_path / "sheet.png").shape[:2] == (sheet["height"], sheet["width"])
    assert "exists already" in rushes.refused("compare", "source", *takes, "--to", tmp_path / "side.mp4")
    assert rushes("compare", *takes, "--to", tmp_path / "side.mp4", "--overwrite")["differs"] == {"seed": [7, 8]}


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (("TRACK", "--to", "x.mp4"), 1, "takes 2 to 4 takes, not 1"),
        (("source", "--to", "x.mp4"), 1, "takes 2 to 4"),
        (("TRACK", "TRACK", "--to", "x.mp4"), 1, "is named twice"),
        (("TRACK", "track_none", "--to", "x.mp4"), 1, "There is no track"),
        (("TRACK", "source", "--to", "x.mov"), 2, "a film (FILE.mp4) or a sheet (FILE.png)"),
        (("TRACK", "source", "--as", "wipe", "--to", "x.png"), 1, "can't be wiped"),
        (("TRACK", "source", "--as", "difference", "--gain", "0", "--to", "x.mp4"), 1, "gain must be 1 to 64"),
        (("TRACK", "source", "--gain", "2", "--to", "x.mp4"), 2, "--as difference"),
        (("TRACK", "source", "--range", "4:99", "--to", "x.mp4"), 1, "does not lie in 0:12"),
    ],
)
def test_what_can_not_be_compared_is_told(rushes, track, tmp_path, asked, code, said):
    words = [track["track"] if w == "TRACK" else tmp_path / w if w.startswith("x.") else w for w in asked]
    assert said in rushes.refused("compare", *words, code=code)
    assert not list(tmp_path.iterdir())


def test_a_sequence_is_the_film_with_pinned_renders_cut_in(rushes, clips, tmp_path):
    rushes("import", clips / "short.mp4", clips / "long.mp4", "--project", "reel", "--whole")
    nothing = rushes("sequence", "reel", "--to", tmp_path / "raw.mp4", "--burn-in", "--no-audio")
    assert nothing["notes"] == [
        "No render is pinned, so this is the footage as it came; pin one with: rushes pin TRACK"
    ]
    part = rushes("render", "reel/020", *WATERCOLOUR, "--range", "3:8")["track"]
    rushes("pin", part)
    made = rushes("sequence", "reel", "--to", tmp_path / "film.mp4")
    assert made.keys() >= REVIEW
    assert (made["as"], made["project"], made["frames"], made["width"], made["height"]) == ("mp4", "reel", 172, 64, 36)
    assert made["shots"] == [
        {"shot": "reel/010", "track": None, "first": 0, "frames": 12},
        {"shot": "reel/020", "track": part, "first": 12, "frames": 160},
    ]
    assert made["notes"] == [f"{part} holds frames 3:8 of reel/020; the others are the source's."]
    clip = media.probe(tmp_path / "film.mp4")
    assert (clip.frames, clip.audio) == (172, True)
    pictures = list(media.frames(clip))
    assert [read_number(picture) for picture in pictures[:12]] == list(range(12))
    assert [read_number(pictures[12 + n]) for n in (0, 1, 2, 8, 100, 159)] == [0, 1, 2, 8, 100, 159]
    assert "exists already" in rushes.refused("sequence", "reel", "--to", tmp_path / "film.mp4")
    assert "no project" in rushes.refused("sequence", "reeel", "--to", tmp_path / "x.mp4")
    assert ".mp4" in rushes.refused("sequence", "reel", "--to", tmp_path / "x.mov")


def test_a_sequence_of_shots_of_several_rates_is_refused(rushes, clips, tmp_path):
    rushes("import", clips / "short.mp4", "--project", "rates", "--whole")
    rushes("import", clips / "plates", "--project", "rates", "--rate", "25")
    assert "several rates" in rushes.refused("sequence", "rates", "--to", tmp_path / "x.mp4")
    assert not list(tmp_path.iterdir())


def test_presets_are_saved_used_and_deleted(rushes, track):
    given = rushes("presets", "list")
    assert {"name", "model", "own", "about", "settings"} <= given[0].keys()
    assert {p["name"]: p["own"] for p in given} == {"style_transfer": False, "inpainting": False}
    saved = rushes("presets", "save", "my look", "--from", track["track"])
    assert saved["preset"]["settings"] == {"prompt": "watercolour painting", "seed": 7}
    assert (saved["preset"]["model"], saved["replaced"]) == ("style_transfer", False)
    assert rushes("presets", "save", "my look", "--from", track["track"])["replaced"] is True
    plan = rushes("render", "film/020", "--preset", "my look", "--seed", 9, "--plan")
    assert (plan["settings"]["prompt"], plan["settings"]["seed"]) == ("watercolour painting", 9)
    assert "catalog" in rushes.refused("presets", "save", "inpainting", "--from", track["track"])
    assert "my look" in rushes.refused("presets", "delete", "my lok")
    assert rushes("presets", "delete", "my look") == {"deleted": ["my look"]}
    assert rushes("presets", "list") == given
    assert "There is no preset" in rushes.refused("render", "film/010", "--preset", "my look")
    for words in (("save", "x"), ("delete",), ("list", "x"), ("save", "--from", track["track"])):
        rushes.refused("presets", *words, code=2)


# -- gates -------------------------------------------------------------------------------------------------------------


def test_more_than_150_frames_need_a_yes_and_the_proof_tells_of_a_test_that_was_waived(rushes, film):
    waived = (*WATERCOLOUR, "--seed", 100)
    assert "160 frames are more than the 150" in rushes.refused("render", "film/020", *waived)
    assert rushes("shots", "--project", "film")[1]["tracks"] == []
    made = rushes("render", "film/020", *waived, "--yes")
    proof = json.loads(Path(made["proof"]).read_text())
    assert proof["approval"]["test_waived"] is True
    assert proof["approval"]["frames"] == 160
    assert proof["approval"]["settings_hash"] == proof["settings_hash"]
    delivered = Path(made["delivered"])
    assert delivered == rushes.workspace / "deliver" / "film" / "020"
    assert [p.name for p in sorted(delivered.iterdir())] == [f"film_020.{n:06d}.png" for n in range(160)]


def test_after_a_test_a_yes_waives_nothing(rushes, film):
    asked = (*WATERCOLOUR, "--seed", 200, "--set", "sequence_format=exr16")
    test = rushes("render", "film/020", *asked, "--range", "20:110")
    assert test["delivered"] == ""
    plan = rushes("render", "film/020", *asked, "--plan")
    assert (plan["needs_test"], plan["needs_approval"]) == (False, True)
    sentence = rushes.refused("render", "film/020", *asked)
    assert "approve" in sentence
    made = rushes("render", "film/020", *asked, "--yes")
    assert json.loads(Path(made["proof"]).read_text())["approval"]["test_waived"] is False
    assert {p.suffix for p in Path(made["delivered"]).iterdir()} == {".exr"}
    other = rushes("render", "film/020", *WATERCOLOUR, "--seed", 201, "--plan")
    assert other["needs_test"], "a test with another seed is no test of this"


def test_a_long_estimate_needs_a_yes_however_few_the_frames(rushes, film):
    sentence = rushes.refused("render", "film/010", *WATERCOLOUR, env={"RUSHES_ASK_ABOVE_S": "0"})
    assert "estimate" in sentence
    rushes("render", "film/010", *WATERCOLOUR, "--range", "0:2", "--yes", env={"RUSHES_ASK_ABOVE_S": "0"})


# -- removing ----------------------------------------------------------------------------------------------------------


def test_a_track_and_a_shot_are_deleted_with_their_files(rushes, clips):
    rushes("import", clips / "short.mp4", "--project", "doomed", "--whole")
    made = rushes("render", "doomed/010", *WATERCOLOUR, "--range", "0:3")
    folder = Path(made["proof"]).parent
    assert rushes("delete", made["track"], "--yes") == {"deleted": [made["track"]]}
    assert not folder.exists()
    assert made["track"] in rushes.refused("export", made["track"], "--as", "mp4", "--to", clips / "x.mp4")
    again = rushes("render", "doomed/010", *WATERCOLOUR, "--range", "0:3")
    gone = rushes("delete", "doomed/010", "--yes")["deleted"]
    assert again["track"] in gone
    assert not Path(again["proof"]).exists()
