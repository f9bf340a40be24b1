"""What is read out of the catalog: the settings panel, a tool's JSON schema, the reference document, the search index.

Every default, bound and note in them comes from a spec; none is written here. The fifth reader is `ModelSpec.resolve`.
"""

from typing import Any, NamedTuple

from engine.spec import ModelSpec, Setting
from knowledge.catalog import Catalog
from knowledge.reference import markdown
from knowledge.rows import CLOSED_VIDEO

__all__ = ["Document", "Field", "documents", "json_schema", "markdown", "panel"]


class Field(NamedTuple):
    """One row of the settings panel."""

    setting: Setting
    hint: str
    """The line under it: the note, the range, which way is more, and whether it acts here."""


class Document(NamedTuple):
    """One passage for the search index."""

    id: str
    """`setting.steps`, `symptom.flicker_start`, `rule.model.05`: kind and catalog id."""
    title: str
    text: str


def panel(spec: ModelSpec, changed: dict[str, Any] | None = None) -> list[Field]:
    """The settings in the order of the panel, basic tab first, as they stand with those choices made."""
    settings = sorted(spec.under(changed or {}).settings, key=lambda s: s.tab != "basic")
    return [Field(s, _hint(s)) for s in settings]


def json_schema(spec: ModelSpec) -> dict[str, Any]:
    """The settings as the JSON schema of a tool's argument. Bounds that hang on another choice are given at their
    widest, with the narrower ones in words; `ModelSpec.resolve` judges them."""
    return {
        "type": "object",
        "properties": {s.id: _property(spec, s) for s in spec.settings},
        "required": [s.id for s in spec.settings if s.required],
        "additionalProperties": False,
    }


def documents(catalog: Catalog) -> list[Document]:
    """Every row as a passage of plain words, for retrieval."""
    found = [*_models(catalog), *_settings(catalog), *_symptoms(catalog)]
    found += [
        Document(f"control.{c.id}", c.label, f"Control map. Holds {c.holds}; freedom: {c.freedom}. {c.use_when}")
        for c in catalog.controls.values()
    ]
    found += [Document(f"preset.{p.id}", p.label, f"Preset. {p.purpose}") for p in catalog.presets.values()]
    found += [
        Document(
            f"image_model.{m.id}",
            m.label,
            f"Image model, {'remote' if m.remote else 'runs here'}. Strong at {m.strong_at}; weak at {m.weak_at}.",
        )
        for m in catalog.image_models.values()
    ]
    found += [
        Document(
            f"closed_model.{m.id}",
            m.label,
            f"A provider's model, not run here. {m.strengths}. Limits: {m.limits}. Takes {m.inputs}; {m.length}."
            + (f" On this machine: {catalog.models[m.local].label}." if m.local else ""),
        )
        for m in catalog.closed_models.values()
    ]
    found += [
        Document(f"measure.{m.id}", m.label, f"{m.computes} Good: {m.limits.words() or 'no fixed limit'}.")
        for m in catalog.measures.values()
    ]
    found += [
        Document(f"fact.{f.id}", f.id.replace("_", " "), f"{f.means} {f.ask}".strip()) for f in catalog.facts.values()
    ]
    found += [
        Document(f"rule.{r.id}" + (f".{n}" if n else ""), f"Rule {r.id}", f"{r.because} {r.closed}".strip())
        for r, n in _numbered(catalog)
    ]
    found += [
        Document(f"look.{look.index}", look.label, f"Painted style {look.index} of the preview. {look.seen}")
        for look in catalog.looks
    ]
    return found


def _numbered(catalog: Catalog) -> list[tuple[Any, int]]:
    """Rules with the number of their branch, since branches share an id."""
    seen: dict[str, int] = {}
    out = []
    for rule in catalog.rules:
        out.append((rule, seen.get(rule.id, 0)))
        seen[rule.id] = seen.get(rule.id, 0) + 1
    return out


def _models(catalog: Catalog) -> list[Document]:
    out = []
    for m in catalog.models.values():
        ways = [p.label for p in catalog.profiles.values() if catalog.spec(m.id, p.id).runs]
        text = f"{m.purpose} Use it when: {m.use_when} Needs {m.needs}. Prompt: {m.prompt_style}."
        text += f" Runs in: {', '.join(ways)}." if ways else f" {m.profiles['preview'].missing}"
        text += f" Also called {', '.join(m.also)}." if m.also else ""
        out.append(Document(f"model.{m.id}", m.label, text))
    return out


