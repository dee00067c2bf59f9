"""WHO's ICTRP export behind the interface that a file import uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trials.registries.base import ParsedTrial
from trials.registries.files import Cut, Readable, hash_of, json_record, readable
from trials.registries.ictrp import export, parser
from trials.registries.privacy import cleaned

NO_NEWS = frozenset({"Export_date", "Last_Refreshed_on", "Internal_Number"})
LISTS = frozenset(
    {"Condition", "Countries", "Intervention", "Primary_outcome", "Secondary_outcome"}
)


class IctrpAdapter:
    """Export reader, cleaning and parser of WHO's portal. There is no public service to ask.

    The records belong to other registries: `ParsedTrial.registry` says to which, and
    `RawRecord.registry` says it before parsing.
    """

    registry = "ICTRP"
    parser_version = parser.PARSER_VERSION

    def source_url(self, registry_id: str) -> str:
        """The portal's page of a trial, for people."""
        return f"https://trialsearch.who.int/Trial2.aspx?TrialID={registry_id}"

    def records(self, stream: Readable) -> Iterator[Cut]:
        """Every record of an export, XML or CSV; see `files.FileAdapter`."""
        return export.records(stream)

    def clean(self, body: bytes) -> dict[str, Any]:
        """The record without contact persons and addresses: what may be stored."""
        return readable(lambda data: without_contacts(json_record(data)), body)

    def content_hash(self, body: bytes) -> str:
        """A hash of what a record says, whichever format it came in and whenever WHO copied it."""
        return readable(lambda data: _hash(json_record(data)), body)

    def registry_date(self, record: Mapping[str, Any]) -> str:
        """The day on which WHO last refreshed the record."""
        return parser.registry_date(record)

    def edition(self, record: Mapping[str, Any]) -> str:
        """The later WHO refreshed a record, the newer it is."""
        return parser.registry_date(record)

    def parse(self, record: Mapping[str, Any]) -> ParsedTrial:
        """A cleaned record in the neutral shape. Pure; raises MalformedRecord."""
        return readable(lambda _body: parser.parse(record), b"")


def without_contacts(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record without the fields about the contact person, e-mails and telephones."""
    kept: dict[str, Any] = cleaned(
        dict(record), lambda key: key.lower().startswith(("contact_", "ethics_contact"))
    )
    return kept


def _hash(record: Mapping[str, Any]) -> str:
    """WHO hands on joined lists in changing order and with repetitions, which is no news."""
    kept = without_contacts(record)
    for name in LISTS & kept.keys():
        kept[name] = sorted({" ".join(part.split()) for part in kept[name].split(";")} - {""})
    return hash_of({key: value for key, value in kept.items() if key not in NO_NEWS})
