"""One registry, one worker and one database, brought back to the same beginning for each fault.

The beginning is a first sync. Since then the registry has changed in every way that a sync meets:
amended records, new ones, one that the question no longer finds, one under another number, one that
is gone. The end is what the next sync makes of it when nothing disturbs it.
"""

from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone

from tests.journeys.processes import Backstage, queue_task, wait_for
from tests.registry.corpus import corpus_records
from tests.registry.records import generate
from tests.registry.server import RegistryServer
from tests.registry.store import Store
from tests.registry.support import quick_adapter
from tests.trials.services.conftest import name_them
from tests.trials.services.state import TABLES, state
from trials import services
from trials.models import RunState, SyncFailure, SyncRun
from trials.services.locks import LOCK_SPACE
from trials.tasks import reap_stale_runs, sync_registry

OVER = (RunState.SUCCEEDED, RunState.PARTIAL, RunState.FAILED)
COUNTED = (
    "seen_count",
    "created_count",
    "changed_count",
    "unchanged_count",
    "tombstone_count",
    "failure_count",
)
ON_A_PAGE = 8
# As production, but without the polite pauses: a stand-in on this machine needs no manners.
IMPATIENT = {
    "OSTEODB_REGISTRY_INTERVAL": "0",
    "OSTEODB_REGISTRY_BACKOFF": "0.01",
    "OSTEODB_REGISTRY_LONGEST_WAIT": "3",
    "OSTEODB_REGISTRY_TIMEOUT": "3",
}
PROTOCOL = "protocolSection"
ELSEWHERE = {"conditions": ["Something else"]}


def before() -> Store:
    """What the registry held at the first sync."""
    return Store([*corpus_records(), *generate(8, seed=3)])


def after() -> Store:
    """What it holds now."""
    store = before()
    for record in list(generate(18, seed=3))[8:]:
        store.put(record)
    store.set("NCT02389244", f"{PROTOCOL}.statusModule.overallStatus", "COMPLETED")
    store.set("NCT02389244", f"{PROTOCOL}.designModule.enrollmentInfo.count", 175)
    arms = f"{PROTOCOL}.armsInterventionsModule"
    store.set("NCT90000002", f"{arms}.armGroups", [{"label": "New arm", "type": "OTHER"}])
    store.set("NCT90000002", f"{arms}.interventions", [{"type": "DRUG", "name": "Nivolumab"}])
    for number in ("NCT90000003", "NCT90000005"):
        for title in ("briefTitle", "officialTitle"):
            store.set(number, f"{PROTOCOL}.identificationModule.{title}", "Another")
        store.set(number, f"{PROTOCOL}.conditionsModule", ELSEWHERE)
    store.rename("NCT90000003", "NCT90000903")
    store.withdraw("NCT90000004")
    store.publish()
    return store


class Scene:
    """The worker process, the stand-in and the database, and how the undisturbed sync ends."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.then, self.now = before(), after()
        self.registry = RegistryServer(self.now, most_on_a_page=ON_A_PAGE)
        self.backstage = Backstage(folder, self.registry.url, **(IMPATIENT | variables))
        name_them()
        self.wanted: Any = None
        self.counts: dict[str, int] = {}
        self.first = self.earlier = 0

    def open(self) -> None:
        """Carry out the undisturbed sync, then start the worker."""
        self.begin()
        run = self.sync()
        assert (run.state, run.complete) == (RunState.SUCCEEDED, True), run.reason
        self.wanted, self.counts = state(), counts_of(run)
        self.start_worker()

    def start_worker(self) -> None:
        """A worker as `make run` starts it: a parent and a child that does the work."""
        options = ("--concurrency=1", "--without-gossip", "--without-mingle")
        # The parent gives a killed child's result up after ten seconds, and its place until then.
        self.backstage.start("worker", *options, "--", "worker.lost_wait=0.2")

    def begin(self) -> None:
        """The database as the first sync left it, a registry that behaves, no run under way.

        A run says that it is over just before its worker lets go of the registry's lock.
        """
        wait_for("the last run's lock to go", lambda: not locks_held(), pause=0.02)
        tables: tuple[type[Model], ...] = (*TABLES, SyncRun, SyncFailure)
        names = ", ".join(table._meta.db_table for table in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {names} CASCADE")
        self.registry.faults.clear()
        self.registry.store = copy.copy(self.then)
        self.first = self.earlier = self.sync().pk
        self.registry.store = copy.copy(self.now)
        self.registry.requests.clear()

    def sync(self) -> SyncRun:
        """A run in this process that nothing disturbs."""
        adapter = quick_adapter(self.registry)
        return services.sync_registry(
            registry="ctgov", by=None, now=timezone.now(), adapter=adapter
        )

    def ask(self) -> None:
        """Put the daily task into the queue."""
        queue_task(self.backstage, sync_registry, registry="ctgov")

    def recover(self) -> None:
        """The registry behaves again and a new day's run is asked for."""
        self.registry.faults.clear()
        self.earlier = self.run_over().pk
        self.ask()

    @property
    def runs(self) -> QuerySet[SyncRun]:
        """What was run since the beginning, the newest first."""
        return SyncRun.objects.filter(pk__gt=self.first).order_by("-id")

    def run_over(self) -> SyncRun:
        """The run that the worker brought to an end."""
        later = self.runs.filter(pk__gt=self.earlier, state__in=OVER)
        return wait_for("the end of the run", later.first, pause=0.02)

    def take_up_the_dead_run(self) -> None:
        """Let two hours pass for what the dead worker left, and have the reaper come by."""
        wait_for("the dead worker's lock to go", lambda: not locks_held(), pause=0.02)
        assert self.runs.get().state in (RunState.QUEUED, RunState.RUNNING)
        earlier = timezone.now() - dt.timedelta(hours=2)
        self.runs.update(heartbeat_at=earlier, requested_at=earlier)
        queue_task(self.backstage, reap_stale_runs)


def counts_of(run: SyncRun) -> dict[str, int]:
    """What a run counted."""
    return {name: getattr(run, name) for name in COUNTED}


def assert_counted_once(scene: Scene) -> None:
    """What several runs counted is not more than what the one undisturbed run counted, and each
    run's numbers add up."""
    told = [counts_of(run) for run in scene.runs]
    for name in ("created_count", "changed_count", "tombstone_count"):
        assert sum(one[name] for one in told) <= scene.counts[name], name
    for one in told:
        parts = ("created_count", "changed_count", "unchanged_count")
        assert sum(one[name] for name in parts) + one["failure_count"] == one["seen_count"]


def locks_held() -> int:
    """How many sessions hold the lock of a run."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [LOCK_SPACE],
        )
        found: int = cursor.fetchone()[0]
        return found
