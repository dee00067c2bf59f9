"""The tree of diseases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from osteodb.core.models import User
from osteodb.core.trees import child_path, move_node
from osteodb.core.writing import acting, free_slug, save_checked, set_fields
from trials.models import Condition


def create_condition(
    *,
    name: str,
    by: User | None,
    now: dt.datetime,
    slug: str = "",
    names: Sequence[str] = (),
    parent: Condition | None = None,
    mesh_id: str = "",
) -> Condition:
    """Add a disease below `parent` (None: a root), with the words in which registries list it.

    Raises InvalidInput.
    """
    slug = slug or free_slug(Condition, name)
    row = Condition(
        slug=slug,
        name=name,
        names=list(names),
        parent=parent,
        path=child_path(slug, parent),
        mesh_id=mesh_id,
    )
    with acting(action="create_condition", by=by, now=now):
        save_checked(row)
    return row


def update_condition(
    *,
    condition: Condition,
    by: User | None,
    now: dt.datetime,
    name: str | None = None,
    names: Sequence[str] | None = None,
    mesh_id: str | None = None,
) -> Condition:
    """Change a disease's words; what is not given stays. Raises InvalidInput."""
    given = {
        "name": name,
        "names": None if names is None else list(names),
        "mesh_id": mesh_id,
    }
    with acting(action="update_condition", by=by, now=now):
        if set_fields(condition, {key: value for key, value in given.items() if value is not None}):
            save_checked(condition)
    return condition


def move_condition(
    *, condition: Condition, parent: Condition | None, by: User | None, now: dt.datetime
) -> Condition:
    """Put a disease, with all below it, under another one. Raises WouldBeOwnAncestor."""
    with acting(action="move_condition", by=by, now=now):
        move_node(condition, parent)
    return condition
