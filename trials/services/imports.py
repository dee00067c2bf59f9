"""Files of records: read, rehearsed, applied through the same door as a sync.

A file names persons, so it is never stored: what is kept of an upload between its preview and the
decision is what may be stored of each record.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from osteodb.core.audit import record_event
from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import User
from osteodb.core.writing import acting, save_checked
from trials.models import RegistryUpload, RunState, RunTrigger, SyncRun, UploadState
from trials.registries.base import IncompleteSweep, MalformedRecord, MalformedResponse, RawRecord
from trials.registries.files import Cut, FileAdapter, Readable
from trials.services.adapters import file_adapter_for
from trials.services.carrying import Carrier, Progress
from trials.services.intake import Fresh, Intended
from trials.services.runs import start_sync_run

AT_ONCE = 500
LARGEST_UPLOAD = 64 * 1024 * 1024


def import_registry_file(
    *,
    registry: str,
    stream: Readable,
    file_name: str,
    by: User | None,
    now: dt.datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> tuple[SyncRun, list[Intended]]:
    """Bring trials to what the records of a file say; returns the run, and for a dry run what it
    would do.

    The file may hold any number of records; a record that cannot be read is a SyncFailure, and an
    older one than is on record is kept and not applied. A file that is none of this registry ends
    the run FAILED with the reason. Raises InvalidInput for an unknown registry, AlreadyRunning
    where another run of it is under way.
    """
    carrier = _read(registry, stream, file_name, by, now, dry_run, progress)
    return carrier.run, carrier.intake.intended


def upload_registry_file(
    *, registry: str, stream: Readable, file_name: str, by: User, now: dt.datetime
) -> RegistryUpload:
    """Keep what may be kept of a file's records, and rehearse what applying them would do.

    Raises InvalidInput for a file that is too large, none of this registry, or without one record
    that can be read, with its reason.
    """
    hashing = _Hashing(stream)
    carrier = _read(registry, hashing, file_name, by, now, dry_run=True)
    reason = _why_refused(carrier, hashing)
    if reason:
        raise InvalidInput(reason, fields={"file": [reason]})
    upload = RegistryUpload(
        registry=carrier.run.registry,
        file_name=file_name[:200],
        sha256=hashing.digest(),
        records=carrier.kept,
        intended=msgspec.to_builtins(carrier.intake.intended),
        preview=carrier.run,
        uploaded_by=by,
        uploaded_at=now,
    )
    with acting(action="upload_registry_file", by=by, now=now):
        save_checked(upload)
        record_event(
            action="upload_registry_file",
            target=upload,
            by=by,
            now=now,
            new={"file": upload.file_name, "sha256": upload.sha256},
        )
    return upload


def _read(
    registry: str,
    stream: Readable,
    file_name: str,
    by: User | None,
    now: dt.datetime,
    dry_run: bool,
    progress: Progress | None = None,
) -> _FileRun:
    """A run that reads a file to its end, or to where it breaks off."""
    adapter = file_adapter_for(registry)
    run = start_sync_run(
        registry=registry,
        by=by,
        now=now,
        trigger=RunTrigger.FILE,
        file_name=file_name,
        dry_run=dry_run,
    )
    carrier = _FileRun(adapter, run, by, progress, adapter.records(stream))
    carrier.carry_out(now)
    return carrier


def _why_refused(carrier: _FileRun, hashing: _Hashing) -> str:
    """Why a file cannot be previewed; empty where it can."""
    if hashing.is_too_large or carrier.run.state == RunState.FAILED:
        return carrier.run.reason
    if carrier.kept:
        return ""
    failure = carrier.run.failures.order_by("pk").first()
    return f"No record of this file can be read: {failure.reason if failure else 'there is none'}."


def decide_upload(
    *, upload: RegistryUpload, apply: bool, by: User, now: dt.datetime
) -> RegistryUpload:
    """Apply an upload, or leave it: a run is asked for, which `carry_out_run` carries out.

    Raises Conflict where it was decided already.
    """
    with acting(action="decide_upload", by=by, now=now):
        row = RegistryUpload.objects.select_for_update().get(pk=upload.pk)
        if row.state != UploadState.PREVIEWED:
            raise Conflict(f"This file was decided already: {row.get_state_display()}.")
        row.state = UploadState.APPLIED if apply else UploadState.DISCARDED
        row.decided_by, row.decided_at = by, now
        if apply:
            row.run = start_sync_run(
                registry=row.registry,
                by=by,
                now=now,
                trigger=RunTrigger.FILE,
                file_name=row.file_name,
            )
        save_checked(row)
        record_event(
            action="decide_upload",
            target=row,
            by=by,
            now=now,
            old={"state": UploadState.PREVIEWED.value},
            new={"state": row.state},
        )
    return row


def apply_upload(
    *, run: SyncRun, by: User | None, now: dt.datetime, progress: Progress | None = None
) -> SyncRun:
    """Carry out the run of an upload that was decided to be applied."""
    upload = run.upload
    carrier = _UploadRun(file_adapter_for(run.registry), run, by, progress, upload.records)
    carrier.carry_out(now)
    return run


class _FileRun(Carrier):
    """The records of a file, some hundred at a time. A dry run keeps what may be kept of each."""

    def __init__(
        self,
        adapter: FileAdapter,
        run: SyncRun,
        by: User | None,
        progress: Progress | None,
        cuts: Iterable[Cut],
    ) -> None:
        super().__init__(adapter, run, by, progress)
        self.cuts = cuts
        self.kept: list[dict[str, Any]] = []

    def work(self) -> None:
        """Read to the end; where the file breaks off, what came before is in."""
        try:
            for records in _batches(self.readable()):
                fresh = list(self.intake.hashed(records))
                if self.run.dry_run:
                    self.keep(fresh)
                self.intake.take_hashed(fresh)
                self.note_progress()
        except MalformedResponse as error:
            if self.intake.hashes:
                raise IncompleteSweep(f"{error}; the records before that are in") from error
            raise

    def readable(self) -> Iterator[RawRecord]:
        """The records that can be told apart; the others are failures."""
        for cut in self.cuts:
            if isinstance(cut, MalformedRecord):
                self.intake.fail(cut.registry_id, cut)
            else:
                yield cut

    def keep(self, fresh: Sequence[Fresh]) -> None:
        """What may be stored of each record, for the day it is applied."""
        self.kept += [
            {
                "registry": one.registry,
                "number": one.number,
                "content_hash": one.content_hash,
                "payload": one.payload,
            }
            for one in fresh
            if self.intake.clean(one)
        ]


class _UploadRun(Carrier):
    """Records that were cleaned when they were uploaded."""

    def __init__(
        self,
        adapter: FileAdapter,
        run: SyncRun,
        by: User | None,
        progress: Progress | None,
        kept: Sequence[dict[str, Any]],
    ) -> None:
        super().__init__(adapter, run, by, progress)
        self.kept = kept

    def work(self) -> None:
        """Take them in."""
        self.run.total_expected = len(self.kept)
        for start in range(0, len(self.kept), AT_ONCE):
            self.intake.take_hashed(Fresh(**one) for one in self.kept[start : start + AT_ONCE])
            self.note_progress()


def _batches(records: Iterator[RawRecord]) -> Iterator[list[RawRecord]]:
    batch: list[RawRecord] = []
    for record in records:
        batch.append(record)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


class _Hashing:
    """A stream that says afterwards which file it was, and refuses one that is too large."""

    def __init__(self, stream: Readable) -> None:
        self.stream = stream
        self.hash = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        piece = self.stream.read(size)
        self.size += len(piece)
        if self.is_too_large:
            limit = LARGEST_UPLOAD // (1024 * 1024)
            raise MalformedResponse(
                f"the file is larger than {limit} MiB: use manage.py import_registry_file"
            )
        self.hash.update(piece)
        return piece

    @property
    def is_too_large(self) -> bool:
        """Whether more was read than a preview takes in."""
        return self.size > LARGEST_UPLOAD

    def digest(self) -> str:
        """SHA-256 of what was read."""
        return self.hash.hexdigest()
