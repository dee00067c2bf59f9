"""The whole corpus into the database, in one transaction or not at all."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import transaction

from evidence.corpus import statements, therapies, trials
from evidence.corpus.canonical import canonical_corpus
from evidence.corpus.checks import in_order, problems
from evidence.corpus.reading import KINDS, Entry, read_corpus
from evidence.corpus.remainders import REMAINDERS
from evidence.corpus.session import LEFT_OUT, CorpusRefused, Session, alone
from evidence.corpus.statements import link_source
from evidence.models import CorpusEntry
from osteodb.core.roles import CURATOR, REVIEWER
from osteodb.core.services import ensure_system_account

AUTHOR, CHECKER = "corpus-curator", "corpus-checker"
CARRIERS = {
    kind: replace(carrier, remainder=REMAINDERS.get(kind))
    for carriers in (statements.CARRIERS, therapies.CARRIERS, trials.CARRIERS)
    for kind, carrier in carriers.items()
}


@dataclass(frozen=True, slots=True)
class Report:
    """What a load did: for each kind of entry how many were created, updated, unchanged, kept.

    "Kept" are rows that somebody else made or changed: the corpus adds to them what is missing.
    "Left out" are entries that stand on a statement which a person has retracted.
    """

    counts: Mapping[str, Counter[str]]

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return any(set(count) - {"unchanged", LEFT_OUT} for count in self.counts.values())


def load_corpus(
    *,
    folder: Path,
    now: dt.datetime,
    check_only: bool = False,
    progress: Callable[[Entry, int], None] = lambda entry, total: None,
) -> Report:
    """Load every corpus file of a folder through the services.

    Everything is checked first, then carried over in one transaction; with `check_only` it is
    rolled back at the end. Raises CorpusRefused with every problem found, and then nothing was
    written.
    """
    corpus = read_corpus(folder)
    found = problems(corpus)
    if found:
        raise CorpusRefused(found)
    total = sum(len(entries) for entries in corpus.entries.values())
    with transaction.atomic():
        alone()
        session = Session(
            corpus=canonical_corpus(corpus),
            by=ensure_system_account(username=AUTHOR, role=CURATOR, by=None, now=now),
            checker=ensure_system_account(username=CHECKER, role=REVIEWER, by=None, now=now),
            now=now,
            stored={(row.kind, row.key): row for row in CorpusEntry.objects.all()},
        )
        for entry in session.corpus.all():
            session.carry(entry, CARRIERS[entry.kind])
            progress(entry, total)
        _link_sources(session)
        session.finish()
        if session.problems:
            raise CorpusRefused(in_order(session.problems))
        if check_only:
            transaction.set_rollback(True)
    return Report({kind: session.counts.get(kind, Counter()) for kind in KINDS})


def _link_sources(session: Session) -> None:
    """Sources come first and name trials and each other, so their ties are made last."""
    for entry in session.carried:
        if entry.kind == "sources":
            with session.heard(entry):
                link_source(session, entry)
