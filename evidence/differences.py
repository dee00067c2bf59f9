"""Two versions of a statement, field by field. Pure: two drafts in, what differs out.

Parts are the same part where they have the same key; what has no partner of its key was added or
taken away. The order of parts is no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from evidence.drafts import PARTS, Draft


class Change(StrEnum):
    """What became of a part."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field: before and after. None where the part was not there."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class PartDifference:
    """One part, or the statement itself (`part` is empty): what became of it, field by field."""

    part: str
    key: str
    change: Change
    fields: tuple[FieldDifference, ...]


def differences(old: Draft, new: Draft) -> list[PartDifference]:
    """Everything in which two versions differ, the statement's own fields first."""
    own = tuple(_fields(old, new, leave_out=PARTS))
    found = [PartDifference("", "", Change.CHANGED, own)] if own else []
    for part in PARTS:
        found.extend(_parts(part, getattr(old, part), getattr(new, part)))
    return found


def _parts(part: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[PartDifference]:
    before: Mapping[str, Any] = {one.key: one for one in old}
    after: Mapping[str, Any] = {one.key: one for one in new}
    for key, one in after.items():
        if key not in before:
            yield PartDifference(part, key, Change.ADDED, tuple(_fields(None, one)))
        elif changed := tuple(_fields(before[key], one)):
            yield PartDifference(part, key, Change.CHANGED, changed)
    for key, one in before.items():
        if key not in after:
            yield PartDifference(part, key, Change.REMOVED, tuple(_fields(one, None)))


def _fields(old: Any, new: Any, leave_out: Sequence[str] = ()) -> Iterator[FieldDifference]:
    """The fields in which two parts differ; those with something in them where there is one."""
    for field in fields(old if old is not None else new):
        if field.name == "key" or field.name in leave_out:
            continue
        before = None if old is None else getattr(old, field.name)
        after = None if new is None else getattr(new, field.name)
        if before != after and not (_is_empty(before) and _is_empty(after)):
            yield FieldDifference(field.name, before, after)


def _is_empty(value: Any) -> bool:
    """Nothing said. No and 0 are something."""
    return value is None or value in ("", ())
