"""Parts that the filter sets of trials, and those of evidence, are made of."""

from __future__ import annotations

from django.db.models import Q

from osteodb.core.filter_values import first_day, last_day, moment
from osteodb.core.filters import ValueFilter

DAY = {"type": "string", "description": "yyyy, yyyy-MM or yyyy-MM-dd"}
TIME = {"type": "string", "description": "ISO 8601; without a zone, UTC"}


def day_from(column: str, label: str) -> ValueFilter:
    """On or after a day; a month or a year means its first day."""
    return ValueFilter(
        read=first_day,
        where=lambda day: Q(**{f"{column}__gte": day}),
        schema=DAY,
        label=f"{label} from",
        help_text=f"{label.capitalize()} on or after this day. A date known only to its month or "
        "year counts as the first day of it; trials without the date are left out.",
    )


def day_to(column: str, label: str) -> ValueFilter:
    """On or before a day; a month or a year means its last day."""
    return ValueFilter(
        read=last_day,
        where=lambda day: Q(**{f"{column}__lte": day}),
        schema=DAY,
        label=f"{label} to",
        help_text=f"{label.capitalize()} on or before this day; 2020 means until its last day.",
    )


def time_since(column: str, label: str) -> ValueFilter:
    """At or after a point in time."""
    return ValueFilter(
        read=moment,
        where=lambda at: Q(**{f"{column}__gte": at}),
        schema=TIME,
        label=label,
        help_text="At or after this time (ISO 8601; a bare date is its midnight, UTC).",
    )
