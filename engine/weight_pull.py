"""Brings entries of a model hub into the cache: from this disk where they are on it, else from the hub.

An entry is made in `.part-<entry>-<revision>`, which outlives a pull that broke off, and renamed into place once every
file has its hash. What came first is pinned; the same must come ever after.
"""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from engine.errors import InputError, PrerequisiteError
from engine.package_files import sha256_of
from engine.weight_adopt import Found, adopted
from engine.weight_hub import Listing, Remote, Source, listing
from engine.weight_packages import convert
from engine.weight_places import Place, pin, pinned_of, place_of
from engine.weight_rows import HubWeight, Pin, Pinned, WeightList

Tell = Callable[[str, str, int, int], None]
"""Hears the entry, the step (`check`, `fetch`, `unpack`, `done`), bytes done and bytes in all."""


class _Order(NamedTuple):
    """One entry to be brought."""

    name: str
    entry: HubWeight
    repository: str
    listing: Listing
    pinned: Pinned | None
    part: Path

    def expected(self, path: str) -> Pin | None:
        """What a file must be; None at its first pull."""
        return (self.pinned.files.get(path) if self.pinned else None) or self.entry.known.get(path)

    def there(self, remote: Remote) -> int:
        """Bytes of a file that have arrived, whole or broken off."""
        here = self.part / remote.path
        beside = here.with_name(f"{here.name}.part")
        return next((path.stat().st_size for path in (here, beside) if path.exists()), 0)


def pull(cache: Path, listed: WeightList, names: Iterable[str], tell: Tell) -> list[str]:
    """Bring these entries of a hub into the cache, which the caller holds locked; the names that were brought.

    PrerequisiteError (no network, gated, gone, another file than pinned), InputError (no room, pickles), OSError.
    """
    orders, brought = [], []
    for name in names:
        entry = listed.weight[name]
        if place_of(cache, name, entry).verify():  # touched since it was hashed, and right all the same
            continue
        pinned = pinned_of(cache, name, entry)
        if _take_over(cache, listed, name, pinned, tell):
            brought.append(name)
            continue
        orders.append(_order(cache, name, entry, pinned))
    _room(cache, orders)
    for order in orders:
        files = _fetched(order, tell)
        _put(cache, listed, order, files)
        tell(order.name, "done", 0, 0)
        brought.append(order.name)
    return brought


def _order(cache: Path, name: str, entry: HubWeight, pinned: Pinned | None) -> _Order:
    """What the hub has of an entry, at the revision it is pinned to; what of it lies here damaged is kept for parts."""
    repository = pinned.repository if pinned else entry.repository
    revision = pinned.revision if pinned else entry.revision
    told = listing(name, entry.model_copy(update={"repository": repository}), revision)
    part = cache / f".part-{name}-{told.revision[:12]}"
    for stale in cache.glob(f".part-{name}-*"):
        if stale != part:
            shutil.rmtree(stale)
    order = _Order(name, entry, repository, told, pinned, part)
    for remote in told.files:
        _agrees(order, remote.path, remote.sha256)
    for path, expected in (pinned.files if pinned else {}).items():
        old, new = cache / name / path, part / path
        if not new.exists() and old.is_file() and sha256_of(old) == expected.sha256:
            new.parent.mkdir(parents=True, exist_ok=True)
            old.rename(new)
    return order


def _fetched(order: _Order, tell: Tell) -> dict[str, Pin]:
    """All files of an entry, in its part folder, each checked."""
    whole = sum(remote.bytes for remote in order.listing.files)
    files, before = {}, 0
    for remote in order.listing.files:
        kept = order.part / remote.path
        if remote.path == order.entry.convert:
            kept = kept.with_suffix(".safetensors")
        found = _one(order, remote, kept, lambda step, at, start=before: tell(order.name, step, start + at, whole))
        try:
            _agrees(order, kept.relative_to(order.part).as_posix(), found.sha256)
        except PrerequisiteError:
            kept.unlink()
            raise
        files[kept.relative_to(order.part).as_posix()] = found
        before += remote.bytes
    return files


