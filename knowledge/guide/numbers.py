"""Numbers of the catalog for the guide's prose: `{transform.output_size_px.max}` is looked up, never typed twice."""

import re
from typing import Any

from engine.spec import PROFILES
from knowledge.catalog import Catalog
from knowledge.rows import CatalogError

_NAME = re.compile(r"\{([^{}]*)\}")
_FIELDS = ("default", "min", "max", "label")


def filled(text: str, where: str, catalog: Catalog) -> str:
    """`text` with every `{name}` replaced; CatalogError, with the place, where the catalog has no such thing.

    Names: `model.setting.default|min|max|label` (as it stands in `final`, or `draft:model.setting.max`),
    `model.label`, `model.words` (length guide of its prompt), `model.frames` (lengths it takes), `measure.id.good`,
    `rule.id.because`, `runs.profile` (labels of what runs there), `profile.id.needs|runs`.
    """

    def value(found: re.Match[str]) -> str:
        try:
            return _value(found[1], catalog)
        except (KeyError, AttributeError, ValueError, TypeError, StopIteration) as error:
            raise CatalogError(f"{where}: the catalog has no {{{found[1]}}}.") from error

    return _NAME.sub(value, text)


def _value(name: str, catalog: Catalog) -> str:
    head, _, rest = name.partition(".")
    match head:
        case "rule":
            wanted = rest.removesuffix(".because")
            return next(r.because for r in catalog.rules if r.id == wanted).rstrip(".")
        case "measure":
            return catalog.measures[rest.removesuffix(".good")].limits.words()
        case "runs":
            if rest not in PROFILES:
                raise KeyError(rest)
            labels = [m.label for m in catalog.models.values() if catalog.spec(m.id, rest).runs]
            return _listed(labels) if labels else "nothing yet"
        case "profile":
            profile, field = rest.split(".")
            return {"needs": catalog.profiles[profile].needs, "runs": catalog.profiles[profile].runs}[field]
    profile, _, model = head.rpartition(":")
    return _of_model(model, rest, profile or "final", catalog)


def _of_model(model: str, rest: str, profile: Any, catalog: Catalog) -> str:
    row = catalog.models[model]
    match rest:
        case "label":
            return row.label
        case "words":
            return "{} to {}".format(*row.prompt_words)
        case "frames":
            return "{} to {}".format(*row.shot_frames)
    setting, field = rest.split(".")
    if field not in _FIELDS:
        raise KeyError(field)
    value = getattr(catalog.spec(model, profile).setting(setting), field)
    if value is None:
        raise KeyError(rest)
    return (
        ("On" if value else "Off")
        if isinstance(value, bool)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
