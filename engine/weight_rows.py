"""What `engine/weights.toml` holds, what is kept of a pull, and what is told of each entry. Values only.

`engine.weight_cache` acts on them.
"""

import hashlib
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator

from engine.frozen import Frozen
from engine.package_files import Member, Package

RECORD = "verified.json"
"""In each entry's folder: the hash, size and time stamp each file had when it was last hashed."""
SAFE = (".safetensors", ".onnx", ".json", ".txt", ".model", ".jinja")
"""Kinds of files taken from a hub, a bundle or an artist: tensors, nets, settings, tokenizers. None runs code."""
PICKLES = (".bin", ".ckpt", ".pickle", ".pkl", ".pt", ".pth")
"""Kinds of files that run code when they are read the usual way."""


class WeightFile(Member):
    """One file of an entry, as it lies in the cache."""

    name: str
    """File name in the entry's folder."""
    bytes: int
    """Size of the file in the cache."""
    sha256: str
    """Hash of the file in the cache."""
    convert: Literal["", "pickle", "hdf5"] = ""
    """What the member is, where it isn't kept as it is: a pickle and Keras weights in HDF5 become safetensors."""

    @field_validator("name")
    @classmethod
    def _plain_name(cls, name: str) -> str:
        if Path(name).name != name or name in (RECORD, ".", ".."):
            raise ValueError(f"{name!r} is no plain file name.")
        return name


class Weight(Frozen):
    """An entry of the list: one or more files that come together, out of a package."""

    package: str
    """Id of the `[package.ID]` that carries it."""
    title: str
    """What it is, for people."""
    licence: str
    """SPDX id, or words where none is stated."""
    commercial: bool
    """True where the licence allows commercial use."""
    needed_by: tuple[str, ...]
    """Models and parts of Rushes that read it."""
    groups: tuple[str, ...]
    """Names that pull it together with others: `preview`, `footage`, `bench`."""
    files: dict[str, WeightFile]
    """By the name that `path` knows each by."""


class Pin(Frozen):
    """One file as it must be."""

    bytes: int
    sha256: str

    @field_validator("sha256")
    @classmethod
    def _is_a_hash(cls, sha256: str) -> str:
        if not re.fullmatch("[0-9a-f]{64}", sha256):
            raise ValueError(f"{sha256!r} is no sha256.")
        return sha256


class HubWeight(Frozen):
    """An entry of the list: files of one repository of a model hub, taken at one revision."""

    kind: Literal["hub"]
    title: str
    """What it is, for people."""
    repository: str
    """`owner/name`."""
    also_in: tuple[str, ...] = ()
    """Repositories of the same publisher that hold the same files: taken where one lies on this disk already."""
    revision: str = ""
    """Commit, 40 hex digits; empty: the newest at the first pull, pinned from then on."""
    take: tuple[str, ...]
    """Paths in the repository, `*` for any name in a folder. Of what they match only SAFE kinds are taken."""
    convert: str = ""
    """The one path of `take` that is a pickle and becomes `<stem>.safetensors`; tensors only, nothing in it runs."""
    known: dict[str, Pin] = Field(default_factory=dict)
    """Files whose size and hash were known before any pull."""
    shares: tuple[str, ...] = ()
    """Entries whose folders stand in this one's too: what several models have in common lies on the disk once."""
    bytes: int
    """Size of its own files, about, until it is pulled."""
    licence: str
    """SPDX id, or words where none is stated."""
    commercial: bool
    """True where the licence allows commercial use."""
    seen: bool = True
    """False where the licence was not read on its own page: it counts once a pull finds it there."""
    gated: bool = False
    """True where the page asks for an account and an agreement."""
    needed_by: tuple[str, ...]
    """Models and parts of Rushes that read it."""
    groups: tuple[str, ...]
    """Names that pull it together with others."""

    @field_validator("revision")
    @classmethod
    def _whole_commit(cls, revision: str) -> str:
        if revision and not re.fullmatch("[0-9a-f]{40}", revision):
            raise ValueError(f"{revision!r} is no commit of 40 hex digits.")
        return revision

    @field_validator("take")
    @classmethod
    def _stays_inside(cls, take: tuple[str, ...]) -> tuple[str, ...]:
        for path in take:
            inside(path)
        return take

    @property
    def single(self) -> bool:
        """True where the entry is one file: `path` gives the file, not its folder."""
        return len(self.take) == 1 and "*" not in self.take[0]

    @property
    def folders(self) -> tuple[str, ...]:
        """Top folders that its files lie in: what other entries share of it."""
        return tuple(sorted({PurePosixPath(path).parts[0] for path in self.take if "/" in path}))

    def takes(self, path: str) -> bool:
        """True where that file of the repository belongs to the entry."""
        return path == self.convert or (path.endswith(SAFE) and self.matches(path))

    def matches(self, path: str) -> bool:
        """True where a pattern meets the path, whatever kind of file it is."""
        return any(_meets(pattern, path) for pattern in self.take)

    def unmet(self, paths: Iterable[str]) -> list[str]:
        """Patterns that none of these paths meets."""
        have = tuple(paths)
        return [pattern for pattern in self.take if not any(_meets(pattern, path) for path in have)]


