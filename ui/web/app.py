"""The web application: Gradio mounted behind the guards, beside routes of ours that hand out media by asset id."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr
from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from agent.proxies import proxy_path
from engine.errors import InputError
from ui.web import auth, lean
from ui.web.page import build
from ui.web.theme import CSS, HEAD, theme

if TYPE_CHECKING:
    from agent.workspace import Workspace

ASSET = re.compile(r"(shot|track|still|job)_[A-Za-z0-9_-]{1,80}")
MAX_UPLOAD = "20gb"
UNLISTED = {"docs_url": None, "redoc_url": None, "openapi_url": None}
"""No page that describes the routes: they are the page's own."""
KEPT = {"Cache-Control": "private, max-age=3600"}
"""Media never change under their address."""


def application(workspace: "Workspace", hosts: Sequence[str], users: dict[str, str] | None = None) -> FastAPI:
    """The whole application. `users` None: no password is asked."""
    app = FastAPI(**UNLISTED)
    if users is not None:
        app.add_middleware(auth.Guard, users=users)
    else:
        app.add_middleware(lean.Plain)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    _media(app, workspace)
    with lean.undrafted():
        page = build(workspace)
        page.queue(default_concurrency_limit=8, max_size=64, api_open=False)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        app_kwargs=dict(UNLISTED),  # Gradio writes into it
        footer_links=[],
        allowed_paths=[],
        max_file_size=MAX_UPLOAD,
        ssr_mode=False,
        show_error=True,
        favicon_path=str(Path(__file__).parent / "favicon.svg"),
        theme=theme(),
        css=CSS,
        head=HEAD,
    )
    page.app = app.routes[-1].app  # the queue of the page asks its application where it stands
    return app


def _media(app: FastAPI, workspace: "Workspace") -> None:
    """Media by asset id; no path of the caller's ever reaches the disk."""

    @app.get("/media/{asset}/proxy.mp4")
    def proxy(asset: str) -> FileResponse:
        _expect(asset, "shot", "track")
        return _file(_found(lambda: proxy_path(workspace, asset)), "video/mp4")

    @app.get("/media/{asset}/control.mp4")
    def control(asset: str) -> FileResponse:
        _expect(asset, "track")
        return _file(_found(lambda: proxy_path(workspace, asset, "control")), "video/mp4")

    @app.get("/media/{asset}/still.png")
    def still(asset: str) -> FileResponse:
        _expect(asset, "still")
        return _file(_found(lambda: Path(workspace.store.still(asset).path)), "image/png")

    @app.get("/download/{job}")
    def download(job: str) -> FileResponse:
        _expect(job, "job")
        done = _found(lambda: workspace.queue.get(job))
        if done.kind not in ("export", "compare") or done.result is None or not Path(done.result.path).is_file():
            raise HTTPException(404, "That job made no single file.")
        return FileResponse(done.result.path, filename=Path(done.result.path).name)


def _expect(asset: str, *kinds: str) -> None:
    if not ASSET.fullmatch(asset) or asset.split("_")[0] not in kinds:
        raise HTTPException(404, "There is no such asset.")


def _found(look):
    try:
        return look()
    except InputError as error:
        raise HTTPException(404, str(error)) from error


def _file(path: Path, media_type: str) -> FileResponse:
    if not path.is_file():
        raise HTTPException(404, "Not made yet.")
    return FileResponse(path, media_type=media_type, headers=KEPT)
