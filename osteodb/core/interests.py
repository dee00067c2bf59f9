"""Whether a person's statement of interests is still good: one rule for every door."""

from __future__ import annotations

import datetime as dt

from osteodb.core.models import InterestStatement, User

VALID = dt.timedelta(days=365)
NEARLY_OVER = dt.timedelta(days=30)
MISSING = (
    "You have not declared your interests within the last year. It is asked of everybody who "
    "publishes, returns or retracts what others wrote."
)


def current_statement(person: User, now: dt.datetime) -> InterestStatement | None:
    """The newest statement of the last year; None where the person has to declare (again)."""
    made = InterestStatement.objects.filter(person=person, declared_at__lte=now)
    return made.filter(declared_at__gt=now - VALID).first()


def ends_at(statement: InterestStatement) -> dt.datetime:
    """Until when a statement is good."""
    return statement.declared_at + VALID


def reminder(statement: InterestStatement | None, now: dt.datetime) -> str:
    """What a reviewer is told about the current statement; empty while it is good for long."""
    if statement is None:
        return MISSING
    ends = ends_at(statement)
    if ends - now > NEARLY_OVER:
        return ""
    return f"Your statement of interests ends on {ends:%Y-%m-%d}: declare again before that."
