"""Figures, units, times and intervals as registries print them. Pure.

A text that is no plain number stays a text: nothing here rounds, sums or converts but for one
thing, a proportion between 0 and 1, which is a percentage by another name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

PLAIN = re.compile(r"[+-]?(?:\d+(?:,\d{3})*)(?:\.\d+)?|[+-]?\.\d+")
LARGEST = Decimal(10) ** 10  # what a figure's column holds before the point
STEP = Decimal("0.000001")
P_STEP = Decimal("0.000000000001")
LARGEST_COUNT = 2_147_483_647
NOT_A_NUMBER = frozenset({"", "NA", "N/A", "NR", "NE", "ND"})
P_VALUE = re.compile(r"(?i)\s*(?:p(?:[ -]?value)?\s*)?([<>=≤≥]?)\s*(\d*\.?\d+)\s*")
LEVEL = re.compile(r"(?i)(\d+(?:\.\d+)?)\s*%.*confidence")
CODED_LEVELS = {
    "CONFIDENCE_80": Decimal(80),
    "CONFIDENCE_90": Decimal(90),
    "CONFIDENCE_95": Decimal(95),
    "CONFIDENCE_975": Decimal("97.5"),
    "CONFIDENCE_99": Decimal(99),
}
ONE_SIDED = re.compile(r"(?i)\b(?:1|one)[ -]?sided")
TWO_SIDED = re.compile(r"(?i)\b(?:2|two)[ -]?sided")
TIME_UNIT = re.compile(r"(?i)\b(day|week|month|year)s?\b")
PERCENT = re.compile(r"(?i)%|\bpercent(?:age)?s?\b")
PROPORTION = re.compile(r"(?i)\bproportion|\bprobability\b")
PEOPLE = re.compile(r"(?i)(?:number of )?(?:participants|patients|subjects)")
NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1
    )
}
COUNTED = r"(\d+(?:\.\d+)?|" + "|".join(NUMBER_WORDS) + r")"
SPAN = COUNTED + r"[ -]?(day|week|month|year|mo|yr)s?\b"
AT_A_TIME = re.compile(rf"(?i)\b(?:at|after|least)\s+(?:least\s+)?{SPAN}")
TIME_BEFORE = re.compile(
    rf"(?i)\b{SPAN}\s+(?:(?:overall|progression|event|disease|objective|\w+-free)\b|PFS|EFS|OS|DFS)"
)
WHOLE_TIME = re.compile(rf"(?i)\s*(?:at\s+)?{SPAN}\s*(?:$|[,;(]|(?:from|after|post)\b).*")
CALENDAR = {"mo": "MONTHS", "yr": "YEARS"}


@dataclass(frozen=True, slots=True)
class Time:
    """A point in time after the start, in the unit it is printed in."""

    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class PValue:
    """A p value as printed; no number where it is none or has no modifier we know."""

    raw: str
    value: Decimal | None
    modifier: str


def number(text: str) -> Decimal | None:
    """The number a text is, in the exactness a figure is kept in; None where it is no number."""
    if not PLAIN.fullmatch(text.strip()):
        return None
    value = Decimal(text.strip().replace(",", ""))
    if abs(value) >= LARGEST:
        return None
    return value.quantize(STEP, ROUND_HALF_EVEN).normalize() + 0


def count(text: str) -> int | None:
    """A number of people, or None where the text is none."""
    value = number(text)
    if value is None or value < 0 or value != int(value) or value > LARGEST_COUNT:
        return None
    return int(value)


REACHED_NOT = re.compile(r"(?i)\bnot (?:yet )?(?:been )?(?:met or )?reached|\bunreached\b")


def is_absent(text: str) -> bool:
    """Whether a figure was posted as "not a number"."""
    return text.strip().upper() in NOT_A_NUMBER


def open_end(text: str, value: Decimal | None, sides: str, comment: str = "") -> str:
    """Why an end of an interval has no number; empty where it has one or the interval none."""
    if value is not None or (sides == "ONE_SIDED" and not text):
        return ""
    if not text.strip() or not is_absent(text):
        return "NOT_REPORTED"
    return "NOT_REACHED" if REACHED_NOT.search(comment) else "NOT_ESTIMABLE"


def p_value(text: str) -> PValue | None:
    """ "<0.001", "=0.247", "0.05" or "p < 0.05"; None where nothing is printed."""
    raw = text.strip()
    if is_absent(raw):
        return None
    found = P_VALUE.fullmatch(raw)
    if not found or found[1] in ("≤", "≥"):
        return PValue(raw, None, "")
    value = Decimal(found[2])
    if value > 1:
        return PValue(raw, None, "")
    return PValue(raw, value.quantize(P_STEP, ROUND_HALF_EVEN).normalize() + 0, found[1] or "=")


def interval_level(dispersion: str) -> Decimal | None:
    """The level of a confidence interval in %, or None for any other kind of spread."""
    if dispersion in CODED_LEVELS:
        return CODED_LEVELS[dispersion]
    found = LEVEL.search(dispersion)
    level = Decimal(found[1]) if found else None
    return level if level is not None and 0 < level < 100 else None


def is_interval(dispersion: str) -> bool:
    """Whether the limits are those of a confidence interval."""
    return "CONFIDENCE" in dispersion.upper()


def sides(text: str) -> str:
    """Whether words or a code say one-sided or two-sided; empty where they say neither."""
    words = text.replace("_", " ")
    one, two = ONE_SIDED.search(words), TWO_SIDED.search(words)
    if bool(one) == bool(two):
        return ""
    return "ONE_SIDED" if one else "TWO_SIDED"


def unit_of(text: str) -> str:
    """The normal unit of a printed one: a time, PERCENT, PROPORTION, COUNT, or empty text."""
    if PERCENT.search(text):
        return "" if re.search(r"(?i)\bchange\b", text) else "PERCENT"
    if PROPORTION.search(text):
        return "PROPORTION"
    if PEOPLE.fullmatch(text.strip()):
        return "COUNT"
    found = {one.upper() + "S" for one in TIME_UNIT.findall(text)}
    return found.pop() if len(found) == 1 and "/" not in text else ""


def time_point(*texts: str) -> Time | None:
    """The one time that titles name ("at 6 months", "1-year"); None for none, or for several."""
    found = {
        _time(amount, unit)
        for text in texts
        for pattern in (AT_A_TIME, TIME_BEFORE)
        for amount, unit in pattern.findall(text)
    }
    return found.pop() if len(found) == 1 else None


def whole_time(text: str) -> Time | None:
    """The time that a time frame or a class title is ("4 years", "At 12 months", "3 years, …").

    "Up to 3 years" is how long people were followed and no point in time.
    """
    found = WHOLE_TIME.fullmatch(text)
    return _time(found[1], found[2]) if found else None


def _time(amount: str, unit: str) -> Time:
    value = NUMBER_WORDS.get(amount.lower())
    short = unit.lower()
    return Time(
        Decimal(amount if value is None else value), CALENDAR.get(short, f"{short.upper()}S")
    )
