"""What each origin says about a field of a trial, and what a curator set instead, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from osteodb.core.history import NOTHING
from trials.known_differences import rule_of
from trials.models import FieldOverride, OriginDisagreement, RegistryRecord, Trial
from trials.reconcile import FIELD_KINDS

LINK = '<a class="text-primary-600 underline" href="{}">{}</a>'
MOST_LETTERS = 300


def value_words(value: Any) -> str:
    """A value as a person would write it; a dash where nothing is reported."""
    if value in (None, "", [], ()):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "; ".join(str(one) for one in value) if isinstance(value, (list, tuple)) else str(value)
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"


def said_about(trial: Trial, field: str) -> list[tuple[str, Any]]:
    """Who says what about one field: the trial as it stands, and the origins that differ."""
    lock = _locks(trial).get(field)
    record = _records([trial.field_origins.get(field)]).get(trial.field_origins.get(field))
    shown_by = f"set by {lock.created_by}: {lock.reason}" if lock else str(record or "no record")
    found: list[tuple[str, Any]] = [
        ("Shown now", f"{value_words(getattr(trial, field))} ({shown_by})")
    ]
    found += [
        (str(row.other_record), value_words(row.other))
        for row in _disagreements(trial)
        if row.field == rule_of(field).told
    ]
    return found


def fields_table(trial: Trial, *, may_set: bool) -> SafeString:
    """Every registry-owned field: its value, who gave it, who says otherwise, and the way to set
    another value or to release one."""
    locks = _locks(trial)
    records = _records(trial.field_origins.values())
    others: dict[str, list[OriginDisagreement]] = {}
    for row in _disagreements(trial):
        others.setdefault(row.field, []).append(row)
    lines = (
        (
            capfirst(name.replace("_", " ")),
            value_words(getattr(trial, name)),
            _origin(locks.get(name), records.get(trial.field_origins.get(name))),
            other_words(others.get(name, [])),
            _door(trial, name, locks.get(name)) if may_set else "",
        )
        for name in FIELD_KINDS
    )
    line = '<tr><th scope="row">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>'
    head = (
        '<table class="osteo-table" id="said"><thead><tr><th scope="col">Field</th>'
        '<th scope="col">Shown</th><th scope="col">Said by</th>'
        '<th scope="col">Another origin says</th><th scope="col">Override</th></tr></thead>'
        "<tbody>{}</tbody></table>"
    )
    return format_html(head, format_html_join("", line, lines))


def _origin(lock: FieldOverride | None, record: RegistryRecord | None) -> Any:
    if lock is not None:
        line = "<strong>set by {}</strong>: {}"
        return format_html(line, lock.created_by, lock.reason)
    if record is None:
        return NOTHING
    address = reverse("admin:trials_registryrecord_change", args=[record.pk])
    return format_html(f"{LINK} ({{}})", address, record, record.get_origin_display())


def other_words(rows: Iterable[OriginDisagreement]) -> Any:
    """What other origins say, each with its record."""
    line = '<div>≠ {} <span class="osteo-small">{}</span></div>'
    return format_html_join("", line, ((value_words(row.other), row.other_record) for row in rows))


def others_of(heads: Iterable[Any]) -> dict[tuple[Any, str], list[OriginDisagreement]]:
    """What other origins say about several trials, by trial and field: one query."""
    found: dict[tuple[Any, str], list[OriginDisagreement]] = {}
    rows = OriginDisagreement.objects.filter(trial__in=set(heads), ended_at=None)
    for row in rows.select_related("other_record").defer("other_record__payload"):
        found.setdefault((row.trial_id, row.field), []).append(row)
    return found


def _door(trial: Trial, field: str, lock: FieldOverride | None) -> SafeString:
    if lock is not None:
        address = reverse("admin:trials_fieldoverride_change", args=[lock.pk])
        return format_html(LINK, address, "Release")
    query = urlencode({"trial": str(trial.pk), "field": field})
    address = f"{reverse('admin:trials_fieldoverride_add')}?{query}"
    return format_html(LINK, address, "Set a value")


def _locks(trial: Trial) -> dict[str, FieldOverride]:
    """Overrides in force on a trial's page: its own before those of trials merged into it."""
    rows = FieldOverride.objects.filter(trial__head=trial.head, released_at=None)
    ordered = sorted(rows.select_related("created_by"), key=lambda row: row.trial_id == trial.head)
    return {row.field: row for row in ordered}


def _records(pks: Iterable[Any]) -> dict[Any, RegistryRecord]:
    return RegistryRecord.objects.defer("payload").in_bulk({pk for pk in pks if pk})


def _disagreements(trial: Trial) -> Iterable[OriginDisagreement]:
    rows = OriginDisagreement.objects.filter(trial=trial.head, ended_at=None)
    return rows.select_related("other_record").defer("other_record__payload")
