"""A model hub on the loopback that does what a test tells it: serves, breaks off, lies, refuses."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGE = 100
"""Files above this size are told of as large ones, by their sha256; smaller ones by git's name."""


class Hub(ThreadingHTTPServer):
    """Repositories by name, `{path: content}` each, all at the one revision `REVISION`."""

    REVISION = "0123456789abcdef0123456789abcdef01234567"
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.licence: str | None = "apache-2.0"
        self.gated: str | bool = False
        """What the page says of itself; files of a gated one are refused without an account."""
        self.status = 200
        """Other than 200: what every request is answered with."""
        self.code = ""
        """Beside it: the hub's own word for what is wrong."""
        self.break_after: int | None = None
        """Bytes of a file that are sent before the connection breaks; of later ones too, until it is None again."""
        self.wrong: dict[str, bytes] = {}
        """Content given in place of what the page tells of."""
        self.claimed: dict[str, int] = {}
        """Sizes told in place of the true ones."""
        self.asked: list[str] = []
        """Every path that was asked for, and from which byte on where not from the first."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Hub

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.server.status != 200:
            self._say(self.server.status, b"{}", {"X-Error-Code": self.server.code} if self.server.code else {})
            return
        parts = self.path.partition("?")[0].split("/")
        if parts[1:3] == ["api", "models"]:
            self._page("/".join(parts[3:5]), parts[6] if len(parts) > 6 else Hub.REVISION)
        else:
            self._file("/".join(parts[1:3]), "/".join(parts[5:]))

    def _page(self, repository: str, revision: str) -> None:
        files = self.server.repositories.get(repository)
        if files is None:
            self._say(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif revision != Hub.REVISION:
            self._say(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
        else:
            card = {"license": self.server.licence} if self.server.licence else {}
            told = {"id": repository, "sha": Hub.REVISION, "gated": self.server.gated, "cardData": card}
            self._say(200, json.dumps({**told, "siblings": [self._sibling(p, d) for p, d in files.items()]}).encode())

    def _sibling(self, path: str, data: bytes) -> dict:
        size = self.server.claimed.get(path, len(data))
        blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        told = {"rfilename": path, "size": size, "blobId": blob}
        if len(data) > LARGE:
            told["lfs"] = {"size": size, "sha256": hashlib.sha256(data).hexdigest(), "pointerSize": 130}
        return told

    def _file(self, repository: str, path: str) -> None:
        if self.server.gated and "authorization" not in self.headers:
            self._say(401, b"{}", {"X-Error-Code": "GatedRepo"})
            return
        data = self.server.wrong.get(path) or self.server.repositories[repository][path]
        start = int(self.headers.get("Range", "bytes=0-").split("=")[1].rstrip("-"))
        self.server.asked.append(f"{path}@{start}" if start else path)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        stop = len(data) if self.server.break_after is None else self.server.break_after
        self.wfile.write(data[start : max(start, stop)])
        self.close_connection = True

    def _say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def hub() -> Iterator[Hub]:
    """A hub that is served while the block runs."""
    served = Hub()
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.shutdown()
        served.server_close()
        thread.join()
