"""Changes of trials in words: what it was, what it is, since when, by which record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist

from osteodb.website.words import NOT_REPORTED, code_in_words, counted
from trials.models import ChangeKind, Phase, StudyType, Trial, TrialChange, TrialStatus
from trials.news import is_news
from trials.reconcile import COLLECTION_KINDS

LABELS: dict[str, str] = {
    "status": "Status",
    "status_raw": "Status as worded by the origin",
    "last_known_status": "Last known status",
    "why_stopped": "Why it stopped",
    "phases": "Phase",
    "conditions": "Conditions",
    "arms": "Arms",
    "interventions": "Interventions",
    "outcomes": "Registered outcomes",
    "sites": "Sites",
    "references": "Publications listed",
    "identifiers": "Identifiers",
    "registry_record": "Record in the registry",
    "merged": "Merged with",
    "merged_into": "Merged into",
}
CODES: dict[str, str] = (
    {value: str(label) for value, label in TrialStatus.choices}
    | {value: str(label) for value, label in Phase.choices}
    | {value: str(label) for value, label in StudyType.choices}
)
KEY_KINDS = {
    ChangeKind.NEW_TRIAL,
    ChangeKind.STATUS,
    ChangeKind.STOPPED,
    ChangeKind.RESULTS,
    ChangeKind.TOMBSTONE,
    ChangeKind.MERGE,
}
# Of these a change holds only what came and what went, not the whole list.
LISTS = {*COLLECTION_KINDS, "identifiers"}
CODED = {
    "allocation",
    "intervention_model",
    "masking",
    "primary_purpose",
    "lead_sponsor_class",
    "enrolment_type",
    "start_date_type",
    "primary_completion_date_type",
    "completion_date_type",
    "sex",
}
LONGEST = 240
NAMES_OF_THINGS = ("label", "name", "measure", "facility", "value", "citation", "pmid")


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change as a reader sees it."""

    change: TrialChange
    label: str
    old: str
    new: str
    is_key: bool
    is_new_trial: bool
    is_list: bool


def change_rows(changes: Iterable[TrialChange]) -> list[ChangeRow]:
    """The rows of a list of changes; asks the database nothing."""
    return [_row(change) for change in changes]


def _row(change: TrialChange) -> ChangeRow:
    return ChangeRow(
        change=change,
        label=field_label(change.field),
        old=in_words(change.field, change.old),
        new=in_words(change.field, change.new),
        is_key=change.kind in KEY_KINDS and is_news(change.field),
        is_new_trial=change.kind == ChangeKind.NEW_TRIAL,
        is_list=change.field in LISTS,
    )


def field_label(name: str) -> str:
    """A field's name for people."""
    if name in LABELS:
        return LABELS[name]
    try:
        label = str(getattr(Trial._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        label = name
    label = label.replace("_", " ")
    return label[:1].upper() + label[1:]


def in_words(name: str, value: Any) -> str:
    """A field's stored value in words; a list of things by their names."""
    if value is None or value in ("", [], {}):
        return NOT_REPORTED
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return _shortened(", ".join(_thing(item) for item in value[:6]), len(value) - 6)
    if isinstance(value, dict):
        return _shortened(_thing(value))
    text = str(value)
    if name == "status_raw":
        return text
    return _shortened(CODES.get(text) or (code_in_words(text) if name in CODED else text))


def _thing(item: Any) -> str:
    """A member of a list: a code, a text, or a structure by its first telling part."""
    if isinstance(item, dict):
        for name in NAMES_OF_THINGS:
            if item.get(name):
                return str(item[name])
        return ", ".join(str(part) for part in item.values() if part)
    text = str(item)
    return CODES.get(text, text)


def _shortened(text: str, more: int = 0) -> str:
    short = text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"
    return f"{short} and {counted(more, 'other')}" if more > 0 else short
