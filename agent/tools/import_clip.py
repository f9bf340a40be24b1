"""Import footage: count it, find its shots."""

from agent.desk import Desk
from agent.tool import Args, Result
from agent.views import ShotView, SourceView


class ImportClip(Args):
    clips: list[str]
    """Names of the files that were handed over."""
    name: str = ""
    """What to call the source; empty: the file's name."""
    whole: bool = False
    """True: one shot, no cut detection."""
    cuts: str = ""
    """Name of a handed-over EDL, OTIO or list of frame numbers to cut at, in place of detection."""
    rate: str = ""
    """Frames per second of a sequence whose headers tell none: `24`, `24000/1001`."""
    salvage: bool = False
    """Take a damaged file up to its last good frame."""


class Imported(Result):
    """Contract 2, `rushes import`, and the jobs that still count and split."""

    project: str
    sources: list[SourceView]
    shots: list[ShotView]
    jobs: list[str]
    """Jobs to wait for; empty where everything stands already."""


def import_clip(desk: Desk, args: ImportClip) -> Imported:
    """Bring handed-over clips into the project and split them into shots. The shots stand once the jobs are done."""
    raise NotImplementedError


def imported(desk: Desk, jobs: list[str], before: Imported) -> Imported:
    """The answer of `import_clip` once its jobs are done and settled: what they brought in."""
    raise NotImplementedError
