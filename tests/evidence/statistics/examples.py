"""A worked example: what a publication prints beside what this library computes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """One published quantity, as `printed`, and the call that computes it again.

    `source` is the address where the printed digits stand; the number of decimals printed is the
    precision at which the two are compared.
    """

    name: str
    source: str
    quantity: str
    printed: str
    compute: Callable[[], float]


def agrees(example: WorkedExample) -> bool:
    """Does the computed number round to the printed one (or to floating-point noise of it)?"""
    half = 0.5 * 10.0 ** -_decimals(example)
    apart = abs(example.compute() - float(example.printed))
    return apart <= max(half, 1e-12) * (1 + 1e-9)


def at_printed_precision(example: WorkedExample) -> str:
    """The computed number with as many decimals as the printed one."""
    return f"{example.compute():.{_decimals(example)}f}"


def _decimals(example: WorkedExample) -> int:
    return len(example.printed.partition(".")[2])
