"""Scripted servers on the loopback that speak the wire formats of providers: they say what a test tells them to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any, NamedTuple

from agent.brains import Brain, load
from agent.config import config

KEY = "sk-planted-0123456789abcdef"
HOSTED = ("openai", "anthropic", "compatible")
FIVE = ("rules", *HOSTED, "hybrid")


class Reply(NamedTuple):
    """One answer of a server."""

    text: str = ""
    calls: tuple[tuple[str, str, str], ...] = ()
    """Name, arguments as they go over the wire, id."""
    status: int = 200
    """Another one than 200 is answered with `text` as the error."""
    cut: bool = False
    """The connection ends in the middle of the answer."""
    refusal: str = ""
    plain: bool = False
    """In one piece, even where a stream was asked for."""
    cost: float | None = None


def asks(name: str, args: Any, call_id: str = "call_w") -> Reply:
    """A reply that calls one tool."""
    return Reply(calls=((name, args if isinstance(args, str) else json.dumps(args), call_id),))


class Server(BaseHTTPRequestHandler):
    """Answers with the next reply, and keeps what it was sent."""

    replies: list[Reply]
    rest: Reply
    heard: list[dict]

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers.get("x-api-key") or self.headers.get("Authorization", "")
        self.heard.append({**body, "key": key})
        reply = self.replies.pop(0) if self.replies else self.rest
        speaks = Claude() if self.path.endswith("/messages") else OpenAI()
        if reply.status != 200:
            return self._send(reply.status, "application/json", json.dumps(speaks.error(reply)).encode())
        if reply.plain or not body.get("stream"):
            data = json.dumps(speaks.whole(reply)).encode()
            return self._send(200, "application/json", data, len(data) + (50 if reply.cut else 0))
        parts = [speaks.line(each) for each in speaks.stream(reply)]
        data = "".join(parts[: len(parts) // 2] if reply.cut else [*parts, speaks.last]).encode()
        return self._send(200, "text/event-stream", data)

    def _send(self, status: int, kind: str, data: bytes, length: int = 0):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length or len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class OpenAI:
    """Chat completions."""

    last = "data: [DONE]\n\n"

    def line(self, part: dict) -> str:
        return f"data: {json.dumps(part)}\n\n"

    def error(self, reply: Reply) -> dict:
        return {"error": {"message": reply.text, "type": "server_error", "code": None}}

    def whole(self, reply: Reply) -> dict:
        message = {"role": "assistant", "content": reply.text or None, "refusal": reply.refusal or None}
        if reply.calls:
            message["tool_calls"] = [self._call(*each) for each in reply.calls]
        choice = {"index": 0, "message": message, "finish_reason": self._finish(reply)}
        return {**self._head("chat.completion"), "choices": [choice], "usage": self._usage(reply)}

    def stream(self, reply: Reply) -> Iterator[dict]:
        head = self._head("chat.completion.chunk")

        def part(delta: dict, finish: str | None = None) -> dict:
            return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

        yield part({"role": "assistant", "content": ""})
        for piece in (reply.text[:5], reply.text[5:]):
            if piece:
                yield part({"content": piece})
        if reply.refusal:
            yield part({"refusal": reply.refusal})
        for index, (name, args, call_id) in enumerate(reply.calls):
            yield part({"tool_calls": [{"index": index, **self._call(name, "", call_id)}]})
            for piece in (args[:3], args[3:]):
                yield part({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
        yield part({}, self._finish(reply))
        yield {**head, "choices": [], "usage": self._usage(reply)}

    def _head(self, kind: str) -> dict:
        return {"id": "x", "object": kind, "created": 0, "model": "tiny-1"}

    def _call(self, name: str, args: str, call_id: str) -> dict:
        return {"id": call_id, "type": "function", "function": {"name": name, "arguments": args}}

    def _finish(self, reply: Reply) -> str:
        return "tool_calls" if reply.calls else "stop"

    def _usage(self, reply: Reply) -> dict:
        priced = {} if reply.cost is None else {"cost": reply.cost}
        return {"prompt_tokens": 100, "completion_tokens": 7, "total_tokens": 107, **priced}


class Claude:
    """Anthropic's messages."""

    last = ""

    def line(self, part: dict) -> str:
        return f"event: {part['type']}\ndata: {json.dumps(part)}\n\n"

    def error(self, reply: Reply) -> dict:
        return {"type": "error", "error": {"type": "api_error", "message": reply.text}}

    def whole(self, reply: Reply) -> dict:
        blocks = [{"type": "text", "text": reply.text}] if reply.text else []
        blocks += [{"type": "tool_use", "id": i, "name": n, "input": json.loads(a or "{}")} for n, a, i in reply.calls]
        return {**self._head(), "content": blocks, "stop_reason": self._finish(reply)}

    def stream(self, reply: Reply) -> Iterator[dict]:
        yield {"type": "message_start", "message": self._head()}
        place = 0
        if reply.text:
            yield self._block(place, {"type": "text", "text": ""})
            for piece in (reply.text[:5], reply.text[5:]):
                yield self._delta(place, {"type": "text_delta", "text": piece})
            yield {"type": "content_block_stop", "index": place}
            place += 1
        for name, args, call_id in reply.calls:
            yield self._block(place, {"type": "tool_use", "id": call_id, "name": name, "input": {}})
            for piece in (args[:3], args[3:]):
                yield self._delta(place, {"type": "input_json_delta", "partial_json": piece})
            yield {"type": "content_block_stop", "index": place}
            place += 1
        ends = {"stop_reason": self._finish(reply), "stop_sequence": None}
        yield {"type": "message_delta", "delta": ends, "usage": {"input_tokens": 100, "output_tokens": 7}}
        yield {"type": "message_stop"}

    def _head(self) -> dict:
        usage = {"input_tokens": 100, "output_tokens": 0}
        return {"id": "m", "type": "message", "role": "assistant", "model": "tiny-1", "content": [],
                "stop_reason": None, "stop_sequence": None, "usage": usage}  # fmt: skip

    def _block(self, place: int, block: dict) -> dict:
        return {"type": "content_block_start", "index": place, "content_block": block}

    def _delta(self, place: int, delta: dict) -> dict:
        return {"type": "content_block_delta", "index": place, "delta": delta}

    def _finish(self, reply: Reply) -> str:
        return "refusal" if reply.refusal else "tool_use" if reply.calls else "end_turn"


