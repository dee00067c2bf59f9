"""Database pieces that several apps use: public ids, partial dates, cited statements."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import CombinedSearchVector, SearchVector, SearchVectorField
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, Q
from django.db.models.sql.compiler import SQLCompiler

from osteodb.core.partial_dates import SQL_PATTERN


class PublicId(Func):
    """The next permanent public id, `OST-T000001`, from a PostgreSQL sequence.

    Ids come from the database so that every door (service, bulk insert, COPY) gets a fresh one and
    none is ever used twice. The sequence is created by the migration that adds the column.
    """

    output_field = models.CharField()

    def __init__(self, prefix: str, sequence: str) -> None:
        self.prefix, self.sequence = prefix, sequence
        super().__init__()

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **extra: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        return f"'{self.prefix}' || to_char(nextval('{self.sequence}'), 'FM9999999000000')", ()

    def deconstruct(self) -> tuple[str, tuple[str, str], dict[str, Any]]:
        return ("osteodb.core.fields.PublicId", (self.prefix, self.sequence), {})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicId) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.prefix, self.sequence))


class EarliestDay(Func):
    """The first possible day of a partial date's text; NULL where the text is empty.

    Built from immutable functions only, as a generated column needs (a cast to date is not one).
    """

    output_field = models.DateField()
    template = (
        "make_date(NULLIF(substr(%(expressions)s, 1, 4), '')::int, "
        "COALESCE(NULLIF(substr(%(expressions)s, 6, 2), ''), '1')::int, "
        "COALESCE(NULLIF(substr(%(expressions)s, 9, 2), ''), '1')::int)"
    )


class DateType(models.TextChoices):
    """Whether a date has happened or is planned, as the registry types it."""

    ACTUAL = "ACTUAL", "actual"
    ESTIMATED = "ESTIMATED", "estimated"


def partial_date(label: str) -> models.CharField[str, str]:
    """The text of a partial date: yyyy, yyyy-MM or yyyy-MM-dd; empty where not reported."""
    return models.CharField(label, max_length=10, blank=True)


def partial_date_type(label: str) -> models.CharField[str, str]:
    """ACTUAL, ESTIMATED or empty where the registry does not say."""
    return models.CharField(f"{label} type", max_length=9, blank=True, choices=DateType.choices)


def earliest_day(of: str) -> models.GeneratedField:
    """The generated column that sorts and filters the partial date `of`."""
    return models.GeneratedField(
        expression=EarliestDay(of),
        output_field=models.DateField(null=True),
        db_persist=True,
    )


def full_text(**weighted: list[str]) -> models.GeneratedField:
    """The stored list of the words in these columns, by weight: `A` counts most, `D` least."""
    parts: list[SearchVector | CombinedSearchVector] = [
        SearchVector(*columns, weight=weight, config="english")
        for weight, columns in weighted.items()
    ]
    whole: Any = parts[0]
    for part in parts[1:]:
        whole = whole + part
    return models.GeneratedField(
        expression=whole, output_field=SearchVectorField(), db_persist=True
    )


def partial_date_check(table: str, field: str) -> models.CheckConstraint:
    """The database's own refusal of a date text that is no partial date."""
    return models.CheckConstraint(
        name=f"{table}_{field}_is_partial_date",
        condition=Q(**{field: ""}) | Q(**{f"{field}__regex": SQL_PATTERN}),
    )


class Cited(models.Model):
    """A statement below the evidence app that carries where it was seen.

    Identifiers, synonyms and an agent's targets are facts too: each says its source and address.
    """

    source_text = models.CharField(
        "source", max_length=500, blank=True, help_text="Where this was read, in words."
    )
    source_url = models.URLField("address", max_length=500, blank=True)
    source_seen_on = models.CharField(
        "as seen on", max_length=10, blank=True, help_text="The date it was seen there."
    )

    class Meta:
        abstract = True
