"""What a typed answer to an approval means."""

from typing import Literal

from knowledge import reading

ANSWERS = {"yes", "no"}


def meaning(text: str) -> Literal["yes", "no", "other"]:
    """A yes that asks for nothing new approves; a no rejects; all else rejects too, and is then answered."""
    return reading.answer(text)
