"""Artists' own LoRAs over the components of a model: attached, weighed beside the few-step one, taken off again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.errors import PrerequisiteError
from engine.request import Lora
from engine.sampling.parts import ACCELERATOR

OWN = "own_"
"""What the names of their adapters begin with; the hash of the file follows, so that a file that changed is another."""


def wear(components: Sequence[Any], loras: Sequence[Lora], accelerator: float) -> None:
    """Have each component carry just these LoRAs, beside the few-step one at `accelerator` (0: off).

    A component that is kept warm may still carry another render's. Weights of 0 are as without. PrerequisiteError
    where one reaches no module of any component: its names or sizes are another model's.
    """
    wanted = {f"{OWN}{lora.sha256[:16]}": lora for lora in loras if lora.weight}
    reached = dict.fromkeys(wanted, 0)
    for component in components:
        held = set(getattr(component, "peft_config", {}))
        for stale in sorted(name for name in held - set(wanted) if name.startswith(OWN)):
            component.delete_adapters(stale)
        for name, lora in wanted.items():
            if name not in held:
                _attach(component, name, Path(lora.path), lora.name)
            reached[name] += _modules(component, name)
        active = {ACCELERATOR: accelerator} if accelerator and ACCELERATOR in held else {}
        active |= {name: lora.weight for name, lora in wanted.items() if _modules(component, name)}
        if active:
            component.enable_lora()
            component.set_adapters(list(active), list(active.values()))
        elif held:
            component.disable_lora()
    for name, count in reached.items():
        if not count:
            raise PrerequisiteError(f"The LoRA {wanted[name].name} reaches no module of this model: it is for another.")


def _modules(component: Any, adapter: str) -> int:
    """How many modules hold that adapter, active or not."""
    return sum(adapter in getattr(module, "lora_A", ()) for module in component.modules())


def _attach(component: Any, adapter: str, file: Path, called: str) -> None:
    """Lay one LoRA over a component; one whose names nobody knows attaches nothing, which the caller counts."""
    from diffusers.loaders import QwenImageLoraLoaderMixin, WanLoraLoaderMixin

    loader = QwenImageLoraLoaderMixin if "QwenImage" in type(component).__name__ else WanLoraLoaderMixin
    state = loader.lora_state_dict(file.parent, weight_name=file.name, local_files_only=True)
    try:
        loader.load_lora_into_transformer(state, component, adapter_name=adapter)
    except (ValueError, RuntimeError) as error:  # diffusers raises both where names or sizes don't fit
        why = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise PrerequisiteError(f"The LoRA {called} does not fit this model: {why}") from error
