"""The commands of `rushes`, one module a subject, each with `register(add)`; heavy imports wait until one runs."""

SUBJECTS = (
    "footage",
    "pictures",
    "masks",
    "review",
    "handoff",
    "craft",
    "guide",
    "prompt",
    "talk",
    "evals",
    "weights",
    "mcp",
    "running",
)
"""Modules of this package that register commands, in the order in which help lists them."""
