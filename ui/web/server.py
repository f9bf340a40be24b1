"""The page's server: who may come in, where it listens, and the worker it keeps alive. Loads nothing heavy itself."""

import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.worker import ensure
from ui.web import auth, lean

if TYPE_CHECKING:
    from agent.workspace import Workspace

KEEP_WORKER_S = 20.0
"""How often the page sees to it that a worker is alive while it runs."""
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
"""Names a browser may call a page on the loopback by; any other is a page elsewhere that rebinds its own name."""


def serve(workspace: "Workspace", host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve the page until interrupted, a worker alive beside it."""
    local = auth.is_loopback(host)
    users = None if local else auth.users(os.environ.get("RUSHES_AUTH", ""))
    listening = _listen(host, port)
    _prepare(workspace)
    # Before the imports: the worker begins on another core meanwhile, and leaves both to the browser that comes.
    stop = threading.Event()
    threading.Thread(target=_keep_worker, args=(workspace.root, stop), daemon=True, name="worker-keeper").start()
    import uvicorn  # with Gradio, seconds of imports: a wrong address or password file is told before them

    from ui.web.app import application

    app = application(workspace, LOOPBACK_NAMES if local else ("*",), users)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    shown = f"[{host}]" if ":" in host else host
    say(f"Rushes is at http://{shown}:{listening.getsockname()[1]} (Ctrl-C ends it). Workspace: {workspace.root}")
    try:
        server.run(sockets=[listening])
    finally:
        stop.set()


def _listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on: a browser that comes early waits in place of failing."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=64)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"Can't listen on {host}:{port} ({reason}): name another with --host and --port.") from error
    return listening


def _prepare(workspace: "Workspace") -> None:
    """What Gradio is told before it is imported: no analytics, no hub, no stubs, uploads into the workspace."""
    scratch = workspace.uploads / ".coming"
    scratch.mkdir(exist_ok=True)
    os.environ |= {
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_OFFLINE": "1",
        "GRADIO_TEMP_DIR": str(scratch),
        # Else a table of the last ten thousand events is made anew after each: the page looks once a second.
        "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(sys.maxsize),
        "GRADIO_ANALYTICS_MAX_EVENTS": "1",
    }
    lean.install()


def _keep_worker(root: Path, stop: threading.Event) -> None:
    while True:
        ensure(root)
        if stop.wait(KEEP_WORKER_S):
            return
