"""A cache folder of weights against a list of them: what is here, what is right, and how the rest gets in.

One folder an entry, made in a scratch folder beside it and renamed into place once each file in it has its hash.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

from engine import weight_bundle, weight_own, weight_pull
from engine.errors import InputError, PrerequisiteError
from engine.package_files import Package, fetch
from engine.weight_packages import make
from engine.weight_places import Place, own_place, owned, place_of
from engine.weight_rows import HubWeight, Own, Weight, WeightList, WeightRow
from engine.weight_table import own_row, row, size


class Progress(NamedTuple):
    """What a pull is at. `done` and `total` are bytes of the download, 0 where a step has none."""

    name: str
    """The entry, or the entries, that are coming."""
    step: Literal["wait", "check", "fetch", "unpack", "done"]
    done: int = 0
    total: int = 0

    def __str__(self) -> str:
        """One line for a person; the same line for a quarter of a download."""
        match self.step:
            case "fetch":
                return f"{self.name}: {self.done * 4 // self.total * 25} % of {self.total / 1e6:.1f} MB"
            case "wait":
                return "another pull is at work, waiting for it"
            case "check":
                return f"{self.name}: already on this disk, checking it"
            case "unpack":
                return f"{self.name}: unpacking"
        return f"{self.name}: here"


class OwnFile(NamedTuple):
    """A file that the artist brought."""

    path: Path
    sha256: str


Listener = Callable[[Progress], None]


class WeightCache(NamedTuple):
    """The list and the folder."""

    list: WeightList
    folder: Path
    """It need not exist before a pull."""

    def resolve(self, names: Iterable[str]) -> list[str]:
        """Entries behind names of entries, files, groups or repositories, in the list's order.

        InputError names every unknown one.
        """
        weights = self.list.weight
        wanted, faults = set(), []
        for name in names:
            found = {w for w, entry in weights.items() if name == w or name in entry.groups or name in _inner(entry)}
            if not found:
                known = {*weights, *(g for entry in weights.values() for g in entry.groups)}
                near = get_close_matches(name, known, n=2, cutoff=0.6) or sorted(known)
                faults.append(f"There are no weights named {name}; there are {', '.join(near)}.")
            wanted |= found
        if faults:
            raise InputError(" ".join(faults))
        return [w for w in weights if w in wanted]

    def missing(self, names: Iterable[str]) -> list[str]:
        """Entries of these names, and what they share, that would have to be pulled."""
        return [name for name in self._whole(names) if not self._place(name).verified()]

    def download_bytes(self, names: Iterable[str]) -> int:
        """Size of what a pull of these names would fetch now; about, where an entry of a hub was never pulled."""
        wanted = {name: self.list.weight[name] for name in self.missing(names)}
        packages = {entry.package for entry in wanted.values() if isinstance(entry, Weight)}
        of_hubs = (self._bytes(name) for name, entry in wanted.items() if isinstance(entry, HubWeight))
        return sum(self.list.package[package].bytes for package in packages) + sum(of_hubs)

    def path(self, name: str) -> Path:
        """The file of that name, its hash checked; the folder where the entry `name` holds several.

        An entry of a hub is a folder of the layout that diffusers and transformers load, with what it shares in it;
        what an artist brought in its place is given instead. PrerequisiteError, with the command, where it is not on
        this machine or is not what it was.
        """
        entries = self.resolve([name])
        entry = entries[0]
        listed = self.list.weight[entry]
        files = listed.files if isinstance(listed, Weight) else {}
        if name != entry and name not in files and (len(entries) > 1 or name in listed.groups):
            raise InputError(f"{name} is a group of weights, not one; name one of {', '.join(entries)}.")
        place = self._held(entry, name)
        for shared in self._shares(entry):
            self._held(shared, shared)
        if name in files:
            return place.folder / files[name].name
        return place.folder / next(iter(place.files)) if len(place.files) == 1 else place.folder

    def hashes(self, names: Iterable[str]) -> dict[str, str]:
        """sha256 of every file of these names, for a proof; PrerequisiteError where one is not here.

        Files of a hub stand as `entry/path`, what an artist brought in their place as `own/name/path`.
        """
        found = {}
        for entry in self._whole(names):
            self.path(entry)
            listed = self.list.weight[entry]
            if isinstance(listed, Weight):
                found |= {name: file.sha256 for name, file in listed.files.items()}
            else:
                own = self.standing_in(entry)
                under = f"own/{own.name}" if own else entry
                found |= {f"{under}/{path}": pin.sha256 for path, pin in self._place(entry).files.items()}
        return found

    def table(self) -> list[WeightRow]:
        """Every entry, and whether it is here; then what the artist brought. Quick: hashes nothing."""
        listed = [row(self.folder, name, entry) for name, entry in self.list.weight.items()]
        return listed + [own_row(self.folder, own) for own in owned(self.folder)]

    def check(self) -> list[WeightRow]:
        """Hash everything that is here, again, and tell the table after it."""
        places = [place_of(self.folder, name, entry) for name, entry in self.list.weight.items()]
        for place in [*places, *(own_place(self.folder, own) for own in owned(self.folder))]:
            if place.present():
                place.verify()
        return self.table()

    def standing_in(self, entry: str) -> Own | None:
        """The checkpoint of the artist's own that takes the place of that entry, if there is one."""
        return next((own for own in owned(self.folder) if own.stands_for == entry and not own.lora), None)

    def add(self, name: str, source: Path, stands_for: str) -> Own:
        """Register own weights: a LoRA for that entry of a hub, or a checkpoint in its place. InputError.

        Of the files only the kinds that run nothing are taken; they are linked, not copied, and their hashes kept.
        """
        with self._writing():
            return weight_own.add(self.folder, self.list, name, source, stands_for)

    def remove(self, name: str) -> Own:
        """Forget own weights; the files they were made of stay. InputError where there are none so named."""
        with self._writing():
            return weight_own.remove(self.folder, name)

    def bundle(self, names: Iterable[str], target: Path, progress: Listener | None = None) -> list[str]:
        """Write these entries (none named: all that is here) and the own weights for them as one file; what it holds.

        PrerequisiteError where a named one is not here, InputError where the file can't be written.
        """
        tell = progress or (lambda _: None)
        named = list(names)
        entries = self._whole(named) if named else [n for n, e in self.list.weight.items() if self._stock(n).present()]
        owns = [own for own in owned(self.folder) if own.stands_for in entries or not named]
        for entry in entries:
            if not self._stock(entry).verified() and not self._stock(entry).verify() and not self.standing_in(entry):
                raise PrerequisiteError(f"{entry} is not on this machine.", f"rushes weights pull {entry}")
        held = [entry for entry in entries if self._stock(entry).verified()]
        found = weight_bundle.parcels(self.folder, self.list, held, owns)
        if not found:
            raise InputError("There are no weights on this machine to make a bundle of.")
        try:
            weight_bundle.write(target, found, lambda done, whole: tell(Progress("bundle", "fetch", done, whole)))
        except OSError as error:
            raise InputError(f"The bundle can't be written to {target}: {error.strerror or error}.") from error
        return [parcel.packed.name for parcel in found]

    def unbundle(self, bundle: Path, progress: Listener | None = None) -> list[str]:
        """Bring what a bundle holds and this cache lacks into it, every file checked; the names brought. InputError."""
        tell = progress or (lambda _: None)
        if not bundle.is_file():
            raise InputError(f"There is no file {bundle}.")
        with self._writing(tell), tempfile.TemporaryDirectory(prefix=".pull-", dir=self.folder) as scratch:
            told = lambda done, whole: tell(Progress("bundle", "fetch", done, whole))  # noqa: E731
            return weight_bundle.unpack(bundle, self.folder, self.list, Path(scratch), told)

    def lora(self, name: str, entries: Iterable[str]) -> OwnFile:
        """The LoRA of the artist's own of that name, for a render that uses these entries; its hash is right.

        InputError where there is none so named or it is for another model, PrerequisiteError where its file is gone.
        """
        loras = {own.name: own for own in owned(self.folder) if own.lora}
        used = tuple(entries)
        if name not in loras:
            have = ", ".join(loras) or "none"
            fitting = next((e for e in used if isinstance(self.list.weight.get(e), HubWeight)), "WEIGHT")
            raise InputError(
                f"There is no LoRA named {name}; there are {have}. "
                f"Bring one by: rushes weights add {name} --from FILE --for {fitting}"
            )
        own = loras[name]
        if own.stands_for not in used:
            raise InputError(f"{name} is a LoRA for {own.stands_for}; this render uses {', '.join(used) or 'none'}.")
        place = own_place(self.folder, own)
        if not place.verified() and not place.verify():
            mend = f"rushes weights add {name} --from FILE --for {own.stands_for}"
            raise PrerequisiteError(f"The LoRA {name} is not at {own.source} any more, or is not what it was.", mend)
        ((path, pinned),) = own.files.items()
        return OwnFile(place.folder / path, pinned.sha256)

    def pull(self, names: Iterable[str], progress: Listener | None = None) -> list[str]:
        """Fetch what is missing of these entries, files and groups; the entries that were fetched come back.

        Each entry appears whole or not at all; what has arrived of an entry of a hub is kept for the next pull. Pulls
        at the same time wait for one another. Raises PrerequisiteError (no network, a gated page, another file than
        pinned) or InputError (no room, the cache can't be written).
        """
        tell = progress or (lambda _: None)
        entries = self.resolve(names)
        if not self.missing(entries):
            return []
        fetched = []
        with self._writing(tell):
            lacking = self.missing(entries)
            packed = [name for name in lacking if isinstance(self.list.weight[name], Weight)]
            by_package = sorted(packed, key=lambda name: self.list.weight[name].package)
            for package, group in groupby(by_package, key=lambda name: self.list.weight[name].package):
                together = list(group)
                self._pull_package(self.list.package[package], together, tell)
                fetched += together
            of_hubs = [name for name in lacking if name not in packed and not self.standing_in(name)]
            fetched += weight_pull.pull(self.folder, self.list, of_hubs, lambda *at: tell(Progress(*at)))
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
                listed = self.list.weight[entry]
                for file in listed.files.values():
                    make(archive, file, made / file.name)
                Place(made, self._place(entry).files).record()
            for entry in entries:
                if (self.folder / entry).exists():
                    (self.folder / entry).rename(scratch / f"{entry}.old")
                (scratch / "made" / entry).rename(self.folder / entry)
                tell(Progress(entry, "done"))

    @contextmanager
    def _writing(self, tell: Listener = lambda _: None) -> Iterator[None]:
        """Hold the cache for oneself, without what a killed pull left; InputError where it can't be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._locked(tell):
                for stale in self.folder.glob(".pull-*"):  # nobody else holds the lock: a killed pull left it
                    shutil.rmtree(stale)
                yield
        except OSError as error:
            raise InputError(
                f"The weights can't be written to {self.folder}: {error.strerror or error}. "
                "Make room or set RUSHES_WEIGHTS to another folder."
            ) from error

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

    def _whole(self, names: Iterable[str]) -> list[str]:
        """Entries behind these names and those that they share."""
        entries = self.resolve(names)
        shared = {share for entry in entries for share in self._shares(entry)}
        return [name for name in self.list.weight if name in shared or name in entries]

    def _shares(self, entry: str) -> tuple[str, ...]:
        """Entries whose folders stand in that of this one, or of the artist's own in its place."""
        listed = self.list.weight[entry]
        if isinstance(listed, Weight) or not listed.shares:
            return ()
        own = self.standing_in(entry)
        return own.shares if own else listed.shares

    def _place(self, entry: str) -> Place:
        """Where the entry lies, or the artist's own in its place."""
        listed = self.list.weight[entry]
        own = self.standing_in(entry) if isinstance(listed, HubWeight) else None
        return own_place(self.folder, own) if own else place_of(self.folder, entry, listed)

    def _stock(self, entry: str) -> Place:
        """Where the entry of the list itself lies."""
        return place_of(self.folder, entry, self.list.weight[entry])

    def _held(self, entry: str, called: str) -> Place:
        """The place of an entry that is here and right; PrerequisiteError where it isn't."""
        place = self._place(entry)
        own = self.standing_in(entry) if isinstance(self.list.weight[entry], HubWeight) else None
        if place.verified():
            return place
        mend = f"rushes weights pull {entry}"
        if own:
            mend = f"rushes weights add {own.name} --from {own.source} --for {own.stands_for}"
            called = f"{own.name} (own weights for {own.stands_for})"
        if not place.present():
            raise PrerequisiteError(f"{called} is not on this machine.", mend)
        if not place.verify():
            raise PrerequisiteError(f"{called} on this machine is damaged.", mend)
        return place

    def _bytes(self, name: str) -> int:
        return size(self.folder, name, self.list.weight[name])


def _inner(entry: Weight | HubWeight) -> tuple[str, ...]:
    return tuple(entry.files) if isinstance(entry, Weight) else (entry.repository,)
