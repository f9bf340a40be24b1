"""The rules choose the tools, a model writes: prompts, which pass the lint or aren't used, and the words around them.

So a model of one to four billion parameters is of use: it can spoil no call, no number and no path, for what it writes
is held against what the rules wrote and, where it says something else, left out.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.messages.ai import UsageMetadata, add_usage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from pydantic import PrivateAttr

from agent.brains import Brain
from agent.brains.hosted import provider
from agent.brains.provider import ProviderFailed
from agent.brains.rules import RulesBrain
from agent.config import Config
from agent.objections import REPAIRS
from agent.prompts import say
from agent.state import from_artist
from knowledge import prompt_style, rewrite
from knowledge.language import detect

MOST_WORDS = 100
"""A longer prompt is no prompt of these models."""
LONGER = 2.0
"""Words may come out so much longer than the notes they tell."""
FEW_WORDS = 6
"""The language of fewer words can't be told."""
SAID_CHARS = 500
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
NAME = re.compile(r"\S*(?:/|_)\S*")
"""Paths and ids."""


class HybridBrain(BaseChatModel):
    """The rules brain, with a writer beside it."""

    _rules: BaseChatModel = PrivateAttr()
    _writer: BaseChatModel = PrivateAttr()

    def __init__(self, writer: BaseChatModel):
        super().__init__()
        self._rules, self._writer = RulesBrain(), writer

    @property
    def _llm_type(self) -> str:
        return "rushes-hybrid"

    def bind_tools(self, tools: Sequence[dict[str, Any]], **_kwargs: Any) -> Runnable:
        return self.bind(tools=list(tools))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  (LangChain's signature)
        run_manager: Any = None,  # noqa: ARG002
        tools: Sequence[dict[str, Any]] = (),
        **_kwargs: Any,
    ) -> ChatResult:
        move = self._rules.bind_tools(tools).invoke(messages)
        written: list[AIMessage] = []
        calls = [{**call, "args": self._prompted(call, messages, written)} for call in move.tool_calls]
        text = move.text if calls or not move.text.strip() else self._told(move, messages, written)
        answer = move.model_copy(update={"content": text, "tool_calls": calls, **_spent(move, written)})
        return ChatResult(generations=[ChatGeneration(message=answer)])

    def _prompted(self, call: Mapping[str, Any], messages: list[BaseMessage], written: list[AIMessage]) -> Any:
        """The arguments of a call, with a prompt by the model where the rules would write one."""
        args = call["args"]
        if call["name"] != "write_prompt" or not args.get("instruction") or args.get("prompt"):
            return args
        model = args.get("model") or "transform"
        school = prompt_style.school_of(model)
        caption = args.get("caption") or _caption(messages, args.get("shot", ""))
        draft = rewrite.rewrite(args["instruction"], caption, model)
        if school not in ("description", "instruction") or not draft.prompt:
            return args
        data = {"wish": args["instruction"], "source shows": caption, "draft": draft.prompt}
        asked: list[BaseMessage] = [SystemMessage(say("writer", school)), HumanMessage(_data(data))]
        for _ in range(1 + REPAIRS):
            answer = self._write(asked, written)
            prompt = " ".join(answer.text.split()).strip(' "“”`')
            faults = prompt_style.lint(prompt, school)
            if not faults and prompt and len(prompt.split()) <= MOST_WORDS:
                return {**args, "prompt": prompt, "negative_prompt": draft.negative_prompt}
            told = " ".join(faults) or f"It has more than {MOST_WORDS} words."
            asked += [AIMessage(answer.text), HumanMessage(say("writer", "again", faults=told))]
        return args

    def _told(self, move: AIMessage, messages: list[BaseMessage], written: list[AIMessage]) -> str:
        """The words of the rules as the model puts them, where they still say the same."""
        said = next((m.text for m in reversed(messages) if from_artist(m)), "")[:SAID_CHARS]
        data = {"notes": move.text, "the artist said": said}
        answer = self._write([SystemMessage(say("writer", "prose")), HumanMessage(_data(data))], written)
        text = answer.text.strip()
        return text if same(move.text, text) else move.text

    def _write(self, asked: Sequence[BaseMessage], written: list[AIMessage]) -> AIMessage:
        answer = self._writer.invoke(list(asked))
        written.append(answer)
        return answer


def same(notes: str, text: str) -> bool:
    """Whether words tell what the notes tell, as far as that can be seen: the same numbers, paths, ids and language, a
    question where there was one, and not much more."""
    if not text or len(text) > LONGER * len(notes) + SAID_CHARS / 4:
        return False
    if set(NUMBER.findall(notes)) != set(NUMBER.findall(text)):
        return False
    if not set(NAME.findall(notes)) <= set(text.split()) or len(NAME.findall(notes)) < len(NAME.findall(text)):
        return False
    if any(mark in notes for mark in "?？") and not any(mark in text for mark in "?？"):
        return False
    language = detect(notes)
    return len(text.split()) < FEW_WORDS or detect(text, language) == language


def _caption(messages: Sequence[BaseMessage], shot: str) -> str:
    """What a shot shows, as the project's situation tells it."""
    for message in messages:
        if isinstance(message, SystemMessage):
            shots = message.additional_kwargs.get("situation", {}).get("shots", [])
            named = (s for s in shots if shot in (s["id"], s["name"], f"{s['project']}/{s['name']}"))
            return next((s.get("caption") or "" for s in named), "")
    return ""


def _data(data: Mapping[str, str]) -> str:
    return json.dumps(data, ensure_ascii=False)


def _spent(move: AIMessage, written: Sequence[AIMessage]) -> dict[str, Any]:
    """Tokens and costs of everything the model wrote for one answer."""
    usage: UsageMetadata | None = move.usage_metadata
    costs = [m.response_metadata["cost"] for m in written if "cost" in m.response_metadata]
    for message in written:
        usage = add_usage(usage, message.usage_metadata)
    names = {"model_name": written[-1].response_metadata["model_name"]} if written else {}
    told = {**move.response_metadata, **names, **({"cost": sum(costs)} if costs else {})}
    return {"usage_metadata": usage, "response_metadata": told}


def brain(settings: Config) -> Brain:
    """The hybrid brain, its writer behind `RUSHES_BRAIN_WRITER`."""
    return Brain("hybrid", HybridBrain(provider(settings.brain_writer, settings)), (ProviderFailed,))
