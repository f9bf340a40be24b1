"""Whether the time stamps of a file's frames are evenly spaced, and at what rate."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

ASSUMED = Fraction(24)
"""Rate of a file that tells none."""

USUAL = tuple(
    Fraction(rate)
    for rate in ("24000/1001", 24, 25, "30000/1001", 30, 48, 50, "60000/1001", 60, 12, 15, 10, "120000/1001", 120)
)


class Timing(NamedTuple):
    """The clock of a clip."""

    rate: Fraction
    constant: bool
    assumed: bool = False
    broken: bool = False
    """Time stamps are missing or don't rise, so they are not believed."""


def timing(stamps: Sequence[int | None], time_base: Fraction, header_rate: Fraction | None) -> Timing:
    """The clock that time stamps (in `time_base` seconds) and the header's rate tell."""
    header = Fraction(header_rate) if header_rate else None
    if len(stamps) < 2:
        return Timing(header or ASSUMED, constant=True, assumed=header is None)
    if None in stamps or any(b <= a for a, b in pairwise(stamps)):
        return Timing(header or ASSUMED, constant=True, assumed=header is None, broken=True)
    for rate in dict.fromkeys([*([header] if header else []), *USUAL]):
        if _is_even(stamps, time_base, rate):
            return Timing(rate, constant=True)
    mean = (len(stamps) - 1) / ((stamps[-1] - stamps[0]) * time_base)
    return Timing(mean, constant=_is_even(stamps, time_base, mean))


def _is_even(stamps: Sequence[int], time_base: Fraction, rate: Fraction) -> bool:
    """True where each stamp is the evenly spaced one but for rounding to ticks, the first's and its own."""
    step = 1 / (rate * time_base)
    first = stamps[0]
    return all(abs(stamp - first - number * step) < 1 for number, stamp in enumerate(stamps))
