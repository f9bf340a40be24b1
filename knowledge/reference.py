"""The reference document, written out of the catalog as Markdown. Holds headings and table shapes, and no fact."""

from collections.abc import Iterable
from typing import Any

from engine.spec import PROFILES, Setting
from knowledge.catalog import Catalog
from knowledge.rows import CLOSED_VIDEO, Limits, ModelRow, Symptom


def markdown(catalog: Catalog) -> str:
    """The whole catalog as one document, without its opening lines."""
    parts = [
        "## Profiles",
        _table(("Profile", "Needs", "What runs"), ((f"`{p.id}`", p.needs, p.runs) for p in catalog.profiles.values())),
        "## Models",
        _table(
            ("Model", "Id", "Change", "Prompt", "Needs", "Use when", "Runs in"),
            (
                (m.label, f"`{m.id}`", m.change, m.prompt_style, m.needs, m.use_when, _runs(catalog, m))
                for m in catalog.models.values()
            ),
        ),
    ]
    for model in catalog.models.values():
        parts += [f"### {model.label}", model.purpose, *_model(catalog, model)]
    return "\n\n".join([*parts, *_settings(catalog), *_tables(catalog), *_trouble(catalog), *_rules(catalog)]) + "\n"


def _model(catalog: Catalog, model: ModelRow) -> list[str]:
    specs = {p: catalog.spec(model.id, p) for p in PROFILES}
    final = specs["final"]
    rows = []
    for setting in final.settings:
        cells = {p: _cell(specs[p].setting(setting.id)) for p in PROFILES}
        same = {p: "=" if cells[p] == cells["final"] else cells[p] for p in ("draft", "preview")}
        rows.append((setting.label, f"`{setting.id}`", cells["final"], same["draft"], same["preview"]))
    parts = [_table(("Setting", "Id", "Final", "Draft", "Preview"), rows)]
    notes = [f"- While `{v.when}` is {_plain(v.equals)}: {_variant(v.settings)}." for v in final.variants]
    notes += [f"- `{c.left}` {c.relation} `{c.right}`." for c in final.checks]
    notes += [f"- Takes {model.shot_frames[0]} to {model.shot_frames[1]} frames."] if model.shot_frames else []
    notes += [f"- Prompt: {model.prompt_words[0]} to {model.prompt_words[1]} words."] if model.prompt_words else []
    notes += [f"- {p.capitalize()}: {specs[p].missing}" for p in PROFILES if specs[p].missing]
    return parts + (["\n".join(notes)] if notes else [])


def _variant(settings: Iterable[Setting]) -> str:
    return ", ".join(f"`{s.id}` ({_cell(s)})" for s in settings)


def _settings(catalog: Catalog) -> list[str]:
    rows = ((s.label, f"`{s.id}`", s.tab, s.note, s.more, s.less, ", ".join(s.also)) for s in catalog.settings.values())
    head = ("Setting", "Id", "Tab", "What it is", "Higher or On", "Lower or Off", "Also called")
    return ["## Settings", _table(head, rows)]


def _tables(catalog: Catalog) -> list[str]:
    labels = {m.id: m.label for m in catalog.models.values()}
    return [
        "## Control maps",
        _table(
            ("Map", "Id", "Holds", "Freedom", "Use when"),
            (
                (c.label + (" (experimental)" if c.experimental else ""), f"`{c.id}`", c.holds, c.freedom, c.use_when)
                for c in catalog.controls.values()
            ),
        ),
        "## Presets",
        _table(
            ("Preset", "Id", "Model", "For"),
            ((p.label, f"`{p.id}`", labels[p.model], p.purpose) for p in catalog.presets.values()),
        ),
        "## Painted styles of the preview",
        _table(("Style", "Look", "What it does"), ((k.index, k.label, k.seen) for k in catalog.looks)),
        "## Image models",
        _table(
            ("Model", "Id", "Where", "Strong at", "Weak at"),
            (
                (m.label, f"`{m.id}`", "remote" if m.remote else "here", m.strong_at, m.weak_at)
                for m in catalog.image_models.values()
            ),
        ),
        "## Providers' video models (never run by Rushes)",
        _table(
            ("Model", "Takes", "Length", "Prompt", "Strong at", "Limits", "Here instead"),
            (
                (m.label, m.inputs, m.length, m.prompt, m.strengths, m.limits, labels.get(m.local, "none"))
                for m in catalog.closed_models.values()
            ),
        ),
        "## Measures",
        _table(
            ("Measure", "Id", "Unit", "Computes", "Good", "Fault", "Points to"),
            (
                (m.label, f"`{m.id}`", m.unit, m.computes, _good(m.limits, m.aim), _fault(m.limits), _codes(m.symptoms))
                for m in catalog.measures.values()
            ),
        ),
        *_calibrated(catalog),
    ]


