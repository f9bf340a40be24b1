"""The report: one HTML file about finished renders, whole in itself. Shows what the store and the proof say."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from agent.desk import Desk
from agent.origins import ORIGINS
from agent.project import Shot, Source, Track
from agent.report_pictures import COLUMNS, pairs
from engine.errors import InputError
from engine.request import RenderRequest, RenderResult
from engine.version import VERSION
from knowledge.catalog import catalog

VERDICTS = {"good": "● good", "watch": "◐ to watch", "fault": "○ fault", "not_measured": "not measured"}
"""Told by shape as well as by colour: it must survive a black-and-white printer."""

PROMPTS = ("prompt", "negative_prompt")


class Take(NamedTuple):
    """A finished render with all that the report says of it."""

    track: Track
    shot: Shot
    source: Source
    request: RenderRequest
    result: RenderResult


def takes(desk: Desk, tracks: Iterable[Track]) -> list[Take]:
    """Finished tracks with what belongs to them."""
    store = desk.workspace.store
    found = []
    for track in tracks:
        shot = store.shot(track.shot)
        request, result = RenderRequest.model_validate(track.request), RenderResult.model_validate(track.result)
        found.append(Take(track, shot, store.source(shot.source), request, result))
    return found


def chosen(desk: Desk, project: str) -> list[Track]:
    """The render that stands for each shot: the pinned one, else the one with most frames, the newest of equals."""
    store = desk.workspace.store
    found = []
    for shot in store.shots(project):
        done = [t for t in store.tracks(shot.id) if t.state == "done"]
        pinned = [t for t in done if t.id == shot.pinned]
        if done:
            found.append((pinned or [max(reversed(done), key=lambda t: len(t.range))])[0])
    if not found:
        raise InputError(f"Project {project} has no finished render yet, so there is nothing to report.")
    return found


def page(desk: Desk, heading: str, found: list[Take]) -> str:
    """The report as HTML."""
    single = len(found) == 1
    template = Template(Path(__file__).with_name("report.html").read_text(encoding="utf-8"))
    now = datetime.now(UTC)
    profiles = " and ".join(sorted({t.track.profile for t in found}))
    return template.substitute(
        title=escape(f"{heading} - Rushes report"),
        kicker="Render report" if single else "Project report",
        heading=escape(heading),
        subtitle=escape(f"{now:%d %B %Y, %H:%M} UTC · {profiles} · Rushes {VERSION}"),
        lead=_paragraph("lead", summary(found)),
        body=("" if single else _overview(found)) + "".join(_article(desk, take, single) for take in found),
        footer=escape("Made on this machine by Rushes. Pictures are inside this file; it asks for nothing else."),
    )


def summary(found: list[Take]) -> str:
    """The state of things in two sentences."""
    frames_in, frames_out = (sum(getattr(t.result, f) for t in found) for f in ("frames_in", "frames_out"))
    verdicts = Counter(m["verdict"] for t in found for m in t.track.measures.values())
    shots = f"{len(found)} renders, " if len(found) > 1 else ""
    told = [
        f"{verdicts[verdict]} {words}"
        for verdict, words in (("good", "good"), ("watch", "to watch"), ("fault", "at fault"))
        if verdicts[verdict]
    ]
    measured = f" Of the measures, {' and '.join(told)}." if told else ""
    return f"{shots}{frames_in} frames in, {frames_out} frames out.{measured}"


def _overview(found: list[Take]) -> str:
    rows = [
        [
            t.shot.title,
            t.track.name,
            f"{t.result.frames_in} = {t.result.frames_out}",
            f"{t.result.seconds:.0f} s",
            _worst(t.track),
            "★" * t.track.rating + (" pinned" if t.shot.pinned == t.track.id else ""),
        ]
        for t in found
    ]
    return "<section>" + _table(("Shot", "Render", "Frames in = out", "Time", "Verdict", ""), rows) + "</section>"


def _worst(track: Track) -> "_Markup":
    verdicts = {m["verdict"] for m in track.measures.values()}
    return _verdict(next((v for v in ("fault", "watch", "good") if v in verdicts), "not_measured"))


def _article(desk: Desk, take: Take, single: bool) -> str:
    track, shot = take.track, take.shot
    title = f"<h2>{escape(shot.title)}</h2>" if not single else ""
    badges = "".join(
        f'<span class="badge">{escape(words)}</span>'
        for words in (track.profile, "pinned" if shot.pinned == track.id else "", "★" * track.rating)
        if words
    )
    start, stop = track.range.start, track.range.stop
    line = (
        f"{escape(track.name)} · frames {start} to {stop - 1} of {shot.frames} · {take.result.seconds:.0f} s, "
        f"{take.result.seconds / max(1, take.result.frames_out):.2f} s a frame"
    )
    parts = [
        f'<article>{title}<p class="sub">{line}{badges}</p>',
        _sheet(take, desk.workspace.media(track.id)),
        _section("Measures", _measures(track)),
        _section("Prompt", _prompt(desk, take)),
        _section(*_difference(desk, track)),
        _section("Render info", _info(take)),
        _section("All settings", _settings(track)),
    ]
    return "".join(parts) + "</article>"


def _sheet(take: Take, folder: Path) -> str:
    shown = list(pairs(take.request, folder))
    rows = []
    for name, index in (("Source", 1), (f"Render ({take.track.profile})", 2)):
        rows.append(f'<p class="row-name">{escape(name)}</p>')
        for pair in shown:
            caption = f"<figcaption>frame {pair.frame}</figcaption>" if index == 2 else ""
            alt = f"{name}, frame {pair.frame}"
            rows.append(f'<figure><img src="{pair[index]}" alt="{escape(alt)}">{caption}</figure>')
    columns = min(COLUMNS, len(shown))
    return f'<div class="sheet" style="grid-template-columns: repeat({columns}, minmax(0, 1fr))">{"".join(rows)}</div>'


def _measures(track: Track) -> str:
    known = catalog().measures
    rows, missing = [], []
    for name, told in track.measures.items():
        row = known.get(name)
        label = row.label if row else name
        if told["value"] is None:
            missing.append(f"{label} ({told.get('why') or 'no reason given'})")
            continue
        value = _Markup(f'<span class="value">{_number(told["value"])} {escape(told.get("unit") or "")}</span>')
        why = _Markup(f'<span class="why">{escape(row.computes if row else "")}</span>')
        limit = _Markup(f'<span class="limit">{escape(told.get("threshold") or "")}</span>')
        rows.append([_capital(label), value, _verdict(told["verdict"]), limit, why])
    table = _table(("Measure", "Value", "Verdict", "Good is", "What it says"), rows) if rows else ""
    return table + (_paragraph("aside", f"Not measured: {'; '.join(missing)}.") if missing else "")


def _prompt(desk: Desk, take: Take) -> str:
    text = take.track.settings.get("prompt") or ""
    if not text:
        return ""
    written = desk.workspace.store.prompt(take.shot.project, text)
    clauses = written.clauses or ({"text": text, "origin": "user"},)
    # Clauses are shown where they stand in the prompt; what lies between them is the prompt's own.
    shown, at = "", 0
    for clause in clauses:
        place = text.find(clause["text"], at)
        if place < 0:
            continue
        shown += escape(text[at:place])
        shown += f'<span class="{escape(clause["origin"])}">{escape(clause["text"])}</span>'
        at = place + len(clause["text"])
    shown += escape(text[at:])
    used = [o for o in ORIGINS if any(c["origin"] == o for c in clauses)]
    legend = "".join(f'<b class="{o}">{escape(ORIGINS[o])}</b>' for o in used)
    negative = take.track.settings.get("negative_prompt") or ""
    return (
        f'<p class="prompt">{shown}</p>'
        + (f'<p class="legend">{legend}</p>' if written.clauses else "")
        + (_paragraph("legend", f"Not wanted: {negative}") if negative else "")
    )


def _difference(desk: Desk, track: Track) -> tuple[str, str]:
    """What differs from the track it came from, or from the model's defaults where it came from none."""
    spec = RenderRequest.model_validate(track.request).spec
    labels = {s.id: s.label for s in spec.settings}
    before, title = {s.id: s.default for s in spec.settings}, "Changed from the defaults"
    if track.parent:
        try:
            parent = desk.workspace.store.track(track.parent)
            before, title = parent.settings, f"Changed from {parent.name}"
        except InputError:
            title = "Changed from the defaults (the render it came from was deleted)"
    rows = [
        [labels.get(name, name), _shown(before.get(name)), _shown(value)]
        for name, value in track.settings.items()
        if name not in PROMPTS and _shown(before.get(name)) != _shown(value)
    ]
    return title, _table(("Setting", "Before", "Now"), rows) if rows else "<p>Nothing but the prompt and the range.</p>"


