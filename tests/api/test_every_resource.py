"""What holds for every resource: strict parameters, paging, one error shape, links that work."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from osteodb.core.api.shapes import schema_of
from osteodb.core.filters import ChoicesFilter, OrderingFilter
from tests.api.support import RESOURCES, get, problem, rows
from tests.universe import Universe

pytestmark = pytest.mark.django_db
EVERY = pytest.mark.parametrize("name", RESOURCES)


def first_row(name: str) -> dict[str, Any]:
    found = rows(f"{name}/")
    assert found, f"the universe has no {name}"
    return found[0]


@EVERY
def test_a_list_answers_count_and_rows(name: str, shared_universe: Universe) -> None:
    answer = get(f"{name}/").json()
    assert set(answer) == {"count", "next", "previous", "results"}
    assert answer["count"] >= len(answer["results"]) > 0


@EVERY
def test_a_row_has_exactly_the_fields_of_its_shape(name: str, shared_universe: Universe) -> None:
    resource = RESOURCES[name]
    components: dict[str, Any] = {}
    row, detail = (
        components[schema_of(shape, components)["$ref"].rsplit("/", 1)[1]]["properties"]
        for shape in (resource.row_shape, resource.detail_shape)
    )
    found = first_row(name)
    assert list(found) == list(row)
    assert set(Client(SERVER_NAME="localhost").get(found["url"]).json()) == set(detail)


@EVERY
def test_an_unknown_parameter_is_refused_and_named(name: str, shared_universe: Universe) -> None:
    found = problem(f"{name}/?satus=recruiting")
    assert found["parameter"] == "satus"
    assert set(RESOURCES[name].filterset_class.base_filters) <= set(found["allowed"])
    assert problem(f"{name}/x/?satus=1")["parameter"] == "satus"


@EVERY
def test_every_closed_list_refuses_other_words_and_lists_its_own(
    name: str, shared_universe: Universe
) -> None:
    for parameter, one in RESOURCES[name].filterset_class.base_filters.items():
        if isinstance(one, ChoicesFilter | OrderingFilter):
            found = problem(f"{name}/?{parameter}=nonsense")
            assert found["parameter"] == parameter
            assert found["allowed"] == [value for value, _label in one.choices]


@EVERY
def test_every_value_of_every_closed_list_is_answered(name: str, shared_universe: Universe) -> None:
    for parameter, one in RESOURCES[name].filterset_class.base_filters.items():
        values = [value for value, _label in one.choices]
        alone = values if isinstance(one, OrderingFilter) or len(values) < 4 else values[:1]
        for value in alone:
            rows(f"{name}/?{parameter}={value}&page_size=1")
        if values:
            rows(f"{name}/?{parameter}={','.join(values)}&page_size=1")


@EVERY
def test_an_empty_value_filters_nothing(name: str, shared_universe: Universe) -> None:
    filters = RESOURCES[name].filterset_class.base_filters
    blank = "&".join(f"{parameter}=" for parameter in filters)
    assert (
        get(f"{name}/?{blank}&page=&page_size=").json()["count"] == get(f"{name}/").json()["count"]
    )


@EVERY
def test_every_page_size_and_order_shows_each_row_once(
    name: str, shared_universe: Universe
) -> None:
    whole = [row["url"] for row in rows(f"{name}/?page_size=200")]
    address, seen = f"/api/v1/{name}/?page_size=2", []
    while address:
        answer = Client(SERVER_NAME="localhost").get(address).json()
        seen += [row["url"] for row in answer["results"]]
        address = answer["next"]
    assert seen == whole
    assert len(set(whole)) == len(whole)


@EVERY
def test_pages_that_cannot_be_are_refused(name: str, shared_universe: Universe) -> None:
    for wrong in ("page=0", "page=x", "page=-1", "page=1&page=2", "page_size=201", "page_size=0"):
        assert problem(f"{name}/?{wrong}")["parameter"] == wrong.split("=")[0]
    beyond = get(f"{name}/?page=9999")
    assert beyond.status_code == 404
    assert "There is no page 9999" in beyond.json()["error"]["message"]


@EVERY
def test_search_is_strict_about_null_and_length_only(name: str, shared_universe: Universe) -> None:
    if "search" not in RESOURCES[name].filterset_class.base_filters:
        return
    for words in ("osteo", "'", '"', "a%20b", "%25", "((", "β", "%26%7C!:*", "%5C"):
        assert get(f"{name}/?search={words}").status_code == 200
    assert problem(f"{name}/?search=a%00b")["parameter"] == "search"
    assert problem(f"{name}/?search={'x' * 401}")["parameter"] == "search"


@EVERY
def test_nothing_can_be_written(name: str, shared_universe: Universe) -> None:
    client = Client(SERVER_NAME="localhost")
    for method in ("post", "put", "patch", "delete"):
        for path in (f"/api/v1/{name}/", f"/api/v1/{name}/1/"):
            answer = getattr(client, method)(path, "{", content_type="application/json")
            assert answer.status_code == 405
            assert answer.json()["error"]["code"] == "method_not_allowed"
            assert "GET" in answer["Allow"]


@EVERY
def test_what_is_not_there_is_404_with_a_sentence(name: str, shared_universe: Universe) -> None:
    for key in ("nonsense-9999", "99999999999999999999", "%00", "%F0%9F%92%8A", "-1"):
        answer = get(f"{name}/{key}/")
        assert answer.status_code == 404
        assert answer.json()["error"]["message"]


@EVERY
def test_every_link_of_a_detail_leads_somewhere(name: str, shared_universe: Universe) -> None:
    client = Client(SERVER_NAME="localhost")
    addresses: set[str] = set()

    def collect(value: Any) -> None:
        if isinstance(value, dict | list):
            for member in value.values() if isinstance(value, dict) else value:
                collect(member)
        elif isinstance(value, str) and value.startswith("http://localhost/"):
            addresses.add(value)

    for row in rows(f"{name}/?page_size=3"):
        collect(client.get(row["url"]).json())
    for address in addresses:
        parts = urlsplit(address)
        answer = client.get(f"{parts.path}?{parts.query}")
        assert answer.status_code == 200, f"{address}: {answer.content[:200]!r}"