def _calibrated(catalog: Catalog) -> list[str]:
    rows = [
        (f"`{m.id}`", profile, limits.words(), _fault(limits))
        for m in catalog.measures.values()
        for profile, limits in m.profiles.items()
    ]
    return ["Limits of their own:", _table(("Measure", "Profile", "Good", "Fault"), rows)] if rows else []


def _trouble(catalog: Catalog) -> list[str]:
    rows = []
    for s in catalog.symptoms.values():
        rows.append((f"`{s.id}`", "; ".join(s.says), _models(s), s.cause, _fixes(s), _confirms(s)))
    pulls = ((" + ".join(f"`{i}`" for i in p.pair), p.tension, p.order) for p in catalog.pulls)
    return [
        "## Troubleshooting",
        _table(("Symptom", "People say", "Models", "Cause", "Fixes, in order", "Confirm"), rows),
        "### Symptoms that pull against each other",
        _table(("Pair", "Tension", "Order"), pulls),
    ]


def _rules(catalog: Catalog) -> list[str]:
    facts = ((f"`{f.id}`", ", ".join(f.values) or f.kind, ", ".join(f.source), f.means) for f in catalog.facts.values())
    rules = ((f"`{r.id}`", r.kind, f"`{r.when}`", r.because) for r in catalog.rules)
    return [
        "## Facts",
        _table(("Fact", "Values", "From", "Means"), facts),
        "## Rules",
        _table(("Rule", "Kind", "When", "Because"), rules),
    ]


def _runs(catalog: Catalog, model: ModelRow) -> str:
    return ", ".join(p for p in PROFILES if catalog.spec(model.id, p).runs) or "not yet"


def _cell(setting: Setting) -> str:
    """Default and bounds of a setting in one profile, or that it does nothing there."""
    if not setting.effect:
        return "no effect"
    parts = ["required"] if setting.required else []
    parts += [] if setting.default in (None, "") else [_plain(setting.default)]
    if setting.min is not None and setting.min == setting.max:
        parts += ["fixed"]
    elif setting.kind in ("integer", "number") and (setting.min, setting.max) != (None, None):
        parts += [setting.allowed()]
    elif setting.kind == "choice":
        parts += [", ".join(map(str, setting.choices))]
    elif not parts or setting.required:
        parts += [setting.kind]
    return "; ".join(parts)


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "On" if value else "Off"
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def _good(limits: Limits, aim: str) -> str:
    return limits.words() or (f"must {aim} after a repair" if aim else "")


def _fault(limits: Limits) -> str:
    low = [] if limits.fault_below is None else [f"below {limits.fault_below:g}"]
    high = [] if limits.fault_above is None else [f"above {limits.fault_above:g}"]
    return ", ".join(low + high)


def _models(symptom: Symptom) -> str:
    return ", ".join("providers'" if m == CLOSED_VIDEO else f"`{m}`" for m in symptom.models) or "all"


def _fixes(symptom: Symptom) -> str:
    steps = (
        (f"`{f.move}`" if f.move else f.action) + (f" ({', '.join(f.models)})" if f.models else "")
        for f in symptom.fixes
    )
    return "<br>".join(f"{n}. {step}" for n, step in enumerate(steps, 1))


def _confirms(symptom: Symptom) -> str:
    return "; ".join(c.sentence() for c in symptom.confirm)


def _codes(ids: Iterable[str]) -> str:
    return ", ".join(f"`{i}`" for i in ids)


def _table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(str(c).replace("|", "\\|") for c in line) + " |" for line in lines)
