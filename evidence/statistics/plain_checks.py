"""Checks that only compare: a value with its interval, numbers of patients, a threshold."""

from __future__ import annotations

import re
from decimal import Decimal

from evidence.statistics import names
from evidence.statistics.figures import Doubt, Effect, Figure
from evidence.statistics.printing import Printed, printed, printed_interval, shown, span

MORE_IS_BETTER = frozenset(
    {"PFS", "EFS", "OS", "DFS", "ORR", "DCR", "CBR", "DOR", "TTP", "NECROSIS"}
)
LESS_IS_BETTER = frozenset({"ADVERSE_EVENT"})
_AT_LEAST = re.compile(r"≥|>|at least|more than|above|exceed|\bover\b", re.IGNORECASE)
_AT_MOST = re.compile(r"≤|<|at most|less than|below|\bunder\b|fewer", re.IGNORECASE)
_UNITS = {
    "PERCENT": " %",
    "DAYS": " days",
    "WEEKS": " weeks",
    "MONTHS": " months",
    "YEARS": " years",
}


def value_in_interval(one: Figure | Effect) -> Doubt | None:
    """VALUE_IN_INTERVAL: a value outside its own interval, rounding allowed for.

    Assumes that both are of one estimate. An open end excludes nothing; an interval that runs
    backwards is no interval.
    """
    unit = one.unit if isinstance(one, Figure) else ""
    low, high = printed_interval(one.ci_low, one.ci_high, one.ci_raw, unit=unit)
    if one.value is None or (low is not None and high is not None and low.value > high.value):
        return None
    value = printed(one.value, one.value_raw, unit=unit)
    if not _is_below(value, low) and not _is_below(high, value):
        return None
    decimals = max(end.decimals for end in (low, high) if end is not None)
    text = f"{shown(value.value, value.decimals)}{_UNITS.get(unit, '')}"
    interval = f"{span(one.ci_low, one.ci_high, decimals)}{_UNITS.get(unit, '')}"
    nearest = low if low is not None and _is_below(value, low) else high
    apart = 0.0 if nearest is None else float(value.value - nearest.value)
    return Doubt(
        check=names.VALUE_IN_INTERVAL,
        weight=names.CONTRADICTION,
        says=f"The value {text} lies outside its own interval, {interval}.",
        printed=f"{text} ({interval})",
        expected=f"a value within {interval}",
        difference=shown(apart, max(decimals, value.decimals)),
        innocent=(
            "Hardly: one of the three numbers is misprinted, mistyped, or from another analysis. "
            "Only estimates corrected for bias may lie outside."
        ),
    )


def is_outside(one: Figure | Effect) -> bool:
    """Is the value outside its own interval? Sums from the two then mean nothing more."""
    return value_in_interval(one) is not None


def n_in_enrolment(figure: Figure) -> Doubt | None:
    """N_IN_ENROLMENT: more patients behind a number than the trial has enrolled."""
    counted = max(_count(figure.n), _count(figure.population_n))
    if figure.enrolment is None or figure.enrolment < 0 or counted <= figure.enrolment:
        return None
    return Doubt(
        check=names.N_IN_ENROLMENT,
        weight=names.CONTRADICTION,
        says=f"The number is of {counted} patients, the trial enrolled {figure.enrolment}.",
        printed=f"{counted} patients",
        expected=f"at most {figure.enrolment}",
        difference=f"{counted - figure.enrolment} more",
        innocent=(
            "Enrolment is the figure last seen in a registry and may be anticipated or out of "
            "date; or the number counts courses, lesions or samples."
        ),
    )


def n_in_whole(figure: Figure) -> Doubt | None:
    """N_IN_WHOLE: a part with more patients than the group that it is part of."""
    steps = (
        ("The number", figure.n, "its population", figure.population_n),
        ("Its population", figure.population_n, "the group it is part of", figure.whole_n),
        ("The number", figure.n, "the group its population is part of", figure.whole_n),
    )
    for part, few, whole, many in steps:
        if few is None or many is None or many < 0 or few <= many:
            continue
        return Doubt(
            check=names.N_IN_WHOLE,
            weight=names.CONTRADICTION,
            says=f"{part} is of {few} patients, but {whole} has only {many}.",
            printed=f"{few} patients",
            expected=f"at most {many}",
            difference=f"{few - many} more",
            innocent=(
                "The two may be of different analysis sets or cut-off dates; or the number counts "
                "courses, lesions or samples."
            ),
        )
    return None


def threshold(figure: Figure) -> Doubt | None:
    """THRESHOLD: “met” or “missed” against the value and the threshold as numbers.

    Assumes that more is better for survival, response and necrosis, less for adverse events; of
    another endpoint only where the printed threshold says so. Where the end of the interval is on
    the side that is given, as designs often ask, it is but a hint.
    """
    if figure.value is None or figure.threshold is None or figure.threshold_met is None:
        return None
    more_is_better = _direction(figure)
    value = printed(figure.value, figure.value_raw, unit=figure.unit)
    limit = float(figure.threshold)
    if more_is_better is None or value.allows(limit):
        return None
    is_met = (value.low > limit) == more_is_better
    if is_met == figure.threshold_met:
        return None
    unit = _UNITS.get(figure.unit, "")
    text = f"{shown(value.value, value.decimals)}{unit}"
    wanted = f"{'at least' if more_is_better else 'at most'} {figure.threshold.normalize():f}{unit}"
    end = _deciding_end(figure, limit, more_is_better=more_is_better)
    said, found = ("met", "misses") if figure.threshold_met else ("missed", "meets")
    return Doubt(
        check=names.THRESHOLD,
        weight=names.DIFFERENCE if end is None else names.HINT,
        says=f"The threshold is given as {said}, yet the value {text} {found} {wanted}.",
        printed=f"{said} with {text}",
        expected=f"{'met' if is_met else 'missed'} by the value alone",
        difference=f"{shown(float(value.value) - limit, max(value.decimals, 1))}{unit}",
        innocent=_why_threshold(end, more_is_better=more_is_better),
    )


def _deciding_end(figure: Figure, limit: float, *, more_is_better: bool) -> Decimal | None:
    """The end of the interval that a design may ask, where it bears out “met” or “missed”."""
    end = figure.ci_low if more_is_better else figure.ci_high
    if end is None or ((float(end) > limit) == more_is_better) != figure.threshold_met:
        return None
    return end


def _why_threshold(end: Decimal | None, *, more_is_better: bool) -> str:
    if end is not None:
        bound = f"{'lower' if more_is_better else 'upper'} end {end.normalize():f}"
        return f"The design may ask it of the interval: its {bound} is on the side that is given."
    return (
        "The design may ask it of the interval's end, of another analysis or of the number of "
        "events, not of the value; or the threshold is the rate to be ruled out."
    )


def _direction(figure: Figure) -> bool | None:
    if figure.endpoint in MORE_IS_BETTER:
        return True
    if figure.endpoint in LESS_IS_BETTER:
        return False
    at_least = bool(_AT_LEAST.search(figure.threshold_raw))
    at_most = bool(_AT_MOST.search(figure.threshold_raw))
    return at_least if at_least != at_most else None


def _is_below(one: Printed | None, other: Printed | None) -> bool:
    """Is `one` below `other` however both were rounded?"""
    if one is None or other is None:
        return False
    return one.high < other.low - 1e-9 * max(1.0, abs(other.low))


def _count(number: int | None) -> int:
    return 0 if number is None else number
