"""Commands of craft: rewrite a prompt, decide, advise, and the catalog as it stands; `knowledge` answers."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.errors import InputError, RushesError
from ui.terminal import Terminal, WrongUsage, plain
from ui.wishes import read_json

if TYPE_CHECKING:
    from knowledge.advice import Advice, Step


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
    settings.add_argument("--profile", choices=("preview", "draft", "final"), help="default: the best that runs here")


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
                _switch(line, "enrich", args.enrich),
            ),
        )
    answer = rewrite(_wanted(args.instruction, "INSTRUCTION"), args.caption, args.model, args.enrich)
    terminal.json(answer)
    terminal.say(answer.prompt)
    if answer.negative_prompt:
        terminal.say(f"Negative: {answer.negative_prompt}")
    for kept in answer.keeps:
        terminal.say(f"Keeps: {kept}")
    terminal.points((*answer.notes, *answer.faults))
    return None


def run_decide(args: argparse.Namespace, terminal: Terminal) -> int | None:
    """`rushes decide`."""
    from knowledge.language import detect
    from knowledge.rules import decide, explain

    if args.jsonl:
        return _each_line(terminal, "message", lambda line: decide(line["message"], _context(line), args.model_family))
    answer = decide(_wanted(args.text, "TEXT"), None, args.model_family, why=True)
    terminal.json(answer)
    # ids on the left as the contract writes them; sentences come in the artist's language
    picked = {"model": answer.model or "–", "control": answer.control, "image_model": answer.image_model}
    terminal.table(("id", "value"), [*((k, v) for k, v in picked.items() if v), *plain(answer.settings).items()])
    for number, after in enumerate(answer.passes, start=2):
        terminal.say(f"{number}. {after.model}: {after.why}")
    if answer.question:
        terminal.say(answer.question)
    terminal.points(explain(answer, detect(args.text)))
    return None


def run_advise(args: argparse.Namespace, terminal: Terminal) -> int | None:
    """`rushes advise`."""
    from knowledge.advice import advise

    if args.jsonl:
        return _each_line(
            terminal,
            "symptom",
            lambda line: _advice(
                advise(line["symptom"], _text(line, "model"), _object(line, "settings"), _object(line, "measures"))
            ),
        )
    settings, measures, model = _json_object(args.settings, "--settings"), {}, args.model
    if args.track:
        track = _track(args)
        settings, measures, model = {**track.settings, **settings}, track.measures, model or track.model
    answer = advise(_wanted(args.text, "TEXT"), model, settings, measures)
    terminal.json(_advice(answer))
    for match in answer.matches:
        terminal.say(f"{match.symptom} ({match.confidence:.2f}): {match.because}")
    if answer.cause:
        terminal.say(answer.cause)
    terminal.points(_step(step) for step in answer.steps)
    if answer.question:
        terminal.say(answer.question)
    return None


def _advice(answer: "Advice") -> dict[str, Any]:
    """As the contract writes it: a step has `setting`, `from` and `to`, or `action`."""
    return {**plain(answer), "steps": [plain(step.as_json()) for step in answer.steps]}


def _step(step: "Step") -> str:
    if not step.setting:
        return f"{step.action} {step.why}".strip()
    old, new = ("unset" if value is None else json.dumps(plain(value)) for value in (step.from_, step.to))
    return f"{step.setting} {old} → {new}: {step.why}"


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
    from agent.profiles import best_profile
    from knowledge import catalog

    profile = args.profile or best_profile(_known_model(args.model))
    spec = catalog().spec(args.model, profile)
    terminal.json(spec.settings)
    terminal.say(f"{spec.label} in {profile}" + ("" if spec.runs else f": can't run yet. {spec.missing}"))
    terminal.table(
        ("id", "default", "allowed", "tab", "note"),
        [(s.id, s.default, _range(s), s.tab, s.note) for s in spec.settings if s.effect],
    )
    if idle := [s.id for s in spec.settings if not s.effect]:
        terminal.say(f"Taken and recorded, but without effect in {profile}: {', '.join(idle)}")


def _range(setting: Any) -> str:
    if setting.kind in ("integer", "number"):
        return setting.allowed()
    return ", ".join(map(str, setting.choices)) if setting.choices else setting.kind


def _each_line(terminal: Terminal, wanted: str, answer: Callable[[dict[str, Any]], Any]) -> None:
    """Answer stdin line by line; a bad line is named by its number and nothing after it is read."""
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            asked = _line(line, wanted)
            answered = plain(answer(asked))
        except RushesError as error:
            raise InputError(f"Line {number}: {error} The lines before it are answered.") from error
        terminal.json_line({"id": asked.get("id"), **{k: v for k, v in answered.items() if k != "id"}})


def _line(line: bytes, wanted: str) -> dict[str, Any]:
    try:
        asked = read_json(line.decode())
    except UnicodeDecodeError as error:
        raise InputError(f"it is not UTF-8 (byte {error.start}).") from error
    except ValueError as error:
        raise InputError(f"it is not JSON ({error}).") from error
    if not isinstance(asked, dict):
        raise InputError("it is no JSON object.")
    if not isinstance(asked.get(wanted), str):
        raise InputError(f"it has no {wanted!r} text.")
    return asked


def _text(line: dict[str, Any], key: str) -> str:
    value = line.get(key)
    if value is not None and not isinstance(value, str):
        raise InputError(f"{key} takes text, not {value!r}.")
    return value or ""


def _switch(line: dict[str, Any], key: str, default: bool) -> bool:
    value = line.get(key, default)
    if not isinstance(value, bool):
        raise InputError(f"{key} takes true or false, not {value!r}.")
    return value


def _object(line: dict[str, Any], key: str) -> dict[str, Any]:
    value = line.get(key)
    if value is not None and not isinstance(value, dict):
        raise InputError(f"{key} takes a JSON object, not {value!r}.")
    return value or {}


def _context(line: dict[str, Any]) -> dict[str, Any]:
    """The context is free: words alone are read like the message."""
    value = line.get("context")
    return {"said": value} if isinstance(value, str) else _object(line, "context")


def _wanted(text: str | None, name: str) -> str:
    if not text or not text.strip():
        raise WrongUsage(f"{name} is missing: say it in quotes, or use --jsonl and lines on stdin.")
    return text


def _json_object(text: str | None, flag: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        value = read_json(text)
    except ValueError as error:
        raise InputError(f"{flag} is not JSON ({error}).") from error
    if not isinstance(value, dict):
        raise InputError(f"{flag} takes a JSON object, not {value!r}.")
    return value


def _known_model(model: str) -> str:
    from agent.names import nearest
    from knowledge import catalog

    if model not in catalog().models:
        raise InputError(f"There is no model {model!r}.{nearest(model, catalog().models)}")
    return model


def _track(args: argparse.Namespace) -> Any:
    from ui.opening import open_workspace

    return open_workspace(args).store.track(args.track)
