"""How well a file of registry records is understood: read, cleaned and parsed, and nothing more.

What no table knows is never guessed, so a file's unmapped values are what a person has to look at
before its records are taken in. Pure.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from trials.registries.base import MalformedRecord, ParsedTrial, Problem
from trials.registries.files import Cut, FileAdapter, Readable

UNMAPPED = "UNMAPPED_"


class Value(NamedTuple):
    """A value that a parser listed: what about it, where it stands, and the value itself."""

    kind: str
    path: str
    value: str


@dataclass
class Survey:
    """What was found in one file. `listed` counts the records that hold each listed value."""

    records: int = 0
    unreadable: list[MalformedRecord] = field(default_factory=list)
    with_unmapped: int = 0
    with_suspicious: int = 0
    listed: Counter[Value] = field(default_factory=Counter)

    @property
    def parsed(self) -> int:
        """How many records could be read."""
        return self.records - len(self.unreadable)

    @property
    def share(self) -> float:
        """The share of read records with at least one unmapped value, from 0 to 1."""
        return self.with_unmapped / self.parsed if self.parsed else 0.0

    def note(self, problems: tuple[Problem, ...]) -> None:
        """Count one record's problems."""
        kinds = {one.kind.startswith(UNMAPPED) for one in problems}
        self.with_unmapped += True in kinds
        self.with_suspicious += False in kinds
        self.listed.update({Value(one.kind, one.path, one.value) for one in problems})


def survey(adapter: FileAdapter, stream: Readable) -> Survey:
    """Read every record of a file. Raises MalformedResponse where the file is none of this
    registry's."""
    found = Survey()
    for cut in adapter.records(stream):
        found.records += 1
        try:
            found.note(_parsed(adapter, cut).problems)
        except MalformedRecord as error:
            found.unreadable.append(error)
    return found


def _parsed(adapter: FileAdapter, cut: Cut) -> ParsedTrial:
    """The trial of a record. Raises MalformedRecord, with the record's number."""
    if isinstance(cut, MalformedRecord):
        raise cut
    try:
        return adapter.parse(adapter.clean(cut.body))
    except MalformedRecord as error:
        number = error.registry_id or cut.registry_id
        raise MalformedRecord(str(error), registry_id=number, path=error.path) from error