def _info(take: Take) -> str:
    clip, result, request = take.source.clip, take.result, take.request
    kind = "constant" if clip.constant_rate else "variable"
    approval = request.approval
    yes = f"{approval.who}, {approval.when}, for {approval.frames} frames" if approval else "none was due"
    if approval and approval.test_waived:
        yes += ", without a test"
    facts = {
        "Track": take.track.id,
        "Model": f"{request.spec.label} ({request.spec.id}), {request.spec.profile}",
        "Source": clip.path,
        "Source sha256": clip.sha256,
        "Footage": f"{clip.frames} frames, {clip.width} x {clip.height}, {clip.rate} fps, {kind}, {clip.bit_depth} bit",
        "Frames of the source": f"{request.source_range.start} to {request.source_range.stop - 1}",
        "Output": f"{result.width} x {result.height}, {result.frames_out} frames",
        "Master sha256": result.master_sha256,
        "Settings hash": take.track.settings_hash,
        "Parent": take.track.parent or "none",
        "Read from": take.track.source_track or "the source",
        "Approved by": yes,
        "Delivered": result.delivered or "not by itself",
        "Proof": result.proof,
        "Notes": "; ".join(dict.fromkeys((*request.notes, *result.notes))) or "none",
    }
    coded = ("sha256", "hash", "Track", "Parent")
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{f'<code>{escape(said)}</code>' if name.endswith(coded) else escape(said)}</dd>"
        for name, said in facts.items()
    )
    return f"<dl>{rows}</dl>"


