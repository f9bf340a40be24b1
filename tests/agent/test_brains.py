"""Which brain speaks: rules unless another is named, a hosted one over the wire, and rules again where it fails."""

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from agent.brains import load, offered
from agent.config import config
from agent.session import Session
from agent.workspace import Workspace
from engine.errors import InputError, PrerequisiteError
from tests.agent.ground import TINY, kinds, notes

HEAVY = [
    "torch",
    "diffusers",
    "transformers",
    "cv2",
    "av",
    "OpenEXR",
    "gradio",
    "chromadb",
    "controlnet_aux",
    "onnxruntime",
    "langchain_openai",
    "langchain_anthropic",
    "openai",
    "anthropic",
]


def test_a_key_in_the_environment_is_offered_and_never_used_unasked(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody")
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.delenv("RUSHES_BRAIN", raising=False)
    assert load().name == "rules"
    assert offered() == ("openai",)


def test_a_brain_that_lacks_something_says_what(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    for name, missing in (
        ("openai", "OPENAI_API_KEY"),
        ("anthropic", "ANTHROPIC_API_KEY"),
        ("compatible", "BRAIN_URL"),
    ):
        with pytest.raises(PrerequisiteError, match=missing):
            load(name, config({}))
    with pytest.raises(PrerequisiteError, match="RUSHES_BRAIN_MODEL"):
        load("compatible", config({"RUSHES_BRAIN_URL": "http://127.0.0.1:9/v1"}))
    with pytest.raises(InputError, match="rules, openai"):
        load("oracle", config({}))


def test_the_agent_loads_nothing_heavy():
    code = f"import sys, agent, agent.session, agent.brains.rules; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2], timeout=60
    )
    assert done.stdout.strip() == "[]", done.stderr


class Server(BaseHTTPRequestHandler):
    """A chat server that asks for one tool call, and then says a sentence. Keeps what it was sent."""

    heard: list[dict]

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.heard.append({**body, "key": self.headers.get("Authorization", "")})
        asked = any(m["role"] == "tool" for m in body["messages"])
        call = {"id": "call_a", "type": "function", "function": {"name": "note", "arguments": '{"text": "by wire"}'}}
        said = {"role": "assistant", "content": "Noted."} if asked else {"role": "assistant", "tool_calls": [call]}
        answer = {
            "id": "x", "object": "chat.completion", "created": 0, "model": "tiny",
            "choices": [{"index": 0, "message": said, "finish_reason": "stop" if asked else "tool_calls"}],
        }  # fmt: skip
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    handler = type("Handler", (Server,), {"heard": []})
    here = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=here.serve_forever)
    thread.start()
    yield here, handler.heard
    here.shutdown()
    here.server_close()
    thread.join()


def settings(port: int):
    return config({"RUSHES_BRAIN_URL": f"http://127.0.0.1:{port}/v1", "RUSHES_BRAIN_MODEL": "tiny"})


def test_a_compatible_server_leads_the_talk_and_gets_no_key(server, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody")
    here, heard = server
    session = Session(Workspace(tmp_path), "p", load("compatible", settings(here.server_port)), tools=TINY)
    told = list(session.say("note this"))
    assert kinds(told) == ["user", "tool_call", "tool_result", "text"]
    assert (told[-1].text, told[-1].brain) == ("Noted.", "compatible")
    assert notes(session.workspace) == ["by wire"]
    assert "sk-of-somebody" not in json.dumps(heard)
    assert {t["function"]["name"] for t in heard[0]["tools"]} == {t.name for t in TINY}
    assert heard[0]["messages"][0]["role"] == "system" and '"project": "p"' in heard[0]["messages"][0]["content"]


def test_a_provider_that_fails_hands_the_turn_to_rules_in_the_open(tmp_path):
    session = Session(Workspace(tmp_path), "p", load("compatible", settings(9)))
    told = list(session.say("what can you do?"))
    assert kinds(told) == ["user", "error", "text"]
    assert "compatible didn't answer" in told[1].text
    assert told[2].brain == "rules"
