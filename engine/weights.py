"""The weights and sample clips of this machine: `engine/weights.toml` against its cache folder.

The cache is `RUSHES_WEIGHTS`, else the user's cache folder. Only `pull` touches a network.
"""

import argparse
import os
import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from platformdirs import user_cache_path

from engine.errors import RushesError
from engine.weight_cache import Listener, OwnFile, Progress, WeightCache
from engine.weight_rows import Own, WeightList, WeightRow


def folder() -> Path:
    """The cache folder; it need not exist."""
    chosen = os.environ.get("RUSHES_WEIGHTS")
    return Path(chosen).expanduser().absolute() if chosen else user_cache_path("rushes", appauthor=False) / "weights"


def pull(names: Iterable[str], progress: Listener | None = None) -> list[str]:
    """Fetch what is missing of these entries, files and groups; the entries that were fetched come back.

    Each entry appears whole or not at all; what has arrived of an entry of a hub is kept for the next pull. Pulls at
    the same time wait for one another. Raises PrerequisiteError (no network, a gated page, another file than pinned) or
    InputError (unknown name, no room, unwritable cache).
    """
    return _here().pull(names, progress)


def path(name: str) -> Path:
    """The file of that name, its hash checked; the folder where the entry `name` holds several.

    PrerequisiteError, with the command, where it is not on this machine or is not what it was.
    """
    return _here().path(name)


def hashes(names: Iterable[str]) -> dict[str, str]:
    """sha256 of every file of these names, for a proof; PrerequisiteError where one is not here."""
    return _here().hashes(names)


def missing(names: Iterable[str]) -> list[str]:
    """Entries of these names that are not here, or not known to be right. Quick: hashes nothing."""
    return _here().missing(names)


def download_bytes(names: Iterable[str]) -> int:
    """Size of what a pull of these names would fetch now."""
    return _here().download_bytes(names)


def table() -> list[WeightRow]:
    """Every entry, and whether it is here. Quick: hashes nothing."""
    return _here().table()


def check() -> list[WeightRow]:
    """Hash everything that is here, again, and tell the table after it."""
    return _here().check()


def add(name: str, source: Path, stands_for: str) -> Own:
    """Register own weights: a LoRA for the hub entry `stands_for`, or a checkpoint in its place; InputError.

    `source` is a safetensors file or a folder in the layout of diffusers. Its files are linked, not copied; their
    hashes, and that they are own, go into every proof.
    """
    return _here().add(name, source, stands_for)


def remove(name: str) -> Own:
    """Forget own weights; the files they were made of stay. InputError where there are none so named."""
    return _here().remove(name)


def bundle(names: Iterable[str], target: Path, progress: Listener | None = None) -> list[str]:
    """Write these entries (none named: all that is here), with own weights for them, as one file; what it holds.

    PrerequisiteError where a named one is not here, InputError where the file exists or can't be written.
    """
    return _here().bundle(names, target, progress)


def unbundle(file: Path, progress: Listener | None = None) -> list[str]:
    """Bring what a bundle holds and this cache lacks into it, every file checked; the names brought. InputError."""
    return _here().unbundle(file, progress)


def own(entry: str) -> Own | None:
    """The checkpoint of the artist's own that stands in for that entry of a hub, if there is one."""
    return _here().standing_in(entry)


def lora(name: str, entries: Iterable[str]) -> OwnFile:
    """The LoRA of the artist's own of that name (`.path`, `.sha256`), for a render that uses these entries.

    InputError where there is none so named or it is for another model, PrerequisiteError where its file is gone.
    """
    return _here().lora(name, entries)


@cache
def _listed() -> WeightList:
    with (Path(__file__).parent / "weights.toml").open("rb") as file:
        return WeightList.model_validate(tomllib.load(file))


def _here() -> WeightCache:
    return WeightCache(_listed(), folder())


def main(arguments: list[str]) -> int:
    """`python -m engine.weights pull NAME...`, for the set-up, before anything else of Rushes can run."""
    parser = argparse.ArgumentParser(prog="python -m engine.weights")
    parser.add_argument("verb", choices=["pull"])
    parser.add_argument("names", nargs="+")
    given = parser.parse_args(arguments)
    try:
        need = download_bytes(given.names)
        sys.stderr.write(f"weights: {need / 1e6:.1f} MB to fetch into {folder()}\n" if need else "")
        pull(given.names, _TellLines())
    except RushesError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


class _TellLines:
    """Writes a pull's progress to stderr: a line a step, and a line each quarter of a download."""

    def __init__(self) -> None:
        self.last = ""

    def __call__(self, at: Progress) -> None:
        line = str(at)
        if line != self.last:
            sys.stderr.write(f"  {line}\n")
            sys.stderr.flush()
        self.last = line


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
