"""Facets: the values a list can be narrowed to, each with how many rows it would give.

A facet's counts are made with every other filter in force and without its own, so that they agree
with the rows a reader gets by choosing the value. Each facet costs one query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Count,
    F,
    Func,
    Model,
    Q,
    QuerySet,
    Value,
)
from django.http import QueryDict

from osteodb.core.filters import StrictFilterSet

AT_A_GLANCE = 10  # values shown before "more"
NOT_WORTH_FOLDING = 3  # a "more" that hides so few is left out
MOST_VALUES = 100
WORDS = "search"  # the parameter that is dear to look for
Counter = Callable[[QuerySet[Any]], list["Counted"]]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows have a value; `depth` is its place in a tree."""

    value: str
    label: str
    number: int
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Things:
    """What the values of a facet stand for: rows with a slug, named by the column `label`."""

    model: type[Model]
    label: str = "name"


@dataclass(frozen=True, slots=True)
class FacetSpec:
    """A parameter of the list, its name for people, and how its values are counted.

    `things` are what the values stand for where they are not a closed list: with them a facet
    knows "YN968D1" for rivoceranib.
    """

    parameter: str
    label: str
    counter: Counter
    is_open: bool = False
    things: Things | None = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value: its words, its count, whether it is chosen, and the address that toggles it.

    `key` tells it apart on the page, so that the focus stays on it when the list changes.
    """

    label: str
    count: int
    selected: bool
    url: str
    depth: int
    key: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet of a page: the values at a glance, and `more` behind them.

    `names` says what chosen values are called that the address has by their codes.
    """

    key: str
    label: str
    values: list[FacetValue]
    more: list[FacetValue]
    is_open: bool
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value in force: as the facet has it, in words, and as the address has it."""

    value: str
    label: str
    written: str


class Unnest(Func):
    """The members of an array column, one row each."""

    function = "unnest"
    arity = 1


class Among(Func):
    """Whether a number is one of an array's: thousands of numbers as one parameter."""

    arity = 2
    arg_joiner = " = ANY("
    template = "%(expressions)s)"
    output_field = BooleanField()


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
    asked = _asked_for(filterset)
    for spec in specs:
        is_free = not any(query.getlist(spec.parameter))
        rows = asked if is_free else _bare(filterset.without(spec.parameter, "ordering"))
        counts = spec.counter(rows)
        facet = _facet(spec, counts, _chosen(spec, filterset, query), query)
        if facet.values:
            found.append(facet)
    return found


def _facet(spec: FacetSpec, counts: list[Counted], chosen: list[Chosen], query: QueryDict) -> Facet:
    """The facet with what is chosen among its values, even where it gives no rows."""
    folded = {one.value.casefold(): one for one in chosen}
    known = {one.value.casefold() for one in counts}
    nothing = [Counted(one.value, one.label, 0) for key, one in folded.items() if key not in known]
    values = [
        _value(spec, one, folded.get(one.value.casefold()), query)
        for one in [*nothing, *_most_frequent(counts, set(folded))]
    ]
    whole = partial(
        Facet,
        spec.parameter,
        spec.label,
        is_open=spec.is_open or bool(chosen),
        names=_names(counts, chosen),
    )
    if len(values) <= AT_A_GLANCE + NOT_WORTH_FOLDING:
        return whole(values, [])
    if not any(one.depth for one in values):
        values.sort(key=lambda one: not one.selected)
    glance = max(AT_A_GLANCE, *(i + 1 for i, one in enumerate(values) if one.selected), 0)
    return whole(values[:glance], values[glance:])


def _names(counts: list[Counted], chosen: list[Chosen]) -> dict[str, str]:
    """What a value is called that the address has by its code; a name that was written stays."""
    labels = {one.value.casefold(): one.label for one in counts}
    return {
        one.written: labels.get(one.value.casefold(), one.label)
        for one in chosen
        if one.written.rpartition("/")[2].casefold() == one.value.casefold()
    }


