"""The corpus files from the rows, as these stand today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from evidence.corpus.canonical import canonical_entry
from evidence.corpus.checks import problems
from evidence.corpus.dumping import statements, therapies, trials
from evidence.corpus.dumping.state import Data, Dump, EntryNote, in_kinds
from evidence.corpus.reading import KINDS, Corpus, Entry, FileProblem, entry_key, read_texts
from evidence.corpus.session import alone
from evidence.corpus.writing import write
from evidence.models import CorpusEntry, EvidenceItem
from evidence.rules import ARROW_KINDS
from osteodb.core.errors import OsteoDBError
from osteodb.core.merged import was_merged

GIVERS = {**statements.GIVERS, **therapies.GIVERS, **trials.GIVERS}


class NothingToDump(OsteoDBError):
    """No entry of the database knows its place in a file."""


@dataclass(frozen=True, slots=True)
class Dumped:
    """The text of each file by its name without ".yaml", and what is to be said of it.

    With `problems` the files lack values and may not load. `left_out` are rows and values beside
    the corpus, and statements that are published no more.
    """

    texts: dict[str, str]
    problems: Sequence[EntryNote | FileProblem]
    left_out: Sequence[EntryNote]


@transaction.atomic
def dump_corpus() -> Dumped:
    """The corpus as the database has it: every entry that stood in the files when they were last
    loaded, in its place, saying what its row says today.

    Raises NothingToDump for a database without corpus, or one last loaded before entries kept what
    their rows do not hold: one more load of the same files completes it.
    """
    alone()
    dump = Dump({(row.kind, row.key): row for row in CorpusEntry.objects.exclude(position=0)})
    if not dump.kept:
        raise NothingToDump("No corpus is loaded, or an older one: load the files once more.")
    _drop_unpublished(dump)
    corpus = Corpus({kind: {} for kind in KINDS})
    for kind in KINDS:
        _give(dump, kind, corpus)
    if not dump.problems:
        for kept in dump.of("evidence"):
            statements.compare_statement(dump, kept, corpus.entries["evidence"][kept.key], corpus)
    texts = write(corpus)
    unsound = [] if dump.problems else problems(read_texts(texts))
    return Dumped(texts, [*in_kinds(dump.problems), *unsound], in_kinds(dump.left_out))


def _drop_unpublished(dump: Dump) -> None:
    """A statement that was retracted is on record in the database, but nothing to be loaded."""
    published = set(
        EvidenceItem.objects.filter(versions__state="PUBLISHED").values_list("pk", flat=True)
    )
    for kept in dump.of("evidence"):
        if kept.object_id not in published:
            dump.drop(kept, "has no published version: retracted, or not published yet.")


def _give(dump: Dump, kind: str, corpus: Corpus) -> None:
    model, give = GIVERS[kind]
    rows: dict[int, Any] = model._default_manager.in_bulk([one.object_id for one in dump.of(kind)])
    for kept in dump.of(kind):
        row = rows.get(kept.object_id)
        if row is None or was_merged(row):
            why = "is merged into another row." if row else "has no row any more."
            dump.drop(kept, why)
            continue
        entry = _entry(kind, give(dump, kept, row), kept)
        corpus.entries[kind][entry.key] = entry


def _entry(kind: str, data: Data, kept: CorpusEntry) -> Entry:
    name = "mechanisms" if kind == "evidence" and data["kind"] in ARROW_KINDS else kind
    comment = kept.remainder.get("comment", "")
    key = entry_key(kind, data) or kept.key
    return canonical_entry(Entry(kind, key, data, {(): 1}, f"{name}.yaml", comment))
