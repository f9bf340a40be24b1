"""What the numbers measured on a shot are called: the bands stand in the catalog."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from msgspec import Meta

from engine.row import Row
from knowledge.catalog import catalog


class Band(Row, kw_only=True):
    """A part of a measure's range."""

    below: float | None = None
    """Where it ends; None: it has no end."""
    value: str
    """What it is called."""


class Plate(Row, kw_only=True):
    """A number of a shot's facts, and what its values are called."""

    id: str
    measure: str
    """Id of the number among the facts of a shot."""
    means: str
    bands: Annotated[tuple[Band, ...], Meta(min_length=1)]

    @classmethod
    def read(cls, fields: Any) -> Self:
        """As any row; `ValueError` too where the limits of its bands don't rise to a last band without one."""
        plate = super().read(fields)
        limits = [band.below for band in plate.bands[:-1]]
        if None in limits or limits != sorted(limits) or plate.bands[-1].below is not None:
            raise ValueError("the limits of its bands must rise, and only the last band has none")
        return plate

    def band(self, number: float) -> Band:
        """The band that holds the number."""
        return next(band for band in self.bands if band.below is None or number < band.below)


def named(facts: Mapping[str, Any]) -> dict[str, str]:
    """What the numbers among the facts are called: `{"brightness": "dark"}`."""
    numbers = ((plate, facts.get(plate.measure)) for plate in catalog().plates)
    return {
        plate.id: plate.band(n).value for plate, n in numbers if isinstance(n, int | float) and not isinstance(n, bool)
    }
