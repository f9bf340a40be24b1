"""A take in words and figures, as HTML: what it is, what was set, what was measured and how it is judged."""

from typing import TYPE_CHECKING, Any

from engine.errors import InputError
from ui.terminal import duration
from ui.web.markup import text

if TYPE_CHECKING:
    from agent.project import Still, Track
    from agent.workspace import Workspace

SIGNS = {"fault": "▲", "watch": "◐", "good": "●"}
"""Beside the word, so that a verdict never hangs on colour; the worst first."""
EMPTY = (
    "<p class='none'>Nothing is rendered of this shot yet. Say what it should become, or set it under Settings and "
    "test it.</p>"
)


def sheet(workspace: "Workspace", take_id: str) -> str:
    """The sheet of a render or still by id; a word of what to do where there is none."""
    if not take_id:
        return EMPTY
    if take_id.startswith("still_"):
        return _still(workspace, workspace.store.still(take_id))
    return _track(workspace, workspace.store.track(take_id))


def _still(workspace: "Workspace", still: "Still") -> str:
    spec, result = still.request["spec"], still.result or {}
    size = f"{result.get('width')}x{result.get('height')}"
    facts = f"Frame {still.frame} of the shot, {size}, made in {duration(result.get('seconds', 0))}"
    head = _head("Still", spec["profile"], facts)
    return head + _settings(_changed(workspace, spec, still.request["values"])) + _notes(result.get("notes", ()))


def _track(workspace: "Workspace", track: "Track") -> str:
    from knowledge import measures

    result = track.result or {}
    counted = f"{result.get('frames_in')} frames in, {result.get('frames_out')} out"
    place = f"Frames {track.range.start}–{track.range.stop - 1} of the shot"
    facts = f"{counted}, in {duration(result.get('seconds', 0))}\n{place}, {result.get('width')}x{result.get('height')}"
    words = f"<p class='sum'>{text(measures.summary(track.measures))}</p>" if track.measures else ""
    changed = {k: v for k, v in track.changed.items() if v not in (None, "", [])}
    notes = list(dict.fromkeys([*track.request.get("notes", ()), *result.get("notes", ())]))
    head = _head(track.name, track.profile, facts)
    return (
        head
        + words
        + _measured(track.measures)
        + _settings(_named(workspace, track.request["spec"], changed))
        + _notes(notes)
    )


def _head(name: str, profile: str, facts: str) -> str:
    return f"<h3>{text(name)} <span class='badge'>{text(profile)}</span></h3><p class='facts'>{text(facts)}</p>"


def _measured(judged: dict[str, Any]) -> str:
    if not judged:
        return ""
    stands = [(name, m) for verdict in SIGNS for name, m in judged.items() if m["verdict"] == verdict]
    rows = [
        f"<tr><th scope='row'>{text(_label(name))}</th><td class='num'>{text(_value(m))}</td>"
        f"<td class='dim'>{text(m.get('threshold', ''))}</td>"
        f"<td class='{m['verdict']}'>{SIGNS[m['verdict']]} {m['verdict']}</td></tr>"
        for name, m in stands
    ]
    table = (
        "<table><thead><tr><th>measure</th><th class='num'>value</th><th>good</th><th>verdict</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    absent = [f"{_label(name)}: {m.get('why', '')}" for name, m in judged.items() if m["verdict"] not in SIGNS]
    if not absent:
        return table
    listed = "".join(f"<li>{text(line)}</li>" for line in absent)
    return f"{table}<details><summary>Not measured ({len(absent)})</summary><ul>{listed}</ul></details>"


def _label(measure: str) -> str:
    from knowledge import catalog

    known = catalog().measures
    return known[measure].label if measure in known else measure


def _settings(rows: list[tuple[str, str]]) -> str:
    if not rows:
        return "<h4>Settings</h4><p class='none'>All at their defaults.</p>"
    shown = "".join(f"<dt>{text(label)}</dt><dd>{text(value)}</dd>" for label, value in rows)
    return f"<h4>Changed settings</h4><dl>{shown}</dl>"


def _notes(notes: Any) -> str:
    return f"<ul class='notes'>{''.join(f'<li>{text(n)}</li>' for n in notes)}</ul>" if notes else ""


def _changed(workspace: "Workspace", spec: dict[str, Any], values: dict[str, Any]) -> list[tuple[str, str]]:
    defaults = {s["id"]: s.get("default") for s in spec["settings"]}
    return _named(workspace, spec, {k: v for k, v in values.items() if v not in (None, "", [], defaults.get(k))})


def _named(workspace: "Workspace", spec: dict[str, Any], values: dict[str, Any]) -> list[tuple[str, str]]:
    known = {s["id"]: s for s in spec["settings"]}
    rows = []
    for name, value in values.items():
        setting = known.get(name, {})
        idle = "" if setting.get("effect", True) else " (no effect here)"
        rows.append((setting.get("label", name), f"{_word(workspace, value)}{_unit(setting)}{idle}"))
    return rows


def _word(workspace: "Workspace", value: Any) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case list() | tuple():
            return ", ".join(_word(workspace, v) for v in value)
        case dict():
            return ", ".join(f"{k} {_word(workspace, v)}" for k, v in value.items())
        case str() if value.startswith(("still_", "track_")):
            return _made(workspace, value)
    return str(value)


def _made(workspace: "Workspace", asset: str) -> str:
    """What an artist calls a still or a render; its id where it is gone."""
    try:
        if asset.startswith("still_"):
            return f"the still of frame {workspace.store.still(asset).frame}"
        return workspace.store.track(asset).name
    except InputError:
        return asset


def _unit(setting: dict[str, Any]) -> str:
    return f" {setting['unit']}" if setting.get("unit") else ""


def _value(measure: dict[str, Any]) -> str:
    value, unit = measure["value"], measure.get("unit", "")
    shown = f"{value:.3g}" if isinstance(value, float) else f"{value}"
    return f"{shown}{'' if unit in ('x', '%') else ' '}{unit}".strip()
