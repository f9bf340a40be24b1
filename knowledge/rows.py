"""The rows of the catalog: what an entry of settings, models, controls, presets, measures, troubleshooting may say."""

from collections.abc import Mapping
from typing import Any, Literal

from engine.row import Row
from engine.spec import Check, Kind, Profile
from knowledge.moves import Move, parse

CLOSED_VIDEO = "closed_video"
"""Stands for the providers' video models where a row speaks of models."""


class CatalogError(ValueError):
    """The catalog is written wrong; the sentence names the file and the row."""


class SettingRow(Row, kw_only=True):
    """One row of settings.toml: what a setting is for every model, before a model or a profile overrides anything."""

    id: str
    label: str
    kind: Kind
    also: tuple[str, ...] = ()
    """Other names artists use for it."""
    unit: str = ""
    default: Any = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    choices: tuple[str | int, ...] = ()
    choices_from: Literal["", "models", "presets", "controls", "image_models"] = ""
    """The table whose ids are the choices, so that no list of ids is kept twice."""
    beside: bool = False
    """True for what is chosen beside the settings (model, preset): no model lists it."""
    tab: Literal["basic", "advanced"] = "advanced"
    note: str
    more: str = ""
    less: str = ""


class When(Row, kw_only=True):
    """Overrides that hold while another setting has a certain value."""

    setting: str
    equals: Any
    settings: dict[str, dict[str, Any]]
    """Setting id to the fields that differ."""


class ProfileRow(Row, kw_only=True):
    """What one profile changes for one model."""

    runs: str = ""
    """`module:Class`; empty where this version can't run it, and `missing` says so."""
    limits: str = ""
    """What of the model's work this profile can't do, a sentence that is told before a render; empty where it can."""
    weights: tuple[str, ...] = ()
    missing: str = ""
    frame_stride: int = 1
    seconds_per_megapixel: float = 0.0
    settings: dict[str, dict[str, Any]] = {}
    """Setting id to the fields that differ in this profile."""
    no_effect: tuple[str, ...] = ()
    """Settings that are accepted and recorded, and do nothing here."""


class ProfileInfo(Row, kw_only=True):
    """One row of profiles.toml: a profile, and what it changes for every model it names."""

    id: Profile
    label: str
    needs: str
    """What the machine must have, in words."""
    runs: str
    """What does the rendering, in words."""
    models: tuple[str, ...]
    """Models whose settings it changes; those they lack are passed over."""
    settings: dict[str, dict[str, Any]] = {}
    no_effect: tuple[str, ...] = ()


class ModelRow(Row, kw_only=True):
    """One file of models/: a model as the artist knows it, with overrides only."""

    id: str
    label: str
    kind: Literal["video", "finish", "still", "mask"]
    """`video` renders a shot anew, `finish` works on an approved render, `still` edits a frame, `mask` makes a mask."""
    place: int
    """Where it stands in lists, the most used first."""
    change: str
    """What sort of change it makes, two or three words."""
    also: tuple[str, ...] = ()
    """Version names and nicknames artists may still say."""
    purpose: str
    use_when: str
    needs: str
    """What has to be there before it can run, in words."""
    prompt_style: Literal["description", "instruction", "words", "none"]
    prompt_words: tuple[int, int] | None = None
    """Length guide for its prompt, least and most words; a note beside the prompt, never a fault."""
    shot_frames: tuple[int, int] | None = None
    """Least and greatest number of frames it takes, inclusive; None means any."""
    settings: dict[str, dict[str, Any]]
    """Its settings in the order of the panel; each with the fields that differ from settings.toml. `unset = true`
    takes the default away, since TOML has no word for none."""
    when: tuple[When, ...] = ()
    checks: tuple[Check, ...] = ()
    profiles: dict[Profile, ProfileRow]


class Control(Row, kw_only=True):
    """A control map: the signal read out of the source that limits how far a transform may leave it."""

    id: str
    label: str
    holds: str
    """What of the source it holds."""
    freedom: str
    """How much it leaves free, in words."""
    use_when: str
    also: tuple[str, ...] = ()
    experimental: bool = False


class Preset(Row, kw_only=True):
    """A named starting point: a model, and what differs from its defaults."""

    id: str
    label: str
    model: str
    purpose: str
    settings: dict[str, Any] = {}


