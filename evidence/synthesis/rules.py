"""Which numbers are alike, and which may not be pooled at all.

A crude proportion is no Kaplan–Meier rate, a rate of unstated method is neither, mixed sarcoma is
not osteosarcoma, a combination is not its parts, and who had placebo was not treated. An
osteosarcoma stratum of a wider trial is osteosarcoma: its patients have the disease, and the row
says that they are a stratum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from evidence.statistics.figures import RATIOS
from evidence.statistics.printing import printed
from evidence.statistics.units import MONTHS_IN
from evidence.synthesis.numbers import (
    COMPARISON,
    MEASUREMENT,
    Alike,
    Disease,
    LeftOut,
    Number,
    Reason,
)

WINDOW = Decimal(10)  # percent to either side of a time point
DISEASE_OF = {
    "OSTEOSARCOMA_ONLY": Disease.OSTEOSARCOMA,
    "OSTEOSARCOMA_STRATUM": Disease.OSTEOSARCOMA,
    "MIXED_SARCOMA": Disease.MIXED_SARCOMA,
    "OTHER": Disease.OTHER,
}
NAMED_ENDPOINTS = ("OTHER", "ADVERSE_EVENT")  # the same only under the same name
RATES = ("KAPLAN_MEIER_RATE", "RATE_UNSPECIFIED")
PERCENT, TIME, RATIO = "PERCENT", "TIME", "RATIO"


def unit_family(one: Number) -> str:
    """Percent, lengths of time whatever their unit, ratios; empty for anything else."""
    if one.kind == COMPARISON:
        return RATIO if one.measure in RATIOS else ""
    return TIME if one.unit in MONTHS_IN else PERCENT if one.unit == "PERCENT" else ""


def has_method(one: Number) -> bool:
    """Whether there is a method that pools such numbers."""
    family = unit_family(one)
    if one.kind == COMPARISON:
        return family == RATIO
    if one.estimator == "MEDIAN":
        return family == TIME
    return one.estimator in ("CRUDE_PROPORTION", *RATES) and family == PERCENT


# --- What belongs to no group ---------------------------------------------------------------------


def no_group(one: Number) -> LeftOut | None:
    """Why a number is like no other: it cannot be said what it would be alike to."""
    for reason, holds, says in _NO_GROUP:
        if holds(one):
            return LeftOut(one, reason, says)
    return None


Check = tuple[Reason, Callable[[Number], bool], str]
_NO_GROUP: tuple[Check, ...] = (
    (
        Reason.NOT_PATIENTS,
        lambda one: one.model_system != "PATIENT",
        "Not seen in patients, or the source does not say in whom.",
    ),
    (
        Reason.NOT_REPORTED,
        lambda one: one.state != "REPORTED" or one.value is None,
        "No number is reported.",
    ),
    (
        Reason.POOLED_ALREADY,
        lambda one: one.estimator == "POOLED" or one.source_kind == "META_ANALYSIS",
        "Pooled already by its source; its patients would be counted twice.",
    ),
    (
        Reason.NO_METHOD,
        lambda one: not has_method(one),
        "There is no method here that pools numbers of this kind.",
    ),
    (
        Reason.SCOPE_UNKNOWN,
        lambda one: one.scope not in DISEASE_OF,
        "Whether its patients had osteosarcoma is not recorded.",
    ),
    (
        Reason.SETTING_UNKNOWN,
        lambda one: one.setting in ("", "NOT_REPORTED"),
        "When in the course of the disease is not recorded.",
    ),
    (
        Reason.TIME_UNKNOWN,
        lambda one: one.estimator in RATES and one.time_point_months is None,
        "A rate needs the time at which it holds.",
    ),
)


# --- What is alike but may not be pooled ----------------------------------------------------------


def not_pooled(one: Number) -> LeftOut | None:
    """Why a number stays out of the group it belongs to."""
    for reason, holds, says in _NOT_POOLED:
        if holds(one):
            return LeftOut(one, reason, says)
    return None


def count_of(one: Number) -> tuple[int, int] | None:
    """Events and patients, as printed or worked out where one count alone prints as the percentage.

    0 % and 100 % fit any number of patients, so there the measurement's own number is needed.
    """
    if one.events is not None and one.n:
        return one.events, one.n
    n = one.n or one.population_n
    if one.value is None or not n or (one.n is None and one.value in (0, 100)):
        return None
    share = printed(one.value, one.value_raw, unit=one.unit)
    fits = [k for k in range(n + 1) if share.allows(100 * k / n)]
    return (fits[0], n) if len(fits) == 1 else None


def is_worked_out(one: Number) -> bool:
    """Whether its count of events is not printed but follows from percentage and n."""
    return one.estimator == "CRUDE_PROPORTION" and not (one.events is not None and one.n)


def _needs_interval(one: Number) -> bool:
    return one.kind == COMPARISON or one.estimator != "CRUDE_PROPORTION"


_NOT_POOLED: tuple[Check, ...] = (
    (
        Reason.RETRACTED,
        lambda one: one.retraction == "RETRACTED",
        "Its source was retracted.",
    ),
    (
        Reason.REVIEW_ONLY,
        lambda one: one.source_kind == "REVIEW" or one.level == "E",
        "Read only in a review or at second hand (level E).",
    ),
    (
        Reason.CASE_REPORTS,
        lambda one: one.level == "C",
        "Case reports (level C): they are written about because of how they ended.",
    ),
    (
        Reason.DISPUTED,
        lambda one: one.is_disputed,
        "It is the doubtful side of an open discrepancy.",
    ),
    (
        Reason.NOT_EXACT,
        lambda one: not one.is_exact,
        "Printed as a bound, as a range or as about right, not as a figure.",
    ),
    (
        Reason.NO_COUNT,
        lambda one: not _needs_interval(one) and count_of(one) is None,
        "No count: a proportion needs its events and its number of patients.",
    ),
    (
        Reason.NO_INTERVAL,
        lambda one: _needs_interval(one) and (one.ci_low is None or one.ci_high is None),
        "No interval with two ends: without one it has no standard error.",
    ),
    (
        Reason.NO_INTERVAL,
        lambda one: _needs_interval(one) and one.ci_sides == "ONE_SIDED",
        "Its interval is one-sided.",
    ),
    (
        Reason.NO_INTERVAL,
        lambda one: _needs_interval(one) and one.ci_level is None,
        "The level of its interval is not reported; 95 % is not taken for granted.",
    ),
)


# --- What is alike --------------------------------------------------------------------------------


def alike(one: Number) -> Alike:
    """What a number shares with others of its group, but for the time, which has a window."""
    is_measured = one.kind == MEASUREMENT
    return Alike(
        kind=one.kind,
        endpoint=one.endpoint,
        endpoint_name=_name(one.endpoint_name) if one.endpoint in NAMED_ENDPOINTS else "",
        estimator=one.estimator,
        measure=one.measure,
        comparative_by_design="" if is_measured else _answer(one.comparative_by_design),
        contrast=one.contrast,
        unit=unit_family(one),
        disease=DISEASE_OF[one.scope],
        setting=one.setting,
        role=one.role,
        given=one.given,
    )


def _name(text: str) -> str:
    return " ".join(text.casefold().split())


def _answer(value: bool | None) -> str:
    return "UNKNOWN" if value is None else "YES" if value else "NO"


def groups_of(numbers: Iterable[Number], *, window: Decimal = WINDOW) -> dict[Alike, list[Number]]:
    """The numbers by what they share; times within the window of a common time together."""
    found: dict[Alike, list[Number]] = {}
    for one in numbers:
        found.setdefault(alike(one), []).append(one)
    return {
        key if months is None else replace(key, months=months): rows
        for key, members in sorted(found.items())
        for months, rows in by_time(members, window=window)
    }


def by_time(
    members: Sequence[Number], *, window: Decimal
) -> list[tuple[Decimal | None, list[Number]]]:
    """Numbers by time point. Each group lies within the window of its most frequent time.

    Times that more numbers have come first, then earlier ones, so that the order of the numbers
    does not matter and no chain of neighbours joins what is far apart.
    """
    at: dict[Decimal, list[Number]] = {}
    timeless: list[Number] = []
    for one in members:
        time = _time(one)
        (timeless if time is None else at.setdefault(time, [])).append(one)
    groups: list[tuple[Decimal | None, list[Number]]] = [(None, timeless)] if timeless else []
    while at:
        centre = min(at, key=lambda time: (-len(at[time]), time))
        near = [time for time in at if abs(time - centre) <= centre * window / 100]
        groups.append((centre, [one for time in sorted(near) for one in at.pop(time)]))
    return groups


def _time(one: Number) -> Decimal | None:
    """A median has no time point: where one is given, it is how long patients were followed."""
    return None if one.estimator == "MEDIAN" else one.time_point_months
