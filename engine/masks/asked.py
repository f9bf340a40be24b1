"""What a request for a mask must keep to, told in one sentence before anything is made."""

from engine.errors import InputError, SettingError
from engine.masks.words import sought
from engine.request import MaskRequest


def check(request: MaskRequest) -> None:
    """Raise for the first thing that can't be met: a frame or point outside, words nobody knows, nothing to go by."""
    if not 0.1 <= request.threshold <= 0.9:
        raise SettingError([f"The masking threshold must be 0.1 to 0.9, not {request.threshold:g}."])
    if request.imported:
        if request.points or request.drawn or request.words:
            raise InputError("An imported mask takes no words, points or drawings: give the file alone.")
        return
    by_words, by_points = request.mode != "points", request.mode != "prompts"
    if by_words and not request.words.strip():
        raise InputError("There is nothing to look for: name it in one or two words, such as person.")
    if by_points and not (request.points or request.drawn):
        raise InputError("There is no point to go by: set one on what shall be masked, or paint it on one frame.")
    if not by_points and (request.points or request.drawn):
        raise InputError("Points count only in the modes points and prompts_points: choose one of these.")
    if by_words:
        sought(request.words)
    _check_frames(request)
    _check_places(request)


def _check_frames(request: MaskRequest) -> None:
    start, stop = request.range.start, request.range.stop
    for frame in sorted({point.frame for point in request.points} | {drawn.frame for drawn in request.drawn}):
        if not start <= frame < stop:
            raise InputError(
                f"A point or drawing is on frame {frame}, outside the masked range {start}:{stop}: frames count from 0."
            )
    painted = [drawn.frame for drawn in request.drawn]
    twice = next((frame for frame in painted if painted.count(frame) > 1), None)
    if twice is not None:
        raise InputError(f"Frame {twice} has two drawings: give one drawing a frame.")


def _check_places(request: MaskRequest) -> None:
    width, height = request.clip.width, request.clip.height
    for point in request.points:
        if not (0 <= point.x < width and 0 <= point.y < height):
            raise InputError(
                f"The point {point.x:g}, {point.y:g} on frame {point.frame} lies outside the picture of"
                f" {width}x{height}: give pixels of the source."
            )
    if request.mode != "points" or request.drawn:
        return
    first = min(point.frame for point in request.points)
    if not any(point.add for point in request.points if point.frame == first):
        raise InputError(f"Frame {first} has points to leave out but none to take in: add one on what shall be masked.")
