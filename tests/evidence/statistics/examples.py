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
