"""From the bytes of a page or a file to applied records: compare, store raw, parse, apply.

A record whose content is already applied by this parser is only counted; that is one query for a
page. Everything else is stored before it is understood, so nothing the registry sent can be lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import DatabaseError
from django.db.models import Exists, OuterRef

from osteodb.core.errors import OsteoDBError
from osteodb.core.models import User
from trials.models import (
    RecordApplication,
    RecordOrigin,
    RegistryRecord,
    SyncFailure,
    SyncRun,
)
from trials.reconcile import FieldChange
from trials.registries.base import (
    MalformedRecord,
    ParsedIdentifier,
    ParsedTrial,
    RawRecord,
    RecordReader,
)
from trials.services.adapters import channel_of
from trials.services.apply import apply_records, prepare
from trials.services.matching import Known
from trials.services.origins import OLDER
from trials.services.plans import Item, Work

CHUNK = 100
MOST_SHOWN = 1000
RANK = {"unchanged": 0, "changed": 1, "created": 2}


@dataclass(frozen=True, slots=True)
class Latest:
    """The last thing a registry said about a number: which row, which content, applied or not."""

    record: int
    content_hash: str
    applied: bool
    gone: bool


@dataclass(slots=True)
class Fresh:
    """A record that has something to say, on its way in. `payload` is what may be stored of it."""

    registry: str
    number: str
    content_hash: str
    body: bytes = b""
    payload: dict[str, Any] = field(default_factory=dict)
    asked_as: str = ""
    record: int = 0
    before: Latest | None = None


@dataclass(frozen=True, slots=True)
class Intended:
    """What a rehearsal would do with one record: to which trial (empty: a new one), with which
    changes, and why a person would have to look."""

    number: str
    title: str
    outcome: str
    trial: int
    changes: tuple[FieldChange, ...]
    new_numbers: tuple[str, ...]
    conflicts: tuple[str, ...]


class Intake:
    """Takes in the records of one run and keeps count: every number once, whatever happens."""

    def __init__(
        self,
        adapter: RecordReader,
        run: SyncRun,
        by: User | None,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self.adapter = adapter
        self.channel = channel_of(adapter)
        self.run = run
        self.by = by
        self.clock = clock
        self.hashes: dict[str, str] = {}
        self.outcomes: dict[str, str] = {}
        self.failed: set[str] = set()
        self.failures = 0
        self.intended: list[Intended] = []
        self._known: Known | None = None

    @property
    def known(self) -> Known:
        """Names of agents and conditions; read when the first record needs them."""
        if self._known is None:
            self._known = Known()
        return self._known

    def count(self, outcome: str) -> int:
        """How many numbers came out so."""
        return sum(one == outcome for one in self.outcomes.values())

    def take(self, records: Iterable[RawRecord]) -> None:
        """Take in some records; what cannot be taken in is a SyncFailure, and the rest goes on."""
        self.take_hashed(self.hashed(records))

    def hashed(self, records: Iterable[RawRecord]) -> Iterator[Fresh]:
        """The records with a hash of what they say."""
        for raw in records:
            try:
                digest = self.adapter.content_hash(raw.body)
            except MalformedRecord as error:
                self.fail(raw.registry_id, error)
                continue
            registry = raw.registry or self.adapter.registry
            yield Fresh(registry, raw.registry_id, digest, raw.body, asked_as=raw.asked_as)

    def take_hashed(self, records: Iterable[Fresh]) -> None:
        """Take in records whose content has been compared with nothing yet."""
        arrived = {
            one.number: one
            for one in records
            if self.hashes.get(one.number) != one.content_hash or one.asked_as
        }
        latest = latest_records(self.adapter, self.channel, arrived)
        fresh = []
        for number, one in arrived.items():
            self.hashes[number] = one.content_hash
            one.before = latest.get(number)
            same = one.before is not None and one.before.content_hash == one.content_hash
            if same and one.before is not None and one.before.applied and not one.asked_as:
                self._settle(number, "unchanged")
            else:
                one.record = one.before.record if same and one.before else 0
                fresh.append(one)
        for chunk in _chunks(fresh):
            self._take_chunk(chunk)

    def take_again(self, records: Iterable[RegistryRecord]) -> None:
        """Apply stored records, whatever was applied before."""
        fresh = []
        for row in records:
            self.hashes[row.registry_id] = row.content_hash
            fresh.append(
                Fresh(
                    row.registry, row.registry_id, row.content_hash, payload=row.payload,
                    record=row.pk,
                )
            )  # fmt: skip
        for chunk in _chunks(fresh):
            self._take_chunk(chunk)

    def fail(self, number: str, error: Exception, record: int = 0) -> None:
        """Put a failure on record: which number, where in the record, why."""
        if number and number in self.failed:
            return
        self.failed.add(number)
        self.failures += 1
        SyncFailure.objects.create(
            run=self.run,
            registry_id=number[:60],
            path=getattr(error, "path", "")[:300],
            reason=str(error) or type(error).__name__,
            record_id=record or None,
            at=self.clock(),
        )

    def _settle(self, number: str, outcome: str) -> None:
        before = self.outcomes.get(number, "unchanged")
        self.outcomes[number] = max(before, outcome, key=RANK.__getitem__)

    def _take_chunk(self, chunk: Sequence[Fresh]) -> None:
        cleaned = [one for one in chunk if self.clean(one)]
        newest = self._without_older(cleaned)
        if not self.run.dry_run:
            self._store(newest)
        items = [item for one in newest if (item := self._parse(one)) is not None]
        if self.run.dry_run:
            self._rehearse(items)
        else:
            self._apply(items)

    def clean(self, one: Fresh) -> bool:
        """Whether what may be stored of a record could be told apart from what may not."""
        if one.payload:
            return True
        try:
            one.payload = self.adapter.clean(one.body)
        except (MalformedRecord, ValueError) as error:
            self.fail(one.number, error)
            return False
        one.body = b""
        return True

    def _store(self, chunk: Sequence[Fresh]) -> None:
        """Raw records first; one that is stored already but not applied is not stored again."""
        new = [one for one in chunk if not one.record]
        rows = RegistryRecord.objects.bulk_create(
            RegistryRecord(
                registry=one.registry,
                registry_id=one.number,
                origin=self.channel,
                payload=one.payload,
                content_hash=one.content_hash,
                fetched_at=self.clock(),
                registry_date=self.adapter.registry_date(one.payload),
                source_url=self.adapter.source_url(one.number),
                run=self.run,
            )
            for one in new
        )
        for one, row in zip(new, rows, strict=True):
            one.record = row.pk

    def _without_older(self, chunk: Sequence[Fresh]) -> Sequence[Fresh]:
        """The records that are not older than what is on record; only a file can hold such, the
        registry itself answers with what holds now. An older one is kept and not applied."""
        edition = getattr(self.adapter, "edition", None)
        if not self.run.file_name or edition is None:
            return chunk
        known = {one.before.record for one in chunk if one.before and not one.before.gone}
        editions = {
            pk: edition(payload)
            for pk, payload in RegistryRecord.objects.filter(pk__in=known).values_list(
                "pk", "payload"
            )
        }
        older = {
            one.number
            for one in chunk
            if one.before and edition(one.payload) < editions.get(one.before.record, "")
        }
        self._keep_older([one for one in chunk if one.number in older])
        return [one for one in chunk if one.number not in older]

    def _keep_older(self, older: Sequence[Fresh]) -> None:
        """Store records that are history, each once, with a note that says so."""
        for one in older:
            self._settle(one.number, "unchanged")
        if self.run.dry_run or not older:
            return
        kept = RegistryRecord.objects.filter(
            registry_id__in=[one.number for one in older], origin=self.channel
        )
        known = set(kept.values_list("registry_id", "content_hash"))
        older = [one for one in older if (one.number, one.content_hash) not in known]
        self._store(older)
        RecordApplication.objects.bulk_create(
            (
                RecordApplication(
                    record_id=one.record,
                    parser_version=self.adapter.parser_version,
                    applied_at=self.clock(),
                    outcome=OLDER,
                )
                for one in older
            ),
            ignore_conflicts=True,
        )

    def _parse(self, one: Fresh) -> Item | None:
        try:
            parsed = self.adapter.parse(one.payload)
        except MalformedRecord as error:
            self.fail(one.number, error, one.record)
            return None
        if one.asked_as:
            parsed = _with_alias(parsed, one.asked_as)
        return Item(one.record, parsed, self.adapter.source_url(one.number), self.channel)

    def _apply(self, items: Sequence[Item]) -> None:
        """Apply a chunk at once; where that fails, one by one, to find the one at fault."""
        if not items:
            return
        try:
            outcomes = apply_records(
                items=items,
                known=self.known,
                parser_version=self.adapter.parser_version,
                run=self.run,
                by=self.by,
                now=self.clock(),
            )
        except (DatabaseError, OsteoDBError, ValueError) as error:
            if len(items) == 1:
                self.fail(items[0].parsed.registry_id, error, items[0].record)
                return
            for item in items:
                self._apply([item])
            return
        for number, outcome in outcomes.items():
            self._settle(number, outcome)
        SyncFailure.objects.filter(
            run__registry=self.run.registry,
            registry_id__in=list(outcomes),
            resolved_by_run=None,
        ).exclude(run=self.run).update(resolved_by_run=self.run)

    def _rehearse(self, items: Sequence[Item]) -> None:
        """What applying would do; writes nothing."""
        waiting = list(items)
        while waiting:
            works, waiting = prepare(waiting)
            for work in works:
                self._settle(work.item.parsed.registry_id, work.outcome)
            room = MOST_SHOWN - len(self.intended)
            self.intended += [_intended(work) for work in works[:room]]


def latest_records(
    adapter: RecordReader, channel: str, numbers: Iterable[str]
) -> dict[str, Latest]:
    """The last record that came this way for each number and was no history, in one query."""
    applied = RecordApplication.objects.filter(
        record=OuterRef("pk"), parser_version=adapter.parser_version
    )
    origins = [channel]
    if channel == RecordOrigin.REGISTRY:
        origins.append(RecordOrigin.TOMBSTONE)
    history = RecordApplication.objects.filter(record=OuterRef("pk"), outcome=OLDER)
    rows = (
        RegistryRecord.objects.filter(registry_id__in=list(numbers), origin__in=origins)
        .filter(~Exists(history))
        .order_by("registry", "registry_id", "-id")
        .distinct("registry", "registry_id")
        .annotate(applied=Exists(applied))
        .values_list("registry_id", "pk", "content_hash", "applied", "origin")
    )
    if channel == RecordOrigin.REGISTRY:
        rows = rows.filter(registry=adapter.registry)
    return {
        number: Latest(pk, digest, done, origin == RecordOrigin.TOMBSTONE)
        for number, pk, digest, done, origin in rows
    }


def _intended(work: Work) -> Intended:
    fields = work.said.fields
    return Intended(
        number=work.item.parsed.registry_id,
        title=fields.brief_title or fields.official_title or fields.acronym,
        outcome=work.outcome,
        trial=work.trial,
        changes=(*work.plan.fields, *work.plan.collections),
        new_numbers=tuple(one.value for one in work.plan.new_identifiers),
        conflicts=tuple(one.reason for one in work.plan.conflicts),
    )


def _with_alias(parsed: ParsedTrial, alias: str) -> ParsedTrial:
    """The trial with the number it was asked by among its aliases."""
    if any(one.value == alias for one in parsed.identifiers):
        return parsed
    added = ParsedIdentifier(parsed.registry, alias, alias, "ALIAS")
    return msgspec.structs.replace(parsed, identifiers=(*parsed.identifiers, added))


def _chunks(fresh: Sequence[Fresh]) -> Iterator[Sequence[Fresh]]:
    for start in range(0, len(fresh), CHUNK):
        yield fresh[start : start + CHUNK]
