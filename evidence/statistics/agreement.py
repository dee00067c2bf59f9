"""Whether two sources print the same number.

Two figures agree where some number rounds to both as printed: "16.4 weeks" is 16.35 to 16.45 weeks,
"3.8 months" 3.75 to 3.85 months, and these overlap. Lengths of time are compared in months by the
factors of `evidence.statistics.units`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from evidence.statistics.printing import Printed, printed, printed_interval
from evidence.statistics.units import MONTHS_IN

ONE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A figure as one source prints it. `unit` is empty for a ratio."""

    value: Decimal | None
    value_raw: str
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    ci_raw: str = ""
    ci_level: Decimal | None = None
    ci_sides: str = ""
    events: int | None = None
    n: int | None = None
    p_value: Decimal | None = None
    p_raw: str = ""
    p_modifier: str = ""
    p_sides: str = ""


def differences(one: Said, other: Said) -> list[str]:
    """What two sources print differently of one figure: "value", "interval", "events", "p".

    Empty where they agree. A part that only one of them prints is no difference.
    """
    found = []
    if not _agree(one, _value(one), other, _value(other)):
        found.append("value")
    if _comparable_intervals(one, other):
        pairs = zip(_interval(one), _interval(other), strict=True)
        if not all(_agree(one, end, other, its_end) for end, its_end in pairs):
            found.append("interval")
    counts = (one.events, one.n), (other.events, other.n)
    if None not in (*counts[0], *counts[1]) and counts[0] != counts[1]:
        found.append("events")
    if _comparable_p(one, other) and not _agree(one, _p(one), other, _p(other)):
        found.append("p")
    return found


def same_time(one: Decimal, one_unit: str, other: Decimal, other_unit: str) -> bool:
    """Whether two time points are one: each, turned into the other's unit, rounds to the other.

    26 weeks and 6 months are; 24 weeks and 6 months are not.
    """
    return _rounds_to(one, one_unit, other, other_unit) and _rounds_to(
        other, other_unit, one, one_unit
    )


def _rounds_to(value: Decimal, unit: str, other: Decimal, other_unit: str) -> bool:
    turned = value * MONTHS_IN[unit] / MONTHS_IN[other_unit]
    exponent = other.normalize().as_tuple().exponent
    places = min(exponent, 0) if isinstance(exponent, int) else 0
    return turned.quantize(ONE.scaleb(places), ROUND_HALF_UP) == other


def _value(one: Said) -> Printed | None:
    return None if one.value is None else printed(one.value, one.value_raw, unit=one.unit)


def _interval(one: Said) -> tuple[Printed | None, Printed | None]:
    return printed_interval(one.low, one.high, one.ci_raw, unit=one.unit)


def _p(one: Said) -> Printed | None:
    return None if one.p_value is None else printed(one.p_value, one.p_raw)


def _agree(one: Said, figure: Printed | None, other: Said, its_figure: Printed | None) -> bool:
    """Whether some number is printed as both, in months where they are times; true where one of
    them is missing."""
    if figure is None or its_figure is None:
        return True
    factor = float(MONTHS_IN.get(one.unit, ONE) / MONTHS_IN.get(other.unit, ONE))
    return its_figure.overlaps(figure.low * factor, figure.high * factor)


def _comparable_intervals(one: Said, other: Said) -> bool:
    """Whether two intervals are of one level and as many sides, as far as printed."""
    levels = {level for level in (one.ci_level, other.ci_level) if level is not None}
    sides = {each for each in (one.ci_sides, other.ci_sides) if each}
    return len(levels) < 2 and len(sides) < 2


def _comparable_p(one: Said, other: Said) -> bool:
    sides = {each for each in (one.p_sides, other.p_sides) if each}
    return len(sides) < 2 and one.p_modifier == other.p_modifier == "="
