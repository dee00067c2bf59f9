"""What the address of the evidence map asks for: its own choices, and the filters of the list that
its cells lead to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from evidence.filters import EvidenceFilterSet, MeasurementFilterSet
from evidence.models import Endpoint, EvidenceKind, EvidenceLevel, EvidenceVersion, Measurement
from osteodb.core.filter_values import UnknownTerm, did_you_mean, listed
from osteodb.core.filters import FilterProblem, StrictFilterSet
from therapies.filters import therapy_class_paths

OWN = ("by", "class", "count", "depth")
STATEMENTS, NUMBERS = "statements", "numbers"
COUNTS = {STATEMENTS: "statements", NUMBERS: "measurements"}
AXES = {"endpoint": "endpoint", "level": "level of evidence", "kind": "kind of statement"}
COLUMNS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "endpoint": tuple((str(value), str(label)) for value, label in Endpoint.choices),
    "level": tuple((str(value), str(label)) for value, label in EvidenceLevel.choices),
    "kind": tuple((str(value), str(label)) for value, label in EvidenceKind.choices),
}
DEPTHS = {"1": "1", "2": "2", "all": "all"}
LISTS = {STATEMENTS: "/evidence/", NUMBERS: "/measurements/"}


@dataclass(frozen=True, slots=True)
class MapQuery:
    """A question that was understood. `branch` is the path of the class the map begins at."""

    by: str
    count: str
    depth: str
    branch: str
    filterset: StrictFilterSet
    passed_on: QueryDict


def read_map_query(query: QueryDict) -> tuple[MapQuery | None, list[FilterProblem]]:
    """The question, or what is wrong with it."""
    problems: list[FilterProblem] = []
    by = _choice(query, "by", AXES, problems)
    count = _choice(query, "count", COUNTS, problems)
    depth = _choice(query, "depth", DEPTHS, problems, default="all")
    branch = _branch(query, problems)
    filterset = _filterset(query, count)
    problems += [*_taken(query, by, count), *filterset.problems]
    if problems:
        return None, problems
    return MapQuery(by, count, depth, branch, filterset, _without(query, OWN)), []


def _filterset(query: QueryDict, count: str) -> StrictFilterSet:
    reserved = (*OWN, "therapy_class")
    if count == NUMBERS:
        return MeasurementFilterSet(query, Measurement.objects.visible(), reserved=reserved)
    return EvidenceFilterSet(query, EvidenceVersion.objects.readable(), reserved=reserved)


def _choice(
    query: QueryDict,
    name: str,
    allowed: Mapping[str, str],
    problems: list[FilterProblem],
    default: str = "",
) -> str:
    """One value of a closed list; the first, or the default, where none is given."""
    given = [value.strip().casefold() for value in query.getlist(name) if value.strip()]
    usual = default or next(iter(allowed))
    if not given:
        return usual
    if len(given) > 1 or given[0] not in allowed:
        words = (
            f"{given[0][:40]!r} is not one of: {listed(allowed)}.{did_you_mean(given[0], allowed)}"
        )
        problems.append(
            FilterProblem(name, "This parameter takes one value only." if given[1:] else words)
        )
        return usual
    return given[0]


def _branch(query: QueryDict, problems: list[FilterProblem]) -> str:
    """The path of the class that `class` names."""
    given = [value.strip() for value in query.getlist("class") if value.strip()]
    if not given:
        return ""
    if len(given) > 1:
        problems.append(FilterProblem("class", "This parameter takes one value only."))
        return ""
    if "\x00" in given[0]:
        return ""  # the filter set says what is wrong with such a value
    try:
        return therapy_class_paths(given[0])[0]
    except UnknownTerm as unknown:
        known = f" Known: {listed(unknown.known)}." if unknown.list_all else ""
        hint = did_you_mean(given[0], unknown.known)
        problems.append(FilterProblem("class", f"{unknown.message}{hint}{known}"))
        return ""


def _taken(query: QueryDict, by: str, count: str) -> list[FilterProblem]:
    """Filters that the map itself goes through, and columns that measurements have not."""
    found = []
    if any(query.getlist("therapy_class")):
        words = "The rows are the therapy classes: choose a branch of them with `class`."
        found.append(FilterProblem("therapy_class", words))
    if any(query.getlist(by)):
        words = f"The columns go through every {AXES[by]}: choose other columns with `by`."
        found.append(FilterProblem(by, words))
    if count == NUMBERS and by != "endpoint":
        words = "Measurements are counted by endpoint only: choose count=statements for others."
        found.append(FilterProblem("by", words))
    return found


def _without(query: QueryDict, names: Iterable[str]) -> QueryDict:
    """What a cell passes on to the list it leads to."""
    kept = query.copy()
    for name in [*names, *(one for one in query if not any(query.getlist(one)))]:
        kept.pop(name, None)
    return kept
