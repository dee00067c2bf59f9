"""How current each registry's part of the data is: its last good refresh, its age, its failures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from osteodb.website.pages.base import api_url, with_query
from osteodb.website.pages.freshness import ENDED_BADLY
from osteodb.website.words import counted
from trials.models import FEEDS, RunState, SyncFailure, SyncRun

NOT_WHOLE = (*ENDED_BADLY, RunState.PARTIAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRuns:
    """The refreshes of one registry, told from now."""

    registry: str
    name: str
    last: SyncRun
    last_good: SyncRun | None
    age: str
    not_whole: int
    failures: int

    @property
    def not_whole_url(self) -> str:
        """The runs that failed, stopped or finished with failures, as data."""
        states = ",".join(NOT_WHOLE)
        return with_query(api_url("sync-runs"), f"registry={self.registry}&state={states}")

    @property
    def url(self) -> str:
        """All its runs, as data."""
        return with_query(api_url("sync-runs"), f"registry={self.registry}")


def registry_runs(now: dt.datetime) -> list[RegistryRuns]:
    """Each registry that was ever asked: four queries."""
    ended = SyncRun.objects.filter(dry_run=False, finished_at__isnull=False)
    latest = ended.order_by("registry", "-finished_at", "-pk").distinct("registry")
    good = {one.registry: one for one in latest.filter(state=RunState.SUCCEEDED)}
    not_whole = _numbers(SyncRun.objects.filter(state__in=NOT_WHOLE), "registry")
    failures = _numbers(SyncFailure.objects.filter(resolved_by_run=None), "run__registry")
    by_registry = {one.registry: one for one in latest}
    return [
        RegistryRuns(
            registry=registry,
            name=str(name),
            last=by_registry[registry],
            last_good=good.get(registry),
            age=age_words(good[registry].finished_at, now) if registry in good else "",
            not_whole=not_whole.get(registry, 0),
            failures=failures.get(registry, 0),
        )
        for registry, name in FEEDS
        if registry in by_registry
    ]


def _numbers(rows: QuerySet[Any], column: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(column).annotate(Count("pk")))


def age_words(moment: dt.datetime | None, now: dt.datetime) -> str:
    """How long ago something was, to the hour or the day."""
    if moment is None:
        return ""
    hours = int((now - moment).total_seconds() // 3600)
    if hours < 1:
        return "less than an hour ago"
    return f"{counted(hours, 'hour') if hours < 48 else counted(hours // 24, 'day')} ago"
