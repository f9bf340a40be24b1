"""Nano Banana, Gemini's image model, as a still model, by its REST interface."""

import base64
import http.client
import json
import math
import os
import urllib.error
import urllib.request
from typing import Any, ClassVar

from engine.errors import RenderError
from engine.models.hosted_edit import LONGEST_WAIT_S, HostedEdit, Sent, decoded, said
from engine.sampling.canvas import Canvas


class NanoBanana(HostedEdit):
    """Gemini's image model. It takes one of ten shapes and no mask (reference of Gemini's `generateContent`)."""

    provider = "Google"
    takes_mask = False
    keys = ("GEMINI_API_KEY", "GOOGLE_API_KEY")
    model = "gemini-3-pro-image-preview"
    shapes = ((1, 1), (2, 3), (3, 2), (3, 4), (4, 3), (4, 5), (5, 4), (9, 16), (16, 9), (21, 9))
    pixels: ClassVar[dict[str, int]] = {"1K": 1024 * 1024, "2K": 2048 * 2048}

    def canvas(self, width: int, height: int) -> Canvas:
        return _shaped(width, height, self._shape(width / height))

    def _shape(self, aspect: float) -> tuple[int, int]:
        """The shape that leaves the least of the canvas empty."""
        return min(self.shapes, key=lambda shape: abs(math.log(shape[0] / shape[1] / aspect)))

    def send(self, sent: Sent, key: str) -> bytes:
        across, down = self._shape(sent.size[0] / sent.size[1])
        large = sent.size[0] * sent.size[1] > self.pixels["1K"] or self.quality == "high"
        parts: list[dict[str, Any]] = [{"text": sent.words}]
        for data in (sent.frame, *sent.references):
            parts.append({"inline_data": {"mime_type": "image/png", "data": base64.b64encode(data).decode()}})
        body = {
            "contents": [{"role": "user", "parts": parts}],
            "generationConfig": {
                "responseModalities": ["IMAGE"],
                "imageConfig": {"aspectRatio": f"{across}:{down}", "imageSize": "2K" if large else "1K"},
            },
        }
        base = os.environ.get("GOOGLE_GEMINI_BASE_URL") or "https://generativelanguage.googleapis.com"
        request = urllib.request.Request(
            f"{base.rstrip('/')}/v1beta/models/{self.model}:generateContent",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "x-goog-api-key": key},
        )
        try:
            with urllib.request.urlopen(request, timeout=LONGEST_WAIT_S) as answer:
                told = json.load(answer)
        except urllib.error.HTTPError as error:
            raise self.refusal(error.code, _said_in(error), key, error.headers.get("retry-after", "")) from None
        except (OSError, http.client.HTTPException, ValueError):
            raise self.broken_off() from None
        return self._found(told)

    def _found(self, told: dict[str, Any]) -> bytes:
        if blocked := told.get("promptFeedback", {}).get("blockReason"):
            raise self.against_policy(str(blocked))
        for candidate in told.get("candidates", []):
            for part in candidate.get("content", {}).get("parts", []):
                if data := part.get("inlineData", {}).get("data"):
                    return decoded(data)
            reason = str(candidate.get("finishReason", ""))
            if any(word in reason for word in ("SAFETY", "PROHIBITED", "BLOCKLIST", "RECITATION", "SPII")):
                raise self.against_policy(reason)
        raise RenderError(f"{self.provider} sent words and no picture; say in the instruction what is to be changed.")


def _shaped(width: int, height: int, shape: tuple[int, int]) -> Canvas:
    """The smallest canvas of that shape that holds the picture, at its own size up to 2048 across."""
    scale = min(1.0, 2048 / max(width, height))
    scaled = max(1, round(width * scale)), max(1, round(height * scale))
    aspect = shape[0] / shape[1]
    return Canvas(scaled, (max(scaled[0], round(scaled[1] * aspect)), max(scaled[1], round(scaled[0] / aspect))))


def _said_in(error: urllib.error.HTTPError) -> str:
    try:
        return said(json.loads(error.read()))
    except (OSError, http.client.HTTPException, ValueError):
        return ""
