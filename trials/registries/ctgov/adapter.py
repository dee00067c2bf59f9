"""ClinicalTrials.gov behind the interface that every registry offers to the sync service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from trials.registries.base import (
    DataVersion,
    MalformedRecord,
    Page,
    ParsedTrial,
    RawRecord,
)
from trials.registries.ctgov import cleaning, parser
from trials.registries.ctgov.client import Client, Config, literal


class CtgovAdapter:
    """Client, cleaning and parser of ClinicalTrials.gov joined."""

    registry = parser.REGISTRY
    parser_version = parser.PARSER_VERSION

    def __init__(self, client: Client) -> None:
        self.client = client

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

    def sweep(self, query: str) -> Iterator[Page]:
        """Every study the query finds; see `Client.sweep` for how it can end."""
        return self.client.sweep(query)

    def fetch(self, registry_id: str) -> RawRecord:
        """One study by its number; raises RecordNotFound."""
        return self.client.fetch(registry_id)

    def fetch_many(self, registry_ids: Iterable[str]) -> Iterator[Page]:
        """The studies of many numbers; a number that brings no study is absent."""
        return self.client.fetch_many(registry_ids)

    def clean(self, body: bytes) -> dict[str, Any]:
        """The decoded study without persons' contact details: what may be stored."""
        return cleaning.without_contacts(orjson.loads(body))

    def content_hash(self, body: bytes) -> str:
        """A hash of what a study says, blind to how it is formatted. Raises MalformedRecord."""
        try:
            return cleaning.content_hash(body)
        except (ValueError, AttributeError, TypeError) as error:
            raise MalformedRecord(f"a study of a shape that cannot be compared: {error}") from error

    def registry_date(self, record: Mapping[str, Any]) -> str:
        """The date of the last update that the registry posted."""
        return parser.registry_date(record)

    def parse(self, record: Mapping[str, Any]) -> ParsedTrial:
        """A cleaned study in the neutral shape. Pure; raises MalformedRecord."""
        return parser.parse(record)