def _meets(pattern: str, path: str) -> bool:
    there, here = PurePosixPath(pattern), PurePosixPath(path)
    return here.parent == there.parent and fnmatchcase(here.name, there.name)


def inside(path: str) -> str:
    """The path, where it is relative and stays in its folder; ValueError where not."""
    if path.startswith(("/", "\\")) or ":" in path or ".." in PurePosixPath(path.replace("\\", "/")).parts:
        raise ValueError(f"{path!r} points out of its folder.")
    return path


def _kind(value: Any) -> str:
    return value.get("kind", "package") if isinstance(value, dict) else getattr(value, "kind", "package")


class WeightList(Frozen):
    """All of `engine/weights.toml`."""

    package: dict[str, Package]
    weight: dict[
        str, Annotated[Annotated[Weight, Tag("package")] | Annotated[HubWeight, Tag("hub")], Discriminator(_kind)]
    ]


class Pinned(Frozen):
    """What an entry of a hub was when it was first pulled. It must be that ever after; kept in the cache."""

    repository: str
    revision: str
    files: dict[str, Pin]
    """By the path in the entry's folder."""
    licence: str = ""
    """The tag on its page at that time, lower case; empty where it had none."""


class Own(Frozen):
    """A checkpoint or a LoRA that the artist brought. Its files are linked into the cache, not copied."""

    name: str
    stands_for: str
    """The hub entry it takes the place of, or, a LoRA, the one that it is laid over."""
    lora: bool
    shares: tuple[str, ...] = ()
    """Entries that fill in what a checkpoint lacks: text encoder, tokenizer, VAE."""
    source: str
    """Where the files lie."""
    files: dict[str, Pin]
    """By the path in the entry's folder."""

    @property
    def folder(self) -> str:
        """Name of its folder: other content under the same name lies elsewhere, so no worker takes it for the old."""
        content = "".join(f"{path} {pin.sha256}\n" for path, pin in sorted(self.files.items()))
        return f"{self.name}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"

    @field_validator("name")
    @classmethod
    def _plain(cls, name: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}", name):
            raise ValueError(f"{name!r} is no name for weights: use 1-80 letters, digits, _, - or dots.")
        return name


class WeightRow(Frozen):
    """One entry as `rushes weights list` shows it."""

    name: str
    kind: Literal["package", "hub", "own"]
    """Where it comes from: a package index, a model hub, or the artist."""
    bytes: int
    """Size in the cache."""
    licence: str
    """As in the list."""
    commercial: bool
    """As in the list."""
    present: bool
    """All its files are in the cache, with the right size."""
    verified: bool
    """And their hashes were right when last taken, and nothing has touched them since."""
    needed_by: tuple[str, ...]
    """As in the list."""
    repository: str = ""
    """Of a hub."""
    revision: str = ""
    """Commit of the repository; empty before the first pull where the list pins none."""
    gated: bool = False
    """As in the list."""
    stands_for: str = ""
    """Own weights: the entry whose place they take, or that the LoRA is for."""
    lora: bool = False
    """Own weights: True for a LoRA."""
