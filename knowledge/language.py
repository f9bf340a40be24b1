"""Which language an artist writes in, and a sentence of ours in that language.

Sentences stand in the code and the catalog in English; `catalog/languages/<language>.toml` holds each one's translation
under the English text itself, so that a changed sentence can't keep an old translation.
"""

import re
from functools import lru_cache

from knowledge.catalog import catalog
from knowledge.rows import Tongue
from knowledge.rule_rows import LANGUAGES, Language

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def detect(text: str, known: Language = "en") -> Language:
    """The language of `text`; `known`, the one spoken so far, where the text doesn't tell ("ok", "4K", a file name)."""
    if re.search(r"[\u3040-\u30ff]", text):
        return "ja"
    if re.search(r"[\u4e00-\u9fff]", text):
        return "zh"
    words = [w.lower() for w in _WORD.findall(text.replace("’", "'"))]
    scores = {language: sum(w in _words(language) for w in words) for language in LANGUAGES}
    best = max(scores.values())
    leading = [language for language in LANGUAGES if scores[language] == best]
    return leading[0] if best and known not in leading else known


def say(template: str, language: Language = "en", **values: object) -> str:
    """`template`, an English sentence with `{names}`, in `language` and filled; English where it has no translation."""
    text = template if language == "en" else _tongue(language).text.get(template, template)
    return text.format(**values) if values else text


@lru_cache(maxsize=len(LANGUAGES))
def _tongue(language: Language) -> Tongue:
    return catalog().tongues[language]


@lru_cache(maxsize=len(LANGUAGES))
def _words(language: Language) -> frozenset[str]:
    return frozenset(_tongue(language).words)
