"""What holds for every page: it answers, says what it is, and costs so many queries."""

from __future__ import annotations

import re

import pytest
from pytest_django import DjangoAssertNumQueries

from osteodb.website import urls
from tests.universe import Universe
from tests.website.support import every_page, get, html

pytestmark = pytest.mark.django_db

# Exact, and the same however many rows there are (see test_query_counts.py).
QUERIES = {
    "home": 14,
    "trials": 19,
    "trial": 26,
    "compare": 16,
    "agents": 10,
    "agent": 21,
    "targets": 6,
    "target": 13,
    "classes": 4,
    "class": 16,
    "evidence-list": 17,
    "evidence": 20,
    "evidence-version": 20,
    "evidence-compare": 15,
    "measurements": 20,
    "comparisons": 19,
    "mechanisms": 11,
    "mechanism-paths": 19,
    "mechanism-network": 15,
    "mechanism-contradictions": 4,
    "mechanism-relations": 1,
    "pathways": 5,
    "pathway": 8,
    "synthesis": 17,
    "forest": 17,
    "evidence-map": 6,
    "trial-timelines": 6,
    "sites": 8,
    "status-over-time": 6,
    "sources": 6,
    "source": 16,
    "changes": 5,
    "change": 3,
    "whats-new": 9,
    "quality": 16,
    "quality-issues": 6,
    "quality-pairs": 2,
    "discrepancies": 7,
    "discrepancy": 7,
    "about": 27,
    "glossary": 1,
    "design": 1,
    "search": 19,
}
PAGES = list(QUERIES)
NOT_PAGES = {"robots", "favicon", "changes-feed", "picture", "compare-csv", "search-suggest"}


def test_every_address_of_the_site_is_tested(shared_universe: Universe) -> None:
    files = {pattern.name for pattern in [*urls.feed_patterns, *urls.cite_patterns]}
    names = {pattern.name for pattern in urls.urlpatterns} - NOT_PAGES - files
    assert len(names) == len(PAGES)
    assert set(every_page(shared_universe)) == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_heading_and_its_landmarks(name: str, shared_universe: Universe) -> None:
    source = html(every_page(shared_universe)[name])
    assert source.count("<h1") == 1
    for landmark in ("<header", "<nav", "<main", "<footer", 'class="skip"'):
        assert landmark in source
    assert re.search(r"<title>[^<]{3,} – OsteoDB</title>", source)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_holds_no_inline_script_or_style_and_nothing_from_elsewhere(
    name: str, shared_universe: Universe
) -> None:
    source = html(every_page(shared_universe)[name])
    run = r'<script(?! type="application/ld\+json">)(?![^>]*\bsrc=)'
    assert not re.search(rf"{run}|<style|\sstyle=|\son\w+=", source)
    tags = r'<(?:script|img|link)(?! rel="canonical")[^>]*(?:src|href)="([^"]+)"'
    loaded = re.findall(tags, source)
    assert loaded
    assert all(address.startswith("/") for address in loaded)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stays_small(name: str, shared_universe: Universe) -> None:
    assert len(html(every_page(shared_universe)[name]).encode()) < 120_000


@pytest.mark.parametrize("name", PAGES)
def test_a_page_makes_so_many_queries(
    name: str, shared_universe: Universe, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    address = every_page(shared_universe)[name]
    with django_assert_num_queries(QUERIES[name]):
        get(address)


def links_of(address: str) -> set[str]:
    """Where a page leads within the site, the links to JSON and CSV included."""
    source = html(address).replace("&amp;", "&")
    found = re.findall(r'href="((?:/|\?)[^"]*)"', source)
    whole = {address.split("?")[0] + one if one.startswith("?") else one for one in found}
    # The documentation's viewer belongs to the API, whose own tests open it.
    return {one for one in whole if not one.startswith(("/static/", "/api/v1/docs/"))}


def test_every_link_within_the_site_leads_somewhere(shared_universe: Universe) -> None:
    links = set().union(*(links_of(address) for address in every_page(shared_universe).values()))
    assert len(links) > 100
    broken = {one: get(one).status_code for one in sorted(links)}
    assert {one: status for one, status in broken.items() if status not in (200, 302)} == {}


@pytest.mark.parametrize("name", PAGES)
def test_links_on_a_page_lead_to_what_is_there(name: str, shared_universe: Universe) -> None:
    source = html(every_page(shared_universe)[name])
    anchors = set(re.findall(r'\sid="([^"]+)"', source))
    for target in re.findall(r'href="#([^"]+)"', source):
        assert target in anchors, target


def test_ids_on_a_page_are_unique(shared_universe: Universe) -> None:
    for address in every_page(shared_universe).values():
        ids = re.findall(r'\sid="([^"]+)"', html(address))
        assert len(ids) == len(set(ids)), address
