"""Writing the audit log: the only door to `AuditEvent`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model

from osteodb.core.models import AuditEvent, User
from osteodb.core.roles import roles_of

SYSTEM = "system"


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
    return AuditEvent.objects.create(
        at=now,
        actor_id=by.pk if by else None,
        actor_name=str(by) if by else SYSTEM,
        actor_roles=", ".join(sorted(roles_of(by))),
        action=action,
        object_kind=target._meta.label_lower,
        object_id=str(getattr(target, "public_id", None) or target.pk),
        object_label=str(target)[:300],
        old=old,
        new=new,
        comment=comment,
    )
