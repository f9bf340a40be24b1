"""Names what an order is about in the word or two that a mask is drawn by."""

import re

from knowledge.rewrite.compose import Draft
from knowledge.rewrite.orders import operations
from knowledge.rewrite.spelling import repaired

_LEAD = re.compile(
    r"^(?:(?:mask|select|isolate|roto|cut out|the|a|an|her|his|their|its|this|that|only|just)\b\s*)+", re.I
)
_REST = re.compile(r"\s+(?:in|on|at|from|of|with|who|that|which|and|wearing)\s.*$", re.I)


def mask(order: str) -> Draft:
    """The thing that the first wish happens to."""
    wishes = [o for o in operations(repaired(order)) if o.kind not in ("keep", "avoid")]
    if not wishes:
        return Draft("")
    wish = wishes[0]
    name = wish.value if wish.kind in ("remove", "add") or not wish.target else wish.target
    return Draft(_REST.sub("", _LEAD.sub("", name)).strip(" ."))
