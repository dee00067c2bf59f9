"""Long lists: every row is on exactly one page, and pages cost the same however many rows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.universe import Universe
from tests.website.support import get, html, trial_ids, words
from trials import services as trial_services

pytestmark = pytest.mark.django_db


def add_trials(world: Universe, number: int) -> None:
    """So many more trials, each giving an agent."""
    for each in range(number):
        trial = trial_services.register_trial(
            identifiers=[
                trial_services.GivenIdentifier(
                    registry="ISRCTN", raw=f"ISRCTN100000{each:02}", kind="PRIMARY"
                )
            ],
            inclusion_reason="Invented.",
            by=world.alice,
            now=world.trials["regobone"].created_at,
        )
        trial_services.link_trial_agent(
            trial=trial,
            agent=world.agents["regorafenib"],
            role="EXPERIMENTAL",
            by=None,
            now=world.trials["regobone"].created_at,
        )


def test_pages_are_linked_keep_the_filters_and_share_no_row(universe: Universe) -> None:
    add_trials(universe, 30)
    first = html("/trials/?registry=ISRCTN&ordering=public_id")
    second = html("/trials/?registry=ISRCTN&ordering=public_id&page=2")
    assert "1 to 25" in words(first)
    assert 'href="?registry=ISRCTN&amp;ordering=public_id&amp;page=2"' in first
    assert 'href="?registry=ISRCTN&amp;ordering=public_id&amp;page=1"' in second
    assert len(trial_ids(first)) == 25
    shown = set(trial_ids(first)) | set(trial_ids(second))
    assert len(shown) == 33  # with the two twins, and the trial that one was merged into


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/trials/",
        "/agents/",
        "/agents/regorafenib/",
        "/changes/",
        "/therapy-classes/targeted/",
    ],
)
def test_more_rows_make_no_more_queries(address: str, universe: Universe) -> None:
    with CaptureQueriesContext(connection) as before:
        get(address)
    add_trials(universe, 20)
    with CaptureQueriesContext(connection) as after:
        get(address)
    assert len(after) == len(before)
