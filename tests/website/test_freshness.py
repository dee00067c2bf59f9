"""How current the data is: said on the home page and at the foot of every page."""

from __future__ import annotations

import datetime as dt

import pytest

from osteodb.website.pages.freshness import freshness
from tests.universe import LATER, Universe
from tests.website.support import text
from trials.models import SyncRun

pytestmark = pytest.mark.django_db


def a_run(state: str, hours: int, **given: object) -> SyncRun:
    """A run that ended so many hours after the world was made."""
    at = LATER + dt.timedelta(hours=hours)
    return SyncRun.objects.create(
        registry="NCT", state=state, trigger="SCHEDULE", requested_at=at, finished_at=at, **given
    )


def test_a_new_database_says_that_no_registry_was_asked(db: None) -> None:
    assert "Not yet refreshed from a registry." in text("/")
    assert "Not yet refreshed from a registry" in text("/agents/")


def test_after_a_clean_run_the_site_says_when_it_was_current(shared_universe: Universe) -> None:
    for address in ("/", "/about/", "/agents/"):
        assert "ClinicalTrials.gov data as of 2026-03-03 09:30 UTC." in text(address)


def test_a_failed_run_is_told_with_its_reason_and_the_data_stays(shared_universe: Universe) -> None:
    a_run("FAILED", 24, reason="The registry did not answer.")
    for address in ("/", "/about/"):
        shown = text(address)
        assert "The last refresh from ClinicalTrials.gov, 2026-03-04 09:30 UTC, failed" in shown
        assert "The registry did not answer." in shown
        assert "Data as of 2026-03-03 09:30 UTC." in shown
    assert "failed: The registry did not answer." in text("/trials/")


def test_a_partial_run_does_not_make_the_data_current(shared_universe: Universe) -> None:
    a_run("PARTIAL", 24, reason="2 records could not be read.")
    shown = text("/")
    assert "is not complete: 2 records could not be read." in shown
    assert "Data as of 2026-03-03" in shown


def test_a_trial_run_and_a_run_of_a_few_numbers_make_nothing_current(
    shared_universe: Universe,
) -> None:
    before = freshness().last_clean
    a_run("SUCCEEDED", 24, complete=True, dry_run=True)
    a_run("SUCCEEDED", 25, complete=False, registry_ids=["NCT02389244"])
    assert freshness().last_clean == before
    assert freshness().problem == ""


def test_the_runs_stand_on_the_about_page_with_their_counts(shared_universe: Universe) -> None:
    shown = text("/about/")
    assert "The latest refreshes" in shown
    assert "Succeeded, complete" in shown
