"""The tools for other assistants, met by the official client: in this process, over stdio and over HTTP."""

import json
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError

from agent.tools import TOOLS
from agent.workspace import Workspace
from engine.errors import InputError
from tests.engine.footage import Footage
from tests.ui.ground import COMMAND, Rushes
from ui.mcp import IN_TWO_CALLS, KINDS, over_http
from ui.mcp import Rushes as Served
from ui.mcp_files import HandedOver

LOOK = {"model": "style_transfer", "settings": {"prompt": "A watercolour painting, loose washes, cold-pressed paper."}}


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setenv("RUSHES_AUTOSTART", "0")


@pytest.fixture
def footage_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "rushes of the day"
    folder.mkdir()
    Footage(frames=12, width=64, height=36).write(folder / "short.mp4")
    return folder


def served(tmp_path: Path, *folders: Path, project: str = "film") -> Served:
    return Served(Workspace(tmp_path / "workspace"), HandedOver([], [str(f) for f in folders]), project)


def told(result: Any) -> str:
    """What a refused call says."""
    assert result.is_error, result
    return result.content[0].text


def within(server: Any, talk: Callable[[Client], Awaitable[Any]]) -> Any:
    """What the talk of a client with this server comes to."""

    async def begin() -> Any:
        async with Client(server) as client:
            return await talk(client)

    return anyio.run(begin)


