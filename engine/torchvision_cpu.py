"""Lets a torchvision that was built for CUDA be imported beside a CPU torch. Loads neither until somebody asks for it.

Beside a CPU torch the compiled part of torchvision can't be loaded; its own import then dies over an operator that does
not exist, and transformers and diffusers, which look whether it is installed, die with it. Here that one operator, the
suppression of overlapping boxes, is made in plain torch before torchvision's code runs. Where the compiled part does
load, nothing is changed. Every other compiled operator stays missing and fails where it is called.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import Loader

    import torch

NAME = "torchvision"

_made: list[Any] = []
"""Libraries of operators: torch forgets what they define once nobody holds them."""


def install() -> None:
    """Put the finder first in the path of imports; once, and not where torchvision is imported already."""
    if NAME not in sys.modules and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder:
    """Answers for torchvision itself, none of its modules and nothing else. (`importlib.abc` would cost 90 ms.)"""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != NAME:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Wrapped(spec.loader)
        return spec


class _Wrapped:
    """The real loader, with a step before and one after the module's own code."""

    def __init__(self, real: "Loader") -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        compiled = _compiled_loads(Path(module.__file__ or ""))
        if not compiled:
            _define()
        self._real.exec_module(module)
        if not compiled:
            # `nms` asks first whether the compiled part is there: now it needn't be
            sys.modules[f"{NAME}.ops.boxes"]._assert_has_ops = lambda: None


def _compiled_loads(init: Path) -> bool:
    """Whether the compiled part of the package can be loaded beside this torch; it is loaded then."""
    import torch

    for library in sorted(init.parent.glob("_C*")):
        try:
            torch.ops.load_library(library)
        except OSError:
            continue
        return True
    return False


def _define() -> None:
    """Define the two operators that torchvision names at import, and make the one that is used."""
    import torch

    library = torch.library.Library(NAME, "DEF")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.impl("nms", kept, "CPU")
    _made.append(library)


def kept(dets: "torch.Tensor", scores: "torch.Tensor", iou_threshold: float) -> "torch.Tensor":
    """Indices of the boxes that stay, best score first, int64.

    `dets` is `(n, 4)` as left, top, right, bottom; `scores` `(n,)`. Of two boxes whose common part is more than
    `iou_threshold` of what they cover together, the one with the better score stays (greedy non-maximum suppression);
    of equal scores the earlier one.
    """
    import torch

    order = torch.argsort(scores, descending=True, stable=True)
    left, top, right, bottom = dets[order].unbind(1)
    area = (right - left) * (bottom - top)
    stays = torch.ones(len(order), dtype=torch.bool)
    for best in range(len(order)):
        if not stays[best]:
            continue
        rest = slice(best + 1, None)
        width = (torch.minimum(right[best], right[rest]) - torch.maximum(left[best], left[rest])).clamp(min=0)
        height = (torch.minimum(bottom[best], bottom[rest]) - torch.maximum(top[best], top[rest])).clamp(min=0)
        common = width * height
        stays[rest] &= ~(common / (area[best] + area[rest] - common) > iou_threshold)
    return order[stays]
