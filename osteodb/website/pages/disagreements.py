"""What two origins of one trial say differently, in words: both values and who says each."""

from __future__ import annotations

from dataclasses import dataclass

from osteodb.website.pages.changes import field_label, in_words
from osteodb.website.pages.trial_facts import Origin, origin_of
from trials.known_differences import rule_of
from trials.models import OriginDisagreement, RegistryRecord, Trial


@dataclass(frozen=True, slots=True)
class DisagreementRow:
    """One field: the value shown with its origin (None: a curator's own), the other with its
    origin, and why the one is shown."""

    row: OriginDisagreement
    label: str
    shown: str
    shown_by: Origin | None
    other: str
    other_by: Origin
    why: str


def disagreement_rows(trial: Trial) -> list[DisagreementRow]:
    """The disagreements in force on a trial's page, by field: one query."""
    found = OriginDisagreement.objects.filter(trial=trial, ended_at=None)
    found = found.select_related("shown_record", "other_record")
    found = found.defer("shown_record__payload", "other_record__payload")
    return sorted((_row(one) for one in found), key=lambda row: (row.label, row.row.pk))


def _row(row: OriginDisagreement) -> DisagreementRow:
    return DisagreementRow(
        row=row,
        label=field_label(row.field),
        shown=in_words(row.field, row.shown),
        shown_by=_origin(row.shown_record),
        other=in_words(row.field, row.other),
        other_by=origin_of(row.other_record),
        why=rule_of(row.field).why if row.shown_record else "A curator set this value.",
    )


def _origin(record: RegistryRecord | None) -> Origin | None:
    return origin_of(record) if record else None
