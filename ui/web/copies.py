"""Viewing copies of shots, renders, masks and control maps, by the address a browser finds them at."""

from pathlib import Path
from typing import TYPE_CHECKING

from agent import proxies

if TYPE_CHECKING:
    from agent.workspace import Workspace

FILES = {"": "proxy.mp4", "control": "control.mp4"}
"""The last part of the address, by the part of the asset that is copied."""


def copy(workspace: "Workspace", asset: str, part: str = "") -> dict[str, str]:
    """`{"url", "error"}` of an asset's viewing copy, asked for where there is none yet: both are empty meanwhile."""
    made = proxies.proxy(workspace, asset, part)
    return {"url": _url(asset, part, made.path) if made.ready else "", "error": made.error}


def ready_url(workspace: "Workspace", asset: str) -> str:
    """The address of a copy that stands already, or nothing."""
    path = proxies.proxy_path(workspace, asset)
    return _url(asset, "", path) if path.is_file() else ""


def _url(asset: str, part: str, path: Path) -> str:
    return f"/media/{asset}/{FILES[part]}?{path.stem}"  # the version only keeps the browser from showing an older cut
