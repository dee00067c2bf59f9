"""Keys of the API: made once, recognised, ended; and what of them is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from osteodb.core.errors import Conflict, InvalidInput, NotPermitted
from osteodb.core.models import ApiToken, AuditEvent, User
from osteodb.core.services import ensure_system_account
from osteodb.core.tokens import KeyRefused, create_token, find_token, revoke_token
from tests.admin_support import address, person, refused, said, save, sign_in

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
EVERY = ["READ_DRAFTS", "WRITE_DRAFTS", "REVIEW"]


def make(by: User, name: str = "script", days: int = 30) -> tuple[ApiToken, str]:
    return create_token(name=name, scopes=["READ_DRAFTS"], days=days, by=by, now=NOW)


def why(secret: str, now: dt.datetime = NOW) -> str:
    with pytest.raises(KeyRefused) as refusal:
        find_token(secret=secret, now=now)
    return refusal.value.code


# --- Making ---------------------------------------------------------------------------------------


def test_a_key_is_long_random_and_kept_only_as_its_digest() -> None:
    row, secret = make(person("curator"))
    assert secret.startswith("osteo_")
    assert len(secret) == 6 + 43
    assert row.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert row.prefix == secret[:14]
    assert make(person("curator"), "other")[1] != secret


def test_nothing_in_the_whole_database_holds_the_key() -> None:
    browser = sign_in("curator")
    page = save(browser, ApiToken, name="script", scopes=EVERY, days="30").content.decode()
    secret = page.split('value="osteo_')[1].split('"')[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s',  # noqa: S608
                [f"%{secret[8:]}%"],
            )
            assert cursor.fetchone() == (0,), table
    assert all(secret not in str(one.get_decoded()) for one in Session.objects.all())


def test_making_and_revoking_are_on_record() -> None:
    alice = person("curator")
    row, secret = make(alice)
    revoke_token(token=row, by=alice, now=NOW)
    revoked, made = AuditEvent.objects.filter(object_kind="core.apitoken")
    assert (made.action, revoked.action) == ("create_token", "revoke_token")
    assert made.new == {"scopes": ["READ_DRAFTS"], "expires_at": "2026-12-23T12:00:00+00:00"}
    assert secret not in f"{made.__dict__} {revoked.__dict__}"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "  "}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["EVERYTHING"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"name": "x" * 81}, "name"),
    ],
)
def test_a_key_needs_a_name_scopes_and_an_end(given: dict[str, object], field: str) -> None:
    values: dict[str, object] = {"name": "script", "scopes": EVERY, "days": 365, **given}
    with pytest.raises(InvalidInput) as refusal:
        create_token(**values, by=person("curator"), now=NOW)  # type: ignore[arg-type]
    assert list(refusal.value.fields) == [field]
    assert not ApiToken.objects.exists()


def test_names_are_unique_among_the_keys_in_force_of_one_person() -> None:
    alice = person("curator")
    first, _secret = make(alice)
    make(person("reviewer"))
    with pytest.raises(InvalidInput, match="take another name"):
        make(alice, " script ")
    revoke_token(token=first, by=alice, now=NOW)
    assert make(alice)[0].pk != first.pk


def test_an_expired_key_makes_room_for_another_of_its_name() -> None:
    alice = person("curator")
    first, _secret = make(alice)
    later = first.expires_at
    second, _secret = create_token(name="script", scopes=EVERY, days=1, by=alice, now=later)
    first.refresh_from_db()
    assert (first.revoked_at, first.revoked_by) == (later, alice)
    assert second.revoked_at is None


def test_machines_strangers_and_the_inactive_get_no_key() -> None:
    machine = ensure_system_account(username="machine", role="drafter", by=None, now=NOW)
    gone = person("curator")
    gone.is_active = False
    for user in (machine, gone, User.objects.create(username="nobody")):
        with pytest.raises(NotPermitted):
            make(user)


# --- Recognising ----------------------------------------------------------------------------------


def test_a_key_in_force_is_its_persons() -> None:
    row, secret = make(person("curator"))
    found = find_token(secret=secret, now=NOW)
    assert (found.pk, found.person.username) == (row.pk, "test-curator")


def test_each_reason_not_to_open_has_its_code() -> None:
    alice = person("curator")
    row, secret = make(alice)
    assert why("osteo_" + "x" * 43) == why("") == why("\x00\ud800") == "key_unknown"
    assert why(row.digest) == "key_unknown"
    assert why(secret, row.expires_at) == "key_expired"
    assert find_token(secret=secret, now=row.expires_at - dt.timedelta(microseconds=1))
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert why(secret) == "key_of_nobody"
    revoke_token(token=row, by=person("administrator"), now=NOW)
    assert why(secret) == "key_revoked"


def test_use_is_noted_at_most_once_a_minute(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    row, secret = make(person("curator"))
    with django_assert_num_queries(2):
        find_token(secret=secret, now=NOW)
    with django_assert_num_queries(1):
        find_token(secret=secret, now=NOW + dt.timedelta(seconds=59))
    row.refresh_from_db()
    assert row.last_used_at == NOW
    with django_assert_num_queries(2):
        find_token(secret=secret, now=NOW + dt.timedelta(seconds=60))


# --- Ending ---------------------------------------------------------------------------------------


def test_only_its_person_and_administrators_revoke_and_only_once() -> None:
    row, _secret = make(person("curator"))
    with pytest.raises(NotPermitted):
        revoke_token(token=row, by=person("reviewer"), now=NOW)
    revoke_token(token=row, by=person("administrator"), now=NOW)
    with pytest.raises(Conflict, match="already"):
        revoke_token(token=row, by=row.person, now=NOW)


# --- The pages ------------------------------------------------------------------------------------


def test_a_key_is_shown_once_with_an_example_and_never_again() -> None:
    browser = sign_in("curator")
    answer = save(browser, ApiToken, name="script", scopes=["READ_DRAFTS"], days="7")
    page = answer.content.decode()
    assert answer.headers["Cache-Control"].startswith("max-age=0")
    assert "Authorization: Bearer osteo_" in page
    assert "http://localhost/api/v1/me/" in page
    row = ApiToken.objects.get()
    secret = "osteo_" + page.split('value="osteo_')[1].split('"')[0]
    assert find_token(secret=secret, now=row.created_at).pk == row.pk
    for shown in (address(ApiToken, "change", row.pk), address(ApiToken, "changelist")):
        source = browser.get(shown).content.decode()
        assert row.prefix in source
        assert secret not in source
        assert row.digest not in source


def test_a_refused_key_is_said_at_its_field_and_what_was_typed_stays() -> None:
    browser = sign_in("curator")
    save(browser, ApiToken, name="script", scopes=EVERY, days="7")
    again = save(browser, ApiToken, name="script", scopes=EVERY, days="9")
    assert "take another name" in refused(again)
    assert 'value="9"' in again.content.decode()
    assert "less than or equal to 365" in refused(save(browser, ApiToken, name="a", days="400"))
    assert ApiToken.objects.count() == 1


def test_one_sees_ones_own_keys_and_an_administrator_all() -> None:
    mine, _ = make(person("curator"))
    theirs, _ = make(person("reviewer"))
    browser = sign_in("curator")
    shown = browser.get(address(ApiToken, "changelist")).context["cl"].queryset
    assert [row.pk for row in shown] == [mine.pk]
    assert browser.get(address(ApiToken, "change", theirs.pk)).status_code == 302
    everything = sign_in("administrator").get(address(ApiToken, "changelist"))
    assert everything.context["cl"].result_count == 2


def test_a_key_is_revoked_by_a_button_and_by_nobody_elses() -> None:
    row, secret = make(person("curator"))
    button = address(ApiToken, "do", row.pk, "revoke")
    assert sign_in("reviewer").post(button).status_code == 403
    browser = sign_in("curator")
    assert browser.get(button).status_code == 405
    assert "is revoked" in said(browser.post(button, follow=True))
    assert why(secret) == "key_revoked"
    assert browser.post(button).status_code == 403, "the button is gone"


def test_the_log_never_holds_a_key(caplog: pytest.LogCaptureFixture) -> None:
    _row, secret = make(person("curator"), days=365)
    browser = Client(SERVER_NAME="localhost", raise_request_exception=False)
    with caplog.at_level(logging.DEBUG):
        for given in (secret, secret + "x", "\xff"):
            browser.get("/api/v1/me/", headers={"Authorization": f"Bearer {given}"})
    assert secret[6:] not in caplog.text
