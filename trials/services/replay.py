"""Stored records read again by a better parser, without the network."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, QuerySet

from osteodb.core.errors import Conflict
from osteodb.core.models import User
from trials.models import (
    RecordApplication,
    RecordOrigin,
    RegistryRecord,
    RunState,
    RunTrigger,
    SyncFailure,
    SyncRun,
)
from trials.registries.base import RecordReader
from trials.services.adapters import can_be_asked, file_adapter_for
from trials.services.carrying import Carrier, Progress
from trials.services.intake import Intended
from trials.services.origins import OLDER
from trials.services.runs import start_sync_run

AT_ONCE = 500


def reparse_registry_records(
    *,
    registry: str,
    by: User | None,
    now: dt.datetime,
    ids: Sequence[str] = (),
    every: bool = False,
    dry_run: bool = False,
    run: SyncRun | None = None,
    progress: Progress | None = None,
) -> tuple[SyncRun, list[Intended]]:
    """Read the newest stored record of each number again and bring the trials to what it says.

    Only records that the present parser has not applied are read; `every` reads all, `ids` those of
    these numbers. What the records say is what it was, so what changes is our understanding of it;
    each change is on record all the same. Returns the run, and for a dry run what it would do.
    Raises InvalidInput for an unknown registry, AlreadyRunning where another run is under way.
    """
    if run is None:
        run = start_sync_run(
            registry=registry,
            by=by,
            now=now,
            trigger=RunTrigger.REPLAY,
            ids=ids,
            dry_run=dry_run,
        )
    elif run.state != RunState.QUEUED:
        return run, []
    carrier = _Replay(
        file_adapter_for(registry), run, by, progress, every or bool(run.registry_ids)
    )
    carrier.carry_out(now)
    return run, carrier.intake.intended


def retry_failure(*, failure: SyncFailure, by: User, now: dt.datetime) -> SyncRun:
    """Ask for a run for one record that could not be taken in: the stored one is read again, one
    that was never stored is asked for anew. `carry_out_run` carries it out.

    Raises Conflict where a later run took the record in, or nothing says which record it was.
    """
    if failure.resolved_by_run_id:
        raise Conflict(f"Run {failure.resolved_by_run_id} has taken this record in.")
    if not failure.registry_id:
        raise Conflict("Nobody knows which record this was: import the file again.")
    if not failure.record_id and not can_be_asked(failure.run.registry):
        raise Conflict("This record was never stored, and its registry cannot be asked.")
    trigger = RunTrigger.REPLAY if failure.record_id else RunTrigger.ADMIN
    return start_sync_run(
        registry=failure.run.registry, by=by, now=now, trigger=trigger, ids=[failure.registry_id]
    )


class _Replay(Carrier):
    """Stored records of one registry, some hundred at a time."""

    def __init__(
        self,
        reader: RecordReader,
        run: SyncRun,
        by: User | None,
        progress: Progress | None,
        every: bool,
    ) -> None:
        super().__init__(reader, run, by, progress)
        self.every = every

    def work(self) -> None:
        """Read them; memory holds one batch of payloads."""
        waiting = list(self.newest())
        self.run.total_expected = len(waiting)
        for start in range(0, len(waiting), AT_ONCE):
            records = RegistryRecord.objects.in_bulk(waiting[start : start + AT_ONCE])
            self.intake.take_again(records.values())
            self.note_progress()

    def newest(self) -> QuerySet[RegistryRecord, int]:
        """The newest record of each number that came this way, if it has to be read."""
        reader = self.intake.adapter
        rows = RegistryRecord.objects.filter(origin=self.intake.channel)
        if self.intake.channel == RecordOrigin.REGISTRY:
            rows = rows.filter(registry=reader.registry)
        if self.run.registry_ids:
            rows = rows.filter(registry_id__in=self.run.registry_ids)
        older = RecordApplication.objects.filter(record=OuterRef("pk"), outcome=OLDER)
        newest = (
            rows.filter(~Exists(older))
            .order_by("registry", "registry_id", "-pk")
            .distinct("registry", "registry_id")
        )
        done = RecordApplication.objects.filter(
            record=OuterRef("pk"), parser_version=reader.parser_version
        )
        found = RegistryRecord.objects.filter(pk__in=newest.values("pk"))
        return (
            (found if self.every else found.filter(~Exists(done)))
            .order_by("pk")
            .values_list("pk", flat=True)
        )
