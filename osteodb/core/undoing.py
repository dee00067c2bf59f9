"""One change of a row, taken from its history: what it was before, and whether it still stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from osteodb.core.errors import Conflict
from osteodb.core.history import words


@dataclass(frozen=True, slots=True)
class Was:
    """One field of a change: its stored value before, and after."""

    before: Any
    after: Any


def change_of(row: Model, event: int) -> dict[str, Was]:
    """What one entry of the row's history table changed, by field. Empty where it is none of this
    row's, or the first."""
    events: Any = getattr(type(row), "pgh_event_model", None)
    if events is None:
        return {}
    own = events._default_manager.filter(pgh_obj_id=row.pk)
    new = own.filter(pgh_id=event).values().first()
    old = own.filter(pgh_id__lt=event).order_by("-pgh_id").values().first()
    if new is None or old is None:
        return {}
    return {
        one.name: Was(old[one.attname], new[one.attname])
        for one in row._meta.concrete_fields
        if one.attname in new and old[one.attname] != new[one.attname]
    }


def refuse_changed_since(row: Model, change: dict[str, Was], names: Collection[str]) -> None:
    """Raise Conflict where a field no longer has the value that the change gave it."""
    fields = {one.name: one for one in row._meta.concrete_fields if one.name in names}
    now = {name: getattr(row, one.attname) for name, one in fields.items()}
    since = [name for name in fields if now[name] != change[name].after]
    if not since:
        return
    if all(now[name] == change[name].before for name in since):
        raise Conflict("This change is undone already: the values are those of before it.")
    told = ", ".join(
        f"{fields[name].verbose_name} (now “{words(fields[name], now[name])}”)" for name in since
    )
    raise Conflict(f"Changed again since: {told}. Undo the later change first, or edit the row.")


def value_before(row: Model, name: str, change: Was) -> Any:
    """The former value as a form would give it: of a relation the row, not its key."""
    field: Any = row._meta.get_field(name)
    if not field.is_relation or change.before is None:
        return change.before
    found = field.related_model._default_manager.filter(pk=change.before).first()
    if found is None:
        raise Conflict(f"What {field.verbose_name} led to before is there no more.")
    return found
