"""Questions find their passages by words alone: slips, other languages, names, and nothing where nothing is known."""

import subprocess
import sys
import time

import pytest

from knowledge.guide import find, search
from knowledge.guide.words import folded, said, stem


def ids(question: str, limit: int = 3) -> list[str]:
    return [p.id for p in search(question, limit)]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("why test first", "guide.tests.why_first"),
        ("can i use two masks", "guide.masks.several"),
        ("how do i get exrs", "guide.delivery.exr"),
        ("where are my files saved", "guide.trouble.workspace"),
        ("does my footage get uploaded anywhere", "guide.house.privacy"),
    ],
)
def test_an_artists_question_finds_its_passage(question, wanted):
    assert wanted in ids(question)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("how do I make a maks", "guide.recipes.make_mask"),
        ("what does the overlapp do", "setting.overlap_frames"),
        ("keybaord shortcuts", "guide.page.keyboard"),
        ("face mesh", "setting.facemesh"),
        ("what is softedge", "control.softedge"),
    ],
)
def test_slips_and_words_joined_or_parted_are_understood(question, wanted):
    assert wanted in ids(question)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("was macht die Überlappung", "guide.long_shots.overlap"),
        ("à quoi sert le masque", "guide.masks.what_white_means"),
        ("¿dónde están guardados los archivos?", "guide.trouble.workspace"),
        ("come tolgo lo sfarfallio all'inizio", "symptom.flicker_start"),
        ("o áudio fica no vídeo?", "guide.delivery.sound"),
        ("リップシンクがずれる", "symptom.lip_sync_drift"),
        ("怎么导出EXR", "guide.delivery.exr"),
    ],
)
def test_seven_other_languages_find_the_same_passages(question, wanted):
    assert wanted in ids(question, 5)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("video_input_strength", "setting.video_input_strength"),
        ("what is rule settings.05 about?", "rule.settings.05"),
        ("tell me about symptom.flicker_start.", "symptom.flicker_start"),
        ("what does seed 42 mean", "setting.seed"),
        ("level of detail", "setting.level_of_detail_percent"),
        ("is steps important?", "setting.steps"),
    ],
)
def test_what_a_question_names_outright_stands_first(question, first):
    found = search(question)
    assert (found[0].id, found[0].found_by, found[0].score) == (first, "id", 1.0)


@pytest.mark.parametrize(
    "question",
    [
        "tell me a joke",
        "what is the capital of France",
        "my cat is sick",
        "how do I bake sourdough bread",
        "",
        "?!",
        "1",
    ],
)
def test_what_the_guide_does_not_know_it_says(question):
    found = find(question)
    assert found.passages == []
    assert found.notes == ["Nothing in the guide answers that."]


def test_passages_come_best_first_and_no_more_than_asked_for():
    found = search("how do I make a mask with a soft edge", 4)
    assert len(found) == 4
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    assert all(0 < p.score <= 1 and p.found_by in ("id", "words") for p in found)
    assert found == search("how do I make a mask with a soft edge", 9)[:4]


def test_words_are_folded_and_stemmed():
    assert folded("Überlappung, l'œuvre; output_size_px 4K") == ["uberlappung", "lœuvre", "output", "size", "px", "4k"]
    same = [("masks", "masking", "masked", "mask"), ("colour", "colors", "coloured"), ("stopped", "stops", "stop")]
    for words in same:
        assert len({stem(w) for w in words}) == 1, words
    assert said("how do I use it").stems == ()


def test_a_cold_search_by_words_loads_nothing_heavy():
    code = (
        "import sys; from knowledge.guide import search; assert search('why test first');"
        "print(*[m for m in ('chromadb', 'onnxruntime', 'numpy', 'tokenizers', 'torch') if m in sys.modules])"
    )
    began = time.monotonic()
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.strip() == "", ran.stdout + ran.stderr
    assert time.monotonic() - began < 10
