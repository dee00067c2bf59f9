"""The stand-in itself: it has to behave as the registry's OpenAPI document says."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests
import yaml

from tests.registry import Fault, RegistryServer, Store
from tests.registry.control import order
from tests.registry.corpus import corpus_records
from tests.registry.records import generate
from tests.registry.results import one_arm, study_with, two_arms


@pytest.fixture(scope="module")
def registry() -> Iterator[RegistryServer]:
    store = Store([*corpus_records(), *generate(40, seed=3)])
    store.rename("NCT90000005", "NCT90000905")
    with RegistryServer(store).running() as server:
        yield server


def get(server: RegistryServer, path: str, **params: Any) -> requests.Response:
    return requests.get(server.url + path, params=params, allow_redirects=False, timeout=5)


def numbers(answer: requests.Response) -> list[str]:
    return [
        study["protocolSection"]["identificationModule"]["nctId"]
        for study in answer.json()["studies"]
    ]


def study_schema(samples: Path) -> dict[str, Any]:
    document = yaml.safe_load((samples / "ctgov" / "openapi-2.0.3.yaml").read_text())
    schemas = document["components"]["schemas"]
    for schema in schemas.values():  # a field the document does not know would be our mistake
        if schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return {"$ref": "#/components/schemas/PagedStudies", "components": {"schemas": schemas}}


def test_the_made_records_are_what_the_official_document_describes(
    registry_samples: Path,
) -> None:
    records = [*corpus_records(), *generate(300, seed=5), study_with(two_arms(), one_arm())]
    jsonschema.Draft202012Validator(study_schema(registry_samples)).validate({"studies": records})


def test_the_same_seed_makes_the_same_records() -> None:
    assert list(generate(20, seed=9)) == list(generate(20, seed=9))
    assert list(generate(20, seed=9)) != list(generate(20, seed=8))


def test_pages_follow_opaque_tokens_and_the_total_is_on_the_first_page_only(
    registry: RegistryServer,
) -> None:
    seen: list[str] = []
    params: dict[str, Any] = {"query.cond": "osteosarcoma", "pageSize": 7, "countTotal": "true"}
    first = get(registry, "/studies", **params).json()
    page, total = first, first["totalCount"]
    while True:
        seen += [s["protocolSection"]["identificationModule"]["nctId"] for s in page["studies"]]
        if "nextPageToken" not in page:
            break
        page = get(registry, "/studies", **params, pageToken=page["nextPageToken"]).json()
        assert "totalCount" not in page
    assert len(seen) == len(set(seen)) == total


def test_a_token_of_other_parameters_is_refused_in_plain_text(registry: RegistryServer) -> None:
    token = get(registry, "/studies", pageSize=2).json()["nextPageToken"]
    refused = get(registry, "/studies", **{"pageSize": 2, "pageToken": token, "query.cond": "a"})
    assert refused.status_code == 400
    assert refused.headers["Content-Type"] == "text/plain"


def test_page_size_defaults_to_ten_and_zero_is_the_default(registry: RegistryServer) -> None:
    assert len(numbers(get(registry, "/studies"))) == 10
    assert len(numbers(get(registry, "/studies", pageSize=0))) == 10
    assert len(numbers(get(registry, "/studies", pageSize=5000))) == 46


def test_an_alias_is_redirected_and_an_unknown_number_is_not_found(
    registry: RegistryServer,
) -> None:
    moved = get(registry, "/studies/NCT90000005")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/api/v2/studies/NCT90000905")
    assert get(registry, "/studies/nct2389244").status_code == 200
    missing = get(registry, "/studies/NCT00000001")
    assert (missing.status_code, missing.headers["Content-Type"]) == (404, "text/plain")
    assert get(registry, "/studies/EUCTR1").status_code == 400


def test_ids_match_aliases_too_and_one_bad_id_refuses_all(registry: RegistryServer) -> None:
    found = get(registry, "/studies", **{"filter.ids": "NCT90000005|nct02389244"})
    assert set(numbers(found)) == {"NCT90000905", "NCT02389244"}
    assert get(registry, "/studies", **{"filter.ids": "NCT02389244,NCT"}).status_code == 400


def test_filters_select_by_status_and_by_date_of_last_update(registry: RegistryServer) -> None:
    done = get(registry, "/studies", **{"filter.overallStatus": "COMPLETED", "pageSize": 100})
    assert "NCT03006848" in numbers(done)
    recent = {"filter.advanced": "AREA[LastUpdatePostDate]RANGE[2025-09-10,2025-09-20]"}
    assert "NCT02389244" in numbers(get(registry, "/studies", **recent, pageSize=100))
    assert "NCT03006848" not in numbers(get(registry, "/studies", **recent, pageSize=100))
    assert get(registry, "/studies", **{"filter.overallStatus": "Completed"}).status_code == 400


def test_a_query_of_ids_alone_ignores_filters(registry: RegistryServer) -> None:
    found = get(
        registry,
        "/studies",
        **{"query.term": "NCT02389244 NCT03006848", "filter.overallStatus": "COMPLETED"},
    )
    assert set(numbers(found)) == {"NCT02389244", "NCT03006848"}


@pytest.mark.parametrize("text", ["(osteosarcoma", "osteosarcoma)", 'a "b', "a [b]", "AND b"])
def test_a_query_that_breaks_the_grammar_is_refused(registry: RegistryServer, text: str) -> None:
    refused = get(registry, "/studies", **{"query.cond": text})
    assert refused.status_code == 400
    assert "Error parsing query" in refused.text


def test_fields_and_sort_are_honoured(registry: RegistryServer) -> None:
    found = get(
        registry, "/studies", fields="NCTId,OverallStatus", sort="LastUpdatePostDate", pageSize=3
    ).json()["studies"]
    assert set(found[0]) == {"protocolSection"}
    assert set(found[0]["protocolSection"]) == {"identificationModule", "statusModule"}
    newest = [
        registry.store.records[one]["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]
        for one in numbers(get(registry, "/studies", sort="LastUpdatePostDate", pageSize=3))
    ]
    assert [one["date"] for one in newest] == sorted((one["date"] for one in newest), reverse=True)
    assert get(registry, "/studies", sort="a,b,c").status_code == 400
    assert get(registry, "/studies", fields="NoSuchField").status_code == 400


def test_version_has_a_timestamp_without_a_zone(registry: RegistryServer) -> None:
    found = get(registry, "/version").json()
    assert found == {"apiVersion": "2.0.3", "dataTimestamp": "2026-06-01T09:00:00"}


def test_a_smaller_page_than_asked_for_may_come() -> None:
    with RegistryServer(Store(generate(9)), most_on_a_page=4).running() as server:
        assert len(numbers(get(server, "/studies", pageSize=1000))) == 4


def test_a_storm_answers_every_different_request_wrongly_and_then_well() -> None:
    with RegistryServer(Store(generate(9))).running() as server:
        server.misbehave(Fault("status", path="/", status=429, each=2))
        for path in ("/version", "/studies"):
            answers = [get(server, path).status_code for _ in range(4)]
            assert answers == [429, 429, 200, 200]


def test_a_request_can_be_kept_waiting_for_its_answer() -> None:
    with RegistryServer(Store(generate(9))).running() as server, ThreadPoolExecutor() as pool:
        holding = server.hold(after=1)
        assert get(server, "/version").status_code == 200
        answer = pool.submit(get, server, "/version")
        assert holding.has_come.wait(5)
        assert not answer.done()
        holding.is_over.set()
        assert answer.result(5).status_code == 200


def test_faults_can_be_ordered_and_lifted_from_another_process() -> None:
    with RegistryServer(Store(generate(9))).running() as server:
        fault = Fault("maintenance", path="/studies", status=502, times=-1)
        told = order(server.url, "misbehave", **fault.as_json())
        assert [one["kind"] for one in told["faults"]] == ["maintenance"]
        assert get(server, "/studies").status_code == 502
        assert order(server.url, "behave")["faults"] == []
        assert get(server, "/studies").status_code == 200
