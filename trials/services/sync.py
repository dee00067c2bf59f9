"""The registry sync: one run from the first page to its counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings

from osteodb.core.models import User
from trials.models import RunState, RunTrigger, SyncRun
from trials.registries.base import (
    Adapter,
    IncompleteSweep,
    MalformedRecord,
    Page,
    RecordNotFound,
)
from trials.services.adapters import adapter_for
from trials.services.carrying import Carrier, Progress
from trials.services.gone import numbers_to_ask, record_gone
from trials.services.rematch import names_changed_since, rematch_words
from trials.services.runs import last_complete_run, start_sync_run


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
    _Sweep(adapter, run, by, progress).carry_out(now)
    return run


class _Sweep(Carrier):
    """One run that asks a registry over the network."""

    def __init__(
        self, adapter: Adapter, run: SyncRun, by: User | None, progress: Progress | None
    ) -> None:
        super().__init__(adapter, run, by, progress)
        self.adapter = adapter

    def work(self) -> None:
        """Ask for the given numbers, or the question."""
        if self.run.registry_ids:
            self.ask_for(self.run.registry_ids)
        else:
            self.look_up_again()
            self.sweep()

    @property
    def completes(self) -> bool:
        """Only the daily question asks for everything, so only it makes the data current."""
        return not (self.run.query or self.run.registry_ids or self.run.dry_run)

    def look_up_again(self) -> None:
        """Words that meant nothing at the last run, where names have been added since."""
        if not self.completes:
            return
        last = last_complete_run(self.adapter.registry)
        if last is not None and names_changed_since(last.started_at):
            rematch_words(by=self.by, now=self.now())

    def sweep(self) -> None:
        """Everything the question finds; for the daily one, known numbers it did not show too."""
        query = self.adapter.literal(self.run.query) or settings.OSTEODB_SYNC_QUERY
        self.take_pages(self.adapter.sweep(query))
        if self.completes:
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
                    adapter=self.adapter, number=number, run=self.run, by=self.by, now=self.now()
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
            del page
            self.note_progress()
