"""Where each entry of weights lies in the cache folder, what files it must hold there, and what is known of them.

<cache>/<entry>/            the files of an entry of the list, `verified.json`, links to the folders it shares
<cache>/pins/<entry>.json   what an entry of a hub was at its first pull
<cache>/own/<name>/         links to what an artist brought, `own.json`
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from engine.errors import InputError
from engine.package_files import sha256_of
from engine.weight_rows import RECORD, HubWeight, Own, Pin, Pinned, Weight

OWN = "own.json"
"""In the folder of own weights: what they are."""


class Place(NamedTuple):
    """A folder and what must lie in it."""

    folder: Path
    files: dict[str, Pin]
    """By path in the folder; empty where that is not known yet, because it was never pulled."""

    def present(self) -> bool:
        """All files are there, with the right size."""
        return bool(self.files) and all(_size(self.folder / name) == pin.bytes for name, pin in self.files.items())

    def verified(self) -> bool:
        """True where the record says that each file, as it lies there, has had the right hash."""
        try:
            record = json.loads((self.folder / RECORD).read_text(encoding="utf-8"))
            return bool(self.files) and all(
                record.get(name) == [pin.sha256, *_stamp(self.folder / name)] for name, pin in self.files.items()
            )
        except (OSError, ValueError):
            return False

    def verify(self) -> bool:
        """Hash the files, and leave a record where they are right, none where not."""
        right = self.present() and all(sha256_of(self.folder / name) == pin.sha256 for name, pin in self.files.items())
        try:
            if right:
                self.record()
            else:
                (self.folder / RECORD).unlink(missing_ok=True)
        except OSError:
            pass  # a cache shared read-only can't be recorded in: it is hashed each time
        return right

    def record(self) -> None:
        """Note that the files, as they lie there now, have the right hashes."""
        record = {name: [pin.sha256, *_stamp(self.folder / name)] for name, pin in self.files.items()}
        write_whole(self.folder / RECORD, json.dumps(record))


def place_of(cache: Path, name: str, entry: Weight | HubWeight) -> Place:
    """Where an entry of the list lies."""
    if isinstance(entry, Weight):
        return Place(cache / name, {f.name: Pin(bytes=f.bytes, sha256=f.sha256) for f in entry.files.values()})
    pinned = pinned_of(cache, name, entry)
    return Place(cache / name, pinned.files if pinned else {})


def own_place(cache: Path, own: Own) -> Place:
    """Where own weights lie."""
    return Place(cache / "own" / own.folder, own.files)


def pinned_of(cache: Path, name: str, entry: HubWeight) -> Pinned | None:
    """What was pinned at the first pull; None before it, and where the list has gone on to another revision since."""
    path = cache / "pins" / f"{name}.json"
    try:
        pinned = Pinned.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise InputError(f"{path} is damaged; remove it and run: rushes weights pull {name}") from error
    elsewhere = pinned.repository != entry.repository  # the same files, found in a repository of another revision
    current = elsewhere or entry.revision in ("", pinned.revision)
    return pinned if current and (entry.convert or not entry.unmet(pinned.files)) else None


def pin(cache: Path, name: str, pinned: Pinned) -> None:
    """Keep what an entry is, for every later pull."""
    path = cache / "pins" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, pinned.model_dump_json(indent=1))


def owned(cache: Path) -> Iterator[Own]:
    """What the artist brought, by name."""
    for path in sorted((cache / "own").glob(f"*/{OWN}")):
        try:
            yield Own.model_validate_json(path.read_text(encoding="utf-8"))
        except ValidationError as error:
            raise InputError(f"{path} is damaged; remove the folder it lies in and add the weights again.") from error


def retire(cache: Path, own: Own) -> None:
    """Take away what bore the name of these own weights before them."""
    for other in list(owned(cache)):
        if other.name == own.name and other.folder != own.folder:
            shutil.rmtree(own_place(cache, other).folder)


def write_whole(path: Path, text: str) -> None:
    """Write a small file, all of it or nothing."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return -1


def _stamp(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_size, status.st_mtime_ns
