"""One load: who writes, when, what has been carried over, and what came of it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import orjson
from django.db import connection, transaction
from django.db.models import Model

from evidence.corpus.reading import Corpus, Entry, FileProblem
from evidence.models import CorpusEntry
from osteodb.core.errors import InvalidInput, OsteoDBError
from osteodb.core.merged import kept_of, was_merged
from osteodb.core.models import AuditEvent, User
from trials.models import RegistryRecord

Row = TypeVar("Row", bound=Model)
WORDS = ("words", "name_words")  # what a remainder keeps of the words of rows
PARTS = ("names", "members", "agents", "conditions", "records", "comment")  # said on their own
ONE_AT_A_TIME = 7_203_117  # the number of the lock that a load holds until it ends
LEFT_OUT = "left out"
OUTCOMES = ("created", "updated", "unchanged", "kept", LEFT_OUT)


def alone() -> None:
    """Wait until no other load or dump is under way; the lock holds until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


class CorpusRefused(OsteoDBError):
    """The corpus was not loaded: everything that is wrong with it, by file and line."""

    def __init__(self, problems: list[FileProblem]) -> None:
        super().__init__(f"The corpus has {len(problems)} problems; nothing was loaded.")
        self.problems = problems


@dataclass(slots=True)
class Carrier(Generic[Row]):
    """How entries of one file become rows.

    `find` looks for a row that was there before the corpus, `create` makes one, `update` brings one
    that the corpus made up to date, `add` completes one that is somebody else's without changing
    what it says. `remainder` is what the entry says that no field of the row holds. `overtake` does
    what a row needs that was loaded before its entry's remainder was kept. With another `form`
    every entry is carried over once more, for it is now kept in other fields.
    """

    model: type[Row]
    find: Callable[[Session, Entry], Row | None]
    create: Callable[[Session, Entry], Row]
    update: Callable[[Session, Entry, Row], object]
    add: Callable[[Session, Entry, Row], object] | None = None
    remainder: Callable[[Session, Entry, Row], dict[str, Any]] | None = None
    overtake: Callable[[Session, Entry, Row], object] | None = None
    form: int = 1


