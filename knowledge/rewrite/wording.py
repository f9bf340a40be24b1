"""The words of a wish without what is only said in passing."""

import re


def plain(text: str) -> str:
    """The words of a wish without what is only said in passing."""
    text = re.sub(r"\s+(?:please|now|instead|too|as well|all over|or something|somehow)$", "", text.strip(" .,;"))
    text = re.sub(r",?\s+(?:instead of|rather than|in place of) .*$", "", text)
    text = re.sub(r"^(?:only|just)\s+(?!lit\b)|\s+only$", "", text)
    return re.sub(r"^some\s+(?=\S)", "", text, flags=re.I)


def noun(text: str) -> str:
    """A thing not wanted, as a bare noun."""
    text = re.sub(r"^(?:any|all|the|a|an|of the|those|these|her|his|their|its)\s+", "", text.strip(), flags=re.I)
    return re.sub(r"\s+(?:from|on|in|at) (?:the|this|her|his|their|it)\b.*$", "", text)
