"""Recruiting sites: what the registry says, when it was seen, and counts that agree with lists."""

from __future__ import annotations

import re

import pytest
from django.http import QueryDict

from osteodb.website.pages.sites import SPEC, Country, by_country, by_site_state, sites_page
from osteodb.website.pages.sites import counts_by_country as counts
from osteodb.website.pictures.bars import LABELS, LONGEST, Bar, draw_bars
from tests.universe import Universe
from tests.website.support import FACET, count_of, get, html, text, words
from trials.filters_sites import SiteFilterSet
from trials.models import Site, Trial, TrialStatus

pytestmark = pytest.mark.django_db

ALL = "recruiting=true,false"


def visible_sites() -> list[Site]:
    return list(Site.objects.filter(trial__in=Trial.objects.visible()).select_related("trial"))


def test_without_being_asked_it_shows_sites_of_recruiting_trials(
    shared_universe: Universe,
) -> None:
    page = sites_page(QueryDict())
    expected = [
        one
        for one in visible_sites()
        if one.trial.status == TrialStatus.RECRUITING
        and one.status in ("", "RECRUITING", "ENROLLING_BY_INVITATION", "AVAILABLE")
    ]
    assert page.list.count == len(expected) > 0
    assert page.told
    assert sites_page(QueryDict(ALL)).list.count == len(visible_sites())
    assert "not asked here" in sites_page(QueryDict(ALL)).told


def test_each_site_has_its_trial_its_status_and_the_day_it_was_seen(
    shared_universe: Universe,
) -> None:
    page = sites_page(QueryDict(ALL))
    countries: list[Country] = page.list.rows
    here = [one for each in countries for place in each.places for one in place.trials]
    assert len(here) == page.list.last - page.list.first + 1
    assert all(one.origin and one.origin.seen and one.registry_page for one in here)
    shown = text(f"/sites/?{ALL}")
    assert "as seen on" in shown
    assert "has to be confirmed with the registry" in shown


@pytest.mark.parametrize("query", ["", ALL, f"{ALL}&agent=regorafenib", "status=completed"])
def test_a_bar_counts_the_trials_of_the_list_it_leads_to(
    query: str, shared_universe: Universe
) -> None:
    picture = sites_page(QueryDict(query)).picture
    assert picture is not None
    for name, trials, sites in picture.rows:
        if not name.url:
            continue
        asked = SiteFilterSet(QueryDict(name.url.partition("?")[2]), Site.objects.all())
        rows = asked.checked().filter(trial__in=Trial.objects.visible())
        assert rows.count() == int(sites.text)
        assert rows.values("trial").distinct().count() == int(trials.text)
        assert count_of(html(name.url)) == int(sites.text)


@pytest.mark.parametrize("query", ["", f"?{ALL}"])
def test_the_count_beside_a_facet_is_the_number_of_rows_it_gives(
    query: str, shared_universe: Universe
) -> None:
    facets = FACET.findall(html(f"/sites/{query}"))
    assert facets
    for url, label, number in facets:
        assert count_of(html(f"/sites/{url.replace('&amp;', '&')}")) == int(number), label


def test_the_facets_know_every_site(shared_universe: Universe) -> None:
    rows = Site.objects.all()
    assert sum(one.number for one in by_site_state(rows)) == rows.count()
    assert sum(one.number for one in by_country(rows)) == rows.exclude(country_code="").count()
    assert sum(one.sites for one in counts(rows)) == rows.count()
    assert [one.parameter for one in SPEC.facets] == ["country", "site_status", "status"]


@pytest.mark.parametrize(
    "query", ["satus=x", "status=nonsense", "site_status=open", "country=Atlantis", "page=0"]
)
def test_what_is_not_understood_is_refused(query: str, shared_universe: Universe) -> None:
    answer = get(f"/sites/?{query}")
    assert answer.status_code == 400
    assert "no rows are shown" in words(answer.content.decode())
    if "page" not in query:
        assert get(f"/pictures/sites.svg?{query}").status_code == 400


@pytest.mark.parametrize("ending", ["svg", "png", "csv"])
def test_its_picture_is_served_as_a_file(ending: str, shared_universe: Universe) -> None:
    assert get(f"/pictures/sites.{ending}?{ALL}").status_code == 200


def test_an_empty_list_says_so_and_has_no_picture(shared_universe: Universe) -> None:
    source = html("/sites/?search=nowhere-at-all")
    assert "Nothing matches all of these filters." in words(source)
    assert 'class="pic"' not in source


def test_bars_are_as_long_as_their_numbers() -> None:
    canvas = draw_bars([Bar("A", 40), Bar("B", 10, "12 sites", "/x/"), Bar("C", 1)])
    rects = [part.attributes for part in canvas.parts if part.tag == "rect"]
    assert [float(one["width"]) for one in rects] == [LONGEST, LONGEST / 4, LONGEST / 40]
    assert {float(one["x"]) for one in rects} == {LABELS}
    texts = [part.text for part in canvas.parts if part.tag == "text"]
    assert texts == ["A", "40", "B", "10 (12 sites)", "C", "1"]
    assert re.search("Nothing to show", draw_bars([]).on_page("x", "", ""))


def test_it_does_not_call_recruiting_what_does_not(shared_universe: Universe) -> None:
    shown = text("/sites/?recruiting=false")
    assert "Only sites that do not recruit" in shown and "Recruiting sites" not in shown
    assert (
        "Only sites that do not recruit"
        in get("/pictures/sites.svg?recruiting=false").content.decode()
    )
