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
    "home": 15,
    "trials": 20,
    "trial": 27,
    "compare": 17,
    "agents": 11,
    "agent": 22,
    "targets": 7,
    "target": 14,
    "classes": 5,
    "class": 17,
    "evidence-list": 18,
    "evidence": 21,
    "evidence-version": 21,
    "evidence-compare": 16,
    "measurements": 21,
    "comparisons": 20,
    "mechanisms": 12,
    "mechanism-paths": 20,
    "mechanism-network": 16,
    "mechanism-contradictions": 5,
    "mechanism-relations": 2,
    "pathways": 6,
    "pathway": 9,
    "synthesis": 18,
    "forest": 18,
    "evidence-map": 7,
    "trial-timelines": 7,
    "sites": 9,
    "status-over-time": 7,
    "sources": 7,
    "source": 17,
    "changes": 6,
    "change": 4,
    "whats-new": 10,
    "quality": 17,
    "quality-issues": 7,
    "quality-pairs": 3,
    "discrepancies": 8,
    "discrepancy": 8,
    "about": 29,
    "glossary": 2,
    "design": 2,
    "search": 20,
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
