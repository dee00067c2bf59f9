"""The tree of therapy classes."""

from __future__ import annotations

import datetime as dt

from osteodb.core.audit import record_event
from osteodb.core.models import User
from osteodb.core.trees import child_path, move_node
from osteodb.core.writing import acting, free_slug, save_checked, set_fields
from therapies.models import TherapyClass


def create_therapy_class(
    *,
    name: str,
    by: User | None,
    now: dt.datetime,
    slug: str = "",
    parent: TherapyClass | None = None,
    definition: str = "",
    position: int = 0,
) -> TherapyClass:
    """Add a class below `parent` (None: a root). Its slug is its address and never changes.

    Raises InvalidInput.
    """
    slug = slug or free_slug(TherapyClass, name)
    row = TherapyClass(
        slug=slug,
        name=name,
        parent=parent,
        path=child_path(slug, parent),
        definition=definition,
        position=position,
    )
    with acting(action="create_therapy_class", by=by, now=now):
        save_checked(row)
    return row


def update_therapy_class(
    *,
    therapy_class: TherapyClass,
    by: User | None,
    now: dt.datetime,
    name: str | None = None,
    definition: str | None = None,
    position: int | None = None,
) -> TherapyClass:
    """Change words or order of a class; what is not given stays. Raises InvalidInput."""
    given = {"name": name, "definition": definition, "position": position}
    with acting(action="update_therapy_class", by=by, now=now):
        if set_fields(
            therapy_class, {key: value for key, value in given.items() if value is not None}
        ):
            save_checked(therapy_class)
    return therapy_class


def move_therapy_class(
    *,
    therapy_class: TherapyClass,
    parent: TherapyClass | None,
    by: User | None,
    now: dt.datetime,
) -> TherapyClass:
    """Put a class, with all below it, under another one (None: make it a root).

    Raises WouldBeOwnAncestor.
    """
    with acting(action="move_therapy_class", by=by, now=now):
        old = TherapyClass.objects.get(pk=therapy_class.pk).path
        if move_node(therapy_class, parent):
            record_event(
                action="move_therapy_class",
                target=therapy_class,
                by=by,
                now=now,
                old={"path": old},
                new={"path": therapy_class.path},
            )
    return therapy_class