class ImageModel(Row, kw_only=True):
    """An image model that edits one frame. Remote ones run only when the artist picks them by name and agrees."""

    id: str
    label: str
    remote: bool = False
    profile: Profile = "final"
    """Profile of Modify Frame whose settings steer it, and whose engine runs it where `runs` names none."""
    runs: str = ""
    """`module:Class` of the engine, where it is not what the profile runs; it reads no weights then."""
    keys: tuple[str, ...] = ()
    """Names under which the environment or a key ring may hold the provider's key."""
    no_effect: tuple[str, ...] = ()
    """Settings that it can't use."""
    stands_for: tuple[str, ...] = ()
    """Names of the class of models it belongs to, as artists say them."""
    strong_at: str
    weak_at: str


class ClosedModel(Row, kw_only=True):
    """A provider's video model. Rushes never runs it: it writes the prompt, names the limits and the local route."""

    id: str
    label: str
    inputs: str
    length: str
    prompt: Literal["instruction", "empty"]
    """`empty`: try without words first, they disturb it."""
    strengths: str
    limits: str
    local: str = ""
    """Id of the model here that does the job; empty where none does."""
    footage: bool = True
    """False: it takes no clip, only pictures."""
    seconds: tuple[float, float] | None = None
    """Least and greatest length of a clip; None: not stated."""
    sides: tuple[int, ...] = ()
    """Sizes it makes, by the shorter side in pixels, rising; empty: not stated."""
    rates: tuple[float, float] | None = None
    """Least and greatest frames a second; None: not stated."""
    images: int = 0
    """How many pictures it takes."""
    needs_image: bool = False
    """True where it can't start without a picture."""
    image_tag: str = ""
    """What its prompt calls picture `{n}`; empty: nothing is stated."""
    video_tag: str = ""
    """What its prompt calls the clip."""
    risks: tuple[str, ...] = ()
    """What to look out for, a sentence each, beside what holds for all of them (`handoff.toml`)."""


class Risk(Row, kw_only=True):
    """What to look out for when footage goes to a provider's model."""

    id: str
    when: Literal[
        "always", "local", "pieces", "short", "smaller", "even", "stepped", "varying", "no_image", "no_words", "empty"
    ]
    """Of which hand-offs it holds."""
    text: str
    """The sentence, with `{names}` for what a hand-off fills in."""


Verdict = Literal["good", "watch", "fault"]


class Limits(Row, kw_only=True):
    """Where a measured value is good and where it is a fault. Between the two it is worth watching."""

    fault_below: float | None = None
    fault_above: float | None = None
    good_from: float | None = None
    """Least good value; `fault_below` where it says nothing."""
    good_to: float | None = None
    """Greatest good value; `fault_above` where it says nothing."""

    def verdict(self, value: float) -> Verdict:
        """How `value` stands; good where no limit is known."""
        if self.side(value):
            return "fault"
        low = self.good_from is None or value >= self.good_from
        high = self.good_to is None or value <= self.good_to
        return "good" if low and high else "watch"

    def side(self, value: float) -> Literal["", "low", "high"]:
        """Which way `value` is a fault; empty where it is none."""
        if self.fault_below is not None and value < self.fault_below:
            return "low"
        return "high" if self.fault_above is not None and value > self.fault_above else ""

    def words(self) -> str:
        """The good range in words: `= 0`, `at most 1.2`, `0.15 to 0.6`; empty where there is no limit."""
        low = self.fault_below if self.good_from is None else self.good_from
        high = self.fault_above if self.good_to is None else self.good_to
        match low, high:
            case None, None:
                return ""
            case None, top:
                return f"at most {top:g}"
            case bottom, None:
                return f"at least {bottom:g}"
            case bottom, top:
                return f"= {top:g}" if bottom == top else f"{bottom:g} to {top:g}"
        raise AssertionError("unreachable")


