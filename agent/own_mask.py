"""What a plan says of the mask that a render makes for itself: whether it does, and what its words can find."""

from engine.masks.words import sought
from engine.spec import ModelSpec, Resolved


def made_by_itself(spec: ModelSpec, values: Resolved) -> bool:
    """Whether the render names in words what is masked and has no mask track."""
    return not values.values.get("mask_track") and any(s.id == "masking_prompt" and s.effect for s in spec.settings)


def said_of_mask(spec: ModelSpec, values: Resolved) -> list[str]:
    """What is known of such a mask before it is made; PrerequisiteError where nothing finds what the words name."""
    return list(sought(values.values["masking_prompt"]).notes) if made_by_itself(spec, values) else []
