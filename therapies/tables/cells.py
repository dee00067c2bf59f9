"""Several values in one cell, and which cells say something new."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from osteodb.core.tables import Row, tidy

APART = " | "


def joined(values: Sequence[str]) -> str:
    """The values in one cell, with a stroke between them; one within a value is marked."""
    return APART.join(value.replace("|", "\\|") for value in values)


def parts(cell: str) -> list[str]:
    """The values of a cell."""
    found = (part.replace("\\|", "|").strip() for part in re.split(r"(?<!\\)\|", cell))
    return [part for part in found if part]


def said_otherwise(row: Row, before: Mapping[str, str], fields: Sequence[str]) -> dict[str, str]:
    """The fields that a row gives another value for than stands: what a file cannot hold, such as
    a line end of another kind, is no change."""
    return {
        name: row[name] for name in fields if name in row and tidy(row[name]) != tidy(before[name])
    }
