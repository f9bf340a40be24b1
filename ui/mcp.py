"""The tools for other assistants, over the Model Context Protocol: stdio, or HTTP on the loopback.

Arguments carry ids and names; nothing an assistant says names a path, sends a frame away or says yes to its own render
but by the token of a quote it was shown.
"""

import json
import re
import socket
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel, ValidationError

from agent.desk import Desk
from agent.looking import ListProject, Polled, list_project, poll
from agent.names import new_id, project_name
from agent.proposals import Proposal, Proposals, StartRender
from agent.renders import Submitted
from agent.tool import Args, Tool, tool
from agent.tools import TOOLS
from agent.tools.plan_render import PlanRender
from agent.views import mask_view, track_view
from engine.errors import InputError, RushesError
from engine.version import VERSION
from knowledge import guide
from ui.mcp_files import HandedOver, without_places

if TYPE_CHECKING:
    from agent.project import Track
    from agent.workspace import Workspace

WHO = "MCP client"
"""Who says yes with a token; the proof names them so."""
IN_TWO_CALLS = ("plan_render", "render_full")
"""Verbs of a talk whose place `propose_render` and `start_render` take."""
POLL_S = 0.2
"""How often a waiting `poll` looks at its jobs."""
JSON = "application/json"
GUIDE_INDEX = "rushes://guide"
PROJECT_SCHEMA = {"type": "string", "description": "Name of the project; a new name begins one with its first import."}
INSTRUCTIONS = """Rushes changes footage that exists, frame for frame, on this machine. No video from words alone.
The road: list_project (files that may be imported, shots), import_clip, choose_model, write_prompt, modify_frame for a
still, test_render of 80 to 150 frames, then propose_render for all of it. Show the person its quote; start_render with
its token is their yes. Import, stills, renders, masks, exports are jobs: the call answers at once with job ids, poll
reads them. measure reads what the pixels of a finished track say. Ids and file names only, never paths."""


def verbs(proposals: Proposals) -> dict[str, Tool]:
    """What an assistant may call: the verbs of a talk, a render in two calls, what a talk has by itself."""
    kept = [each for each in TOOLS if each.name not in IN_TWO_CALLS]
    propose = Tool("propose_render", proposals.propose, PlanRender, Proposal, _about(proposals.propose))
    start = Tool("start_render", proposals.start, StartRender, Submitted, _about(proposals.start))
    return {each.name: each for each in (*kept, propose, start, tool(poll), tool(list_project))}


class Rushes:
    """One workspace as assistants meet it."""

    def __init__(self, workspace: "Workspace", handed: HandedOver, project: str = ""):
        """`project`: what calls that name none are about; empty: each call names one."""
        self._workspace, self._handed, self._project = workspace, handed, project
        self._verbs = verbs(Proposals(WHO))

    def server(self) -> Server:
        """A server of the official package that answers with all this."""
        return Server(
            "rushes",
            version=VERSION,
            instructions=INSTRUCTIONS,
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
            on_list_resources=self._list_resources,
            on_list_resource_templates=self._list_templates,
            on_read_resource=self._read_resource,
        )

    # -- tools -----------------------------------------------------------------------------------------------------

    async def _list_tools(self, _: ServerRequestContext, __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[self._told(each) for each in self._verbs.values()])

    def _told(self, each: Tool) -> types.Tool:
        schema = each.schema()
        schema["properties"] = {**schema.get("properties", {}), "project": PROJECT_SCHEMA}
        if not self._project:
            schema["required"] = [*schema.get("required", ()), "project"]
        answers = each.result.model_json_schema(mode="serialization")
        return types.Tool(name=each.name, description=each.about, input_schema=schema, output_schema=answers)

    async def _call_tool(self, ctx: ServerRequestContext, params: types.CallToolRequestParams) -> types.CallToolResult:
        if params.name not in self._verbs:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {params.name!r}.")
        each = self._verbs[params.name]
        try:
            desk, args = self._asked(each, dict(params.arguments or {}))
            result = await self._done(ctx, each, desk, args)
        except ValidationError as error:
            return self._refused(_faults(error))
        except RushesError as error:
            return self._refused(str(error))
        except Exception as bug:  # noqa: BLE001  a boundary: what a bug says of this machine must not reach the other end
            return self._refused(f"Rushes met a bug; the traceback is in {self._logged(bug)}.")
        answer = self._shown(result.model_dump(mode="json"))
        return types.CallToolResult(content=[_text(json.dumps(answer, ensure_ascii=False))], structured_content=answer)

    def _asked(self, each: Tool, given: dict[str, Any]) -> tuple[Desk, Args]:
        project = given.pop("project", self._project)
        if not isinstance(project, str) or not project:
            raise InputError("Name the project that this is about, in the argument project.")
        args = each.args.model_validate(given)
        files = self._handed.named()
        return Desk(self._workspace, project_name(project), files=files, call=new_id("call")), args

    async def _done(self, ctx: ServerRequestContext, each: Tool, desk: Desk, args: Args) -> BaseModel:
        """What the verb answers; a `poll` that waits looks again until its jobs are over or its time is."""
        until = time.monotonic() + getattr(args, "wait_s", 0.0)
        while True:
            result = await anyio.to_thread.run_sync(self._run, each, desk, args)
            if not isinstance(result, Polled):
                return result
            done, frames = sum(job.done for job in result.jobs), sum(job.frames for job in result.jobs)
            await ctx.session.report_progress(done, frames or None)
            if result.over or time.monotonic() >= until:
                return result
            await anyio.sleep(POLL_S)

    def _run(self, each: Tool, desk: Desk, args: Args) -> BaseModel:
        self._workspace.store.settle(self._workspace.queue)
        return each.run(desk, args)

    def _refused(self, sentence: str) -> types.CallToolResult:
        return types.CallToolResult(content=[_text(self._shown(sentence))], is_error=True)

    def _shown(self, answer: Any) -> Any:
        return without_places(answer, self._workspace.root, self._handed.named())

    def _logged(self, bug: Exception) -> str:
        logs = self._workspace.logs
        with tempfile.NamedTemporaryFile("w", prefix="bug-", suffix=".log", dir=logs, delete=False) as log:
            log.write("".join(traceback.format_exception(bug)))
        return log.name

    # -- resources -------------------------------------------------------------------------------------------------

    async def _list_resources(self, _: ServerRequestContext, __: Any) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=await anyio.to_thread.run_sync(self._resources))

    def _resources(self) -> list[types.Resource]:
        listed = [types.Resource(uri=GUIDE_INDEX, name="guide", description="Its passages by id.", mime_type=JSON)]
        for project in self._workspace.store.projects():
            uri = f"rushes://projects/{quote(project.name)}"
            listed.append(types.Resource(uri=uri, name=project.name, description="Its shots.", mime_type=JSON))
        return listed

    async def _list_templates(self, _: ServerRequestContext, __: Any) -> types.ListResourceTemplatesResult:
        told = [
            types.ResourceTemplate(uri_template=f"rushes://{kind.pattern}", name=name, description=kind.about)
            for name, kind in KINDS.items()
        ]
        return types.ListResourceTemplatesResult(resource_templates=told)

    async def _read_resource(
        self, _: ServerRequestContext, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        try:
            held = await anyio.to_thread.run_sync(self._held, params.uri)
        except RushesError as error:
            raise MCPError(types.INVALID_PARAMS, self._shown(str(error))) from error
        text = json.dumps(self._shown(held), ensure_ascii=False)
        return types.ReadResourceResult(
            contents=[types.TextResourceContents(uri=params.uri, mime_type=JSON, text=text)]
        )

    def _held(self, uri: str) -> Any:
        self._workspace.store.settle(self._workspace.queue)
        if uri == GUIDE_INDEX:
            return [{"id": passage.id, "title": passage.title} for passage in guide.passages()]
        for kind in KINDS.values():
            shape = re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(f"rushes://{kind.pattern}"))
            if met := re.fullmatch(shape, uri):
                return kind.read(self._workspace, unquote(met[1]))
        raise InputError(f"There is no resource {uri[:80]}.")


