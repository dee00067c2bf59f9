"""One dump: which row is which entry, what did not fit, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from evidence.corpus.reading import KINDS
from evidence.corpus.remainders import words
from evidence.models import CorpusEntry
from osteodb.core.fields import Cited

Data = dict[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class EntryNote:
    """Something to be said of one entry."""

    kind: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.message}"


@dataclass(slots=True)
class Dump:
    """The state of one dump.

    `problems` are what would make the files say something that the database does not; `left_out` is
    what the database has beside the corpus, at rows of the corpus.
    """

    kept: dict[tuple[str, str], CorpusEntry]
    problems: list[EntryNote] = field(default_factory=list)
    left_out: list[EntryNote] = field(default_factory=list)
    keys: dict[tuple[str, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys = {(kind, kept.object_id): key for (kind, key), kept in self.kept.items()}

    def of(self, kind: str) -> list[CorpusEntry]:
        """The entries of one kind that stand in the files, in the order of their places."""
        found = (kept for (known, _key), kept in self.kept.items() if known == kind)
        return sorted(found, key=lambda kept: (kept.position, kept.key))

    def drop(self, kept: CorpusEntry, why: str) -> None:
        """Leave an entry out."""
        self.left_out.append(EntryNote(kept.kind, kept.key, why))
        del self.kept[kept.kind, kept.key]
        del self.keys[kept.kind, kept.object_id]

    def problem(self, kept: CorpusEntry, message: str) -> None:
        """Something of this entry that does not fit into the files."""
        self.problems.append(EntryNote(kept.kind, kept.key, message))

    def beside(self, kept: CorpusEntry, message: str) -> None:
        """Something at this entry's row that is not the corpus'."""
        self.left_out.append(EntryNote(kept.kind, kept.key, message))

    def ref(self, kept: CorpusEntry, kind: str, row: Model | None) -> str | None:
        """The key by which entries name a row; a problem where it is no entry's."""
        if row is None:
            return None
        found = self.keys.get((kind, row.pk))
        if found is None:
            self.problem(kept, f"names “{row}”, which is no entry of {kind}.yaml.")
        return found

    def refs(self, kept: CorpusEntry, kind: str, rows: Iterable[Model]) -> list[str]:
        """The keys by which entries name several rows."""
        return [key for row in rows if (key := self.ref(kept, kind, row))]

    def cited(self, kept: CorpusEntry, row: Cited, known: Any, what: str = "") -> bool:
        """Whether a row still carries the words that its entry gave it; else a problem."""
        if known is None or list(known) == words(row):
            return True
        now = ", ".join(one for one in words(row) if one)
        self.problem(
            kept,
            f"the source of {what or 'it'} was changed by hand to “{now}”: say it in the file in "
            "the file's own way, and load that.",
        )
        return False


def filled(**values: Any) -> Data:
    """The values that say something: neither empty nor unknown."""
    return {
        name: value
        for name, value in values.items()
        if value is not None and value != "" and value != [] and value != {}
    }


def in_kinds(found: Iterable[EntryNote]) -> list[EntryNote]:
    """Notes in the order of the files."""
    return sorted(found, key=lambda one: (KINDS.index(one.kind), one.key, one.message))
