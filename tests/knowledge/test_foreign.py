"""Orders in the seven other languages become English ones: every frame by its example, the vocabulary whole, and speech
that no frame was written for."""

import subprocess
import sys
import time

import pytest

from knowledge.catalog import Catalog, CatalogError, catalog
from knowledge.rewrite.foreign import English, english
from knowledge.rule_rows import LANGUAGES

OTHERS = tuple(language for language in LANGUAGES if language != "en")
GRAMMAR = ("article", "count", "joint", "degree", "pronoun")
"""Classes in which a language may lack a word that another has."""

FRAMES = [
    pytest.param(language, frame, id=f"{language}: {frame.example}")
    for language in OTHERS
    for frame in catalog().frames(language)[0]
]


@pytest.mark.parametrize(("language", "frame"), FRAMES)
def test_every_frame_reads_its_example(language, frame):
    assert english(frame.example, language) == English(frame.means)


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_concepts_that_the_others_share(language):
    """A language may have more: what its artists say oftener, or what another language says in two words."""
    mine = catalog().vocabulary(language)
    named = _concepts(language)
    others = [_concepts(other) for other in OTHERS if other != language]
    shared = [
        (kind, word)
        for kind, words in others[0].items()
        for word in words
        if all(word in other[kind] for other in others)
    ]
    assert [(kind, word) for kind, word in shared if word not in named[kind]] == []
    assert [
        word for kind, words in mine.items() if kind not in GRAMMAR for word, said in words.items() if not said
    ] == []


def _concepts(language):
    return {
        kind: {name.strip(): said for names, said in words.items() for name in names.split(",")}
        for kind, words in catalog().vocabulary(language).items()
    }


def test_a_row_with_several_english_words_says_the_one_that_the_caption_has():
    assert english("enlève l'atelier", "fr") == English("remove the workshop")
    assert english("enlève l'atelier", "fr", "A potter in a studio.") == English("remove the studio")
    assert english("enlève les camions", "fr", "Two lorries pass.") == English("remove the lorries")


def test_there_are_a_thousand_concepts():
    assert sum(len(words) for words in catalog().vocabulary("fr").values()) >= 1000


def test_english_passes_unchanged():
    assert english("make the dog a wolf, pls", "en") == English("make the dog a wolf, pls")


@pytest.mark.parametrize(
    ("language", "said", "order"),
    [
        (
            "de",
            "mach den Hund zu einem alten Wolf und entferne das Schild",
            "change the dog to an old wolf, remove the sign",
        ),
        ("de", "Gesicht nicht anfassen, Ölgemälde", "keep the face, make it an oil painting"),
        ("fr", "enlève le panneau et mets la voiture en bleu", "remove the sign, make the car blue"),
        ("es", "una casa de madera en vez de la torre", "replace the tower with a wooden house"),
        ("it", "togli il cartello e rendi la macchina blu", "remove the sign, make the car blue"),
        ("pt", "tira a placa e deixa o carro azul", "remove the sign, make the car blue"),
        ("ja", "看板を消して、車を青くして", "remove the sign, make the car blue"),
        ("zh", "去掉招牌，把车改成蓝色", "remove the sign, make the car blue"),
    ],
)
def test_several_wishes(language, said, order):
    assert english(said, language) == English(order)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "mach den Hund zu einem Quastenflosser"),
        ("fr", "remplace le chien par un cœlacanthe"),
        ("es", "cambia el perro por un celacanto"),
        ("it", "sostituisci il cane con un celacanto"),
        ("pt", "troca o cachorro por um celacanto"),
        ("ja", "犬をシーラカンスに変えて"),
        ("zh", "把狗换成腔棘鱼"),
    ],
)
def test_a_wish_with_an_unknown_word_is_left_out_and_the_word_named(language, said):
    rest = {"ja": "夜にして、", "zh": "改成夜晚，"}.get(language, "")
    found = english(rest + said, language)
    assert found.order == ("make it night" if rest else "")
    assert len(found.unknown) == 1
    assert found.unknown[0].lower() in said.lower()


@pytest.mark.parametrize(
    ("language", "said", "caption", "order"),
    [
        ("ja", "女性を宇宙飛行士に変えて", "Two women jog along a canal.", "change the women to astronauts"),
        ("ja", "女性を宇宙飛行士に変えて", "A woman jogs along a canal.", "change the woman to an astronaut"),
        ("zh", "自行车都去掉", "A street with cars and bikes.", "remove the bikes"),
        ("zh", "把狗换成穿红大衣的老太太", "Dogs run.", "replace the dogs with old women wearing a red coat"),
        ("de", "mach die Katze zu einem Löwen", "Two cats sleep.", "change the cat to a lion"),
    ],
)
def test_an_order_speaks_of_what_the_caption_shows(language, said, caption, order):
    assert english(said, language, caption) == English(order)


@pytest.mark.parametrize(
    ("language", "said", "order"),
    [
        ("ja", "夜にして雨を降らせて", "make it night, make it rain"),
        ("ja", "空を赤くして看板を消しちゃって", "make the sky red, remove the sign"),
        ("zh", "把车改成红色再加点雾", "make the car red, add fog"),
        ("zh", "去掉招牌把狗换成猫", "remove the sign, replace the dog with a cat"),
    ],
)
def test_orders_with_nothing_between_them(language, said, order):
    assert english(said, language) == English(order)


@pytest.mark.parametrize("language", OTHERS)
def test_no_foreign_word_gets_through(language):
    """Whatever is said, what comes out is spelt with English letters, or it is named as unknown."""
    strange = {"ja": "ブロプタク", "zh": "砉砉"}.get(language, "blorptak")
    for frame in catalog().frames(language)[0]:
        order = english(f"{frame.example}, {strange} {frame.example}", language).order
        assert strange not in order
        assert order.isascii()


def test_a_frame_with_a_slot_nobody_knows_is_refused(tmp_path):
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "de.toml").write_text(
        '[[frame]]\nsays = "weg mit {z}"\ngives = "remove {z}"\nexample = "a"\nmeans = "b"\n', encoding="utf-8"
    )
    (tmp_path / "profiles.toml").write_text("", encoding="utf-8")
    broken = Catalog.__new__(Catalog)
    broken.root = tmp_path
    with pytest.raises(CatalogError, match="there is no slot z"):
        broken.frames("de")


def test_a_thousand_orders_are_quick():
    said = [frame.example for language in OTHERS for frame in catalog().frames(language)[0]]
    started = time.process_time()
    for n in range(1000):
        english(f"{said[n % len(said)]}, {n}", OTHERS[n % len(OTHERS)])
    assert time.process_time() - started < 10


def test_the_first_order_costs_little_more_than_an_english_one():
    """Tables and patterns of one language, read in a fresh process."""
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import time; from knowledge.rewrite import rewrite; from knowledge.rewrite.foreign import english\n"
            "rewrite('make it night', 'A dog runs.'); t = time.process_time(); english('mach es Nacht', 'de')\n"
            "print(time.process_time() - t)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(told.stdout) < 0.3
