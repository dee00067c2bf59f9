"""Writing the audit log: the only door to `AuditEvent`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model

from osteodb.core.models import AuditEvent, User
from osteodb.core.roles import roles_of

SYSTEM = "system"


def name_of(target: Model) -> tuple[str, str]:
    """How the audit log names a row: its kind, and its permanent id or primary key."""
    return target._meta.label_lower, str(getattr(target, "public_id", None) or target.pk)


def record_event(
    *,
    action: str,
    target: Model,
    by: User | None,
    now: dt.datetime,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    comment: str = "",
) -> AuditEvent:
    """Append one row. `by` None means the system itself (a sync, the corpus loader)."""
    kind, key = name_of(target)
    return AuditEvent.objects.create(
        at=now,
        actor_id=by.pk if by else None,
        actor_name=str(by) if by else SYSTEM,
        actor_roles=", ".join(sorted(roles_of(by))),
        action=action,
        object_kind=kind,
        object_id=key,
        object_label=str(target)[:300],
        old=old,
        new=new,
        comment=comment,
    )
