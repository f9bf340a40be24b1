"""Every English sentence of ours that an artist may read, and what each language lacks of them.

Sentences stand in three places: literals given to `say(...)`, fields of the catalog that answers quote (`QUOTED`), and
the sections of the agent's Markdown files (`SECTIONED`). A language has all of them or none: an artist who reads one
sentence of three in another language is served worse than in English.
"""

import ast
import re
import string
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from knowledge.catalog import catalog
from knowledge.rule_rows import LANGUAGES, Language

HOME = Path(__file__).parent.parent
PROMPTS = HOME / "agent" / "prompts"
SECTIONED = ("rules", "graph")
"""Files of `agent/prompts` whose sections an artist may read; `<name>.<language>.md` holds their translation."""

QUOTED: dict[str, tuple[str, ...]] = {
    "rules": ("because", "closed"),
    "facts": ("ask", "means", "choices", "states", "otherwise"),
    "symptoms": ("label", "cause", "fixes.action", "fixes.why", "confirm.words"),
    "pulls": ("tension", "order"),
    "measures": ("label", "well"),
    "models": ("use_when",),
    "settings": ("note",),
}
"""Table of the catalog to the fields that answers quote. Labels of models, settings and controls are names, as they
stand on the page: they are not translated."""

_HEADING = re.compile(r"^## +(\w+)\s*$", re.MULTILINE)
_NAME = re.compile(r"\$\{?([a-z_]+)\}?")


class Sentence(NamedTuple):
    """One English sentence and where it stands."""

    text: str
    where: str


class Lack(NamedTuple):
    """What is wrong with one language, and where."""

    language: str
    where: str
    why: str


# -- what there is to translate --------------------------------------------------------------------------------------


def sentences() -> dict[str, str]:
    """Every English sentence that stands in the code or the catalog, with the first place it stands in."""
    found: dict[str, str] = {}
    for sentence in (*_quoted(), *_written()):
        found.setdefault(sentence.text, sentence.where)
    return found


def _quoted() -> Iterator[Sentence]:
    """Sentences of the catalog."""
    for table, fields in QUOTED.items():
        rows = getattr(catalog(), table)
        for row in rows.values() if isinstance(rows, dict) else rows:
            for field in fields:
                for text in _values(row, field):
                    if re.search(r"[^\W\d_]", text):
                        yield Sentence(text, f"catalog/{table}.{field}")


def _values(row: object, field: str) -> Iterable[str]:
    """The texts of a field, also of one within a list of rows (`fixes.why`) and of a table (`choices`)."""
    head, _, rest = field.partition(".")
    value = getattr(row, head, None)
    if rest:
        return [text for each in value or () for text in _values(each, rest)]
    if isinstance(value, dict):
        return [text for text in value.values() if isinstance(text, str)]
    return [value] if isinstance(value, str) else list(value or ())


def _written() -> Iterator[Sentence]:
    """Literals given to `say`. The agent's own `say` takes names of sections, which are no sentences."""
    for path, given, held in _said(HOME):
        for literal in _literals(given, held):
            if not re.fullmatch(r"\w+", literal.value) or path.parts[0] == "knowledge":
                yield Sentence(literal.value, f"{path.as_posix()}:{literal.lineno}")


def unlisted() -> list[str]:
    """Fields given to `say` that `QUOTED` does not name: their sentences would never be translated."""
    known = {field.rpartition(".")[2] for fields in QUOTED.values() for field in fields}
    return [
        f"{path.as_posix()}:{given.lineno} says .{given.attr}, which QUOTED in knowledge/translations.py does not name."
        for path, given, _ in _said(HOME)
        if isinstance(given, ast.Attribute) and given.attr not in known
    ]


@lru_cache(maxsize=2)
def _said(home: Path) -> tuple[tuple[Path, ast.expr, dict[str, list[ast.expr]]], ...]:
    """What stands in the first place of every `say`, with its module and what names are set to there. Read once a
    process: every language is held against the same code."""
    found = []
    for folder in ("knowledge", "agent"):
        for path in sorted((home / folder).rglob("*.py")):
            if path.stem not in ("language", "translations"):
                tree = ast.parse(path.read_text(encoding="utf-8"))
                held = _constants_of(tree)
                found += [(path.relative_to(home), given, held) for given in _given(tree)]
    return tuple(found)


