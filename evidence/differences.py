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


SAME = "SAME"  # of a part that did not change: told only where everything is asked for


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field: before and after. None where the part was not there."""

    name: str
    old: Any
    new: Any

    @property
    def differs(self) -> bool:
        """Whether it says something else than before."""
        return bool(self.old != self.new)


@dataclass(frozen=True, slots=True)
class PartDifference:
    """One part, or the statement itself (`part` is empty): what became of it, field by field.

    `change` is a `Change`, or SAME.
    """

    part: str
    key: str
    change: str
    fields: tuple[FieldDifference, ...]


def differences(old: Draft | None, new: Draft, *, everything: bool = False) -> list[PartDifference]:
    """Everything in which two versions differ, the statement's own fields first.

    Without an old one all of the new one was added. With `everything` the parts and fields that are
    the same are told too.
    """
    own = tuple(_fields(old, new, leave_out=PARTS, everything=everything))
    found = [PartDifference("", "", _change(old, own), own)] if own else []
    for part in PARTS:
        before = getattr(old, part) if old is not None else ()
        found.extend(_parts(part, before, getattr(new, part), everything))
    return found


def _change(old: Any, shown: Sequence[FieldDifference]) -> str:
    """What became of a part that is still there."""
    if old is None:
        return Change.ADDED
    return Change.CHANGED if any(one.differs for one in shown) else SAME


def _parts(
    part: str, old: Sequence[Any], new: Sequence[Any], everything: bool
) -> Iterator[PartDifference]:
    before: Mapping[str, Any] = {one.key: one for one in old}
    after: Mapping[str, Any] = {one.key: one for one in new}
    for key, one in after.items():
        was = before.get(key)
        shown = tuple(_fields(was, one, everything=everything))
        if was is None or shown:
            yield PartDifference(part, key, _change(was, shown), shown)
    for key, one in before.items():
        if key not in after:
            yield PartDifference(part, key, Change.REMOVED, tuple(_fields(one, None)))


def _fields(
    old: Any, new: Any, leave_out: Sequence[str] = (), *, everything: bool = False
) -> Iterator[FieldDifference]:
    """The fields in which two parts differ; those with something in them where there is one."""
    for field in fields(old if old is not None else new):
        if field.name == "key" or field.name in leave_out:
            continue
        before = None if old is None else getattr(old, field.name)
        after = None if new is None else getattr(new, field.name)
        is_told = everything or before != after
        if is_told and not (_is_empty(before) and _is_empty(after)):
            yield FieldDifference(field.name, before, after)


def _is_empty(value: Any) -> bool:
    """Nothing said. No and 0 are something."""
    return value is None or value in ("", ())
