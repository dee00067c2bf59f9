"""What a sync left behind, without what two equal runs may differ in: ids, times and runs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Model

from trials.models import (
    Arm,
    DataQualityIssue,
    Intervention,
    OriginDisagreement,
    RecordApplication,
    RegisteredOutcome,
    RegistryRecord,
    Site,
    Trial,
    TrialAgent,
    TrialChange,
    TrialCondition,
    TrialIdentifier,
    TrialLink,
    TrialMerge,
    TrialReference,
)

TABLES: tuple[type[Model], ...] = (
    Trial, TrialIdentifier, Arm, Intervention, Intervention.arms.through, RegisteredOutcome, Site,
    TrialCondition, TrialReference, TrialAgent, TrialChange, TrialLink, RegistryRecord,
    RecordApplication, DataQualityIssue, TrialMerge, OriginDisagreement,
)  # fmt: skip
MAY_DIFFER = frozenset(
    [
        "id",
        "public_id",
        "head",
        "run",
        "created_at",
        "updated_at",
        "seen_at",
        "fetched_at",
        "applied_at",
        "first_seen_at",
        "last_seen_at",
        "gone_at",
        "removed_at",
        "field_origins",
        "search",
        "head",
        "decided_at",
        "merged_at",
        "began_at",
        "ended_at",
    ]
)


def state() -> dict[str, Counter[tuple[Any, ...]]]:
    """Every row of every table that a sync writes, with keys named by what they point at."""
    names = _names()
    return {table._meta.label: Counter(_rows(table, names)) for table in TABLES}


def counts() -> dict[str, int]:
    """How many rows each table has."""
    return {table._meta.label: table._default_manager.count() for table in TABLES}


def _names() -> dict[type[Model], dict[Any, str]]:
    trials: dict[Any, str] = {}
    for number in TrialIdentifier.objects.order_by("registry", "value"):
        trials[number.trial_id] = f"{trials.get(number.trial_id, '')} {number.value}"
    records = {
        record.pk: f"{record.registry_id} {record.origin} {record.content_hash}"
        for record in RegistryRecord.objects.all()
    }
    arms = {arm.pk: f"{trials[arm.trial_id]} {arm.label}" for arm in Arm.objects.all()}
    given = {
        one.pk: f"{trials[one.trial_id]} {one.intervention_type} {one.name}"
        for one in Intervention.objects.all()
    }
    return {Trial: trials, RegistryRecord: records, Arm: arms, Intervention: given}


def _rows(table: type[Model], names: dict[type[Model], dict[Any, str]]) -> list[tuple[Any, ...]]:
    skipped = MAY_DIFFER | ({"message"} if table is DataQualityIssue else set())
    columns = [field for field in table._meta.concrete_fields if field.name not in skipped]
    rows = []
    for row in table._default_manager.all():
        values = []
        for field in columns:
            value = getattr(row, field.attname)
            if field.related_model in names and value is not None:
                value = names[field.related_model][value]
            values.append(repr(value) if isinstance(value, (list, dict)) else value)
        if isinstance(row, DataQualityIssue):  # which record was met first hangs on the order
            values.append(row.message.partition("; first seen in")[0])
        if table is Trial:
            values.append(names[Trial].get(row.pk))
        rows.append(tuple(values))
    return rows
