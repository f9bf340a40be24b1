"""The vocabulary of models and settings, and the one validator. Knows no default of any setting: the catalog does.

A `ModelSpec` is a model in one profile, as the catalog states it. It travels inside a `RenderRequest`, so a job can be
repeated after the catalog has changed.
"""

from typing import Any, Literal, NamedTuple

from engine.errors import SettingError
from engine.row import Row

Profile = Literal["preview", "draft", "final"]
"""`preview`: small nets on any CPU; `draft`: about 16 GB VRAM; `final`: 24 GB and up."""

Kind = Literal[
    "integer", "number", "switch", "choice", "text", "image", "images", "keyframes", "track", "points", "guides", "crop"
]
"""What a setting's value is: `image` a path or still id; `images` a list of them; `keyframes` a list of
`{"frame", "image"}`; `track` a track id; `points` a list of `{"frame", "x", "y", "add"}`; `guides` a list of
`{"map", "start", "end"}`; `crop` pixels of a crop."""

PROFILES: tuple[Profile, ...] = ("preview", "draft", "final")


class Setting(Row, kw_only=True):
    """One setting of one model in one profile, whole."""

    id: str
    """snake_case, with its unit in the name where it has one."""
    label: str
    """What the artist reads."""
    kind: Kind
    """What its value is."""
    unit: str = ""
    """`px`, `frames`, `%` or empty."""
    default: Any = None
    """Value when nothing is said; None means unset."""
    min: float | None = None
    """Least value, inclusive, for numbers."""
    max: float | None = None
    """Greatest value, inclusive, for numbers; for lists, how many they may hold."""
    step: float | None = None
    """Stride of the panel's slider; values between are legal unless kind is integer."""
    choices: tuple[str | int, ...] = ()
    """Closed set for kind `choice`."""
    required: bool = False
    """True where a render can't start without it."""
    effect: bool = True
    """False where this profile accepts and records the setting but does nothing with it."""
    tab: Literal["basic", "advanced"] = "advanced"
    """Where the panel shows it."""
    note: str = ""
    """One sentence for the artist."""
    more: str = ""
    """What raising it does."""
    less: str = ""
    """What lowering it does."""

    def fault(self, value: Any) -> str | None:
        """The sentence that refuses `value`, or None where it is legal."""
        match self.kind:
            case "integer" | "number":
                if isinstance(value, bool) or not isinstance(value, int | float):
                    return f"{self.id} takes a number ({self.allowed()}), not {value!r}."
                if self.kind == "integer" and isinstance(value, float) and not value.is_integer():
                    return f"{self.id} takes a whole number ({self.allowed()}), not {value!r}."
                low_ok = self.min is None or value >= self.min
                high_ok = self.max is None or value <= self.max
                if not (low_ok and high_ok):  # written so that NaN is refused too
                    return f"{self.id} must be {self.allowed()}, not {_plain(value)}."
            case "switch":
                if not isinstance(value, bool):
                    return f"{self.id} is a switch: true or false, not {value!r}."
            case "choice":
                if value not in self.choices and len(self.choices) == 1:  # the profile has left one; its note says why
                    return f"{self.id} must be {self.choices[0]} here, not {value!r}. {self.note}".strip()
                if value not in self.choices or isinstance(value, bool):
                    return f"{self.id} must be one of {', '.join(map(str, self.choices))}, not {value!r}."
            case "text" | "image" | "track":
                if not isinstance(value, str):
                    return f"{self.id} takes text, not {value!r}."
            case "images" | "keyframes" | "points" | "guides":
                if not isinstance(value, list | tuple):
                    return f"{self.id} takes a list, not {value!r}."
                if self.max is not None and len(value) > self.max:
                    return f"{self.id} takes at most {_plain(self.max)}, not {len(value)}."
            case "crop":
                if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                    return f"{self.id} takes a whole number of pixels from 0, not {value!r}."
        return None

    def allowed(self) -> str:
        """The allowed range in words: `0.3 to 1`, `24 to 160 frames`."""
        unit = f" {self.unit}" if self.unit else ""
        match self.min, self.max:
            case None, None:
                return "any number"
            case low, None:
                return f"{_plain(low)}{unit} or more"
            case None, high:
                return f"at most {_plain(high)}{unit}"
            case low, high if low == high:
                return f"{_plain(low)}{unit}"
            case low, high:
                return f"{_plain(low)} to {_plain(high)}{unit}"
        raise AssertionError("unreachable")


