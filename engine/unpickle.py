"""Turns a pickled checkpoint into safetensors, tensors only, with the same bytes each time.

Run as a program (`python -m engine.unpickle FROM TO`), so that whoever pulls weights never holds torch.
"""

import sys
from pathlib import Path

WRAPPER = "module."
HOLDERS = ("model", "state_dict")
"""Names under which a checkpoint of a training run holds the net, beside what only the training reads."""


def convert(source: Path, target: Path) -> None:
    """Write the float tensors of the checkpoint `source` to `target`; what else a pickle may hold is never run.

    Counters of batch norms are left out: training alone reads them. So is the `module.` before every name, which says
    that the net was trained on several cards.
    """
    import torch
    from safetensors.torch import save_file

    tensors = torch.load(source, map_location="cpu", weights_only=True)
    tensors = next((tensors[name] for name in HOLDERS if isinstance(tensors.get(name), dict)), tensors)
    before = WRAPPER if all(name.startswith(WRAPPER) for name in tensors) else ""
    kept = {
        name.removeprefix(before): tensors[name].contiguous()
        for name in sorted(tensors)
        if tensors[name].is_floating_point()
    }
    save_file(kept, target)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
