"""The statuses of a trial since it came here: since when, by which record, why it stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.db.models import Q

from osteodb.website.pages.updates import record_name, registry_page
from trials.models import (
    ChangeKind,
    FieldOverride,
    RegistryRecord,
    Trial,
    TrialChange,
    TrialStatus,
)

FIELDS = ("status", "status_raw", "why_stopped", "registry_record")
GONE = "gone"
RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """A status, or that the record went from its registry, and what says so.

    `origin_date` is the origin's own date of the record, as partial as it was given; `seen_at` is
    when we saw it. `is_first`: what was before is not on record. `trial` is named where it was
    recorded for a trial that was merged into the shown one since.
    """

    status: str
    raw: str
    origin_date: str
    seen_at: dt.datetime
    record: RegistryRecord | None = None
    reason: str = ""
    event: str = ""
    is_first: bool = False
    trial: Trial | None = None
    override: FieldOverride | None = None

    @property
    def label(self) -> str:
        """The status in words."""
        if self.event:
            return "Gone from the registry" if self.event == GONE else "Back in the registry"
        return str(dict(TrialStatus.choices).get(self.status, self.status))

    @property
    def record_name(self) -> str:
        """The number of the record that says so."""
        return record_name(self.record) if self.record else ""

    @property
    def registry_page(self) -> str:
        """The record's public page."""
        return registry_page(self.record) if self.record else ""

    @property
    def is_given(self) -> bool:
        """Whether somebody gave a status: a registry's word "unknown" is one, no word is none."""
        return self.status != TrialStatus.UNKNOWN or bool(self.raw)

    @property
    def day(self) -> str:
        """The best date there is for it: the origin's, else the day it was seen."""
        return self.origin_date or f"{self.seen_at:%Y-%m-%d}"


def status_history(
    trial: Trial, records: Mapping[int, RegistryRecord], override: FieldOverride | None
) -> list[StatusEntry]:
    """Every status on record, latest first: one query.

    `records` are the trial's, for the status of one that was entered by hand and never changed.
    """
    wanted = Q(field__in=FIELDS) | Q(kind=ChangeKind.NEW_TRIAL)
    found = TrialChange.objects.on_page_of(trial).filter(wanted).with_pages()
    ordered = found.order_by("trial_id", "seen_at", "pk")
    entries: list[StatusEntry] = []
    for _, members in groupby(ordered, key=lambda change: change.trial_id):
        changes = list(members)
        own = changes[0].trial
        chain = entries_of(own, changes, records)
        is_other = own.pk != trial.pk
        entries += [replace(one, trial=own) for one in chain] if is_other else chain
    if override:
        entries = [one for one in entries if not _set_with(override, one)]
        entries.append(set_by_hand(override))
    return sorted(entries, key=lambda entry: entry.seen_at, reverse=True)


def entries_of(
    own: Trial, changes: Sequence[TrialChange], records: Mapping[int, RegistryRecord]
) -> list[StatusEntry]:
    """The statuses of one trial, earliest first, from all of its changes that have to do with them.

    Only changes are on record, so the status at first sight is what the first change began from,
    or the present one where there was none. Pure.
    """
    statuses = _of(changes, "status")
    entries = [_first(own, changes, records), *(_entry(one, changes) for one in statuses)]
    if not entries[0].is_given:
        entries = entries[1:]  # nobody had given a status yet
    entries = [replace(one, is_first=place == 0) for place, one in enumerate(entries)]
    entries = _with_reasons(entries, own, _of(changes, "why_stopped"))
    return sorted(
        [*entries, *(_event(one) for one in _of(changes, "registry_record"))],
        key=lambda entry: entry.seen_at,
    )


def _of(changes: Iterable[TrialChange], field: str) -> list[TrialChange]:
    return [one for one in changes if one.field == field]


def _first(
    own: Trial, changes: Sequence[TrialChange], records: Mapping[int, RegistryRecord]
) -> StatusEntry:
    """The status a trial came with."""
    statuses, wordings = _of(changes, "status"), _of(changes, "status_raw")
    born = next((one for one in changes if one.kind == ChangeKind.NEW_TRIAL), None)
    record = born.record if born else None
    if record is None and not statuses:
        record = records.get(own.field_origins.get("status", 0))
    seen_at = born.seen_at if born else own.created_at
    return StatusEntry(
        status=str(statuses[0].old or TrialStatus.UNKNOWN) if statuses else own.status,
        raw=str(wordings[0].old or "") if wordings else own.status_raw,
        origin_date=record.registry_date if record else "",
        seen_at=seen_at,
        record=record,
    )


def _entry(change: TrialChange, changes: Sequence[TrialChange]) -> StatusEntry:
    wordings = (
        one.new
        for one in _of(changes, "status_raw")
        if (one.record_id, one.seen_at) == (change.record_id, change.seen_at)
    )
    return StatusEntry(
        status=str(change.new or TrialStatus.UNKNOWN),
        raw=str(next(wordings, "") or ""),
        origin_date=change.effective_date,
        seen_at=change.seen_at,
        record=change.record,
    )


def _event(change: TrialChange) -> StatusEntry:
    event = GONE if change.new == "gone" else RETURNED
    return StatusEntry(
        "", "", change.effective_date, change.seen_at, record=change.record, event=event
    )


def _with_reasons(
    entries: Sequence[StatusEntry], own: Trial, reasons: Sequence[TrialChange]
) -> list[StatusEntry]:
    """Each status with the reason that stood beside it last, for it may be given later."""
    first = str(reasons[0].old or "") if reasons else own.why_stopped
    ends = [one.seen_at for one in entries[1:]]
    found = []
    for place, entry in enumerate(entries):
        end = ends[place] if place < len(ends) else None
        stood = [one for one in reasons if end is None or one.seen_at < end]
        reason = str(stood[-1].new or "") if stood else first
        found.append(replace(entry, reason=reason))
    return found


def _set_with(override: FieldOverride, entry: StatusEntry) -> bool:
    """Whether an entry is the change that an override brought, which says who and why."""
    return entry.record is None and entry.seen_at == override.created_at


def set_by_hand(override: FieldOverride) -> StatusEntry:
    """The status that a curator set."""
    return StatusEntry(
        status=str(override.value or TrialStatus.UNKNOWN),
        raw="",
        origin_date="",
        seen_at=override.created_at,
        reason=override.reason,
        override=override,
    )
