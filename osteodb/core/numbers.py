"""Exact numbers as people read them."""

from __future__ import annotations

from decimal import Decimal


def plain_number(value: Decimal | None) -> str:
    """A stored number without the zeros of its column: 8.000000 -> 8, 16.400000 -> 16.4."""
    return "" if value is None else f"{value.normalize():f}"