def _one(order: _Order, remote: Remote, kept: Path, tell: Callable[[str, int], None]) -> Pin:
    """One file, in the part folder at `kept`: as an earlier pull left it where that is right, else from the hub."""
    target = order.part / remote.path
    if kept.exists():
        tell("check", 0)
        found = Pin(bytes=kept.stat().st_size, sha256=sha256_of(kept))
        if kept != target or remote.same(kept, found.sha256):
            return found
        kept.unlink()
    source = Source(order.name, order.entry.model_copy(update={"repository": order.repository}), order.listing.revision)
    found = source.fetch(remote, target, lambda at: tell("fetch", at))
    if kept == target:
        return found
    tell("unpack", remote.bytes)
    convert("pickle", target, kept)
    return Pin(bytes=kept.stat().st_size, sha256=sha256_of(kept))


def _agrees(order: _Order, path: str, sha256: str) -> None:
    """PrerequisiteError where a file is not what it was at the first pull, or what the list says; empty: not known."""
    expected = order.expected(path)
    if sha256 and expected and expected.sha256 != sha256:
        raise PrerequisiteError(
            f"The hub gives another {path} of {order.repository} now (sha256 {sha256[:12]}…) than the one that "
            f"{order.name} is pinned to ({expected.sha256[:12]}…), so it was not kept. Carry the right one over from "
            "another machine by rushes weights bundle."
        )


def _take_over(cache: Path, listed: WeightList, name: str, pinned: Pinned | None, tell: Tell) -> bool:
    """Link an entry that another program has downloaded already; False where none has, or not rightly."""
    entry = listed.weight[name]
    found = adopted(entry, pinned.revision if pinned else entry.revision) if not entry.convert else None
    if found is None:
        return False
    order = _Order(name, entry, found.repository, found.listing, pinned, cache / f".pull-{name}")
    whole, before, files = sum(remote.bytes for remote in found.listing.files), 0, {}
    for remote in found.listing.files:
        tell(name, "check", before, whole)
        kept = (found.folder / remote.path).resolve()
        files[remote.path] = Pin(bytes=kept.stat().st_size, sha256=sha256_of(kept))
        expected = order.expected(remote.path)
        if not remote.same(kept, files[remote.path].sha256) or (expected and expected != files[remote.path]):
            return False
        before += remote.bytes
    _linked(order.part, found, files)
    _put(cache, listed, order, files)
    tell(name, "done", 0, 0)
    return True


def _linked(part: Path, found: Found, files: Iterable[str]) -> None:
    for path in files:
        (part / path).parent.mkdir(parents=True, exist_ok=True)
        (part / path).symlink_to((found.folder / path).resolve())


def _put(cache: Path, listed: WeightList, order: _Order, files: dict[str, Pin]) -> None:
    """Rename a finished entry into place, with the folders it shares, and pin what it is."""
    for share in order.entry.shares:
        for folder in listed.weight[share].folders:
            (order.part / folder).unlink(missing_ok=True)
            (order.part / folder).symlink_to(Path("..") / share / folder)
    Place(order.part, files).record()
    licence = order.listing.licence or (order.pinned.licence if order.pinned else "")
    pin(
        cache,
        order.name,
        Pinned(repository=order.repository, revision=order.listing.revision, files=files, licence=licence),
    )
    here, aside = cache / order.name, cache / f".pull-{order.name}.old"
    if here.exists():
        here.rename(aside)
    order.part.rename(here)
    shutil.rmtree(aside, ignore_errors=True)


def _room(cache: Path, orders: Iterable[_Order]) -> None:
    """InputError where what is still to come does not fit on the disk."""
    need = sum(max(0, remote.bytes - order.there(remote)) for order in orders for remote in order.listing.files)
    free = shutil.disk_usage(cache).free
    if need > free:
        names = ", ".join(order.name for order in orders)
        raise InputError(
            f"There are {need / 1e9:.1f} GB to fetch for {names} and {free / 1e9:.1f} GB free in {cache}, so nothing "
            "was fetched. Make room or set RUSHES_WEIGHTS to another folder."
        )