def _given(tree: ast.Module) -> Iterator[ast.expr]:
    """What stands in the first place of every `say`."""
    for node in ast.walk(tree):
        name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
        if name == "say" and node.args:
            yield node.args[0]


def _constants_of(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What every name of the module is ever set to."""
    held: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    held.setdefault(target.id, []).append(node.value)
    return held


def _literals(node: ast.expr, held: dict[str, list[ast.expr]]) -> Iterator[ast.Constant]:
    """Texts that may stand there: itself, by a condition, or by what a name is set to."""
    match node:
        case ast.Constant(value=str()):
            yield node
        case ast.IfExp(body=one, orelse=other):
            yield from (*_literals(one, held), *_literals(other, held))
        case ast.Subscript(value=ast.Name(id=name)) | ast.Name(id=name) if name in held:
            for value in held[name]:
                yield from _constants(value)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get")) if name in held:
            for value in held[name]:
                yield from _constants(value)


def _constants(node: ast.expr) -> Iterator[ast.Constant]:
    """The texts of a module's constant: itself, the values of a dict, the members of a tuple or list."""
    match node:
        case ast.Constant(value=str()):
            yield node
        case ast.Dict(values=values) | ast.Tuple(elts=values) | ast.List(elts=values):
            for value in values:
                yield from _constants(value)


def sections(name: str, language: Language = "en") -> dict[str, str]:
    """The sections of one of the agent's files; none where the language has no such file."""
    path = PROMPTS / (f"{name}.md" if language == "en" else f"{name}.{language}.md")
    if not path.is_file():
        return {}
    parts = _HEADING.split(path.read_text(encoding="utf-8"))[1:]
    return {title: " ".join(body.split()) for title, body in zip(parts[::2], parts[1::2], strict=True)}


# -- what a language lacks -------------------------------------------------------------------------------------------


def begun() -> tuple[Language, ...]:
    """The languages somebody has begun to translate into: these must be complete."""
    return tuple(
        language
        for language in LANGUAGES
        if language != "en" and (catalog().sentences(language) or any(sections(n, language) for n in SECTIONED))
    )


def lacks(language: Language) -> list[Lack]:
    """What is missing, stale, or has other names in it than the English."""
    table = f"knowledge/catalog/languages/{language}.toml"
    found = _compared(language, table, {text: text for text in sentences()}, catalog().sentences(language), _braced)
    for name in SECTIONED:
        file = f"agent/prompts/{name}.{language}.md"
        found += _compared(language, file, sections(name), sections(name, language), _dollared)
    return found


def _compared(language: str, where: str, english: dict[str, str], own: dict[str, str], names) -> list[Lack]:
    found = [Lack(language, where, f"missing: {key}") for key in english if not own.get(key, "").strip()]
    found += [Lack(language, where, f"stale, no such English: {key}") for key in own if key not in english]
    for key, text in own.items():
        if text.strip() and key in english and names(text) != names(english[key]):
            wanted = ", ".join(sorted(names(english[key]))) or "none"
            found.append(Lack(language, where, f"other names than the English ({wanted}): {key}"))
    return found


def _braced(text: str) -> set[str] | None:
    """Names of a template; None where its braces do not pair."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:
        return None


def _dollared(text: str) -> set[str]:
    return set(_NAME.findall(text))


# -- for translators -------------------------------------------------------------------------------------------------


def skeleton(language: Language) -> str:
    """What the language lacks, ready to be filled in: TOML lines for its table, sections for its Markdown files."""
    own = catalog().sentences(language)
    lines = [f"# --- knowledge/catalog/languages/{language}.toml: under [text]; keep every {{name}}"]
    place = ""
    for text, where in sentences().items():
        if not own.get(text, "").strip():
            file = where.partition(":")[0]
            lines += [f"# {file}"] if file != place else []
            lines.append(f'{_toml(text)} = ""')
            place = file
    for name in SECTIONED:
        told = sections(name, language)
        lines.append(f"# --- agent/prompts/{name}.{language}.md: same headings, same $names, each section on one line")
        for title, text in sections(name).items():
            if not told.get(title, "").strip():
                lines += [f"\n## {title}", text]
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    """A text as a key of TOML."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
