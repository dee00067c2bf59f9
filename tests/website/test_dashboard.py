"""The admin's first page: what waits, and how the last sync went."""

from __future__ import annotations

import pytest

from tests.admin_support import sign_in
from tests.universe import Universe
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
        if one.title != "Statements to review":
            assert answer.context["cl"].result_count == one.count, one.title


@pytest.mark.parametrize("role", ["curator", "reviewer", "administrator"])
def test_it_tells_the_last_syncs(shared_universe: Universe, role: str) -> None:
    page = sign_in(role).get("/admin/").content.decode()
    assert "ClinicalTrials.gov" in page
    assert "succeeded" in page
