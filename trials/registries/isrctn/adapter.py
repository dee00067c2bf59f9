"""The ISRCTN registry behind the interfaces of a sync and of a file import."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from trials.registries.base import (
    MalformedRecord,
    ParsedTrial,
    RawRecord,
)
from trials.registries.clients import RemoteAdapter
from trials.registries.files import (
    Cut,
    Readable,
    hash_of,
    is_markup,
    json_objects,
    json_record,
    readable,
    xml_elements,
)
from trials.registries.isrctn import parser
from trials.registries.isrctn.client import Client, Config, literal, study
from trials.registries.privacy import cleaned

PERSONAL = frozenset(
    {
        "contact", "contacts", "contactId", "contactDetails", "principalInvestigator",
        "address", "zip", "telephone", "telephone1", "telephone2", "phone", "fax", "email",
        "forename", "surname", "orcid", "ethicsApproval", "ethicsCommittees",
        "ethicsCommittee", "attachedFiles",
    }
)  # fmt: skip
# the summary's own last heading, under which a person and an address stand
MAIN_CONTACT = re.compile(r"\s*Who is the main contact\?.*", re.IGNORECASE | re.DOTALL)
NO_NEWS = frozenset(
    {"_id", "ctrname", "record_last_import", "asOf", "@version", "@lastUpdated", "@id"}
)


class IsrctnAdapter(RemoteAdapter[Client]):
    """Client, cleaning and parser of the registry joined."""

    registry = parser.REGISTRY
    parser_version = parser.PARSER_VERSION

    def __init__(self, client: Client | None = None) -> None:
        super().__init__(client or Client(Config()))

    @classmethod
    def from_config(cls, config: Config) -> IsrctnAdapter:
        """The adapter over the real transport."""
        return cls(Client(config))

    def source_url(self, registry_id: str) -> str:
        """The public page of a study, for people."""
        return f"https://www.isrctn.com/{registry_id}"

    def literal(self, text: str) -> str:
        """A person's words as one phrase of the registry's search."""
        return literal(text)

    def records(self, stream: Readable) -> Iterator[Cut]:
        """Every study of a JSON file (one object, a list, or one a line) or of the registry's own
        XML. The XML does not say when it was read, so no status follows from its dates."""
        is_xml, whole = is_markup(stream)
        if is_xml:
            yield from (study(one, None) for one in xml_elements(whole, "fullTrial"))
            return
        for cut in json_objects(whole):
            yield cut if isinstance(cut, MalformedRecord) else _numbered(cut)

    def clean(self, body: bytes) -> dict[str, Any]:
        """The record without persons, contacts and postal addresses."""
        return readable(lambda data: without_contacts(json_record(data)), body)

    def content_hash(self, body: bytes) -> str:
        """A hash of what a record says, and of the status that the day of reading gives it."""
        return readable(_hash, body)

    def registry_date(self, record: Mapping[str, Any]) -> str:
        """The day of the last change in the registry."""
        return parser.registry_date(record)

    def edition(self, record: Mapping[str, Any]) -> str:
        """The number of the record's version."""
        return parser.edition(record)

    def parse(self, record: Mapping[str, Any]) -> ParsedTrial:
        """A cleaned record in the neutral shape. Pure; raises MalformedRecord."""
        return readable(lambda _body: parser.parse(record), b"")


def without_contacts(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record without the parts about persons and how to reach them."""
    kept: dict[str, Any] = cleaned(dict(record), PERSONAL.__contains__)
    description = kept.get("trialDescription")
    if isinstance(description, dict):
        summary = description.get("plainEnglishSummary")
        if isinstance(summary, str):
            description["plainEnglishSummary"] = MAIN_CONTACT.sub("", summary)
    return kept


def _numbered(body: bytes) -> Cut:
    try:
        record = json_record(body)
    except MalformedRecord as error:
        return error
    number = parser.number_of(record)
    if number is None or number.registry != parser.REGISTRY:
        written = parser.text(record, "isrctn")[:60]
        return MalformedRecord(
            "the record has no ISRCTN number", registry_id=written, path="isrctn"
        )
    return RawRecord(number.value, body)


def _hash(body: bytes) -> str:
    """The day of reading itself is no news; that recruiting has begun or ended by it, is."""
    record = json_record(body)
    kept = without_contacts(record)
    news = {key: value for key, value in kept.items() if key not in NO_NEWS}
    return hash_of({**news, "recruitment": parser.recruitment(record)})
