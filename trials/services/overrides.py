"""A curator's value for a field that registries own: locked until it is released."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from django.core.exceptions import ValidationError

from osteodb.core.audit import record_event
from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import User
from osteodb.core.partial_dates import PartialDate
from osteodb.core.writing import acting, invalid, save_checked
from trials.models import FieldOverride, Trial
from trials.reconcile import FIELD_KINDS
from trials.registries.base import TrialFields
from trials.services import snapshots
from trials.services.locks import alone_with_trials
from trials.services.recompute import recompute_trials

PARTIAL_DATES = frozenset(
    {"start_date", "primary_completion_date", "completion_date", "status_verified_date"}
)
COLUMNS: dict[str, Any] = {one.name: one for one in Trial._meta.concrete_fields}


def override_field(
    *, trial: Trial, field: str, value: Any, reason: str, by: User, now: dt.datetime
) -> FieldOverride:
    """Set a registry-owned field to a curator's value and lock it; what registries say instead is
    shown beside it.

    `value` is in the neutral form of `TrialFields` (a list, a day as text, an age as decimal text).
    Raises InvalidInput without a reason, for a field no registry owns or a value it cannot hold;
    Conflict where it is locked already.
    """
    if not reason.strip():
        raise InvalidInput("Say why.", fields={"reason": ["An override needs its reason."]})
    neutral = _neutral(field, value)
    with acting(action="override_field", by=by, now=now):
        alone_with_trials()
        head = Trial.objects.select_for_update().get(pk=trial.head)
        if head.pk != trial.pk:
            raise Conflict(f"{trial.public_id} is part of {head.public_id}: set the value there.")
        if field in snapshots.locked_values([head.pk]).get(head.pk, {}):
            raise Conflict(f"{field} is locked already: release it first.")
        row = FieldOverride(
            trial=head,
            field=field,
            value=msgspec.to_builtins(neutral),
            reason=reason.strip(),
            created_by=by,
            created_at=now,
        )
        save_checked(row)
        old = snapshots.from_columns(_columns(head))
        recompute_trials(trials=[head.pk], by=by, now=now)
        record_event(
            action="override_field",
            target=head,
            by=by,
            now=now,
            old={field: msgspec.to_builtins(getattr(old, field))},
            new={field: row.value},
            comment=row.reason,
        )
    return row


def release_override(
    *, override: FieldOverride, by: User, now: dt.datetime, reason: str = ""
) -> FieldOverride:
    """Let the registries' value stand again. Raises Conflict where it was released already."""
    with acting(action="release_override", by=by, now=now):
        alone_with_trials()
        row = FieldOverride.objects.select_for_update().get(pk=override.pk)
        if row.released_at is not None:
            raise Conflict("This override was released already.")
        row.released_by, row.released_at = by, now
        save_checked(row)
        recompute_trials(trials=[row.trial.head], by=by, now=now)
        record_event(
            action="release_override",
            target=row.trial,
            by=by,
            now=now,
            old={row.field: row.value},
            comment=reason.strip(),
        )
    return row


def _columns(trial: Trial) -> dict[str, Any]:
    return {name: getattr(trial, name) for name in snapshots.FIELD_NAMES}


def _neutral(field: str, value: Any) -> Any:
    """The value as a parsed record would hold it, if the column can hold it."""
    if field not in FIELD_KINDS:
        raise InvalidInput(f"No registry owns a field {field}.", fields={"field": ["Unknown."]})
    try:
        fields = msgspec.convert({field: value}, TrialFields)
        if field in PARTIAL_DATES and value:
            PartialDate.parse(str(value))
        column = snapshots.to_column(field, getattr(fields, field))
        COLUMNS[field].clean(column, None)
    except (msgspec.ValidationError, ValueError, ArithmeticError) as error:
        raise InvalidInput(
            f"{field} cannot be {value!r}: {error}", fields={"value": [str(error)]}
        ) from error
    except ValidationError as error:
        raise invalid(ValidationError({field: error.messages})) from error
    return getattr(fields, field)