async def answer(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    """A call that must do well; its structured answer, which the client has held against the schema."""
    result = await client.call_tool(name, arguments)
    assert not result.is_error, result.content[0].text
    assert json.loads(result.content[0].text) == result.structured_content
    return result.structured_content


def test_a_client_lists_the_same_tools_and_a_render_in_two_calls(tmp_path):
    listed = within(served(tmp_path, project="").server(), lambda client: client.list_tools()).tools
    mine = {"propose_render", "start_render", "poll", "list_project"}
    assert {t.name for t in listed} == {t.name for t in TOOLS} - set(IN_TWO_CALLS) | mine
    for each in listed:
        assert len(each.description) > 40, each.name
        assert each.output_schema["type"] == "object", each.name
        assert "project" in each.input_schema["required"], each.name
        for name, field in each.input_schema["properties"].items():
            assert field.get("description"), f"{each.name}.{name} is not explained"


def test_import_propose_and_what_is_refused(tmp_path, footage_folder):
    rushes = served(tmp_path, footage_folder)

    async def talk(client: Client) -> None:
        assert (await answer(client, "list_project"))["files"] == ["short.mp4"]
        got = await answer(client, "import_clip", clips=["short.mp4"], whole=True)
        assert got["shots"][0]["frames"] == 12
        assert got["sources"][0]["path"] == "short.mp4"
        proposal = await answer(client, "propose_render", shots=["010"], **LOOK)
        assert proposal["quote"]["frames"] == 12
        assert "token: Field required" in told(await client.call_tool("start_render", {}))
        assert "starts nothing here" in told(await client.call_tool("start_render", {"token": "made-up"}))
        elsewhere = {"token": proposal["token"], "project": "other"}
        assert "starts nothing here" in told(await client.call_tool("start_render", elsewhere))
        started = await answer(client, "start_render", token=proposal["token"])
        job = started["renders"][0]["job"]
        polled = await answer(client, "poll", jobs=[job])
        assert (polled["jobs"][0]["state"], polled["over"]) == ("queued", False)
        assert polled["jobs"][0]["made"] == started["renders"][0]["track"]
        listed = await answer(client, "list_project")
        assert listed["shots"][0]["tracks"] == [started["renders"][0]["track"]]

    within(rushes.server(), talk)


def test_refusals_are_sentences_and_tell_no_place_of_this_machine(tmp_path, footage_folder):
    (footage_folder / "empty.mp4").touch()
    (tmp_path / "secret.mp4").touch()
    rushes = served(tmp_path, footage_folder)

    async def talk(client: Client) -> list[str]:
        asked = [
            ("import_clip", {"clips": ["empty.mp4"]}),
            ("import_clip", {"clips": [str(tmp_path / "secret.mp4")]}),
            ("import_clip", {"clips": ["../secret.mp4"]}),
            ("import_clip", {"clips": "short.mp4"}),
            ("import_clip", {"clips": ["short.mp4"], "project": "../.."}),
            ("measure", {"track": "track_none"}),
            ("poll", {"jobs": ["job_none"]}),
            ("poll", {"jobs": ["job_none"], "wait_s": 900}),
            ("render_full", {"shots": ["010"]}),
        ]
        said = []
        for name, arguments in asked:
            try:
                said.append(told(await client.call_tool(name, arguments)))
            except MCPError as error:
                said.append(str(error))
        return said

    said = within(rushes.server(), talk)
    assert "empty.mp4 is empty" in said[0]
    assert "No file was handed over" in said[1]
    assert "No file was handed over" in said[2]
    assert "clips:" in said[3]
    assert "can't be called" in said[4]
    assert "wait_s" in said[7]
    assert "no tool 'render_full'" in said[8]
    for sentence in said:
        assert "Traceback" not in sentence
        assert str(footage_folder) not in sentence
        assert f"{tmp_path}/workspace" not in sentence
    assert rushes._workspace.store.projects() == []


def test_a_bug_is_logged_and_told_without_its_text(tmp_path, monkeypatch):
    rushes = served(tmp_path)
    broken = rushes._verbs["describe_shot"]

    def breaks(*_: Any) -> None:
        raise ZeroDivisionError("the key is sk-secret")

    monkeypatch.setitem(rushes._verbs, "describe_shot", broken._replace(run=breaks))
    sentence = told(within(rushes.server(), lambda client: client.call_tool("describe_shot", {"shot": "010"})))
    assert "sk-secret" not in sentence
    log = tmp_path / "workspace" / re.search(r"logs/bug-\w+\.log", sentence)[0]
    assert "ZeroDivisionError" in log.read_text()


def test_resources_are_read_by_id(tmp_path, footage_folder):
    rushes = served(tmp_path, footage_folder)

    async def talk(client: Client) -> None:
        async def read(uri: str) -> Any:
            return json.loads((await client.read_resource(uri)).contents[0].text)

        await answer(client, "import_clip", clips=["short.mp4"], whole=True)
        proposal = await answer(client, "propose_render", shots=["010"], **LOOK)
        started = await answer(client, "start_render", token=proposal["token"])
        track = started["renders"][0]["track"]
        assert {r.uri for r in (await client.list_resources()).resources} == {
            "rushes://guide",
            "rushes://projects/film",
        }
        templates = (await client.list_resource_templates()).resource_templates
        assert {t.uri_template for t in templates} == {f"rushes://{kind.pattern}" for kind in KINDS.values()}
        assert (await read("rushes://projects/film"))["shots"][0]["tracks"] == [track]
        assert (await read(f"rushes://tracks/{track}"))["state"] == "queued"
        assert await read(f"rushes://tracks/{track}/measures") == {"track": track, "measures": {}}
        assert {"id": "guide.tests.why_first", "title": "Why test first"} in await read("rushes://guide")
        assert "house_rules.toml" in (await read("rushes://guide/guide.content.house_rules"))["text"]
        for uri in ("rushes://tracks/none", "rushes://guide/none", "rushes://projects/none", "rushes://tracks/../x/y"):
            with pytest.raises(MCPError):
                await client.read_resource(uri)

    within(rushes.server(), talk)


def test_files_are_handed_over_by_name(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.mp4").write_text(folder)
    (tmp_path / "b" / ".hidden.mp4").touch()
    one, other = (str(tmp_path / folder) for folder in ("a", "b"))
    handed = HandedOver([], [one, other])
    assert handed.named() == {"x.mp4": tmp_path / "a" / "x.mp4"}
    (tmp_path / "b" / "later.mp4").touch()
    assert set(handed.named()) == {"x.mp4", "later.mp4"}, "a folder is looked at anew"
    assert HandedOver([f"{other}/x.mp4"], [one]).named()["x.mp4"].read_text() == "b"
    for files, folders in (([f"{one}/x.mp4", f"{other}/x.mp4"], []), ([], [f"{one}/x.mp4"]), ([f"{one}/none"], [])):
        with pytest.raises(InputError):
            HandedOver(files, folders)


# -- in a process of its own -------------------------------------------------------------------------------------------

WATCHED = """
import sys
from ui.cli import main
code = main(sys.argv[2:])
loaded = [m for m in ("torch", "gradio", "langgraph", "diffusers", "transformers") if m in sys.modules]
open(sys.argv[1], "w").write(" ".join(loaded))
sys.exit(code)
"""


def test_over_stdio_nothing_but_the_protocol_and_nothing_heavy(tmp_path, footage_folder):
    """A raw talk, so that every byte of stdout is seen."""
    begin = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}
    sent = [
        {"id": 1, "method": "initialize", "params": begin},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": "list_project", "arguments": {}}},
        {"id": 3, "method": "tools/call", "params": {"name": "start_render", "arguments": {"token": "x"}}},
    ]
    command = [sys.executable, "-c", WATCHED, str(tmp_path / "loaded")]
    words = ["mcp", "--project", "film", "--footage", str(footage_folder), "--workspace", str(tmp_path / "workspace")]
    process = subprocess.Popen(
        [*command, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    answers = []
    for message in sent:
        process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        process.stdin.flush()
        if "id" in message:
            answers.append(json.loads(process.stdout.readline()))
    rest, err = process.communicate(timeout=60)  # closing stdin ends it
    assert process.returncode == 0, err
    assert (rest, err) == ("", "")
    assert [a["id"] for a in answers] == [1, 2, 3]
    assert answers[1]["result"]["structuredContent"]["files"] == ["short.mp4"]
    assert answers[2]["result"]["isError"]
    assert (tmp_path / "loaded").read_text() == ""


def test_over_http_on_the_loopback_alone(tmp_path, capsys):
    rushes = served(tmp_path)
    with pytest.raises(InputError, match="Port 70000"):
        anyio.run(over_http, rushes, 70000, str)
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}

    async def talk(address: str) -> None:
        async with Client(address) as client:
            assert "propose_render" in {t.name for t in (await client.list_tools()).tools}
            assert (await answer(client, "list_project"))["shots"] == []
        async with httpx.AsyncClient(headers={"Accept": "application/json, text/event-stream"}) as web:
            for foreign in ({"Host": "rushes.example"}, {"Origin": "http://page.example"}):
                assert (await web.post(address, json=ping, headers=foreign)).status_code in (403, 421), foreign

    async def serve() -> None:
        async with anyio.create_task_group() as tasks:
            addresses: list[str] = []
            tasks.start_soon(over_http, rushes, 0, addresses.append)
            with anyio.fail_after(30):
                while not addresses:
                    await anyio.sleep(0.01)
                await talk(re.search(r"http://127\.0\.0\.1:\d+/mcp", addresses[0])[0])
            tasks.cancel_scope.cancel()

    anyio.run(serve)
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_a_client_over_stdio_renders_and_reads_measures(tmp_path, footage_folder):
    rushes = Rushes(tmp_path / "workspace", RUSHES_AUTOSTART="1")
    words = ["mcp", "--project", "film", "--footage", str(footage_folder), "--workspace", str(rushes.workspace)]
    server = StdioServerParameters(command=COMMAND[0], args=[*COMMAND[1:], *words], env=rushes.environment)

    async def talk(client: Client) -> None:
        seen: list[float] = []

        async def progress(done: float, total: float | None, message: str | None) -> None:
            seen.append(done)

        async def ended(jobs: list[str]) -> dict[str, Any]:
            while True:
                waited = await client.call_tool("poll", {"jobs": jobs, "wait_s": 20}, progress_callback=progress)
                if waited.structured_content["over"]:
                    return waited.structured_content["jobs"][0]

        imported = await answer(client, "import_clip", clips=["short.mp4"])
        split = await ended(imported["jobs"])
        assert (split["state"], len(split["shots"])) == ("done", 1)
        proposal = await answer(client, "propose_render", shots=split["shots"], **LOOK)
        assert "starts nothing here" in told(await client.call_tool("start_render", {"token": "none"}))
        started = await answer(client, "start_render", token=proposal["token"])
        seen.clear()
        render = await ended([started["renders"][0]["job"]])
        assert (render["state"], render["done"], render["made"]) == ("done", 12, started["renders"][0]["track"])
        assert seen[-1] == 12
        assert seen == sorted(seen)
        measures = (await answer(client, "measure", track=render["made"]))["measures"]
        assert measures["m.frames"]["value"] == 0
        held = await client.read_resource(f"rushes://tracks/{render['made']}")
        shown = json.loads(held.contents[0].text)
        assert shown["frames_out"] == 12
        assert not Path(shown["proof"]).is_absolute()

    try:
        within(server, talk)
    finally:
        rushes.dismiss()
