"""The same filter gives the same rows on the page, in the API and in the CSV file.

Asked for every filter of every list, and for combinations of filters and orders that are generated.
A filter without a value to try fails the test, so that a new one cannot be forgotten.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from itertools import islice
from types import ModuleType
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence import filters as evidence_filters
from evidence.models import Check, Comparison, Discrepancy, Finding, Measurement, Weight
from osteodb.core.filters import StrictFilterSet
from osteodb.website.pages import evidence, measurements, news, trials
from tests.universe import Universe
from tests.website.support import FACET, count_of, get, html
from trials import filters as trial_filters

pytestmark = pytest.mark.django_db
READ_ONLY = settings(
    max_examples=5,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # the world is only read
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: its filters, the name of a row's id in the API, and where its page is described."""

    filters: type[StrictFilterSet]
    key: str
    module: ModuleType
    spec: str
    rows_a_page: int
    in_order: bool = True  # the page gathers changes of one record, so their order is its own


LISTS = {
    "trials": Listed(evidence_filters.TrialEvidenceFilterSet, "public_id", trials, "SPEC", 12),
    "evidence": Listed(evidence_filters.EvidenceFilterSet, "public_id", evidence, "EVIDENCE", 3),
    "measurements": Listed(
        evidence_filters.MeasurementFilterSet, "id", measurements, "MEASUREMENTS", 3
    ),
    "comparisons": Listed(
        evidence_filters.ComparisonFilterSet, "id", measurements, "COMPARISONS", 1
    ),
    "sources": Listed(evidence_filters.SourceFilterSet, "slug", evidence, "SOURCES", 2),
    "discrepancies": Listed(
        evidence_filters.DiscrepancyFilterSet, "slug", evidence, "DISCREPANCIES", 1
    ),
    "changes": Listed(trial_filters.ChangeFilterSet, "id", news, "SPEC", 20, in_order=False),
}
# Values of filters that have no closed list. Those of trials and statements are the universe's.
SAMPLES = {
    "agent": ["regorafenib", "YN968D1", "avelumab", "placebo"],
    "target": ["KDR", "PD-L1", "VEGFR2"],
    "therapy_class": ["targeted", "vegfr-tki", "immune checkpoint inhibition"],
    "condition": ["osteosarcoma", "bone-sarcoma"],
    "country": ["FR", "France", "US"],
    "sponsor": ["univ", "Invented, Inc"],
    "source": ["davis2019", "duffaud2019"],
    "search": ["regorafenib", "osteosarcoma", "arm", "%"],
    "enrolment_min": ["0", "40"],
    "enrolment_max": ["40", "2000"],
    "start_from": ["2014", "2015-03-02"],
    "start_to": ["2014-09", "2030"],
    "primary_completion_from": ["2016"],
    "primary_completion_to": ["2030-02"],
    "completion_from": ["2016-01"],
    "completion_to": ["2030"],
    "first_posted_from": ["2014-02-19"],
    "first_posted_to": ["2030"],
    "last_update_from": ["2014-02"],
    "last_update_to": ["2030"],
    "updated_since": ["2020-01-01", "2090-01-01"],
    "since": ["2020-01-01", "2090-01-01T00:00:00Z"],
    "until": ["2020-01-01", "2090-01-01"],
    "value_months_min": ["1", "3.5"],
    "value_months_max": ["3.5", "40"],
    "time_point_months_min": ["1"],
    "time_point_months_max": ["60"],
    "year": ["2019", "2020"],
    "field": ["status", "phases"],
}


