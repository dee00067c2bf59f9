"""How values are answered: unknown is null, numbers are numbers, dates keep their precision."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from osteodb.core.api.shapes import PartialDateShape

T = TypeVar("T")
ROOT = "/api/v1"
PRECISIONS = {4: "year", 7: "month", 10: "day"}  # the database holds no other text


def known(text: str | None) -> str | None:
    """The text, or null where nothing is reported."""
    return text or None


def number(value: Decimal | None) -> float | None:
    """The number, or null where there is none. Never 0 for unknown."""
    return None if value is None else float(value)


def day(value: dt.date | None) -> str | None:
    """A whole date as yyyy-MM-dd."""
    return None if value is None else value.isoformat()


def moment(value: dt.datetime | None) -> str | None:
    """A point in time as ISO 8601, in UTC."""
    if value is None:
        return None
    return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def partial_date(text: str, date_type: str = "") -> PartialDateShape | None:
    """A partial date in its four parts, or null where it is not reported."""
    if not text:
        return None
    return {
        "text": text,
        "precision": PRECISIONS[len(text)],
        "earliest": text + "-01-01"[len(text) - 4 :],
        "type": date_type or None,
    }


def grouped(rows: Iterable[Mapping[str, Any]], key: str) -> dict[Any, list[Mapping[str, Any]]]:
    """Rows of a related table by the row they belong to, in their own order."""
    groups: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def address(site: str, resource: str, key: object) -> str:
    """The full address of one resource in this API."""
    return f"{site}{ROOT}/{resource}/{key}/"


def listing(site: str, resource: str, **filters: str) -> str:
    """The full address of a filtered list in this API."""
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return f"{site}{ROOT}/{resource}/?{query}"
