"""How current the data is, and what became of the last refresh, in sentences."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from trials.models import RunState, SyncRun

ENDED_BADLY = (RunState.FAILED, RunState.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class Freshness:
    """The last run that ended, and the last one that saw everything without a failure."""

    last: SyncRun | None
    last_clean: SyncRun | None

    @property
    def failed(self) -> bool:
        """Whether the last refresh brought nothing."""
        return self.last is not None and self.last.state in ENDED_BADLY

    @property
    def as_of(self) -> str:
        """Since when the data is complete, in words."""
        run = self.last_clean
        if run is None or run.finished_at is None:
            return "not yet refreshed from a registry"
        return f"{run.finished_at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"

    @property
    def sentence(self) -> str:
        """One sentence for the foot of a page."""
        if self.last_clean is None:
            return (
                "Not yet refreshed from a registry: statuses and dates are as seen on the "
                "pages and days named beside them."
            )
        return f"{self.last_clean.get_registry_display()} data as of {self.as_of}."

    @property
    def problem(self) -> str:
        """What went wrong with the last refresh; empty where nothing did."""
        run = self.last
        if run is None or run == self.last_clean:
            return ""
        when = f"{run.finished_at or run.requested_at:%Y-%m-%d %H:%M} UTC"
        name = run.get_registry_display()
        if self.failed:
            return f"The last refresh from {name}, {when}, failed: {run.reason}"
        if run.state == RunState.PARTIAL:
            return f"The last refresh from {name}, {when}, is not complete: {run.reason}"
        return ""


def freshness() -> Freshness:
    """Two rows: what ended last, and what last made the data current."""
    ended = SyncRun.objects.filter(dry_run=False, finished_at__isnull=False)
    ended = ended.order_by("-finished_at", "-id")
    clean = ended.filter(state=RunState.SUCCEEDED, complete=True)
    return Freshness(last=ended.first(), last_clean=clean.first())