def values_of(name: str, world: Universe) -> dict[str, list[str]]:
    """The values to try with each filter of a list."""
    numbers = [
        world.trials["regobone"].public_id,
        "NCT02389244",
        world.trials["regomain"].public_id,
    ]
    items = [world.versions["sarc024"].item.public_id]
    sources = world.sources.values()
    given_here = SAMPLES | {
        "trial": numbers,
        "identifier": numbers,
        "evidence": items,
        "measurement": _first_ids(Measurement),
        "comparison": _first_ids(Comparison),
        "pathway": [world.pathway.slug],
        "pmid": [one.pmid for one in sources if one.pmid][:2],
        "doi": [one.doi for one in sources if one.doi][:2],
    }
    filters = LISTS[name].filters.base_filters
    return {
        parameter: [value for value, _ in each.choices] or given_here[parameter]
        for parameter, each in filters.items()
        if parameter != "ordering"
    }


def _first_ids(model: type[Measurement] | type[Comparison]) -> list[str]:
    return [
        str(pk) for pk in model.objects.visible().order_by("pk").values_list("pk", flat=True)[:2]
    ]


def orders_of(name: str) -> list[str]:
    return [value for value, _ in LISTS[name].filters.base_filters["ordering"].choices]


@pytest.fixture(autouse=True, scope="module")
def _short_pages() -> Iterator[None]:
    """Pages of few rows, so that most lists have several."""
    with pytest.MonkeyPatch.context() as patch:
        for one in LISTS.values():
            spec = replace(getattr(one.module, one.spec), per_page=one.rows_a_page)
            patch.setattr(one.module, one.spec, spec)
        yield


@pytest.fixture
def world(shared_universe: Universe) -> Universe:
    """The universe, with what it has none of: findings, and ties of its only discrepancy."""
    measured = Measurement.objects.visible().order_by("pk")[:2]
    compared = Comparison.objects.visible().order_by("pk")[:1]
    numbers: list[dict[str, Any]] = [
        *({"measurement": one} for one in measured),
        {"comparison": compared[0]},
    ]
    for number, check, weight in zip(numbers, Check.values[::2], Weight.values, strict=False):
        Finding.objects.create(
            check_name=check, weight=weight, printed="1", expected="2", says="Invented.",
            innocent="Invented.", found_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), **number,
        )  # fmt: skip
    discrepancy = Discrepancy.objects.get()
    discrepancy.agents.add(shared_universe.agents["regorafenib"])
    discrepancy.targets.add(shared_universe.targets["KDR"])
    discrepancy.pathways.add(shared_universe.pathway)
    Comparison.objects.update(trial=shared_universe.trials["regobone"])
    return shared_universe


# --- What the three doors show ----------------------------------------------------------------


def on_pages(name: str, query: str) -> list[str]:
    """The ids of the rows over all pages."""
    ids: list[str] = []
    address = f"/{name}/?{query}"
    while address:
        source = html(address)
        ids += re.findall(r'data-id="([^"]+)"', source)
        following = re.search(r'href="([^"]+)"\s+rel="next"', source)
        address = f"/{name}/{unescape(following.group(1))}" if following else ""
    return ids


def in_api(name: str, query: str) -> list[str]:
    """The ids of the rows over all pages of the API."""
    ids: list[str] = []
    address = f"/api/v1/{name}/?{query}&page_size=7"
    while address:
        answer = get(address)
        assert answer.status_code == 200, (address, answer.content)
        ids += [str(row[LISTS[name].key]) for row in answer.json()["results"]]
        address = answer.json()["next"]
    return ids


def in_csv(name: str, query: str) -> list[str]:
    """The ids of the rows of the CSV file."""
    answer = get(f"/api/v1/{name}/?{query}&format=csv")
    assert answer.status_code == 200, (query, answer.content)
    return [row[LISTS[name].key] for row in csv.DictReader(io.StringIO(answer.content.decode()))]


def query_of(name: str, asked: list[tuple[str, str]]) -> str:
    """The question as an address has it."""
    params = QueryDict(mutable=True)
    for parameter, value in asked:
        params.appendlist(parameter, value)
    if name == "changes" and "news" not in params:
        params["news"] = "true,false"  # the page leaves housekeeping out unless asked, and says so
    return params.urlencode()


