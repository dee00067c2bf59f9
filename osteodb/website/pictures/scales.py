"""Scales: from a number to its place on an axis, and the ticks of the axis. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_TICKS = 7
FAR = 3.0  # how many times the largest estimate an axis of time reaches, at most
FAR_RATIO = 12.0  # and one of ratios, to either side
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `low` to `high`, over the room from `left` to `right` of a drawing."""

    low: float
    high: float
    ticks: tuple[float, ...]
    left: float
    right: float
    is_log: bool = False

    def place(self, value: float) -> float:
        """Where a value lies; what is beyond the axis lies on its end."""
        share = (self._of(value) - self._of(self.low)) / (self._of(self.high) - self._of(self.low))
        return self.left + min(1.0, max(0.0, share)) * (self.right - self.left)

    def is_within(self, value: float) -> bool:
        """Whether the axis reaches to it."""
        return self.low <= value <= self.high

    def _of(self, value: float) -> float:
        if not self.is_log:
            return value
        return math.log(value) if value > 0 else -math.inf


def percent(left: float, right: float) -> Scale:
    """Nought to a hundred, whatever the numbers."""
    return Scale(0, 100, (0, 20, 40, 60, 80, 100), left, right)


def linear(estimates: Iterable[float], ends: Iterable[float], left: float, right: float) -> Scale:
    """From nought to the largest end, but not so far that the estimates huddle."""
    near = max(estimates, default=0)
    most = max((near, *ends), default=0)
    high = min(most, FAR * near) if near > 0 else most
    ticks = _steps(high if high > 0 else 1)
    return Scale(0, ticks[-1], ticks, left, right)


def _steps(high: float) -> tuple[float, ...]:
    """Ticks from nought to beyond the highest: not more than a reader can tell apart."""
    power = 10.0 ** (math.floor(math.log10(high)) - 1)
    sizes = [step * power * 10**more for more in range(3) for step in STEPS]
    size = next(one for one in sizes if math.ceil(high / one) < MOST_TICKS)
    return tuple(round(size * i, 10) for i in range(max(1, math.ceil(high / size)) + 1))


def ratios(estimates: Iterable[float], ends: Iterable[float], left: float, right: float) -> Scale:
    """A scale of ratios that holds 1, with the same room for twice as for half."""
    near = [1.0, *estimates]
    every = [*near, *(end for end in ends if end > 0)]
    low = max(min(every), min(near) / FAR_RATIO)
    high = min(max(every), max(near) * FAR_RATIO)
    ticks = _ratio_ticks(low, high)
    return Scale(ticks[0], ticks[-1], ticks, left, right, is_log=True)


def _ratio_ticks(low: float, high: float) -> tuple[float, ...]:
    for steps in (STEPS, (1,)):
        powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
        every = [round(step * 10.0**power, 10) for power in powers for step in steps]
        first = max((one for one in every if one <= low and one < 1), default=every[0])
        last = min((one for one in every if one >= high and one > 1), default=every[-1])
        ticks = tuple(one for one in every if first <= one <= last)
        if len(ticks) <= MOST_TICKS:
            return ticks
    return _sparse(ticks)


def _sparse(ticks: Sequence[float]) -> tuple[float, ...]:
    """Decades too far apart to write each: both ends and 1."""
    return tuple(sorted({ticks[0], 1.0, ticks[-1]}))
