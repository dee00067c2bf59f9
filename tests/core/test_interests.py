"""Statements of interests: one's own, asked once a year, kept as made."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from osteodb.core.admin_interests import declare_address
from osteodb.core.admin_paths import own_admin_path
from osteodb.core.errors import InvalidInput
from osteodb.core.interests import VALID, current_statement, reminder
from osteodb.core.models import AuditEvent, InterestStatement
from osteodb.core.services import declare_interests
from tests.admin_support import address, person, refused, save, sign_in

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


def test_a_statement_is_made_for_oneself_and_now() -> None:
    browser, dora = sign_in("reviewer", "dora"), person("reviewer", "dora")
    before = timezone.now()
    save(browser, InterestStatement, has_interests="on", text="Invented: shares of Alphanib Ltd.")
    row = InterestStatement.objects.get()
    assert (row.person, row.has_interests) == (dora, True)
    assert before <= row.declared_at <= timezone.now()
    assert AuditEvent.objects.get(action="declare_interests").actor_name == "dora"


def test_interests_without_words_are_refused_at_the_field() -> None:
    answer = save(sign_in("reviewer", "dora"), InterestStatement, has_interests="on", text=" ")
    assert "Say which interests there are." in refused(answer)
    assert not InterestStatement.objects.exists()


def test_others_see_only_their_own_and_administrators_see_all() -> None:
    dora = person("reviewer", "dora")
    row = declare_interests(has_interests=True, text="Invented words.", by=dora, now=NOW)
    page = address(InterestStatement, "change", row.pk)
    for role, name, sees in (
        ("reviewer", "dora", True), ("reviewer", "emil", False), ("curator", "", False),
        ("administrator", "", True),
    ):  # fmt: skip
        browser = sign_in(role, name)
        listed = browser.get(address(InterestStatement, "changelist")).content.decode()
        assert ("Invented words." in listed) == sees, role
        assert ("Invented words." in browser.get(page, follow=True).content.decode()) == sees


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_what_was_declared_is_read_only(role: str) -> None:
    browser, dora = sign_in(role, "dora"), person(role, "dora")
    row = declare_interests(has_interests=False, text="", by=dora, now=NOW)
    page = address(InterestStatement, "change", row.pk)
    assert "2027-03-02" in browser.get(page).content.decode()  # until when it is good
    assert browser.post(page, {"has_interests": "on", "text": "x"}).status_code == 403
    row.refresh_from_db()
    assert row.has_interests is False


def test_it_leads_back_to_where_it_was_asked_for() -> None:
    browser = sign_in("reviewer", "dora")
    back = "/admin/evidence/evidenceversion/?state__exact=IN_REVIEW"
    answer = browser.post(declare_address(back), {"text": ""})
    assert (answer.status_code, answer.headers["Location"]) == (302, back)


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/admin/", "//evil.example/admin/", "/admin/../evil/", "/trials/",
        "/admin\\evil.example", "/admin/no/such/page/", "javascript:alert(1)", "",
        "/admin/evidence/evidenceversion/1/change/\r\nX: y",
    ],
)  # fmt: skip
def test_it_leads_nowhere_else(path: str) -> None:
    assert own_admin_path(path) == ""
    answer = sign_in("reviewer", "dora").post(declare_address(path), {"text": ""})
    assert answer.headers["Location"] == address(InterestStatement, "changelist")


def test_it_is_good_for_a_year_and_asked_for_again_a_month_before() -> None:
    dora = person("reviewer", "dora")
    assert "not declared" in reminder(current_statement(dora, NOW), NOW)
    row = declare_interests(has_interests=False, text="", by=dora, now=NOW)
    for later, current, words in (
        (DAY, row, ""), (VALID - 31 * DAY, row, ""), (VALID - 30 * DAY, row, "ends on 2027-03-02"),
        (VALID, None, "not declared"), (-DAY, None, "not declared"),
    ):  # fmt: skip
        found = current_statement(dora, NOW + later)
        assert found == current, later
        said = reminder(found, NOW + later)
        assert words in said and bool(words) == bool(said), later


def test_a_later_statement_takes_the_place_and_the_earlier_stays() -> None:
    dora = person("reviewer", "dora")
    for at, text in ((NOW, "first"), (NOW + DAY, "second")):
        declare_interests(has_interests=True, text=text, by=dora, now=at)
    for at, text in ((NOW, "first"), (NOW + 2 * DAY, "second")):
        found = current_statement(dora, at)
        assert found is not None and found.text == text
    with pytest.raises(InvalidInput):
        declare_interests(has_interests=True, text="", by=dora, now=NOW)