def _value(spec: FacetSpec, one: Counted, chosen: Chosen | None, query: QueryDict) -> FacetValue:
    return FacetValue(
        label=one.label,
        count=one.number,
        selected=chosen is not None,
        url=toggled(query, spec.parameter, chosen.written if chosen else one.value),
        depth=one.depth,
        key=f"{spec.parameter}-{one.value}",
    )


def written_values(filterset: StrictFilterSet, parameter: str, query: QueryDict) -> list[str]:
    """The values as written, one for each that was understood; empty where they do not pair up.

    A comma parts the values of some parameters and belongs to the value in others.
    """
    understood = filterset.form.cleaned_data.get(parameter)
    number = len(understood or ()) if filterset.filters[parameter].many else 1
    whole = [value for value in query.getlist(parameter) if value.strip()]
    for candidates in (whole, pieces(query, parameter)):
        if len(candidates) == number:
            return candidates
    return []


def _chosen(spec: FacetSpec, filterset: StrictFilterSet, query: QueryDict) -> list[Chosen]:
    """What is chosen of a facet, each as the facet has it whatever the address calls it."""
    written = written_values(filterset, spec.parameter, query)
    if not any(query.getlist(spec.parameter)):
        return []
    understood = filterset.form.cleaned_data.get(spec.parameter) or []
    if not written or not isinstance(understood, list):
        return [Chosen(one, one, one) for one in pieces(query, spec.parameter)]
    if spec.things is None:
        words = dict(filterset.filters[spec.parameter].choices)
        return [
            Chosen(value, words.get(value, text), text)
            for one, text in zip(understood, written, strict=True)
            for value in [one if isinstance(one, str) else text]
        ]
    named = _named(spec.things, {key for group in understood for key in group})
    return [
        Chosen(*named[key], text)
        for group, text in zip(understood, written, strict=True)
        for key in group
        if key in named
    ]


def _named(things: Things, keys: set[Any]) -> dict[Any, tuple[str, str]]:
    """Slug and name of the rows with these ids, or with these places in their tree."""
    column = "path" if any(isinstance(key, str) for key in keys) else "pk"
    rows = things.model._default_manager.filter(**{f"{column}__in": keys})
    return {
        key: (slug, str(name)) for key, slug, name in rows.values_list(column, "slug", things.label)
    }


def _asked_for(filterset: StrictFilterSet) -> QuerySet[Any]:
    """The rows of the list, for all facets of which nothing is chosen. Words are looked for once:
    one more query, which finds the ids."""
    rows = _bare(filterset.without("ordering"))
    if not filterset.form.cleaned_data.get(WORDS):
        return rows
    keys = ArrayField(BigIntegerField())
    found = Value(list(rows.values_list("pk", flat=True)), output_field=keys)
    within: QuerySet[Any] = rows.model._default_manager.filter(Among(F("pk"), found))
    return within


def _bare(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows without what the list adds to them, so that counting groups by nothing else."""
    bare: QuerySet[Any] = rows.model._default_manager.filter(pk__in=rows.order_by().values("pk"))
    return bare


def _most_frequent(counts: list[Counted], chosen: set[str]) -> list[Counted]:
    """The most frequent values, and every chosen one, in the order they came."""
    ranked = sorted(counts, key=lambda one: -one.number)[:MOST_VALUES]
    kept = {one.value for one in ranked}
    return [one for one in counts if one.value in kept or one.value.casefold() in chosen]


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
        ties = through(rows).exclude(**{path: None}).order_by()
        return in_tree(model, ties.values_list(path, row).distinct())

    return count


def in_tree(model: type[Model], places: Iterable[tuple[str, Any]]) -> list[Counted]:
    """How many rows stand at or below each place of a tree, given each row's places."""
    below: dict[str, set[Any]] = {}
    for place, key in places:
        steps = place.split("/")
        for depth in range(1, len(steps) + 1):
            below.setdefault("/".join(steps[:depth]), set()).add(key)
    tree = model._default_manager.order_by("path").values_list("path", "slug", "name")
    return [
        Counted(slug, name, len(below[place]), place.count("/"))
        for place, slug, name in tree
        if place in below
    ]
