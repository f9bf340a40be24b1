"""What the rules brain knows before it plans: the thread and the project's situation, read once. Pure."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agent.brains.rules_words import Words
from agent.state import from_engine, handed_over
from agent.tongue import spoken_in
from knowledge.rule_rows import Language


class Call(NamedTuple):
    """A tool call to make."""

    name: str
    args: dict[str, Any]


class Move(NamedTuple):
    """What the brain does next: words, calls, or both."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    asks: str = ""
    """What kind of answer it waits for (`still`, `fact`, `wish`, ...); empty: no question."""
    keeps: bool = False
    """An answer in passing: what was asked before is still asked."""
    choices: tuple[str, ...] = ()
    """Proposed answers, the recommended one first."""
    question: str = ""
    """The question alone, where `text` says more than that."""
    remember: dict[str, Any] = {}  # noqa: RUF012  (never changed: a default of a NamedTuple)
    """What the thread should remember from now on."""


class Done(NamedTuple):
    """A call that has its answer."""

    name: str
    args: dict[str, Any]
    ok: bool
    result: dict[str, Any]


class Story(NamedTuple):
    """The thread, as far as a plan depends on it."""

    situation: dict[str, Any]
    """Shots, tracks, stills and jobs as they stand (`agent.situation`)."""
    said: str
    """What the artist said, where their message opened this turn; else empty."""
    late: bool
    """The artist wrote this before they could read what was said last."""
    handed: dict[str, str]
    """Files that came with it."""
    news: list[dict[str, Any]]
    """Outcomes of jobs, where these opened this turn."""
    fresh: tuple[Done, ...]
    """The calls of this brain's last step, answered; empty at the start of a turn."""
    past: tuple[Done, ...]
    """All answered calls of the thread, oldest first."""
    memory: dict[str, Any]
    """What was remembered: `wish`, `shot`, `still`, `facts`, `move`, `base`, `told` …, and what is asked (`asks`)."""
    calls_made: int
    language: Language
    """Of the artist's last words; everything is said in it."""
    withdrawn: Done | None = None
    """The call that waited for a yes when the artist wrote this: their words were no yes, so it never ran."""

    @property
    def words(self) -> Words:
        """The words of the talk's language."""
        return Words(self.language)

    def say(self, section: str, /, **values: Any) -> str:
        """A sentence in the talk's language."""
        return self.words.say(section, **values)

    @property
    def yes_no(self) -> tuple[str, str]:
        """The answers proposed to a question that wants a yes."""
        return self.say("yes"), self.say("no")

    def last(self, *names: str) -> Done | None:
        """The newest call of one of these names that went well."""
        return next((d for d in reversed(self.past) if d.name in names and d.ok), None)

    @property
    def shots(self) -> list[dict[str, Any]]:
        return self.situation["shots"]

    @property
    def tracks(self) -> list[dict[str, Any]]:
        """Renders, oldest first."""
        return self.situation["tracks"]

    @property
    def running(self) -> list[dict[str, Any]]:
        """Jobs that are not over, in the order they were asked for."""
        return [j for j in reversed(self.situation["jobs"]) if j["state"] in ("queued", "running")]

    def finished(self) -> list[dict[str, Any]]:
        """Finished renders, oldest first."""
        return [t for t in self.tracks if t["state"] == "done"]

    def base(self) -> dict[str, Any]:
        """The finished render whose settings count: the one gone back to, else the newest."""
        return self.track(self.memory.get("base", "")) or self.finished()[-1]

    def track(self, track: str) -> dict[str, Any] | None:
        return next((t for t in self.tracks if t["track"] == track), None)

    def still(self, still: str) -> dict[str, Any] | None:
        return next((s for s in self.situation["stills"] if s["still"] == still), None)

    def told(self, what: str) -> bool:
        """Whether something that is said once was said."""
        return what in self.memory.get("told", [])

    def telling(self, what: str) -> dict[str, Any]:
        """The note that it is said now."""
        return {"told": sorted({*self.memory.get("told", []), what})}


def read(messages: Sequence[BaseMessage]) -> Story:
    """The story so far."""
    situation: dict[str, Any] = {"project": "", "files": [], "shots": [], "tracks": [], "stills": [], "jobs": []}
    answers = {m.tool_call_id: m for m in messages if isinstance(m, ToolMessage)}
    past: list[Done] = []
    fresh: tuple[Done, ...] = ()
    memory: dict[str, Any] = {}
    opener: HumanMessage | None = None
    calls = 0
    withdrawn: Done | None = None
    for message in messages:
        match message:
            case SystemMessage():
                situation = message.additional_kwargs.get("situation", situation)
            case HumanMessage():
                withdrawn = next((d for d in fresh if d.result.get("rejected")), None)
                opener, fresh = message, ()
            case AIMessage():
                calls += len(message.tool_calls)
                fresh = tuple(_done(c, answers[c["id"]]) for c in message.tool_calls if c["id"] in answers)
                past += fresh
                # A hosted brain's turn remembers nothing; what it did stands in the calls.
                memory = message.additional_kwargs.get("rules", {**memory, "asks": ""})
    news = json.loads(opener.text) if opener is not None and from_engine(opener) else []
    mine = opener is not None and not from_engine(opener)
    return Story(
        situation=situation,
        said=opener.text if mine else "",
        late=mine and opener.additional_kwargs.get("late", False),
        handed=handed_over([opener]) if mine else {},
        news=news,
        fresh=fresh,
        past=tuple(past),
        memory=memory,
        calls_made=calls,
        language=spoken_in([m for m in messages if isinstance(m, HumanMessage)]),
        withdrawn=withdrawn if mine and not fresh else None,
    )


def _done(call: dict[str, Any], answer: ToolMessage) -> Done:
    return Done(call["name"], call["args"], answer.status != "error", json.loads(answer.text))
