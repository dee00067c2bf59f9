"""Counts over several ways in which a row is tied to something: a row counts once for each thing.

A statement belongs to a therapy class by itself or by an agent of its; a number to an agent by its
regimen or, without one, by its statement. The filters take any of these ways, so the counts do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Case, CharField, Count, F, Model, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from osteodb.website.pages.facets import Counted, Counter, in_tree

Ties = Callable[[QuerySet[Any]], QuerySet[Any]]


def together(ways: Iterable[Ties], rows: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """The ties of all ways, each once, in one query; what is tied to nothing is left out."""
    first, *others = (way(rows.order_by()) for way in ways)
    found = first.union(*others) if others else first.distinct()
    return [tie for tie in found if tie[0] is not None]


def by_ties(*ways: Ties, choices: Iterable[tuple[Any, Any]] = ()) -> Counter:
    """Counts of what the ways lead to, most frequent first; a way gives value, label and row."""
    words = {str(key): str(text) for key, text in choices}

    def count(rows: QuerySet[Any]) -> list[Counted]:
        members: dict[tuple[str, str], set[Any]] = {}
        for value, label, row in together(ways, rows):
            shown = words.get(str(label), str(label))
            members.setdefault((str(value), shown), set()).add(row)
        counts = [Counted(value, label, len(rows)) for (value, label), rows in members.items()]
        return sorted(counts, key=lambda one: (-one.number, one.label.casefold()))

    return count


def by_tree_ties(model: type[Model], *ways: Ties) -> Counter:
    """Counts over a tree; a way gives path and row."""

    def count(rows: QuerySet[Any]) -> list[Counted]:
        return in_tree(model, together(ways, rows))

    return count


def by_column(column: str) -> Counter:
    """Counts of a column's values, the highest first; rows without one are counted nowhere."""

    def count(rows: QuerySet[Any]) -> list[Counted]:
        known = rows.order_by().exclude(**{column: None}).values_list(column)
        found = known.annotate(n=Count("pk", distinct=True)).order_by(f"-{column}")
        return [Counted(str(value), str(value), n) for value, n in found]

    return count


def source_name(column: str) -> Case:
    """What a table calls a source, in SQL: "Xie 2020", or its title where no author is known."""
    year = Coalesce(Cast(f"{column}__year", CharField()), Value(""))
    by_author = Concat(f"{column}__first_author", Value(" "), year)
    return Case(
        When(**{f"{column}__first_author": ""}, then=F(f"{column}__title")), default=by_author
    )
