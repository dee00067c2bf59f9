"""The statuses of many trials since they came here, in a number of queries that does not grow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from osteodb.website.pages.status_history import FIELDS, StatusEntry, entries_of, set_by_hand
from trials.models import ChangeKind, FieldOverride, RegistryRecord, Trial, TrialChange

NEEDED = ("pk", "status", "status_raw", "why_stopped", "field_origins", "created_at")


def status_histories(trials: Iterable[Trial]) -> dict[int, list[StatusEntry]]:
    """Of each trial every status on its own record, earliest seen first: three queries.

    What was recorded for a trial that was merged into one of these is told on its page only: two
    registers of one study may say different things on one day.
    """
    by_pk = {one.pk: one for one in trials}
    changes = _changes(by_pk)
    records = _records(by_pk.values())
    by_hand = {one.trial_id: one for one in _overrides(by_pk)}
    found = {}
    for pk, trial in by_pk.items():
        entries = entries_of(trial, changes[pk], records) if changes[pk] else []
        override = by_hand.get(pk)
        if override:
            kept = [one for one in entries if one.seen_at != override.created_at or one.record]
            entries = sorted([*kept, set_by_hand(override)], key=lambda one: one.seen_at)
        found[pk] = entries
    return found


def arrived_only(trials: QuerySet[Trial]) -> QuerySet[TrialChange]:
    """The arrivals by a record, one a trial, of those trials of whose status no change and no
    curator's decision is on record: their status is the present one."""
    of_trial = TrialChange.objects.filter(trial=OuterRef("trial"))
    changed = of_trial.filter(field__in=FIELDS).exclude(kind=ChangeKind.NEW_TRIAL)
    by_hand = FieldOverride.objects.filter(
        field="status", released_at=None, trial=OuterRef("trial")
    )
    arrivals = TrialChange.objects.filter(
        ~Exists(changed), ~Exists(by_hand), kind=ChangeKind.NEW_TRIAL, record__isnull=False
    )
    arrivals = arrivals.filter(trial__in=trials.order_by().values("pk"))
    first = ~Exists(of_trial.filter(kind=ChangeKind.NEW_TRIAL, pk__lt=OuterRef("pk")))
    return arrivals.filter(first)


def _changes(pks: Iterable[int]) -> defaultdict[int, list[TrialChange]]:
    wanted = Q(field__in=FIELDS) | Q(kind=ChangeKind.NEW_TRIAL)
    rows = TrialChange.objects.filter(wanted, trial__in=list(pks)).select_related("record")
    by_trial = defaultdict(list)
    for one in rows.defer("record__payload").order_by("trial_id", "seen_at", "pk"):
        by_trial[one.trial_id].append(one)
    return by_trial


def _records(trials: Iterable[Trial]) -> dict[int, RegistryRecord]:
    """The records that the trials' present statuses came from."""
    ids: Sequence[Any] = [one.field_origins.get("status", 0) for one in trials]
    return RegistryRecord.objects.defer("payload").in_bulk(ids)


def _overrides(pks: Iterable[int]) -> list[FieldOverride]:
    active = FieldOverride.objects.filter(field="status", released_at=None, trial__in=list(pks))
    return list(active)