@dataclass(slots=True)
class Session:
    """The state of one load, inside its one transaction."""

    corpus: Corpus
    by: User
    checker: User
    now: dt.datetime
    stored: dict[tuple[str, str], CorpusEntry]
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    problems: list[FileProblem] = field(default_factory=list)
    rows: dict[tuple[str, str], Model] = field(default_factory=dict)
    records: dict[tuple[str, str], RegistryRecord] = field(default_factory=dict)
    carried: list[Entry] = field(default_factory=list)
    places: dict[tuple[str, str], int] = field(default_factory=dict)
    moved: list[CorpusEntry] = field(default_factory=list)

    def __post_init__(self) -> None:
        for kind, entries in self.corpus.entries.items():
            counts: Counter[str] = Counter()
            for key, entry in entries.items():
                counts[entry.file] += 1
                self.places[kind, key] = counts[entry.file]

    def get(self, kind: str, key: str, model: type[Row]) -> Row:
        """The row an entry became. Raises Missing where that entry could not be carried over."""
        known = self.rows.get((kind, key))
        if known is None:
            stored = self.stored.get((kind, key))
            known = model._default_manager.filter(pk=stored.object_id).first() if stored else None
            if known is None:
                raise Missing(kind, key)
            self.rows[kind, key] = known = kept_of(known)
        if not isinstance(known, model):
            raise TypeError(f"{kind} {key} is a {type(known).__name__}")
        return known

    def many(self, kind: str, keys: Iterable[str], model: type[Row]) -> list[Row]:
        """The rows several entries became."""
        return [self.get(kind, key, model) for key in keys]

    def carry(self, entry: Entry, carrier: Carrier[Any]) -> None:
        """Bring one entry over; what a service refuses is a problem at the entry's line."""
        digest = self.digest(entry, carrier.form)
        stored = self.stored.get((entry.kind, entry.key))
        outcome = LEFT_OUT
        with self.heard(entry):
            if stored and stored.content_hash == digest:
                self._keep_up(entry, carrier, stored)
                outcome = "unchanged"
            else:
                row, carried = self._carried(entry, carrier, stored)
                self._remember(entry, carrier, stored, row, digest, is_kept=carried == "kept")
                self.rows[entry.kind, entry.key] = kept_of(row)
                self.carried.append(entry)
                outcome = carried
        self._count(entry, outcome)

    @contextmanager
    def heard(self, entry: Entry) -> Iterator[None]:
        """Do something for an entry whole or not at all; what a service refuses is a problem."""
        try:
            with transaction.atomic():
                yield
        except Missing:
            return
        except OsteoDBError as error:
            sentences = error.problems if isinstance(error, InvalidInput) else [str(error)]
            self.problems += [entry.problem((), sentence) for sentence in sentences]

    def finish(self) -> None:
        """Keep where entries stand in their files now, without touching one that stays."""
        for place, stored in self.stored.items():
            if place not in self.places and stored.position:
                stored.position = 0
                self.moved.append(stored)
        CorpusEntry.objects.bulk_update(self.moved, ["position", "remainder"])

    def digest(self, entry: Entry, form: int = 1) -> str:
        """A hash of what the entry says, and of what makes its rows anew when it changes."""
        pointed = self._pages(entry) if entry.kind == "trials" else self._pointed(entry.data)
        parts = [entry.data, *(one.data for one in pointed), *([form] if form > 1 else [])]
        text = orjson.dumps(parts, default=str, option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(text).hexdigest()

    def _pages(self, entry: Entry) -> list[Entry]:
        """The sources whose titles and addresses stand in the records of a trial."""
        sources = self.corpus.entries["sources"]
        return [sources[one["source"]] for one in entry.data.get("records", [])]

    def _pointed(self, value: Any) -> list[Entry]:
        """The evidence entries whose rows are replaced when they change."""
        if isinstance(value, list):
            return [entry for one in value for entry in self._pointed(one)]
        if not isinstance(value, dict):
            return []
        names = ("measurement", "comparison", "version")
        keys = [str(value[name]).split("/")[0] for name in names if name in value]
        own = [self.corpus.entries["evidence"][key] for key in keys]
        return own + [entry for one in value.values() for entry in self._pointed(one)]

    def _carried(
        self, entry: Entry, carrier: Carrier[Any], stored: CorpusEntry | None
    ) -> tuple[Model, str]:
        row = carrier.model._default_manager.filter(pk=stored.object_id).first() if stored else None
        if row is not None:
            if was_merged(row) or self.touched(row):
                if carrier.add:
                    carrier.add(self, entry, kept_of(row))
                return row, "kept"
            carrier.update(self, entry, row)
            row.refresh_from_db()
            return row, "updated"
        found = carrier.find(self, entry)
        if found is None:
            return carrier.create(self, entry), "created"
        for other in self.stored.values():
            if (other.kind, other.object_id) == (entry.kind, found.pk):
                raise InvalidInput(f"is the same {found._meta.verbose_name} as “{other.key}”.")
        if carrier.add:
            carrier.add(self, entry, kept_of(found))
        return found, "kept"

    def touched(self, row: Model) -> bool:
        """Whether anybody but the corpus has changed the row: then it is theirs."""
        label, ours = row._meta.label_lower, {self.by.pk, self.checker.pk}
        key = str(getattr(row, "public_id", None) or row.pk)
        others = AuditEvent.objects.filter(object_kind=label, object_id=key)
        if others.exclude(actor_id__in=ours).exists():
            return True
        history = getattr(type(row), "pgh_event_model", None)
        if history is None:
            return False
        for event in history.objects.filter(pgh_obj_id=row.pk).select_related("pgh_context"):
            context: Mapping[str, Any] = event.pgh_context.metadata if event.pgh_context else {}
            if context.get("user") not in ours:
                return True
        return False

    def differs(self, row: Model, wanted: Mapping[str, Any]) -> bool:
        """Whether a row says something else and only the corpus has had it in hand."""
        return any(getattr(row, name) != value for name, value in wanted.items()) and (
            not self.touched(row)
        )

    def _remember(
        self,
        entry: Entry,
        carrier: Carrier[Any],
        stored: CorpusEntry | None,
        row: Model,
        digest: str,
        *,
        is_kept: bool,
    ) -> None:
        former = stored.remainder if stored and is_kept else {}
        made = stored or CorpusEntry(kind=entry.kind, key=entry.key)
        made.content_hash, made.loaded_at = digest, self.now
        made.object_kind, made.object_id = row._meta.label_lower, row.pk
        made.position = self.places[entry.kind, entry.key]
        made.remainder = _with_words(self._remainder(entry, carrier, kept_of(row)), former)
        made.save()
        self.stored[entry.kind, entry.key] = made

    def _keep_up(self, entry: Entry, carrier: Carrier[Any], stored: CorpusEntry) -> None:
        """Follow an unchanged entry to its place and comment; complete one from an older load."""
        place = self.places[entry.kind, entry.key]
        row = None
        if not stored.position:
            row = carrier.model._default_manager.filter(pk=stored.object_id).first()
        if row is None:
            remainder = _commented(entry, stored.remainder)
        else:
            if carrier.overtake:
                carrier.overtake(self, entry, row)
            remainder = self._remainder(entry, carrier, kept_of(row))
        if (place, remainder) != (stored.position, stored.remainder):
            stored.position, stored.remainder = place, remainder
            self.moved.append(stored)

    def _remainder(self, entry: Entry, carrier: Carrier[Any], row: Model) -> dict[str, Any]:
        found = carrier.remainder(self, entry, row) if carrier.remainder else {}
        return _commented(entry, found)

    def _count(self, entry: Entry, outcome: str) -> None:
        self.counts.setdefault(entry.kind, Counter())[outcome] += 1


class Missing(Exception):
    """An entry that this one needs could not be carried over: its own problem is listed, or it is a
    statement that is published no more."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"{kind} {key}")


def _with_words(found: Any, former: Any) -> Any:
    """A remainder with the words known before, wherever the entry says the same as then.

    On a row that a person has had in hand other words are the person's, and no load of something
    else in the entry makes them the corpus' own.
    """
    if isinstance(found, list) and isinstance(former, list):
        known = {str(_said(one)): one for one in former}
        return [_with_words(one, known.get(str(_said(one)))) for one in found]
    if not isinstance(found, dict) or not isinstance(former, dict):
        return found
    merged = {name: _with_words(one, former.get(name)) for name, one in found.items()}
    if _said(found) == _said(former):
        if "words" in found:
            merged["words"] = former.get("words")
        if "name_words" in found:
            merged["name_words"] = {**found["name_words"], **former.get("name_words", {})}
    return merged


def _said(part: Any) -> Any:
    """What a part of a remainder says besides the words of the row, and besides its own parts."""
    if not isinstance(part, dict):
        return part
    return {name: part[name] for name in sorted(part.keys() - {*WORDS, *PARTS})}


def _commented(entry: Entry, remainder: Mapping[str, Any]) -> dict[str, Any]:
    """The remainder with the comment that stands above the entry now."""
    kept = {name: value for name, value in remainder.items() if name != "comment"}
    return {**kept, "comment": entry.comment} if entry.comment else kept
