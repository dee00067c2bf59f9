"""Lengths of time in one unit, so that 16.4 weeks and 3.6 months can be compared.

A year is 365.25 days and a month a twelfth of it, 30.4375 days: the convention of survival
analysis where a source gives none of its own. Values stay stored as printed; these are beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

DAYS_IN_YEAR = Decimal("365.25")
DAYS_IN_MONTH = DAYS_IN_YEAR / 12  # 30.4375
_PLACES = Decimal("1E-12")
MONTHS_IN: Mapping[str, Decimal] = {
    "DAYS": (1 / DAYS_IN_MONTH).quantize(_PLACES),
    "WEEKS": (7 / DAYS_IN_MONTH).quantize(_PLACES),
    "MONTHS": Decimal(1),
    "YEARS": Decimal(12),
}  # how many months one of each unit is


def to_months(value: Decimal, unit: str) -> Decimal | None:
    """A length of time in months; None where `unit` is none of days, weeks, months, years."""
    factor = MONTHS_IN.get(unit)
    return None if factor is None else value * factor
