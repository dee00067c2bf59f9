"""Two rows of a reference table that are one thing, joined and separated again.

The absorbed row stays, and every link to it is moved to the kept row, one by one on record; so a
merge can be taken back link by link, whatever has happened to other links since.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, Model, Q

from osteodb.core.audit import record_event
from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import ReferenceMerge, User
from osteodb.core.writing import acting

Entry = dict[str, Any]  # {"model": label, "pk": key, "field": name, "words": the row in words}
TAKEN = "taken"  # in an entry: the columns of a double row of a relation, which was taken out


@dataclass(frozen=True, slots=True)
class Unmerged:
    """A merge that was taken back: how many links moved, and what had changed since."""

    merge: ReferenceMerge
    returned: int
    stayed: list[str] = field(default_factory=list)


# --- What points to a row -------------------------------------------------------------------------
def links_to(model: type[Model]) -> list[ForeignKey[Any, Any]]:
    """Every foreign key of any table that points to this one, those of relations among them.

    History tables keep what was said of a row; they are no links.
    """
    fields: Any = model._meta.get_fields(include_hidden=True)
    keys: list[ForeignKey[Any, Any]] = [
        one.field for one in fields if one.auto_created and (one.one_to_many or one.one_to_one)
    ]
    return [key for key in keys if not hasattr(key.model, "pgh_tracked_model")]


def link_counts(row: Model) -> dict[str, int]:
    """How many rows of each kind point to a row, in words: one query for each foreign key."""
    counts: Counter[str] = Counter()
    for key in links_to(type(row)):
        counts[_kind(key)] += key.model._base_manager.filter(**{key.name: row.pk}).count()
    return {kind: number for kind, number in sorted(counts.items()) if number}


def merge_in_force(row: Model) -> ReferenceMerge | None:
    """The merge by which this row was absorbed, if it is in force."""
    rows = ReferenceMerge.objects.filter(object_kind=row._meta.label_lower, absorbed_id=row.pk)
    return rows.filter(undone_at=None).select_related("merged_by").first()


def _kind(key: ForeignKey[Any, Any]) -> str:
    """What a link is, in words: the table's name, and of a bare relation what it leads to."""
    if key.model._meta.auto_created:
        others: Any = (one for one in key.model._meta.fields if one.remote_field)
        other = next(one for one in others if one is not key)
        return str(other.related_model._meta.verbose_name_plural)
    if key.name == "merged_into":
        return "rows merged into it"
    return str(key.model._meta.verbose_name_plural)


def _is_relation(key: ForeignKey[Any, Any]) -> bool:
    """Whether the table says which row belongs to which, as a pathway's members: a double one would
    show the kept row twice."""
    end = key.related_model._meta
    relations: list[Any] = [
        *end.many_to_many,
        *(one.field for one in end.related_objects if one.many_to_many),
    ]
    return any(one.remote_field.through is key.model for one in relations)


# --- Merging --------------------------------------------------------------------------------------
def merge_rows(
    *, absorbed: Model, into: Model, reason: str, by: User, now: dt.datetime, action: str
) -> ReferenceMerge:
    """Say that `absorbed` is the same thing as `into`, and move every link to it there.

    Where the kept row has the same link already, the absorbed one keeps its own (`left`); a bare
    relation that would be double is taken out, and put back if the merge is taken back. What was
    merged into the absorbed row leads to the kept one. Raises InvalidInput without a reason or for
    one and the same row, Conflict where either is merged already.
    """
    if not reason.strip():
        raise InvalidInput("Say why.", fields={"reason": ["A merge needs its reason."]})
    if absorbed.pk == into.pk:
        raise InvalidInput("This is one row: choose another to merge into.")
    with acting(action=action, by=by, now=now):
        absorbed, into = _locked(type(into), absorbed.pk, into.pk)
        _check(absorbed, into)
        moved, left = _move_all(absorbed, into)
        _point(absorbed, into.pk)
        merge = ReferenceMerge.objects.create(
            object_kind=into._meta.label_lower,
            absorbed_id=absorbed.pk,
            absorbed_label=str(absorbed)[:300],
            kept_id=into.pk,
            kept_label=str(into)[:300],
            reason=reason.strip(),
            moved=moved,
            left=left,
            merged_by=by,
            merged_at=now,
        )
        told = {"links_moved": len(moved), "links_left": len(left)}
        _tell(merge, absorbed, into, action, told, by, now)
    return merge


def _locked(model: type[Model], *pks: int) -> list[Any]:
    """The stored rows, locked in the order of their keys, returned in the order asked for."""
    rows = model._base_manager.select_for_update().filter(pk__in=pks).order_by("pk")
    found = {row.pk: row for row in rows}
    return [found[pk] for pk in pks]


def _check(absorbed: Any, into: Any) -> None:
    if absorbed.merged_into_id is not None:
        raise Conflict(f"{absorbed} is merged into {absorbed.merged_into} already.")
    if into.merged_into_id == absorbed.pk:
        raise Conflict(f"{into} was merged into {absorbed}: take that back first.")
    if into.merged_into_id is not None:
        raise Conflict(f"{into} is merged into {into.merged_into}: merge into that one.")


def _point(row: Model, kept: int | None) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(merged_into=kept)
    row.refresh_from_db(fields=["merged_into"])


