"""A folder with all that a provider's video model takes; Rushes runs none of them and sends nothing."""

from pydantic import Field

from agent import handoff
from agent.desk import Desk
from agent.tool import Args, Result


class HandOff(Args):
    shot: str
    """Shot id, `PROJECT/010` or `010`."""
    model: str
    """Id or name of the provider's model: kling_o, kling_2_6_motion_control, kling_3_motion_control, seedance_2,
    seedance_2_image, seedance_2_5, happy_horse."""
    instruction: str = ""
    """What shall change, in the artist's words; empty: what the shot was last given."""
    references: list[str] = Field(default_factory=list)
    """Stills or handed-over images, in the order in which they are numbered; empty: the newest still."""
    overwrite: bool = False
    """Replace what stands there."""


class HandedPiece(Result):
    file: str
    frames: tuple[int, int]
    """Of the shot, the second not included."""


class HandedOver(Result):
    path: str
    model: str
    label: str
    prompt: str
    pieces: list[HandedPiece]
    pictures: list[str]
    checklist: list[str]
    sent: bool = False
    """Always false: the artist uploads the files."""


def hand_off(desk: Desk, args: HandOff) -> HandedOver:
    """Write a folder for a provider's model: prompt, cut shot, numbered pictures, risks. Nothing leaves the machine."""
    model = handoff.closed_model(args.model)
    shot = desk.workspace.store.shot(args.shot, desk.project)
    made = handoff.hand_off(desk, shot, model, (args.instruction, args.references), args.overwrite)
    return HandedOver(
        path=str(made.path),
        model=model.id,
        label=model.label,
        prompt=made.prompt,
        pieces=[HandedPiece(file=piece.file, frames=(piece.start, piece.stop)) for piece in made.pieces],
        pictures=made.pictures,
        checklist=made.checklist,
    )
