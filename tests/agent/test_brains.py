"""Which brain speaks: rules unless another is named, a hosted one over the wire, and rules again where it fails."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent.brains import load, offered
from agent.config import config
from agent.session import Session
from agent.workspace import Workspace
from engine.errors import InputError, PrerequisiteError, SettingError
from tests.agent.ground import TINY, kinds, notes
from tests.agent.wire import Reply, asks, serving

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


def settings(port: int, **more: str):
    return config({"RUSHES_BRAIN_URL": f"http://127.0.0.1:{port}/v1", "RUSHES_BRAIN_MODEL": "tiny", **more})


def test_a_compatible_server_leads_the_talk_and_gets_no_key(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody")
    with serving(asks("note", {"text": "by wire"}), Reply("Noted.")) as provider:
        session = Session(Workspace(tmp_path), "p", load("compatible", settings(provider.port)), tools=TINY)
        told = list(session.say("note this"))
    assert kinds(told) == ["user", "tool_call", "tool_result", "text"]
    assert (told[-1].text, told[-1].brain) == ("Noted.", "compatible")
    assert notes(session.workspace) == ["by wire"]
    first = provider.heard[0]
    assert "sk-of-somebody" not in json.dumps(provider.heard)
    assert {t["function"]["name"] for t in first["tools"]} == {t.name for t in TINY}
    assert first["messages"][0]["role"] == "system" and '"project": "p"' in first["messages"][0]["content"]


def test_a_provider_nobody_reaches_hands_the_turn_to_rules_in_the_open(tmp_path):
    session = Session(Workspace(tmp_path), "p", load("compatible", settings(9)))
    told = list(session.say("what can you do?"))
    assert kinds(told) == ["user", "error", "text"]
    assert "compatible didn't answer" in told[1].text
    assert told[2].brain == "rules"


def test_hybrid_writes_with_the_provider_that_is_named_and_no_other(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody")
    with pytest.raises(PrerequisiteError, match="BRAIN_URL"):
        load("hybrid", config({"RUSHES_BRAIN_MODEL": "tiny"}))
    assert load("hybrid", settings(9)).name == "hybrid"
    assert load("hybrid", settings(9, RUSHES_BRAIN_WRITER="openai")).name == "hybrid"
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(PrerequisiteError, match="OPENAI_API_KEY"):
        load("hybrid", settings(9, RUSHES_BRAIN_WRITER="openai"))
    with pytest.raises(SettingError, match="RUSHES_BRAIN_WRITER"):
        config({"RUSHES_BRAIN_WRITER": "rules"})


RING = """
import keyring.errors
def get_password(service, name):
    if service != "rushes":
        raise keyring.errors.KeyringError("no ring")
    return {held}
"""


@pytest.mark.parametrize(
    ("held", "found"), [("'sk-in-the-ring'", True), ("None", False), ("keyring.errors.fail()", False)]
)
def test_a_key_may_lie_in_the_key_ring(tmp_path, monkeypatch, held, found):
    folder = tmp_path / "keyring"
    folder.mkdir()
    (folder / "__init__.py").write_text(RING.format(held=held))
    (folder / "errors.py").write_text("class KeyringError(Exception): ...\ndef fail(): raise KeyringError('locked')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    asked = config({"RUSHES_BRAIN_MODEL": "tiny"})
    if found:
        assert load("openai", asked).name == "openai"
    else:
        with pytest.raises(PrerequisiteError, match="key ring"):
            load("openai", asked)
    for name in ("keyring", "keyring.errors"):
        sys.modules.pop(name, None)
