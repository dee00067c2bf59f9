"""How the next version of a statement begins: as a copy of the last, or with new words."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from evidence.drafts import Draft
from evidence.models import EvidenceItem, EvidenceVersion
from evidence.services.content import draft_of
from evidence.services.versions import MoveNotAllowed, save_draft
from osteodb.core.models import User
from osteodb.core.review import OPEN, ReviewState


@transaction.atomic
def begin_version(
    *, item: EvidenceItem, by: User, now: dt.datetime, draft: Draft | None = None
) -> EvidenceVersion:
    """Begin the next version of a statement; without `draft`, as a copy of what is published.

    Where nothing is published it starts from the newest version. Raises MoveNotAllowed where one
    is open already, and what `save_draft` raises.
    """
    EvidenceItem.objects.select_for_update().get(pk=item.pk)
    opened = item.versions.filter(state__in=OPEN).first()
    if opened:
        raise MoveNotAllowed(f"{opened} is open: there is one at a time.")
    versions = item.versions.order_by("-number")
    latest = versions.filter(state=ReviewState.PUBLISHED).first() or versions.first()
    if latest is None:
        raise MoveNotAllowed(f"{item} has no version to begin from.")
    return save_draft(draft=draft or draft_of(latest), item=item, by=by, now=now)
