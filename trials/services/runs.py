"""Runs: asked for, begun, ended, and taken up again when their worker died."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from osteodb.core.errors import Conflict
from osteodb.core.models import User
from trials.models import RegistryUpload, RunState, RunTrigger, SyncRun
from trials.registries.identifiers import recognise
from trials.services.adapters import registry_code
from trials.services.locks import registry_lock

GRACE = dt.timedelta(minutes=2)
LOST_IN_THE_QUEUE = dt.timedelta(minutes=30)
MOST_RESTARTS = 3


class AlreadyRunning(Conflict):
    """Another run of the same registry is under way."""


def start_sync_run(
    *,
    registry: str,
    by: User | None,
    now: dt.datetime,
    trigger: str = RunTrigger.COMMAND,
    query: str = "",
    ids: Sequence[str] = (),
    dry_run: bool = False,
    file_name: str = "",
) -> SyncRun:
    """Ask for a run: a QUEUED row that `carry_out_run` carries out, now or in a worker.

    `query` "" is the daily question of the settings. Raises InvalidInput for an unknown registry.
    """
    numbers = [number.value if (number := recognise(one)) else one.strip()[:60] for one in ids]
    return SyncRun.objects.create(
        registry=registry_code(registry),
        trigger=trigger,
        requested_by=by,
        query=query[:400],
        registry_ids=list(dict.fromkeys(numbers)),
        file_name=file_name[:200],
        dry_run=dry_run,
        requested_at=now,
    )


def last_complete_run(registry: str) -> SyncRun | None:
    """The run as of which the data of a registry is current; None where none ever was."""
    return (
        SyncRun.objects.filter(
            registry=registry_code(registry),
            state=RunState.SUCCEEDED,
            complete=True,
            dry_run=False,
        )
        .order_by("-started_at", "-id")
        .first()
    )


def begin_run(*, run: SyncRun, parser_version: str, now: dt.datetime) -> None:
    """Set a run going. Whoever calls this holds the lock, so a RUNNING row is a dead worker's."""
    with transaction.atomic():
        _interrupt(registry=run.registry, now=now)
        run.state = RunState.RUNNING
        run.started_at = run.heartbeat_at = now
        run.parser_version = parser_version
        run.save()


def end_run(
    *, run: SyncRun, state: str, now: dt.datetime, reason: str = "", complete: bool = False
) -> None:
    """Close a run with its counts, its state and, unless it succeeded, the reason in words."""
    run.state = state
    run.reason = reason[:2000]
    run.complete = complete
    run.finished_at = run.heartbeat_at = now
    run.save()


def reap_stale_runs(*, now: dt.datetime) -> list[SyncRun]:
    """Take up runs whose worker died, and runs that were lost in the queue.

    A RUNNING row whose lock nobody holds is INTERRUPTED, and the same run is asked for anew, at
    most three times in a row. Returns the runs that have to be handed to a worker.
    """
    to_hand_out: list[SyncRun] = []
    silent = SyncRun.objects.filter(state=RunState.RUNNING, heartbeat_at__lt=now - GRACE)
    for run in silent:
        with registry_lock(run.registry) as free:
            if free:
                to_hand_out += _take_up(run, now)
    lost = SyncRun.objects.filter(state=RunState.QUEUED, requested_at__lt=now - LOST_IN_THE_QUEUE)
    for run in lost:
        run.requested_at = now
        run.save(update_fields=["requested_at"])
        to_hand_out.append(run)
    return to_hand_out


def _take_up(run: SyncRun, now: dt.datetime) -> list[SyncRun]:
    """The run asked for anew, unless its like was interrupted again and again, or it read a file
    from the command line, which nobody has kept."""
    _interrupt(registry=run.registry, now=now)
    before = SyncRun.objects.filter(registry=run.registry).order_by("-id")[:MOST_RESTARTS]
    states = [one.state for one in before]
    upload = RegistryUpload.objects.filter(run=run).first()
    unkept = run.trigger == RunTrigger.FILE and upload is None
    if unkept or states == [RunState.INTERRUPTED] * MOST_RESTARTS:
        return []
    anew = start_sync_run(
        registry=run.registry,
        by=run.requested_by,
        now=now,
        trigger=run.trigger,
        query=run.query,
        ids=run.registry_ids,
        file_name=run.file_name,
        dry_run=run.dry_run,
    )
    if upload is not None:
        upload.run = anew
        upload.save(update_fields=["run"])
    return [anew]


def _interrupt(*, registry: str, now: dt.datetime) -> None:
    SyncRun.objects.filter(registry=registry, state=RunState.RUNNING).update(
        state=RunState.INTERRUPTED,
        finished_at=now,
        reason="The worker stopped before the run was over; what it had stored is kept.",
    )
