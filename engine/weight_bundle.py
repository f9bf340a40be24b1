"""Weights as one file, for a machine without a network: packed from one cache, unpacked into another.

A bundle is a tar: first `bundle.json`, which tells of every entry its files with size and hash, what it is pinned to
and, of own weights, what they are; then the files. Links are followed, so that it stands alone.
"""

import os
import tarfile
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pydantic import ValidationError

from engine.errors import InputError
from engine.frozen import Frozen
from engine.package_files import sha256_of
from engine.weight_places import OWN, Place, own_place, pin, pinned_of, place_of, retire, write_whole
from engine.weight_rows import PICKLES, HubWeight, Own, Pin, Pinned, WeightList, inside

CONTENTS = "bundle.json"
BLOCK = 1 << 20


class Packed(Frozen):
    """One entry in a bundle."""

    name: str
    files: dict[str, Pin]
    pinned: Pinned | None = None
    own: Own | None = None


class Contents(Frozen):
    """`bundle.json`."""

    rushes_weights: int = 1
    """The version of this layout."""
    entries: tuple[Packed, ...]


class Parcel(NamedTuple):
    """An entry and the folder that it lies in."""

    packed: Packed
    place: Place


def parcels(cache: Path, listed: WeightList, names: Iterable[str], owns: Iterable[Own]) -> list[Parcel]:
    """What a bundle of these entries of the list and own weights holds; they must be here and right."""
    found = []
    for name in names:
        entry = listed.weight[name]
        place = place_of(cache, name, entry)
        pinned = pinned_of(cache, name, entry) if isinstance(entry, HubWeight) else None
        found.append(Parcel(Packed(name=name, files=place.files, pinned=pinned), place))
    for own in owns:
        place = own_place(cache, own)
        found.append(Parcel(Packed(name=own.name, files=place.files, own=own), place))
    return found


def write(target: Path, found: list[Parcel], tell: Callable[[int, int], None]) -> int:
    """Write the bundle beside `target`, check each file on the way, and rename it; its size in bytes.

    InputError where the target exists, the disk has no room, or a file is not what it was.
    """
    if target.exists():
        raise InputError(f"{target} exists already; name another file for the bundle.")
    whole = sum(pinned.bytes for parcel in found for pinned in parcel.packed.files.values())
    free = os.statvfs(target.parent).f_bavail * os.statvfs(target.parent).f_frsize
    if whole > free:
        raise InputError(f"The bundle needs {whole / 1e9:.1f} GB and {target.parent} has {free / 1e9:.1f} GB free.")
    part, done = target.with_name(f"{target.name}.part"), 0
    try:
        with tarfile.open(part, "w", format=tarfile.PAX_FORMAT) as tar:
            text = Contents(entries=tuple(parcel.packed for parcel in found)).model_dump_json().encode()
            tar.addfile(_member(CONTENTS, len(text)), BytesIO(text))
            for packed, place in found:
                for path, pinned in packed.files.items():
                    source = place.folder / path
                    if sha256_of(source) != pinned.sha256:
                        raise InputError(f"{source} is not what it was; run: rushes weights check")
                    with source.open("rb") as file:
                        tar.addfile(_member(f"{packed.name}/{path}", pinned.bytes), file)
                    done += pinned.bytes
                    tell(done, whole)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def unpack(bundle: Path, cache: Path, listed: WeightList, scratch: Path, tell: Callable[[int, int], None]) -> list[str]:
    """Bring every entry of a bundle that is not here into the cache, each whole or not at all; the names brought.

    InputError where the file is no bundle, is damaged or cut short, holds what the list doesn't know or another file
    than the list or an earlier pull pinned, or where the disk has no room.
    """
    try:
        with tarfile.open(bundle, "r:") as tar:
            contents = _contents(tar, bundle)
            wanted = {
                packed.name: packed for packed in contents.entries if not _place(cache, listed, packed).verified()
            }
            for packed in wanted.values():
                _allowed(cache, listed, packed)
            whole = sum(pinned.bytes for packed in wanted.values() for pinned in packed.files.values())
            free = os.statvfs(cache).f_bavail * os.statvfs(cache).f_frsize
            if whole > free:
                raise InputError(f"The bundle holds {whole / 1e9:.1f} GB and {cache} has {free / 1e9:.1f} GB free.")
            done = 0
            for member in tar:
                name, _, path = member.name.partition("/")
                if name in wanted and path in wanted[name].files and member.isfile():
                    _extract(tar.extractfile(member), scratch / name / path, wanted[name].files[path], bundle)
                    done += member.size
                    tell(done, whole)
    except (tarfile.TarError, EOFError) as error:
        raise InputError(f"{bundle} is no bundle of weights, or is cut short: {error}. Copy it again.") from error
    lacking = [n for n, packed in wanted.items() for path in packed.files if not (scratch / n / path).exists()]
    if lacking:
        raise InputError(f"{bundle} lacks files of {', '.join(sorted(set(lacking)))}: it is cut short. Copy it again.")
    for packed in wanted.values():
        _put(cache, listed, packed, scratch)
    return list(wanted)


