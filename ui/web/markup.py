"""The page's own pieces as HTML: values in, markup out. What reacts to a click carries `data-act`.

Every word from outside goes through `text`: Gradio fills these pieces into a template, so braces and dollars are
written as entities, as the angle brackets are.
"""

from html import escape
from itertools import groupby
from typing import Any

SIGNS = {
    "queued": "○",
    "running": "◔",
    "stopping": "◔",
    "done": "●",
    "failed": "▲",
    "cancelled": "–",
}
"""Beside the word of a job's state, so that it never hangs on colour."""

LINT_SIGNS = {"fault": "▲", "note": "○", "fine": "●"}
"""Before each line under a prompt, for the same reason."""

CLICKS = """
element.addEventListener('click', (event) => {
  const hit = event.target.closest('[data-act]');
  if (hit && !hit.disabled) trigger('select', { ...hit.dataset });
});
"""
"""Tells Python which piece was clicked."""

ARROWS = """
element.addEventListener('keydown', (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const slots = [...element.querySelectorAll('[data-act]')];
  const next = slots[slots.indexOf(document.activeElement) + step];
  if (!step || !next) return;
  event.preventDefault(); next.focus(); next.click();
});
"""
"""Left and right walk through the shots."""


HINT = "Space plays, the arrow keys step one frame, the line on the picture wipes."
"""What stands where no job is told of."""


def text(words: object) -> str:
    """Words from outside, safe in the markup and in Gradio's template."""
    return escape(str(words)).replace("{", "&#123;").replace("}", "&#125;").replace("$", "&#36;")


def brand(brain: str) -> str:
    """The head of the page: the name, and which brain speaks."""
    told = "rules, no model, nothing leaves this machine" if brain == "rules" else "a language model plans and writes"
    return (
        "<h1>Rushes</h1>"
        f"<p class='brain' title='{text(told)}'><span class='badge'>brain: {text(brain)}</span> {text(told)}</p>"
    )


def bar(asked: dict[str, Any], choices: list[str]) -> str:
    """The approve bar: a render that waits for a yes, or the answers proposed to an open question."""
    if asked:
        rows = "".join(f"<dt>{text(label)}</dt><dd>{text(value)}</dd>" for label, value in asked["rows"])
        return (
            "<section class='ask' role='group' aria-label='Approval'>"
            f"<div role='status' aria-live='assertive'><h3>{text(asked['title'])}</h3>"
            f"<p>{text(asked['because'])}</p></div>"
            f"<dl>{rows}</dl><div class='answers'>"
            f"<button class='primary' id='yes' data-act='yes' data-id='{text(asked['id'])}'>Approve and render</button>"
            f"<button id='no' data-act='no' data-id='{text(asked['id'])}'>Not now</button></div></section>"
        )
    if choices:
        buttons = "".join(
            f"<button data-act='say' data-text='{text(c)}'{' class=primary' if n == 0 else ''}>{text(c)}</button>"
            for n, c in enumerate(choices)
        )
        return f"<div class='choices' role='group' aria-label='Proposed answers'>{buttons}</div>"
    return "<div role='status' aria-live='assertive'></div>"


def strip(slots: list[dict[str, Any]]) -> str:
    """The shots in film order, as wide as they are long."""
    if not slots:
        return ""
    return f"<div class='slots' role='listbox' aria-label='Shots'>{''.join(map(_slot, slots))}</div>"


def _slot(slot: dict[str, Any]) -> str:
    chosen = slot["chosen"]
    at = slot["frames"] / 2 / slot["rate"]
    # The middle of the shot stands for it; a media fragment makes the browser fetch no more than that.
    film = f"<video src='{slot['proxy']}#t={at:.3f}' preload='metadata' muted playsinline tabindex='-1'></video>"
    made = "rendered whole" if slot["whole"] else "rendered in part" if slot["renders"] else "not rendered"
    sign = "●" if slot["whole"] else "◐" if slot["renders"] else ""
    about = f"Shot {slot['name']}, {slot['frames']} frames, begins with {slot['transition']}, {made}"
    return (
        f"<button class='slot{' chosen' if chosen else ''}' role='option' aria-selected='{str(chosen).lower()}' "
        f"data-act='shot' data-id='{text(slot['id'])}' title='{text(about)}' aria-label='{text(about)}' "
        f"style='flex-grow:{slot['frames']}'>"
        f"<span class='film' aria-hidden='true'>{film if slot['proxy'] else ''}</span>"
        f"<span class='name'><b>{text(slot['name'])}</b><small>{slot['frames']} f {sign}</small></span></button>"
    )


