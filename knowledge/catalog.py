"""The only reader of the catalog's TOML: loads every table, checks it, and builds the spec of a model in a profile.

What is written wrong is raised as `CatalogError`, which names file and row. Knows no value of the catalog itself.
"""

from collections.abc import Iterator
from functools import cached_property, lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from engine.errors import InputError
from engine.row import Row as Struct
from engine.spec import PROFILES, ModelSpec, Profile, Setting, Variant
from knowledge import checks
from knowledge.kept import kept
from knowledge.rows import (
    CatalogError,
    ClosedModel,
    Control,
    ImageModel,
    Measure,
    ModelRow,
    Preset,
    ProfileInfo,
    Pull,
    Risk,
    SettingRow,
    Symptom,
    Tongue,
)

if TYPE_CHECKING:
    from knowledge.guide.subject_rows import Subject
    from knowledge.plates import Plate
    from knowledge.rule_rows import Detail, Fact, LexiconGroup, Look, OrderPattern, Rule, Sort, WordClass
    from knowledge.word_rows import Frame, Grammar

ROOT = Path(__file__).with_name("catalog")

SECTIONS = {"troubleshooting": ("symptom", "pull"), "orders": ("part", "pattern")}
"""Files with rows of more than one kind; every other file has rows of one."""

NOTHING, VAGUE = "nothing", "vague"
"""What sayings may stand for beside a symptom: no complaint at all, and one that names nothing ("something is off")."""

TABLES = (
    "settings", "profiles", "models", "controls", "presets", "measures", "troubleshooting", "image_models",
    "closed_models",
)  # fmt: skip
"""What is read at once, and checked against one another when any of it has changed."""

ROW_ONLY = ("also", "choices_from", "beside")
"""Fields of a row of settings.toml that the setting of a model has not."""

SOME = 6
"""Further sayings of a symptom that tell a complaint from a wish: all of them would drown the wishes."""

Row = TypeVar("Row", bound=Struct)


class Entry(NamedTuple):
    """One row as it was read, with the words that find it again."""

    where: str
    """`settings.toml, setting steps`."""
    row: Any


