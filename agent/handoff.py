"""A folder for a provider's model, which Rushes never runs: prompt, the shot as the model takes it, pictures, risks."""

import json
import shutil
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from pathlib import Path
from typing import Any, NamedTuple

from agent.desk import Desk
from agent.disk import writing
from agent.images import Named, image
from agent.names import nearest
from agent.project import Shot
from engine.clip import Clip
from engine.errors import InputError
from knowledge import rewrite
from knowledge.catalog import catalog
from knowledge.rows import ClosedModel

KEEP_TIME = "Keep the timing, the framing and the camera move."
"""What no provider's model keeps unless it is told, and Rushes needs to match what comes back."""


class Piece(NamedTuple):
    """One clip of the hand-off."""

    file: str
    start: int
    """First frame, relative to the shot."""
    stop: int
    """One past the last."""
    step: int = 1
    """One frame in so many is there."""

    @property
    def frames(self) -> range:
        return range(self.start, self.stop, self.step)


class Plan(NamedTuple):
    """How a shot is cut for a model."""

    pieces: list[Piece]
    size: tuple[int, int]
    """Width and height of the clips."""
    rate: Fraction
    holds: dict[str, dict[str, Any]]
    """Risks that this cut brings, by their `when`, with what fills their sentences."""


class HandedOff(NamedTuple):
    """What stands in the folder."""

    path: Path
    model: ClosedModel
    prompt: str
    pieces: list[Piece]
    pictures: list[str]
    checklist: list[str]


def closed_model(name: str) -> ClosedModel:
    """The provider's model of that id or label; InputError with the nearest names for any other."""
    known = catalog().closed_models
    for row in known.values():
        if name.strip().casefold() in (row.id.casefold(), row.label.casefold()):
            return row
    raise InputError(f"There is no provider's model {name!r} to hand off to.{nearest(name, known)}")


