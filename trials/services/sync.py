"""The registry sync: one run from the first page to its counts."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from django.conf import settings

from osteodb.core.models import User
from trials.models import RunState, RunTrigger, SyncRun
from trials.registries.base import (
    Adapter,
    DataMoved,
    IncompleteSweep,
    MalformedRecord,
    Page,
    RecordNotFound,
    RegistryError,
)
from trials.services.adapters import adapter_for
from trials.services.gone import numbers_to_ask, record_gone
from trials.services.intake import Intake
from trials.services.rematch import names_changed_since, rematch_words
from trials.services.runs import (
    AlreadyRunning,
    begin_run,
    end_run,
    last_complete_run,
    registry_lock,
    start_sync_run,
)


class Progress(Protocol):
    """Told how far a run is: after each page, with the run's counts as they stand."""

    def __call__(self, run: SyncRun) -> None: ...


def sync_registry(
    *,
    registry: str,
    by: User | None,
    now: dt.datetime,
    query: str | None = None,
    ids: Sequence[str] = (),
    dry_run: bool = False,
    trigger: str = RunTrigger.COMMAND,
    run: SyncRun | None = None,
    adapter: Adapter | None = None,
    progress: Progress | None = None,
) -> SyncRun:
    """Bring trials to what a registry says now, and return the run with its counts.

    Without `query` and `ids` it asks the settings' daily question, then for every known number that
    the answer did not hold; only such a run, clean and complete, makes the data current. `query` is
    a person's words, `ids` asks for these numbers alone. A dry run writes nothing but its own row.
    `run` carries out a run that was asked for earlier; one that is over already is returned as it
    is, so that a task delivered twice does no harm.

    The registry's failures end the run FAILED or PARTIAL with their reason and are not raised.
    Raises AlreadyRunning where another run of the registry is under way, InvalidInput for an
    unknown registry.
    """
    adapter = adapter or adapter_for(registry)
    if run is None:
        run = start_sync_run(
            registry=registry,
            by=by,
            now=now,
            trigger=trigger,
            query=query or "",
            ids=ids,
            dry_run=dry_run,
        )
    elif run.state != RunState.QUEUED:
        return run
    began = time.monotonic()

    def clock() -> dt.datetime:
        return now + dt.timedelta(seconds=time.monotonic() - began)

    with registry_lock(adapter.registry) as free:
        if not free:
            reason = "Another run of this registry is under way."
            end_run(run=run, state=RunState.FAILED, now=clock(), reason=reason)
            raise AlreadyRunning(reason)
        begin_run(run=run, parser_version=adapter.parser_version, now=clock())
        _Run(adapter, run, by, clock, progress).carry_out()
    return run


