"""The records the stand-in serves, and how they change in the course of a test."""

from __future__ import annotations

import copy
import datetime as dt
import gzip
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from tests.registry.query import numbers

Record = dict[str, Any]


class Store:
    """Records in a fixed order, the version of the data, and who is an alias of whom."""

    def __init__(self, records: Iterable[Record] = (), timestamp: str = "2026-06-01T09:00:00"):
        self.lock = threading.RLock()
        self.timestamp = timestamp
        self.records: dict[str, Record] = {}
        self.bodies: dict[str, bytes] = {}
        self.aliases: dict[str, str] = {}
        for record in records:
            self.put(record)

    @classmethod
    def from_file(cls, path: Path) -> Store:
        """A store of the records of a JSON-lines file, plain or gzipped."""
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rb") as lines:
            return cls(orjson.loads(line) for line in lines if line.strip())

    def put(self, record: Record) -> None:
        """Add a record, or replace the one with its number."""
        with self.lock:
            number = record["protocolSection"]["identificationModule"]["nctId"]
            self.records[number] = record
            self.bodies[number] = orjson.dumps(record)
            for alias in numbers(record) - {number}:
                self.aliases[alias] = number

    def change(self, number: str, change: Callable[[Record], None]) -> None:
        """Change one record in place, as an amendment in the registry would."""
        with self.lock:
            record = copy.deepcopy(self.records[number])
            change(record)
            self.put(record)

    def set(self, number: str, path: str, value: Any) -> None:
        """Set one value of one record; `path` is dotted, such as
        `protocolSection.statusModule.overallStatus`. None removes it."""

        def apply(record: Record) -> None:
            part: Any = record
            *parents, last = path.split(".")
            for name in parents:
                part = part[int(name)] if isinstance(part, list) else part.setdefault(name, {})
            if value is None:
                part.pop(last, None)
            elif isinstance(part, list):
                part[int(last)] = value
            else:
                part[last] = value

        self.change(number, apply)

    def withdraw(self, number: str) -> None:
        """Take a record away, as if it had never been."""
        with self.lock:
            del self.records[number], self.bodies[number]

    def rename(self, number: str, new: str) -> None:
        """Give a record another number; the old one becomes its alias."""
        with self.lock:
            record = copy.deepcopy(self.records[number])
            self.withdraw(number)
            part = record["protocolSection"]["identificationModule"]
            part["nctId"] = new
            part["nctIdAliases"] = [*part.get("nctIdAliases", ()), number]
            self.put(record)

    def publish(self) -> str:
        """Move the data timestamp on by a day."""
        with self.lock:
            moved = dt.datetime.fromisoformat(self.timestamp) + dt.timedelta(days=1)
            self.timestamp = moved.isoformat()
            return self.timestamp

    def select(self, test: Callable[[Mapping[str, Any]], bool]) -> list[str]:
        """The numbers of the records that pass, in the store's order."""
        with self.lock:
            return [number for number, record in self.records.items() if test(record)]
