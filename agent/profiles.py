"""Which profile of a model runs on this machine."""

from engine import weights
from engine.errors import PrerequisiteError
from engine.memory_layout import fits_here
from engine.spec import PROFILES, ModelSpec, Profile
from knowledge.catalog import catalog


def best_profile(model: str) -> Profile:
    """The best profile of the model that can run here; `preview` where none can, so that its reason is what is told."""
    for profile in reversed(PROFILES):
        spec = catalog().spec(model, profile)
        if spec.runs and not weights.missing(spec.weights) and fits_here(spec):
            return profile
    return "preview"


def limits_of(model: str) -> str:
    """The catalog's sentence on what the model can't do in the profile that runs here; empty where it has none."""
    row = catalog().models.get(model)
    return row.profiles[best_profile(model)].limits if row else ""


def runnable(spec: ModelSpec) -> None:
    """`PrerequisiteError` where this spec can't run here, with what can or the command that mends it."""
    if not spec.runs:
        raise PrerequisiteError(spec.missing)
    if lacking := weights.missing(spec.weights):
        raise PrerequisiteError(
            f"{spec.label} in {spec.profile} needs weights that are not on this machine: {', '.join(lacking)}.",
            f"rushes weights pull {' '.join(lacking)}",
        )
