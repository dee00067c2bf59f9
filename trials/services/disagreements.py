"""What two origins of one trial say differently: begun, kept while it lasts, ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from osteodb.core.writing import set_fields
from trials.models import OriginDisagreement, RegistryRecord


@dataclass(frozen=True, slots=True)
class Said:
    """A field, the value shown and the one an origin gives instead, each with its record.

    `shown_record` 0: a curator's override is shown.
    """

    field: str
    shown: Any
    shown_record: int
    other: Any
    other_record: int

    @property
    def records(self) -> dict[str, int | None]:
        """The columns of both records."""
        return {
            "shown_record_id": self.shown_record or None,
            "other_record_id": self.other_record,
        }


Place = tuple[int, str, tuple[str, str]]  # trial, field, number of the other record


def settle_disagreements(*, said: Mapping[int, Sequence[Said]], now: dt.datetime) -> None:
    """Bring the disagreements in force of these trials to what is `said` of them.

    One that says the same as before stays, with its first day, and names the records that say so
    now; one with another value is ended and begun anew. The caller holds the transaction. A record
    that was not stored (a dry run) makes none.
    """
    if not said:
        return
    in_force = OriginDisagreement.objects.filter(trial_id__in=said, ended_at=None)
    rows = list(in_force.select_related("other_record").defer("other_record__payload"))
    wanted = _wanted(said)
    ended, repeated = [], []
    for row in rows:
        number = (row.other_record.registry, row.other_record.registry_id)
        new = wanted.get((row.trial_id, row.field, number))
        if new is not None and (row.shown, row.other) == (new.shown, new.other):
            del wanted[row.trial_id, row.field, number]
            if set_fields(row, new.records):
                repeated.append(row)
        else:
            ended.append(row.pk)
    if ended:
        OriginDisagreement.objects.filter(pk__in=ended).update(ended_at=now)
    OriginDisagreement.objects.bulk_update(repeated, ["shown_record", "other_record"])
    OriginDisagreement.objects.bulk_create(
        OriginDisagreement(
            trial_id=trial,
            field=field,
            shown=one.shown,
            other=one.other,
            began_at=now,
            **one.records,
        )
        for (trial, field, _number), one in wanted.items()
    )


def _wanted(said: Mapping[int, Sequence[Said]]) -> dict[Place, Said]:
    records = {one.other_record for each in said.values() for one in each}
    rows = (
        RegistryRecord.objects.filter(pk__in=records) if records else RegistryRecord.objects.none()
    )
    numbers = {
        pk: (registry, number)
        for pk, registry, number in rows.values_list("pk", "registry", "registry_id")
    }
    return {
        (trial, one.field, numbers[one.other_record]): _as_stored(one)
        for trial, each in said.items()
        for one in each
        if one.other_record in numbers
    }


def _as_stored(one: Said) -> Said:
    """With values as the database gives them back."""
    shown, other = msgspec.to_builtins(one.shown), msgspec.to_builtins(one.other)
    return replace(one, shown=shown, other=other)
