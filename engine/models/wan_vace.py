"""Wan VACE: a chunk of frames made anew under a control map, inside a mask, near its source or beside references.

One class for Transform, Style Transfer, Inpaint and Clean Plate: which of these a render is shows in its settings. A
chunk goes: frames to a canvas (`_told`), what is told to latents (`vace_stream`), noise to latents
(`sampling.denoise`), latents to frames, their colours and the hand-over from the chunk before (`vace_finish`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from engine import footage, media, weights
from engine.controls import make
from engine.controls.of_render import SourceFrames, job_of
from engine.errors import PrerequisiteError, RenderError, SettingError
from engine.interpolation.spread import spread_for
from engine.keys.asked import check, numbered
from engine.masks.track import RenderMask
from engine.memory_layout import plan_for
from engine.models import Before, Piece
from engine.models.vace_experts import Experts
from engine.models.vace_finish import Finish
from engine.models.vace_stream import GREY, Stream, Streams, Told, as_video, group, kept_masks, read_at
from engine.request import ImageRef, RenderRequest
from engine.sampling import guidance, latents
from engine.sampling.canvas import canvas_for, centred
from engine.sampling.denoise import Course, denoise
from engine.sampling.loras import wear
from engine.sampling.noise import noise
from engine.sampling.parts import parts_for
from engine.sampling.prompts import prompts_for
from engine.sampling.sigmas import NEUTRAL_DETAIL, start_for
from engine.threads import threads

EXPERTS = ("transformer", "transformer_2")
"""Components that take the steps: one for all, or one for much noise and one for little."""
NEAR_SOURCE = "softedge"
"""Map that holds a render which has an input strength and no choice of map: outlines carry lips and expression."""
REFERENCES = ("reference_images", "style_frame")
"""Settings whose pictures stand in front of the frames."""
ENCODED, DENOISED = 0.06, 0.92
"""Shares of a chunk's time by which it is encoded, and denoised."""
FAST = "_fast"
"""In the name of the weights that are few-step LoRAs of a model, one an expert."""
VIVID = 0.2
"""Difference of the channels from which a place of a map shows a skeleton."""
HARD = 0.5
"""From here on a mask's pixel is painted. What is softer is the composite's."""


