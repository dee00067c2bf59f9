"""Facets: the values a list can be narrowed to, each with how many rows it would give.

A facet's counts are made with every other filter in force and without its own, so that they agree
with the rows a reader gets by choosing the value. Each facet costs one query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Func, Model, Q, QuerySet
from django.http import QueryDict

from osteodb.core.filters import StrictFilterSet

MOST_VALUES = 40
Counter = Callable[[QuerySet[Any]], list["Counted"]]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows have a value; `depth` is its place in a tree."""

    value: str
    label: str
    number: int
    depth: int = 0


@dataclass(frozen=True, slots=True)
class FacetSpec:
    """A parameter of the list, its name for people, and how its values are counted."""

    parameter: str
    label: str
    counter: Counter
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value: its words, its count, whether it is chosen, and the address that toggles it."""

    label: str
    count: int
    selected: bool
    url: str
    depth: int


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet of a page."""

    label: str
    values: list[FacetValue]
    is_open: bool


class Unnest(Func):
    """The members of an array column, one row each."""

    function = "unnest"
    arity = 1


def pieces(query: QueryDict, parameter: str) -> list[str]:
    """The values of a parameter, given several times or separated by commas."""
    return [
        piece.strip()
        for text in query.getlist(parameter)
        for piece in text.split(",")
        if piece.strip()
    ]


def toggled(query: QueryDict, parameter: str, value: str) -> str:
    """The query with a value added, or taken away where it is there; paging starts anew."""
    values = pieces(query, parameter)
    kept = [one for one in values if one.casefold() != value.casefold()]
    return replaced(query, parameter, kept if len(kept) < len(values) else [*values, value])


def replaced(query: QueryDict, parameter: str, values: Iterable[str]) -> str:
    """The query with other values of one parameter, as an address of this page."""
    changed = query.copy()
    changed.pop("page", None)
    changed.setlist(parameter, list(values))
    for name in [name for name in changed if not any(changed.getlist(name))]:
        del changed[name]
    return f"?{changed.urlencode(safe=',')}"


def facets(specs: Iterable[FacetSpec], filterset: StrictFilterSet, query: QueryDict) -> list[Facet]:
    """The facets that have something to offer."""
    found = []
    for spec in specs:
        chosen = {one.casefold() for one in pieces(query, spec.parameter)}
        counts = spec.counter(_bare(filterset.without(spec.parameter, "ordering")))
        values = [
            FacetValue(
                label=one.label,
                count=one.number,
                selected=one.value.casefold() in chosen,
                url=toggled(query, spec.parameter, one.value),
                depth=one.depth,
            )
            for one in _worth_showing(counts, chosen)
        ]
        if values:
            found.append(Facet(spec.label, values, spec.is_open or bool(chosen)))
    return found


def _bare(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows without what the list adds to them, so that counting groups by nothing else."""
    bare: QuerySet[Any] = rows.model._default_manager.filter(pk__in=rows.order_by().values("pk"))
    return bare


def _worth_showing(counts: list[Counted], chosen: set[str]) -> list[Counted]:
    """The most frequent values, and every chosen one, in the order they came."""
    if len(counts) <= MOST_VALUES:
        return counts
    least = sorted((one.number for one in counts), reverse=True)[MOST_VALUES - 1]
    return [one for one in counts if one.number >= least or one.value.casefold() in chosen]


# --- Ways to count ------------------------------------------------------------------------------


def by_choice(column: str, choices: Iterable[tuple[Any, Any]]) -> Counter:
    """Counts of a column with a closed list, in the list's order."""
    labels = {str(value): str(label) for value, label in choices}

    def count(rows: QuerySet[Any]) -> list[Counted]:
        found = rows.order_by().values_list(column).annotate(n=Count("pk", distinct=True))
        numbers = {str(value): n for value, n in found}
        return [
            Counted(value, label, numbers[value])
            for value, label in labels.items()
            if value in numbers
        ]

    return count


def by_member(column: str, label: Callable[[str], str], order: Iterable[str] = ()) -> Counter:
    """Counts of the members of an array column; in the given order, else by label."""
    places = {value: place for place, value in enumerate(order)}

    def count(rows: QuerySet[Any]) -> list[Counted]:
        members = rows.order_by().annotate(member=Unnest(F(column)))
        found = members.values_list("member").annotate(n=Count("pk", distinct=True))
        counts = [Counted(str(value), label(str(value)), n) for value, n in found]
        return sorted(counts, key=lambda one: (places.get(one.value, 0), one.label.casefold()))

    return count


def by_answer(column: str) -> Counter:
    """Counts of yes, no and not reported."""
    words = {True: ("true", "yes"), False: ("false", "no"), None: ("unknown", "not reported")}

    def count(rows: QuerySet[Any]) -> list[Counted]:
        found = dict(rows.order_by().values_list(column).annotate(n=Count("pk", distinct=True)))
        return [Counted(*words[answer], found[answer]) for answer in words if answer in found]

    return count


def by_condition(condition: Q, yes: str, no: str) -> Counter:
    """Counts of the rows that a condition holds for, and of the others."""

    def count(rows: QuerySet[Any]) -> list[Counted]:
        holds = Count("pk", filter=condition)
        found = rows.order_by().aggregate(all=Count("pk"), yes=holds)
        numbers = (("true", yes, found["yes"]), ("false", no, found["all"] - found["yes"]))
        return [Counted(value, label, number) for value, label, number in numbers if number]

    return count


def by_relation(
    through: Callable[[QuerySet[Any]], QuerySet[Any]],
    row: str,
    value: str,
    label: str,
    choices: Iterable[tuple[Any, Any]] = (),
) -> Counter:
    """Counts over a table that ties rows to something: most frequent first.

    `through` gives the ties of the rows; `row`, `value` and `label` name its columns.
    """
    words = {str(key): str(text) for key, text in choices}

    def count(rows: QuerySet[Any]) -> list[Counted]:
        ties = through(rows).exclude(**{f"{value}": None}).order_by()
        found = ties.values_list(value, label).annotate(n=Count(row, distinct=True))
        counts = [Counted(str(key), words.get(str(text), str(text)), n) for key, text, n in found]
        return sorted(counts, key=lambda one: (-one.number, one.label.casefold()))

    return count


def by_tree(
    model: type[Model], through: Callable[[QuerySet[Any]], QuerySet[Any]], row: str, path: str
) -> Counter:
    """Counts over a tree: a row counts for its place and for every place above it."""

    def count(rows: QuerySet[Any]) -> list[Counted]:
        below: dict[str, set[Any]] = {}
        ties = through(rows).exclude(**{path: None}).order_by()
        for place, key in ties.values_list(path, row).distinct():
            steps = place.split("/")
            for depth in range(1, len(steps) + 1):
                below.setdefault("/".join(steps[:depth]), set()).add(key)
        places = model._default_manager.order_by("path").values_list("path", "slug", "name")
        return [
            Counted(slug, name, len(below[place]), place.count("/"))
            for place, slug, name in places
            if place in below
        ]

    return count
