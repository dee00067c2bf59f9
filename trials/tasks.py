"""Doors for the worker: each loads by id, makes one service call, and is safe to run twice."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from trials import services
from trials.models import RunTrigger, SyncRun

logger = logging.getLogger(__name__)


@shared_task(name="trials.tasks.sync_registry")
def sync_registry(
    *, registry: str = "ctgov", run_id: int | None = None, **_later: Any
) -> dict[str, Any]:
    """Carry out the run `run_id`, or the daily question to `registry`; returns state and counts.

    Unknown arguments are ignored, so that messages of a newer release do no harm.
    """
    run = SyncRun.objects.get(pk=run_id) if run_id is not None else None
    now = timezone.now()
    try:
        if run is not None:
            done = services.carry_out_run(run=run, by=run.requested_by, now=now)
        else:
            done = services.sync_registry(
                registry=registry, by=None, now=now, trigger=RunTrigger.SCHEDULE
            )
    except services.AlreadyRunning as error:
        logger.info("%s: %s", registry, error)
        return {"state": "FAILED", "reason": str(error)}
    return {
        "run": done.pk,
        "state": done.state,
        "reason": done.reason,
        "seen": done.seen_count,
        "created": done.created_count,
        "changed": done.changed_count,
        "failed": done.failure_count,
    }


@shared_task(name="trials.tasks.reap_stale_runs")
def reap_stale_runs(**_later: Any) -> list[int]:
    """Hand runs whose worker died to another worker; returns their ids."""
    runs = services.reap_stale_runs(now=timezone.now())
    for run in runs:
        sync_registry.delay(registry=run.registry, run_id=run.pk)
    return [run.pk for run in runs]
