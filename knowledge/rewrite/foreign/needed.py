"""Tells by a pattern's letters where it can't fit: compiling hundreds of them for one short message would take longer
than all the reading."""

from re import _constants as ops
from re import _parser as parser


def needed(pattern: str) -> list[str]:
    """Pieces of text in lower case, one of which is in whatever the pattern finds; empty where nothing must be in it.

    What is chosen among the pattern's mandatory parts is the one whose shortest piece is longest, for it is met the
    least often."""
    return _of(parser.parse(pattern)) or []


def _of(parts) -> list[str]:
    best: list[str] = []
    run = ""
    for op, value in [*parts, (None, None)]:
        if op is ops.LITERAL:
            run += chr(value).lower()
            continue
        best = max(best, [run] if run else [], _mandatory(op, value), key=_rare)
        run = ""
    return best


def _mandatory(op, value) -> list[str]:
    """What a part of a pattern needs; empty where it may be missing."""
    if op is ops.SUBPATTERN:
        return _of(value[3])
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        return _of(value[2]) if value[0] else []
    if op is ops.BRANCH:
        choices = [_of(branch) for branch in value[1]]
        return [piece for choice in choices for piece in choice] if all(choices) else []
    return []


def _rare(pieces: list[str]) -> tuple[int, int]:
    return (min(map(len, pieces), default=0), -len(pieces))
