"""Where a review may be written: one file of the right kind, never over footage."""

from collections.abc import Iterable
from pathlib import Path

from engine.clip import Clip
from engine.errors import InputError


def check_place(target: Path, suffix: str, overwrite: bool, clips: Iterable[Clip]) -> None:
    """Refuse a target that is of another kind, is there already, or is footage itself."""
    if target.suffix.lower() != suffix:
        raise InputError(f"{target.name} is no name for this file: let it end with {suffix}.")
    if target.is_dir():
        raise InputError(f"{target} is a folder; name a file.")
    if target.exists() and any(Path(clip.path).exists() and target.samefile(clip.path) for clip in clips):
        raise InputError(f"{target} is the source itself; name another place.")
    if target.exists() and not overwrite:
        raise InputError(f"{target} exists already; give another name, or --overwrite.")