def _settings(track: Track) -> str:
    labels = {s["id"]: s["label"] for s in track.request["spec"]["settings"]}
    idle = {s["id"] for s in track.request["spec"]["settings"] if not s["effect"]}
    rows = "".join(
        f"<div{' class=idle' if name in idle else ''}><dt>{escape(labels.get(name, name))}"
        f"{' (no effect here)' if name in idle else ''}</dt><dd>{escape(_shown(value))}</dd></div>"
        for name, value in track.settings.items()
        if name not in PROMPTS
    )
    return f'<div class="settings"><dl>{rows}</dl></div>'


class _Markup(str):
    """HTML that is whole already; every other text is escaped."""

    __slots__ = ()


def _verdict(verdict: str) -> _Markup:
    return _Markup(f'<span class="{escape(verdict)}">{escape(VERDICTS.get(verdict, verdict))}</span>')


def _number(value: float) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _table(head: tuple[str, ...], rows: list[list[str]]) -> str:
    top = "".join(f"<th>{escape(h)}</th>" for h in head)
    cells = ("".join(f"<td>{c if isinstance(c, _Markup) else escape(c)}</td>" for c in row) for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{''.join(f'<tr>{c}</tr>' for c in cells)}</tbody></table>"


def _section(title: str, body: str) -> str:
    return f"<section><h3>{escape(title)}</h3>{body}</section>" if body else ""


def _paragraph(style: str, text: str) -> str:
    return f'<p class="{style}">{escape(text)}</p>'


def _shown(value: Any) -> str:
    match value:
        case None | "" | []:
            return "unset"
        case bool():
            return "on" if value else "off"
        case float() | int():
            return f"{value:g}" if isinstance(value, float) else str(value)
        case str():
            return value
    return json.dumps(value, ensure_ascii=False)
