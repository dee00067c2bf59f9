"""What the stand-in understands of the registry's query and filter parameters.

A small, strict part of the real grammar: words, quoted phrases, AND, OR, NOT and parentheses for
`query.*`, and ranges of dates for `filter.advanced`. What is not understood is refused in plain
text, as the registry refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Record = Mapping[str, Any]
TOKEN = re.compile(r'"([^"]*)"|(\()|(\))|(\\?[^\s()"]+)')
NCT = re.compile(r"[Nn][Cc][Tt]0*[1-9]\d{0,7}")
RANGE = re.compile(r"AREA\[(\w+)\]RANGE\[\s*(\S+?)\s*,\s*(\S+?)\s*\]")
STATUSES = frozenset(
    {
        "ACTIVE_NOT_RECRUITING", "COMPLETED", "ENROLLING_BY_INVITATION", "NOT_YET_RECRUITING",
        "RECRUITING", "SUSPENDED", "TERMINATED", "WITHDRAWN", "AVAILABLE", "NO_LONGER_AVAILABLE",
        "TEMPORARILY_NOT_AVAILABLE", "APPROVED_FOR_MARKETING", "WITHHELD", "UNKNOWN",
    }
)  # fmt: skip
# The real search expands synonyms and so brings trials of other diseases; so does this one.
SYNONYMS = {"osteosarcoma": ("osteosarcoma", "osteogenic sarcoma", "bone sarcoma", "bone cancer")}
DATES = {
    "LastUpdatePostDate": ("lastUpdatePostDateStruct", "date"),
    "StudyFirstPostDate": ("studyFirstPostDateStruct", "date"),
    "StartDate": ("startDateStruct", "date"),
    "CompletionDate": ("completionDateStruct", "date"),
}


class BadRequest(Exception):
    """What the registry would answer with 400, in its words."""


def split(value: str) -> list[str]:
    """A comma- or pipe-separated parameter."""
    return [part.strip() for part in re.split(r"[,|]", value) if part.strip()]


def normal_nct(text: str) -> str:
    """An NCT number as the registry stores it. Refuses what is none."""
    if not NCT.fullmatch(text):
        raise BadRequest(f"Invalid NCT number: {text}")
    return f"NCT{int(text[3:]):08d}"


def module(record: Record, name: str) -> Mapping[str, Any]:
    """A module of the protocol section; empty where the record has none."""
    found: Mapping[str, Any] = record["protocolSection"].get(name, {})
    return found


def numbers(record: Record) -> set[str]:
    """The record's own number and its aliases."""
    part = module(record, "identificationModule")
    return {part["nctId"], *part.get("nctIdAliases", ())}


def area_text(record: Record, area: str) -> str:
    """The words that a `query.*` parameter searches."""
    conditions = module(record, "conditionsModule")
    identification = module(record, "identificationModule")
    texts = [
        *conditions.get("conditions", ()),
        *conditions.get("keywords", ()),
        identification.get("briefTitle", ""),
        identification.get("officialTitle", ""),
    ]
    if area != "query.cond":
        texts += [identification["nctId"], identification.get("acronym", "")]
        texts += [one["id"] for one in identification.get("secondaryIdInfos", ())]
        texts += [identification.get("orgStudyIdInfo", {}).get("id", "")]
        arms = module(record, "armsInterventionsModule")
        texts += [one.get("name", "") for one in arms.get("interventions", ())]
    return "\n".join(texts).casefold()


def expression(text: str, area: str) -> Callable[[str], bool]:
    """A test of a record's words made from a query; refuses what the grammar does not allow."""
    if "[" in text or "]" in text or text.count('"') % 2:
        raise BadRequest(f"Error parsing query in {area}: {text}")
    tokens = [match.group(0) for match in TOKEN.finditer(text)]
    return _Grammar(tokens, area, text).whole()


