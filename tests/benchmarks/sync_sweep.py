"""A sweep in which nothing changed, against only reading and hashing the same records."""

from __future__ import annotations

import datetime as dt
import gzip
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from tests.benchmarks.measuring import Row, alternately
from tests.registry.records import generate
from tests.registry.support import Clock, real_studies
from trials.registries.ctgov.adapter import CtgovAdapter
from trials.registries.ctgov.client import Client, Config
from trials.registries.http import Pace, Reply
from trials.services import sync_registry

NOW = dt.datetime(2026, 3, 3, tzinfo=dt.UTC)
MADE, ROUNDS = 448, 9
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "registries"


class FileTransport:
    """The registry's answers straight from a file of records: no network in either figure."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def lines(self) -> Iterator[bytes]:
        """One record a line, read anew each time."""
        with gzip.open(self.file) as stream:
            for line in stream:
                yield line.rstrip()

    def get(self, url: str, params: Mapping[str, str]) -> Reply:
        """The version, or all records on one page."""
        if url.endswith("/version"):
            body = b'{"apiVersion": "2.0.3", "dataTimestamp": "2026-03-03T09:00:00"}'
        else:
            body = b'{"studies": [' + b",".join(self.lines()) + b"]}"
        return Reply(200, {"content-type": "application/json"}, body)


def records_file(folder: Path) -> tuple[Path, str]:
    """The real records where they are here, else as many that the project makes."""
    real = real_studies(Path(os.environ.get("OSTEODB_REGISTRY_SAMPLES") or SAMPLES))
    if real.exists():
        return real, "real"
    made = folder / "made.jsonl.gz"
    with gzip.open(made, "wb") as stream:
        for record in generate(MADE, seed=3):
            stream.write(orjson.dumps(record) + b"\n")
    return made, "made"


def run() -> list[Row]:
    """Load once, check that a second sweep changes nothing, measure."""
    with tempfile.TemporaryDirectory() as folder:
        file, kind = records_file(Path(folder))
        transport = FileTransport(file)
        clock = Clock()
        pace = Pace(0.0, clock=clock, sleep=clock.sleep)
        adapter = CtgovAdapter(Client(Config(), transport=transport, pace=pace))

        def sweep() -> None:
            # A question of its own: the daily one would ask for other benchmarks' trials too.
            done = sync_registry(
                registry="ctgov", by=None, now=NOW, query="anything", adapter=adapter
            )
            assert done.state == "SUCCEEDED", done.reason
            counts.append((done.seen_count, done.created_count + done.changed_count))

        def read_and_hash() -> None:
            for line in transport.lines():
                adapter.content_hash(line)

        counts: list[tuple[int, int]] = []
        sweep()
        seconds, floor_seconds = alternately(sweep, read_and_hash, rounds=ROUNDS)
        assert {changed for _, changed in counts[1:]} == {0}, "a second sweep changed something"
    name = f"no-change sweep of {counts[-1][0]} {kind} records"
    return [Row(name, "reading and hashing them", seconds, floor_seconds)]
