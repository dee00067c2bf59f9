"""Lists: what is filtered is said, counts agree with rows, nonsense is refused."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest

from tests.universe import Universe
from tests.website.support import FACET, count_of, get, html, text, trial_ids, words

pytestmark = pytest.mark.django_db

LISTS = [
    "/trials/",
    "/agents/",
    "/targets/",
    "/evidence/",
    "/measurements/",
    "/comparisons/",
    "/mechanisms/",
    "/pathways/",
    "/sources/",
    "/changes/",
    "/discrepancies/",
]


@pytest.mark.parametrize("address", LISTS)
def test_a_misspelt_parameter_is_refused_and_named(address: str, shared_universe: Universe) -> None:
    answer = get(f"{address}?satus=recruiting")
    shown = words(answer.content.decode())
    assert answer.status_code == 400
    assert "There is no parameter 'satus' here." in shown
    assert "no rows are shown" in shown
    assert '<th scope="row"' not in answer.content.decode()


def test_a_nonsense_status_shows_no_rows_and_what_is_allowed(shared_universe: Universe) -> None:
    answer = get("/trials/?status=nonsense")
    source = answer.content.decode()
    assert answer.status_code == 400
    assert "'nonsense' is not one of these:" in words(source)
    assert 'href="?status=recruiting"' in source
    assert not trial_ids(source)


@pytest.mark.parametrize("page", ["0", "-1", "two", "1.5", "٣"])
def test_a_page_that_is_no_number_is_refused(page: str, shared_universe: Universe) -> None:
    assert get("/trials/", data={"page": page}).status_code == 400


def test_a_page_after_the_last_is_not_found(shared_universe: Universe) -> None:
    answer = get("/trials/?page=99")
    assert answer.status_code == 404
    assert "This list has 1 page." in words(answer.content.decode())


@pytest.mark.parametrize("address", LISTS)
def test_the_count_beside_each_facet_is_the_number_of_rows_it_gives(
    address: str, shared_universe: Universe
) -> None:
    facets = FACET.findall(html(address))
    assert facets or address in ("/sources/", "/pathways/")
    for url, label, count in facets:
        narrowed = html(address + unescape(url))
        assert count_of(narrowed) == int(count), (address, label)


def test_counts_agree_within_a_list_that_is_filtered_already(shared_universe: Universe) -> None:
    base = "/trials/?therapy_class=vegfr-tki&phase=PHASE2"
    for url, label, count in FACET.findall(html(base)):
        if "status=" in url or "agent=" in url:
            assert count_of(html("/trials/" + unescape(url))) == int(count), label


def test_several_values_of_a_facet_widen_and_two_facets_narrow(shared_universe: Universe) -> None:
    completed = set(trial_ids(html("/trials/?status=completed")))
    recruiting = set(trial_ids(html("/trials/?status=recruiting")))
    both = set(trial_ids(html("/trials/?status=completed,recruiting")))
    assert completed and recruiting
    assert both == completed | recruiting
    narrowed = set(trial_ids(html("/trials/?status=completed,recruiting&agent=regorafenib")))
    assert narrowed < both


def test_each_filter_in_force_can_be_removed_on_its_own(shared_universe: Universe) -> None:
    source = html("/trials/?status=completed,recruiting&agent=apatinib&search=osteosarcoma")
    chips = re.findall(r'class="remove"\s+href="([^"]*)"[^>]*>\s*([^<]+?)\s*<', source)
    labels = {unescape(label).strip(): unescape(url) for url, label in chips}
    assert set(labels) == {
        "status: Completed",
        "status: Recruiting",
        "agent: apatinib",
        "search: osteosarcoma",
    }
    assert labels["status: Completed"] == "?status=recruiting&agent=apatinib&search=osteosarcoma"
    assert labels["agent: apatinib"] == "?status=completed,recruiting&search=osteosarcoma"


def test_a_filter_in_force_is_called_by_its_name_not_by_its_code(shared_universe: Universe) -> None:
    source = html("/trials/?therapy_class=targeted")
    chips = re.findall(r'class="remove"[^>]*>\s*([^<]+?)\s*<', source)
    assert chips == ["therapy class: Targeted therapy"]


def test_a_comma_within_words_does_not_part_them(shared_universe: Universe) -> None:
    source = html("/trials/?sponsor=Invented,+Inc")
    assert "sponsor: Invented, Inc" in words(source)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("/trials/?status=completed,recruiting&phase=PHASE2", "public_id"),
        ("/trials/?agent=YN968D1", "public_id"),
        ("/trials/?therapy_class=targeted&ordering=title", "public_id"),
        ("/trials/", "public_id"),
    ],
)
def test_page_json_and_csv_hold_the_same_rows_in_the_same_order(
    address: str, key: str, shared_universe: Universe
) -> None:
    source = html(address)
    urls = {
        label: unescape(url)
        for url, label in re.findall(r'<a href="(/api/[^"]*)">(JSON|CSV)</a>', source)
    }
    rows = get(urls["JSON"]).json()["results"]
    assert [row[key] for row in rows] == trial_ids(source) != []
    table = csv.DictReader(io.StringIO(get(urls["CSV"]).content.decode()))
    assert [row[key] for row in table] == trial_ids(source)


@pytest.mark.parametrize("address", LISTS)
def test_the_json_and_csv_of_every_list_are_there(address: str, shared_universe: Universe) -> None:
    source = html(address)
    for label in ("JSON", "CSV"):
        [url] = re.findall(rf'<a href="(/api/[^"]*)">{label}</a>', source)
        assert get(unescape(url)).status_code == 200, url


def test_an_empty_list_says_why_and_how_to_get_out(shared_universe: Universe) -> None:
    shown = text("/trials/?status=withheld")
    assert "No trials" in shown
    assert "Nothing matches all of these filters." in shown


def test_the_form_carries_the_other_filters_along(shared_universe: Universe) -> None:
    source = html("/trials/?status=completed&search=regorafenib&page=1")
    assert '<input type="hidden" name="status" value="completed">' in source
    assert re.search(r'name="search"\s+value="regorafenib"', source)
    assert 'name="page"' not in source


def test_changes_are_filtered_by_kind(shared_universe: Universe) -> None:
    status = words(section_of_rows(html("/changes/?kind=STATUS")))
    assert "Completed" in status
    assert "Added to OsteoDB." not in status


def test_a_trial_that_may_be_out_of_date_says_why_in_the_list(shared_universe: Universe) -> None:
    shown = text("/trials/?stale=true&registry=ChiCTR")
    assert "May be out of date: no status seen" in shown
    assert "May be out of date" not in text("/trials/?stale=false")


def section_of_rows(source: str) -> str:
    """The updates that a list of changes shows."""
    match = re.search(r'<ol class="news".*</ol>', source, re.DOTALL)
    assert match
    return match.group(0)


def test_retracted_and_superseded_statements_are_listed_only_when_asked_for(
    shared_universe: Universe,
) -> None:
    assert "Regorafenib held off progression longer than placebo." not in text("/evidence/")
    assert "Regorafenib held off progression longer than placebo." in text(
        "/evidence/?state=SUPERSEDED"
    )


def test_a_draft_is_nowhere(shared_universe: Universe) -> None:
    draft = shared_universe.versions["draft"].item.public_id
    assert get(f"/evidence/{draft}/").status_code == 404
    for address in (*LISTS, "/search/?q=lengthened", "/agents/regorafenib/"):
        assert draft not in html(address)