class _Run:
    """One run under way."""

    def __init__(
        self,
        adapter: Adapter,
        run: SyncRun,
        by: User | None,
        clock: Callable[[], dt.datetime],
        progress: Progress | None,
    ) -> None:
        self.adapter = adapter
        self.run = run
        self.by = by
        self.clock = clock
        self.progress = progress
        self.intake = Intake(adapter, run, by, clock)
        self.tombstones = 0

    def carry_out(self) -> None:
        """Ask, take in, close the run; whatever happens, the run is closed."""
        try:
            if self.run.registry_ids:
                self.ask_for(self.run.registry_ids)
            else:
                self.look_up_again()
                self.sweep()
        except (DataMoved, IncompleteSweep) as error:
            self.close(RunState.PARTIAL, str(error))
        except RegistryError as error:
            self.close(RunState.FAILED, str(error))
        except Exception as error:
            self.close(RunState.FAILED, f"The run stopped on a fault: {error!r}")
            raise
        except BaseException:  # Ctrl-C, or a worker that is told to go
            self.close(RunState.INTERRUPTED, "The run was stopped before it was over.")
            raise
        else:
            if self.intake.failures:
                reason = f"{self.intake.failures} record(s) could not be taken in."
                self.close(RunState.PARTIAL, reason)
            else:
                self.close(RunState.SUCCEEDED, complete=self.is_the_daily_question)

    @property
    def is_the_daily_question(self) -> bool:
        """Whether a clean end makes the data current."""
        return not (self.run.query or self.run.registry_ids or self.run.dry_run)

    def look_up_again(self) -> None:
        """Words that meant nothing at the last run, where names have been added since."""
        if not self.is_the_daily_question:
            return
        last = last_complete_run(self.adapter.registry)
        if last is not None and names_changed_since(last.started_at):
            rematch_words(by=self.by, now=self.clock())

    def sweep(self) -> None:
        """Everything the question finds; for the daily one, known numbers it did not show too."""
        query = self.adapter.literal(self.run.query) or settings.OSTEODB_SYNC_QUERY
        self.take_pages(self.adapter.sweep(query))
        if self.is_the_daily_question:
            known = numbers_to_ask(self.adapter.registry)
            self.refuse_an_empty_answer(known)
            unseen = {
                number: gone
                for number, gone in known.items()
                if number not in self.intake.hashes and number not in self.intake.failed
            }
            self.ask_for([*unseen], thought_gone={one for one, gone in unseen.items() if gone})

    def refuse_an_empty_answer(self, known: Mapping[str, bool]) -> None:
        """A well-formed "nothing found" where trials are known is the registry's fault, not news:
        it makes no data current and no tombstone."""
        there = sum(not gone for gone in known.values())
        if there and not self.intake.hashes and not self.intake.failures:
            raise IncompleteSweep(
                f"The registry found nothing for the daily question, though {there} of its "
                "records are known."
            )

    def ask_for(self, numbers: Sequence[str], thought_gone: Iterable[str] = ()) -> None:
        """These numbers in batches; those that bring nothing are asked for one by one."""
        if not numbers:
            return
        answered: set[str] = set()
        for page in self.adapter.fetch_many(numbers):
            self.take_pages([page])
            for record in page.records:
                answered |= {record.registry_id, record.asked_as}
            answered |= {fault.registry_id for fault in page.unreadable}
        settled = answered | set(thought_gone)
        for number in numbers:
            if number not in settled:
                self.ask_singly(number)

    def ask_singly(self, number: str) -> None:
        """One number: a redirect is an alias, "not found" is a tombstone where we hold it."""
        try:
            self.intake.take([self.adapter.fetch(number)])
        except RecordNotFound as missing:
            if self.run.registry_ids and number not in numbers_to_ask(self.adapter.registry):
                self.intake.fail(number, missing)
            elif not self.run.dry_run:
                self.tombstones += record_gone(
                    adapter=self.adapter, number=number, run=self.run, by=self.by, now=self.clock()
                )
        except MalformedRecord as error:
            self.intake.fail(number, error)
        self.note_progress()

    def take_pages(self, pages: Iterable[Page]) -> None:
        """Take in pages as they come, so that memory holds one at a time."""
        for page in pages:
            if page.version is not None:
                self.run.data_timestamp = page.version.data_timestamp[:30]
            if page.total is not None:
                self.run.total_expected = page.total
            for fault in page.unreadable:
                self.intake.fail(fault.registry_id, fault)
            self.intake.take(page.records)
            self.note_progress()

    def note_progress(self) -> None:
        """The counts so far and a sign of life on the run's row."""
        self.count()
        self.run.heartbeat_at = self.clock()
        self.run.save()
        if self.progress is not None:
            self.progress(self.run)

    def count(self) -> None:
        """Each number once, however often it was seen."""
        run, intake = self.run, self.intake
        run.seen_count = len(intake.hashes)
        run.created_count = intake.count("created")
        run.changed_count = intake.count("changed")
        run.unchanged_count = intake.count("unchanged")
        run.tombstone_count = self.tombstones
        run.failure_count = intake.failures

    def close(self, state: str, reason: str = "", *, complete: bool = False) -> None:
        """The last counts, the state, and the reason where it did not succeed."""
        self.count()
        end_run(run=self.run, state=state, now=self.clock(), reason=reason, complete=complete)
