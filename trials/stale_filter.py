"""The filter `stale`: what `trials.staleness` says of one trial, asked of the database."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Left, Length

from osteodb.core.filters import ChoicesFilter
from trials.staleness import ENDED, GOING_ON, MEANINGS, UNKNOWN, unverified_before


def _over(column: str, day: dt.date) -> Q:
    """Rows whose partial date lies wholly before a day, as `staleness.is_over` has it."""
    return Q(**{f"{column}__lt": Left(Value(day.isoformat()), Length(column))})


def stale_on(today: dt.date) -> Q:
    """Trials that may be out of date on this day, as `staleness.stale_reasons` has it."""
    return (
        Q(status=UNKNOWN)
        | (Q(status__in=GOING_ON) & _over("completion_date", today))
        | (~Q(status__in=ENDED) & _over("status_verified_date", unverified_before(today)))
    )


class StaleFilter(ChoicesFilter):
    """Whether a trial may be out of date at the time the question is asked."""

    def __init__(self) -> None:
        reasons = "; ".join(MEANINGS.values())
        super().__init__(
            [("true", "may be out of date"), ("false", "nothing says that it is out of date")],
            label="out of date",
            help_text=f"Whether what a trial says of itself may be out of date: {reasons}. A date "
            "known to its month is past when the month is over.",
        )

    def filter(self, qs: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        if not value or len(set(value)) > 1:
            return qs
        condition = stale_on(self.parent.now.astimezone(dt.UTC).date())
        return qs.filter(condition if value[0] == "true" else ~condition)