def _move_all(absorbed: Model, into: Model) -> tuple[list[Entry], list[Entry]]:
    moved: list[Entry] = []
    left: list[Entry] = []
    for key in links_to(type(into)):
        rows = list(key.model._base_manager.filter(**{key.name: absorbed.pk}).order_by("pk"))
        if not rows or _move(key, [row.pk for row in rows], into.pk):
            moved += [_entry(key, row) for row in rows]
            continue
        for row in rows:  # one of them is double: singly, then
            if _move(key, [row.pk], into.pk):
                moved.append(_entry(key, row))
            elif _is_relation(key):
                moved.append({**_entry(key, row), TAKEN: _columns(key, row)})
                row.delete()
            else:
                left.append(_entry(key, row))
    return moved, left


def _move(key: ForeignKey[Any, Any], pks: Sequence[int], to: int) -> bool:
    """Point these rows elsewhere; False, and nothing done, where a rule of the table forbids it."""
    try:
        with transaction.atomic():
            key.model._base_manager.filter(pk__in=pks).update(**{key.name: to})
    except IntegrityError:
        return False
    return True


def _entry(key: ForeignKey[Any, Any], row: Model) -> Entry:
    words = _kind(key) if key.model._meta.auto_created else str(row)[:200]
    return {"model": key.model._meta.label_lower, "pk": row.pk, "field": key.name, "words": words}


def _columns(key: ForeignKey[Any, Any], row: Model) -> dict[str, Any]:
    """All columns of a row but the one that names the absorbed row."""
    columns = (one for one in key.model._meta.concrete_fields if one is not key)
    return {one.attname: getattr(row, one.attname) for one in columns}


# --- Taking back ----------------------------------------------------------------------------------
def unmerge_rows(
    *, merge: ReferenceMerge, reason: str, by: User, now: dt.datetime, action: str
) -> Unmerged:
    """Take a merge back: every link that is still where the merge put it returns.

    What was moved or removed since stays as it is now, and is told. Raises InvalidInput without a
    reason, Conflict where it was taken back already.
    """
    if not reason.strip():
        raise InvalidInput("Say why.", fields={"reason": ["Taking back needs its reason."]})
    model = apps.get_model(merge.object_kind)
    with acting(action=action, by=by, now=now):
        absorbed, into = _locked(model, merge.absorbed_id, merge.kept_id)
        row = ReferenceMerge.objects.select_for_update().get(pk=merge.pk)
        if row.undone_at is not None:
            raise Conflict("This merge was taken back already.")
        now_at = absorbed.merged_into_id  # another row, where the kept one was merged since
        stayed = list(_return_all(row, now_at))
        _point(absorbed, None)
        row.undone_by, row.undone_at, row.undo_reason = by, now, reason.strip()
        row.save()
        told = {"links_returned": len(row.moved) - len(stayed), "stayed_as_now": len(stayed)}
        _tell(row, absorbed, into, action, told, by, now)
    return Unmerged(row, len(row.moved) - len(stayed), stayed)


def _return_all(merge: ReferenceMerge, kept: int) -> Iterator[str]:
    """Move every link back; gives those that could not, in words."""
    for entry in reversed(merge.moved):
        key: Any = apps.get_model(entry["model"])._meta.get_field(entry["field"])
        back = _restore if TAKEN in entry else _return
        if not back(key, entry, merge.absorbed_id, kept):
            yield f"{key.model._meta.verbose_name} “{entry['words']}”"


def _return(key: ForeignKey[Any, Any], entry: Entry, absorbed: int, kept: int) -> bool:
    still = key.model._base_manager.filter(pk=entry["pk"], **{key.name: kept})
    return still.exists() and _move(key, [entry["pk"]], absorbed)


def _restore(key: ForeignKey[Any, Any], entry: Entry, absorbed: int, kept: int) -> bool:
    """Put a double relation back, if the kept row has its own still: else somebody ended it."""
    columns, rows = entry[TAKEN], key.model._base_manager
    ends = [one.attname for one in key.model._meta.concrete_fields if one.remote_field]
    tie = {name: columns[name] for name in ends if name != key.attname}
    if not rows.filter(**tie, **{key.name: kept}).exists():
        return False
    try:
        with transaction.atomic():
            rows.create(**columns, **{key.attname: absorbed})
    except IntegrityError:  # somebody has put it back by hand
        return False
    return True


# --- Telling --------------------------------------------------------------------------------------
def _tell(
    merge: ReferenceMerge,
    absorbed: Model,
    into: Model,
    action: str,
    told: dict[str, Any],
    by: User,
    now: dt.datetime,
) -> None:
    """The same decision on the history of both rows, each naming the other."""
    said = {"absorbed": merge.absorbed_label, "kept": merge.kept_label}
    comment = merge.undo_reason or merge.reason
    state = "old" if merge.undone_at else "new"
    other = "new" if merge.undone_at else "old"
    for row in (absorbed, into):
        sides: Any = {state: {**said, **({} if merge.undone_at else told)}}
        if merge.undone_at:
            sides[other] = told
        record_event(action=action, target=row, by=by, now=now, comment=comment, **sides)


def merges_of(row: Model) -> list[ReferenceMerge]:
    """The merges in force that this row has absorbed others by, newest first."""
    rows = ReferenceMerge.objects.filter(object_kind=row._meta.label_lower, undone_at=None)
    return list(rows.filter(Q(kept_id=row.pk)).select_related("merged_by"))
