"""What may be asked of a synthesis: the filters of the numbers, which kind, and the time window."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.http import QueryDict

from evidence.filters import ComparisonFilterSet, MeasurementFilterSet, NumberFilterSet
from evidence.models import Comparison, Measurement
from evidence.synthesis.reading import Reading, read_comparisons, read_measurements
from evidence.synthesis.rules import WINDOW
from osteodb.core.filters import FilterProblem, InvalidFilters

MEASUREMENTS, COMPARISONS = "measurements", "comparisons"
KINDS = (MEASUREMENTS, COMPARISONS)
WIDEST = 50
OWN_PARAMETERS = ("kind", "window")
NARROWING = (
    "agent",
    "therapy_class",
    "target",
    "trial",
    "evidence",
    "measurement",
    "comparison",
)
KIND_HELP = "measurements (the default), or comparisons."
WINDOW_HELP = (
    f"Percent by which time points may lie from their group's own, 0 to {WIDEST}. "
    f"Default: {WINDOW}."
)


@dataclass(frozen=True, slots=True)
class Question:
    """What an address asks for. With `problems` there is no answer."""

    kind: str
    window: Decimal
    filterset: NumberFilterSet
    is_narrowed: bool
    problems: tuple[FilterProblem, ...] = field(default=())

    def answer(self) -> Reading:
        """The groups and what they pool to. Raises InvalidFilters."""
        if self.problems:
            raise InvalidFilters(self.problems)
        read = read_measurements if self.kind == MEASUREMENTS else read_comparisons
        return read(self.filterset.qs, window=self.window, is_narrowed=self.is_narrowed)


def question(query: QueryDict, *, reserved: Iterable[str] = ()) -> Question:
    """The question of an address, with everything that is wrong with it.

    `reserved` are the door's own parameters.
    """
    kind, kind_problems = _kind(query)
    window, window_problems = _window(query)
    own = (*OWN_PARAMETERS, *reserved)
    filterset: NumberFilterSet = (
        MeasurementFilterSet(query, Measurement.objects.visible(), reserved=own)
        if kind == MEASUREMENTS
        else ComparisonFilterSet(query, Comparison.objects.visible(), reserved=own)
    )
    return Question(
        kind=kind,
        window=window,
        filterset=filterset,
        is_narrowed=any(value.strip() for name in NARROWING for value in query.getlist(name)),
        problems=(*kind_problems, *window_problems, *filterset.problems),
    )


def _kind(query: QueryDict) -> tuple[str, list[FilterProblem]]:
    values = [value for value in query.getlist("kind") if value]
    if not values:
        return MEASUREMENTS, []
    if len(values) > 1:
        return MEASUREMENTS, [FilterProblem("kind", "This parameter takes one value only.", KINDS)]
    found = values[0].casefold()
    if found in KINDS:
        return found, []
    message = f"{values[0][:40]!r} is none of: {', '.join(KINDS)}."
    return MEASUREMENTS, [FilterProblem("kind", message, KINDS)]


def _window(query: QueryDict) -> tuple[Decimal, list[FilterProblem]]:
    values = [value for value in query.getlist("window") if value]
    if not values:
        return WINDOW, []
    text = values[0]
    if len(values) == 1 and re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,2})?", text):
        found = Decimal(text)
        if found <= WIDEST:
            return found, []
    message = f"{text[:40]!r} is no window: give one number of percent from 0 to {WIDEST}."
    return WINDOW, [FilterProblem("window", message)]
