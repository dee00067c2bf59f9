"""The first load of a whole disease, against only decoding its JSON and copying it in raw."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import orjson
from django.db import connection

from tests.benchmarks import realistic
from tests.benchmarks.measuring import Row, Spent, spent_on
from tests.registry.records import AGENTS
from tests.registry.support import Clock
from therapies.models import AgentName
from therapies.services import create_agent
from trials.models import SyncRun, Trial
from trials.registries.ctgov.adapter import CtgovAdapter
from trials.registries.ctgov.client import Client, Config
from trials.registries.http import Pace
from trials.services import sync_registry

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
TRIALS = 20_000
TABLE = "bench_raw_payload"


def empty() -> None:
    """No trial, record or run; agents and conditions stay."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE trials_trial, trials_registryrecord, trials_syncrun CASCADE")


def name_agents() -> None:
    """The agents that the made records give, where no other benchmark has named them."""
    for name in AGENTS:
        if not AgentName.objects.filter(normalised=name.lower()).exists():
            create_agent(name=name, kind="OTHER", by=None, now=NOW)


def load(file: Path) -> SyncRun:
    """The real services over a file of records."""
    clock = Clock()
    pace = Pace(0.0, clock=clock, sleep=clock.sleep)
    client = Client(Config(), transport=realistic.PagedFile(file), pace=pace)
    adapter = CtgovAdapter(client)
    # A question of its own: the daily one would ask for other benchmarks' trials too.
    return sync_registry(registry="ctgov", by=None, now=NOW, query="anything", adapter=adapter)


def copy_raw(file: Path) -> int:
    """The floor: each record decoded, and its payload in a table that only holds such."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(f"CREATE TABLE {TABLE} (registry_id varchar(60), payload jsonb NOT NULL)")
        with cursor.copy(f"COPY {TABLE} (registry_id, payload) FROM STDIN") as copy:
            for line in realistic.lines(file):
                record = orjson.loads(line)
                number = record["protocolSection"]["identificationModule"]["nctId"]
                copy.write_row((number, line.decode()))
        cursor.execute(f"SELECT count(*) FROM {TABLE}")  # noqa: S608 - only this module's own words
        count: int = cursor.fetchone()[0]
        cursor.execute(f"DROP TABLE {TABLE}")
    return count


def measure(file: Path, count: int) -> tuple[Spent, Spent]:
    """What a load takes and what its floor takes, the floor before and after it."""
    empty()
    name_agents()
    before = spent_on(lambda: copy_raw(file))
    loading = spent_on(lambda: check(load(file), count, created=True))
    after = spent_on(lambda: copy_raw(file))
    check(load(file), count, created=False)
    empty()
    return loading, before.mean_with(after)


def check(run: SyncRun, count: int, *, created: bool) -> None:
    """All came in, none failed; and a second time nothing was new."""
    seen = (run.state, run.seen_count, run.failure_count)
    assert seen == ("SUCCEEDED", count, 0), f"{seen}: {run.reason}"
    wanted = (count, 0, 0) if created else (0, 0, count)
    assert (run.created_count, run.changed_count, run.unchanged_count) == wanted
    assert Trial.objects.count() == count


def run() -> list[Row]:
    """Make the records, load them once, and again to see that nothing changes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "made.jsonl.gz"
        size = realistic.write(realistic.realistic(TRIALS, seed=5), file)
        loading, floor = measure(file, TRIALS)
    name = f"first load of {TRIALS:,} made trials of {size / 1000:.1f} kB"
    what = "decoding, and COPY of the payloads"
    return [
        Row(name, what, loading.seconds, floor.seconds),
        Row("the same in processor time", what, loading.processor, floor.processor),
    ]
