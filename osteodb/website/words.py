"""Values in words for people. Pure: knows no request and no database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

NOT_REPORTED = "not reported"
IRREGULAR = {
    "therapy class": "therapy classes",
    "discrepancy": "discrepancies",
    "open discrepancy": "open discrepancies",
    "country": "countries",
}


def plural(noun: str) -> str:
    """The plural of one of our nouns."""
    return IRREGULAR.get(noun, noun + "s")


def counted(number: int, noun: str) -> str:
    """ "1 trial", "12 trials", "no trials"."""
    if number == 0:
        return f"no {plural(noun)}"
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def plain_number(value: Decimal | None) -> str:
    """A stored number without the zeros of its column: 8.000000 -> 8, 16.400000 -> 16.4."""
    return "" if value is None else f"{value.normalize():f}"


def listed(parts: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def ago(moment: dt.datetime, now: dt.datetime) -> str:
    """How long ago, coarsely: "today", "yesterday", "5 days ago", "8 months ago"."""
    days = (now.date() - moment.date()).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days < 60:
        return f"{days} days ago"
    return f"{days // 30} months ago" if days < 730 else f"{days // 365} years ago"


def code_in_words(code: str) -> str:
    """A registry's own code for people: NON_RANDOMIZED -> Non randomized."""
    if not code.isupper():
        return code
    return code.replace("_", " ").capitalize()
