"""Files of ClinicalTrials.gov studies: one study, a list, pages of the API, or one a line.

A page of the API is one JSON object around its studies, and may be large: where a file begins with
one, its studies are cut out one by one, so that memory depends on the largest study.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

from trials.registries.base import MalformedRecord, RawRecord
from trials.registries.ctgov import parser
from trials.registries.files import (
    HEAD,
    Cut,
    Readable,
    Rejoined,
    beginning,
    json_objects,
    json_record,
    readable,
)
from trials.registries.identifiers import recognise

PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*\{\s*(?:\"(?:totalCount|nextPageToken)\"\s*:\s*[^,{\[\]}]{0,400},\s*)*"
    rb"\"studies\"\s*:\s*\[(?P<empty>\s*\])?"
)
NUMBER = "protocolSection.identificationModule.nctId"
UPDATED = "protocolSection.statusModule.lastUpdatePostDateStruct"


def records(stream: Readable) -> Iterator[Cut]:
    """Every study of a file. Raises MalformedResponse where it holds no JSON object."""
    head = beginning(stream)
    page = PAGE.match(head)
    start = head[page.end() :] if page else head
    if page and page["empty"] and len(head) < HEAD and b"{" not in start:
        return
    for cut in json_objects(Rejoined(start, stream)):
        if isinstance(cut, MalformedRecord):
            yield cut
        else:
            yield from _studies(cut)


def _studies(body: bytes) -> Iterator[Cut]:
    """The study of an object, or the studies of a page."""
    try:
        record = json_record(body)
    except MalformedRecord as error:
        yield error
        return
    studies = record.get("studies")
    if not isinstance(studies, list) or "protocolSection" in record:
        yield _numbered(record, body)
        return
    for study in studies:
        yield _alone(study)


def _alone(study: Any) -> Cut:
    """A study of a page in bytes of its own."""
    if not isinstance(study, dict):
        return MalformedRecord("a study has to be a JSON object", path="studies")
    try:
        return _numbered(study, readable(lambda _page: orjson.dumps(study), b""))
    except MalformedRecord as error:  # nested deeper than can be written
        return error


def _numbered(record: dict[str, Any], body: bytes) -> Cut:
    written = parser.registry_id(record)[:60]
    number = recognise(written)
    if number is None or number.registry != parser.REGISTRY:
        reason = f"{written!r} is no NCT number" if written else "the study has no number"
        return MalformedRecord(reason, registry_id=written, path=NUMBER)
    if not parser.registry_date(record) and not parser.is_withheld(record):
        reason = "an excerpt, not a whole study: it has no date of its last update"
        return MalformedRecord(reason, registry_id=number.value, path=UPDATED)
    return RawRecord(number.value, body)
