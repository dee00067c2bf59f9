"""Records that a registry no longer has: a tombstone, never a delete."""

from __future__ import annotations

import datetime as dt
import hashlib

from osteodb.core.models import User
from osteodb.core.writing import acting
from trials.models import (
    ChangeKind,
    IdentifierKind,
    IssueKind,
    RecordApplication,
    RecordOrigin,
    RegistryRecord,
    SyncRun,
    TrialChange,
    TrialIdentifier,
)
from trials.registries.base import Adapter
from trials.services.issues import Finding, note_findings


def numbers_to_ask(registry: str) -> dict[str, bool]:
    """Every number of a registry that a sweep should show, and whether it is thought gone."""
    rows = (
        TrialIdentifier.objects.filter(registry=registry)
        .exclude(kind__in=[IdentifierKind.ALIAS, IdentifierKind.OBSOLETE])
        .order_by("value")
        .values_list("value", "gone_at")
    )
    return {value: gone is not None for value, gone in rows}


def record_gone(
    *, adapter: Adapter, number: str, run: SyncRun, by: User | None, now: dt.datetime
) -> bool:
    """Put on record that the registry answered "no such record" for a number we hold.

    True where it had one before: a tombstone and a change, and everything else stays. Where the
    registry never had one, that is a finding for a person, and no news of the trial.
    """
    identifier = TrialIdentifier.objects.get(registry=adapter.registry, value=number)
    sent = RegistryRecord.objects.filter(
        registry=adapter.registry, registry_id=number, origin=RecordOrigin.REGISTRY
    )
    if not sent.exists():
        finding = Finding(
            kind=IssueKind.SUSPICIOUS_VALUE,
            registry=adapter.registry,
            value=number,
            message=f"The registry has no record {number}, and none was ever seen there",
            trial=identifier.trial_id,
        )
        note_findings(findings=[finding], now=now)
        return False
    with acting(action="record_gone", by=by, now=now):
        payload = {"gone": number}
        record = RegistryRecord.objects.create(
            registry=adapter.registry,
            registry_id=number,
            origin=RecordOrigin.TOMBSTONE,
            payload=payload,
            content_hash=hashlib.sha256(f"gone {number}".encode()).hexdigest(),
            fetched_at=now,
            source_url=adapter.source_url(number),
            run=run,
        )
        RecordApplication.objects.create(
            record=record,
            trial_id=identifier.trial_id,
            parser_version=adapter.parser_version,
            applied_at=now,
            outcome="changed",
        )
        TrialIdentifier.objects.filter(pk=identifier.pk).update(gone_at=now)
        TrialChange.objects.create(
            trial_id=identifier.trial_id,
            kind=ChangeKind.TOMBSTONE,
            field="registry_record",
            old="present",
            new="gone",
            record=record,
            run=run,
            seen_at=now,
        )
    return True