class Kind(NamedTuple):
    """A kind of thing that is read by id."""

    pattern: str
    about: str
    read: Callable[["Workspace", str], Any]


def _project(workspace: "Workspace", name: str) -> Any:
    workspace.store.project(name)
    return list_project(Desk(workspace, name), ListProject()).model_dump(mode="json", exclude={"files"})


def _track(workspace: "Workspace", name: str) -> Any:
    track: Track = workspace.store.track(name)
    view = mask_view if track.kind == "mask" else track_view
    return view(track, workspace.store.shot(track.shot)).model_dump(mode="json")


def _measures(workspace: "Workspace", name: str) -> Any:
    return {"track": name, "measures": workspace.store.track(name).measures}


def _passage(_: "Workspace", name: str) -> Any:
    for passage in guide.passages():
        if passage.id == name:
            return {"id": passage.id, "title": passage.title, "text": passage.text}
    raise InputError(f"The guide has no passage {name!r}; {GUIDE_INDEX} lists them.")


KINDS: Mapping[str, Kind] = {
    "project": Kind("projects/{project}", "A project: its shots with their tracks, its stills, its masks.", _project),
    "track": Kind("tracks/{track}", "A track: state, settings, measures, notes.", _track),
    "measures": Kind("tracks/{track}/measures", "The judged measures of a finished track.", _measures),
    "passage": Kind("guide/{id}", "A passage of the guide, by its catalog id.", _passage),
}


async def over_stdio(rushes: Rushes) -> None:
    """Serve one assistant over stdin and stdout, until it closes them. What else is printed goes to stderr."""
    server = rushes.server()
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


async def over_http(rushes: Rushes, port: int, told: Callable[[str], None]) -> None:
    """Serve assistants of this machine over HTTP on the loopback, until interrupted. Port 0 takes any free one.

    Pages of other origins and other host names are refused, so that no web page reaches it through the browser.
    """
    import uvicorn

    try:
        listening = socket.create_server(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        raise InputError(f"Port {port} can't be opened ({error}); name another, or 0 for any free one.") from error
    with listening:
        told(f"Serving assistants at http://127.0.0.1:{listening.getsockname()[1]}/mcp (Ctrl-C ends it)")
        app = rushes.server().streamable_http_app(host="127.0.0.1")
        await uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).serve(sockets=[listening])


def _about(run: Callable) -> str:
    return " ".join((run.__doc__ or "").split())


def _text(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=text)


def _faults(error: ValidationError) -> str:
    return " ".join(f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}." for e in error.errors())
