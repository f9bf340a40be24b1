"""Words as the model reads them: encoded once, remembered; the encoder, most of a small pipeline, is let go."""

import html
import re
from collections.abc import Iterable
from weakref import WeakKeyDictionary, proxy

import ftfy
import torch

from engine.sampling.parts import Parts

LENGTH = 512
"""Tokens of a prompt; shorter ones are filled up with zeros, longer ones cut."""


def prompts_for(parts: Parts) -> "Prompts":
    """What was read by these components, for as long as they are held."""
    return _held.setdefault(parts, Prompts(parts))


class Prompts:
    """The prompts of one folder's text encoder. Float32 or bfloat16 `(1, 512, width)`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = proxy(parts)
        self._read: dict[str, torch.Tensor] = {}

    def know(self, texts: Iterable[str]) -> bool:
        """Whether all of these were read before, so that no encoder has to be loaded."""
        return all(text in self._read for text in texts)

    def read(self, *texts: str) -> list[torch.Tensor]:
        """What the encoder makes of each text; it is loaded only where one is new, and freed after."""
        new = [text for text in dict.fromkeys(texts) if text not in self._read]
        for text in new:
            self._read[text] = self._encoded(text)
        if new:
            self._parts.free("text_encoder")
        return [self._read[text] for text in texts]

    def _encoded(self, text: str) -> torch.Tensor:
        tokens = self._parts.get("tokenizer")(
            [cleaned(text)],
            padding="max_length",
            max_length=LENGTH,
            truncation=True,
            add_special_tokens=True,
            return_attention_mask=True,
            return_tensors="pt",
        ).to(self._parts.device)
        with torch.no_grad():
            made = self._parts.get("text_encoder")(tokens.input_ids, tokens.attention_mask).last_hidden_state
        return made.masked_fill(tokens.attention_mask[..., None] == 0, 0).to(self._parts.dtype)


_held: WeakKeyDictionary[Parts, Prompts] = WeakKeyDictionary()


def cleaned(text: str) -> str:
    """The text as the models' authors prepared it: broken encodings mended, entities resolved, spaces collapsed."""
    return re.sub(r"\s+", " ", html.unescape(html.unescape(ftfy.fix_text(text)))).strip()
