"""What a render will be before it is one: settings, look, size, chunks, time and disk. Renders nothing."""

from typing import Any, NamedTuple

from pydantic import Field

from agent.desk import Desk
from agent.tool import Args, Result
from engine.request import RenderRequest


class Wish(Args):
    """The part of a render that plan, test and full share."""

    model: str = ""
    """Model id: `style_transfer`, `transform`, …; empty: that of the preset or of `settings_from`."""
    profile: str = ""
    """`preview`, `draft` or `final`; empty: the best that runs here."""
    preset: str = ""
    """Named start point; settings given here win over it."""
    settings_from: str = ""
    """Id of a track whose settings are the start point."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """What to change, by setting id: `prompt`, `style_frame` (a still), `video_input_strength`, `seed` …"""


class QuotedShot(Result):
    """One shot of a quote."""

    id: str
    name: str
    """`PROJECT/010`."""
    range: tuple[int, int]
    """Frames of the shot that will be rendered."""
    frames: int


class Quote(Result):
    """What an approval shows: contract 3, `--plan`."""

    shots: list[QuotedShot]
    frames: int
    """Sum over the shots."""
    model: str
    profile: str
    settings: dict[str, Any]
    """As resolved for the first shot; shots of other sources differ in size only."""
    settings_hash: str
    """What an approval is bound to: the settings, with the tracks read from where there are any."""
    no_effect: list[str]
    chunks: int
    estimate_s: float
    """An estimate, from measured pace where there is any."""
    disk_bytes: int
    """Room the masters and deliveries will take, about."""
    remote: bool
    """True where frames would leave the machine."""
    needs_test: bool
    needs_approval: bool
    because: str
    """Why it asks; empty where it may run at once."""
    notes: list[str]


class Plan(NamedTuple):
    """A quote and the requests behind it, ready to submit but for their ids."""

    quote: Quote
    requests: list[RenderRequest]
    """One for each shot, `track` and `folder` still empty."""
    changed: dict[str, Any]
    """Settings as changed, for the track rows."""
    parent: str | None


def plan(desk: Desk, wish: Wish, shots: list[str], span: tuple[int, int] | None = None) -> Plan:
    """Resolves, chooses and estimates a render of the shots (`span`: of that range of the only one). Raises
    `SettingError` with every fault at once, `PrerequisiteError` where the model can't run here."""
    raise NotImplementedError
