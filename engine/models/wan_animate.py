"""Wan Animate: whoever is in the shot replaced by the character of a picture, or that picture made to move like them.

A chunk goes: frames to what the model is told (`_told`: the place without the person, the body drawn, the face cut
out), that to latents segment by segment (`_segment`), noise to latents (`sampling.denoise`), latents to frames. Each
segment goes on from the last frames of the one before, a chunk's first from those that the chunk before handed on.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from PIL import Image

from engine import footage, media, weights
from engine.animate import face_crop, skeleton, watched
from engine.animate.drive import face_drives, relight
from engine.animate.light import brought_back
from engine.animate.segments import LONGEST, Segment, carried_for, segments
from engine.errors import InputError, PrerequisiteError, SettingError
from engine.masks.track import RenderMask
from engine.media.picture import to_eight
from engine.models import Before, Piece
from engine.models.animate_told import Told, known_of, on_black, squared
from engine.models.vace_finish import joined
from engine.models.vace_stream import as_video
from engine.request import RenderRequest
from engine.sampling import guidance, latents
from engine.sampling.canvas import canvas_for
from engine.sampling.denoise import Course, denoise
from engine.sampling.noise import noise
from engine.sampling.parts import parts_for
from engine.sampling.prompts import prompts_for
from engine.sampling.windows import Window
from engine.threads import threads

TRANSFORMER = "transformer"
FAST, LIGHT = "_fast", "_relight"
"""In the names of weights: the few-step LoRA, the relight LoRA."""
HARD = 0.5
"""From here on a mask's pixel is painted. What is softer is the composite's."""
FAR = (
    "Exposure and saturation of what was made are too far from the source's for color_correction to bring them back, so"
    " it was left out."
)
FINGERS = "Fingers are not followed, only arms, legs, feet and the face: hands come out as the model sees fit."
MADE = 0.95
"""Share of a chunk's time by which its segments are made."""