class _Grammar:
    """Recursive descent over OR, AND, NOT, parentheses and words."""

    def __init__(self, tokens: list[str], area: str, text: str) -> None:
        self.tokens, self.area, self.text = tokens, area, text

    def whole(self) -> Callable[[str], bool]:
        test = self.either()
        if self.tokens:
            raise BadRequest(f"Error parsing query in {self.area}: {self.text}")
        return test

    def either(self) -> Callable[[str], bool]:
        tests = [self.both()]
        while self.tokens and self.tokens[0] == "OR":
            self.tokens.pop(0)
            tests.append(self.both())
        return lambda words: any(test(words) for test in tests)

    def both(self) -> Callable[[str], bool]:
        tests = [self.one()]
        while self.tokens and self.tokens[0] not in ("OR", ")"):
            if self.tokens[0] == "AND":
                self.tokens.pop(0)
            tests.append(self.one())
        return lambda words: all(test(words) for test in tests)

    def one(self) -> Callable[[str], bool]:
        if not self.tokens or self.tokens[0] in ("AND", "OR", ")"):
            raise BadRequest(f"Error parsing query in {self.area}: {self.text}")
        token = self.tokens.pop(0)
        if token == "NOT":
            inner = self.one()
            return lambda words: not inner(words)
        if token == "(":
            inner = self.either()
            if not self.tokens or self.tokens.pop(0) != ")":
                raise BadRequest(f"Error parsing query in {self.area}: {self.text}")
            return inner
        word = token.strip('"').lstrip("\\").casefold()
        wanted = SYNONYMS.get(word, (word,))
        return lambda words: any(one in words for one in wanted)


def advanced(text: str) -> Callable[[Record], bool]:
    """A test of a record's dates made from `filter.advanced`."""
    tests = []
    for part in re.split(r"\s+AND\s+", text):
        match = RANGE.fullmatch(part.strip())
        if match is None or match[1] not in DATES:
            raise BadRequest(f"Error parsing query in filter.advanced: {text}")
        tests.append((DATES[match[1]], match[2], match[3]))

    def test(record: Record) -> bool:
        return all(
            (low == "MIN" or date_of(record, path) >= low)
            and (high == "MAX" or date_of(record, path) <= high)
            for path, low, high in tests
        )

    return test


def date_of(record: Record, path: tuple[str, str]) -> str:
    """A date of the status module as text, which sorts as dates do; empty where missing."""
    text: str = module(record, "statusModule").get(path[0], {}).get(path[1], "")
    return text


def selection(params: Mapping[str, str]) -> Callable[[Record], bool]:
    """A test of a record made from all query and filter parameters of a request."""
    tests: list[Callable[[Record], bool]] = []
    for name, value in params.items():
        if name.startswith("query.") and value.strip():
            only_ids = [part for part in re.split(r"[,\s]+", value.strip()) if part]
            if all(NCT.fullmatch(part) for part in only_ids):
                return _one_of({normal_nct(part) for part in only_ids})  # filters are ignored
            tests.append(_words(expression(value, name), name))
    for name, value in params.items():
        if name.endswith("ilter.ids"):
            tests.append(_one_of({normal_nct(part) for part in split(value)}))
        elif name.endswith("ilter.overallStatus"):
            tests.append(_status(split(value)))
        elif name.endswith("ilter.advanced"):
            tests.append(advanced(value))
    return lambda record: all(test(record) for test in tests)


def _one_of(wanted: set[str]) -> Callable[[Record], bool]:
    return lambda record: bool(wanted & numbers(record))


def _words(test: Callable[[str], bool], area: str) -> Callable[[Record], bool]:
    return lambda record: test(area_text(record, area))


def _status(wanted: list[str]) -> Callable[[Record], bool]:
    for status in wanted:
        if status not in STATUSES:
            raise BadRequest(f"filter.overallStatus has an incorrect value: {status}")
    return lambda record: module(record, "statusModule").get("overallStatus") in wanted
