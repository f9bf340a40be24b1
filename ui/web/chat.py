"""A talk as Gradio shows it: events become messages, tool calls become cards that fill when their answer comes."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from gradio import ChatMessage

from ui.terminal import duration, size

TITLES = {
    "import_clip": "Taking the footage in",
    "split_shots": "Shots",
    "describe_shot": "Looking at the shot",
    "choose_model": "Choosing model and control",
    "write_prompt": "Writing the prompt",
    "modify_frame": "Making a still",
    "plan_render": "Planning",
    "test_render": "Rendering a test",
    "render_full": "Rendering",
    "measure": "Measuring",
    "troubleshoot": "Looking for the cause",
    "compare": "Comparing",
    "export": "Exporting",
    "report": "Writing the report",
    "cancel_jobs": "Cancelling",
    "resume_jobs": "Taking up again",
    "pin_render": "Choosing the render",
}
"""What a card is called; a tool that is not here goes by its own name."""

STILL = re.compile(r"^/.*/(still_[a-z0-9]+)/still\.png$", re.MULTILINE)
"""A line that is the path of a still."""

QUIET = ("settings_hash", "action")
"""Arguments that tell an artist nothing."""


def messages(events: Sequence[Any], still_stands: Callable[[str], bool], brain: str) -> list[dict[str, Any]]:
    """The talk so far. `still_stands` tells whether a still may be shown; `brain` is the one that the page names: where
    another has spoken, it is named here."""
    shown: list[ChatMessage] = []
    cards: dict[str, ChatMessage] = {}
    told = {s for e in events if e.type == "text" for s in STILL.findall(e.text)}
    for event in events:
        match event.type:
            case "user":
                files = "".join(f"\n\n`{name}`" for name in event.files)
                shown.append(ChatMessage(role="user", content=(event.text + files).strip() or "…"))
            case "text":
                spoken = f"\n\n*spoken by the {event.brain} brain*" if event.brain not in ("", brain) else ""
                shown.append(ChatMessage(role="assistant", content=_words(event.text, still_stands) + spoken))
            case "error":
                fix = f"\n\nWhat mends it: `{event.fix}`" if event.fix else ""
                shown.append(ChatMessage(role="assistant", content=f"**In the way:** {event.text}{fix}"))
            case "tool_call":
                cards[event.id] = _card(event)
                shown.append(cards[event.id])
            case "tool_result" if event.id in cards:
                _fill(cards[event.id], event)
                still = event.result.get("still")
                if event.ok and isinstance(still, str) and still not in told and still_stands(still):
                    shown.append(ChatMessage(role="assistant", content=picture(still)))
    return [{"role": m.role, "content": m.content, "metadata": m.metadata or {}} for m in shown]


def picture(still: str) -> str:
    """A still in the talk; a click opens it at its own size."""
    return f"[![The still, a preview of the look](/media/{still}/still.png)](/media/{still}/still.png)"


def choices(events: Sequence[Any]) -> list[str]:
    """Answers proposed to the question that is open: nobody has spoken since it was asked."""
    for event in reversed(events):
        if event.type in ("user", "tool_call"):
            return []
        if event.type == "question":
            return list(event.choices)
    return []


def asking(approval_id: str, quote: dict[str, Any]) -> dict[str, Any]:
    """What the approve bar shows of a quote."""
    shots = [s["name"].rpartition("/")[2] for s in quote["shots"]]
    many = f"{len(shots)} shots, " if len(shots) > 1 else f"shot {shots[0]}, "
    return {
        "id": approval_id,
        "title": f"Render {many}{quote['frames']} frames?",
        "rows": [
            ["Shots", ", ".join(shots)],
            ["Model", f"{quote['model'].replace('_', ' ')}, {quote['profile']}"],
            ["Time", f"about {duration(quote['estimate_s'])} (an estimate)"],
            ["Disk", f"at most {size(quote['disk_bytes'])}"],
            ["Leaves this machine", "yes" if quote["remote"] else "nothing"],
            *(["Prompt", fault] for fault in quote.get("prompt_faults", ())),  # quotes of older talks have none
        ],
        "settings": quote["settings_hash"],
        "because": f"It asks because {quote['because']}." if quote["because"] else "",
    }


def _card(event: Any) -> ChatMessage:
    title = TITLES.get(event.name, event.name.replace("_", " "))
    metadata = {"title": title, "id": event.id, "status": "pending"}
    return ChatMessage(role="assistant", content=_fields(event.args), metadata=metadata)


def _fill(card: ChatMessage, event: Any) -> None:
    card.metadata = {**card.metadata, "status": "done"}
    if not event.ok:
        card.metadata["title"] = f"{card.metadata['title']}: not done"
        card.content += f"\n\n{event.result.get('error', '')}"


def _fields(args: dict[str, Any]) -> str:
    shown = {k: v for k, v in args.items() if v not in (None, "", [], {}, False) and k not in QUIET}
    return "\n".join(f"- {name.replace('_', ' ')}: {_value(value)}" for name, value in shown.items()) or "…"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k.replace('_', ' ')} `{v}`" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(f"`{v}`" for v in value)
    return f"`{value}`"


def _words(text: str, still_stands: Callable[[str], bool]) -> str:
    """Words of a brain, in which a path is on a line of its own: that of a still becomes the picture."""
    shown = []
    for line in text.split("\n"):
        still = STILL.search(line)
        if still and still_stands(still[1]):
            shown.append(f"\n{picture(still[1])}\n")
        else:
            shown.append(f"`{line}`" if line.startswith("/") else line)
    return "\n".join(shown)
