"""The admin's first page: what waits, and how the last sync went."""

from __future__ import annotations

from typing import Any

import pytest

from evidence import services
from osteodb.core.models import Assignment
from osteodb.website.work import common_work, own_work
from tests.admin_support import sign_in
from tests.universe import LATER, Universe
from trials.models import DataQualityIssue, Trial


def waiting(universe: Universe, role: str, username: str = "") -> dict[str, int]:
    """What the first page of somebody counts."""
    context = sign_in(role, username).get("/admin/").context
    return {one.title: one.count for one in context["waiting"]}


def test_it_counts_what_waits(shared_universe: Universe) -> None:
    counts = waiting(shared_universe, "curator", "alice")
    assert counts["My drafts"] == 1
    assert counts["Open discrepancies"] == 1
    assert counts["Quality issues"] == DataQualityIssue.objects.filter(state="OPEN").count()
    candidates = Trial.objects.filter(inclusion="CANDIDATE").count()
    assert counts["Trials without a decision"] == candidates > 0


def test_another_persons_draft_is_not_mine(shared_universe: Universe) -> None:
    assert waiting(shared_universe, "reviewer", "bob")["My drafts"] == 0


def test_each_number_leads_to_a_list_of_as_many(shared_universe: Universe) -> None:
    browser = sign_in("administrator")
    for one in browser.get("/admin/").context["waiting"]:
        answer = browser.get(one.url)
        assert answer.status_code == 200, one.url
        if one.title == "Trials out of date":  # a reader's list
            assert f">{one.count} " in answer.content.decode()
        elif one.title not in ("Statements to review", "Assigned to me"):
            assert answer.context["cl"].result_count == one.count, one.title


@pytest.mark.parametrize("role", ["curator", "reviewer", "administrator"])
def test_it_tells_the_last_syncs(shared_universe: Universe, role: str) -> None:
    page = sign_in(role).get("/admin/").content.decode()
    assert "ClinicalTrials.gov" in page
    assert "succeeded" in page


def test_a_reviewer_is_led_to_the_review_and_an_author_to_what_came_back(
    shared_universe: Universe,
) -> None:
    version = shared_universe.versions["draft"]
    services.submit(version=version, by=shared_universe.alice, now=LATER)
    page = sign_in("reviewer", "bob").get("/admin/").content.decode()
    assert f"/admin/evidence/evidenceversion/{version.pk}/review/" in page
    assert "Statements to review" not in waiting(shared_universe, "curator", "alice")
    services.return_to_author(version=version, by=shared_universe.bob, now=LATER, comment="Why?")
    browser = sign_in("curator", "alice")
    [returned] = [
        one for one in browser.get("/admin/").context["waiting"] if one.title == "Returned to me"
    ]
    assert waiting(shared_universe, "curator", "alice")["My drafts"] == 0
    listed = browser.get(returned.url).context["cl"]
    assert [one.pk for one in listed.result_list] == [version.pk] and returned.count == 1


def test_assigned_work_is_named_while_it_is_open(shared_universe: Universe) -> None:
    open_row = shared_universe.discrepancy
    for kind, key in (
        ("evidence.discrepancy", str(open_row.pk)),
        ("evidence.discrepancy", "999999"),  # decided meanwhile
        ("evidence.evidenceitem", shared_universe.versions["draft"].item.public_id),
        ("evidence.evidenceitem", shared_universe.versions["mouse"].item.public_id),
    ):
        Assignment.objects.create(
            object_kind=kind, object_id=key, assignee=shared_universe.alice,
            assigned_by=shared_universe.bob, assigned_at=LATER,
        )  # fmt: skip
    context = sign_in("curator", "alice").get("/admin/").context
    words = " ".join(one.words for one in context["own"].assigned)
    assert open_row.title in words and str(shared_universe.versions["draft"]) in words
    assert waiting(shared_universe, "curator", "alice")["Assigned to me"] == 2
    assert waiting(shared_universe, "reviewer", "bob")["Assigned to me"] == 0


def test_whoever_judges_is_reminded_of_the_statement(shared_universe: Universe) -> None:
    reminded = 'id="reminder"'
    assert reminded in sign_in("reviewer", "dora").get("/admin/").content.decode()
    assert reminded not in sign_in("reviewer", "bob").get("/admin/").content.decode()
    assert reminded not in sign_in("curator", "alice").get("/admin/").content.decode()


@pytest.mark.parametrize(("role", "queries"), [("curator", 3), ("reviewer", 5)])
def test_own_work_costs_the_same_however_much_waits(
    shared_universe: Universe, role: str, queries: int, django_assert_num_queries: Any
) -> None:
    world = shared_universe
    user = {"curator": world.alice, "reviewer": world.bob}[role]
    Assignment.objects.create(
        object_kind="evidence.discrepancy", object_id=str(world.discrepancy.pk), assignee=user,
        assigned_by=world.bob, assigned_at=LATER,
    )  # fmt: skip
    services.submit(version=world.versions["draft"], by=world.alice, now=LATER)
    with django_assert_num_queries(queries):
        own_work(user, {role}, LATER)
    for _ in range(3):
        draft = services.draft_of(world.versions["draft"])
        one = services.save_draft(draft=draft, by=world.alice, now=LATER)
        services.submit(version=one, by=world.alice, now=LATER)
    with django_assert_num_queries(queries):
        own_work(user, {role}, LATER)


def test_what_is_open_for_all_costs_nine_queries(
    shared_universe: Universe, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(9):
        common_work(LATER)
