"""`rushes doctor --gpu`: a known tiny clip through each model that is ready here, by the same commands as any."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from engine.errors import PrerequisiteError
from ui.terminal import Terminal

STORED = "doctor_gpu.json"
"""In the workspace: what the trials came to the first time, by model, profile and card."""
PROMPT = "A red wooden ball rolls over a green meadow under a clear sky, oil painting with thick strokes."
TRIALS = {
    "transform": ("--prompt", PROMPT),
    "style_transfer": ("--prompt", PROMPT),
    "character": ("--prompt", PROMPT, "--reference", "{picture}"),
}
"""Models that can be tried without a mask, and what each is told."""


def run(
    workspace: Path, report: dict[str, Any], terminal: Terminal, profiles: tuple[str, ...] = ("draft", "final")
) -> bool:
    """Try every ready model of these profiles and add what came of it to the report; False where one is not right.

    PrerequisiteError where there is no card with CUDA, or no model is ready.
    """
    card = report["machine"]["gpu"]
    if not card and profiles != ("preview",):
        raise PrerequisiteError("No NVIDIA card with CUDA is in this machine, so no model was tried on one.")
    ready = [
        (profile, model)
        for profile in profiles
        for model, told in report["profiles"][profile]["models"].items()
        if told["ready"] and model in TRIALS
    ]
    if not ready:
        raise PrerequisiteError("No model that could be tried on this card is ready.", report["next"]["command"])
    report["trials"] = {}
    kept = _kept(workspace)
    for profile, model in ready:
        name = f"{model} in {profile} on {card or 'the processor'}"
        terminal.progress(f"trying {name}", 0.0)
        told = trial(model, profile, kept.get(name))
        terminal.progress_end()
        report["trials"][name] = told
        if told["ok"] and name not in kept and "measures" in told:
            kept[name] = {"measures": told["measures"], "seconds_per_frame": told["seconds_per_frame"]}
        terminal.say(f"{'trial':10} {name}: {'right' if told['ok'] else 'NOT RIGHT'}; {'; '.join(told['said'])}")
    part = workspace / f".{STORED}"
    part.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    part.replace(workspace / STORED)
    return all(told["ok"] for told in report["trials"].values())


def trial(model: str, profile: str, stored: dict[str, Any] | None) -> dict[str, Any]:
    """One model over the known clip in a workspace of its own: `ok`, `said`, and of a render its measures and pace."""
    from engine.doctor_trial import verdict, write_clip

    with tempfile.TemporaryDirectory(prefix="rushes-trial-", ignore_cleanup_errors=True) as folder:
        space = Path(folder)
        pattern = write_clip(space / "clip")
        picture = str(pattern).replace("%04d", "0000")
        told = [word.format(picture=picture) for word in TRIALS[model]]
        imported = _rushes(space, "import", str(pattern), "--project", "trial", "--whole", "--rate", "24/1")
        if isinstance(imported, str):
            return {"ok": False, "said": [imported]}
        asked = ["render", "trial/010", "--model", model, "--profile", profile, "--seed", "7", "--yes"]
        made = _rushes(space, *asked, *told)
        if isinstance(made, str):
            return {"ok": False, "said": [made]}
        found = verdict(made, stored)
        pace = made["seconds_per_frame"]
        said = [*found.said, f"{pace:.2f} s a frame"]
        return {"ok": found.ok, "said": said, "measures": made["measures"], "seconds_per_frame": pace}


def _kept(workspace: Path) -> dict[str, Any]:
    try:
        return json.loads((workspace / STORED).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def _rushes(space: Path, *words: str) -> dict[str, Any] | str:
    """A command of ours in a process of its own: its JSON, or the sentence that it ended with."""
    command = [sys.executable, "-m", "ui.cli", *words, "--workspace", str(space / "workspace"), "--json"]
    environment = {**os.environ, "RUSHES_WORKER_IDLE_S": "5"}
    ended = subprocess.run(
        command, cwd=Path(__file__).parents[1], env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        return (ended.stderr.strip().splitlines() or [f"it ended with exit code {ended.returncode}"])[-1]
    return json.loads(ended.stdout)
