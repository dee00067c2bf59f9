"""Keys of the API: made, revoked, and recognised. The key itself is never stored.

A key has 256 bits of chance, so one round of SHA-256 is enough to keep it: there is nothing to
guess, unlike in a password.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from django.db.models import Q

from osteodb.core.audit import record_event
from osteodb.core.errors import Conflict, InvalidInput, NotPermitted, OsteoDBError
from osteodb.core.models import ApiToken, TokenScope, User
from osteodb.core.roles import ADMINISTRATOR, ROLES, roles_of
from osteodb.core.writing import acting, raise_problems, save_checked

BEGINS = "osteo_"
RANDOM_BYTES = 32  # 43 characters that need no escaping in an address
SHOWN = len(BEGINS) + 8  # by so much of it a person knows a key again
LONGEST_DAYS = 365
USED_EVERY = dt.timedelta(minutes=1)  # so that a busy program is not a write for each of its reads


class KeyRefused(OsteoDBError):
    """A key that opens nothing; `code` says why, for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def create_token(
    *, name: str, scopes: Sequence[str], days: int, by: User, now: dt.datetime
) -> tuple[ApiToken, str]:
    """Make a key with which a program acts for `by`; returns the row and the key, this once.

    It holds for `days` (1 to 365). An expired key of the same name is revoked, so that the name is
    free again. Raises NotPermitted for an account that is no active person with a role, or
    InvalidInput for a name in use, no scope, an unknown one, or another number of days.
    """
    if not roles_of(by) & set(ROLES):
        raise NotPermitted("A key is for an active person with a role.")
    name = " ".join(name.split())
    _raise_wrong(name, scopes, days)
    secret = BEGINS + secrets.token_urlsafe(RANDOM_BYTES)
    with acting(action="create_token", by=by, now=now):
        User.objects.select_for_update().get(pk=by.pk)  # one key of a name at a time
        _free_name(name, by, now)
        row = ApiToken(
            person=by,
            name=name,
            prefix=secret[:SHOWN],
            digest=digest_of(secret),
            scopes=[scope for scope in TokenScope.values if scope in scopes],
            created_at=now,
            expires_at=now + dt.timedelta(days=days),
        )
        save_checked(row)
        said = {"scopes": row.scopes, "expires_at": row.expires_at.isoformat()}
        record_event(action="create_token", target=row, by=by, now=now, new=said)
    return row, secret


def revoke_token(*, token: ApiToken, by: User, now: dt.datetime) -> ApiToken:
    """End a key at once; the row stays. One's own, or anybody's for an administrator.

    Raises NotPermitted, or Conflict where it is revoked already.
    """
    if not may_manage(token, by):
        raise NotPermitted("Only its person or an administrator revokes a key.")
    with acting(action="revoke_token", by=by, now=now):
        row = ApiToken.objects.select_for_update().get(pk=token.pk)
        if row.revoked_at:
            raise Conflict(f"The key {row} is revoked already.")
        _revoke(row, by, now)
    return row


def find_token(*, secret: str, now: dt.datetime) -> ApiToken:
    """The key in force that this is, with its person; that it was used is noted by the minute.

    Raises KeyRefused, with a sentence, where it is unknown, revoked or expired, or its person's
    account is not active.
    """
    found = ApiToken.objects.select_related("person").filter(digest=digest_of(secret)).first()
    if found is None:
        raise KeyRefused("key_unknown", "This key is not known here.")
    if found.revoked_at:
        raise KeyRefused("key_revoked", f"The key “{found.name}” was revoked.")
    if found.expires_at <= now:
        day = f"{found.expires_at:%Y-%m-%d}"
        raise KeyRefused("key_expired", f"The key “{found.name}” expired on {day}: make a new one.")
    if not found.person.is_active:
        raise KeyRefused("key_of_nobody", "The account of this key is not active.")
    lately = Q(last_used_at=None) | Q(last_used_at__lte=now - USED_EVERY)
    if found.last_used_at is None or found.last_used_at <= now - USED_EVERY:
        ApiToken.objects.filter(lately, pk=found.pk).update(last_used_at=now)
    return found


def may_manage(token: ApiToken, person: User) -> bool:
    """Whether somebody may see and revoke a key: its person, and administrators."""
    return token.person_id == person.pk or ADMINISTRATOR in roles_of(person)


def digest_of(secret: str) -> str:
    """What is stored of a key."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _raise_wrong(name: str, scopes: Sequence[str], days: int) -> None:
    problems = {}
    if not name:
        problems["name"] = "Say which program uses it."
    if not scopes or not set(scopes) <= set(TokenScope.values):
        problems["scopes"] = f"Give one or more of {', '.join(TokenScope.values)}."
    if not 1 <= days <= LONGEST_DAYS:
        problems["days"] = f"A key holds for 1 to {LONGEST_DAYS} days."
    raise_problems(problems)


def _free_name(name: str, by: User, now: dt.datetime) -> None:
    """Revoke an expired key of this name. Raises InvalidInput where one is in force."""
    same = ApiToken.objects.filter(person=by, name=name, revoked_at=None).first()
    if same and same.expires_at > now:
        reason = f"You have a key called “{name}”: take another name, or revoke that one."
        raise InvalidInput(reason, fields={"name": [reason]})
    if same:
        _revoke(same, by, now)


def _revoke(row: ApiToken, by: User, now: dt.datetime) -> None:
    row.revoked_at, row.revoked_by = now, by
    save_checked(row)
    record_event(action="revoke_token", target=row, by=by, now=now)