def _contents(tar: tarfile.TarFile, bundle: Path) -> Contents:
    first = tar.next()
    stream = tar.extractfile(first) if first and first.name == CONTENTS and first.isfile() else None
    if stream is None:
        raise InputError(f"{bundle} is no bundle of weights; rushes weights bundle --to FILE makes one.")
    try:
        return Contents.model_validate_json(stream.read())
    except ValidationError as error:
        raise InputError(
            f"{bundle} was made by another version of Rushes, or is damaged: {error.errors()[0]['msg']}"
        ) from error


def _place(cache: Path, listed: WeightList, packed: Packed) -> Place:
    if packed.own:
        return own_place(cache, packed.own)
    entry = listed.weight.get(packed.name)
    return place_of(cache, packed.name, entry) if entry else Place(cache / packed.name, {})


def _allowed(cache: Path, listed: WeightList, packed: Packed) -> None:
    """InputError where the entry is unknown, or what the bundle says of it is not what it must be."""
    for path in packed.files:
        try:
            inside(path)
        except ValueError as error:
            raise InputError(f"The bundle is refused: {error}") from error
        if path.endswith(PICKLES):
            raise InputError(f"The bundle is refused: {path} of {packed.name} may be a pickle, which can run code.")
    if packed.own:
        if packed.own.stands_for not in listed.weight or packed.name in listed.weight or packed.own.name != packed.name:
            raise InputError(
                f"The bundle's own weights {packed.name} are for {packed.own.stands_for}, which is unknown."
            )
        return
    entry = listed.weight.get(packed.name)
    if entry is None:
        raise InputError(f"The bundle holds {packed.name}, which this version of Rushes does not know.")
    must = place_of(cache, packed.name, entry).files or (entry.known if isinstance(entry, HubWeight) else {})
    if isinstance(entry, HubWeight):
        pinned = packed.pinned
        fits = pinned is not None and pinned.files == packed.files and (entry.convert or not entry.unmet(packed.files))
        elsewhere = pinned is not None and pinned.repository in entry.also_in
        if not fits or not (
            elsewhere or (pinned.repository == entry.repository and entry.revision in ("", pinned.revision))
        ):
            raise InputError(f"The bundle holds {packed.name} at another revision than this version of Rushes reads.")
    if any(packed.files.get(path) != wanted for path, wanted in must.items()):
        raise InputError(f"The bundle holds another {packed.name} than the one that this machine is pinned to.")


def _extract(stream: BinaryIO | None, target: Path, wanted: Pin, bundle: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        while stream and (block := stream.read(BLOCK)):
            file.write(block)
    if target.stat().st_size != wanted.bytes or sha256_of(target) != wanted.sha256:
        raise InputError(f"{target.name} in {bundle} is not what the bundle says it is: it is damaged. Copy it again.")


def _put(cache: Path, listed: WeightList, packed: Packed, scratch: Path) -> None:
    made, entry = scratch / packed.name, listed.weight.get(packed.name)
    place = _place(cache, listed, packed)
    up, shares = Path(".."), entry.shares if isinstance(entry, HubWeight) else ()
    if packed.own:
        write_whole(made / OWN, packed.own.model_dump_json(indent=1))
        up, shares = Path("..") / "..", packed.own.shares
    for share in shares:
        for folder in listed.weight[share].folders:
            if not (made / folder).exists():
                (made / folder).symlink_to(up / share / folder)
    Place(made, packed.files).record()
    if packed.pinned:
        pin(cache, packed.name, packed.pinned)
    place.folder.parent.mkdir(parents=True, exist_ok=True)
    if place.folder.exists():
        place.folder.rename(scratch / f"{packed.name}.old")
    made.rename(place.folder)
    if packed.own:
        retire(cache, packed.own)


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    return info