class Measure(Row, kw_only=True):
    """A number computed from rendered pixels, with the limits that make it a fault."""

    id: str
    label: str
    """What an artist calls it."""
    unit: str = ""
    computes: str
    limits: Limits = Limits()
    """Limits of the value itself, for `final` and for every profile that says nothing else."""
    parts: dict[str, Limits] = {}
    """Limits of the further numbers it reports beside its value."""
    profiles: dict[Profile, Limits] = {}
    """Limits that replace `limits` in one profile."""
    aim: Literal["", "fall", "rise"] = ""
    """Where there is no fixed limit: which way a repair must move it."""
    too_low: tuple[str, ...] = ()
    """Symptoms that a value below its limit points to, the likeliest first."""
    too_high: tuple[str, ...] = ()
    """Symptoms that a value above its limit points to, the likeliest first."""
    told_by: dict[str, str] = {}
    """The one of these symptoms that a part tells of where it stands beside the value, the surest part first."""

    def limits_in(self, profile: Profile) -> Limits:
        """The limits that hold in `profile`."""
        return self.profiles.get(profile, self.limits)

    def pointed(self, side: str, parts: Mapping[str, Any]) -> tuple[str, ...]:
        """Symptoms that a fault on that side points to, by the numbers reported beside the value."""
        told = [part for part in self.told_by if isinstance(parts.get(part), int | float)]
        if told:
            faulty = [part for part in told if self.parts[part].side(parts[part])]
            return tuple(self.told_by[part] for part in faulty or told[: bool(side)])
        return self.too_low if side == "low" else self.too_high if side == "high" else ()

    @property
    def symptoms(self) -> tuple[str, ...]:
        """Every symptom it points to, either way."""
        return self.too_low + self.too_high


class Confirm(Row, kw_only=True):
    """What must be seen after a move for it to count as a repair."""

    measure: str = ""
    """Id of the measure; empty where it is seen and not measured."""
    should: Literal["be good", "fall", "rise", "hold"] = "be good"
    words: str = ""
    """What to look for, or where the measure is taken (`inside the mask`)."""

    def sentence(self) -> str:
        """In a few words: `m.flicker should fall, inside the mask`."""
        if not self.measure:
            return self.words
        return f"{self.measure} should {self.should}" + (f", {self.words}" if self.words else "")


class Fix(Row, kw_only=True):
    """One step of a repair: a move of a setting, or an action of the artist or the agent."""

    move: str = ""
    """A move of the grammar in `knowledge/moves.py`; empty where the step is an action."""
    action: str = ""
    """What to do instead, an imperative sentence; empty where the step is a move."""
    redo: Literal["", "prompt", "still", "mask", "render", "export"] = ""
    """What the action makes anew."""
    models: tuple[str, ...] = ()
    """Models it serves; empty: all models of the symptom."""
    why: str

    @property
    def parsed(self) -> Move | None:
        """The move, or None for an action."""
        return parse(self.move) if self.move else None


class Symptom(Row, kw_only=True):
    """One row of troubleshooting.toml: what people say, what is behind it, what to do, how to tell that it helped."""

    id: str
    label: str
    """What it is called, a few words."""
    says: tuple[str, ...]
    """How people say it."""
    models: tuple[str, ...] = ()
    """Models it happens to; empty: all of them. `closed_video` stands for the providers' models."""
    cause: str
    fixes: tuple[Fix, ...]
    """In the order to try them. A second move of one setting is the other way out, for when the first did not help."""
    confirm: tuple[Confirm, ...] = ()

    def fixes_for(self, model: str) -> tuple[Fix, ...]:
        """The steps that serve `model`; all of them where no model is named."""
        return tuple(f for f in self.fixes if not model or not f.models or model in f.models)


class Pull(Row, kw_only=True):
    """Two symptoms whose repairs pull against each other, and which way to go when both are there."""

    pair: tuple[str, str]
    tension: str
    order: str
    """What to do, one sentence."""
    first: str = ""
    """The symptom whose moves win where both move the same setting; empty where neither row's own move holds."""
    settings: tuple[str, ...] = ()
    """Settings they pull at."""
    moves: tuple[str, ...] = ()
    """Moves to make in place of the ones that collide."""


class Tongue(Row, kw_only=True):
    """One language Rushes answers in, and what tells it from the others."""

    id: str
    name: str
    """As its speakers call it."""
    words: tuple[str, ...] = ()
    """Small words that tell it from the others."""
    letters: str = ""
    """Letters that hardly any other of the languages has."""
    shared: tuple[str, ...] = ()
    """Words of the trade that are written in every language alike, and so tell none."""
