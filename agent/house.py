"""A studio's own rules on words: a list in the workspace, held against every prompt before a render or a still.

Rushes has no list of its own. Where there is no `house_rules.toml` nothing is checked; one that can't be read refuses
everything, since nobody knows what it would have kept out.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import InputError, SettingError
from engine.row import Row
from engine.spec import ModelSpec

if TYPE_CHECKING:
    from agent.workspace import Workspace

FILE = "house_rules.toml"
"""Lies in the workspace's folder: `[[rule]]` with `name`, `words` and maybe `because`."""
ASKED = "prompt"
"""The setting that says what shall be seen. The others name what is to be kept out, or what the footage shows already:
a house that wants no weapons has nothing against masking one to remove it."""
UNSPACED = "぀-ヿ㐀-鿿가-힯"
"""Kana, Han and Hangul: written without spaces, or with endings joined on, so that a word in them has no edges."""


class HouseRule(Row, kw_only=True):
    """One rule of the house."""

    name: str
    """What a refusal calls it."""
    words: list[str]
    """Words and phrases that no prompt may hold, whatever their case; `rifle*` also stands for `rifles`."""
    because: str = ""
    """Why, as a clause that the refusal ends with."""

    def found(self, text: str) -> str:
        """The first of its words that the text holds, case aside; empty where it holds none."""
        plain = _plain(text)
        for word in self.words:
            if met := re.search(_pattern(word), plain):
                return met[0]
        return ""


def rules(workspace: "Workspace") -> list[HouseRule]:
    """The rules of the workspace, read anew each time; `InputError` where the file can't be read or is ill written."""
    path = workspace.root / FILE
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unreadable(str(error)) from error
    rows = written.pop("rule", [])
    if written or not isinstance(rows, list):
        raise _unreadable(f"it takes [[rule]] alone, not {', '.join(written) or 'rule'}")
    return [_rule(row, place) for place, row in enumerate(rows, start=1)]


def check(workspace: "Workspace", spec: ModelSpec, values: Mapping[str, Any]) -> None:
    """Refuse the prompt of a render or a still that rules of the house keep out: `SettingError`, a sentence a rule."""
    text = values.get(ASKED)
    if not isinstance(text, str) or not text.strip():
        return
    label = spec.setting(ASKED).label
    faults = []
    for rule in rules(workspace):
        if met := rule.found(text):
            because = f", because {rule.because.strip().rstrip('.')}" if rule.because.strip() else ""
            faults.append(
                f'The house rule "{rule.name}" keeps "{met}" out of {label}{because}; word it otherwise, or ask who '
                f"keeps {FILE} of this workspace."
            )
    if faults:
        raise SettingError(faults)


def _rule(row: Any, place: int) -> HouseRule:
    try:
        rule = HouseRule.read(row)
    except ValueError as error:
        raise _unreadable(f"rule {place}: {error}") from error
    if not rule.name.strip() or not rule.words or not all(_plain(word).strip("* ") for word in rule.words):
        raise _unreadable(f"rule {place} needs a name, and at least one word, none of them empty")
    return rule


def _unreadable(why: str) -> InputError:
    return InputError(f"The house rules can't be read, so nothing is rendered: {why.rstrip('.')}. Mend {FILE}.")


def _pattern(word: str) -> str:
    """A pattern that finds the word whole, where its script has whole words; a `*` at its end lets it go on."""
    stem = _plain(word).removesuffix("*").strip()
    parts = [re.escape(part) for part in re.split(r"[\s-]+", stem) if part]
    return (
        _edge(stem[0], "(?<!\\w)")
        + r"[\s-]+".join(parts)
        + (r"\w*" if word.endswith("*") else _edge(stem[-1], "(?!\\w)"))
    )


def _edge(letter: str, edge: str) -> str:
    return "" if re.match(f"[{UNSPACED}]", letter) else edge


def _plain(text: str) -> str:
    """Text as rules compare it: compatible letters made one, nothing invisible in it, case aside."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if unicodedata.category(letter) != "Cf")
