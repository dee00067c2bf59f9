"""The number of SQL queries of every list and detail: exact, and the same for one row and many."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api.support import RESOURCES, get, rows
from tests.universe import Universe

pytestmark = pytest.mark.django_db

# One of each is the count; the rest are the rows and what belongs to them.
LIST_QUERIES = {
    "trials": 6,
    "agents": 5,
    "targets": 5,
    "therapy-classes": 2,
    "pathways": 3,
    "regimens": 3,
    "conditions": 2,
    "sources": 3,
    "evidence": 9,
    "measurements": 5,
    "comparisons": 5,
    "assertions": 2,
    "discrepancies": 7,
    "changes": 3,
    "origin-disagreements": 3,
    "sync-runs": 2,
    "quality-issues": 2,
}
DETAIL_QUERIES = {
    "trials": 18,
    "agents": 9,
    "targets": 7,
    "therapy-classes": 4,
    "pathways": 5,
    "regimens": 3,
    "conditions": 2,
    "sources": 5,
    "evidence": 19,
    "measurements": 5,
    "comparisons": 5,
    "assertions": 2,
    "discrepancies": 7,
    "changes": 3,
    "origin-disagreements": 3,
    "sync-runs": 4,
    "quality-issues": 2,
}


def test_every_resource_says_how_many_queries_it_makes() -> None:
    assert set(LIST_QUERIES) == set(DETAIL_QUERIES) == set(RESOURCES)


@pytest.mark.parametrize("name", RESOURCES)
@pytest.mark.parametrize("size", [1, 200])
def test_a_list_makes_the_same_queries_for_one_row_and_many(
    name: str,
    size: int,
    shared_universe: Universe,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    # The newest trials are known from a registry's own record, as almost all are.
    with django_assert_num_queries(LIST_QUERIES[name]):
        get(f"{name}/?page_size={size}")


@pytest.mark.parametrize("name", RESOURCES)
def test_a_detail_makes_so_many_queries(
    name: str,
    shared_universe: Universe,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    key = rows(f"{name}/?page_size=1")[0]["url"].split("/api/v1/")[1]
    with django_assert_num_queries(DETAIL_QUERIES[name]):
        assert get(key).status_code == 200


def test_a_big_trial_costs_as_many_queries_as_a_small_one(
    shared_universe: Universe, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in ("NCT90000001", "NCT90000004", "NCT02389244"):
        with django_assert_num_queries(DETAIL_QUERIES["trials"]):
            get(f"trials/{number}/")
