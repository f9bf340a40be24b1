"""Key frames by talk: a picture carried over its shot, the frame that wants one of its own, or style mode instead."""

import re
from pathlib import PurePath
from typing import Any

from agent.brains import rules_look, rules_mask
from agent.brains.rules_hear import Heard
from agent.brains.rules_part import frame_named
from agent.brains.rules_still import bound, short, test_range
from agent.brains.rules_story import Call, Move, Story
from agent.brains.rules_words import paragraph
from agent.gates import AT_ONCE_FRAMES

WANTS_KEY = 0.75
"""Trust of a frame below which it wants a key of its own (`preview.md`: below it repairs are no longer small)."""
REFUSED = 1
"""Exit code of a render that was refused for what it was given."""
MODEL = "style_transfer"
KEY = re.compile(
    r"\bkey[ -]?frames?\b|\b(?:as|another|a) key\b|\bcarry (?:it|this|that|the (?:still|frame|picture))\b|"
    r"schlüsselbild|image[- ]clé|(?:fotograma|cuadro) clave|fotogramma chiave|quadro[- ]chave|キーフレーム|关键帧",
    re.I,
)
"""How an artist speaks of a picture that is carried over its shot."""


# -- what begins it --------------------------------------------------------------------------------------------------


def pictures(story: Story) -> bool:
    """Whether all that was handed over are pictures."""
    return all(PurePath(name).suffix.lower() in rules_mask.PICTURES for name in story.handed)


def handed(story: Story, heard: Heard) -> Move:
    """A picture of the artist's own: the key of a frame where one is named, else the look, which is carried as a key
    where it shows a frame of the shot."""
    known = story.memory.get("shot", "")
    names = {s["name"] for s in story.shots}
    shot = heard.shots[0] if heard.shots else known if known in names else rules_look.best_shot(story)
    name, frame = next(iter(story.handed)), frame_named(story.said)
    picture = story.say("quoted", text=name)
    prompt = heard.look or story.memory.get("look", "") or "A scene repainted in one consistent look."
    settings: dict[str, Any] = {"prompt": prompt}
    if frame is None:
        told = story.say("look_taken", picture=picture, shot=shot)
        settings["style_frame"] = name
    else:
        told = story.say("key_taken", picture=picture, frame=frame, shot=shot)
        settings["keyframes"] = [{"frame": frame, "image": name}]
    frames = next(s["frames"] for s in story.shots if s["name"] == shot)
    args = {"shot": rules_look.title(story, shot), "model": MODEL, "settings": settings, **_around(frame, frames)}
    remember = {**rules_look.OF_A_WISH, "shot": shot, "model": MODEL, "move": {}}
    return Move(told, (Call("test_render", args),), remember=remember)


