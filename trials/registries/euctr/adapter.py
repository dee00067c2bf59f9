"""The EU Clinical Trials Register behind the interfaces of a sync and of a file import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trials.registries.base import MalformedRecord, ParsedTrial
from trials.registries.clients import RemoteAdapter
from trials.registries.euctr import export, parser
from trials.registries.euctr.client import Client, Config
from trials.registries.files import Cut, Readable, hash_of, readable
from trials.registries.privacy import cleaned

# the sponsor's person, address (but for its country), legal representative and contact point, the
# applicant, the investigators, the networks' contacts, the ethics committee's address
PERSONAL_CODES = (
    "B.1.2", "B.1.3.1", "B.1.3.2", "B.1.3.3", "B.1.4", "B.1.5", "B.1.6", "B.2", "B.5", "C.",
    "G.1", "G.2", "G.3", "G.4.2", "G.4.3", "G.5", "H.1",
)  # fmt: skip


class EuctrAdapter(RemoteAdapter[Client]):
    """Client, export reader, cleaning and parser of the register joined."""

    registry = parser.REGISTRY
    parser_version = parser.PARSER_VERSION

    def __init__(self, client: Client | None = None) -> None:
        super().__init__(client or Client(Config()))

    @classmethod
    def from_config(cls, config: Config) -> EuctrAdapter:
        """The adapter over the real transport."""
        return cls(Client(config))

    def source_url(self, registry_id: str) -> str:
        """The register's page that lists all member states of a trial."""
        return (
            "https://www.clinicaltrialsregister.eu/ctr-search/search"
            f"?query=eudract_number:{registry_id}"
        )

    def literal(self, text: str) -> str:
        """A person's words as one phrase of the register's search."""
        words = " ".join(text.replace('"', " ").split())
        return f'"{words}"' if words else ""

    def records(self, stream: Readable) -> Iterator[Cut]:
        """Every trial of a full-details export; see `files.FileAdapter`."""
        return export.records(stream)

    def clean(self, body: bytes) -> dict[str, Any]:
        """The trial's records without contact points, applicants and networks' contacts."""
        return readable(_clean, body)

    def content_hash(self, body: bytes) -> str:
        """A hash of what all member states say; their order in the file is no news."""
        return readable(_hash, body)

    def registry_date(self, record: Mapping[str, Any]) -> str:
        """The latest date that the register gives the trial's records."""
        return parser.registry_date(record)

    def edition(self, record: Mapping[str, Any]) -> str:
        """The register does not say which of two exports is newer."""
        return ""

    def parse(self, record: Mapping[str, Any]) -> ParsedTrial:
        """A cleaned trial in the neutral shape. Pure; raises MalformedRecord."""
        return readable(lambda _body: parser.parse(record), b"")


def without_contacts(states: list[dict[str, Any]]) -> dict[str, Any]:
    """The member states' records without the fields about persons, e-mails and telephones."""
    kept = [
        {
            "state": state["state"],
            "fields": [one for one in state["fields"] if not one[0].startswith(PERSONAL_CODES)],
        }
        for state in states
    ]
    found: dict[str, Any] = cleaned({"states": kept}, lambda _key: False)
    return found


def _clean(body: bytes) -> dict[str, Any]:
    states = export.states(body)
    if not states:
        raise MalformedRecord("there is no member state's record in this")
    return without_contacts(states)


def _hash(body: bytes) -> str:
    return hash_of(sorted(map(hash_of, _clean(body)["states"])))