def assert_same_rows(name: str, asked: list[tuple[str, str]]) -> list[str]:
    """All three doors show the same rows in the same order; gives their ids."""
    query = query_of(name, asked)
    page, api, table = on_pages(name, query), in_api(name, query), in_csv(name, query)
    if not LISTS[name].in_order:
        page.sort(), api.sort(), table.sort()
    assert page == api == table, (name, query)
    return page


# --- Every filter, every order ----------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_every_filter_gives_the_same_rows_at_every_door(name: str, world: Universe) -> None:
    order = orders_of(name)[0]
    for parameter, values in values_of(name, world).items():
        assert values, f"no value to try with {parameter}"
        asked = ([(parameter, one), ("ordering", order)] for one in values)
        full = (one for one in asked if in_api(name, query_of(name, one)))
        tried = [assert_same_rows(name, one) for one in islice(full, 2)]
        assert tried, f"no value of {parameter} gives any row"


@pytest.mark.parametrize("name", LISTS)
def test_every_order_is_the_same_at_every_door(name: str, world: Universe) -> None:
    ordered = [assert_same_rows(name, [("ordering", order)]) for order in orders_of(name)]
    assert len({tuple(sorted(ids)) for ids in ordered}) == 1
    assert len(ordered[0]) > LISTS[name].rows_a_page or name in ("comparisons", "discrepancies")


@pytest.mark.parametrize("name", LISTS)
def test_the_links_to_json_and_csv_give_the_rows_of_the_page(name: str, world: Universe) -> None:
    found = re.findall(r'<a href="/api/v1/[^?]*\?([^"]*)">(?:JSON|CSV)</a>', html(f"/{name}/"))
    as_json, as_csv = (unescape(one) for one in found)
    page = on_pages(name, "")
    api, table = in_api(name, as_json), in_csv(name, as_csv.replace("&format=csv", ""))
    if not LISTS[name].in_order:
        page.sort(), api.sort(), table.sort()
    assert page == api == table


# --- Generated combinations --------------------------------------------------------------------


def combination(data: st.DataObject, name: str, world: Universe) -> list[tuple[str, str]]:
    """Some filters of a list, each with one or several values, and an order."""
    values = values_of(name, world)
    filters = LISTS[name].filters.base_filters
    asked = []
    for parameter in data.draw(st.lists(st.sampled_from(sorted(values)), max_size=3, unique=True)):
        most = 2 if filters[parameter].many else 1
        chosen = st.lists(st.sampled_from(values[parameter]), min_size=1, max_size=most)
        asked += [(parameter, value) for value in data.draw(chosen)]
    order = data.draw(st.lists(st.sampled_from(orders_of(name)), min_size=1, max_size=2))
    return [*asked, ("ordering", ",".join(order))]


@pytest.mark.parametrize("name", LISTS)
@READ_ONLY
@given(data=st.data())
def test_any_combination_gives_the_same_rows_at_every_door(
    name: str, world: Universe, data: st.DataObject
) -> None:
    assert_same_rows(name, combination(data, name, world))


def unchosen_values(source: str) -> list[tuple[str, str, int]]:
    """Link, label and count of the values of facets of which nothing is chosen."""
    found = []
    for facet in re.split(r'<details class="facet"', source)[1:]:
        if 'aria-current="true"' not in facet:
            found += [(unescape(url), label, int(n)) for url, label, n in FACET.findall(facet)]
    return found


@pytest.mark.parametrize("name", LISTS)
@READ_ONLY
@given(data=st.data())
def test_the_count_beside_a_value_is_the_number_of_rows_it_gives_whatever_else_is_chosen(
    name: str, world: Universe, data: st.DataObject
) -> None:
    query = query_of(name, combination(data, name, world))
    for url, label, count in data.draw(st.permutations(unchosen_values(html(f"/{name}/?{query}"))))[
        :3
    ]:
        assert count_of(html(f"/{name}/{url}")) == count > 0, (name, query, label)
