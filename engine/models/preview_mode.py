"""Which of the preview's two modes renders a shot: stills of its frames are carried, else every frame is painted."""

from engine.models import VideoModel
from engine.models.key_frames import KeyFrameMode, given
from engine.models.preview import StyleMode
from engine.request import RenderRequest


class PreviewMode:
    """Makes the model of the mode that the request asks for; has no instances of its own."""

    def __new__(cls, request: RenderRequest) -> VideoModel:
        stills = given(request)
        return KeyFrameMode(request, stills) if stills else StyleMode(request)
