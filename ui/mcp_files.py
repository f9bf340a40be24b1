"""Files handed over to other assistants: they name them, and never see where they lie."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.errors import InputError

PLACES = ("path", "proof", "delivered", "control")
"""Fields of answers that tell where something lies."""


class HandedOver:
    """Single files, and folders whose files are offered as they come and go."""

    def __init__(self, files: Sequence[str], folders: Sequence[str]):
        """Raises `InputError` where one is missing, or two single files have one name."""
        self._files: dict[str, Path] = {}
        for path in map(_present, files):
            if self._files.setdefault(path.name, path) != path:
                raise InputError(f"Two of the files are called {path.name}; programs name them by that: rename one.")
        self._folders = [_present(folder) for folder in folders]
        for folder in self._folders:
            if not folder.is_dir():
                raise InputError(f"{folder} is no folder; hand over a single file with --file.")

    def named(self) -> dict[str, Path]:
        """Everything handed over, by name. Of two of one name the single file counts, else the earlier folder's."""
        found = dict(self._files)
        for folder in self._folders:
            for path in sorted(folder.iterdir()):
                if not path.name.startswith("."):
                    found.setdefault(path.name, path)
        return found


def without_places(value: Any, root: Path, files: dict[str, Path], field: str = "") -> Any:
    """An answer as programs may read it: what lies in the workspace by its place there, all else by its name."""
    match value:
        case dict():
            return {name: without_places(each, root, files, name) for name, each in value.items()}
        case list():
            return [without_places(each, root, files, field) for each in value]
        case str() if field in PLACES and not Path(value).is_relative_to(root):
            return Path(value).name
        case str():
            shown = value.replace(f"{root}/", "")
            for name, path in files.items():
                shown = shown.replace(str(path), name)
            return shown
    return value


def _present(path: str) -> Path:
    found = Path(path).expanduser().absolute()
    if "%" not in found.name and not found.exists():
        raise InputError(f"There is no file {path}; check the name.")
    return found