class WanVace:
    """Makes the frames of a chunk together; told by `begin` how it lies in the shot, it goes on from the one before."""

    stateful = False
    trust: list[float]

    def __init__(self, request: RenderRequest) -> None:
        torch.set_num_threads(threads())
        check(request)
        self._request = request
        acting = [s.id for s in request.spec.under(request.values).settings if s.effect]
        self._values: dict[str, Any] = {name: request.values.get(name) for name in acting}
        self._canvas = canvas_for(footage.size(request), self._values["output_size_px"])
        self.size = self._canvas.size
        """Width and height of the frames that `render` yields."""
        self.trust = []
        self.report: Callable[[float], None] = lambda _: None
        self._parts = parts_for(request.spec)
        self._plan = plan_for(request)
        words = self._read()  # before the transformers come: the encoder is as large as a small one
        self._dress()
        vae = self._parts.get("vae")
        vae.use_tiling = bool(self._plan and self._plan.tiles)
        self._streams = Streams(vae, self._parts.dtype)
        transformers = [self._parts.get(name) for name in self._parts.names(EXPERTS)]
        boundary = self._parts.told("boundary_ratio")
        self._experts = Experts(transformers, boundary, words, self._values["prompt_influence"])
        self._mask = RenderMask(request, footage.size(request)) if request.mask_folder else None
        self._references = [self._picture(image.path) for name in REFERENCES for image in self._images(name)]
        self._keys = {given.frame - request.range.start: given.image for given in numbered(request)}
        filled = set(spread_for(request.spec, request.values, len(request.range)).filled())
        if lost := sorted(filled & self._keys.keys()):
            number = lost[0] + request.range.start
            raise SettingError([f"Key frame {number} lies where interpolation fills in: turn interpolation off."])
        self._finish = Finish(self._references, self._values)
        self._order: list[int] = []
        self._piece = Piece(request.range.start, 0, ())

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences the artist should see."""
        return self._finish.notes

    def look(self) -> Iterator[None]:
        """Make the control map of the range, where one holds this render and none lies there yet."""
        if self._map_kind():
            make(job_of(self._mapped()), SourceFrames(self._request), lambda *_: self.report(0.0))
        yield

    def stand(self, frames: Sequence[int]) -> None:
        """The frames of the range that the next `render` will be fed."""
        self._order = list(frames)

    def begin(self, piece: Piece) -> None:
        """How the chunk that the next `render` is fed lies in the shot."""
        self._piece = piece

    def close(self) -> None:
        """The map stays: it is shown beside the render."""

    def render(self, frames: Iterable[np.ndarray], before: Before | None) -> Iterator[np.ndarray]:  # noqa: ARG002
        """As many frames as come in, float32 `(h, w, 3)` in [0, 1], at `size`."""
        source = np.stack([self._canvas.lay(frame) for frame in frames])
        try:
            told = self._told(source)
            made = self._made(told, source)
        except torch.OutOfMemoryError as error:
            raise PrerequisiteError(
                f"{len(source)} frames of {self.size[0]}x{self.size[1]} do not fit this card's memory: lower"
                " output_size_px or context_frames."
            ) from error
        painted = None if self._mask is None else [self._canvas.cut(plane) for plane in told.paint]
        yield from self._finish.finished([self._canvas.cut(frame) for frame in made], self._piece, painted)

    @torch.no_grad()
    def _made(self, told: Told, source: np.ndarray) -> np.ndarray:
        """The frames of a chunk from those of its source, both float32 `(frames, h, w, 3)` on the canvas."""
        vae = self._parts.get("vae")
        self.report(0.0)
        stream = self._streams.of(told)
        course = Course(
            steps=self._values["steps"],
            shift=self._values["shift"],
            start=start_for(self._values.get("video_input_strength") or 0.0),
            detail_percent=self._values.get("level_of_detail_percent", NEUTRAL_DETAIL),
            references=stream.references,
        )
        started = self._noise(stream)
        if course.start < 1:
            below = latents.encoded(vae, as_video(source, vae.device))
            first = stream.references
            started[:, :, first:] = course.level * started[:, :, first:] + (1 - course.level) * below
        made = denoise(
            started,
            self._parts.scheduler(course.shift),
            course,
            partial(self._experts.predicted, stream),
            lambda share: self.report(ENCODED + share * (DENOISED - ENCODED)),
        )
        self.report(DENOISED)
        frames = latents.decoded(vae, made[:, :, stream.references :])
        if not np.isfinite(frames).all():
            raise RenderError(
                "The frames that were decoded hold something that is no number: run `rushes weights check`."
            )
        return frames

    def _noise(self, stream: Stream) -> torch.Tensor:
        """Where each latent starts; a reference's noise is the same in every chunk."""
        total = stream.control.shape[2] - stream.references
        first = self._piece.first // latents.TIME
        names = [f"reference {at}" for at in range(stream.references)] + [first + at for at in range(total)]
        plane = (self._experts.channels, *stream.control.shape[3:])
        return noise(self._request.seed, names, plane).to(self._parts.device)

    def _told(self, source: np.ndarray) -> Told:
        """What the model is told of a chunk: mask and map, what it goes on from, key frames, references."""
        frames = len(source)
        order = self._order or list(range(frames))
        shown = np.full_like(source, GREY)
        strength = np.ones((latents.count(frames), source.shape[1] // 16, source.shape[2] // 16), np.float32)
        if self._map_kind():
            shown = self._read_along(order, Path(job_of(self._mapped()).folder))
            strength *= self._strengths(shown)
        paint = np.ones(source.shape[:3], bool)
        if self._mask is not None:
            planes = {n: self._canvas.lay(next(self._mask.frames(n, n + 1))) for n in set(order)}
            paint = np.stack([planes[n] for n in order]) > HARD
            shown = np.where(paint[..., None], shown, source)
        carried = [self._canvas.lay(frame) for frame in self._piece.carried]
        black = min(kept_masks(len(carried)), frames)
        for at in range(black):  # a lone carried frame is shown twice: its latent reads the mask behind it
            shown[at], paint[at] = carried[min(at, len(carried) - 1)], False
        strength[: -(-black // latents.TIME)] = 1.0
        for at, number in enumerate(order):
            if number in self._keys and at >= self._piece.lead + len(carried):
                latent, held = group(at)
                for frame in {*held, read_at(latent, frames)}:
                    shown[frame], paint[frame] = self._key(number), False
                strength[latent] = 1.0
        references = [*self._references, *self._piece.carried[-1:]] if self._follows() else self._references
        return Told(shown, paint, tuple(centred(p, self._canvas.whole) for p in references), strength)

    def _map_kind(self) -> str:
        """The control map that holds this render; empty where none does, or it would count nothing."""
        if self._values.get("video_input_strength"):
            return NEAR_SOURCE
        kind = self._values.get("controlnet_type") or ""
        return kind if any(self._holds(kind)) else ""

    def _holds(self, kind: str) -> tuple[float, float]:
        """How much a map counts: all of it, and where a skeleton is drawn in it."""
        strength = self._values.get("controlnet_strength") or self._values.get("video_input_strength") or 0.0
        return strength, (self._values.get("controlnet_pose_strength") or 0.0) if kind == "depth_pose" else strength

    def _mapped(self) -> RenderRequest:
        """The request as the maker of its map reads it."""
        chosen = {"controlnet_type": self._map_kind(), "controlnet_size_px": max(self._canvas.size)}
        return self._request.model_copy(update={"values": chosen | {k: v for k, v in self._values.items() if v}})

    def _strengths(self, shown: np.ndarray) -> np.ndarray:
        """How much the map counts in each latent and at each of its places, `(latents, h / 16, w / 16)`."""
        plain, pose = self._holds(self._map_kind())
        blocks = (shown.max(axis=3) - shown.min(axis=3) > VIVID).reshape(
            len(shown), shown.shape[1] // 16, 16, shown.shape[2] // 16, 16
        )
        drawn = blocks.any(axis=(2, 4)).astype(np.uint8)
        near = np.stack([cv2.dilate(plane, np.ones((3, 3), np.uint8)) for plane in drawn])
        near = np.stack([near[group(4 * at)[1]].max(axis=0) for at in range(latents.count(len(shown)))])
        return np.where(near > 0, pose, plain).astype(np.float32)

    def _read_along(self, order: Sequence[int], folder: Path) -> np.ndarray:
        """The frames of a track of this range at these numbers, on the canvas."""
        start, stop = min(order), max(order) + 1
        read = enumerate(media.master_frames(folder, start, stop), start=start)
        laid = {number: self._canvas.lay(media.to_float(frame)) for number, frame in read}
        return np.stack([laid[number] for number in order])

    def _follows(self) -> bool:
        """Whether the frame a chunk goes on from joins its references."""
        return bool(self._values.get("dynamic_reference") and self._piece.carried)

    def _key(self, number: int) -> np.ndarray:
        return self._canvas.lay(self._picture(self._keys[number].path))

    def _picture(self, path: str) -> np.ndarray:
        return media.to_float(media.read_image(path))

    def _images(self, name: str) -> tuple[ImageRef, ...]:
        return self._request.images.get(name, ()) if name in self._values else ()

    def _read(self) -> list[torch.Tensor]:
        """The prompt, and what the second pass reads where a step takes two."""
        influence = self._values["prompt_influence"]
        unwanted = self._values.get("negative_prompt") or "" if guidance.counts_unwanted(influence) else ""
        texts = [self._values["prompt"] or ""] + ([unwanted] if guidance.takes_two(influence) else [])
        prompts = prompts_for(self._parts)
        if self._plan and not self._plan.keeps_text_encoder and not prompts.know(texts):
            for expert in self._parts.names(EXPERTS):  # both at once do not fit the card
                self._parts.free(expert)
        return prompts.read(*texts)

    def _dress(self) -> None:
        """Bring the transformers over, with the LoRAs this render asks for; warm ones may carry another's."""
        names = [name for name in self._request.spec.weights if FAST in name]
        weight = self._values.get("accelerator", 1.0 if names else 0.0)
        if weight and not names:
            label = self._request.spec.label
            raise PrerequisiteError(f"{label} has no few-step LoRA in this profile: set accelerator to 0.")
        files = [weights.path(name) for name in names] if weight else []
        worn = (*map(str, files), *(lora.sha256 for lora in self._request.loras))
        parts, experts = self._parts, self._parts.names(EXPERTS)
        for expert in experts:
            parts.open(expert, worn, self._plan)
        parts.accelerate(experts, files, weight)
        wear([parts.waiting(expert) for expert in experts], self._request.loras, weight)
        if self._plan:
            for expert in experts:
                parts.lay(expert, self._plan)


class VacePlate(WanVace):
    """The same inside a mask of what is to go: the place as it would be without it."""

    takes_out = True
    """Nothing of the subject is left that could be measured against the source's."""

    def __init__(self, request: RenderRequest) -> None:
        if not request.mask_folder:
            raise SettingError(["Clean Plate needs a mask of what is to go: give mask_track or masking_prompt."])
        super().__init__(request)
