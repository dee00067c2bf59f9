"""Trees kept by path: therapy classes and conditions. One place keeps every path true."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, Value
from django.db.models.functions import Concat, Substr

from osteodb.core.errors import Conflict

Node = TypeVar("Node", bound=Model)


class WouldBeOwnAncestor(Conflict):
    """A node cannot be moved below itself."""


def child_path(slug: str, parent: Any) -> str:
    """The path of a node called `slug` below `parent` (None for a root)."""
    return f"{parent.path}/{slug}" if parent else slug


def move_node(node: Node, parent: Node | None) -> bool:
    """Put `node` below `parent` and mend the paths of all below it; True where it moved.

    Runs inside the caller's transaction. The whole tree (some dozens of rows) is locked, or two
    moves at once could make a ring. Raises WouldBeOwnAncestor.
    """
    tree = type(node)._default_manager
    rows: dict[int, Any] = {row.pk: row for row in tree.select_for_update().order_by("pk")}
    stored, above = rows[node.pk], rows[parent.pk] if parent else None
    if stored.parent_id == (above.pk if above else None):
        return False
    if above is not None and f"{above.path}/".startswith(f"{stored.path}/"):
        raise WouldBeOwnAncestor(
            f"“{stored}” cannot stand below “{above}”: that is itself or part of it."
        )
    old, new = stored.path, child_path(stored.slug, above)
    tree.filter(pk=node.pk).update(parent=above, path=new)
    tree.filter(path__startswith=f"{old}/").update(
        path=Concat(Value(new), Substr("path", len(old) + 1))
    )
    node.refresh_from_db()
    return True
