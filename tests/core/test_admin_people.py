"""People and the audit log in the admin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from osteodb.core.models import AuditEvent, User
from tests.admin_support import address, person, said, save, sign_in

pytestmark = pytest.mark.django_db


def test_an_account_is_made_and_given_a_role_and_both_are_on_record() -> None:
    administrator = sign_in("administrator")
    words = {"password1": "wordy-Enough-42", "password2": "wordy-Enough-42"}
    answer = save(administrator, User, username="dora", **words)
    assert "added successfully" in said(answer)
    dora = User.objects.get(username="dora")
    reviewer = Group.objects.get(name="reviewer")
    save(administrator, User, dora.pk, is_staff="on", groups=[str(reviewer.pk)])
    made, changed = AuditEvent.objects.filter(object_kind="core.user").order_by("pk")
    assert (made.action, made.actor_name) == ("create_account", "test-administrator")
    assert changed.new == {"is_staff": True, "roles": ["reviewer"]}
    assert changed.old == {"is_staff": False, "roles": []}


def test_a_person_is_made_inactive_not_deleted() -> None:
    administrator, user = sign_in("administrator"), person("curator")
    values = {"is_active": ""}
    answer = save(administrator, User, user.pk, **values)
    assert "changed successfully" in said(answer)
    assert administrator.post(address(User, "delete", user.pk), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=user.pk).exists()


def test_only_a_superuser_makes_a_superuser() -> None:
    user = person("administrator", "second")
    User.objects.filter(pk=user.pk).update(is_superuser=False)
    browser = sign_in("administrator", "second")
    page = address(User, "change", user.pk)
    assert browser.get(page).status_code == 200
    save(browser, User, user.pk, is_superuser="on", first_name="Eve")
    user.refresh_from_db()
    assert (user.is_superuser, user.first_name) == (False, "Eve")


def test_what_a_role_may_do_is_shown_and_not_edited() -> None:
    administrator = sign_in("administrator")
    page = address(Group, "change", Group.objects.get(name="curator").pk)
    assert "agent: add, change, view;" in administrator.get(page).content.decode()
    assert administrator.post(page, {"name": "x", "permissions": []}).status_code == 403


def test_the_front_page_opens_on_an_empty_database() -> None:
    page = sign_in("administrator").get("/admin/")
    assert page.status_code == 200
    assert "start a sync" in page.content.decode()


def test_the_audit_log_says_before_and_after() -> None:
    administrator, user = sign_in("administrator"), person("curator")
    save(administrator, User, user.pk, affiliation="A hospital")
    event = AuditEvent.objects.get(action="change_account")
    source = administrator.get(address(AuditEvent, "change", event.pk)).content.decode()
    assert "A hospital" in source
    assert "append-only" in source
