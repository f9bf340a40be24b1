"""The language of a talk: that of the artist's last words, which earlier ones help to tell."""

from collections.abc import Sequence

from langchain_core.messages import AnyMessage

from agent.prompts import speaks
from agent.state import from_artist
from knowledge.language import detect
from knowledge.rule_rows import Language


def spoken_in(messages: Sequence[AnyMessage]) -> Language:
    """The language to answer in: the artist's, or English where nobody has translated it."""
    language: Language = "en"
    for message in messages:
        if from_artist(message) and message.text.strip():
            language = detect(message.text, language)
    return language if speaks(language) else "en"
