"""How one value of a filter is read: words of closed lists, dates, times, numbers, names.

Each reader takes text and gives a value, or raises UnknownTerm with a sentence for the person.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from osteodb.core.normalise import normalise_name
from osteodb.core.partial_dates import PartialDate

LARGEST_NUMBER = 2_147_483_647  # PostgreSQL's integer
DECIMAL = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)


class UnknownTerm(Exception):
    """A word that a filter's vocabulary does not have. `known` is the vocabulary, for a hint."""

    def __init__(self, message: str, known: Iterable[str] = (), list_all: bool = False) -> None:
        super().__init__(message)
        self.message, self.known, self.list_all = message, tuple(known), list_all


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A closing sentence with the nearest known words, or nothing where none is near."""
    by_fold = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), by_fold, n=3, cutoff=0.6)
    if not near:
        return ""
    return f" Did you mean {' or '.join(repr(by_fold[name]) for name in near)}?"


def listed(words: Iterable[str]) -> str:
    """Words for a sentence: "a, b, c"."""
    return ", ".join(words)


def one_of(choices: Sequence[tuple[str, str]]) -> Callable[[str], str]:
    """A resolver for a closed list, blind to case."""
    by_fold = {value.casefold(): value for value, _ in choices}
    allowed = tuple(value for value, _ in choices)

    def resolve(text: str) -> str:
        value = by_fold.get(text.casefold())
        if value is None:
            raise UnknownTerm(f"{text!r} is not one of: {listed(allowed)}.", allowed, True)
        return value

    return resolve


def normal_form(text: str) -> str:
    """The normal form of a name; refused where nothing of it is left."""
    normal = normalise_name(text)
    if not normal:
        raise UnknownTerm(f"{text!r} has neither a letter nor a digit.")
    return normal


def _partial(text: str) -> PartialDate:
    try:
        return PartialDate.parse(text)
    except ValueError:
        message = f"{text!r} is not a date: give yyyy, yyyy-MM or yyyy-MM-dd."
        raise UnknownTerm(message) from None


def first_day(text: str) -> dt.date:
    """The first day of a year, a month or a day: where a range begins."""
    return _partial(text).earliest


def last_day(text: str) -> dt.date:
    """The last day of a year, a month or a day: where a range ends, itself included."""
    date = _partial(text)
    if date.precision == "day":
        return date.earliest
    if date.precision == "year" or date.earliest.month == 12:
        return dt.date(date.earliest.year, 12, 31)
    return date.earliest.replace(month=date.earliest.month + 1) - dt.timedelta(days=1)


def moment(text: str) -> dt.datetime:
    """A point in time in ISO 8601; a bare date is its midnight, and no zone means UTC."""
    try:
        # A plus sign that was not percent-encoded arrives as a space.
        read = dt.datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        zoned = read if read.tzinfo else read.replace(tzinfo=dt.UTC)
        return zoned.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        message = f"{text!r} is not a time: give ISO 8601, such as 2026-01-31T09:30:00Z."
        raise UnknownTerm(message) from None


def whole_number(text: str) -> int:
    """A whole number from 0 to what the database's integers hold."""
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > LARGEST_NUMBER:
        raise UnknownTerm(f"{text!r} is not a whole number from 0 to {LARGEST_NUMBER}.")
    return int(text)


def decimal_number(text: str) -> Decimal:
    """A number that is not negative, with a point before its decimals: 6 or 3.75."""
    if not DECIMAL.fullmatch(text):
        raise UnknownTerm(f"{text!r} is not a number such as 6 or 3.75.")
    return Decimal(text)
