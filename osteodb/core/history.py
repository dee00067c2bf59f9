"""Who changed what, and when, in words: for any row, from its history tables and the audit log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Field, ForeignKey, Model

from osteodb.core.models import AuditEvent, User

NOTHING = "—"
SYSTEM = "the system"
MOST = 200  # of one table on one page: a longer history is read in the audit log


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after, in words."""

    label: str
    old: str
    new: str
    name: str = ""  # the field's own, where the row's table keeps its history


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing somebody did."""

    at: dt.datetime
    actor: str
    what: str
    changes: Sequence[FieldChange] = field(default_factory=list)
    comment: str = ""
    is_new: bool = False
    event: int | None = None  # of a change of the row itself: its number in the history table
    undo_url: str = ""  # where a page offers to undo it


def history_of(row: Model, parts: Iterable[tuple[type[Model], str]] = ()) -> list[Entry]:
    """Everything on record about a row and its `parts` (model, name of its key to the row).

    Newest first. The number of queries depends on the tables asked, never on the rows found.
    """
    entries = [*_tracked(type(row), "pgh_obj_id", row.pk, ""), *_audited(row)]
    for model, key in parts:
        name = str(model._meta.verbose_name)
        entries += _tracked(model, f"{key}_id", row.pk, name)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def words(model_field: Any, value: Any, rows: Mapping[Any, str] | None = None) -> str:
    """A stored value as a person reads it."""
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if rows is not None and value in rows:
        return rows[value]
    choices = dict(getattr(model_field, "flatchoices", None) or ())
    if isinstance(value, list):
        return ", ".join(words(getattr(model_field, "base_field", None), one) for one in value)
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value if isinstance(value, dict) else choices.get(value, value))


def value_of(row: Model, name: str) -> Any:
    """The value of a field as its form gives it when nothing is changed: of a relation to many, its
    rows."""
    value = getattr(row, name)
    return list(value.all()) if row._meta.get_field(name).many_to_many else value


def told(model_field: Any, value: Any) -> str:
    """A value of any kind of field as a person reads it; of many rows their names in order."""
    if model_field.many_to_many:
        return ", ".join(sorted(str(one) for one in value)) or NOTHING
    return words(model_field, value)


def _tracked(model: type[Model], key: str, pk: Any, part: str) -> list[Entry]:
    """Entries from the model's history table, newest first; none where it has no such table."""
    events: Any = getattr(model, "pgh_event_model", None)
    if events is None:
        return []
    newest = events._default_manager.filter(**{key: pk}).order_by("-pgh_id")
    rows = list(newest.values(*_columns(events), "pgh_context__metadata")[:MOST])[::-1]
    fields = _fields(model, events, key)
    related = _related(fields, rows)
    actors = _actors(rows)
    before: dict[Any, dict[str, Any]] = {}
    entries = []
    for event in rows:
        old = before.get(event["pgh_obj_id"])
        changes = _differences(fields, old, event, related)
        before[event["pgh_obj_id"]] = event
        if changes or event["pgh_label"] == "insert":
            what = _sentence(event["pgh_label"], part, old is None)
            actor = actors.get(_actor_id(event), SYSTEM)
            is_new = event["pgh_label"] == "insert"
            own = event["pgh_id"] if not part and old is not None and not is_new else None
            at = event["pgh_created_at"]
            entries.append(Entry(at, actor, what, changes, is_new=is_new, event=own))
    return entries[::-1]


def _sentence(label: str, part: str, first_seen: bool) -> str:
    verb = {"insert": "added", "update": "changed", "delete": "removed"}.get(label, label)
    if first_seen and label == "update":
        verb = "changed (earlier entries are not shown)"
    return f"{verb} {part}".strip()


def _columns(events: type[Model]) -> list[str]:
    return [one.attname for one in events._meta.concrete_fields]


def _fields(model: type[Model], events: type[Model], key: str) -> list[Field[Any, Any]]:
    """What is worth telling: not the key to the row itself, nor what follows from another field."""
    kept = {one.name for one in events._meta.concrete_fields if one.attname != key}
    kept -= {"normalised"}
    return [
        one
        for one in model._meta.concrete_fields
        if one.name in kept and not one.primary_key and not getattr(one, "generated", False)
    ]


def _related(
    fields: Sequence[Field[Any, Any]], rows: Sequence[Mapping[str, Any]]
) -> dict[str, dict[Any, str]]:
    """The names of all rows that foreign keys point to: one query for each key."""
    names = {}
    for one in fields:
        if not isinstance(one, ForeignKey):
            continue
        ids = {row[one.attname] for row in rows if row[one.attname] is not None}
        if ids:
            found = one.related_model._default_manager.in_bulk(ids)
            names[one.attname] = {pk: str(other) for pk, other in found.items()}
    return names


def _differences(
    fields: Sequence[Field[Any, Any]],
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any],
    related: Mapping[str, Mapping[Any, str]],
) -> list[FieldChange]:
    changes = []
    for one in fields:
        rows = related.get(one.attname)
        was = None if old is None else old[one.attname]
        if words(one, was, rows) != words(one, new[one.attname], rows):
            label = str(one.verbose_name)
            told = words(one, was, rows), words(one, new[one.attname], rows)
            changes.append(FieldChange(label, *told, one.name))
    return changes


def _actor_id(event: Mapping[str, Any]) -> Any:
    return (event["pgh_context__metadata"] or {}).get("user")


def _actors(rows: Sequence[Mapping[str, Any]]) -> dict[Any, str]:
    ids = {pk for pk in map(_actor_id, rows) if pk is not None}
    return {pk: str(user) for pk, user in User.objects.in_bulk(ids).items()} if ids else {}


def _audited(row: Model) -> list[Entry]:
    """Entries from the audit log, which knows rows by kind and permanent id."""
    ids = [str(row.pk), str(getattr(row, "public_id", row.pk))]
    events = AuditEvent.objects.filter(object_kind=row._meta.label_lower, object_id__in=ids)
    return [
        Entry(
            at=event.at,
            actor=event.actor_name if event.actor_id else SYSTEM,
            what=event.action.replace("_", " "),
            changes=_audit_changes(event),
            comment=event.comment,
        )
        for event in events[:MOST]
    ]


def _audit_changes(event: AuditEvent) -> list[FieldChange]:
    old, new = event.old or {}, event.new or {}
    return [
        FieldChange(name.replace("_", " "), words(None, old.get(name)), words(None, new.get(name)))
        for name in dict.fromkeys([*old, *new])
    ]
