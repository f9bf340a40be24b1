"""Tiny random checkpoints of the real classes, built in code and saved as folders; fixture `tiny` makes each once."""

from importlib import import_module
from pathlib import Path
from typing import NamedTuple

KINDS = {
    "vace": ("tests.tiny.wan", "vace", {}),
    "vace_two_experts": ("tests.tiny.wan", "vace", {"experts": 2}),
    "lora": ("tests.tiny.wan", "lora", {}),
    "qwen_edit": ("tests.tiny.image_edit", "qwen_edit", {}),
    "klein_base": ("tests.tiny.image_edit", "klein", {"distilled": False}),
    "animate": ("tests.tiny.animate", "animate", {}),
    "relight": ("tests.tiny.animate", "relight", {}),
    "klein": ("tests.tiny.image_edit", "klein", {}),
}
"""Module, builder and what it is told, by the name a test asks for."""


class Folders(NamedTuple):
    """The checkpoints of a test session; each is built when it is first asked for."""

    root: Path

    def __call__(self, kind: str) -> Path:
        """The folder of that checkpoint."""
        module, builder, told = KINDS[kind]
        folder = self.root / kind
        if not folder.is_dir():
            getattr(import_module(module), builder)(folder, **told)
        return folder
