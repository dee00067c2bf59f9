"""How current the data is, and what became of the last refresh, in sentences."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from trials.models import RunState, SyncRun

RUNS = """
(SELECT *, 'last' AS asked FROM trials_syncrun
 WHERE NOT dry_run AND finished_at IS NOT NULL ORDER BY finished_at DESC, id DESC LIMIT 1)
UNION ALL
(SELECT *, 'clean' AS asked FROM trials_syncrun
 WHERE NOT dry_run AND finished_at IS NOT NULL AND state = 'SUCCEEDED' AND complete
 ORDER BY finished_at DESC, id DESC LIMIT 1)
"""
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
    """What ended last, and what last made the data current: one query, as plain SQL, for it is made
    for every page and costs less than to put it together."""
    rows = {str(vars(row)["asked"]): row for row in SyncRun.objects.raw(RUNS)}
    return Freshness(last=rows.get("last"), last_clean=rows.get("clean"))
