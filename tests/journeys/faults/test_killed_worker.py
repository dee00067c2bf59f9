"""A worker killed at any of twenty points of a sync: the run is taken up and ends undisturbed.

Each point is met exactly: the stand-in keeps a request waiting for its answer, or this test's
own session locks a table, so that the worker stands still before its first write to it, in the
middle of a transaction. Then comes SIGKILL. Mostly it hits the child that does the work, as when
memory runs out, and the parent starts another; sometimes the whole worker, as in a power cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
import pytest
from django.db import connection
from django.db.models import Model

from tests.journeys.faults.scene import Scene, assert_counted_once, counts_of
from tests.journeys.processes import wait_for
from tests.trials.services.state import state
from trials.models import (
    Arm,
    RecordApplication,
    RegisteredOutcome,
    RegistryRecord,
    RunState,
    Site,
    SyncRun,
    Trial,
    TrialChange,
    TrialIdentifier,
)

pytestmark = pytest.mark.slow
# A request that is kept waiting must not be given up before the worker is killed.
WORKER_VARIABLES = {"OSTEODB_REGISTRY_TIMEOUT": "60"}
# The requests of the undisturbed run, by how many came before.
VERSION, FIRST, SECOND, THIRD, VERSION_AGAIN, BATCH, SINGLE = range(7)


class Point(NamedTuple):
    """Where the worker is killed: while it waits for an answer, or, where a table is named, after
    that answer and before its next write to that table."""

    request: int
    table: type[Model] | None = None
    whole_worker: bool = False


POINTS = {
    "before the run is on record": Point(VERSION, SyncRun),
    "waiting for the version": Point(VERSION),
    "waiting for the first page": Point(FIRST, whole_worker=True),
    "storing the first page's records": Point(FIRST, RegistryRecord),
    "changing a trial": Point(FIRST, Trial),
    "changing its arms": Point(FIRST, Arm),
    "noting its changes": Point(FIRST, TrialChange),
    "noting what was applied": Point(FIRST, RecordApplication, whole_worker=True),
    "between two pages": Point(FIRST, SyncRun),
    "waiting for the second page": Point(SECOND),
    "creating trials": Point(THIRD, Trial),
    "giving them their numbers": Point(THIRD, TrialIdentifier),
    "giving them their outcomes": Point(THIRD, RegisteredOutcome),
    "giving them their sites": Point(THIRD, Site),
    "waiting for the version again": Point(VERSION_AGAIN),
    "waiting for the batch": Point(BATCH),
    "learning an alias from it": Point(BATCH, TrialIdentifier),
    "waiting for a single study": Point(SINGLE, whole_worker=True),
    "setting a tombstone": Point(SINGLE, TrialChange),
    "after the last record": Point(SINGLE, SyncRun),
}
assert len(POINTS) == 20


@contextmanager
def another_session() -> Iterator[psycopg.Connection]:
    """A connection beside Django's, in one transaction."""
    parameters = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{name: parameters[name] for name in names if parameters.get(name)}) as (
        other
    ):
        yield other


@contextmanager
def no_writes_to(table: type[Model]) -> Iterator[Callable[[], bool]]:
    """Nobody writes to this table while the block runs; tells whether somebody waits to."""
    name = table._meta.db_table
    with another_session() as session:
        session.execute(f"LOCK TABLE {name} IN SHARE MODE")

        def somebody_waits() -> bool:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass",
                    [name],
                )
                return bool(cursor.fetchone()[0])

        yield somebody_waits


def kill(scene: Scene, point: Point) -> None:
    """SIGKILL, and a fresh worker where nothing is left of the old one."""
    if point.whole_worker:
        scene.backstage.kill("worker")
        scene.start_worker()
    else:
        scene.backstage.kill_children("worker")


def bring_to(scene: Scene, point: Point) -> None:
    """Ask for a run and kill the worker just there."""
    holding = scene.registry.hold(after=point.request)
    if point == POINTS["before the run is on record"]:
        with no_writes_to(SyncRun) as reached:
            scene.ask()
            wait_for("the run's first row", reached, pause=0.02)
            kill(scene, point)
        return
    scene.ask()
    wait_for("the request", holding.has_come.is_set, pause=0.02)
    if point.table is None:
        kill(scene, point)
        return
    with no_writes_to(point.table) as reached:
        holding.is_over.set()
        wait_for(f"a write to {point.table.__name__}", reached, pause=0.02)
        kill(scene, point)


@pytest.mark.parametrize("point", POINTS.values(), ids=POINTS)
def test_a_worker_killed_there_leaves_no_trace_once_its_run_is_taken_up(
    scene: Scene, point: Point
) -> None:
    bring_to(scene, point)
    scene.registry.holding.is_over.set()
    scene.registry.faults.clear()
    scene.take_up_the_dead_run()
    run = scene.run_over()
    assert (run.state, run.complete, run.reason) == (RunState.SUCCEEDED, True, "")
    assert state() == scene.wanted
    assert_counted_once(scene)
    assert counts_of(run)["seen_count"] == scene.counts["seen_count"]
    assert set(scene.runs.exclude(pk=run.pk).values_list("state", flat=True)) <= {
        RunState.INTERRUPTED
    }
