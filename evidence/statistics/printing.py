"""What a figure says at the precision it was printed with.

A printed 17.2 stands for anything from 17.15 to 17.25, both ends included: rounding half up and
half to even both count as right. Every comparison is made with that range, never with the bare
number, so that no source is accused of having rounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*|[.,]\d+)"
    r"(?:\s*(?:[eE]|[×x*]\s*10\s*\^?)\s*(?P<power>[+-]?\d{1,2})(?!\d))?"
)
_LEVEL = re.compile(r"\d+(?:[.,]\d+)?\s*%?\s*-?\s*(?:CI|confidence)", re.IGNORECASE)
_SIGNS = str.maketrans("·−–⁰¹²³⁴⁵⁶⁷⁸⁹⁻", ".--0123456789-")
_SLACK = 1e-9  # relative: floating-point noise at the very edge of a range
_PERCENT_PLACES = 2  # a proportion has two decimals more than the same percentage


@dataclass(frozen=True, slots=True)
class Printed:
    """A number and how many decimals of it were printed, in the unit of `value`.

    `decimals` is negative where not even the units were printed: a proportion 0.3 is 30 % to the
    nearest ten.
    """

    value: Decimal
    decimals: int

    @property
    def low(self) -> float:
        """The least number that is printed so."""
        return float(self.value - self._half)

    @property
    def high(self) -> float:
        """The greatest number that is printed so."""
        return float(self.value + self._half)

    @property
    def _half(self) -> Decimal:
        return Decimal(5).scaleb(-self.decimals - 1)

    def allows(self, number: float) -> bool:
        """Could `number` have been printed like this?"""
        slack = _SLACK * max(1.0, abs(number))
        return self.low - slack <= number <= self.high + slack

    def overlaps(self, low: float, high: float) -> bool:
        """Could any number from `low` to `high` have been printed like this?"""
        slack = _SLACK * max(1.0, abs(low), abs(high))
        return low <= self.high + slack and high >= self.low - slack


def printed(value: Decimal, raw: str = "", *, unit: str = "") -> Printed:
    """`value` with the number of decimals that `raw` shows of it.

    Where `raw` shows a percentage as a proportion ("0.27" for 27 %), two decimals fewer. Where it
    does not show the number at all ("5/12" for 41.67 %), those of `value` without closing zeros,
    which the database adds. Of several spellings the coarsest counts.
    """
    shown = list(_readings(raw))
    direct = _decimals(value, shown, shift=0)
    if direct is not None:
        return Printed(value, direct)
    as_proportion = _decimals(value, shown, shift=_PERCENT_PLACES) if unit == "PERCENT" else None
    return Printed(value, _own_decimals(value) if as_proportion is None else as_proportion)


def printed_interval(
    low: Decimal | None, high: Decimal | None, raw: str = "", *, unit: str = ""
) -> tuple[Printed | None, Printed | None]:
    """The two ends at their printed precision; None for an end that is open.

    Both ends are read on one scale, so that the 0 of "0.00-0.16" is a proportion like its fellow.
    """
    raw = _LEVEL.sub(" ", raw)
    ends = [end for end in (low, high) if end is not None]
    is_proportion = (
        unit == "PERCENT"
        and not _all_shown(ends, raw, shift=0)
        and _all_shown(ends, raw, shift=_PERCENT_PLACES)
    )
    if is_proportion:
        return _proportion(low, raw), _proportion(high, raw)
    return (
        None if low is None else printed(low, raw, unit=unit),
        None if high is None else printed(high, raw, unit=unit),
    )


def shown(number: float | Decimal, decimals: int) -> str:
    """A number for a sentence: `decimals` places, a true minus, no negative nought."""
    text = f"{number:.{max(decimals, 0)}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def span(low: float | Decimal | None, high: float | Decimal | None, decimals: int) -> str:
    """An interval for a sentence: 17.2–46.1, or with “to” where a minus would run into the dash."""
    ends = ["…" if end is None else shown(end, decimals) for end in (low, high)]
    return (" to " if "−" in "".join(ends) else "–").join(ends)


def _proportion(end: Decimal | None, raw: str) -> Printed | None:
    if end is None:
        return None
    decimals = _decimals(end, list(_readings(raw)), shift=_PERCENT_PLACES)
    return Printed(end, _own_decimals(end) if decimals is None else decimals)


def _all_shown(ends: Iterable[Decimal], raw: str, *, shift: int) -> bool:
    readings = list(_readings(raw))
    return all(_decimals(end, readings, shift=shift) is not None for end in ends)


def _decimals(value: Decimal, readings: Iterable[tuple[Decimal, int]], *, shift: int) -> int | None:
    """The fewest decimals among the readings that equal `value` `shift` powers of ten lower."""
    size = abs(value)
    found = [decimals - shift for number, decimals in readings if number.scaleb(shift) == size]
    return min(found, default=None)


def _own_decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _readings(raw: str) -> Iterator[tuple[Decimal, int]]:
    """Every number in a text with its decimals; a comma is read both ways where it could be."""
    for match in _TOKEN.finditer(raw.translate(_SIGNS)):
        power = int(match["power"] or 0)
        for text in _spellings(match["number"]):
            decimals = len(text.partition(".")[2])
            yield Decimal(text).scaleb(power), decimals - power


def _spellings(text: str) -> Iterator[str]:
    """What a run of digits, points and commas may mean as a number with a decimal point."""
    whole = text.replace(",", "")
    if text.count(",") == 1 and "." not in text:
        yield text.replace(",", ".")
        if len(text.partition(",")[2]) == 3 and not text.startswith(","):
            yield whole
    elif whole.count(".") <= 1:
        yield whole
