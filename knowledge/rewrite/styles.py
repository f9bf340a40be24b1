"""A style as it stands in a description, and where in a caption it goes."""

import re

from knowledge.rewrite import words as w
from knowledge.rewrite.caption import Caption, Span


def restyle(caption: Caption, style: str) -> None:
    """Say the style at the end; where the caption names one of its own, in its place."""
    tokens = caption.tokens
    low = [t.lower() for t in tokens]
    if "of" in low[:6]:
        at = low.index("of")
        if (
            w.is_a(low[at - 1], "medium")
            and _is_painted(low[:at])
            and low[at - 1] not in ("view", "shot", "close-up", "closeup", "video", "photo", "image", "footage")
        ):
            own = re.sub(r" style$", "", style)
            if not w.is_a(own.split()[-1], "medium") or own.split()[-1] == "style":
                own = f"{own} {low[at - 1]}"
            caption.put(
                Span(0, at),
                re.sub(r"^(?:an?|the) ", "", f"{w.article(own)} {own}")
                if w.is_plural(own)
                else f"{w.article(own)} {re.sub('^(?:an?|the) ', '', own)}",
            )
            return
    if "," in tokens:
        at = len(tokens) - 1 - tokens[::-1].index(",")
        tail = low[at + 1 :]
        if (
            tail
            and len(tail) < 5
            and tail[-1] in ("style", "painting", "drawing", "sketch", "anime", "cartoon", "animation")
            and _is_painted(tail)
        ):
            caption.put(Span(at + 1, len(tokens)), style)
            return
    caption.append(style)


def _is_painted(words: list[str]) -> bool:
    return any(x in w.members("style") | {"painting", "drawing", "sketch", "photo", "photograph"} for x in words)


def style_phrase(value: str, where: str = "") -> str:
    """A style as a description says it: `watercolour` -> `watercolour style`, `oil painting` as it is."""
    says_style = where == "style"
    value = re.sub(
        r"^(?:it's|it is|they're|as if|as|like|look like|in the style of|style of|in|more|very|a bit|kind of|much)\s+",
        "",
        value,
        flags=re.I,
    )
    if re.search(r"(?:style|effect|filter|palette|tone|look|vibe)$", value):
        value = re.sub(r"^(?:an?|the|some)\s+", "", value)
    value = re.sub(r"^(?:an? |the )?(.+) feel(?:ing)?$", r"\1 style", value)
    value = re.sub(r"^(?:(?:painted|drawn|made|done|shot|filmed) (?:by|in|with|as|on|like) )", "", value)
    if re.search(r"(?:lights|white|scale|toned?|sepia) \w+$", value):
        value = re.sub(r"\s+(?:filter|effect)$", "", value)
    value = re.sub(r"\b(lighting|tones?|toned) style$", r"\1", value)
    if where in ("image", "picture", "photo", "scene", "shot", "video"):
        value = re.sub(r"^(\w+) tone$", r"\1 toned", value)  # tone is put on a picture: it is toned then
    value = re.sub(r"(\w)/(\w)", r"\1, \2", _unarticled(value))
    value = re.sub(r"\b(colors|colours|toned) style$", r"\1", value)
    words = value.split()
    last = words[-1].lower() if words else ""
    if (
        not words
        or last in ("style", "styles")
        or (w.is_a(last, "medium") and last not in w.members("style") - {"film"})
        or last.endswith(("toned", "ish", "effect", "vibe", "vibes"))
    ):
        return value
    if last in ("animation", "mosaic", "comic", "noir") and not says_style:
        return value if last in w.members("medium") else f"{value} style"
    if not says_style and len(words) > 3:
        return value
    return f"{re.sub('^(?:an?|the) ', '', value, flags=re.I)} style"


def _unarticled(text: str) -> str:
    if re.match(r"(?:a|an)\s", text) and not re.search(r"(?:style|effect|filter|palette|tone|look|vibe)$", text):
        return text
    return re.sub(r"^(?:a|an|the|some)\s+", "", text, flags=re.I)
