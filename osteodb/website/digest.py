"""The daily e-mail: what waits for a person, where something does. Never twice on one day.

That a person is written to is put on record before the mail is sent, and taken back where sending
fails. A process that dies between the two leaves the record: the person gets no mail that day,
which is better than getting it at every attempt.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from osteodb.core.models import Digest, User
from osteodb.core.review import EDITORS
from osteodb.core.roles import MACHINES, ROLES, roles_of
from osteodb.website.work import CommonWork, OwnWork, Waiting, common_work, own_work

logger = logging.getLogger(__name__)
REFUSED = (OSError, ValueError)  # what SMTP and a senseless address raise; anything else is a fault


@dataclass(slots=True)
class DigestReport:
    """Who was written to, who was not, and why."""

    sent: list[str] = field(default_factory=list)
    nothing: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def send_digests(*, now: dt.datetime, dry_run: bool = False) -> DigestReport:
    """Write to everybody for whom something waits and who was not written to on this day (UTC).

    An address that cannot be reached stops nobody else's. With `dry_run` nothing is sent or put on
    record.
    """
    report = DigestReport()
    people = list(recipients())
    common = common_work(now) if people else None
    for person in people:
        roles = roles_of(person)
        own = own_work(person, roles, now)
        if common is None or not own.anything:
            report.nothing.append(person.username)
            continue
        shown = common if EDITORS & roles else None
        _write(person, own, shown, now, report, dry_run=dry_run)
    return report


def recipients() -> Sequence[User]:
    """Active people with a role and an address who did not switch the e-mail off."""
    with_role = User.objects.filter(is_active=True, wants_digest=True, groups__name__in=ROLES)
    superusers = User.objects.filter(is_active=True, wants_digest=True, is_superuser=True)
    found = (with_role | superusers).exclude(email="").exclude(groups__name__in=MACHINES)
    return list(found.distinct().order_by("pk"))


def _write(
    person: User,
    own: OwnWork,
    common: CommonWork | None,
    now: dt.datetime,
    report: DigestReport,
    *,
    dry_run: bool,
) -> None:
    """Claim the day, then send; a claim whose mail could not be sent is given back."""
    day = now.astimezone(dt.UTC).date()
    if dry_run:
        had = Digest.objects.filter(person=person, day=day).exists()
        (report.already if had else report.sent).append(person.username)
        return
    try:
        with transaction.atomic():
            lines = [{"title": one.title, "count": one.count} for one in own.waiting if one.count]
            claim = Digest.objects.create(person=person, day=day, sent_at=now, lines=lines)
    except IntegrityError:
        report.already.append(person.username)
        return
    try:
        message(person, own, common).send()
    except REFUSED as error:
        claim.delete()
        logger.warning("The daily e-mail to %s failed: %s", person.username, error)
        report.failed[person.username] = str(error) or type(error).__name__
    else:
        report.sent.append(person.username)


def message(person: User, own: OwnWork, common: CommonWork | None) -> EmailMessage:
    """The e-mail as plain text, with whole addresses."""
    waits = any(one.count for one in own.waiting)
    words = "what waits for you" if waits else "declare your interests"
    context = {
        "person": person,
        "own": own,
        "declare_url": absolute(reverse("admin:core_intereststatement_add")),
        "waiting": _absolute(own.waiting),
        "to_review": [(one.words, absolute(one.url)) for one in own.to_review],
        "assigned": [(one.words, absolute(one.url)) for one in own.assigned],
        "common": _absolute([*common.undecided, *common.disagrees]) if common else [],
        "index": absolute(reverse("admin:index")),
    }
    body = render_to_string("website/email/digest.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}  # no absence note answers it (RFC 3834)
    return EmailMessage(f"OsteoDB: {words}", body, to=[person.email], headers=headers)


def _absolute(waiting: Sequence[Waiting]) -> list[tuple[Waiting, str]]:
    """What is not nothing, each with its whole address."""
    return [(one, absolute(one.url)) for one in waiting if one.count]


def absolute(path: str) -> str:
    """The whole address of a page of this site."""
    return urljoin(f"{settings.OSTEODB_SITE_URL}/", path)
