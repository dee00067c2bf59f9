"""Writes of the kernel: accounts, and what their owners declare."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.contrib.auth.models import Group
from django.db import transaction

from osteodb.core.audit import record_event
from osteodb.core.errors import InvalidInput
from osteodb.core.interests import current_statement
from osteodb.core.models import InterestStatement, User
from osteodb.core.review import CHECKERS
from osteodb.core.roles import ADMINISTRATOR, MACHINES, ROLES
from osteodb.core.writing import acting, save_checked

NO_PERSON = (
    "A part of the system: it has no interests, and publishes what people decided elsewhere."
)


@transaction.atomic
def ensure_account(
    *, username: str, password: str, roles: Collection[str], by: User | None, now: dt.datetime
) -> bool:
    """Make a person's account with these roles, or set its password and roles right again.

    An administrator may do everything in the admin; the others get in and may do what their groups
    allow. Returns whether the account is new. Raises InvalidInput for a role that does not exist.
    """
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise InvalidInput(f"There is no role {', '.join(unknown)}: take from {', '.join(ROLES)}.")
    user, is_new = User.objects.get_or_create(
        username=username, defaults={"first_name": "Local", "last_name": username}
    )
    user.is_active = user.is_staff = True
    user.is_superuser = ADMINISTRATOR in roles
    user.set_password(password)
    user.save()
    user.groups.set(Group.objects.filter(name__in=roles))
    if is_new:
        record_event(action="create_account", target=user, by=by, now=now)
    return is_new


@transaction.atomic
def ensure_system_account(*, username: str, role: str, by: User | None, now: dt.datetime) -> User:
    """The account in whose name a part of the system writes, such as the corpus loader.

    It has one role, no password and no way into the admin; one that is there is left as it is. One
    that publishes declares once a year that it is no person. Raises InvalidInput for a role that
    does not exist.
    """
    if role not in (*ROLES, *MACHINES):
        raise InvalidInput(f"There is no role {role}.")
    user, is_new = User.objects.get_or_create(
        username=username, defaults={"first_name": "System", "last_name": username}
    )
    if is_new:
        user.set_unusable_password()
        user.save()
        user.groups.set([Group.objects.get_or_create(name=role)[0]])
        record_event(action="create_account", target=user, by=by, now=now)
    if role in CHECKERS and current_statement(user, now) is None:
        declare_interests(has_interests=False, text=NO_PERSON, by=user, now=now)
    return user


def declare_interests(
    *, has_interests: bool, text: str, by: User, now: dt.datetime
) -> InterestStatement:
    """Put on record what a person declares about their own interests; it holds for a year.

    Raises InvalidInput where there are interests and the text does not say which.
    """
    text = text.strip()
    if has_interests and not text:
        reason = "Say which interests there are."
        raise InvalidInput(reason, fields={"text": [reason]})
    row = InterestStatement(person=by, has_interests=has_interests, text=text, declared_at=now)
    with acting(action="declare_interests", by=by, now=now):
        save_checked(row)
        said = {"has_interests": has_interests, "text": text}
        record_event(action="declare_interests", target=row, by=by, now=now, new=said)
    return row


def choose_digest(*, person: User, wants: bool, by: User, now: dt.datetime) -> None:
    """Switch a person's daily e-mail on or off; a difference is an audit row."""
    with acting(action="choose_digest", by=by, now=now):
        row = User.objects.select_for_update().get(pk=person.pk)
        if row.wants_digest == wants:
            return
        User.objects.filter(pk=row.pk).update(wants_digest=wants)
        said = {"wants_digest": wants}
        record_event(
            action="choose_digest",
            target=row,
            by=by,
            now=now,
            old={"wants_digest": not wants},
            new=said,
        )
    person.wants_digest = wants
