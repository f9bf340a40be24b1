"""The language of a message, told from as little as artists write; and a sentence in that language."""

import pytest

from knowledge.catalog import catalog
from knowledge.language import detect, say, spoken
from knowledge.rule_rows import LANGUAGES

SAID = {
    "en": (
        "darker", "make it look like a watercolour", "why?", "again", "the face melts", "yes please", "not yet",
        "what can you do?", "how long", "it flickers at the start", "keep the camera", "stronger", "undo that",
        "all the shots like this", "less contrast", "as EXR please", "too strong", "go back", "thanks a lot",
        "her hair changes colour", "MAKE IT DARKER", "more snow",
    ),
    "de": (
        "noch mal", "dunkler bitte", "ja", "nein", "mach weiter", "warum?", "wie lange noch?", "das Gesicht schmilzt",
        "es flackert am Anfang", "als Ölgemälde", "weniger Stil", "alle Einstellungen so", "gefällt mir", "danke",
        "was kannst du?", "zurück zur vorigen", "bitte als EXR", "mach den Himmel dunkler", "nochmal aber weicher",
        "Kamera bleibt so", "zu stark", "Mach das rückgängig", "das ist mir zu bunt",
    ),
    "fr": (
        "encore une fois", "plus sombre", "oui", "pourquoi ?", "c'est trop fort", "annule", "ça clignote au début",
        "le visage fond", "tous les plans comme ça", "merci", "moins de contraste", "que peux-tu faire ?",
        "combien de temps ?", "en aquarelle", "vas-y", "j'aime bien", "reviens en arrière", "en EXR s'il te plaît",
        "pas encore", "garde la caméra fixe", "une autre image", "mets de la neige", "fais-le à l'huile",
    ),
    "es": (
        "vale", "otra vez", "más oscuro", "sí", "¿por qué?", "la cara se derrite", "parpadea al principio",
        "demasiado fuerte", "todos los planos así", "gracias", "menos contraste", "¿qué puedes hacer?",
        "¿cuánto falta?", "como una acuarela", "hazlo", "deshaz", "en EXR por favor", "todavía no", "adelante",
        "mantén la cámara quieta", "cancela", "ponle nieve", "quiero otro estilo", "mas oscuro por favor",
    ),
    "it": (
        "più scuro", "ancora una volta", "perché?", "il viso si scioglie", "sfarfalla all'inizio", "troppo forte",
        "tutte le inquadrature così", "grazie", "meno contrasto", "cosa sai fare?", "quanto manca?",
        "come un acquerello", "va bene", "annulla", "in EXR per favore", "non ancora", "torna indietro",
        "tieni ferma la camera", "mettici la neve", "voglio un altro stile", "fallo a olio", "piu scuro",
        "bello, grazie",
    ),
    "pt": (
        "deixa mais escuro", "de novo", "sim", "por quê?", "o rosto derrete", "pisca no começo", "forte demais",
        "todos os planos assim", "obrigado", "menos contraste", "o que você faz?", "quanto falta?",
        "como uma aquarela", "pode ser", "desfaz", "em EXR por favor", "ainda não", "não gostei",
        "mantém a câmera parada", "põe neve", "quero outro estilo", "nao gostei", "ficou bom", "beleza",
    ),
    "ja": (
        "もっと暗く", "はい", "なぜ？", "顔が溶ける", "最初がちらつく", "強すぎ", "全部のショットで", "ありがとう",
        "何ができるの？", "あとどれくらい？", "水彩画にして", "元に戻して", "EXRで書き出して", "まだです",
        "カメラはそのまま",
        "雪を足して", "別のスタイル", "もう一度", "transform で watercolor にして", "いいね", "キャンセル",
    ),
    "zh": (
        "再暗一点", "好的", "为什么？", "脸融化了", "开头闪烁", "太强了", "所有镜头都这样", "谢谢", "你能做什么？",
        "还要多久？", "做成水彩画", "撤销", "导出EXR", "还没有", "保持镜头不动", "加点雪", "换个风格", "再来一次",
        "可以", "取消", "不喜欢", "把背景换成雪山",
    ),
}  # fmt: skip

TWINS = {"menos contraste"}
"""The same in two languages: only the talk tells which."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_of_short_messages(language):
    wrong = {text: found for text in SAID[language] if (found := detect(text, language)) != language}
    assert not wrong
    first = {text: found for text in SAID[language] if (found := detect(text)) != language and text not in TWINS}
    assert not first, "as the first message of a talk"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_tells_nothing_keeps_the_language_of_the_talk(language):
    for text in ("ok", "OK!", "4K", "EXR", "mp4", "010", "👍", "bikes_v02.mp4", "/media/Über/été.mov", "…", "test"):
        assert detect(text, language) == language, text


def test_a_foreign_name_does_not_change_the_language():
    for text in (
        "make it look like Der Himmel über Berlin",
        "in the style of Die Brücke",
        "a Joan Miró painting, please",
        "shot like La Dolce Vita",
        "make it look like 浮世絵",
        "as if Hokusai 葛飾北斎 had painted it",
        "keep the sign that says “Café Müller”",
        "grade it like Cidade de Deus",
    ):
        assert detect(text) == "en", text
    assert detect("wie in The Grand Budapest Hotel, bitte") == "de"
    assert detect("comme dans Blade Runner, mais plus sombre") == "fr"
    assert detect("mach es im Stil von Studio Ghibli") == "de"


def test_characters_without_kana_are_read_by_the_talk():
    assert detect("水彩画", "ja") == "ja" and detect("水彩画", "en") == "zh"
    assert detect("背景変更", "en") == "ja" and detect("这样更好", "ja") == "zh"


def test_a_sentence_is_said_whole_or_in_english():
    assert say("Nobody has translated this {thing}.", "de", thing="one") == "Nobody has translated this one."
    assert say("{braces} stay where nothing is filled") == "{braces} stay where nothing is filled"
    assert spoken()[0] == "en" and set(spoken()) <= set(LANGUAGES)
    assert set(catalog().tongues) == set(LANGUAGES)
