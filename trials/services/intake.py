"""From the bytes of a page to applied records: compare, store raw, parse, apply.

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
from trials.registries.base import (
    Adapter,
    MalformedRecord,
    ParsedIdentifier,
    ParsedTrial,
    RawRecord,
)
from trials.services.apply import Item, apply_records, prepare
from trials.services.matching import Known

CHUNK = 100
RANK = {"unchanged": 0, "changed": 1, "created": 2}


@dataclass(frozen=True, slots=True)
class Latest:
    """The last thing a registry said about a number: which row, which content, applied or not."""

    record: int
    content_hash: str
    applied: bool


@dataclass(slots=True)
class Fresh:
    """A record that has something to say, on its way in."""

    raw: RawRecord
    content_hash: str
    record: int = 0
    payload: dict[str, Any] = field(default_factory=dict)


class Intake:
    """Takes in the records of one run and keeps count: every number once, whatever happens."""

    def __init__(
        self, adapter: Adapter, run: SyncRun, by: User | None, clock: Callable[[], dt.datetime]
    ) -> None:
        self.adapter = adapter
        self.run = run
        self.by = by
        self.clock = clock
        self.hashes: dict[str, str] = {}
        self.outcomes: dict[str, str] = {}
        self.failed: set[str] = set()
        self.failures = 0
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
        hashed: dict[str, tuple[RawRecord, str]] = {}
        for raw in records:
            try:
                digest = self.adapter.content_hash(raw.body)
            except MalformedRecord as error:
                self.fail(raw.registry_id, error)
                continue
            if self.hashes.get(raw.registry_id) != digest or raw.asked_as:
                hashed[raw.registry_id] = (raw, digest)
        latest = latest_records(self.adapter, hashed)
        fresh = []
        for number, (raw, digest) in hashed.items():
            self.hashes[number] = digest
            before = latest.get(number)
            same = before is not None and before.content_hash == digest
            if same and before is not None and before.applied and not raw.asked_as:
                self._settle(number, "unchanged")
            else:
                fresh.append(Fresh(raw, digest, before.record if same and before else 0))
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
        cleaned = [one for one in chunk if self._clean(one)]
        if not self.run.dry_run:
            self._store(cleaned)
        items = [item for one in cleaned if (item := self._parse(one)) is not None]
        if self.run.dry_run:
            self._rehearse(items)
        else:
            self._apply(items)

    def _clean(self, one: Fresh) -> bool:
        try:
            one.payload = self.adapter.clean(one.raw.body)
        except (MalformedRecord, ValueError) as error:
            self.fail(one.raw.registry_id, error)
            return False
        return True

    def _store(self, chunk: Sequence[Fresh]) -> None:
        """Raw records first; one that is stored already but not applied is not stored again."""
        new = [one for one in chunk if not one.record]
        rows = RegistryRecord.objects.bulk_create(
            RegistryRecord(
                registry=self.adapter.registry,
                registry_id=one.raw.registry_id,
                payload=one.payload,
                content_hash=one.content_hash,
                fetched_at=self.clock(),
                registry_date=self.adapter.registry_date(one.payload),
                source_url=self.adapter.source_url(one.raw.registry_id),
                run=self.run,
            )
            for one in new
        )
        for one, row in zip(new, rows, strict=True):
            one.record = row.pk

    def _parse(self, one: Fresh) -> Item | None:
        number = one.raw.registry_id
        try:
            parsed = self.adapter.parse(one.payload)
        except MalformedRecord as error:
            self.fail(number, error, one.record)
            return None
        if one.raw.asked_as:
            parsed = _with_alias(parsed, one.raw.asked_as)
        return Item(one.record, parsed, self.adapter.source_url(number))

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


def latest_records(adapter: Adapter, numbers: Iterable[str]) -> dict[str, Latest]:
    """The last record that the registry itself gave for each number, in one query."""
    applied = RecordApplication.objects.filter(
        record=OuterRef("pk"), parser_version=adapter.parser_version
    )
    rows = (
        RegistryRecord.objects.filter(
            registry=adapter.registry,
            registry_id__in=list(numbers),
            origin__in=[RecordOrigin.REGISTRY, RecordOrigin.TOMBSTONE],
        )
        .order_by("registry_id", "-id")
        .distinct("registry_id")
        .annotate(applied=Exists(applied))
        .values_list("registry_id", "pk", "content_hash", "applied")
    )
    return {number: Latest(pk, digest, done) for number, pk, digest, done in rows}


def _with_alias(parsed: ParsedTrial, alias: str) -> ParsedTrial:
    """The trial with the number it was asked by among its aliases."""
    if any(one.value == alias for one in parsed.identifiers):
        return parsed
    added = ParsedIdentifier(parsed.registry, alias, alias, "ALIAS")
    return msgspec.structs.replace(parsed, identifiers=(*parsed.identifiers, added))


def _chunks(fresh: Sequence[Fresh]) -> Iterator[Sequence[Fresh]]:
    for start in range(0, len(fresh), CHUNK):
        yield fresh[start : start + CHUNK]
