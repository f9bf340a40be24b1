"""The page's server: Gradio mounted on an application of ours that also hands out media by asset id."""

import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read by gradio when it is imported
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gradio as gr
import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from engine.errors import InputError
from engine.worker import ensure
from ui.web import auth
from ui.web.page import build

if TYPE_CHECKING:
    from agent.workspace import Workspace

ASSET = re.compile(r"(shot|track|still|job)_[A-Za-z0-9_-]+")
KEEP_WORKER_S = 20.0
"""How often the page sees to it that a worker is alive while it runs."""
MAX_UPLOAD = "20gb"


def application(workspace: "Workspace", hosts: list[str], users: dict[str, str] | None = None) -> FastAPI:
    """The whole server: media routes, then the page at `/`. `users` None: no password is asked."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts)
    if users is not None:
        _ask_password(app, users)
    _media(app, workspace)
    page = build(workspace)
    page.queue(default_concurrency_limit=8, max_size=64)
    here = Path(__file__).parent
    return gr.mount_gradio_app(
        app,
        page,
        path="/",
        footer_links=[],
        allowed_paths=[],
        blocked_paths=[str(workspace.root)],
        max_file_size=MAX_UPLOAD,
        ssr_mode=False,
        show_error=True,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        css=(here / "page.css").read_text(),
    )


def serve(workspace: "Workspace", host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve the page until interrupted, a worker alive beside it."""
    users = None if auth.is_loopback(host) else auth.users(os.environ.get("RUSHES_AUTH", ""))
    hosts = ["127.0.0.1", "localhost", "[::1]"] if users is None else ["*"]
    app = application(workspace, hosts, users)
    stop = threading.Event()
    threading.Thread(target=_keep_worker, args=(workspace.root, stop), daemon=True, name="worker-keeper").start()
    say(f"Rushes is at http://{host}:{port} (Ctrl-C ends it). Workspace: {workspace.root}")
    try:
        uvicorn.run(app, host=host, port=port, log_level="warning")
    finally:
        stop.set()


def _keep_worker(root: Path, stop: threading.Event) -> None:
    while True:
        ensure(root)
        if stop.wait(KEEP_WORKER_S):
            return


def _ask_password(app: FastAPI, users: dict[str, str]) -> None:
    @app.middleware("http")
    async def guard(request: Request, call_next: Callable) -> Response:
        if not auth.allowed(request.headers.get("authorization", ""), users):
            return Response("Who are you?", 401, {"WWW-Authenticate": 'Basic realm="Rushes"'})
        return await call_next(request)


def _media(app: FastAPI, workspace: "Workspace") -> None:
    """Media by asset id; no path of the caller's ever reaches the disk."""

    @app.get("/media/{asset}/proxy.mp4")
    def proxy(asset: str) -> Response:
        return _file(_named(asset, "shot", "track") / "proxy.mp4", "video/mp4")

    @app.get("/media/{asset}/still.png")
    def still(asset: str) -> Response:
        _named(asset, "still")
        try:
            return _file(Path(workspace.store.still(asset).path), "image/png")
        except InputError as error:
            raise HTTPException(404, str(error)) from error

    @app.get("/download/{job}")
    def download(job: str) -> Response:
        _named(job, "job")
        try:
            found = workspace.queue.get(job)
        except InputError as error:
            raise HTTPException(404, str(error)) from error
        if found.kind != "export" or found.result is None or not Path(found.result.path).is_file():
            raise HTTPException(404, "That job made no single file.")
        return FileResponse(found.result.path, filename=Path(found.result.path).name)

    def _named(asset: str, *kinds: str) -> Path:
        if not ASSET.fullmatch(asset) or asset.split("_")[0] not in kinds:
            raise HTTPException(404, "There is no such asset.")
        return workspace.media(asset)

    def _file(path: Path, media_type: str) -> Response:
        if not path.is_file():
            raise HTTPException(404, "Not made yet.")
        return FileResponse(path, media_type=media_type)
