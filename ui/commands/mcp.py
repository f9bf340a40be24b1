"""Serving other assistants: mcp."""

import argparse
from collections.abc import Callable

from ui.opening import open_workspace
from ui.terminal import Terminal


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add this subject's commands."""
    mcp = add("mcp", run_mcp, "the tools for other assistants, over stdio or HTTP on this machine")
    mcp.add_argument("--project", default="", metavar="NAME", help="what calls that name no project are about")
    mcp.add_argument("--file", action="append", default=[], metavar="CLIP", help="a clip or image that they may import")
    mcp.add_argument(
        "--footage", action="append", default=[], metavar="DIR", help="a folder whose clips and images they may import"
    )
    mcp.add_argument(
        "--http", type=int, metavar="PORT", help="serve HTTP on the loopback instead; 0 takes any free port"
    )


def run_mcp(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes mcp`."""
    import anyio

    from agent.names import project_name
    from ui.mcp import Rushes, over_http, over_stdio
    from ui.mcp_files import HandedOver

    rushes = Rushes(
        open_workspace(args),
        HandedOver(args.file, args.footage),
        project_name(args.project) if args.project else "",
    )
    if args.http is None:
        anyio.run(over_stdio, rushes)
    else:
        anyio.run(over_http, rushes, args.http, terminal.note)
