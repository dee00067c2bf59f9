"""Survival figures against each other: a rate at a time, a median, a hazard ratio.

A median is the time at which a survival curve falls to 50 %; that much is logic. The rest assumes
an exponential curve, S(t) = 0.5 ^ (t / median), which real curves follow only roughly, so it is
never more than a hint.
"""

from __future__ import annotations

import math
from decimal import Decimal

from evidence.statistics import names
from evidence.statistics.figures import Doubt, Effect, Figure
from evidence.statistics.printing import Printed, printed, shown

TIMED = frozenset({"PFS", "EFS", "OS", "DFS", "TTP", "DOR"})
CURVE_RATES = frozenset({"KAPLAN_MEIER_RATE", "RATE_UNSPECIFIED"})
# Months of 28 to 31 days, and visits a few days early or late: times this close may be one.
TIME_TOLERANCE = 0.1
SAME_TIME = 0.01  # the rounding of a median
# Curves of progression fall in steps at the scans; our choice, not a published limit.
EXPONENTIAL_TOLERANCE = 25.0  # percentage points
# Among 106 published pairs the ratio of medians was up to 50 % off the hazard ratio:
# J Clin Epidemiol 2014;67:1172-1177, https://pubmed.ncbi.nlm.nih.gov/25063554/
MEDIANS_TOLERANCE = 2.0  # factor
OPPOSITE_TOLERANCE = 1.2  # factor between two ratios on opposite sides of 1


def rate_and_median(figure: Figure) -> Doubt | None:
    """RATE_AND_MEDIAN: a survival rate at a time against the median of the same arm.

    More than 50 % after the median, or less before it, is a difference; a hint where the two times
    are within TIME_TOLERANCE or the rounding of the median. Otherwise a rate further than
    EXPONENTIAL_TOLERANCE points from the exponential curve through the median is a hint.
    """
    if figure.endpoint not in TIMED or figure.estimator not in CURVE_RATES:
        return None
    times = _positive(figure.time_point_months, figure.median_months)
    if figure.unit != "PERCENT" or figure.value is None or times is None:
        return None
    time, median = times
    rate = printed(figure.value, figure.value_raw, unit=figure.unit)
    after, before = time > median * (1 + SAME_TIME), time < median * (1 - SAME_TIME)
    if (after and rate.low > 50) or (before and rate.high < 50):
        return _beyond_half(rate, time, printed(Decimal(figure.median_months or 0)))
    return _off_the_curve(rate, time, median)


def _beyond_half(rate: Printed, time: float, rounded: Printed) -> Doubt:
    median = float(rounded.value)
    after = time > median
    side, way = ("after", "more") if after else ("before", "less")
    text = f"{shown(rate.value, rate.decimals)} % at {_months(time)}"
    is_near = abs(time / median - 1) <= TIME_TOLERANCE or rounded.allows(time)
    near = "The two times are so near that they may be one visit. " if is_near else ""
    return Doubt(
        check=names.RATE_AND_MEDIAN,
        weight=names.HINT if is_near else names.DIFFERENCE,
        says=f"The rate is {text}: {way} than 50 % {side} the median of {_months(median)}.",
        printed=text,
        expected=f"{'at most' if after else 'at least'} 50 %",
        difference=f"{shown(float(rate.value) - 50, 1)} points from 50 %",
        innocent=(
            f"{near}Rate and median may come from different cut-off dates, groups or readers, or "
            "the rate may be a crude proportion and not from the survival curve."
        ),
    )


def _off_the_curve(rate: Printed, time: float, median: float) -> Doubt | None:
    expected = 100 * 0.5 ** (time / median)
    if abs(float(rate.value) - expected) <= EXPONENTIAL_TOLERANCE:
        return None
    text = f"{shown(rate.value, rate.decimals)} % at {_months(time)}"
    return Doubt(
        check=names.RATE_AND_MEDIAN,
        weight=names.HINT,
        says=(
            f"The rate is {text}; an exponential curve with the median of {_months(median)} "
            f"has {shown(expected, 0)} % there."
        ),
        printed=text,
        expected=f"about {shown(expected, 0)} %, if exponential",
        difference=f"{shown(float(rate.value) - expected, 0)} points",
        innocent=(
            "Survival curves are seldom exponential: progression is seen at scans, and some "
            "patients may be cured."
        ),
    )


def ratio_and_medians(effect: Effect) -> Doubt | None:
    """RATIO_AND_MEDIANS: a hazard ratio against control median / experimental median.

    Equal for exponential curves. A hint where they are more than MEDIANS_TOLERANCE apart, or on
    opposite sides of 1 and more than OPPOSITE_TOLERANCE apart.
    """
    medians = _positive(effect.experimental_median_months, effect.control_median_months)
    if effect.measure != "HR" or effect.value is None or effect.value <= 0 or medians is None:
        return None
    experimental, control = medians
    expected = control / experimental
    factor = abs(math.log(float(effect.value) / expected))
    is_opposite = (effect.value > 1 > expected) or (effect.value < 1 < expected)
    tolerance = OPPOSITE_TOLERANCE if is_opposite else MEDIANS_TOLERANCE
    if factor <= math.log(tolerance):
        return None
    ratio = printed(effect.value, effect.value_raw)
    text = shown(ratio.value, ratio.decimals)
    both = f"{_months(experimental)} against {_months(control)}"
    verdict = "point the other way" if is_opposite else f"suggest {shown(expected, 2)}"
    return Doubt(
        check=names.RATIO_AND_MEDIANS,
        weight=names.HINT,
        says=f"The hazard ratio is {text}; the medians, {both}, {verdict}.",
        printed=text,
        expected=f"about {shown(expected, 2)}, if exponential",
        difference=f"by a factor of {shown(math.exp(min(factor, 50.0)), 1)}",
        innocent=(
            "Curves that cross or part late give such numbers, and so does a ratio of control to "
            "experimental group."
        ),
    )


def _positive(one: Decimal | None, other: Decimal | None) -> tuple[float, float] | None:
    """Two lengths of time; None unless there are both."""
    if one is None or other is None or one <= 0 or other <= 0:
        return None
    return float(one), float(other)


def _months(number: float) -> str:
    return f"{shown(number, 1)} months"
