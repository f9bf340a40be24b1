"""The grammar of moves that rules and repairs share: how a setting is to be changed, and where that leads from a value.

    set X v | set X default          put it there, or back
    set X v or w                     put it there, unless it is the other already
    raise|lower X to v [then w ...]  to the first target beyond where it stands
    raise|lower X by d               by so much
    scale X by f                     times so much

Targets that differ for one model follow after semicolons: `raise overlap_frames to 8; style_transfer to 20`. Knows no
setting: `faults` checks a move against one, `leads_to` asks one for its bounds.
"""

import math
import re
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from engine.spec import Setting

Verb = Literal["set", "raise", "lower", "scale"]

DEFAULT = "default"
"""The target that stands for the setting's own default."""

_HEAD = re.compile(r"(set|raise|lower|scale) ([a-z][a-z0-9_]*) (.+)")
_MODEL = re.compile(r"([a-z][a-z0-9_]*) (.+)")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_WORDS = {"on": True, "true": True, "off": False, "false": False}


class Move(NamedTuple):
    """One parsed move."""

    text: str
    """As written."""
    verb: Verb
    setting: str
    how: Literal["to", "by"]
    values: tuple[Any, ...]
    """Targets in order for `to` (of a set: those that serve alike); the one amount or factor for `by`."""
    for_models: dict[str, tuple[Any, ...]]
    """Values that replace `values` for one model."""

    def values_for(self, model: str) -> tuple[Any, ...]:
        """The values that hold for `model`."""
        return self.for_models.get(model, self.values)

    def faults(self, setting: Setting, model: str = "") -> list[str]:
        """What is wrong with this move for that setting: its kind, its bounds, the way it points."""
        values = self.values_for(model)
        if self.how == "by":
            if setting.kind not in ("integer", "number"):
                return [f"{setting.id} is no number, so it can't be changed by an amount."]
            sound = values[0] > 0 and not (self.verb == "scale" and values[0] == 1)
            return [] if sound else [f"{values[0]:g} is no amount to {self.verb} {setting.id} by."]
        found = [fault for v in values if v != DEFAULT and (fault := setting.fault(v))]
        if found or self.verb == "set":
            return found
        if not _ordered(setting):
            return [f"{setting.id} has no order, so it can't be raised or lowered."]
        targets = [setting.default if v == DEFAULT else v for v in values]
        sign = 1 if self.verb == "raise" else -1
        if any(sign * (b - a) <= 0 for a, b in pairwise(targets)):
            found.append(f"The targets of {setting.id} don't {self.verb} it step by step.")
        if setting.default is not None and sign * (targets[-1] - setting.default) < 0:
            found.append(f"To {self.verb} {setting.id} to {targets[-1]:g} points the wrong way from its default.")
        return found

    def leads_to(self, setting: Setting, current: Any = None, model: str = "") -> Any:
        """The value that comes next from `current` (the default where None), or None where this move leads nowhere.

        A target is taken when it lies beyond `current`; past the last target it goes on by the same stride, the last
        step ending on the bound. A scaled whole number goes on to the next whole number in the same direction.
        """
        values = tuple(setting.default if v == DEFAULT else v for v in self.values_for(model))
        now = setting.default if current is None else current
        if self.verb == "set":
            return None if now in values or (values[0] is not None and setting.fault(values[0])) else values[0]
        if isinstance(now, bool) or not isinstance(now, int | float):
            now = setting.default
        if now is None:
            return values[0] if self.how == "to" else None
        rising = self.verb == "raise" or (self.verb == "scale" and values[0] > 1)
        sign = 1 if rising else -1
        if setting.kind == "choice":
            ladder = [*values, *sorted(setting.choices, reverse=not rising)]
            return next((c for c in ladder if sign * (c - now) > 0), None)
        if self.how == "to":
            target = next((v for v in values if sign * (v - now) > 0), None)
            if target is not None:
                return _within(setting, target, now)
            target = now + sign * _stride(setting, values, sign)
        else:
            target = now * values[0] if self.verb == "scale" else now + sign * values[0]
        return _within(setting, target, now)


def parse(text: str) -> Move:
    """The move that `text` says; ValueError with one sentence where it says none."""
    head, *others = [part.strip() for part in text.split(";")]
    match = _HEAD.fullmatch(head)
    if not match:
        raise ValueError(f"'{head}' is no move: say set, raise, lower or scale, a setting, and where to.")
    verb, setting, tail = match.groups()
    how, values = _tail(verb, tail)
    for_models: dict[str, tuple[Any, ...]] = {}
    for part in others:
        found = _MODEL.fullmatch(part)
        if not found or found[1] in ("to", "by"):
            raise ValueError(f"'{part}' must name a model and then the target for it.")
        own, for_models[found[1]] = _tail(verb, found[2])
        if own != how:
            raise ValueError(f"'{part}' changes by another way than '{head}'.")
    return Move(text, verb, setting, how, values, for_models)


def _tail(verb: str, text: str) -> tuple[Literal["to", "by"], tuple[Any, ...]]:
    if verb == "set":
        return "to", tuple(_value(word) for word in text.split(" or "))
    how, _, rest = text.partition(" ")
    values = tuple(_value(word) for word in rest.split(" then "))
    numbers = all(v == DEFAULT or (isinstance(v, int | float) and not isinstance(v, bool)) for v in values)
    if how not in ("to", "by") or not rest or not numbers:
        raise ValueError(f"'{verb} ... {text}' must go on with 'to' or 'by' and numbers.")
    if (how == "by" and (len(values) > 1 or DEFAULT in values)) or (verb == "scale" and how != "by"):
        raise ValueError(f"'{verb} ... {text}' takes 'by' and one number.")
    return ("to" if how == "to" else "by"), values


def _value(word: str) -> Any:
    if _NUMBER.fullmatch(word):
        return float(word) if "." in word else int(word)
    return _WORDS.get(word.lower(), word)


def _ordered(setting: Setting) -> bool:
    numbers = setting.kind == "choice" and all(isinstance(c, int) for c in setting.choices)
    return numbers or setting.kind in ("integer", "number")


def _stride(setting: Setting, values: tuple[Any, ...], sign: int) -> float:
    """How far past the last target each further step goes: as far as the last step did. Where a profile's default lies
    beyond the targets already, one notch of the panel."""
    if len(values) > 1:
        return abs(values[-1] - values[-2])
    if setting.default is None:
        return 0.0
    reach = sign * (values[0] - setting.default)
    return reach if reach >= 0 else setting.step or 0.0


def _within(setting: Setting, target: float, now: float) -> Any:
    rising = target > now
    if setting.max is not None:
        target = min(target, setting.max)
    if setting.min is not None:
        target = max(target, setting.min)
    if setting.kind == "integer":
        target = math.ceil(target) if rising else math.floor(target)
    else:
        target = round(target, 6)
    return target if target != now and (target > now) == rising else None
