"""Words mistyped in the artist's language, as the one word of that language that is near.

Only words that nothing is known of are mended, and only where one word alone is near: a wrong guess would end in the
picture, an unknown word is asked about.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from knowledge.rewrite.foreign.forms import Forms, bare

_LEAST = 5
"""Letters a word has at least to be mended: among shorter ones too many are near."""
_WORD = re.compile(r"[^\W\d_]+")


def near_spelt(text: str, unknown: Sequence[str], known: Forms) -> str:
    """`text` with each of its unknown words as the one that it is one slip away from, where there is only one."""
    for word in unknown:
        if known.grammar.spaced and len(word) >= _LEAST and word.isalpha() and (meant := _nearest(word.lower(), known)):
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", meant, text, flags=re.I)
    return text


def _nearest(word: str, known: Forms) -> str:
    """The word one slip away that begins with the same letter; nothing where several are."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    near = process.extract(
        bare(word), _words(known.frames, tuple(known.meanings)).get(word[0], ()), scorer=OSA.distance, score_cutoff=1
    )
    same = {known.meanings[bare(form)][0].english if bare(form) in known.meanings else form for form, *_ in near}
    return near[0][0] if len(same) == 1 else ""


@lru_cache(maxsize=8)
def _words(frames: Sequence, meanings: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Every word that the language says, in its vocabulary and its frames, without accents, by its first letter."""
    said = {word for frame in frames for word in _WORD.findall(re.sub(r"\{\w\}|\\s", " ", frame.says))}
    by_letter: dict[str, set[str]] = {}
    for word in {bare(word.lower()) for form in (*said, *meanings) for word in form.split()}:
        if len(word) >= _LEAST - 1:
            by_letter.setdefault(word[0], set()).add(word)
    return {letter: tuple(sorted(words)) for letter, words in by_letter.items()}
