"""Finds files of a model hub that another program has already downloaded, in the layout of the hub's own cache.

<hub cache>/models--owner--name/refs/main                     the newest revision seen
<hub cache>/models--owner--name/snapshots/<revision>/<path>   links into blobs/, which are named by their hash
"""

import json
import os
from pathlib import Path
from typing import NamedTuple

from engine.weight_hub import Listing, Remote
from engine.weight_rows import HubWeight

SHARDS = ".index.json"
"""A file with this ending lists the files that the tensors of its folder are spread over."""


def hub_cache() -> Path:
    """Where huggingface_hub keeps what it downloads, by the variables it heeds itself."""
    if chosen := os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE"):
        return Path(chosen).expanduser()
    if home := os.environ.get("HF_HOME"):
        return Path(home).expanduser() / "hub"
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "huggingface" / "hub"


def snapshot(repository: str, revision: str) -> Path | None:
    """Folder of a repository at that revision (empty: the newest seen), where one is on this disk."""
    folder = hub_cache() / f"models--{repository.replace('/', '--')}"
    try:
        wanted = revision or (folder / "refs" / "main").read_text(encoding="utf-8").strip()
    except OSError:
        return None
    found = folder / "snapshots" / wanted
    return found if wanted and found.is_dir() else None


class Found(NamedTuple):
    """All of an entry, on this disk already."""

    repository: str
    folder: Path
    listing: Listing


def adopted(entry: HubWeight, revision: str) -> Found | None:
    """A snapshot that holds all of the entry; None where none does.

    Its own repository is looked for at `revision` (empty: the newest seen), those that hold the same files at theirs.
    """
    for repository in (entry.repository, *entry.also_in):
        folder = snapshot(repository, revision if repository == entry.repository else "")
        if folder is None:
            continue
        paths = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
        taken = [path for path in paths if entry.takes(path)]
        if taken and not entry.unmet(taken) and _complete(folder, taken):
            return Found(repository, folder, Listing(folder.name, "", tuple(_remote(folder, path) for path in taken)))
    return None


def _complete(folder: Path, taken: list[str]) -> bool:
    """False where a shard or all tensors of a net are lacking: somebody began a download, or wanted less of it."""
    for path in taken:
        beside = {Path(other).name for other in taken if Path(other).parent == Path(path).parent}
        if path.endswith(SHARDS) and not _shards(folder / path) <= beside:
            return False
        if Path(path).name == "config.json" and not any(name.endswith(".safetensors") for name in beside):
            return False
    return True


def _shards(index: Path) -> set[str]:
    try:
        return set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    except (ValueError, KeyError, AttributeError):
        return {"an index that can be read"}  # lies beside none: the snapshot is damaged


def _remote(folder: Path, path: str) -> Remote:
    """What the hub said of the file, by the name of the blob that the link leads to."""
    blob = (folder / path).resolve()
    long = len(blob.name) == 64
    return Remote(path, blob.stat().st_size, blob.name if long else "", blob.name if len(blob.name) == 40 else "")
