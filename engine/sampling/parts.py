"""The components of a folder in the layout of diffusers: loaded one by one, from this machine and safetensors only."""

import gc
import json
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import torch

from engine import weights
from engine.errors import PrerequisiteError
from engine.memory import Plan
from engine.memory_layout import lay_out
from engine.spec import ModelSpec

LIBRARIES = ("diffusers", "transformers")
"""Where classes of components may come from."""
INDEX = "model_index.json"
ACCELERATOR = "accelerator"
"""Name of the adapter that a few-step LoRA is attached under."""
WHOLE = ("bf16", "none")
"""Storage and offload of a component that lies on the device as it was loaded."""
SHIFTS = ("flow_shift", "shift")
"""What schedulers call their shift."""
PRECISE = ("vae",)
"""Components that are kept in float32 on every device: encoding in less shifts colours."""


def folder_of(spec: ModelSpec) -> Path:
    """The folder of the model a spec names first among its weights; PrerequisiteError where it is not here."""
    return weights.path(spec.weights[0])


def parts_for(spec: ModelSpec) -> "Parts":
    """The components behind a spec. A worker keeps those of one model: the next render of it loads nothing again."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return _warm(folder_of(spec), torch.bfloat16 if device == "cuda" else torch.float32, device)


@lru_cache(maxsize=1)
def _warm(folder: Path, dtype: torch.dtype, device: str) -> "Parts":
    return Parts(folder, dtype, torch.device(device))


class Parts:
    """The components of one folder; each is loaded when it is first asked for, and kept until it is freed."""

    def __init__(self, folder: Path, dtype: torch.dtype, device: torch.device) -> None:
        """PrerequisiteError where the folder has no index that names its components."""
        self.folder = folder
        self.dtype = dtype
        self.device = device
        index = folder / INDEX
        if not index.is_file():
            raise PrerequisiteError(f"{folder} is no model in the layout of diffusers: it has no {INDEX}.")
        self._index: dict[str, Any] = json.loads(index.read_text(encoding="utf-8"))
        self._held: dict[str, Any] = {}
        self._attached: dict[str, Path] = {}
        self._laid: dict[str, tuple[str, str]] = {}
        """How components lie that were brought to the device: their storage and offload."""
        self._worn: dict[str, tuple[str, ...]] = {}

    def names(self, wanted: Sequence[str]) -> list[str]:
        """Those of the wanted components that the folder holds."""
        return [name for name in wanted if (self._index.get(name) or [None])[0] is not None]

    def told(self, name: str) -> Any:
        """A plain value of the index, as `boundary_ratio`; None where it says nothing."""
        return self._index.get(name)

    def get(self, name: str) -> Any:
        """A component, on the device and in the precision it works in; PrerequisiteError where it can't be loaded."""
        component = self.waiting(name)
        if name not in self._laid:
            if hasattr(component, "to"):
                component.to(self.device)
            self._laid[name] = WHOLE
        return component

    def waiting(self, name: str) -> Any:
        """A component as it lies: in the machine's memory, until `get` or `lay` brings it to the device."""
        if name not in self._held:
            self._held[name] = self._loaded(name)
        return self._held[name]

    def open(self, name: str, worn: tuple[str, ...], plan: Plan | None) -> None:
        """Let a component go that lies otherwise than planned, or can't take other LoRAs as it lies.

        `worn` names the LoRAs it is to carry: in eight bits, or block by block, none can be attached any more.
        """
        lies = self._laid.get(name)
        wanted = (plan.storage, plan.offload) if plan else WHOLE
        if lies is not None and (lies != wanted or (lies != WHOLE and self._worn.get(name) != worn)):
            self.free(name)
        self._worn[name] = worn

    def lay(self, name: str, plan: Plan) -> None:
        """Bring a component to the device as planned; what is to be attached to it must be by now."""
        if name not in self._laid:
            lay_out(self.waiting(name), plan, self.device)
            self._laid[name] = plan.storage, plan.offload

    def free(self, name: str) -> None:
        """Let a component go, and the memory it took."""
        self._laid.pop(name, None)
        self._attached.pop(name, None)
        if self._held.pop(name, None) is not None:
            gc.collect()
            if self.device.type == "cuda":
                torch.cuda.empty_cache()

    def scheduler(self, shift: float) -> Any:
        """A fresh scheduler of the folder's class with that shift; the number in the folder is not trusted."""
        kind = self._class("scheduler")
        config = dict(kind.load_config(self.folder, subfolder="scheduler", local_files_only=True))
        return kind.from_config(config | {name: shift for name in SHIFTS if name in config})

    def accelerate(self, names: Sequence[str], files: Sequence[Path], weight: float) -> None:
        """Attach a few-step LoRA to each of these components with that weight; at 0 they are as without it.

        One file for each component, or one for all. PrerequisiteError where a file reaches no module of its component:
        a LoRA with names the loader doesn't know attaches nothing and says nothing.
        """
        for at, name in enumerate(names):
            component = self.waiting(name)
            if weight:
                self._attach(name, files[min(at, len(files) - 1)])
                component.enable_lora()
                component.set_adapters(ACCELERATOR, weight)
            elif name in self._attached:
                component.disable_lora()

    def _attach(self, name: str, file: Path) -> None:
        from diffusers.loaders import WanLoraLoaderMixin

        component = self.waiting(name)
        if self._attached.get(name) == file:
            return
        if name in self._attached:
            component.delete_adapters(ACCELERATOR)
            del self._attached[name]
        if file.suffix != ".safetensors":
            raise PrerequisiteError(f"{file.name} is no safetensors file, and Rushes loads nothing that may run code.")
        try:
            state = WanLoraLoaderMixin.lora_state_dict(file.parent, weight_name=file.name, local_files_only=True)
            WanLoraLoaderMixin.load_lora_into_transformer(state, component, adapter_name=ACCELERATOR)
        except (OSError, ValueError, RuntimeError) as error:  # for a broken file, names and sizes that don't fit
            raise PrerequisiteError(f"{file.name} does not fit this model: {_line(error)}") from error
        if not attached(component, ACCELERATOR):
            raise PrerequisiteError(f"{file.name} reaches no module of this model, so it would do nothing at all.")
        self._attached[name] = file

    def _loaded(self, name: str) -> Any:
        kind = self._class(name)
        for library in LIBRARIES:  # a worker's log is for people, and a job tells its own progress
            import_module(f"{library}.utils.logging").disable_progress_bar()
        where = {"subfolder": name, "local_files_only": True}
        try:
            if hasattr(kind, "eval"):
                dtype = torch.float32 if name in PRECISE else self.dtype
                return kind.from_pretrained(self.folder, **where, dtype=dtype, use_safetensors=True).eval()
            return kind.from_pretrained(self.folder, **where)
        except (OSError, ValueError) as error:  # what both libraries raise for a file that is missing or damaged
            raise PrerequisiteError(f"The {name} in {self.folder} can't be loaded: {_line(error)}") from error

    def _class(self, name: str) -> Any:
        library, kind = self._index.get(name) or (None, None)
        if library not in LIBRARIES:
            raise PrerequisiteError(f"{self.folder} names no {name} that Rushes can load.")
        found = getattr(import_module(library), kind, None)
        if found is None:
            raise PrerequisiteError(f"{library} has no class {kind}, which {self.folder} wants as its {name}.")
        return found


def attached(component: torch.nn.Module, adapter: str) -> int:
    """How many modules of a component got the adapter of that name."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    tuned = (module for module in component.modules() if isinstance(module, BaseTunerLayer))
    return sum(adapter in module.active_adapters for module in tuned)


def _line(error: Exception) -> str:
    """The first line of what a library says."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
