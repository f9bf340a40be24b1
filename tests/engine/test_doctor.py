"""What the doctor says of profiles and hardware: a card is told by a stand-in of the vendor's tool on the path."""

from pathlib import Path

import pytest

from engine import doctor, weights
from engine.spec import PROFILES
from knowledge.catalog import catalog


@pytest.fixture
def specs():
    return {p: [catalog().spec(m, p) for m in ("transform", "mask")] for p in PROFILES}


@pytest.fixture
def card(tmp_path, monkeypatch):
    """A function that puts a card of that name and free memory (MiB) into this machine; None takes it out."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def put(row: str | None) -> None:
        tool = folder / "nvidia-smi"
        tool.write_text(f"#!/bin/sh\necho '{row}'\n" if row else "#!/bin/sh\nexit 9\n")
        tool.chmod(0o755)

    return put


def test_the_next_profile_comes_with_the_exact_command(specs, card, tmp_path):
    card("NVIDIA Model Card, 24564, 23800")
    report = doctor.examine(tmp_path, specs)
    assert report["machine"]["gpu"] == "NVIDIA Model Card, 24 GB"
    draft = report["profiles"]["draft"]
    assert not draft["ready"] and {"wan_parts", "vace_1_3b"} <= set(draft["missing"])
    assert draft["fix"] == f"rushes weights pull {' '.join(draft['missing'])}"
    assert draft["models"]["transform"]["fits"] and 8e9 < draft["models"]["transform"]["card_bytes"] < 24e9
    step = report["next"]
    assert (step["runs"], step["profile"], step["command"]) == ("preview", "draft", draft["fix"])
    assert step["download_bytes"] == weights.download_bytes(draft["missing"]) > 19e9


@pytest.mark.parametrize("row", [None, "no devices were found"])
def test_without_a_card_the_reason_stands_in_place_of_a_command(specs, card, tmp_path, row):
    card(row)
    report = doctor.examine(tmp_path, specs)
    assert report["machine"]["gpu"] is None and report["profiles"]["preview"]["ready"]
    assert report["profiles"]["final"]["models"]["transform"]["why"].startswith("Transform in final needs an NVIDIA")


def test_a_card_that_is_too_small_is_told_by_its_numbers(specs, card, tmp_path):
    card("NVIDIA Small Card, 6144, 4200")
    told = doctor.examine(tmp_path, specs)["profiles"]["draft"]["models"]["transform"]
    assert not told["fits"] and "needs 12.3 GB of the card's memory" in told["why"] and "4.4 GB free" in told["why"]


def test_a_damaged_job_list_is_told_and_nothing_is_mended(specs, tmp_path: Path):
    (tmp_path / "jobs.sqlite").write_bytes(b"no database" * 99)
    report = doctor.examine(tmp_path, specs)
    assert not report["workspace"]["ok"] and "jobs.sqlite is damaged" in report["workspace"]["problems"][0]
    assert doctor.repair(tmp_path) == []
