"""ClinicalTrials.gov behind the interface that every registry offers to the sync service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trials.registries.base import (
    DataVersion,
    MalformedRecord,
    ParsedTrial,
)
from trials.registries.clients import RemoteAdapter
from trials.registries.ctgov import cleaning, export, parser
from trials.registries.ctgov.client import Client, Config, literal
from trials.registries.files import Cut, Readable, json_record, readable


class CtgovAdapter(RemoteAdapter[Client]):
    """Client, cleaning and parser of ClinicalTrials.gov joined."""

    registry = parser.REGISTRY
    parser_version = parser.PARSER_VERSION

    def __init__(self, client: Client | None = None) -> None:
        super().__init__(client or Client(Config()))

    @classmethod
    def from_config(cls, config: Config) -> CtgovAdapter:
        """The adapter over the real transport."""
        return cls(Client(config))

    def source_url(self, registry_id: str) -> str:
        """The public page of a study, for people."""
        return f"https://clinicaltrials.gov/study/{registry_id}"

    def literal(self, text: str) -> str:
        """A person's words in the registry's query grammar, without their being operators."""
        return literal(text)

    def version(self) -> DataVersion:
        """Which data the registry serves now."""
        return self.client.version()

    def records(self, stream: Readable) -> Iterator[Cut]:
        """Every study of a JSON file: one study, a list, the registry's own pages, or one a
        line."""
        return export.records(stream)

    def clean(self, body: bytes) -> dict[str, Any]:
        """The decoded study without persons' contact details: what may be stored."""
        return readable(lambda data: cleaning.strip_contacts(json_record(data)), body)

    def content_hash(self, body: bytes) -> str:
        """A hash of what a study says, blind to how it is formatted. Raises MalformedRecord."""
        try:
            return cleaning.content_hash(body)
        except (ValueError, AttributeError, TypeError) as error:
            raise MalformedRecord(f"a study of a shape that cannot be compared: {error}") from error

    def registry_date(self, record: Mapping[str, Any]) -> str:
        """The date of the last update that the registry posted."""
        return parser.registry_date(record)

    def edition(self, record: Mapping[str, Any]) -> str:
        """The day of the last posted update; within one, the day of the registry's data."""
        return parser.edition(record)

    def parse(self, record: Mapping[str, Any]) -> ParsedTrial:
        """A cleaned study in the neutral shape. Pure; raises MalformedRecord."""
        return parser.parse(record)
