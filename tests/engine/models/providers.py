"""A loopback server that answers as an image provider would, by a script, and keeps what it was sent."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """What the server says to one request."""

    status: int = 200
    body: Any = b""
    """Bytes as they are; anything else as JSON."""
    headers: dict[str, str] = {}  # noqa: RUF012
    cut: bool = False
    """The line goes dead in the middle of the body."""
    wait: threading.Event | None = None
    """Answers once this is set."""


class Got(NamedTuple):
    """What was sent."""

    path: str
    headers: dict[str, str]
    body: bytes


class Provider(NamedTuple):
    url: str
    script: list[Answer]
    got: list[Got]


@contextmanager
def provider(*script: Answer) -> Iterator[Provider]:
    """A server that gives these answers, in order, the last again and again."""
    answers, got = list(script), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append(Got(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            answer = answers[min(len(got), len(answers)) - 1]
            if answer.wait is not None:
                answer.wait.wait(20)
            data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            kind = "application/json" if data[:1] in (b"{", b"[") else "text/plain"
            for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if answer.cut else data)
            if answer.cut:
                self.wfile.flush()
                self.connection.close()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Provider(f"http://127.0.0.1:{server.server_port}", answers, got)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