def hand_off(desk: Desk, shot: Shot, model: ClosedModel, words: tuple[str, list[str]], overwrite: bool) -> HandedOff:
    """Write the folder, whole or not at all. `words`: the instruction, and names of pictures in order; what is not
    given is taken from what the shot was last given. Nothing leaves this machine."""
    from engine.media.files import landing

    clip = desk.workspace.store.source(shot.source).clip
    own = desk.workspace.deliver / shot.project / shot.name / f"handoff_{model.id}"
    target = desk.target(own, overwrite, "folder")
    instruction = words[0].strip() or _last_words(desk, shot)
    pictures = _pictures(desk, shot, model, words[1])
    plan = cut(clip, shot.frames, model)
    prompt = _prompt(instruction, shot, model, len(pictures))
    checklist = _checklist(model, plan, shot, (prompt, len(pictures)))
    with writing(target, "The hand-off"), landing(target) as part:
        part.mkdir(parents=True)
        names = _write_pictures(part, clip, shot, (model, pictures))
        _write_clips(part, clip, shot, plan)
        _write_texts(part, model, prompt, checklist)
        manifest = _manifest(clip, shot, model, plan) | {"prompt": prompt, "pictures": names}
        (part / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return HandedOff(target, model, prompt, plan.pieces, names, checklist)


def cut(clip: Clip, frames: int, model: ClosedModel) -> Plan:
    """How a shot of so many frames is cut: pieces of nearly one length, none longer than the model takes, at a size and
    a rate that it takes. Nothing is enlarged, and no frame is made."""
    holds: dict[str, dict[str, Any]] = {}
    step = 1
    if model.rates and clip.rate > model.rates[1]:
        step = ceil(clip.rate / Fraction(model.rates[1]))
        holds["stepped"] = {"most_rate": f"{model.rates[1]:g}", "step": step}
    rate = clip.rate / step
    handed = ceil(frames / step)
    count = 1
    if model.seconds:
        least, most = model.seconds
        count = ceil(handed / max(1, floor(Fraction(most) * rate)))
        if count > 1:
            holds["pieces"] = {"most": f"{most:g}", "pieces": count}
        if handed < least * rate:
            holds["short"] = {"least": f"{least:g}"}
    edges = [handed * place // count * step for place in range(count)] + [frames]
    pieces = [
        Piece(shot_file(number, count), start, stop, step)
        for number, (start, stop) in enumerate(pairwise(edges), start=1)
    ]
    if not clip.constant_rate:
        holds["varying"] = {}
    return Plan(pieces if model.footage else [], _size(clip, model, holds), rate, holds)


def shot_file(number: int, count: int) -> str:
    """Name of a clip of the hand-off."""
    return "shot.mp4" if count == 1 else f"shot_{number:02d}.mp4"


def _size(clip: Clip, model: ClosedModel, holds: dict[str, dict[str, Any]]) -> tuple[int, int]:
    largest = model.sides[-1] if model.sides else min(clip.width, clip.height)
    scale = min(Fraction(1), Fraction(largest, min(clip.width, clip.height)))
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (clip.width, clip.height))
    if scale < 1:
        holds["smaller"] = {"width": width, "height": height, "side": largest}
    elif (width, height) != (clip.width, clip.height):
        holds["even"] = {"width": width, "height": height}
    return width, height


def _last_words(desk: Desk, shot: Shot) -> str:
    """The prompt of the newest still or render of the shot that has one; empty where none has."""
    store = desk.workspace.store
    stills = [still for still in store.stills(shot.id) if still.state == "done"]
    said = [still.request["values"].get("prompt") or "" for still in reversed(stills)]
    said += [track.settings.get("prompt") or "" for track in reversed(store.tracks(shot.id)) if track.state == "done"]
    return next((text for text in said if text.strip()), "")


def _pictures(desk: Desk, shot: Shot, model: ClosedModel, names: list[str]) -> list[Named]:
    if len(names) > model.images:
        raise InputError(f"{model.label} takes {model.images or 'no'} pictures, not {len(names)}: leave some out.")
    if not names and model.images:
        names = [still.id for still in desk.workspace.store.stills(shot.id) if still.state == "done"][-1:]
    return [image(desk, name) for name in names]


def _prompt(instruction: str, shot: Shot, model: ClosedModel, pictures: int) -> str:
    """The order as the model reads it: what changes, what stays, and what its tags name."""
    if not instruction:
        return ""
    sentences = [rewrite.rewrite(instruction, shot.caption, model.id).prompt]
    tags = list(dict.fromkeys(model.image_tag.format(n=n) for n in range(1, pictures + 1) if model.image_tag))
    named = [f"{model.video_tag} is the source"] if model.video_tag and model.footage else []
    named += [f"{tag} is {'the reference' if len(tags) == 1 else f'reference {n}'}" for n, tag in enumerate(tags, 1)]
    if named:
        sentences.append(f"{', '.join(named)}.")
    if model.footage:
        sentences.append(KEEP_TIME)
    return " ".join(sentence for sentence in sentences if sentence)


def _checklist(model: ClosedModel, plan: Plan, shot: Shot, given: tuple[str, int]) -> list[str]:
    prompt, pictures = given
    holds: dict[str, dict[str, Any]] = {"always": {"shot": shot.title}, **(plan.holds if model.footage else {})}
    if model.local:
        holds["local"] = {"local": catalog().models[model.local].label}
    if model.needs_image and not pictures and model.footage:
        holds["no_image"] = {}
    if not prompt:
        holds["no_words"] = {}
    elif model.prompt == "empty":
        holds["empty"] = {}
    common = [risk.text.format(**holds[risk.when]) for risk in catalog().risks.values() if risk.when in holds]
    return [f"It takes: {model.inputs}.", *model.risks, *common]


def _write_pictures(part: Path, clip: Clip, shot: Shot, what: tuple[ClosedModel, list[Named]]) -> list[str]:
    """Pictures numbered as the prompt names them; a model without footage starts and ends with the shot's own."""
    from engine import media

    model, pictures = what
    names = []
    for number, picture in enumerate(pictures, start=1):
        names.append(f"image{number}{Path(picture.ref.path).suffix.lower()}")
        shutil.copyfile(picture.ref.path, part / names[-1])
    if not model.footage:
        free = model.images - len(pictures)
        for name, at in (("start.png", shot.start), ("end.png", shot.stop - 1))[:free] if not pictures else ():
            names.append(name)
            media.write_image(part / name, next(iter(media.frames(clip, at, at + 1))))
    return names


def _write_clips(part: Path, clip: Clip, shot: Shot, plan: Plan) -> None:
    from engine import media
    from engine.media.encode import even_clock, recipe
    from engine.media.film import Film, write_film

    media.check_unchanged(clip)
    for piece in plan.pieces:
        frames = media.frames(clip, shot.start + piece.start, shot.start + piece.stop)
        taken = (frame for number, frame in enumerate(frames) if number % piece.step == 0)
        film = Film(recipe("mp4", True, False), plan.size, even_clock(plan.rate, len(piece.frames)))
        file = part / piece.file
        write_film(file, file, film, (media.resize(frame, *plan.size) for frame in taken))


def _write_texts(part: Path, model: ClosedModel, prompt: str, checklist: list[str]) -> None:
    first = "" if model.prompt == "empty" else prompt
    (part / "prompt.txt").write_text(f"{first}\n" if first else "", "utf-8")
    if prompt and not first:
        (part / "prompt_second_try.txt").write_text(f"{prompt}\n", "utf-8")
    lines = "".join(f"- [ ] {line}\n" for line in checklist)
    (part / "checklist.md").write_text(f"# Before and after {model.label}\n\n{lines}", "utf-8")


def _manifest(clip: Clip, shot: Shot, model: ClosedModel, plan: Plan) -> dict[str, Any]:
    """What each file holds, by frames of the shot and of the source: half-open, from 0, one frame in `step`."""
    return {
        "for": model.id,
        "shot": shot.title,
        "shot_frames": shot.frames,
        "source": Path(clip.path).name,
        "source_sha256": clip.sha256,
        "rate": f"{plan.rate.numerator}/{plan.rate.denominator}",
        "width": plan.size[0],
        "height": plan.size[1],
        "sent_anywhere": False,
        "pieces": [
            {
                "file": piece.file,
                "frames": len(piece.frames),
                "shot": [piece.start, piece.stop],
                "source": [shot.start + piece.start, shot.start + piece.stop],
                "step": piece.step,
            }
            for piece in plan.pieces
        ],
    }