def _settings(catalog: Catalog) -> list[Document]:
    out = []
    for row in catalog.settings.values():
        parts = [row.note]
        parts += [f"Higher: {row.more}."] if row.more else []
        parts += [f"Lower: {row.less}."] if row.less else []
        for model in catalog.models.values():
            if row.id in model.settings:
                setting = catalog.spec(model.id, "final").setting(row.id)
                words = "; ".join(w for w in (_default(setting), _range(setting)) if w)
                parts += [f"{model.label}: {words}."] if words else []
        parts += [f"Also called {', '.join(row.also)}."] if row.also else []
        out.append(Document(f"setting.{row.id}", row.label, " ".join(parts)))
    return out


def _symptoms(catalog: Catalog) -> list[Document]:
    out = []
    for s in catalog.symptoms.values():
        named = [catalog.models[m].label if m != CLOSED_VIDEO else "providers' video models" for m in s.models]
        steps = " ".join(f"{n}. {f.action or f.move.capitalize()}: {f.why}" for n, f in enumerate(s.fixes, 1))
        checks = "; ".join(c.sentence() for c in s.confirm)
        text = f"{', '.join(named) or 'Every model'}. People say: {'; '.join(s.says)}. {s.cause} {steps}"
        out.append(Document(f"symptom.{s.id}", s.says[0], text + (f" Check: {checks}." if checks else "")))
    for p in catalog.pulls:
        out.append(Document(f"pull.{'+'.join(p.pair)}", " and ".join(p.pair), f"{p.tension} {p.order}"))
    return out


def _hint(setting: Setting) -> str:
    parts = [] if setting.effect else ["No effect here."]
    parts += [setting.note]
    parts += [f"{_range(setting)}."] if _range(setting) else []
    parts += [f"Higher: {setting.more}."] if setting.more else []
    parts += [f"Lower: {setting.less}."] if setting.less else []
    return " ".join(parts)


def _default(setting: Setting) -> str:
    if setting.default is None or setting.default == "":
        return ""
    return f"default {'On' if setting.default is True else 'Off' if setting.default is False else setting.default}"


def _range(setting: Setting) -> str:
    if setting.kind in ("integer", "number") and (setting.min, setting.max) != (None, None):
        return setting.allowed()
    return " or ".join(map(str, setting.choices)) if setting.kind == "choice" else ""


_LISTS: dict[str, dict[str, dict[str, Any]]] = {
    "images": {},
    "keyframes": {"frame": {"type": "integer", "minimum": 0}, "image": {"type": "string"}},
    "points": {
        "frame": {"type": "integer", "minimum": 0},
        "x": {"type": "number"},
        "y": {"type": "number"},
        "add": {"type": "boolean"},
    },
    "guides": {
        "map": {"type": "string", "enum": ["depth", "tile", "softedge"]},
        "start": {"type": "number", "minimum": 0, "maximum": 1},
        "end": {"type": "number", "minimum": 0, "maximum": 1},
    },
}
"""The fields of an entry, for the kinds that are lists."""


def _property(spec: ModelSpec, setting: Setting) -> dict[str, Any]:
    versions = [setting, *(s for v in spec.variants for s in v.settings if s.id == setting.id)]
    told = [setting.label + "." if not setting.unit else f"{setting.label}, in {setting.unit}.", _hint(setting)]
    for variant in spec.variants:
        told += [
            f"While {variant.when} is {variant.equals}: {_hint(s)}" for s in variant.settings if s.id == setting.id
        ]
    out: dict[str, Any] = {"description": " ".join(t for t in told if t)}
    match setting.kind:
        case "integer" | "number" | "crop":
            out["type"] = "number" if setting.kind == "number" else "integer"
            lows, highs = [s.min for s in versions], [s.max for s in versions]
            low = 0 if setting.kind == "crop" else None if None in lows else min(lows)
            high = None if None in highs else max(highs)
            out |= {k: v for k, v in (("minimum", low), ("maximum", high)) if v is not None}
        case "switch":
            out["type"] = "boolean"
        case "choice":
            out["type"] = "integer" if all(isinstance(c, int) for c in setting.choices) else "string"
            out["enum"] = list(setting.choices)
        case "images" | "keyframes" | "points" | "guides":
            entry = _LISTS[setting.kind]
            fields = {"type": "object", "properties": entry, "required": list(entry), "additionalProperties": False}
            out |= {"type": "array", "items": fields if entry else {"type": "string"}}
            out |= {"maxItems": int(setting.max)} if setting.max is not None else {}
        case _:
            out["type"] = "string"
    if setting.default is not None:
        out["default"] = setting.default
    return out
