"""A still model that runs at a provider: what leaves the machine, what comes back, and what a refusal means.

One frame leaves the machine, once, after the artist said so for this very call: the request carries that, and without
it nothing is sent. No call is tried again by itself, since each try sends the frame and may be charged. What comes back
is laid onto the frame's own size where its shape fits, and refused where it does not.
"""

import base64
import binascii
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, ClassVar, NamedTuple

import cv2
import numpy as np

from engine import media
from engine.errors import ApprovalNeeded, PrerequisiteError, RenderError
from engine.media.picture import to_eight
from engine.models import Edited
from engine.models.preview import acting
from engine.models.still_frame import StillFrame
from engine.provider_key import provider_key, without
from engine.request import StillRequest
from engine.sampling.canvas import Canvas

LONGEST_WAIT_S = 180
"""How long a provider may stay silent."""
LOOK_S = 0.2
"""How often the job is asked, while the provider works, whether it has to stop."""
OFF_SHAPE = 0.02
"""Part of its width by which an answer's shape may miss what was asked for and still be laid onto the frame."""

OUTSIDE = "it worked on the whole frame, and only what lies inside the mask was kept of that."


class Sent(NamedTuple):
    """What leaves the machine."""

    words: str
    frame: bytes
    """PNG, on its canvas."""
    references: tuple[bytes, ...]
    """PNG."""
    mask: bytes | None
    """PNG with alpha: see-through where the picture may change; None where there is none or the model takes none."""
    size: tuple[int, int]
    """Width and height of the canvas."""