class WanAnimate:
    """Makes the frames of a chunk together; told by `begin` how it lies in the shot, it goes on from the one before."""

    stateful = False
    longest: ClassVar[int] = LONGEST
    """Frames of a segment at most."""

    def __init__(self, request: RenderRequest) -> None:
        torch.set_num_threads(threads())
        self._request = request
        acting = [s.id for s in request.spec.under(request.values).settings if s.effect]
        self._values: dict[str, Any] = {name: request.values.get(name) for name in acting}
        self._replaces = not self._values.get("use_image_background")
        self._canvas = canvas_for(footage.size(request), self._values["output_size_px"])
        self.size = self._canvas.size
        """Width and height of the frames that `render` yields."""
        self._mask = self._its_mask()
        self._character = self._picture()
        self.trust: list[float] = []
        self.notes: tuple[str, ...] = (FINGERS,)
        self.report: Callable[[float], None] = lambda _: None
        self._parts = parts_for(request.spec)
        self._dress()
        self._influence: float = self._values["prompt_influence"]
        self._words = self._read()
        self._carry = carried_for(self._values.get("overlap_frames") or 0)
        self._seen: watched.Watched | None = None
        self._order: list[int] = []
        self._piece = Piece(request.range.start, 0, ())

    def look(self) -> Iterator[None]:
        """Follow body and face over the whole range; yields at each frame. InputError where nobody is seen in it."""
        folder = Path(self._request.folder)
        self._seen = watched.kept(folder)
        if self._seen is None:
            watcher = watched.Watcher()
            start, stop = self._request.range.start, self._request.range.stop
            for frame in footage.frames(self._request, start, stop):
                watcher.see(media.to_float(frame))
                yield
            self._seen = watcher.finished()
            self._seen.save(folder)
        frames = len(self._seen.bodies)
        if self._seen.unseen == frames:
            raise InputError("Nobody is seen in this range, so there is no body to drive the character.")
        if self._seen.unseen:
            self.notes += (f"No body is seen on {self._seen.unseen} of {frames} frames: there nothing drives it.",)
        if self._seen.faceless:
            self.notes += (f"No face is seen on {self._seen.faceless} of {frames} frames: there the face is made up.",)

    def stand(self, frames: Sequence[int]) -> None:
        """The frames of the range that the next `render` will be fed."""
        self._order = list(frames)

    def begin(self, piece: Piece) -> None:
        """How the chunk that the next `render` is fed lies in the shot."""
        self._piece = piece

    def close(self) -> None:
        """What was seen stays beside the render: it is small."""

    def render(self, frames: Iterable[np.ndarray], before: Before | None) -> Iterator[np.ndarray]:  # noqa: ARG002
        """As many frames as come in, float32 `(h, w, 3)` in [0, 1], at `size`."""
        source, told = self._told(frames)
        try:
            made = [self._canvas.cut(frame) for frame in self._made(told)]
        except torch.OutOfMemoryError as error:
            raise PrerequisiteError(
                f"{len(source)} frames of {self.size[0]}x{self.size[1]} do not fit this card's memory: lower"
                " output_size_px."
            ) from error
        if self._values.get("color_correction"):
            fit = brought_back(made, [self._canvas.cut(frame) for frame in source])
            made = [fit.apply(frame).clip(0, 1) for frame in made] if fit else made
            self.notes = self.notes if fit or FAR in self.notes else (*self.notes, FAR)
        yield from joined(made, self._piece, self._values.get("overlap_frames") or 0)

    def _told(self, frames: Iterable[np.ndarray]) -> tuple[list[np.ndarray], Told]:
        """The source on the canvas, and what the model is told of it. The face is read from the source's own pixels."""
        source: list[np.ndarray] = []
        bodies: list[np.ndarray] = []
        faces: list[np.ndarray] = []
        for at, frame in enumerate(frames):
            number = self._order[at] if self._order else at
            source.append(self._canvas.lay(frame))
            bodies.append(self._body(number, frame.shape[1]))
            faces.append(self._face(number, frame))
        place, paint = self._place(source) if self._replaces else (None, None)
        return source, Told(place, paint, np.stack(bodies), np.stack(faces))

    @torch.no_grad()
    def _made(self, told: Told) -> list[np.ndarray]:
        """The frames of a chunk, float32 `(h, w, 3)` on the canvas."""
        self.report(0.0)
        parts = segments(len(told.body), self._carry, self.longest)
        pictured = self._pictured()
        made: list[np.ndarray] = []
        carried = [self._canvas.lay(frame) for frame in self._piece.carried[: self._carry]]
        if len(carried) < self._carry:  # the model knows two numbers of frames, and none between
            carried = carried[:1]
        for index, part in enumerate(parts):
            report = partial(self._tell, index, len(parts))
            own = self._segment(told, part, carried, pictured, report)
            made += own if part.start == 0 else own[self._carry :]
            carried = made[-self._carry :]
        self.report(MADE)
        return made

    def _tell(self, done: int, parts: int, share: float) -> None:
        """So much of the next segment is made, behind those that are done."""
        self.report(MADE * (done + share) / parts)

    def _segment(
        self,
        told: Told,
        part: Segment,
        carried: Sequence[np.ndarray],
        pictured: tuple[torch.Tensor, torch.Tensor],
        report: Callable[[float], None],
    ) -> list[np.ndarray]:
        """The frames of one segment, with those it was carried, which it makes again."""
        vae = self._parts.get("vae")
        inside = slice(part.start, part.stop)
        face = as_video(told.face[inside], vae.device).to(self._parts.dtype)
        pose = latents.encoded(vae, as_video(told.body[inside], vae.device)) * self._values["pose_strength"]
        known = torch.cat([pictured[0], known_of(told, inside, carried, vae)], dim=2)
        transformer = self._parts.get(TRANSFORMER)

        def predicted(seen: torch.Tensor, _window: Window, time: torch.Tensor) -> torch.Tensor:
            def said(words: torch.Tensor, driving: torch.Tensor) -> torch.Tensor:
                return transformer(
                    hidden_states=torch.cat([seen, known], dim=1).to(self._parts.dtype),
                    timestep=time,
                    encoder_hidden_states=words,
                    encoder_hidden_states_image=pictured[1],
                    pose_hidden_states=pose.to(self._parts.dtype),
                    face_pixel_values=driving,
                    return_dict=False,
                )[0]

            if not guidance.takes_two(self._influence):
                return said(self._words[0], face)
            blank = torch.full_like(face, -1.0)
            return guidance.combined(said(self._words[0], face), said(self._words[1], blank), self._influence)

        course = Course(steps=self._values["steps"], shift=self._values["shift"], references=1)
        with face_drives(transformer, self._values["face_strength"]):
            made = denoise(
                self._noise(part, pose.shape), self._parts.scheduler(course.shift), course, predicted, report
            )
        return list(latents.decoded(vae, made[:, :, 1:]))

    def _pictured(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The character's picture: its latent behind 4 channels of 1, and what the vision encoder sees in it."""
        vae = self._parts.get("vae")
        picture = latents.encoded(vae, as_video(on_black(self._character, self._canvas.whole)[None], vae.device))
        encoder = self._parts.get("image_encoder")
        seen = Image.fromarray(to_eight(media.to_sixteen(self._character)))
        pixels = self._parts.get("image_processor")(images=seen, return_tensors="pt").pixel_values
        words = encoder(pixels.to(encoder.device, encoder.dtype), output_hidden_states=True).hidden_states[-2]
        return torch.cat([torch.ones_like(picture[:, :4]), picture], dim=1), words.to(self._parts.dtype)

    def _noise(self, part: Segment, shape: Sequence[int]) -> torch.Tensor:
        """Where each latent of a segment starts, and the one of the character's picture before them."""
        first = (self._piece.first + part.start) // latents.TIME
        names = ["character", *(first + at for at in range(shape[2]))]
        return noise(self._request.seed, names, (shape[1], *shape[3:])).to(self._parts.device)

    def _place(self, source: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """The source without the person, and where that is: the mask in squares of a token."""
        assert self._mask is not None
        planes = {n: self._canvas.lay(next(self._mask.frames(n, n + 1))) > HARD for n in set(self._numbers(source))}
        paint = squared(np.stack([planes[n] for n in self._numbers(source)]))
        return np.where(paint[..., None], np.float32(0), np.stack(source)), paint

    def _numbers(self, source: Sequence[np.ndarray]) -> list[int]:
        return self._order or list(range(len(source)))

    def _body(self, number: int, width: int) -> np.ndarray:
        """The body of a frame of the range, drawn on the canvas."""
        points = np.zeros((20, 3), np.float32) if self._seen is None else self._seen.bodies[number].copy()
        points[:, :2] *= self.size[0] / width
        return skeleton.drawn(points, self._canvas.whole).astype(np.float32) / np.float32(255)

    def _face(self, number: int, frame: np.ndarray) -> np.ndarray:
        side = self._parts.get(TRANSFORMER).config.motion_encoder_size
        box = np.zeros(4, np.float32) if self._seen is None else self._seen.faces[number]
        if not box.any():
            return np.zeros((side, side, 3), np.float32)
        padding, worked = self._values["face_crop_padding_px"], int(self._values["face_crop_px"])
        return face_crop.crop(frame, box, padding, worked, side)

    def _its_mask(self) -> RenderMask | None:
        if not self._replaces:
            return None
        if not self._request.mask_folder:
            raise SettingError(["Character needs a mask of who is replaced: give mask_track or masking_prompt."])
        return RenderMask(self._request, footage.size(self._request))

    def _picture(self) -> np.ndarray:
        given = self._request.images.get("reference_images", ())
        if not given:
            raise SettingError(["Character needs a picture of the character: give it as reference_images."])
        return media.to_float(media.read_image(given[0].path))

    def _read(self) -> list[torch.Tensor]:
        """The prompt, and what the second pass reads where a step takes two."""
        unwanted = self._values.get("negative_prompt") or "" if guidance.counts_unwanted(self._influence) else ""
        texts = [self._values["prompt"] or ""] + ([unwanted] if guidance.takes_two(self._influence) else [])
        return prompts_for(self._parts).read(*texts)

    def _dress(self) -> None:
        """Attach the LoRAs as firmly as they are asked for; a warm model may still carry another render's."""
        speed = self._values.get("accelerator") or 0.0
        light = (self._values.get("relight") or 0.0) if self._replaces else 0.0
        fast = [weights.path(name) for name in self._request.spec.weights if FAST in name] if speed else []
        if speed and not fast:
            raise PrerequisiteError("Character has no few-step LoRA in this profile: set accelerator to 0.")
        self._parts.accelerate([TRANSFORMER], fast, speed)
        name = next((name for name in self._request.spec.weights if LIGHT in name), None)
        relight(self._parts.get(TRANSFORMER), weights.path(name) if name and light else None, light, speed)
