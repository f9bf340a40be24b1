"""Commands of craft: rewrite a prompt, decide, advise, and the catalog as it stands; `knowledge` answers."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from ui.terminal import Terminal, plain


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add this subject's commands."""
    rewrite = add("rewrite", run_rewrite, "turn an instruction into the prompt its model reads")
    rewrite.add_argument("instruction", nargs="?", metavar="INSTRUCTION")
    rewrite.add_argument("--model", default="transform", metavar="ID")
    rewrite.add_argument("--caption", default="", metavar="TEXT", help="what the source shows")
    rewrite.add_argument("--enrich", action="store_true", help="add light, material and detail, each marked")
    rewrite.add_argument("--jsonl", action="store_true", help="JSON lines on stdin, one answer each")

    decide = add("decide", run_decide, "which model, control map and settings a request asks for, and why")
    decide.add_argument("text", nargs="?", metavar="TEXT")
    decide.add_argument("--model-family", choices=("video", "any"), default="video")
    decide.add_argument("--jsonl", action="store_true", help="JSON lines on stdin, one answer each")

    advise = add("advise", run_advise, "from a symptom to the move that mends it")
    advise.add_argument("text", nargs="?", metavar="TEXT")
    advise.add_argument("--model", default="", metavar="ID")
    advise.add_argument("--track", metavar="TRACK", help="take settings and measures from a finished render")
    advise.add_argument("--settings", metavar="JSON", help="settings as they stand")
    advise.add_argument("--jsonl", action="store_true", help="JSON lines on stdin, one answer each")

    add("models", run_models, "the models as they stand")
    settings = add("settings", run_settings, "the settings of one model")
    settings.add_argument("model", metavar="MODEL")
    settings.add_argument("--profile", choices=("preview", "draft", "final"), default="final")


def run_rewrite(args: argparse.Namespace, terminal: Terminal) -> int | None:
    """`rushes rewrite`."""
    from knowledge.rewrite import rewrite

    _known_model(args.model)
    if args.jsonl:
        return _each_line(
            terminal,
            "instruction",
            lambda line: rewrite(
                line["instruction"],
                _text(line, "source_caption"),
                _known_model(_text(line, "model") or args.model),
                bool(line.get("enrich", args.enrich)),
            ),
        )
    answer = rewrite(_wanted(args.instruction, "INSTRUCTION"), args.caption, args.model, args.enrich)
    terminal.json(answer)
    terminal.say(answer.prompt)
    if answer.negative_prompt:
        terminal.say(f"Negative: {answer.negative_prompt}")
    for kept in answer.keeps:
        terminal.say(f"Keeps: {kept}")
    for sentence in (*answer.notes, *answer.faults):
        terminal.say(f"- {sentence}")
    return None


def run_decide(args: argparse.Namespace, terminal: Terminal) -> int | None:
    """`rushes decide`."""
    from knowledge.rules import decide

    if args.jsonl:
        return _each_line(
            terminal, "message", lambda line: decide(line["message"], line.get("context"), args.model_family)
        )
    answer = decide(_wanted(args.text, "TEXT"), None, args.model_family)
    terminal.json(answer)
    terminal.say(" ".join(w for w in (answer.model, f"with {answer.control}" if answer.control else "") if w))
    terminal.table(("setting", "value"), plain(answer.settings).items()) if answer.settings else None
    if answer.question:
        terminal.say(f"Question: {answer.question}")
    for reason in plain(answer.because):
        terminal.say(f"- {reason['text']} ({reason['rule']})")
    return None