def well_formed(body: dict) -> bool:
    """Whether a provider would take the messages of this request: every call answered right behind it, no empty words,
    and with Anthropic the artist first and turns about."""
    said = [m for m in body["messages"] if m["role"] != "system"]
    if not said or said[0]["role"] != "user":
        return False
    if "max_tokens" in body:  # Anthropic
        if any(a["role"] == b["role"] for a, b in pairwise(said)):
            return False
        made = [{b["id"] for b in _blocks(m) if b["type"] == "tool_use"} for m in said]
        had = [{b["tool_use_id"] for b in _blocks(m) if b["type"] == "tool_result"} for m in said]
        return all(m["content"] for m in said) and had[0] == set() and made[:-1] == had[1:]
    place = 0
    while place < len(said):
        calls = [c["id"] for c in said[place].get("tool_calls") or ()]
        behind = said[place + 1 : place + 1 + len(calls)]
        if [m.get("tool_call_id") for m in behind if m["role"] == "tool"] != calls:
            return False
        if not calls and not said[place]["content"]:
            return False
        place += 1 + len(calls)
    return True


def _blocks(message: dict) -> list[dict]:
    return [] if isinstance(message["content"], str) else message["content"]


class Provider(NamedTuple):
    """A server that runs."""

    port: int
    replies: list[Reply]
    """What is still to be said; a test may add to it."""
    heard: list[dict]
    """The bodies of requests, with `key`."""

    def brain(self, name: str) -> Brain:
        """One of the five brains; those that ask a provider ask this one. Needs the keys of `environment`."""
        url = f"http://127.0.0.1:{self.port}/v1"
        return load(name, config({"RUSHES_BRAIN_URL": url, "RUSHES_BRAIN_MODEL": "tiny"}))

    def environment(self) -> dict[str, str]:
        """What sends the hosted brains here, with a planted key."""
        here = f"http://127.0.0.1:{self.port}"
        return {
            "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"{here}/v1",
            "ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": here,
        }  # fmt: skip


@contextmanager
def serving(*replies: Reply, rest: Reply = Reply("Done.")) -> Iterator[Provider]:  # noqa: B008  (a tuple)
    """A server that says these, and then `rest` whatever it is asked."""
    said: list[Reply] = list(replies)
    handler = type("Handler", (Server,), {"replies": said, "rest": rest, "heard": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Provider(server.server_port, said, handler.heard)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
