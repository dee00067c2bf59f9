"""A worker that dies at any point: the next run ends where an undisturbed one would have ended."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.models import Model

from tests.registry import RegistryServer
from tests.trials.services.conftest import NOW, Sync, name_them
from tests.trials.services.state import TABLES, state
from trials import services
from trials.models import RunState, SyncFailure, SyncRun, Trial

pytestmark = pytest.mark.django_db(transaction=True)
POINTS = 20


class Killed(BaseException):
    """The process is gone: nothing that would run afterwards does."""


class Statements:
    """Counts statements that reach the database; from `last` on there are no more."""

    def __init__(self, last: int | None = None) -> None:
        self.count = 0
        self.last = last

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        if self.last is not None and self.count > self.last:
            connection.connection.close()
            raise Killed
        return execute(sql, params, many, context)


def statements_of(sync: Sync, last: int | None = None) -> int:
    """Carry out a run that dies after so many statements; returns how many there were."""
    counter = Statements(last)
    with connection.execute_wrapper(counter), contextlib.suppress(Killed, DatabaseError):
        sync()
    if last is not None:
        connection.close()
    return counter.count


@pytest.fixture
def undisturbed(sync: Sync) -> tuple[int, Any]:
    """How many statements a whole run takes, and what it leaves."""
    name_them()
    total = statements_of(sync)
    return total, state()


def empty() -> None:
    """The database as it was before any run; agents and conditions stay."""
    tables: tuple[type[Model], ...] = (*TABLES, SyncRun, SyncFailure)
    names = ", ".join(table._meta.db_table for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} CASCADE")


def test_killed_at_any_of_twenty_points_and_run_again_it_ends_the_same(
    sync: Sync, undisturbed: tuple[int, Any]
) -> None:
    total, wanted = undisturbed
    for point in range(POINTS):
        empty()
        statements_of(sync, last=1 + point * total // POINTS)
        run = sync()
        assert (run.state, run.complete) == (RunState.SUCCEEDED, True)
        assert run.created_count + run.unchanged_count == run.seen_count == Trial.objects.count()
        assert state() == wanted, f"killed at statement {1 + point * total // POINTS}"
        dead = SyncRun.objects.exclude(pk=run.pk).get()
        assert dead.state in (RunState.INTERRUPTED, RunState.QUEUED)


def test_a_dead_worker_s_run_is_taken_up_by_the_reaper(sync: Sync) -> None:
    name_them()
    statements_of(sync, last=20)
    dead = SyncRun.objects.get()
    assert dead.state == RunState.RUNNING
    assert services.reap_stale_runs(now=NOW) == []
    (fresh,) = services.reap_stale_runs(now=NOW + 3 * services.runs.GRACE)
    dead.refresh_from_db()
    assert (dead.state, fresh.state) == (RunState.INTERRUPTED, RunState.QUEUED)
    done = sync(run=fresh)
    assert (done.state, done.complete) == (RunState.SUCCEEDED, True)


def test_a_run_that_dies_again_and_again_is_left_to_a_person(sync: Sync) -> None:
    name_them()
    for _try in range(3):
        statements_of(sync, last=20)
    assert services.reap_stale_runs(now=NOW + 3 * services.runs.GRACE) == []
    assert set(SyncRun.objects.values_list("state", flat=True)) == {RunState.INTERRUPTED}


def test_two_runs_of_one_registry_never_overlap(sync: Sync, registry: RegistryServer) -> None:
    import psycopg

    parameters = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    elsewhere = {name: parameters[name] for name in names if parameters.get(name)}
    with psycopg.connect(**elsewhere) as other:
        key = services.locks.lock_key("NCT")
        other.execute("SELECT pg_advisory_lock(%s, %s)", [services.locks.LOCK_SPACE, key])
        with pytest.raises(services.AlreadyRunning):
            sync()
        assert not registry.requests
        assert SyncRun.objects.get().state == RunState.FAILED
        assert services.reap_stale_runs(now=NOW + 3 * services.runs.GRACE) == []
    assert sync().state == RunState.SUCCEEDED