def run_advise(args: argparse.Namespace, terminal: Terminal) -> int | None:
    """`rushes advise`."""
    from knowledge.advice import advise

    if args.jsonl:
        return _each_line(
            terminal,
            "symptom",
            lambda line: advise(
                line["symptom"], _text(line, "model"), line.get("settings") or {}, line.get("measures") or {}
            ),
        )
    settings, measures, model = _json_object(args.settings, "--settings"), {}, args.model
    if args.track:
        track = _track(args)
        settings, measures, model = {**track.values, **settings}, track.measures, model or track.model
    answer = advise(_wanted(args.text, "TEXT"), model, settings, measures)
    terminal.json(answer)
    if not answer.matches:
        terminal.say("Nothing in the table of symptoms fits this.")
    for match in plain(answer.matches):
        terminal.say(f"{match['symptom']} ({match['confidence']:.2f}): {match['because']}")
    if answer.cause:
        terminal.say(f"Cause: {answer.cause}")
    for step in plain(answer.steps):
        move = f"{step['setting']} {step['from']} -> {step['to']}" if step.get("setting") else step["action"]
        terminal.say(f"- {move}: {step['why']}")
    if answer.question:
        terminal.say(f"Question: {answer.question}")
    return None


def run_models(_args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes models`."""
    from knowledge import catalog

    rows = []
    for model in catalog().models.values():
        runs = [p for p in ("preview", "draft", "final") if catalog().spec(model.id, p).runs]
        rows.append({"id": model.id, "label": model.label, "purpose": model.purpose, "prompt_style": model.prompt_style,
                     "runs_in": runs})  # fmt: skip
    terminal.json(rows)
    terminal.table(
        ("id", "label", "runs in", "purpose"),
        [(r["id"], r["label"], ", ".join(r["runs_in"]) or "not yet", r["purpose"]) for r in rows],
    )


def run_settings(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes settings MODEL`."""
    from knowledge import catalog

    settings = catalog().spec(_known_model(args.model), args.profile).settings
    terminal.json(settings)
    terminal.table(
        ("id", "default", "allowed", "tab", "note"),
        [(s.id, s.default, _range(s), s.tab, s.note if s.effect else f"No effect here. {s.note}") for s in settings],
    )


def _range(setting: Any) -> str:
    if setting.kind in ("integer", "number"):
        return setting.allowed()
    return ", ".join(map(str, setting.choices)) if setting.choices else setting.kind


def _each_line(terminal: Terminal, wanted: str, answer: Callable[[dict[str, Any]], Any]) -> None:
    """Answer stdin line by line; a bad line is named by its number and nothing after it is read."""
    from engine.errors import InputError, RushesError

    for number, line in _lines():
        try:
            asked = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"Line {number} is not JSON: {error}. Lines before it are answered.") from error
        if not isinstance(asked, dict) or not isinstance(asked.get(wanted), str):
            raise InputError(f"Line {number} has no {wanted!r} text. Lines before it are answered.")
        try:
            answered = plain(answer(asked))
        except RushesError as error:
            raise InputError(f"Line {number}: {error} Lines before it are answered.") from error
        terminal.json_line({"id": asked.get("id"), **{k: v for k, v in answered.items() if k != "id"}})


def _lines() -> Iterator[tuple[int, str]]:
    sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    return ((n, line) for n, line in enumerate(sys.stdin, start=1) if line.strip())


def _text(line: dict[str, Any], key: str) -> str:
    from engine.errors import InputError

    value = line.get(key) or ""
    if not isinstance(value, str):
        raise InputError(f"{key} takes text, not {value!r}.")
    return value


def _wanted(text: str | None, name: str) -> str:
    from engine.errors import InputError

    if not text or not text.strip():
        raise InputError(f"{name} is missing: say it in quotes, or use --jsonl and lines on stdin.")
    return text


def _json_object(text: str | None, flag: str) -> dict[str, Any]:
    from engine.errors import InputError

    if not text:
        return {}
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{flag} is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise InputError(f"{flag} takes a JSON object, not {value!r}.")
    return value


def _known_model(model: str) -> str:
    from engine.errors import InputError
    from knowledge import catalog

    if model not in catalog().models:
        raise InputError(f"There is no model {model!r}; there are {', '.join(catalog().models)}.")
    return model


def _track(args: argparse.Namespace) -> Any:
    from ui.opening import open_workspace

    return open_workspace(args).store.track(args.track)
