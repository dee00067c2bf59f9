"""Whether a person's statement of interests is still good: one rule for every door."""

from __future__ import annotations

import datetime as dt

from osteodb.core.models import InterestStatement, User

VALID = dt.timedelta(days=365)


def current_statement(person: User, now: dt.datetime) -> InterestStatement | None:
    """The newest statement of the last year; None where the person has to declare (again)."""
    made = InterestStatement.objects.filter(person=person, declared_at__lte=now)
    return made.filter(declared_at__gt=now - VALID).first()
