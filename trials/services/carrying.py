"""Carrying out a run of any kind: alone with its registry, counted, closed whatever happens."""

from __future__ import annotations

import datetime as dt
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from osteodb.core.models import User
from trials.models import RunState, SyncRun
from trials.registries.base import DataMoved, IncompleteSweep, RecordReader, RegistryError
from trials.services.intake import Intake
from trials.services.locks import registry_lock
from trials.services.runs import AlreadyRunning, begin_run, end_run

SELDOM = 100_000  # more new objects than a page of records and what is made of them


class Progress(Protocol):
    """Told how far a run is: after each page, with the run's counts as they stand."""

    def __call__(self, run: SyncRun) -> None: ...


class Carrier:
    """One run under way; a kind of run says in `work` what it does."""

    def __init__(
        self, reader: RecordReader, run: SyncRun, by: User | None, progress: Progress | None
    ) -> None:
        self.run = run
        self.by = by
        self.progress = progress
        self.clock: Callable[[], dt.datetime] = _clock(run.requested_at)
        self.intake = Intake(reader, run, by, self.now)
        self.tombstones = 0

    @property
    def completes(self) -> bool:
        """Whether a clean end makes the data current."""
        return False

    def work(self) -> None:
        """Do what the run is for."""
        raise NotImplementedError

    def now(self) -> dt.datetime:
        """The caller's time, going on."""
        return self.clock()

    def carry_out(self, now: dt.datetime) -> None:
        """Do the work with nobody else at this registry, and close the run, whatever happens.

        The registry's failures end the run FAILED or PARTIAL with their reason and are not raised.
        Raises AlreadyRunning where another run of the registry is under way.
        """
        self.clock = _clock(now)
        with registry_lock(self.run.registry) as free, unhurried_collection():
            if not free:
                reason = "Another run of this registry is under way."
                end_run(run=self.run, state=RunState.FAILED, now=self.now(), reason=reason)
                raise AlreadyRunning(reason)
            version = self.intake.adapter.parser_version
            begin_run(run=self.run, parser_version=version, now=self.now())
            self._work_and_close()

    def _work_and_close(self) -> None:
        try:
            self.work()
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
                self.close(RunState.SUCCEEDED, complete=self.completes)

    def note_progress(self) -> None:
        """The counts so far and a sign of life on the run's row."""
        self.count()
        self.run.heartbeat_at = self.now()
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
        end_run(run=self.run, state=state, now=self.now(), reason=reason, complete=complete)


@contextmanager
def unhurried_collection() -> Iterator[None]:
    """Look for cycles in memory seldom: decoded records have none and go by themselves, but there
    are so many of them at a time that looking through all costs a fifth of a run."""
    before = gc.get_threshold()
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _clock(start: dt.datetime) -> Callable[[], dt.datetime]:
    began = time.monotonic()
    return lambda: start + dt.timedelta(seconds=time.monotonic() - began)