class Resolved(NamedTuple):
    """What will run: a value for every setting of the model, and which of them the profile cannot use."""

    values: dict[str, Any]
    no_effect: list[str]
    """Settings that were given a value other than the default, and do nothing in this profile."""


class Check(Row, kw_only=True):
    """A demand across two settings: `left` must stand in relation `relation` to `right` (another setting)."""

    left: str
    relation: Literal["<", "<="]
    right: str


class Variant(Row, kw_only=True):
    """What some settings become while another (`when`) stands at a certain value: other bounds, default, or effect."""

    when: str
    equals: Any
    settings: tuple[Setting, ...]


class ModelSpec(Row, kw_only=True):
    """One model in one profile, as the catalog states it."""

    id: str
    """`transform`, `style_transfer`, `character`, `inpaint`, `clean_plate`, `upscale`, `modify_frame`, `mask`."""
    label: str
    profile: Profile
    purpose: str
    """One sentence."""
    prompt_style: Literal["description", "instruction", "words", "none"]
    """Which school of prompt it reads."""
    runs: str = ""
    """`module:Class` of the engine that renders it; empty where this profile can't run it."""
    weights: tuple[str, ...] = ()
    """Names in `engine/weights.toml` that it needs."""
    missing: str = ""
    """Why `runs` is empty, one sentence, with what can run instead."""
    frame_stride: int = 1
    """Chunks are padded to `stride * k + 1` frames; 1 means any length."""
    seconds_per_megapixel: float = 0.0
    """Starting value for estimates: seconds for a frame of one million pixels, before anything was measured."""
    settings: tuple[Setting, ...] = ()
    checks: tuple[Check, ...] = ()
    variants: tuple[Variant, ...] = ()

    def under(self, changed: dict[str, Any]) -> "ModelSpec":
        """This spec as it stands with those choices made: every variant they call for is in place."""
        known = {s.id: s for s in self.settings}
        for variant in self.variants:
            deciding, chosen = known[variant.when], changed.get(variant.when)
            if deciding.effect and (deciding.default if chosen is None else chosen) == variant.equals:
                known |= {s.id: s for s in variant.settings}
        return self.but(settings=tuple(known.values()))

    def setting(self, setting_id: str) -> Setting:
        """The setting of that id; KeyError where this model has none."""
        return {s.id: s for s in self.settings}[setting_id]

    def resolve(self, changed: dict[str, Any]) -> Resolved:
        """Values for every setting, from what the artist changed.

        Refuses and never repairs: raises `SettingError` that names every unknown, ill-typed, out-of-range or missing
        setting at once, with the allowed range.
        """
        known = {s.id: s for s in self.under(changed).settings}
        faults = [
            f"{self.label} has no setting {name}." + _nearest(name, known) for name in changed if name not in known
        ]
        values: dict[str, Any] = {}
        for name, setting in known.items():
            value = changed.get(name, setting.default)
            if value is None or value in ("", [], ()):
                if setting.required:
                    known_as = "" if setting.label.lower() == name else f" ({setting.label.lower()})"
                    faults.append(f"{self.label} needs {name}{known_as}.")
                values[name] = setting.default
                continue
            fault = setting.fault(value)
            if fault:
                faults.append(fault)
            values[name] = int(value) if setting.kind == "integer" and not fault else value
        if not faults:
            faults += [
                f"{c.left} ({values[c.left]}) must be {_WORDS[c.relation]} {c.right} ({values[c.right]})."
                for c in self.checks
                if c.left in changed or c.right in changed
                if not _holds(values[c.left], c.relation, values[c.right])
            ]
        if faults:
            raise SettingError(faults)
        idle = [n for n, s in known.items() if not s.effect and n in changed and changed[n] != s.default]
        return Resolved(values, idle)


def _plain(number: float) -> str:
    """`4294967295` and `0.3`: `:g` would shorten a long whole number."""
    return str(int(number)) if isinstance(number, int) or number.is_integer() else f"{number:g}"


_WORDS = {"<": "below", "<=": "at most"}


def _holds(left: Any, relation: str, right: Any) -> bool:
    if left is None or right is None:
        return True
    return left < right if relation == "<" else left <= right


def _nearest(name: str, known: dict[str, Setting]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=2, cutoff=0.6)
    return f" Did you mean {' or '.join(near)}?" if near else ""
