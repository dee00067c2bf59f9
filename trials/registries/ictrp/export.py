"""WHO's export files, XML and CSV, cut into records of one shape: field names to text.

Both formats have the same fields; the CSV's names have spaces where the XML's have underscores.
Empty fields are left out, so that one trial looks the same from both.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import Any

import orjson

from trials.registries.base import MalformedRecord, MalformedResponse, RawRecord
from trials.registries.files import (
    LARGEST_RECORD,
    Cut,
    Readable,
    is_markup,
    pieces,
    xml_elements,
    xml_value,
)
from trials.registries.identifiers import RegistryNumber, recognise

LARGEST_ROW = 4 * 1024 * 1024
FIRST_CELL = re.compile(rb'\s*"?([A-Za-z][A-Za-z0-9/ -]{5,40}?)"?,')
NEEDED = frozenset({"TrialID", "Source_Register"})


def records(stream: Readable) -> Iterator[Cut]:
    """Every trial of an export, XML or CSV, in one pass. Raises MalformedResponse where the file
    is neither."""
    is_xml, whole = is_markup(stream)
    cuts = _from_xml(whole) if is_xml else _from_csv(whole)
    for cut in cuts:
        yield cut if isinstance(cut, MalformedRecord) else _numbered(cut)


def number_of(fields: dict[str, Any]) -> RegistryNumber | None:
    """The trial's number under the registry that issued it; WHO's prefixes are taken off."""
    text = fields.get("TrialID", "")
    return recognise(text) if isinstance(text, str) else None


def _numbered(fields: dict[str, Any]) -> Cut:
    text = str(fields.get("TrialID", ""))
    number = number_of(fields)
    if number is None:
        reason = f"{text[:60]!r} is no registry number" if text else "the record has no TrialID"
        return MalformedRecord(reason, registry_id=text[:60], path="TrialID")
    return RawRecord(number.value, orjson.dumps(fields), registry=number.registry)


def _from_xml(stream: Readable) -> Iterator[dict[str, Any] | MalformedRecord]:
    for element in xml_elements(stream, "Trial"):
        if isinstance(element, MalformedRecord):
            yield element
            continue
        try:
            value = xml_value(element)
        except MalformedRecord as error:
            yield MalformedRecord(str(error), registry_id=_glimpse(element), path=error.path)
            continue
        if isinstance(value, dict):
            yield {key: text for key, inner in value.items() if (text := _text(inner))}
        else:
            yield MalformedRecord("the record is empty")


def _glimpse(element: bytes) -> str:
    """The number in a record that cannot be parsed, for the person who reads the failure."""
    match = re.search(rb"<TrialID>\s*([^<]{1,60})", element)
    return match[1].decode("utf-8", "replace").strip() if match else ""


def _text(value: Any) -> str:
    """A field's text; a field given several times is joined as WHO joins lists."""
    if isinstance(value, list):
        return ";".join(filter(None, map(_text, value)))
    return value.strip() if isinstance(value, str) else ""


def _from_csv(stream: Readable) -> Iterator[dict[str, Any] | MalformedRecord]:
    """The rows of a CSV file. A row ends where its quotes are closed; where that makes no row of
    the right length, its number is reported and reading goes on at the next line that begins with
    a registry number."""
    ahead: deque[bytes] = deque()
    lines = _lines(stream)
    names: list[str] = []
    count = 0
    while waiting := _balanced(ahead, lines):
        count += 1
        row = _row(b"".join(waiting), len(names))
        if isinstance(row, MalformedRecord):
            row.path = f"record {count}"
            yield row
            again = next((n for n in range(1, len(waiting)) if _number(waiting[n])), len(waiting))
            ahead.extendleft(reversed(waiting[again:]))
        elif names:
            fields = zip(names, row, strict=True)
            yield {name: text for name, cell in fields if (text := cell.strip())}
        elif row:
            names = [" ".join(name.split()).replace(" ", "_") for name in row]
            if not set(names) >= NEEDED:
                raise MalformedResponse("the first line does not name the columns of WHO's export")
    if not names:
        raise MalformedResponse("the file is empty")


def _balanced(ahead: deque[bytes], lines: Iterator[bytes]) -> list[bytes]:
    """The lines up to where all quotes are closed; empty at the end."""
    taken: list[bytes] = []
    quotes = size = 0
    while one := ahead.popleft() if ahead else next(lines, b""):
        if not taken and not one.strip():
            continue
        taken.append(one)
        quotes += one.count(b'"')
        size += len(one)
        if quotes % 2 == 0 or size > LARGEST_ROW:
            break
    return taken


def _row(raw: bytes, width: int) -> list[str] | MalformedRecord:
    """The cells of a row; `width` is how many there have to be, 0 for the first line."""
    try:
        row = next(csv.reader([raw.decode("utf-8")], strict=True), [])
    except (UnicodeDecodeError, csv.Error) as error:
        return MalformedRecord(f"a row that cannot be read: {error}", registry_id=_number(raw))
    if width and len(row) != width:
        reason = f"the row has {len(row)} fields where the first line names {width}"
        return MalformedRecord(reason, registry_id=_number(raw))
    return row


def _number(raw: bytes) -> str:
    """The registry number that a line begins with; empty where it begins with none."""
    match = FIRST_CELL.match(raw)
    number = recognise(match[1].decode("ascii")) if match else None
    return number.value if number else ""


def _lines(stream: Readable) -> Iterator[bytes]:
    """The lines of a stream of bytes, none longer than a record may be."""
    rest = b""
    for piece in pieces(stream):
        parts = (rest + piece).split(b"\n")
        rest = parts.pop()
        for part in parts:
            yield part + b"\n"
        if len(rest) > LARGEST_RECORD:
            yield rest
            rest = b""
    if rest:
        yield rest
