"""Whether two sources print the same number. Pure: knows no Django.

Two figures agree where some number rounds to both as printed: "16.4 weeks" is 16.35 to 16.45 weeks,
"3.8 months" 3.75 to 3.85, and these overlap. Lengths of time are compared in months by the factors
of `evidence.statistics.units`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from evidence.statistics.units import MONTHS_IN

NUMBER = re.compile(r"(?<![\d.,])\d+(?:[.,·]\d+)?")
ONE, HUNDRED = Decimal(1), Decimal(100)


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

    Empty where they agree, or where only one of them prints the part.
    """
    found = []
    if not _same(one.value, one.value_raw, one.unit, other.value, other.value_raw, other.unit):
        found.append("value")
    if _comparable_intervals(one, other) and not (
        _same(one.low, one.ci_raw, one.unit, other.low, other.ci_raw, other.unit)
        and _same(one.high, one.ci_raw, one.unit, other.high, other.ci_raw, other.unit)
    ):
        found.append("interval")
    if None not in (one.events, one.n, other.events, other.n) and (one.events, one.n) != (
        other.events,
        other.n,
    ):
        found.append("events")
    if _comparable_p(one, other) and not _same(
        one.p_value, one.p_raw, "", other.p_value, other.p_raw, ""
    ):
        found.append("p")
    return found


def half_width(printed: str, value: Decimal) -> Decimal:
    """Half of the last place that a value is printed to: 0.05 for "16.4", 0.5 for "16".

    The number is looked for in what is printed, also as a proportion of a percentage ("0.27" for
    27); where it is not found, the value's own last place counts.
    """
    wanted = abs(value)
    for text in NUMBER.findall(printed):
        read = Decimal(re.sub("[,·]", ".", text))
        for factor in (ONE, HUNDRED):
            if read * factor == wanted:
                return factor * _last_place(read) / 2
    return _last_place(wanted.normalize()) / 2


def same_time(one: Decimal, one_unit: str, other: Decimal, other_unit: str) -> bool:
    """Whether two time points are one: each, turned into the other's unit, rounds to the other.

    26 weeks and 6 months are; 24 weeks and 6 months are not.
    """
    return _rounds_to(one, one_unit, other, other_unit) and _rounds_to(
        other, other_unit, one, one_unit
    )


def _rounds_to(value: Decimal, unit: str, other: Decimal, other_unit: str) -> bool:
    turned = value * MONTHS_IN[unit] / MONTHS_IN[other_unit]
    return turned.quantize(_last_place(other.normalize()), ROUND_HALF_UP) == other


def _last_place(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(min(0, exponent)) if isinstance(exponent, int) else ONE


def _same(
    one: Decimal | None,
    one_raw: str,
    one_unit: str,
    other: Decimal | None,
    other_raw: str,
    other_unit: str,
) -> bool:
    """Whether both could be roundings of one number; true where one of them is missing."""
    if one is None or other is None:
        return True
    one_factor, other_factor = MONTHS_IN.get(one_unit, ONE), MONTHS_IN.get(other_unit, ONE)
    slack = half_width(one_raw, one) * one_factor + half_width(other_raw, other) * other_factor
    return abs(one * one_factor - other * other_factor) <= slack


def _comparable_intervals(one: Said, other: Said) -> bool:
    """Whether two intervals are of one level and as many sides, as far as printed."""
    levels = {level for level in (one.ci_level, other.ci_level) if level is not None}
    sides = {each for each in (one.ci_sides, other.ci_sides) if each}
    return len(levels) < 2 and len(sides) < 2


def _comparable_p(one: Said, other: Said) -> bool:
    sides = {each for each in (one.p_sides, other.p_sides) if each}
    return len(sides) < 2 and one.p_modifier == other.p_modifier == "="
