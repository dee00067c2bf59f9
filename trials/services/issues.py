"""Data-quality issues: each lists itself once, however many records and runs show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from trials.models import DataQualityIssue


@dataclass(frozen=True, slots=True)
class Finding:
    """Something unmapped or suspicious. `trial` is None where the value matters, not the trial."""

    kind: str
    registry: str
    value: str
    message: str
    path: str = ""
    trial: int | None = None


def note_findings(*, findings: Iterable[Finding], now: dt.datetime) -> None:
    """Put findings on record; what is listed already is only seen again. One statement."""
    once = {(one.kind, one.registry, one.trial, one.value[:400]): one for one in findings}
    DataQualityIssue.objects.bulk_create(
        [
            DataQualityIssue(
                kind=one.kind,
                registry=one.registry,
                trial_id=one.trial,
                path=one.path[:300],
                value=one.value[:400],
                message=one.message[:500],
                first_seen_at=now,
                last_seen_at=now,
            )
            for one in once.values()
        ],
        update_conflicts=True,
        unique_fields=["kind", "registry", "trial", "value"],
        update_fields=["last_seen_at"],
    )