def progress(job: dict[str, Any], footage: bool) -> str:
    """The line of the job in hand, or a hint where there is footage to look at."""
    if not job:
        return f"<div class='line idle' role='status'>{HINT if footage else ''}</div>"
    shot = f" · shot {text(job['shot'].rpartition('/')[2])}" if job["shot"] else ""
    more = f" · {job['waiting']} more waiting" if job["waiting"] else ""
    if job["state"] == "queued":
        told = "waiting for the worker"
    else:
        told = f"frame {job['done']} of {job['frames']}" if job["frames"] else f"{job['done']} frames"
        told += f" · {text(job['left'])} (an estimate)" if job["left"] else ""
    percent = round(100 * job["done"] / job["frames"]) if job["frames"] else 0
    return (
        f"<div class='line' role='status'><span class='what'>{text(job['what'])}{shot}</span>"
        f"<span class='track' role='progressbar' aria-label='Progress' aria-valuenow='{percent}' aria-valuemin='0' "
        f"aria-valuemax='100'><span class='fill' style='width:{percent}%'></span></span>"
        f"<span class='told'>{told}{more}</span>{_stop(job)}</div>"
    )


def jobs(rows: list[dict[str, Any]]) -> str:
    """The newest jobs, each with what can be done about it."""
    if not rows:
        return "<p class='none'>No job yet. Whatever takes longer than a moment shows up here.</p>"
    return f"<ul class='jobs'>{''.join(map(_job, rows))}</ul>"


def _job(row: dict[str, Any]) -> str:
    count = f"{row['done']} / {row['frames']}" if row["frames"] else ""
    error = f"<p class='error'>{text(row['error'])}</p>" if row["error"] else ""
    fix = f"<p class='fix'>What mends it: <code>{text(row['fix'])}</code></p>" if row["fix"] else ""
    again = (
        f"<button data-act='resume' data-id='{text(row['id'])}'>Resume</button>"
        if row["state"] in ("failed", "cancelled")
        else ""
    )
    return (
        f"<li class='{row['state']}'><span class='state'>{SIGNS[row['state']]} {row['state']}</span>"
        f"<span class='what'>{text(row['what'])} <small>{text(row['shot'].rpartition('/')[2])}</small></span>"
        f"<span class='count'>{count}</span>{_stop(row)}{again}{error}{fix}</li>"
    )


def _stop(job: dict[str, Any]) -> str:
    if job["state"] not in ("running", "queued"):
        return ""
    return f"<button class='stop' data-act='cancel' data-id='{text(job['id'])}'>Cancel</button>"


def files(rows: list[dict[str, Any]]) -> str:
    """What was written: a link where the browser can take it, else the place."""
    if not rows:
        return "<p class='none'>No file yet. Export a render here, or say “EXR please” in the talk.</p>"
    shown = []
    for row in rows:
        link = f"<a href='{row['link']}' download>Download</a>" if row["link"] else "<span class='dim'>folder</span>"
        shown.append(f"<li><span>{text(row['label'])}</span>{link}<code>{text(row['path'])}</code></li>")
    return f"<ul class='files'>{''.join(shown)}</ul>"


def lint(faults: list[str], notes: list[str], words: int) -> str:
    """The lines under a prompt: what is wrong with it, what is worth knowing, or that it reads well."""
    if words and not faults and not notes:
        return _line("fine", f"Reads well: {words} words." if words > 1 else "Reads well: one word.")
    return "".join((*(_line("fault", fault) for fault in faults), *(_line("note", note) for note in notes)))


def _line(kind: str, words: str) -> str:
    return f"<p class='{kind}'><i aria-hidden='true'>{LINT_SIGNS[kind]}</i>{text(words)}</p>"


def clauses(pieces: list[dict[str, str]], origins: dict[str, str]) -> str:
    """The pieces of a prompt, each run of one origin labelled with it; nothing where all are the artist's own."""
    if all(piece["origin"] == "user" for piece in pieces):
        return ""
    runs = ((origin, list(run)) for origin, run in groupby(pieces, lambda piece: piece["origin"]))
    items = "".join(
        f"<li class='{text(origin)}'><small>{text(origins.get(origin, origin))}</small> "
        f"{text(', '.join(piece['text'] for piece in run))}</li>"
        for origin, run in runs
    )
    return f"<ul class='clauses' aria-live='off' aria-label='Where the words come from'>{items}</ul>"


def draft(title: str, prompt: str, pieces: str, lines: str) -> str:
    """A prompt that is offered: its words, its pieces, and what is to be said of it."""
    return (
        f"<section class='draft' aria-label='{text(title)}'><h4>{text(title)}</h4>"
        f"<p class='words'>{text(prompt)}</p>{pieces}{lines}</section>"
    )
