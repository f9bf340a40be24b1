"""The wiring of a talk: repair -> think -> act, one `Send` a tool call, the approval gate as the first lines of `act`.

Knows no verb and no brain. What must hold: nothing with a side effect stands before the interrupt in `act`, for its
code runs again when the answer comes; every call has exactly one answer in the thread before a brain reads it again.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage
from langgraph.graph import END, START, StateGraph
from langgraph.managed import RemainingSteps
from langgraph.runtime import Runtime
from langgraph.types import Send, interrupt
from pydantic import BaseModel, ValidationError

from agent import approval, gates, objections, situation
from agent import context as reading
from agent.brains import Brain
from agent.desk import Desk
from agent.prompts import prompt, say
from agent.state import UNREADABLE, Call, State, handed_over, spoken
from agent.tongue import spoken_in
from agent.tool import Args, Tool
from engine.errors import ApprovalNeeded, PrerequisiteError, RushesError

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

    from agent.quote import Quote
    from agent.workspace import Workspace

RECURSION_LIMIT = 24
"""Steps of one run: a brain that goes round in circles is stopped before it costs anything worth naming."""
ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
"""Ids of calls that every provider reads."""
LAST_STEPS = 4
"""With fewer steps left than a call, its answer and the words on it take, no call is started."""


@dataclass(frozen=True)
class Context:
    """What nodes work with and no checkpoint keeps."""

    workspace: "Workspace"
    project: str
    brain: Brain
    fallback: Brain
    """Takes a turn over when the provider of `brain` fails."""
    tools: Mapping[str, Tool]
    gate: Callable[[Desk, Args, str], "Quote | None"] = approval.due
    """The quote a call must be approved for, else None; pure. Its third argument is what the artist last said."""
    allow_remote: bool = False


class Answer(BaseModel):
    """What an approval is answered with."""

    yes: bool
    settings_hash: str = ""
    """Of the quote that was shown: a yes to other settings than those due now counts for nothing, and it asks again."""
    said: dict[str, Any] = {}
    """What was typed in place of an answer: `{"text", "files"}`."""


class Running(State):
    """The state inside a run. How far it may still go is LangGraph's to know, and never kept."""

    remaining_steps: RemainingSteps


def build(saver: "BaseCheckpointSaver") -> "CompiledStateGraph":
    """The graph, keeping its threads with `saver`."""
    graph = StateGraph(Running, context_schema=Context)
    graph.add_node("repair", repair)
    graph.add_node("think", think)
    graph.add_node("act", act)
    graph.add_edge(START, "repair")
    graph.add_edge("repair", "think")
    graph.add_edge("act", "repair")
    graph.add_conditional_edges("think", _calls, ["act", END])
    return graph.compile(checkpointer=saver)


def repair(state: State) -> dict[str, Any]:
    """Give every call an answer, and let in what was typed while an approval waited.

    A provider refuses a thread with an unanswered call for ever, so a run that was cut off must not leave one. The
    answers have to stand right behind their call: what was said since is moved behind them, under its own ids.
    """
    messages = state["messages"]
    answered = {m.tool_call_id for m in messages if isinstance(m, ToolMessage)}
    mended: list[Any] = []
    for place, message in enumerate(messages):
        dangling = [c for c in getattr(message, "tool_calls", ()) if c["id"] not in answered]
        if dangling:
            mended = [_refusal(c, say("calls", "interrupted")) for c in dangling]
            mended += _moved_behind(messages[place + 1 :])
            break  # there is one gap at most: every run repairs before it goes on
    said = state.get("said") or {}
    if said:
        mended.append(spoken(said["text"], said["files"]))
    return {"messages": mended, "said": {}}


def _moved_behind(messages: list[AnyMessage]) -> list[Any]:
    from langchain_core.messages import RemoveMessage

    later = [m for m in messages if not isinstance(m, ToolMessage)]
    return [RemoveMessage(id=m.id) for m in later] + [m.model_copy(update={"id": f"{m.id}-moved"}) for m in later]


