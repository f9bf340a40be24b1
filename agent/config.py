"""What the environment says to the agent, read in one place."""

import os
from collections.abc import Mapping
from pathlib import Path

from engine.errors import SettingError
from engine.frozen import Frozen


class Config(Frozen):
    """The agent's share of the environment. The engine reads its own (`RUSHES_WEIGHTS`, leases, idle time)."""

    workspace: Path
    """`RUSHES_WORKSPACE`, else the user's data folder."""
    ask_above_s: float
    """`RUSHES_ASK_ABOVE_S`: an estimate of more seconds than this asks first, however few the frames."""
    brain: str
    """`RUSHES_BRAIN`: `rules`, `openai`, `anthropic`, `compatible` or `hybrid`; unset: `rules`, whatever keys exist."""
    brain_model: str
    """`RUSHES_BRAIN_MODEL`: the provider's model name."""
    brain_url: str
    """`RUSHES_BRAIN_URL`: the server of a `compatible` brain."""
    brain_writer: str = "compatible"
    """`RUSHES_BRAIN_WRITER`: who writes for `hybrid`, `openai`, `anthropic` or `compatible`; unset: `compatible`."""


ASK_ABOVE_S = 600.0
WRITERS = ("compatible", "openai", "anthropic")
"""Brains whose model may write for `hybrid`: the one on an own machine first."""


def config(environ: Mapping[str, str] = os.environ) -> Config:
    """The settings that stand now; a malformed number is refused, never ignored."""
    return Config(
        workspace=Path(environ["RUSHES_WORKSPACE"]).expanduser().absolute()
        if environ.get("RUSHES_WORKSPACE")
        else _data_folder(),
        ask_above_s=_seconds(environ.get("RUSHES_ASK_ABOVE_S", "")),
        brain=environ.get("RUSHES_BRAIN", "") or "rules",
        brain_model=environ.get("RUSHES_BRAIN_MODEL", ""),
        brain_url=environ.get("RUSHES_BRAIN_URL", ""),
        brain_writer=_writer(environ.get("RUSHES_BRAIN_WRITER", "")),
    )


def _data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("rushes", appauthor=False)


def _writer(name: str) -> str:
    if name and name not in WRITERS:
        raise SettingError([f"RUSHES_BRAIN_WRITER must be one of {', '.join(WRITERS)}, not {name!r}."])
    return name or WRITERS[0]


def _seconds(text: str) -> float:
    if not text:
        return ASK_ABOVE_S
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise SettingError([f"RUSHES_ASK_ABOVE_S must be a number of seconds from 0, not {text!r}."])
    return value
