"""The project as one film: its shots cut back together, each by the render that stands for it."""

from agent import sequence as sequences
from agent.desk import Desk
from agent.tool import Args, Result


class Sequence(Args):
    burn_in: bool = False
    """Burn shot and frame number into each frame."""
    audio: bool = True
    """Lay the sources' sound under the film."""
    overwrite: bool = False
    """Replace what stands there."""


class PlacedShot(Result):
    shot: str
    """`PROJECT/010`."""
    track: str | None
    """The render that stands for it; None: its source."""
    first: int
    """Frame of the film at which it begins."""
    frames: int


class Sequenced(Result):
    job: str
    path: str
    """Where the film will stand once the job is done."""
    shots: list[PlacedShot]


def sequence(desk: Desk, args: Sequence) -> Sequenced:
    """Cut the project together into one MP4: the pinned render of each shot, else its source, in order, with sound."""
    project = desk.workspace.store.project(desk.project).name
    to = desk.target(desk.workspace.deliver / project / f"{project}.mp4", args.overwrite)
    wanted = sequences.Wanted(args.audio, args.burn_in, args.overwrite or not desk.to)
    told = sequences.sequence(desk, project, to, wanted)
    return Sequenced(job=told.job, path=told.path, shots=[PlacedShot(**cut._asdict()) for cut in told.cuts])
