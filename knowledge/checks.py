"""What must hold across the tables of the catalog, checked as it loads: rows named exist, moves suit their models."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.spec import PROFILES
from knowledge.moves import parse
from knowledge.rows import CLOSED_VIDEO, CatalogError, Symptom

if TYPE_CHECKING:
    from knowledge.catalog import Catalog, Entry


def check(catalog: "Catalog") -> None:
    """Raise `CatalogError` at the first row that does not fit the others."""
    for profile in PROFILES:
        if profile not in catalog.profiles:
            raise CatalogError(f"profiles.toml: profile {profile} is not there.")
    _profiles(catalog)
    _models(catalog)
    _presets(catalog)
    for measure in catalog.measures.values():
        for symptom in measure.symptoms:
            known(catalog, f"measures.toml, measure {measure.id}", "symptom", symptom)
    for row in catalog.symptoms.values():
        _symptom(catalog, f"troubleshooting.toml, symptom {row.id}", row)
    for pull in catalog.pulls:
        where = f"troubleshooting.toml, pull {' + '.join(pull.pair)}"
        for symptom in (*pull.pair, *([pull.first] if pull.first else [])):
            known(catalog, where, "symptom", symptom)
        for name in pull.settings:
            known(catalog, where, "setting", name)
        for text in pull.moves:
            move(catalog, where, text)


def rules(catalog: "Catalog", entries: "Iterable[Entry]") -> None:
    """Raise `CatalogError` at the first rule that makes a move nobody can make."""
    for entry in entries:
        then = entry.row.then
        for text in then.settings:
            move(catalog, entry.where, text)
        for model, texts in then.settings_for.items():
            known(catalog, entry.where, "model", model)
            for text in texts:
                move(catalog, entry.where, text, (model,))


def move(catalog: "Catalog", where: str, text: str, models: tuple[str, ...] = ()) -> None:
    """Refuse a move that is ill-said or ill-aimed. It must suit each of `models`, or where that is empty any model: one
    that a bound keeps it from is then passed over when the move is made."""
    try:
        parsed = parse(text)
    except ValueError as error:
        raise CatalogError(f"{where}: {error}") from None
    name = parsed.setting
    known(catalog, where, "setting", name)
    having = [m for m in models or catalog.models if m in catalog.models and name in catalog.models[m].settings]
    lacking = [m for m in (*models, *parsed.for_models) if m not in having]
    if lacking or not having:
        raise CatalogError(f"{where}: {', '.join(lacking) or 'no model'} has no {name} to {parsed.verb}.")
    faults = {m: found for m in having if (found := parsed.faults(catalog.spec(m, "final").setting(name), m))}
    must = set(models or parsed.for_models) | (set(having) if len(faults) == len(having) else set())
    for model in [m for m in faults if m in must]:
        raise CatalogError(f"{where}, {text}, {model}: {' '.join(faults[model])}")


def known(catalog: "Catalog", where: str, kind: str, name: str) -> None:
    """Refuse the name of a model, setting, measure or symptom that the catalog has not."""
    tables = {
        "model": catalog.models,
        "setting": catalog.settings,
        "measure": catalog.measures,
        "symptom": catalog.symptoms,
    }
    if name not in tables[kind]:
        raise CatalogError(f"{where}: there is no {kind} {name}.")


def _profiles(catalog: "Catalog") -> None:
    for profile in catalog.profiles.values():
        where = f"profiles.toml, profile {profile.id}"
        for name in (*profile.settings, *profile.no_effect):
            known(catalog, where, "setting", name)
        for model in profile.models:
            known(catalog, where, "model", model)


def _models(catalog: "Catalog") -> None:
    for model in catalog.models.values():
        where = f"models/{model.id}.toml"
        for name in (n for c in model.checks for n in (c.left, c.right)):
            if name not in model.settings:
                raise CatalogError(f"{where}, checks: {name} is none of its settings.")
        for name in (n for w in model.when for n in (w.setting, *w.settings)):
            if name not in model.settings:
                raise CatalogError(f"{where}, when: {name} is none of its settings.")
        for profile in PROFILES:
            if profile not in model.profiles:
                raise CatalogError(f"{where}: profile {profile} is not there.")
            own = model.profiles[profile]
            for name in (*own.settings, *own.no_effect):
                if name not in model.settings:
                    raise CatalogError(f"{where}, {profile}: {name} is none of its settings.")
            if bool(own.runs) == bool(own.missing):
                raise CatalogError(f"{where}, {profile}: either it runs, or `missing` says why not.")
            catalog.spec(model.id, profile)  # every default legal, every bound sound


def _presets(catalog: "Catalog") -> None:
    for preset in catalog.presets.values():
        where = f"presets.toml, preset {preset.id}"
        known(catalog, where, "model", preset.model)
        settings = {s.id: s for s in catalog.spec(preset.model, "final").settings}
        for name, value in preset.settings.items():
            if name not in settings:
                raise CatalogError(f"{where}: {preset.model} has no {name}.")
            if fault := settings[name].fault(value):
                raise CatalogError(f"{where}: {fault}")


def _symptom(catalog: "Catalog", where: str, symptom: Symptom) -> None:
    for model in (*symptom.models, *(m for f in symptom.fixes for m in f.models)):
        if model != CLOSED_VIDEO:
            known(catalog, where, "model", model)
    for confirm in symptom.confirm:
        if confirm.measure:
            known(catalog, where, "measure", confirm.measure)
    for fix in symptom.fixes:
        if bool(fix.move) == bool(fix.action):
            raise CatalogError(f"{where}: each fix is a move or an action, and this is not: {fix.why}")
        if outside := set(fix.models) - set(symptom.models or catalog.models):
            raise CatalogError(f"{where}: a fix names {', '.join(sorted(outside))}, which the symptom does not.")
        if fix.move:
            move(catalog, where, fix.move, fix.models or symptom.models)
