"""Which service carries out a run that was asked for: by what asked for it."""

from __future__ import annotations

import datetime as dt

from osteodb.core.models import User
from trials.models import RunState, RunTrigger, SyncRun
from trials.services.imports import apply_upload
from trials.services.replay import reparse_registry_records
from trials.services.sync import sync_registry


def carry_out_run(*, run: SyncRun, by: User | None, now: dt.datetime) -> SyncRun:
    """Carry out a queued run; one that is over or under way already is returned as it is, so that a
    task delivered twice does no harm. Raises AlreadyRunning as the services do."""
    if run.state != RunState.QUEUED:
        return run
    if run.trigger == RunTrigger.FILE:
        return apply_upload(run=run, by=by, now=now)
    if run.trigger == RunTrigger.REPLAY:
        return reparse_registry_records(registry=run.registry, by=by, now=now, run=run)[0]
    return sync_registry(registry=run.registry, by=by, now=now, run=run)
