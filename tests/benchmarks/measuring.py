"""How to measure: alternately, many times, by the median."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: what was done, against which floor, in seconds each."""

    name: str
    floor_name: str
    seconds: float
    floor_seconds: float

    @property
    def ratio(self) -> float:
        """How many times the floor it took."""
        return self.seconds / self.floor_seconds


def alternately(
    work: Callable[[], object], floor: Callable[[], object], *, rounds: int
) -> tuple[float, float]:
    """The medians of both, measured in turn so that a busy machine slows both alike."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for seconds, action in zip(taken, (work, floor), strict=True):
            began = time.perf_counter()
            action()
            seconds.append(time.perf_counter() - began)
    return statistics.median(taken[0]), statistics.median(taken[1])
