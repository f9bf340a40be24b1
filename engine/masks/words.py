"""Which words this profile's nets can find, and by what; every other word is refused before anything is made."""

import re
from typing import Literal, NamedTuple

from engine.errors import PrerequisiteError

Kind = Literal["person", "people", "face", "hand", "sky"]
"""What a mask is found by."""

ALIASES: dict[Kind, tuple[str, ...]] = {
    "person": (
        *("person", "man", "woman", "boy", "girl", "human", "guy", "lady", "child", "kid", "actor", "actress"),
        *("character", "figure", "subject", "speaker", "presenter", "singer", "dancer"),
    ),
    "people": ("people", "persons", "men", "women", "children", "kids", "humans", "characters", "actors", "everyone"),
    "face": ("face", "faces"),
    "hand": ("hand", "hands"),
    "sky": ("sky",),
}
BACKGROUND = ("background", "backdrop")
"""All but the people."""

ROUGH: dict[Kind, str] = {
    "face": "The face is filled between the points of its outline: hair and ears are left out.",
    "hand": "Hands are rough, discs round the joints that a body's arms lead to: in a close-up none may be found.",
    "sky": "The sky is found by place and colour alone, so it is rough: bright water, snow or walls may pass for it.",
}
SEXLESS = ("man", "woman", "boy", "girl", "guy", "lady", "child", "kid", "men", "women", "children", "kids")
"""Words that tell more of a person than the net can see."""

WOULD_DO = "facebook/sam2.1-hiera-small with IDEA-Research/grounding-dino-tiny"
"""The weights that find whatever a word names."""


class Sought(NamedTuple):
    """What the words of a request ask for."""

    kind: Kind
    inverted: bool = False
    """True for the background: all that is not it."""
    notes: tuple[str, ...] = ()


def sought(words: str) -> Sought:
    """What to look for; PrerequisiteError, with the weights that would find it, for what no net here knows."""
    plain = re.sub(r"^(the|a|an|my|his|her|their)\s+", "", " ".join(words.lower().split()).strip(" .!"))
    if plain in BACKGROUND:
        return Sought("people", inverted=True, notes=("The background is all that no person covers.",))
    for kind, names in ALIASES.items():
        if plain in names:
            notes = [ROUGH[kind]] if kind in ROUGH else []
            if plain in SEXLESS:
                notes.append(f"The net finds people, and can't tell that it is a {plain}: look at who is masked.")
            return Sought(kind, notes=tuple(notes))
    known = ", ".join([*ALIASES, *BACKGROUND[:1]])
    raise PrerequisiteError(
        f"No net on this machine finds {words.strip()!r}: it takes {WOULD_DO}, which come with the final profile; "
        f"without them put points on it or paint it on one frame, or name one of {known}."
    )
