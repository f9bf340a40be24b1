"""What LoRAs of the artist's own a render is asked to wear: `NAME` or `NAME=WEIGHT`, looked up and checked."""

import math
from collections.abc import Iterable

from engine import weights
from engine.errors import InputError, PrerequisiteError, SettingError
from engine.request import Lora
from engine.spec import ModelSpec

WEARERS = ("vace_1_3b", "vace_14b", "vace_fun_14b")
"""Entries of `engine/weights.toml` whose model lays a render's own LoRAs over itself."""
LOWEST, HIGHEST = 0.0, 2.0
"""Weights that are taken: 1 is as it was trained."""


def asked(spec: ModelSpec, texts: Iterable[str]) -> tuple[Lora, ...]:
    """The LoRAs behind these words, for a render by that spec.

    SettingError names every fault at once; PrerequisiteError where the profile has no diffusion model to wear one.
    """
    wanted = list(texts)
    if wanted and not any(name in WEARERS for name in spec.weights):
        raise PrerequisiteError(
            f"LoRAs of one's own are worn by Wan VACE, and {spec.label} in {spec.profile} is none: leave --lora out, "
            "or render Transform or Style Transfer in draft or final where they run (rushes doctor tells)."
        )
    found, faults = [], []
    for text in wanted:
        name, stated, number = text.partition("=")
        try:
            weight = float(number) if stated else 1.0
            file = weights.lora(name, spec.weights)
        except ValueError:
            faults.append(f"--lora {text}: the weight is a number from {LOWEST:g} to {HIGHEST:g}.")
            continue
        except InputError as error:
            faults.append(str(error))
            continue
        if not math.isfinite(weight) or not LOWEST <= weight <= HIGHEST:
            faults.append(f"--lora {text}: the weight is a number from {LOWEST:g} to {HIGHEST:g}.")
            continue
        found.append(Lora(name=name, path=str(file.path), sha256=file.sha256, weight=weight))
    twice = {lora.name for lora in found if sum(other.sha256 == lora.sha256 for other in found) > 1}
    if twice:
        faults.append(f"The LoRA {', '.join(sorted(twice))} is named twice; once is enough, with one weight.")
    if faults:
        raise SettingError(faults)
    return tuple(found)
