"""A talk as Gradio shows it: events become messages, tool calls become cards that fill when their answer comes."""

from collections.abc import Callable, Sequence
from typing import Any

from gradio import ChatMessage

from ui.conversation import quote_line

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
    "export": "Exporting",
    "report": "Writing the report",
}


def messages(events: Sequence[Any], still_ready: Callable[[str], bool]) -> list[ChatMessage]:
    """The talk so far. `still_ready` tells whether a still may be shown yet."""
    shown: list[ChatMessage] = []
    cards: dict[str, ChatMessage] = {}
    for event in events:
        match event.type:
            case "user":
                files = "".join(f"\n\n`{name}`" for name in event.files)
                shown.append(ChatMessage(role="user", content=(event.text + files).strip() or "…"))
            case "text":
                shown.append(ChatMessage(role="assistant", content=event.text))
            case "question":
                choices = f" ({' / '.join(event.choices)})" if event.choices else ""
                shown.append(ChatMessage(role="assistant", content=f"**{event.text}**{choices}"))
            case "error":
                fix = f"\n\n`{event.fix}`" if event.fix else ""
                shown.append(ChatMessage(role="assistant", content=f"⚠ {event.text}{fix}"))
            case "tool_call":
                title = TITLES.get(event.name, event.name)
                card = ChatMessage(
                    role="assistant",
                    content=_fields(event.args),
                    metadata={"title": title, "id": event.id, "status": "pending"},
                )
                cards[event.id] = card
                shown.append(card)
            case "tool_result" if event.id in cards:
                card = cards[event.id]
                card.metadata = {**card.metadata, "status": "done"}
                if not event.ok:
                    card.content += f"\n\n{event.result.get('error', '')}"
                still = event.result.get("still")
                if event.ok and isinstance(still, str) and still_ready(still):
                    shown.append(ChatMessage(role="assistant", content=f"![the still](/media/{still}/still.png)"))
    return shown


def approval_text(quote: dict[str, Any]) -> str:
    """What the approve bar says."""
    shots = ", ".join(s["name"] for s in quote["shots"])
    return f"**{quote_line(quote)}**  \n{shots} · settings {quote['settings_hash']}"


def _fields(args: dict[str, Any]) -> str:
    shown = {k: v for k, v in args.items() if v not in (None, "", [], {}, False)}
    return "\n".join(f"- {k}: `{v}`" for k, v in shown.items()) or "…"
