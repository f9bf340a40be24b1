"""Where the key of a hosted service is read from. It is handed to the service alone: no file, log or error holds it."""

import os
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec

from engine.errors import PrerequisiteError

SERVICE = "rushes"
"""The name under which a key ring keeps our keys."""


def provider_key(label: str, names: tuple[str, ...]) -> str:
    """The key of the service `label`: the first of these that the environment holds, else the system's key ring does
    where the `keyring` package is there. PrerequisiteError where none does."""
    for name in names:
        if key := os.environ.get(name, "").strip():
            return key
    if find_spec("keyring") is not None:
        ring, errors = import_module("keyring"), import_module("keyring.errors")
        for name in names:
            with suppress(errors.KeyringError):  # the package is there, and on this machine no ring behind it
                if key := (ring.get_password(SERVICE, name) or "").strip():
                    return key
    raise PrerequisiteError(
        f"{label} needs a key, and neither the environment nor a key ring holds one.", f"export {names[0]}=..."
    )


def without(text: str, key: str) -> str:
    """What a service said, in one line of at most 200 letters, with the key taken out should it repeat it."""
    line = " ".join(text.replace(key, "(key)").split())
    return line if len(line) <= 200 else line[:199] + "…"
