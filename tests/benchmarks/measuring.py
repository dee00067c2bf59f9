"""How to measure: alternately, many times, by the median."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: what was done, against which floor, each in seconds or in another unit."""

    name: str
    floor_name: str
    value: float
    floor_value: float
    unit: str = "s"

    @property
    def note(self) -> str:
        """What else there is to say of it."""
        return ""

    @property
    def ratio(self) -> float:
        """How many times the floor it took."""
        return self.value / self.floor_value

    def words(self, value: float) -> str:
        """A value with its unit; seconds as milliseconds."""
        return f"{value * 1000:.1f} ms" if self.unit == "s" else f"{value:.0f} {self.unit}"


def alternately(
    work: Callable[[], object],
    floor: Callable[[], object],
    *,
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float]:
    """The medians of both, measured in turn so that a busy machine slows both alike."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for seconds, action in zip(taken, (work, floor), strict=True):
            began = clock()
            action()
            seconds.append(clock() - began)
    return statistics.median(taken[0]), statistics.median(taken[1])


@dataclass(frozen=True, slots=True)
class Spent:
    """What something took: seconds by the clock, and of the processor for us and our database
    session together, which other work on the machine does not lengthen."""

    seconds: float
    processor: float

    def mean_with(self, other: Spent) -> Spent:
        """The mean of two measurements."""
        return Spent((self.seconds + other.seconds) / 2, (self.processor + other.processor) / 2)


def spent_on(action: Callable[[], object]) -> Spent:
    """Do something once and say what it took."""
    began, busy = time.perf_counter(), processor_time()
    action()
    return Spent(time.perf_counter() - began, processor_time() - busy)


def processor_time() -> float:
    """Seconds of the processor that this process and its database session have used so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def session_clock() -> Callable[[], float]:
    """A clock of the processor time of this process and its database session, finer than a tick.

    Falls back to the clock on the wall where the kernel does not tell.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        told = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    if not told.exists():
        return time.perf_counter
    return lambda: time.process_time() + int(told.read_text().split()[0]) / 1e9
