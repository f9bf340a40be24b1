"""The control map of a render as its model reads it: what is held of the source in each frame, one map in memory."""

from pathlib import Path

from engine import media
from engine.controls.held import Hold, Shares, held, shares_of
from engine.controls.of_render import FOLDER, control_of, taken
from engine.request import RenderRequest


class Steering:
    """Reads the map that lies beside a render's master."""

    def __init__(self, request: RenderRequest, size: tuple[int, int]) -> None:
        """`size` is width and height of what the model makes."""
        self._request = request
        self._size = size
        self.shares = shares_of(request.values)
        """What the render's strengths hold."""
        defaults = {setting.id: setting.default for setting in request.spec.under(request.values).settings}
        self.usual = shares_of(defaults | {"controlnet_type": request.values["controlnet_type"]})
        """What the strengths hold where nobody changes them."""

    def look(self) -> None:
        """Make the map where it does not lie there yet. InputError where the footage gives none."""
        control_of(self._request)

    def hold(self, frame: int, shares: Shares) -> Hold | None:
        """What is held in a frame of the range, counted from its first; None where the shares hold nothing."""
        if not any(shares):
            return None
        picture = next(media.master_frames(Path(self._request.folder) / FOLDER, frame, frame + 1))
        values = self._request.values
        fitted = media.resize(media.to_float(picture), *self._size)
        return held(values["controlnet_type"], fitted, shares, bool(values.get("facemesh")))


def steering(request: RenderRequest, size: tuple[int, int]) -> Steering | None:
    """What steers this render; None where its model takes no map."""
    return Steering(request, size) if taken(request.spec, request.values) else None
