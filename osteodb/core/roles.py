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


def roles_of(user: User | None) -> frozenset[str]:
    """The roles a person holds. A superuser is an administrator; the system (None) holds none."""
    if user is None or not user.is_active:
        return frozenset()
    held = {name for name in user.groups.values_list("name", flat=True) if name in ROLES}
    if user.is_superuser:
        held.add(ADMINISTRATOR)
    return frozenset(held)
