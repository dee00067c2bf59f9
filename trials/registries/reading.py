"""What the parsers of several registries share: tidy text, dates, ages, and listing what is odd.

Pure. A value that no table knows is never guessed: it is left out, or becomes `other`, and is
listed as a problem with its path, so that a person can extend the table.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from osteodb.core.partial_dates import PartialDate
from trials.registries.base import ParsedIdentifier, Problem
from trials.registries.countries import country_code, is_country_code
from trials.registries.identifiers import RegistryNumber, identify

LARGEST_COUNT = 2_147_483_647
MONTHS = {
    name: number
    for number, name in enumerate(
        (
            "january", "february", "march", "april", "may", "june", "july", "august",
            "september", "october", "november", "december",
        ),
        1,
    )
}  # fmt: skip
IN_A_YEAR = {"year": "1", "month": "12", "week": "52.1775", "day": "365.2425", "hour": "8765.82"}
BREAK = re.compile(r"\s*<\s*/?\s*(?:br|p|li|div|ul|ol)\s*/?\s*>", re.IGNORECASE)
TAG = re.compile(r"</?(?:b|i|u|em|strong|sub|sup|span|font|a)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)
ISO = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
DAY_MONTH = re.compile(r"(\d{1,2})\s+([A-Za-z]+)\s+(\d{4})")
MONTH_DAY = re.compile(r"([A-Za-z]+)\s+(?:(\d{1,2}),\s*)?(\d{4})")
TIME = re.compile(r"[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
AGE = re.compile(
    r"(?:>=|<=|=|from)?\s*(\d{1,4}(?:\.\d{1,3})?)\s*-?\s*(year|month|week|day|hour|age)s?"
    r"(?:[ -]*old)?",
    re.IGNORECASE,
)
BARE_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3})?")


def line(text: str, limit: int | None = None) -> str:
    """One line of text, cut to what its column holds."""
    return " ".join(text.split())[:limit]


def plain(text: str) -> str:
    """Text without the markup that registries put between lines; "<=" and the like stay."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = TAG.sub("", BREAK.sub("\n", text))
    lines = [" ".join(part.split()) for part in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def distinct(texts: Iterable[str], limit: int | None = None) -> tuple[str, ...]:
    """The texts as lines, in their order, each once, without empty ones."""
    return tuple(dict.fromkeys(one for text in texts if (one := line(text, limit))))


def date_text(raw: str) -> str:
    """A partial date as yyyy, yyyy-MM or yyyy-MM-dd, from the ways that registries write one.

    Read are 2020-02-01 (with or without a time), 2020/02/01, 20200201, 01/02/2020 (the day first,
    as the European registries and WHO write it), "1 February 2020", "February 1, 2020" and
    "February 2020". Raises ValueError for anything else, and for a day that does not exist.
    """
    text = TIME.sub("", raw.strip())
    for pattern, order in (
        (COMPACT, (1, 2, 3)),
        (ISO, (1, 2, 3)),
        (DAY_FIRST, (3, 2, 1)),
        (DAY_MONTH, (3, 2, 1)),
        (MONTH_DAY, (3, 1, 2)),
    ):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        year, month, day = (match[group] for group in order)
        if month and not month.isdigit():
            month = str(MONTHS.get(month.lower(), ""))
            if not month:
                break
        parts = [year] + [part.zfill(2) for part in (month, day) if part]
        return str(PartialDate.parse("-".join(parts)))
    raise ValueError(f"{raw!r} is no date")


def years(raw: str, *, bare_is_years: bool = False) -> str | None:
    """An age in years as decimal text, from "12 Years", "6 Months", ">= 20age old".

    A number without a unit counts only where the registry's form asks for years. Raises ValueError
    for what is no age.
    """
    text = raw.strip()
    match = AGE.fullmatch(text)
    if match is not None:
        unit = match[2].lower()
        number = Decimal(match[1]) / Decimal(IN_A_YEAR["year" if unit == "age" else unit])
    elif bare_is_years and BARE_NUMBER.fullmatch(text):
        number = Decimal(text)
    else:
        raise ValueError(f"{raw!r} is no age")
    if number >= 1000:
        raise ValueError(f"{raw!r} is no age of a person")
    return str(number.quantize(Decimal("0.001")))


class Findings:
    """Reads single values and keeps a list of what could not be understood."""

    def __init__(self) -> None:
        self.listed: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem once, in the order they were met."""
        return tuple(dict.fromkeys(self.listed))

    def add(self, kind: str, path: str, value: str, message: str) -> None:
        """List a problem; texts are cut to what their columns hold."""
        self.listed.append(Problem(kind, path[:300], value[:400], message[:500]))

    def mapped(
        self, raw: str, table: Mapping[str, str], path: str, kind: str = "UNMAPPED_VALUE"
    ) -> str:
        """Our word for a value: exact match, white space aside. Unmapped: listed, and empty."""
        text = line(raw)
        if not text or text in table:
            return table.get(text, "")
        self.add(kind, path, text, f"{path} {text[:200]!r} is not in our table")
        return ""

    def status(self, raw: str, table: Mapping[str, str], path: str) -> str:
        """The status in our words: `unknown` where none is given, `other` where unmapped."""
        if not line(raw):
            return "unknown"
        return self.mapped(raw, table, path, "UNMAPPED_STATUS") or "other"

    def date(self, raw: str, path: str) -> str:
        """A partial date as text; empty, and listed, where it is no date."""
        if not raw.strip():
            return ""
        try:
            return date_text(raw)
        except ValueError as error:
            self.add("SUSPICIOUS_VALUE", path, raw, str(error))
            return ""

    def day(self, raw: str, path: str) -> str | None:
        """A full date as text, or None; a month or a year alone is no full date."""
        text = self.date(raw, path)
        if text and len(text) < 10:
            self.add("SUSPICIOUS_VALUE", path, raw, f"{raw!r} is no full date")
        return text if len(text) == 10 else None

    def age(
        self, raw: str, path: str, *, bare_is_years: bool = False, none: frozenset[str]
    ) -> tuple[str, str | None]:
        """An age as written and in years; `none` holds the spellings of "no limit"."""
        text = line(raw, 40)
        if not text or text.casefold() in none:
            return "", None
        try:
            return text, years(text, bare_is_years=bare_is_years)
        except ValueError as error:
            self.add("SUSPICIOUS_VALUE", path, text, str(error))
            return "", None

    def count(self, raw: str, path: str) -> int | None:
        """A number of people; None, and listed, where it is none or cannot be one."""
        text = raw.strip().replace(",", "")
        if not text:
            return None
        if text.isdecimal() and len(text) < 12 and int(text) <= LARGEST_COUNT:
            return int(text)
        self.add("SUSPICIOUS_VALUE", path, raw, f"{raw[:200]!r} is no number of people")
        return None

    def country(self, raw: str, path: str) -> str:
        """The ISO code of a country's name or code; empty, and listed, where it is not known."""
        text = line(raw)
        code = country_code(text) or (text if len(text) == 2 and is_country_code(text) else None)
        if text and code is None:
            self.add("UNMAPPED_COUNTRY", path, text, f"country {text[:200]!r} is not known")
        return code or ""


def gathered(
    own: RegistryNumber, raw: str, others: Iterable[tuple[str, str]]
) -> tuple[ParsedIdentifier, ...]:
    """The numbers of a trial, each once: its own as PRIMARY, then (text, kind) in their order."""
    key = (own.registry, own.value)
    found = {key: ParsedIdentifier(*key, raw.strip()[:200] or own.value, "PRIMARY")}
    for text, kind in others:
        number = identify(text[:200])
        if number is not None and number.value:
            one = (number.registry, number.value[:200])
            found.setdefault(one, ParsedIdentifier(*one, text.strip()[:200], kind))
    return tuple(found.values())


def today_is(text: str) -> dt.date | None:
    """The day of a full date or time stamp, or None."""
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None
