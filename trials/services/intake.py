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

from osteodb.core.copying import copy_rows, next_ids
from osteodb.core.errors import OsteoDBError
from osteodb.core.models import User
from trials.models import (
    RecordApplication,
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
from trials.services.latest import Latest, latest_records
from trials.services.matching import Known
from trials.services.origins import OLDER
from trials.services.plans import Item, Work

CHUNK = 250
MOST_SHOWN = 1000
COLUMNS = (
    "id", "registry", "registry_id", "origin", "payload", "content_hash", "fetched_at",
    "registry_date", "source_url", "run_id",
)  # fmt: skip
RANK = {"unchanged": 0, "changed": 1, "created": 2}


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
        arrived.clear()
        self._take_in_chunks(fresh)

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
        self._take_in_chunks(fresh)

    def _take_in_chunks(self, fresh: list[Fresh]) -> None:
        """Take in records, and forget them, some at a time: decoded they are large."""
        while fresh:
            self._take_chunk(fresh[:CHUNK])
            del fresh[:CHUNK]

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
        newest = self._without_older(chunk)
        newest = (self._cleaned if self.run.dry_run else self._stored)(newest)
        items = [item for one in newest if (item := self._parse(one)) is not None]
        if self.run.dry_run:
            self._rehearse(items)
        else:
            self._apply(items)

    def clean(self, one: Fresh) -> bool:
        """Whether what may be stored of a record could be told apart from what may not."""
        fault = self._clean(one)
        if fault is not None:
            self.fail(one.number, fault)
        return fault is None

    def _clean(self, one: Fresh) -> Exception | None:
        """Fill in the payload; the reason where that cannot be done. Asks no database."""
        if not one.payload:
            try:
                one.payload = self.adapter.clean(one.body)
            except (MalformedRecord, ValueError) as error:
                return error
            one.body = b""
        return None

    def _cleaned(self, chunk: Sequence[Fresh]) -> Sequence[Fresh]:
        return [one for one in chunk if self.clean(one)]

    def _stored(self, chunk: Sequence[Fresh]) -> Sequence[Fresh]:
        """Raw records first; one that is stored already but not applied is not stored again. The
        database reads a record while the next one is cleaned."""
        known = self._cleaned([one for one in chunk if one.record])
        new = [one for one in chunk if not one.record]
        faults: list[tuple[Fresh, Exception]] = []
        copy_rows(RegistryRecord, COLUMNS, self._rows(new, faults))
        for one, fault in faults:
            self.fail(one.number, fault)
        readable = {id(one) for one in (*known, *new)} - {id(one) for one, _fault in faults}
        return [one for one in chunk if id(one) in readable]

    def _rows(
        self, new: Sequence[Fresh], faults: list[tuple[Fresh, Exception]]
    ) -> Iterator[tuple[Any, ...]]:
        """The records as rows, cleaned one by one; those that cannot be are added to `faults`."""
        for record, one in zip(next_ids(RegistryRecord, len(new)), new, strict=True):
            if (fault := self._clean(one)) is not None:
                faults.append((one, fault))
                continue
            one.record = record
            yield (
                record,
                one.registry,
                one.number,
                str(self.channel),
                one.payload,
                one.content_hash,
                self.clock(),
                self.adapter.registry_date(one.payload),
                self.adapter.source_url(one.number),
                self.run.pk,
            )

    def _without_older(self, chunk: Sequence[Fresh]) -> Sequence[Fresh]:
        """The records that are not older than what is on record; only a file can hold such, the
        registry itself answers with what holds now. An older one is kept and not applied."""
        edition = getattr(self.adapter, "edition", None)
        if not self.run.file_name or edition is None:
            return chunk
        chunk = self._cleaned(chunk)
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
        new = [one for one in older if (one.number, one.content_hash) not in known]
        RecordApplication.objects.bulk_create(
            (
                RecordApplication(
                    record_id=one.record,
                    parser_version=self.adapter.parser_version,
                    applied_at=self.clock(),
                    outcome=OLDER,
                )
                for one in self._stored(new)
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
