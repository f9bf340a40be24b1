"""The rows of the catalog that turn other languages into English: a way of saying an order, and a language's forms."""

import re
from typing import Any, Self

from engine.row import Row

SLOTS = {
    "t": "what the order is about: a thing or a person",
    "k": "the same, and known already: the dog, her coat",
    "b": "somebody: a person or an animal",
    "a": "a look: a technique, a genre, a name",
    "v": "what there is afterwards: any phrase",
    "q": "how it is afterwards: colours, materials and other qualities alone",
    "d": "what somebody does",
    "s": "a time of day, a season or the weather",
    "n": "a name, which passes as it is, or any phrase",
    "w": "a place: a phrase that begins with in, on, behind ...",
}
"""What stands in the braces of a frame."""

_SLOT = re.compile(r"\{(\w)\}")


class Frame(Row, kw_only=True):
    """One way of saying an order in one language, and the English order it is."""

    says: str
    """A regular expression with slots; a space is any white space."""
    gives: str
    """The English order, with the same slots."""
    example: str
    """Words an artist may use for it."""
    means: str
    """What the example becomes; a test holds every frame to it."""

    @classmethod
    def read(cls, fields: Any) -> Self:
        """As any row; `ValueError` too where a slot is none of `SLOTS`."""
        frame = super().read(fields)
        if stray := {*_SLOT.findall(frame.says), *_SLOT.findall(frame.gives)} - set(SLOTS):
            raise ValueError(f"there is no slot {', '.join(sorted(stray))}; there are {', '.join(SLOTS)}")
        return frame


class Grammar(Row, kw_only=True):
    """How the words of one language change and follow one another, as far as a short order needs it."""

    spaced: bool = True
    """False where words stand without spaces between them."""
    noun_first: bool = False
    """True where a quality follows its noun."""
    owner_first: bool = False
    """True where "of" stands behind what it belongs to: A の B is the B of A."""
    verb_last: bool = False
    """True where what is done stands behind what it is done to."""
    postpositions: bool = False
    """True where in, on, behind ... follow their noun."""
    plural_marks: tuple[str, ...] = ()
    """What makes the noun before it several."""
    capital_nouns: bool = False
    """True where every noun has a capital, so that a capital tells no name."""
    links: tuple[str, ...] = ()
    """Letters between the halves of a compound; none where words aren't joined."""
    courtesies: tuple[str, ...] = ()
    """What is said around a wish and asks for nothing."""
    openings: tuple[str, ...] = ()
    """What only leads from one wish to the next."""
    particles: tuple[str, ...] = ()
    """What means nothing within a phrase."""
    said_as: tuple[str, ...] = ()
    """Ways of saying that frames and cues have in other words, `pattern >> words` with groups as \\1: tried in order on
    a whole message, before it is parted into wishes. A space is any white space, ends are ends of words."""
    joined: tuple[str, ...] = ()
    """Words for "and" that one wish may end and the next begin at."""
    chain: str = ""
    """A pattern of what stands between two wishes said in one breath; of no width where nothing does."""
    endings: tuple[str, ...] = ()
    """Ends of a wish and what frames have for them, `たい > て`; the first that fits is taken."""
    nouns: tuple[str, ...] = ()
    """Endings of plurals, `singular > plural ...`; the first that fits is taken, `*` fits all."""
    cases: tuple[str, ...] = ()
    """Endings that a noun may have behind its singular or plural."""
    qualities: tuple[str, ...] = ()
    """Endings of further forms of a quality."""
    verbs: tuple[str, ...] = ()
    """Endings of further forms of a verb, from its dictionary form."""
    small: tuple[str, ...] = ()
    """Closed-class words that carry nothing in a short order: auxiliaries, pronouns, adverbs, courtesy. The next five
    and these are for wishes that no frame fits (`knowledge/rewrite/foreign/gist.py`)."""
    away: tuple[str, ...] = ()
    """What says that something goes: weg, raus damit."""
    gives: tuple[str, ...] = ()
    """What says that something comes in addition, or that somebody gets it: gib, verpass, dazu."""
    instead: tuple[str, ...] = ()
    """What stands between the new and the old: A statt B."""
    becomes: tuple[str, ...] = ()
    """What stands between the old and the new: aus B wird A, B sondern A."""
    shifted: tuple[str, ...] = ()
    """What stands before the old where the new came first as a wish: lieber A als B."""
