"""The maps when the world changes: more rows cost no query, hostile names stay text."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from osteodb.website.pages.trial_timelines import timelines_page
from tests.universe import NOW, Universe
from tests.website.support import get, html, text, words
from tests.website.test_paging import add_trials
from tests.website.test_sites import ALL, visible_sites
from therapies import services as therapy_services
from trials.models import Site, Trial

pytestmark = pytest.mark.django_db


def test_more_classes_and_hostile_names_cost_no_query_and_stay_text(universe: Universe) -> None:
    with CaptureQueriesContext(connection) as before:
        get("/evidence-map/")
    for number in range(12):
        therapy_services.create_therapy_class(
            name=f"<script>alert({number})</script>",
            slug=f"hostile-{number}",
            parent=universe.classes["targeted"],
            by=universe.alice,
            now=universe.trials["regobone"].created_at,
        )
    with CaptureQueriesContext(connection) as after:
        source = html("/evidence-map/")
    assert len(after) == len(before)
    assert "<script>alert" not in source
    assert "&lt;script&gt;alert(3)" in source


def test_without_classes_it_says_so(db: None) -> None:
    assert "There are no therapy classes yet." in text("/evidence-map/")


def test_a_hidden_trial_shows_no_sites(universe: Universe) -> None:
    trial = visible_sites()[0].trial
    Trial.objects.filter(pk=trial.pk).update(inclusion="CANDIDATE")
    assert trial.public_id not in html(f"/sites/?{ALL}")


def test_a_site_without_a_status_is_not_reported_and_not_guessed(universe: Universe) -> None:
    site = visible_sites()[0]
    Site.objects.filter(trial=site.trial).update(status="")
    shown = words(html(f"/sites/?{ALL}&trial={site.trial.public_id}"))
    assert "Site: status not reported" in shown


def test_more_sites_make_no_more_queries_and_hostile_names_are_text(universe: Universe) -> None:
    with CaptureQueriesContext(connection) as before:
        get(f"/sites/?{ALL}")
    trials = list(Trial.objects.visible())
    Site.objects.bulk_create(
        Site(
            trial=trial,
            facility=f"<script>alert({number})</script>",
            city="'\"><b>",
            country="Aaa",
            country_code="",
        )
        for number, trial in enumerate(trials)
    )
    with CaptureQueriesContext(connection) as after:
        source = html(f"/sites/?{ALL}")
    assert len(after) == len(before)
    assert "<script>alert" not in source
    assert "&lt;script&gt;alert(" in source


@pytest.mark.parametrize("address", ["/status-over-time/", "/timeline/"])
def test_more_trials_make_no_more_queries(address: str, universe: Universe) -> None:
    with CaptureQueriesContext(connection) as before:
        get(address)
    add_trials(universe, 12)
    with CaptureQueriesContext(connection) as after:
        get(address)
    assert len(after) == len(before)


def test_long_lists_are_paged_with_a_file_for_each_page(universe: Universe) -> None:
    add_trials(universe, 45)
    first, second = (timelines_page(QueryDict(one), NOW) for one in ("", "page=2"))
    assert first.picture is not None and second.picture is not None
    assert len(first.picture.rows) == 50
    assert second.picture.file("svg") == "/pictures/trial-timelines.svg?page=2"
    assert "page 2 of 2" in second.picture.title
    shown = {one[0].text for one in (*first.picture.rows, *second.picture.rows)}
    assert len(shown) == first.list.count
