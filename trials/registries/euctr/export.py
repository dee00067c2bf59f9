"""The EU register's full-details text export: cut into member states' records, folded by trial.

The export has one record for each member state, each beginning with the line "Summary" and the
EudraCT number. All records of one number make one trial, wherever in the file they stand: a first
pass notes where each begins, a second hands over trial by trial. What is held in memory is places,
not texts.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, cast

from trials.registries.base import MalformedRecord, MalformedResponse, RawRecord
from trials.registries.files import Cut, Readable, pieces
from trials.registries.identifiers import recognise

LARGEST_STATE = 8 * 1024 * 1024
KEPT_IN_MEMORY = 16 * 1024 * 1024
OVERLAP = 80
SUMMARY = re.compile(rb"\nSummary[ \t]*\r?\n(?=EudraCT Number:)")
NUMBER = re.compile(rb"EudraCT Number:[ \t]*([^\r\n]{1,60})")
CODE = r"[A-HNP]\.\d+(?:\.\d+)*"
FIELD = re.compile(
    rf"(?:(?P<code>{CODE})(?:[ \t]+(?:and|to)[ \t]+{CODE})?[ \t]"
    r"|(?P<plain>D\.IMP|EudraCT Number|Sponsor's Protocol Code Number|National Competent Authority"
    r"|Clinical Trial Type|Trial Status|Link"
    r"|Date on which this record was first entered in the EudraCT database"
    r"|[NP]\. (?:Competent Authority|Ethics Committee|Date of|End of Trial)[^:]{0,80}"
    r"|D\.8 Placebo)(?=:))"
)
QUESTION = re.compile(r"([^:?]{1,200}\?) (Yes|No)$")
LANGUAGE = re.compile(r"\s\(([a-z]{2})\)$")
HEADING = re.compile(
    r"(?:A\. Protocol Information|B\. Sponsor Information|C\. Applicant Identification"
    r"|D\. IMP Identification|E\. General Information on the Trial|F\. Population of Trial Subjects"
    r"|G\. Investigator Networks to be involved in the Trial|N\. Review by the Competent Authority"
    r"|P\. End of Trial$|Summary$|MedDRA Classification$|Sponsor \d+$)"
)
STATE = re.compile(r"/trial/[^/\s]+/([A-Z]{2}|3rd|Outside-EU-EEA)/?", re.IGNORECASE)


class Field(NamedTuple):
    """One line of a record: its code, its label, the language of its value, the value."""

    code: str
    label: str
    language: str
    value: str


def records(stream: Readable) -> Iterator[Cut]:
    """Every trial of an export: all its member states' records in one body. Raises
    MalformedResponse where the file has no such record."""
    with tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY) as spooled:
        file = cast(BinaryIO, spooled)
        for piece in pieces(stream):
            file.write(piece)
        places, broken = _places(file)
        yield from broken
        if not places and not broken:
            raise MalformedResponse("there is no record of the EU register in this file")
        for number, parts in places.items():
            yield RawRecord(number, b"\n".join(_part(file, *part) for part in parts))


def _places(file: BinaryIO) -> tuple[dict[str, list[tuple[int, int]]], list[MalformedRecord]]:
    """Where in the file the records of each number are: (offset, length)."""
    places: dict[str, list[tuple[int, int]]] = {}
    broken: list[MalformedRecord] = []
    starts = list(_starts(file))
    ends = [*starts[1:], file.seek(0, 2)]
    for start, end in zip(starts, ends, strict=False):
        head = _part(file, start, min(end - start, 400))
        match = NUMBER.search(head)
        text = match[1].decode("utf-8", "replace").strip() if match else ""
        number = recognise(text)
        if number is None or number.registry != "EUCTR":
            reason = f"{text!r} is no EudraCT number"
            broken.append(MalformedRecord(reason, registry_id=text, path=f"byte {start}"))
        elif end - start > LARGEST_STATE:
            reason = f"a member state's record is larger than {LARGEST_STATE} bytes"
            broken.append(MalformedRecord(reason, registry_id=number.value, path=f"byte {start}"))
        else:
            places.setdefault(number.value, []).append((start, end - start))
    return places, broken


def _starts(file: BinaryIO) -> Iterator[int]:
    """Where each record's first line begins. Pieces overlap, so that no marker is cut in two."""
    file.seek(0)
    window, offset, latest = b"\n", -1, -1
    while piece := file.read(1024 * 1024):
        window += piece
        for match in SUMMARY.finditer(window):
            start = offset + match.start() + 1
            if start > latest:
                latest = start
                yield start
        offset += max(0, len(window) - OVERLAP)
        window = window[-OVERLAP:]


def _part(file: BinaryIO, start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)


def states(body: bytes) -> list[dict[str, Any]]:
    """The member states' records of a trial, decoded: [{"state", "fields": [[code, label,
    language, value], …]}]. A state that stands twice with one text stands once. Raises
    MalformedRecord."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRecord(f"not UTF-8: {error}", path=f"byte {error.start}") from error
    parts = re.split(r"(?:^|\n)Summary[ \t]*\r?\n(?=EudraCT Number:)", text)
    found: list[dict[str, Any]] = []
    for part in parts[1:]:
        fields = [list(one) for one in _fields(part)]
        record = {"state": _state(part), "fields": fields}
        if record not in found:
            found.append(record)
    return found


def _state(text: str) -> str:
    """The member state's code, from the record's own address."""
    match = STATE.search(text)
    return match[1].upper() if match else ""


def _fields(text: str) -> Iterator[Field]:
    """The lines of a record that begin a field, each with the lines that continue it."""
    current: list[str] = []
    for one in text.splitlines():
        if FIELD.match(one) or HEADING.match(one):
            if current:
                yield _field(current)
            current = [one] if FIELD.match(one) else []
        elif current:
            current.append(one)
    if current:
        yield _field(current)


def _field(lines: list[str]) -> Field:
    first = lines[0].replace("\t", " ").rstrip()
    match = FIELD.match(first)
    label, colon, value = first.partition(":")
    if not colon and (question := QUESTION.match(first)):
        label, value = question[1], question[2]
    language = LANGUAGE.search(label)
    if language:
        label = label[: language.start()]
    code = (match["code"] or "") if match else ""
    rest = "\n".join([value.strip(), *lines[1:]]).strip()
    return Field(code, label.strip(), language[1] if language else "", rest)
