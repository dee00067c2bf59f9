"""The four roles, as Django groups. What each may do is said here once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from osteodb.core.models import User

READER = "reader"
CURATOR = "curator"
REVIEWER = "reviewer"
ADMINISTRATOR = "administrator"
ROLES = (READER, CURATOR, REVIEWER, ADMINISTRATOR)
DRAFTER = "drafter"  # no person: a part of the system that may write drafts and nothing else
FINDER = "finder"  # no person either: puts disagreements on record and may do nothing else
MACHINES = (DRAFTER, FINDER)


def roles_of(user: User | None) -> frozenset[str]:
    """The roles a person holds. A superuser is an administrator; the system (None) holds none.

    A drafter or a finder is a machine and holds nothing beside that, whatever else it was given.
    """
    if user is None or not user.is_active:
        return frozenset()
    groups = set(user.groups.values_list("name", flat=True))
    if machine := groups & set(MACHINES):
        return frozenset(machine)
    held = groups & set(ROLES)
    if user.is_superuser:
        held.add(ADMINISTRATOR)
    return frozenset(held)
