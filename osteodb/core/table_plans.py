"""What applying a table would do, row by row: found by doing it and taking it back.

So the preview knows every rule of the services, and rows that clash with each other, without a
second statement of any rule. What is applied later must be what was previewed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from django.db import transaction

from osteodb.core.errors import InvalidInput, OsteoDBError
from osteodb.core.models import User
from osteodb.core.tables import Row, tidy

NEW, CHANGED, UNCHANGED, REFUSED = "NEW", "CHANGED", "UNCHANGED", "REFUSED"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a row: what stands, and what would stand."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What becomes of one row of a table. `line` is its line in the file, the head being 1."""

    line: int
    key: str
    outcome: str
    changes: tuple[Change, ...] = ()
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """As a preview keeps it."""
        return {**asdict(self), "changes": [asdict(one) for one in self.changes]}


class TableOf(Protocol):
    """How rows of one kind come out of the database and go in."""

    columns: Sequence[str]
    required: Sequence[str]

    def exported(self) -> list[Row]:
        """Every row, in a steady order."""
        ...

    def key(self, row: Row) -> str:
        """What a row is about; "" where it names nothing yet."""
        ...

    def apply(
        self, row: Row, *, by: User | None, now: dt.datetime
    ) -> tuple[bool, tuple[Change, ...]]:
        """Do what a row says through services: whether it is new, and what changed.

        Raises an OsteoDBError to refuse it.
        """
        ...


def work_through(
    table: TableOf, rows: Sequence[Row], *, by: User | None, now: dt.datetime
) -> list[PlannedRow]:
    """Apply every row that can be; a refused one leaves nothing behind, and says why."""
    seen: dict[str, int] = {}
    planned = []
    for line, row in enumerate(rows, start=2):
        if not any(row.values()):
            continue
        key = table.key(row)
        try:
            if key and seen.setdefault(key, line) != line:
                raise InvalidInput(f"Line {seen[key]} is about the same.")
            with transaction.atomic():
                is_new, changes = table.apply(row, by=by, now=now)
        except OsteoDBError as error:
            planned.append(PlannedRow(line, key, REFUSED, reason=str(error)))
        else:
            outcome = NEW if is_new else CHANGED if changes else UNCHANGED
            planned.append(PlannedRow(line, key, outcome, changes))
    return planned


def rehearsed(
    table: TableOf, rows: Sequence[Row], *, by: User | None, now: dt.datetime
) -> list[PlannedRow]:
    """What `work_through` would do; nothing of it stays."""
    with transaction.atomic():
        planned = work_through(table, rows, by=by, now=now)
        transaction.set_rollback(True)
    return planned


def differing(before: Mapping[str, str], row: Row, fields: Iterable[str]) -> tuple[Change, ...]:
    """The fields in which a row says something else than what stands; a column that is not there
    says nothing."""
    return tuple(
        Change(name, before[name], row[name])
        for name in fields
        if name in row and tidy(row[name]) != tidy(before[name])
    )


def choice(value: str, choices: Iterable[tuple[str, Any]], field: str) -> str:
    """The code of a choice given by code or by its words. Raises InvalidInput."""
    for code, words in choices:
        if value.casefold() in (str(code).casefold(), str(words).casefold()):
            return str(code)
    known = ", ".join(str(code) for code, _words in choices)
    reason = f"“{value}” is no {field}: give one of {known}."
    raise InvalidInput(reason, fields={field: [reason]})