def _around(frame: int | None, frames: int) -> dict[str, Any]:
    """A range of a long shot that holds the key."""
    if frame is None or frames <= AT_ONCE_FRAMES:
        return {}
    first = min(max(0, frame - AT_ONCE_FRAMES // 2), frames - AT_ONCE_FRAMES)
    return {"range": [first, first + AT_ONCE_FRAMES]}


def carry(story: Story) -> Move | None:
    """The still at hand is to be carried over its shot; None where there is none, or its model carries no keys."""
    from agent.brains.rules_still import test

    still = story.still(story.memory.get("still", ""))
    move = test(story)
    if still is None or not move.calls:
        return None
    args = dict(move.calls[0].args)
    settings = {k: v for k, v in args["settings"].items() if k != "style_frame"}
    settings["keyframes"] = [{"frame": still["frame"], "image": still["still"]}]
    shot = next(s for s in story.shots if s["name"] == story.memory["shot"])
    call = Call("test_render", {**_around(still["frame"], shot["frames"]), **args, "settings": settings})
    return move._replace(text=story.say("key_carried", frame=still["frame"]), calls=(call,))


# -- what comes of it ------------------------------------------------------------------------------------------------


def wanted(story: Story, track: dict[str, Any]) -> Move | None:
    """How far the keys of a render carry, and the offer of one more where they don't; None where it has no keys."""
    trust = track.get("trust")
    if not trust:
        return None
    before = story.track(story.memory.get("key", {}).get("track", ""))
    shares = {name: rules_mask.share(trust[name]) for name in ("mean", "least")}
    told = story.say("key_trust", frame=trust["frame"], **shares)
    if before and before.get("trust"):
        told = paragraph(told, story.say("key_again", before=rules_mask.share(before["trust"]["mean"])))
    taken = {key["frame"] for key in track["settings"].get("keyframes") or ()}
    if trust["least"] >= WANTS_KEY or trust["frame"] in taken:
        return Move(told, remember={"key": {}})
    asks = story.say("key_wanted", frame=trust["frame"])
    key = {"track": track["track"], "frame": trust["frame"]}
    return Move(paragraph(told, asks), asks="key", question=asks, choices=story.yes_no, remember={"key": key})


def make(story: Story) -> Move:
    """The key that is wanted, with the words of the nearest one; of a picture of the artist's own, in its look."""
    key = story.memory["key"]
    frame = key["frame"] if frame_named(story.said) is None else frame_named(story.said)
    track = story.track(key["track"])
    if track is None:
        return Move(story.say("no_look_yet", next=""))
    args: dict[str, Any] = {"shot": track["shot"], "frame": frame}
    still = story.still(_nearest(track, frame))
    if still is not None:
        args["instruction"] = still["prompt"]
    else:
        args |= {"instruction": track["settings"]["prompt"] or "", "references": [_nearest(track, frame)]}
    reads, of = {"mask": "mask_track", "source": "source_video"}, bound(track)
    args |= {name: of[setting] for name, setting in reads.items() if setting in of}
    remember = {"key": {**key, "frame": frame, "making": True}}
    return Move(story.say("key_making", frame=frame), (Call("modify_frame", args),), remember=remember)


def _nearest(track: dict[str, Any], frame: int) -> str:
    """The picture of the key that is nearest to a frame; the one without a number where no key has one."""
    keys = track["settings"].get("keyframes") or ()
    if not keys:
        return track["settings"].get("style_frame") or ""
    return min(keys, key=lambda key: abs(key["frame"] - frame))["image"]


def tested(story: Story, still: dict[str, Any]) -> Move:
    """The new key stands: the same frames again, carried from all of them."""
    track = story.track(story.memory["key"]["track"])
    if track is None:
        return Move(story.say("no_look_yet", next=""))
    keys = [*(track["settings"].get("keyframes") or ()), {"frame": still["frame"], "image": still["still"]}]
    args = {
        "shot": track["shot"],
        "model": track["model"],
        "profile": track["profile"],
        "settings_from": track["track"],
        "settings": {"keyframes": sorted(keys, key=lambda key: key["frame"]), **bound(track)},
        **test_range(track),
    }
    told = story.say("key_ready", frame=still["frame"], shot=short(still["shot"], story))
    return Move(told, (Call("test_render", args),), remember={"key": {"track": track["track"]}, "move": {}})


# -- without it ------------------------------------------------------------------------------------------------------


def style_mode_offered(story: Story, outcome: dict[str, Any]) -> Move | None:
    """Keys that say too little of their shot were refused: every frame may be painted by itself, in their look."""
    track = story.track(outcome["track"])
    if outcome["exit_code"] != REFUSED or track is None or not _nearest(track, 0):
        return None
    asks = story.say("key_refused")
    return Move(asks, asks="style_mode", choices=story.yes_no, remember={"key": {"track": track["track"]}})


def style_mode(story: Story) -> Move:
    """The same render without its keys, painted in the look of the first."""
    track = story.track(story.memory["key"]["track"])
    if track is None:
        return Move(story.say("no_look_yet", next=""))
    look = _nearest(track, 0)
    paints = {"style_frame": look} if look.startswith("still_") else {"style_frame": None, "reference_images": [look]}
    args = {
        "shot": track["shot"],
        "model": track["model"],
        "profile": track["profile"],
        "settings_from": track["track"],
        "settings": {"keyframes": None, **paints, **bound(track)},
        **test_range(track),
    }
    return Move(calls=(Call("test_render", args),), remember={"key": {}, "move": {}})
