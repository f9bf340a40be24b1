"""What is held against a call that a model planned, before it runs: the rules' decision, and the lint of prompts.

The rules brain's own calls never come by here. Pure: it reads the thread, and its answer stands beside the call.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from agent.context import decision
from agent.prompts import say
from agent.state import from_artist
from knowledge import acts, prompt_style, rewrite
from knowledge.catalog import catalog

if TYPE_CHECKING:
    from agent.desk import Desk
    from agent.tool import Args

RENDERS = ("plan_render", "test_render", "render_full")
REPAIRS = 2
"""So often a turn's prompts go back to their writer; then the rules' rewriter writes them."""
LINT, OVERRULED = "lint", "overruled"
"""Kinds of objection, as the answer to the call names them."""


class Objection(NamedTuple):
    """Why a call doesn't run as it stands."""

    kind: str
    sentence: str
    order: str = ""
    """Of a prompt that was written once too often: the artist's wish, for the rules' rewriter. Empty: it goes back."""


def against(messages: Sequence[AnyMessage], call: Mapping[str, Any]) -> Objection | None:
    """What is held against the call in this thread; None: nothing."""
    args = call["args"]
    if call["name"] in RENDERS and isinstance(args.get("model"), str):
        chosen, wanted = decision(messages), args["model"]
        allowed = {chosen.get("model"), *chosen.get("passes", ())}
        if chosen.get("model") and wanted not in allowed and not _asked_for(messages, wanted):
            values = {"chosen": _label(chosen["model"]), "wanted": _label(wanted)}
            return Objection(OVERRULED, say("calls", "overruled", **values))
    text, model = _prompt(call)
    if not text or _known(messages, text):
        return None
    faults = prompt_style.lint(text, prompt_style.school_of(model))
    if not faults:
        return None
    sentence = say("calls", "lint", name=call["name"], faults=" ".join(faults))
    return Objection(LINT, sentence, _wish(messages, call) if _tried(messages) >= REPAIRS else "")


def rewritten(desk: "Desk", args: "Args", model: str, order: str) -> "Args | None":
    """The arguments with a prompt by the rules' rewriter; None where it can make nothing of the order."""
    named = getattr(args, "shot", "") or next(iter(getattr(args, "shots", ())), "")
    caption = desk.workspace.store.shot(named, desk.project).caption if named and ":" not in named else ""
    made = rewrite.rewrite(order, getattr(args, "caption", "") or caption, model)
    if not made.prompt:
        return None
    if "prompt" in type(args).model_fields:
        return args.model_copy(update={"prompt": "", "negative_prompt": "", "instruction": order})
    if "instruction" in type(args).model_fields:
        return args.model_copy(update={"instruction": made.prompt})
    prompts = {"prompt": made.prompt} | ({"negative_prompt": made.negative_prompt} if made.negative_prompt else {})
    return args.model_copy(update={"settings": {**args.settings, **prompts}})


def reader(call: Mapping[str, Any]) -> str:
    """The model that reads the prompt of a call."""
    return _prompt(call)[1]


def _prompt(call: Mapping[str, Any]) -> tuple[str, str]:
    """The prompt a call carries, and the model that will read it; empty where it carries none."""
    args, name = call["args"], call["name"]
    text, model = "", args.get("model") or "transform"
    if name == "write_prompt":
        text = args.get("prompt")
    elif name == "modify_frame":
        text, model = args.get("instruction"), "modify_frame"
    elif name in RENDERS and isinstance(args.get("settings"), dict):
        text = args["settings"].get("prompt")
    return (text.strip(), str(model)) if isinstance(text, str) else ("", str(model))


def _known(messages: Sequence[AnyMessage], text: str) -> bool:
    """Whether the artist said this text themselves, or `write_prompt` wrote it."""
    said = any(text in m.text for m in messages if from_artist(m))
    return said or any(text == r.get("prompt") for r in _results(messages, "write_prompt"))


def _results(messages: Sequence[AnyMessage], name: str) -> Iterator[dict[str, Any]]:
    for message in messages:
        if isinstance(message, ToolMessage) and message.name == name and message.status != "error":
            yield json.loads(message.text)


def _tried(messages: Sequence[AnyMessage]) -> int:
    """Prompts of this turn that went back to their writer."""
    count = 0
    for message in messages:
        if from_artist(message):
            count = 0
        elif isinstance(message, ToolMessage) and message.status == "error":
            count += json.loads(message.text).get("kind") == LINT
    return count


def _wish(messages: Sequence[AnyMessage], call: Mapping[str, Any]) -> str:
    """What the prompt is to bring about: said with the call, else with the last decision, else the artist's words."""
    if call["name"] == "write_prompt" and call["args"].get("instruction"):
        return str(call["args"]["instruction"])
    made = [c for m in messages if isinstance(m, AIMessage) for c in m.tool_calls if c["name"] == "choose_model"]
    asked = [str(c["args"].get("text") or "") for c in made]
    return next((t for t in reversed(asked) if t), "") or next(
        (m.text for m in reversed(messages) if from_artist(m)), ""
    )


def _asked_for(messages: Sequence[AnyMessage], model: str) -> bool:
    """Whether the artist named the model, or said yes to words that do."""
    proposed = ""
    for message in messages:
        if from_artist(message):
            if _names(message.text, model) or (_names(proposed, model) and acts.answer(message.text) == "yes"):
                return True
        elif isinstance(message, AIMessage) and message.text:
            proposed = message.text
    return False


def _names(text: str, model: str) -> bool:
    plain = re.sub(r"[_\W]+", " ", text.casefold())
    return any(re.sub(r"[_\W]+", " ", name.casefold()) in plain for name in (model, _label(model)))


def _label(model: str) -> str:
    row = catalog().models.get(model)
    return row.label if row else model
