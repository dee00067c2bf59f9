"""The numbers of a draft as rows that nobody saves, for the arithmetic to look at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from decimal import Decimal
from typing import Any

from evidence.drafts import ComparisonDraft, Draft, MeasurementDraft
from evidence.models import Comparison, Measurement, Population
from evidence.statistics.units import to_months
from trials.models import EnrolmentType, Trial

FOREIGN = ("trial", "arm", "regimen")
NOT_HERE = frozenset({*FOREIGN, "population", "locator", "experimental", "control"})


class Unsaved:
    """`measured` and `compared`, whose keys are their places in the draft."""

    def __init__(self, draft: Draft) -> None:
        self._populations: dict[str, Population] = {}
        for index, one in enumerate(draft.populations):
            whole = self._populations.get(one.parent)
            self._populations[one.key] = Population(pk=index, n=one.n, parent=whole)
        enrolled = _enrolled({one.trial for one in draft.measurements if one.trial})
        places = {one.key: index for index, one in enumerate(draft.measurements)}
        self.measured = [
            self._measurement(index, one, enrolled.get(one.trial or 0))
            for index, one in enumerate(draft.measurements)
        ]
        self.compared = [
            Comparison(
                pk=index,
                experimental_id=places.get(one.experimental),
                control_id=places.get(one.control),
                **_plain(one),
            )
            for index, one in enumerate(draft.comparisons)
        ]

    def _measurement(self, index: int, one: MeasurementDraft, enrolment: int | None) -> Measurement:
        keys = {f"{name}_id": getattr(one, name) for name in FOREIGN}
        row = Measurement(
            pk=index, population=self._populations[one.population], **keys, **_plain(one)
        )
        row.__dict__["value_months"] = _months(one.value, one.unit)
        row.__dict__["time_point_months"] = _months(one.time_point, one.time_point_unit)
        row.__dict__["enrolment"] = enrolment
        return row


def _plain(part: MeasurementDraft | ComparisonDraft) -> dict[str, Any]:
    return {one.name: getattr(part, one.name) for one in fields(part) if one.name not in NOT_HERE}


def _months(value: Decimal | None, unit: str) -> Decimal | None:
    """As the database works it out."""
    months = None if value is None else to_months(value, unit)
    return None if months is None else round(months, 6)


def _enrolled(trials: Collection[int]) -> dict[int, int | None]:
    """How many each trial enrolled, as `findings` asks of saved numbers; not what was planned."""
    rows = Trial.objects.filter(pk__in=trials).select_related("merged_into")
    return {
        row.pk: row.page.enrolment_count
        for row in rows
        if row.page.enrolment_type != EnrolmentType.ESTIMATED
    }
