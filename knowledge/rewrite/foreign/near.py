"""Words mistyped in the artist's language, as the one word of that language that is near.

Only words that nothing is known of are mended, and only where one word alone is near: a wrong guess would end in the
picture, an unknown word is asked about.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from knowledge.kept import kept
from knowledge.rewrite.foreign.forms import bare, forms, sources
from knowledge.rule_rows import Language

_LEAST = 5
"""Letters a word has at least to be mended: among shorter ones too many are near."""
_LONG = 7
"""A shorter word with one other letter is another word: poema is no slip of poeta."""
_WORD = re.compile(r"[^\W\d_]+")


def near_spelt(text: str, unknown: Sequence[str], language: Language) -> str:
    """`text` with each of its unknown words as the one that it is one slip away from, where there is only one."""
    if not forms(language).grammar.spaced:
        return text
    for word in unknown:
        if len(word) >= _LEAST and word.isalpha() and (meant := _nearest(word.lower(), language)):
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", meant, text, flags=re.I)
    return text


def _nearest(word: str, language: Language) -> str:
    """The word one slip away that begins with the same letter; nothing where several are."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    known = forms(language)
    found = process.extract(bare(word), _words(language).get(word[0], ()), scorer=OSA.distance, score_cutoff=1)
    near = [
        slip for slip in found if not _is_another(bare(word), slip[0])
    ]  # a letter left out is likelier than changed
    near = near or [slip for slip in found if len(word) >= _LONG]
    same = {known.meanings[bare(form)][0].english if bare(form) in known.meanings else form for form, *_ in near}
    return near[0][0] if len(same) == 1 else ""


def _is_another(word: str, form: str) -> bool:
    return len(word) == len(form) and sorted(word) != sorted(form)


@lru_cache(maxsize=8)
def _words(language: Language) -> dict[str, list[str]]:
    """Every word that the language says, in its vocabulary and its frames, without accents, by its first letter."""
    return kept(f"near_{language}", [*sources(language), Path(__file__)], lambda: _gathered(language))


def _gathered(language: Language) -> dict[str, list[str]]:
    known = forms(language)
    said = {word for frame in known.frames for word in _WORD.findall(re.sub(r"\{\w\}|\\s", " ", frame.says))}
    by_letter: dict[str, set[str]] = {}
    for word in {bare(word.lower()) for form in (*said, *known.meanings) for word in form.split()}:
        if len(word) >= _LEAST - 1:
            by_letter.setdefault(word[0], set()).add(word)
    return {letter: sorted(words) for letter, words in by_letter.items()}
