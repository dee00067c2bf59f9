"""Rows of reference tables that were merged into another: how they are read past."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, ForeignKey, Model, QuerySet
from django.db.models.functions import Coalesce

from osteodb.core.errors import Conflict

Row = TypeVar("Row", bound=Model)
KEPT: Any = Coalesce(F("merged_into_id"), F("pk"))  # the key of the row that speaks for a row


class MergeableQuerySet(models.QuerySet[Row]):
    """What may be asked of rows that can be merged into another."""

    def current(self) -> MergeableQuerySet[Row]:
        """Rows that speak for themselves: what readers list, count and search."""
        return self.filter(merged_into=None)


class TieQuerySet(models.QuerySet[Row]):
    """What may be asked of rows that tie things together of which either may have been merged."""

    def current(self) -> TieQuerySet[Row]:
        """Ties of things that speak for themselves; a double one that stayed behind is left out."""
        keys = [one for one in self.model._meta.fields if isinstance(one, ForeignKey)]
        names = [one.name for one in keys if hasattr(one.related_model, "merged_into")]
        return self.filter(**{f"{name}__merged_into": None for name in names})


def absorbed_rows(model: type[Model], key: str) -> QuerySet[Any]:
    """The few rows a key may point to that were merged into another, to be excluded without a
    join."""
    pointed: Any = model._meta.get_field(key).related_model
    return pointed._base_manager.filter(merged_into__isnull=False).values("pk")  # type: ignore[no-any-return]


def kept_ids(rows: QuerySet[Any]) -> set[int]:
    """The keys of the rows that speak for these now: one query."""
    return set(rows.order_by().values_list(KEPT, flat=True))


def kept_of(row: Row) -> Row:
    """The row that speaks for this one: itself, or the one it was merged into."""
    return getattr(row, "merged_into", None) or row


def was_merged(row: Model) -> bool:
    """Whether a row, or one that it ties to another, was merged: then it speaks no more."""
    keys = [one for one in row._meta.fields if isinstance(one, ForeignKey)]
    ends = [one.name for one in keys if hasattr(one.related_model, "merged_into")]
    return any(kept_of(end) is not end for end in (row, *(getattr(row, n) for n in ends)) if end)


def all_kept(rows: Iterable[Row]) -> list[Row]:
    """The rows that speak for these, each once, in their order."""
    return list({one.pk: one for one in map(kept_of, rows)}.values())


def refuse_merged(*rows: Model) -> None:
    """Raise Conflict where a row was merged into another: what is said of it is said there."""
    for row in rows:
        kept = kept_of(row)
        if kept is not row:
            raise Conflict(f"{row} was merged into {kept}: change that one.")