class Catalog:
    """Everything the catalog says. Tables are read once; tables by id keep the order of their file."""

    settings: dict[str, SettingRow]
    profiles: dict[Profile, ProfileInfo]
    models: dict[str, ModelRow]
    controls: dict[str, Control]
    presets: dict[str, Preset]
    measures: dict[str, Measure]
    symptoms: dict[str, Symptom]
    pulls: tuple[Pull, ...]
    image_models: dict[str, ImageModel]
    closed_models: dict[str, ClosedModel]

    def __init__(self, root: Path = ROOT):
        self.root = root
        self._specs: dict[tuple[str, str], ModelSpec] = {}
        self.settings = self._table("settings", SettingRow)
        self.profiles = self._table("profiles", ProfileInfo)
        self.models = {row.id: row for row in sorted(self._models(), key=lambda m: m.place)}
        self.controls = self._table("controls", Control)
        self.presets = self._table("presets", Preset)
        self.measures = self._table("measures", Measure)
        self.symptoms = self._table("troubleshooting", Symptom, "symptom")
        self.pulls = tuple(e.row for e in self._entries("troubleshooting", Pull, "pull"))
        self.image_models = self._table("image_models", ImageModel)
        self.closed_models = self._table("closed_models", ClosedModel)
        kept("checked", self.files(*TABLES), lambda: checks.check(self))

    @cached_property
    def risks(self) -> dict[str, Risk]:
        """What to look out for in a hand-off, by id."""
        return self._table("handoff", Risk)

    @cached_property
    def facts(self) -> "dict[str, Fact]":
        """What rules may test, by id."""
        return self._table("facts", _row_class("knowledge.rule_rows", "Fact"))

    @cached_property
    def rules(self) -> "tuple[Rule, ...]":
        """The decision rules in order; rows that share an id are branches of one rule."""
        entries = list(self._entries("rules", _row_class("knowledge.rule_rows", "Rule")))
        kept("rules-checked", self.files("rules", *TABLES), lambda: checks.rules(self, entries))
        return tuple(e.row for e in entries)

    @cached_property
    def lexicon(self) -> "tuple[LexiconGroup, ...]":
        """The groups of phrases that give a fact or an act, in order."""
        return tuple(self._table("lexicon", _row_class("knowledge.rule_rows", "LexiconGroup")).values())

    @cached_property
    def words(self) -> "dict[str, WordClass]":
        """English words by class, for the caption editor."""
        return self._table("words", _row_class("knowledge.rule_rows", "WordClass"))

    @cached_property
    def details(self) -> "tuple[Detail, ...]":
        """What an enriched prompt or a draft may add, in the order it is tried."""
        return tuple(self._table("details", _row_class("knowledge.rule_rows", "Detail")).values())

    @cached_property
    def orders(self) -> "tuple[OrderPattern, ...]":
        """The ways an order is said, in the order they are tried."""
        return tuple(
            e.row for e in self._entries("orders", _row_class("knowledge.rule_rows", "OrderPattern"), "pattern")
        )

    @cached_property
    def order_parts(self) -> "dict[str, str]":
        """What the `<names>` in those patterns stand for."""
        rows = (e.row for e in self._entries("orders", _row_class("knowledge.rule_rows", "OrderPart"), "part"))
        return {row.id: row.says for row in rows}

    @cached_property
    def subjects(self) -> "tuple[Subject, ...]":
        """What people ask the guide about, in order."""
        return tuple(self._table("subjects", _row_class("knowledge.guide.subject_rows", "Subject")).values())

    @cached_property
    def looks(self) -> "tuple[Look, ...]":
        """The painted styles of the preview profile, in order."""
        return tuple(e.row for e in self._entries("looks", _row_class("knowledge.rule_rows", "Look")))

    @cached_property
    def plates(self) -> "tuple[Plate, ...]":
        """What numbers measured on a shot are called."""
        return tuple(e.row for e in self._entries("plates", _row_class("knowledge.plates", "Plate")))

    @cached_property
    def tongues(self) -> dict[str, Tongue]:
        """The languages Rushes answers in, by code."""
        return self._table("tongues", Tongue)

    def sentences(self, language: str) -> dict[str, str]:
        """English sentence to its translation; none where nobody has translated anything. Read when it is asked for:
        most calls need one language or none, and the files are long."""
        where = f"languages/{language}.toml"
        tables = _read(self.root / where)
        text = tables.pop("text", {})
        if tables or not all(isinstance(said, str) for said in text.values()):
            raise CatalogError(f"{where} holds one table, [text], with a sentence under each English one.")
        return text

    def vocabulary(self, language: str) -> dict[str, dict[str, str]]:
        """Class of words to English word to its words in that language, `singular/plural, another, ...`."""
        where = f"vocabulary/{language}.toml"
        tables = _read(self.root / where)
        for name, words in tables.items():
            if not isinstance(words, dict) or not all(isinstance(said, str) for said in words.values()):
                raise CatalogError(f"{where}: [{name}] holds a line of words under each English one.")
        return tables

    def frames(self, language: str) -> "tuple[tuple[Frame, ...], Grammar]":
        """How orders are said in that language, in the order they are tried, and how its words change."""
        where = f"frames/{language}.toml"
        tables = _read(self.root / where)
        row = _row_class("knowledge.word_rows", "Frame")
        grammar = _built(f"{where}, grammar", _row_class("knowledge.word_rows", "Grammar"), tables.pop("grammar", {}))
        frames = tables.pop("frame", [])
        if tables:
            raise CatalogError(f"{where} holds {', '.join(tables)}; there are grammar and frame.")
        return tuple(_built(f"{where}, frame number {n}", row, f) for n, f in enumerate(frames, 1)), grammar

    def files(self, *names: str) -> list[Path]:
        """The files of these tables, for what is made of them and kept (`knowledge/kept.py`)."""
        return [path for name in names for path in self._files(name) if path.is_file()]

    def _files(self, name: str) -> list[Path]:
        folder = self.root / name
        return sorted(folder.glob("*.toml")) if folder.is_dir() else [self.root / f"{name}.toml"]

    def sayings(self, language: str) -> dict[str, tuple[str, ...]]:
        """What people say of each symptom in that language, and what names none; English where it has no file."""
        file = self.root / "sayings" / f"{language}.toml"
        if not file.is_file() and language != "en":
            return self.sayings("en")
        found = {row: tuple(filter(None, text.splitlines())) for row, text in _read(file).items()}
        if stray := [row for row in found if row not in self.symptoms and row not in (NOTHING, VAGUE)]:
            raise CatalogError(f"sayings/{language}.toml: there is no symptom {', '.join(stray)}.")
        if language == "en":
            for symptom in self.symptoms.values():
                found[symptom.id] = (*symptom.says, *found.get(symptom.id, ()))
        return found

    @cached_property
    def sorts(self) -> "dict[str, Sort]":
        """The sorts of wishes, and what each means."""
        return self._table("sorts", _row_class("knowledge.rule_rows", "Sort"))

    @cached_property
    def wishes(self) -> dict[str, tuple[str, ...]]:
        """What people say of each sort of wish, in English, and how a fault is told."""
        found = {
            row: tuple(filter(None, text.splitlines())) for row, text in _read(self.root / "wishes/en.toml").items()
        }
        if stray := [row for row in found if row not in self.sorts]:
            raise CatalogError(f"wishes/en.toml: there is no sort {', '.join(stray)}.")
        complaints = [(*s.says, *self.sayings("en")[s.id][len(s.says) :][:SOME]) for s in self.symptoms.values()]
        return found | {"fault": (*found.get("fault", ()), *(said for row in complaints for said in row))}

    def spec(self, model_id: str, profile: Profile) -> ModelSpec:
        """The model in that profile, whole; InputError where there is no such model or profile."""
        if model_id not in self.models:
            raise InputError(f"There is no model {model_id}; there are {', '.join(self.models)}.")
        if profile not in PROFILES:
            raise InputError(f"There is no profile {profile}; there are {', '.join(PROFILES)}.")
        key = (model_id, profile)
        if key not in self._specs:
            self._specs[key] = self._spec(self.models[model_id], profile)
        return self._specs[key]

    def image_spec(self, image_model: str) -> ModelSpec:
        """Modify Frame as that image model runs it; InputError where there is no such image model."""
        if image_model not in self.image_models:
            raise InputError(f"There is no image model {image_model}; there are {', '.join(self.image_models)}.")
        row = self.image_models[image_model]
        spec = self.spec("modify_frame", row.profile)
        settings = tuple(
            s.but(choices=(row.id,), default=row.id)
            if s.id == "image_model"
            else s.but(effect=s.effect and s.id not in row.no_effect)
            for s in spec.settings
        )
        own = {"runs": row.runs, "weights": (), "missing": ""} if row.runs else {}
        return spec.but(settings=settings, **own)

    # How a spec is made: settings.toml, the model's overrides, the profile's, the pair's, and what hangs on a choice.

    def _spec(self, model: ModelRow, profile: Profile) -> ModelSpec:
        own = model.profiles[profile]
        settings = tuple(self._setting(model, profile, name) for name in model.settings)
        variants = tuple(
            Variant(
                when=w.setting,
                equals=w.equals,
                settings=tuple(self._setting(model, profile, name, more) for name, more in w.settings.items()),
            )
            for w in model.when
        )
        return ModelSpec(
            id=model.id,
            label=model.label,
            profile=profile,
            purpose=model.purpose,
            prompt_style=model.prompt_style,
            runs=own.runs,
            weights=own.weights,
            missing=own.missing,
            frame_stride=own.frame_stride,
            seconds_per_megapixel=own.seconds_per_megapixel,
            settings=settings,
            checks=model.checks,
            variants=variants,
        )

    def _setting(self, model: ModelRow, profile: Profile, name: str, more: dict[str, Any] | None = None) -> Setting:
        where = f"models/{model.id}.toml, {profile}, setting {name}"
        if name not in self.settings or self.settings[name].beside:
            raise CatalogError(f"{where}: settings.toml has no such setting for a model.")
        row = self.settings[name]
        own = model.profiles[profile]
        shared = self.profiles[profile] if model.id in self.profiles[profile].models else None
        fields = {f: v for f, v in row.plain().items() if f not in ROW_ONLY} | {"choices": self.choices(row)}
        for layer in (model.settings, shared.settings if shared else {}, own.settings, {name: more or {}}):
            fields |= layer.get(name, {})
            if fields.pop("unset", False):
                fields["default"] = None
        if name in own.no_effect or (shared and name in shared.no_effect):
            fields["effect"] = False
        setting = _built(where, Setting, fields)
        if setting.min is not None and setting.max is not None and setting.min > setting.max:
            raise CatalogError(f"{where}: min is above max.")
        fault = None if setting.default in (None, "") else setting.fault(setting.default)
        if fault:
            raise CatalogError(f"{where}, default: {fault}")
        return setting

    def choices(self, row: SettingRow) -> tuple[str | int, ...]:
        """The closed set of a setting, also where another table holds it."""
        return tuple(getattr(self, row.choices_from)) if row.choices_from else row.choices

    # Reading.

    def _models(self) -> Iterator[ModelRow]:
        for path in sorted((self.root / "models").glob("*.toml")):
            row = _built(f"models/{path.name}", ModelRow, _read(path))
            if row.id != path.stem:
                raise CatalogError(f"models/{path.name}: its id is {row.id}; file and id must be the same.")
            yield row

    def _table(self, name: str, row_class: type[Row], key: str = "") -> dict[str, Row]:
        table: dict[str, Row] = {}
        for where, row in self._entries(name, row_class, key):
            if row.id in table:
                raise CatalogError(f"{where}: that id stands twice.")
            table[row.id] = row
        return table

    def _entries(self, name: str, row_class: type[Row], key: str = "") -> Iterator[Entry]:
        """The rows of one table: its file, or every file of its folder, each with one array of tables or the one called
        `key`. A missing file has none."""
        for path in self._files(name):
            file = path.relative_to(self.root).as_posix()
            tables = _read(path)
            kinds = SECTIONS.get(name, tuple(tables)[:1])
            if stray := [k for k, rows in tables.items() if k not in kinds or not isinstance(rows, list)]:
                raise CatalogError(f"{file} holds {', '.join(stray)}; its rows are {' and '.join(kinds)}.")
            for kind in (key,) if key else kinds:
                for number, fields in enumerate(tables.get(kind, []), 1):
                    where = f"{file}, {kind} {fields.get('id', f'number {number}')}"
                    yield Entry(where, _built(where, row_class, fields))


@lru_cache(maxsize=1)
def catalog() -> Catalog:
    """The catalog, read once in a process."""
    return Catalog(ROOT)


def _read(path: Path) -> dict[str, Any]:
    return kept(path.stem, [path], lambda: _parsed(path)) if path.is_file() else {}


def _parsed(path: Path) -> dict[str, Any]:
    import tomllib  # here: what is kept needs no parser

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path.name} is no valid TOML: {error}") from None


def _row_class(module: str, name: str) -> type[Any]:
    return getattr(import_module(module), name)


def _built(where: str, row_class: type[Row], fields: dict[str, Any]) -> Row:
    try:
        return row_class.read(fields)
    except ValueError as error:
        fault, _, place = str(error).replace("`", "").replace("$.", "").partition(" - at ")
        raise CatalogError(f"{where}: {place and place + ': '}{fault[0].lower() + fault[1:]}.") from None
