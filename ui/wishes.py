"""What flags say of a render: `KEY=VALUE`, keyframes, ranges, files of settings, and the images that all these name."""

import json
import math
from pathlib import Path
from typing import Any

from engine.errors import InputError
from ui.terminal import WrongUsage

LONGEST_NUMBER = 100
"""Digits; a number of more is a slip or an attack."""


class Images:
    """Images named on the command line: stills keep their id, files are handed over under their own words."""

    def __init__(self) -> None:
        self.files: dict[str, Path] = {}

    def name(self, text: str) -> str:
        """The name that settings use for this image."""
        if not text.startswith("still_"):
            self.files[text] = Path(text).absolute()
        return text

    def note(self, settings: dict[str, Any]) -> dict[str, Any]:
        """The settings as they are, every image that one of them names handed over."""
        for setting, value in settings.items():
            match _kind(setting), value:
                case "image", str(text):
                    self.name(text)
                case "images", list(texts):
                    for text in filter(_is_name, texts):
                        self.name(text)
                case "keyframes", list(keys):
                    for key in keys:
                        if isinstance(key, dict) and _is_name(key.get("image")):
                            self.name(key["image"])
        return settings


def read_json(text: str) -> Any:
    """What a text means as JSON; ValueError where it is none, or says a number that no setting could hold."""
    try:
        return json.loads(text, parse_constant=_refuse, parse_int=_whole, parse_float=_finite)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _finite(digits: str) -> float:
    if not math.isfinite(value := float(digits)):
        raise ValueError(f"the number {digits[:LONGEST_NUMBER]}")
    return value


def settings_of(text: str | None, images: Images) -> tuple[dict[str, Any], str]:
    """Settings of a JSON file, or the id of the track they come from."""
    if not text:
        return {}, ""
    if text.startswith("track_"):
        return {}, text
    try:
        settings = read_json(Path(text).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"The settings {text} can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise InputError(f"The settings {text} are not JSON: {error}.") from error
    if not isinstance(settings, dict):
        raise InputError(f"{text} must hold one JSON object of settings.")
    return images.note(settings), ""


def assignments(words: list[str], images: Images) -> dict[str, Any]:
    """`KEY=VALUE` pairs. A value of a setting that takes words is those words; any other that reads as JSON is that."""
    found: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise WrongUsage(f"--set takes KEY=VALUE, not {word!r}.")
        found[key] = value if _kind(key) in ("text", "image", "track") else _value(value)
    return images.note(found)


def keyframe(text: str, images: Images, flag: str = "--keyframe") -> dict[str, Any]:
    """`N=IMG` or `N=STILL`, as this flag was given it."""
    frame, equals, image = text.partition("=")
    if not equals or not frame.isdecimal() or not image:
        raise WrongUsage(f"{flag} takes N=IMG or N=STILL, not {text!r}.")
    return {"frame": int(frame), "image": images.name(image)}


def frame_range(text: str | None) -> tuple[int, int] | None:
    """`START:STOP`; None where none is given."""
    if text is None:
        return None
    start, colon, stop = text.partition(":")
    if not colon or not start.isdecimal() or not stop.isdecimal():
        raise WrongUsage(f"--range takes START:STOP in frames of the shot, from 0, STOP not included, not {text!r}.")
    return int(start), int(stop)


def _value(text: str) -> Any:
    try:
        return read_json(text)
    except ValueError:
        return text


def _kind(setting: str) -> str:
    from knowledge import catalog

    known = catalog().settings
    return known[setting].kind if setting in known else ""


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
