"""What one pasted entry says, and what of a paste could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from osteodb.core.errors import OsteoDBError

FIELDS = (
    "kind", "title", "first_author", "container", "year", "citation", "pmid", "pmcid", "doi", "url",
)  # fmt: skip


class UnreadableEntry(OsteoDBError):
    """An entry that cannot be read; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One document as it was pasted, in the fields of a source. Empty is "not given".

    `where` tells the entry again ("RIS entry, line 12"). An entry without a title is a bare
    identifier. `retraction` is the state of a source that the entry suggests, `hint` the words it
    does so with: a person decides. `notes` say what of the entry was not taken over.
    """

    where: str
    kind: str = ""
    title: str = ""
    first_author: str = ""
    container: str = ""
    year: int | None = None
    citation: str = ""
    pmid: str = ""
    pmcid: str = ""
    doi: str = ""
    url: str = ""
    retraction: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether it only names the document, and does not describe it."""
        return not self.title

    @property
    def identifiers(self) -> dict[str, str]:
        """The identifiers it gives: field -> value."""
        given = {"pmid": self.pmid, "pmcid": self.pmcid, "doi": self.doi}
        return {name: value for name, value in given.items() if value}

    @property
    def details(self) -> dict[str, Any]:
        """The fields of a source that it gives a value for."""
        values = {name: getattr(self, name) for name in FIELDS}
        return {name: value for name, value in values.items() if value}

    @classmethod
    def from_details(cls, given: Mapping[str, Any]) -> Entry:
        """The entry that `dataclasses.asdict` was made of, after a journey as JSON."""
        return cls(**{**given, "notes": tuple(given.get("notes", ()))})


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was read of a paste, in its order, and in words what was not."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
