"""Each entry of weights as it is told to people: where from, how large, under which licence, here and right or not."""

from pathlib import Path

from engine.weight_places import own_place, pinned_of, place_of
from engine.weight_rows import HubWeight, Own, Weight, WeightRow


def row(cache: Path, name: str, entry: Weight | HubWeight) -> WeightRow:
    """An entry of the list as it is told."""
    place = place_of(cache, name, entry)
    told = {
        "name": name,
        "bytes": size(cache, name, entry),
        "licence": entry.licence,
        "commercial": entry.commercial,
        "present": place.present(),
        "verified": place.verified(),
        "needed_by": entry.needed_by,
    }
    if isinstance(entry, Weight):
        return WeightRow(kind="package", **told)
    pinned = pinned_of(cache, name, entry)
    licence, commercial = _allowed(entry, pinned.licence if pinned else "")
    revision = pinned.revision if pinned else entry.revision
    told |= {"licence": licence, "commercial": commercial, "revision": revision}
    return WeightRow(kind="hub", **told, repository=entry.repository, gated=entry.gated)


def own_row(cache: Path, own: Own) -> WeightRow:
    """Own weights as they are told."""
    place = own_place(cache, own)
    return WeightRow(
        name=own.name,
        kind="own",
        bytes=sum(pin.bytes for pin in own.files.values()),
        licence="own",
        commercial=False,
        present=place.present(),
        verified=place.verified(),
        needed_by=(),
        stands_for=own.stands_for,
        lora=own.lora,
    )


def size(cache: Path, name: str, entry: Weight | HubWeight) -> int:
    """Bytes of an entry's own files; about, where an entry of a hub was never pulled."""
    pins = place_of(cache, name, entry).files
    return sum(pin.bytes for pin in pins.values()) if pins else entry.bytes


def _allowed(entry: HubWeight, tag: str) -> tuple[str, bool]:
    """Licence of an entry as it is told, and whether commercial use is allowed, after what its page said."""
    if tag and tag != entry.licence.lower():
        return f"{tag} by its page, {entry.licence} by the list: ask its makers", False
    if tag or entry.seen:
        return entry.licence, entry.commercial
    return f"{entry.licence}, not confirmed on its page", False
