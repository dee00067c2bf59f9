"""The EU's Clinical Trials Information System behind the interfaces of a sync and a file import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from trials.registries.base import (
    MalformedRecord,
    ParsedTrial,
    RawRecord,
)
from trials.registries.clients import RemoteAdapter
from trials.registries.ctis import parser
from trials.registries.ctis.client import Client, Config
from trials.registries.files import Cut, Readable, hash_of, json_objects, json_record, readable
from trials.registries.privacy import cleaned

PERSONAL = frozenset(
    {
        "personInfo", "person", "publicContacts", "scientificContacts", "contactPointForUnion",
        "phone", "phoneNumber", "telephone", "fax", "email", "functionalName",
        "functionalEmailAddress", "firstName", "lastName", "departmentName", "addresses",
        "oneLine", "addressLine1", "addressLine2", "addressLine3", "addressLine4", "postcode",
        "documents", "associatedCtDocs",  # titles of documents often name their authors
    }
)  # fmt: skip
NO_NEWS = frozenset({"_id", "id", "uuid", "ctrname", "record_last_import", "publishDate"})


class CtisAdapter(RemoteAdapter[Client]):
    """Client, cleaning and parser of the system joined."""

    registry = parser.REGISTRY
    parser_version = parser.PARSER_VERSION

    def __init__(self, client: Client | None = None) -> None:
        super().__init__(client or Client(Config()))

    @classmethod
    def from_config(cls, config: Config) -> CtisAdapter:
        """The adapter over the real transport."""
        return cls(Client(config))

    def source_url(self, registry_id: str) -> str:
        """The public page of a trial, for people."""
        return f"https://euclinicaltrials.eu/ctis-public/view/{registry_id}"

    def literal(self, text: str) -> str:
        """The search takes words as they are."""
        return " ".join(text.split())

    def records(self, stream: Readable) -> Iterator[Cut]:
        """Every trial of a JSON file: one object, a list, or one a line."""
        for cut in json_objects(stream):
            yield cut if isinstance(cut, MalformedRecord) else _numbered(cut)

    def clean(self, body: bytes) -> dict[str, Any]:
        """The record without persons, contacts, postal addresses and documents."""
        return readable(lambda data: without_contacts(json_record(data)), body)

    def content_hash(self, body: bytes) -> str:
        """A hash of what a record says, blind to order and to the system's internal ids."""
        return readable(lambda data: hash_of(_news(json_record(data))), body)

    def registry_date(self, record: Mapping[str, Any]) -> str:
        """The day of the last update in the system."""
        return parser.registry_date(record)

    def edition(self, record: Mapping[str, Any]) -> str:
        """The resubmission, then the day of the last update."""
        return parser.edition(record)

    def parse(self, record: Mapping[str, Any]) -> ParsedTrial:
        """A cleaned record in the neutral shape. Pure; raises MalformedRecord."""
        return readable(lambda _body: parser.parse(record), b"")


def without_contacts(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record without the parts about persons and how to reach them."""
    kept: dict[str, Any] = cleaned(dict(record), PERSONAL.__contains__)
    return kept


def _numbered(body: bytes) -> Cut:
    try:
        record = json_record(body)
    except MalformedRecord as error:
        return error
    number = parser.number_of(record)
    if number is None:
        reason = "the record has no CTIS number"
        written = parser.text(record, "ctNumber")[:60]
        return MalformedRecord(reason, registry_id=written, path="ctNumber")
    return RawRecord(number.value, body)


def _news(value: Any) -> Any:
    """The value without persons, internal ids and the order of lists."""
    if isinstance(value, dict):
        return {
            key: _news(inner)
            for key, inner in value.items()
            if key not in NO_NEWS and key not in PERSONAL
        }
    if isinstance(value, list):
        return sorted(
            map(_news, value), key=lambda one: orjson.dumps(one, option=orjson.OPT_SORT_KEYS)
        )
    return value