class HostedEdit(ABC):
    """A `StillModel` at a provider."""

    provider: ClassVar[str]
    takes_mask: ClassVar[bool]
    keys: ClassVar[tuple[str, ...]]
    """Names under which the environment or the key ring may hold the key."""

    def __init__(self, request: StillRequest) -> None:
        if not request.allow_remote:
            raise ApprovalNeeded(
                f"{request.spec.label} by {self.provider} would send this frame away, and nobody agreed to that.",
                ["remote"],
            )
        self._key = provider_key(self.provider, self.keys)
        self.report: Callable[[float], None] = _nobody
        self._values = request.values
        self.quality = acting(request, "quality") or "medium"
        self._frame = StillFrame(request)

    def edit(self, frame: np.ndarray) -> Edited:
        """The frame as the instruction wants it, at the size asked for, its own where none is."""
        source = self._frame.source(frame)
        canvas = self.canvas(*source.shape[1::-1])
        inside = self._frame.inside(source)
        sent = Sent(
            words=str(self._values.get("prompt") or ""),
            frame=as_png(canvas.lay(source)),
            references=tuple(map(as_png, self._frame.references)),
            mask=None if inside is None or not self.takes_mask else _see_through(canvas.lay(inside)),
            size=canvas.whole,
        )
        answer, fit = self._fitting(self._answer(sent), canvas)
        blind = () if inside is None or self.takes_mask else (f"{self.provider} takes no mask: {OUTSIDE}",)
        notes = (self._left(sent), *fit, *blind)
        return Edited(self._frame.finished(source, answer, canvas), dict(self._values), notes)

    def _answer(self, sent: Sent) -> np.ndarray:
        """What came back, float32 `(h, w, 3)`. The job is asked meanwhile whether it has to stop."""
        self.report(0.0)
        pool = ThreadPoolExecutor(1, thread_name_prefix="provider")
        call = pool.submit(self.send, sent, self._key)
        try:
            while not call.done():
                wait([call], LOOK_S)
                self.report(0.0)
            return self._picture(call.result())
        finally:
            pool.shutdown(wait=False)  # a job that is stopped waits for no provider

    def _picture(self, data: bytes) -> np.ndarray:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
        if pixels is None:
            raise RenderError(f"{self.provider} sent something that is no picture; nothing was kept.")
        return np.ascontiguousarray(pixels[..., ::-1]).astype(np.float32) / np.float32(255)

    def _fitting(self, answer: np.ndarray, canvas: Canvas) -> tuple[np.ndarray, tuple[str, ...]]:
        """The answer at the canvas's size, and what is to be said of that. RenderError where it has another shape."""
        height, width = answer.shape[:2]
        across, down = canvas.whole
        if (width, height) == (across, down):
            return answer, ()
        if abs(width / height / (across / down) - 1) > OFF_SHAPE:
            raise RenderError(
                f"{self.provider} sent a picture of {width}x{height} where {across}x{down} was asked for: its shape is"
                " another, so it can't lie over the frame. Try again, or take a local image model."
            )
        note = f"{self.provider} sent {width}x{height}; it was fitted to the frame."
        return media.resize(answer, *canvas.whole), (note,)

    def _left(self, sent: Sent) -> str:
        """What left the machine, in one sentence."""
        beside = [f"{len(sent.references)} reference pictures"] if len(sent.references) > 1 else []
        beside = ["1 reference picture"] if len(sent.references) == 1 else beside
        parts = [f"this frame at {sent.size[0]}x{sent.size[1]}", *beside, *(["the mask"] if sent.mask else [])]
        return f"Sent to {self.provider}: {', '.join(parts)} and the instruction; nothing else left this machine."

    @abstractmethod
    def canvas(self, width: int, height: int) -> Canvas:
        """The canvas that is sent for a frame of that size. SettingError where the provider takes no such shape."""

    @abstractmethod
    def send(self, sent: Sent, key: str) -> bytes:
        """The file of the picture that comes back. PrerequisiteError, RenderError."""

    # What a provider's refusals mean. The key is never told, nor is what a provider says of it.

    def refusal(self, status: int, said: str, key: str, wait_s: str = "") -> Exception:
        """The error for an answer with this status."""
        if status in (401, 403):
            return PrerequisiteError(
                f"{self.provider} refuses the key that is set (status {status}); set one that may make images.",
                f"export {self.keys[0]}=...",
            )
        if status == 429:
            when = f"in {wait_s} seconds" if wait_s.isdigit() else "later"
            return RenderError(
                f"{self.provider} takes no more requests now (status 429): the quota is used up or they come too fast."
                f" Try again {when}, or take a local image model."
            )
        if status >= 500:
            return RenderError(f"{self.provider} failed on its side (status {status}); try again later.")
        return RenderError(f"{self.provider} refused the request (status {status}): {without(said, key)}")

    def against_policy(self, why: str = "") -> RenderError:
        """The error for a picture that was refused for its content."""
        told = f" ({why})" if why else ""
        return RenderError(
            f"{self.provider} refused the frame or the instruction by its content policy{told}; nothing was made."
            " Reword it, or take a local image model."
        )

    def broken_off(self) -> RenderError:
        """The error for a line that went dead."""
        return RenderError(
            f"The connection to {self.provider} broke off or was never made, so no picture came back; the frame may"
            " have been sent. Try again."
        )


def decoded(encoded: str) -> bytes:
    """A file out of base64; empty where that is damaged."""
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return b""


def said(body: Any) -> str:
    """The message within the body of a provider's error."""
    error = body.get("error", body) if isinstance(body, dict) else body
    return str(error.get("message", "")) if isinstance(error, dict) else str(error or "")


def as_png(picture: np.ndarray) -> bytes:
    """A picture as a PNG of 8 bits."""
    return _png(np.ascontiguousarray(to_eight(media.to_sixteen(picture))[..., ::-1]))


def _see_through(inside: np.ndarray) -> bytes:
    """A mask `(h, w)` as the providers want it: see-through where the picture may change."""
    pixels = np.zeros((*inside.shape, 4), np.uint8)
    pixels[..., 3] = np.where(inside > 0, 0, 255)
    return _png(pixels)


def _png(pixels: np.ndarray) -> bytes:
    return cv2.imencode(".png", pixels)[1].tobytes()


def _nobody(share: float) -> None:
    """Nobody asked to be told."""
