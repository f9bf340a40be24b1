"""Turns the arrays of an HDF5 file (Keras weights) into safetensors, with the same bytes each time.

Run as a program (`python -m engine.unhdf5 FROM TO`), so that whoever pulls weights never holds h5py.
"""

import sys
from pathlib import Path


def convert(source: Path, target: Path) -> None:
    """Write the float arrays of `source` to `target`, each by its path in the file; nothing else of it is read."""
    import h5py
    import numpy as np
    from safetensors.numpy import save_file

    arrays = {}

    def keep(name: str, node: h5py.Group | h5py.Dataset) -> None:
        if isinstance(node, h5py.Dataset) and node.dtype.kind == "f":
            arrays[name] = np.ascontiguousarray(node[()])

    with h5py.File(source, "r") as file:
        file.visititems(keep)
    save_file({name: arrays[name] for name in sorted(arrays)}, target)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
