"""Partial dates: "2022", "2022-11" or "2022-11-03", kept as they were given.

A registry that says November 2022 has not said a day, so none is invented. What is stored is the
text; the first possible day is computed by the database for sorting and range filters.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

Precision = Literal["year", "month", "day"]
PATTERN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
SQL_PATTERN = r"^\d{4}(-\d{2}(-\d{2})?)?$"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the year, the month or the day."""

    text: str
    precision: Precision
    earliest: dt.date

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read `yyyy`, `yyyy-MM` or `yyyy-MM-dd`. Raises ValueError for anything else."""
        match = PATTERN.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is not a date: give yyyy, yyyy-MM or yyyy-MM-dd")
        year, month, day = match.groups()
        earliest = dt.date(int(year), int(month or 1), int(day or 1))
        precision: Precision = "day" if day else "month" if month else "year"
        return cls(match.group(0), precision, earliest)

    def __str__(self) -> str:
        return self.text
