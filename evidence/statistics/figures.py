"""A printed number as the checks see it, and what a check says about it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

RATIOS = frozenset({"HR", "OR", "RR"})  # measures of a comparison that lie on a log scale
ASSUMED_LEVEL = 95.0  # percent, where a source prints none


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measurement: value and interval in the measurement's own unit, as `evidence` keeps them.

    Numbers of patients come from the number itself (`n`), from its population, from the population
    that one is a part of, and from the trial's enrolment; None where nobody gives one.
    """

    endpoint: str
    estimator: str
    unit: str
    value: Decimal | None = None
    value_raw: str = ""
    time_point_months: Decimal | None = None
    events: int | None = None
    n: int | None = None
    ci_raw: str = ""
    ci_level: Decimal | None = None
    ci_sides: str = ""
    ci_low: Decimal | None = None
    ci_high: Decimal | None = None
    threshold_raw: str = ""
    threshold: Decimal | None = None
    threshold_met: bool | None = None
    population_n: int | None = None
    whole_n: int | None = None
    enrolment: int | None = None
    median_months: Decimal | None = None  # of the same endpoint and arm, where one is on record


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A comparison: ratio or difference, interval, p, and the medians of its two sides."""

    endpoint: str
    measure: str
    value: Decimal | None = None
    value_raw: str = ""
    ci_raw: str = ""
    ci_level: Decimal | None = None
    ci_sides: str = ""
    ci_low: Decimal | None = None
    ci_high: Decimal | None = None
    p_raw: str = ""
    p_value: Decimal | None = None
    p_modifier: str = ""
    p_sides: str = ""
    experimental_median_months: Decimal | None = None
    control_median_months: Decimal | None = None


def level_of(one: Figure | Effect) -> float | None:
    """The level of the printed interval in percent, the assumed one where none is printed; None
    where an interval cannot have it."""
    level = ASSUMED_LEVEL if one.ci_level is None else float(one.ci_level)
    return level if 1 <= level <= 99.9999 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A check that did not come out as printed.

    `check` and `weight` are values of `evidence.models.Check` and `Weight`. `says` is the finding
    as a sentence, `innocent` why it need not be a mistake.
    """

    check: str
    weight: str
    says: str
    printed: str
    expected: str
    innocent: str
    difference: str = ""