def think(state: Running, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask the brain what comes next, with the project as it stands now in front of it."""
    context = runtime.context
    view = situation.view(context.workspace, context.project, state)
    answer = _own_ids(_ask(context, view, state["messages"]), state["messages"])
    if answer.tool_calls and state["remaining_steps"] < LAST_STEPS:
        told = say("graph", "circles", spoken_in(state["messages"]))
        answer = AIMessage(
            told, id=answer.id, response_metadata=answer.response_metadata, usage_metadata=answer.usage_metadata
        )
    return {"messages": [answer]}


def _ask(context: Context, view: dict[str, Any], messages: list[AnyMessage]) -> AIMessage:
    brain, fallback = context.brain, ""
    try:
        answer = _answer(brain, context.tools, view, messages)
    except brain.failures as error:
        reason = str(error).splitlines()[0][:300]
        fallback = say("graph", "fallback", spoken_in(messages), brain=brain.name, reason=reason)
        brain = context.fallback
        answer = _answer(brain, context.tools, view, messages)
    told = {"brain": brain.name, "plans": brain.plans, **({"fallback": fallback} if fallback else {})}
    return answer.model_copy(update={"response_metadata": {**answer.response_metadata, **told}})


def _answer(brain: Brain, tools: Mapping[str, Tool], view: dict[str, Any], messages: list[AnyMessage]) -> AIMessage:
    """What the brain says to the thread: all of it, or as much as it has room for."""
    bound = reading.offered(tools, brief=bool(brain.budget_tokens))
    if brain.budget_tokens:
        heard = reading.told(view, messages, brain.budget_tokens - reading.size([], bound))
    else:
        system = prompt("system", situation=json.dumps(view, ensure_ascii=False))
        heard = [SystemMessage(system, additional_kwargs={"situation": view}), *messages]
    return brain.model.bind_tools(bound).invoke(heard)


def _own_ids(answer: AIMessage, messages: list[AnyMessage]) -> AIMessage:
    """The answer with an id of its own for every call: some servers number each answer's calls afresh, and an id that
    stands twice in a thread would answer the wrong call, and swallow its jobs."""
    taken = {c["id"] for m in messages for c in getattr(m, "tool_calls", ())}
    calls = []
    for call in answer.tool_calls:
        own, count = call["id"] or "", len(taken)
        while not ID.fullmatch(own) or own in taken:
            own, count = f"call_{count}", count + 1
        taken.add(own)
        calls.append({**call, "id": own})
    return answer if calls == answer.tool_calls else answer.model_copy(update={"tool_calls": calls})


def act(sent: Call, runtime: Runtime[Context]) -> dict[str, Any]:
    """Run one call. The gate comes first: what needs a yes stops here, before anything of it happened."""
    call, context = sent["call"], runtime.context
    tool = context.tools.get(call["name"])
    if tool is None:
        return {"messages": [_refusal(call, say("calls", "no_tool", name=call["name"]))]}
    if UNREADABLE in call["args"]:
        return {"messages": [_refusal(call, say("calls", "unreadable", name=tool.name))]}
    try:
        args = tool.args.model_validate(call["args"])
    except ValidationError as error:
        return {"messages": [_refusal(call, say("calls", "bad_args", name=tool.name, faults=_faults(error)))]}
    held = sent.get("against") or {}
    if held and not held["order"]:
        return {"messages": [_refusal(call, held["sentence"], kind=held["kind"])]}
    desk = Desk(
        workspace=context.workspace,
        project=context.project,
        allow_remote=context.allow_remote,
        files=situation.paths(sent["files"]),
        call=f"{sent['talk']}:{call['id']}",
    )
    try:
        if held:
            args = objections.rewritten(desk, args, objections.reader(call), held["order"])
            if args is None:
                return {"messages": [_refusal(call, held["sentence"], kind=held["kind"])]}
        quote = context.gate(desk, args, sent["words"])
        if quote is not None:
            answer = _ask_for(quote)
            if not answer.yes:
                return {"messages": [_refusal(call, say("calls", "rejected"), rejected=True)], "said": answer.said}
            waived = quote.needs_test  # the gate lets a quote without a test through only where the artist waived it
            desk = replace(desk, approval=gates.grant(quote, approval.ARTIST, test_waived=waived))
        result = tool.run(desk, args)
    except RushesError as error:
        return {"messages": [_refusal(call, str(error), **_more(error))]}
    content = result.model_dump(mode="json")
    message = ToolMessage(json.dumps(content, ensure_ascii=False), name=tool.name, tool_call_id=call["id"])
    return {"messages": [message], "jobs": dict.fromkeys(started(content), call["id"])}


def _ask_for(quote: "Quote") -> Answer:
    """Stop until the artist has answered; an answer to another quote than this one is no answer to it."""
    shown = quote.model_dump(mode="json")
    while True:
        answer = interrupt(shown, response_schema=Answer)
        if not answer.yes or answer.settings_hash == quote.settings_hash:
            return answer


def started(content: Any) -> list[str]:
    """Ids of the jobs that a tool's answer names, wherever they stand in it."""
    if isinstance(content, list):
        return [job for item in content for job in started(item)]
    if not isinstance(content, dict):
        return []
    own = [content["job"]] if content.get("job") else []
    own += content.get("jobs") or []
    return own + [job for key in ("renders", "exports") for job in started(content.get(key))]


def _refusal(call: Mapping[str, Any], sentence: str, **more: Any) -> ToolMessage:
    content = json.dumps({"error": sentence, **more}, ensure_ascii=False)
    return ToolMessage(content, name=call["name"], tool_call_id=call["id"], status="error")


def _more(error: RushesError) -> dict[str, Any]:
    match error:
        case PrerequisiteError():
            return {"kind": "prerequisite", "fix": error.command}
        case ApprovalNeeded():
            return {"kind": "gate", "needs": error.needs}
    return {"kind": "refused"}


def _faults(error: ValidationError) -> str:
    return " ".join(f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}." for e in error.errors())


def _calls(state: State) -> list[Send] | str:
    messages = state["messages"]
    words = next((m.text for m in reversed(messages) if isinstance(m, HumanMessage) and not m.name), "")
    files = handed_over(messages)
    talk = str(messages[0].id)
    last = messages[-1]
    planned = last.response_metadata.get("plans", True)  # by the rules: nothing is held against their own calls

    def sent(call: Mapping[str, Any]) -> Send:
        held = None if planned else objections.against(messages, call)
        against = held._asdict() if held else {}
        return Send("act", Call(call=call, files=files, words=words, talk=talk, against=against))

    return [sent(call) for call in last.tool_calls] or END
