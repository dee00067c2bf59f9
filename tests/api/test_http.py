"""HTTP manners: errors in one shape, formats, slashes, HEAD and OPTIONS, CSV."""

from __future__ import annotations

import csv
import io
import logging
from typing import Any

import pytest
from django.test import Client

from osteodb.core.api.renderers import cell
from tests.api.support import RESOURCES, get, problem, rows
from tests.universe import Universe
from trials.api import rows as trial_rows

pytestmark = pytest.mark.django_db


def test_an_error_has_one_shape_whatever_was_asked_for(shared_universe: Universe) -> None:
    for path in ("trials/?status=x", "trials/x/", "nowhere/", "trials/?format=csv&page=2"):
        for accept in ("text/csv", "text/html,*/*", "application/json"):
            answer = get(path, Accept=accept)
            assert answer["Content-Type"] == "application/json"
            error = answer.json()["error"]
            assert set(error) == {"code", "status", "message", "problems", "candidates"}
            assert error["status"] == answer.status_code >= 400


def test_an_unknown_address_below_api_is_no_page(shared_universe: Universe) -> None:
    client = Client(SERVER_NAME="localhost")
    for path in ("/api/", "/api/v2/trials/", "/api/v1/nowhere", "/api/v1/trials//"):
        assert client.get(path)["Content-Type"] == "application/json"
    assert client.post("/api/v1/nowhere/").status_code == 404


def test_a_forgotten_closing_slash_is_sent_on_with_its_question(
    shared_universe: Universe,
) -> None:
    answer = get("trials?status=recruiting")
    assert answer.status_code == 301
    assert answer["Location"] == "/api/v1/trials/?status=recruiting"


def test_every_wrong_parameter_is_named_at_once(shared_universe: Universe) -> None:
    answer = get("trials/?status=nonsense&phase=9&start_from=soon").json()["error"]
    assert {each["parameter"] for each in answer["problems"]} == {"status", "phase", "start_from"}


def test_a_misspelt_parameter_is_met_with_the_right_one(shared_universe: Universe) -> None:
    assert "Did you mean 'status'" in problem("trials/?satus=recruiting")["message"]


def test_the_format_is_chosen_by_parameter_or_by_accept(shared_universe: Universe) -> None:
    assert get("agents/?format=json")["Content-Type"] == "application/json"
    assert get("agents/?format=csv")["Content-Type"].startswith("text/csv")
    assert get("agents/", Accept="text/csv")["Content-Type"].startswith("text/csv")
    assert get("agents/", Accept="text/html;q=0.9,*/*;q=0.8")["Content-Type"] == "application/json"
    assert get("agents/", Accept="text/html").status_code == 406
    assert problem("agents/?format=xml")["allowed"] == ["json", "csv"]
    assert problem("agents/avelumab/?format=csv")["allowed"] == ["json"]


def test_head_and_options_are_answered(shared_universe: Universe) -> None:
    client = Client(SERVER_NAME="localhost")
    head = client.head("/api/v1/trials/")
    assert head.status_code == 200
    assert head.content == b""
    assert head["ETag"] == client.get("/api/v1/trials/")["ETag"]
    assert client.options("/api/v1/trials/").status_code == 200


def test_a_fault_is_500_in_the_same_shape_and_is_logged(
    shared_universe: Universe, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: Any) -> None:
        raise ZeroDivisionError("inner words")

    monkeypatch.setattr(trial_rows, "trial_rows", broken)
    with caplog.at_level(logging.ERROR, logger="osteodb.core.api.errors"):
        answer = get("trials/")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "fault"
    assert "inner words" not in answer.content.decode()
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("name", RESOURCES)
def test_csv_holds_all_rows_that_match_in_the_same_order(
    name: str, shared_universe: Universe
) -> None:
    answer = get(f"{name}/?format=csv")
    assert answer["Content-Disposition"] == f'attachment; filename="osteodb-{name}.csv"'
    table = list(csv.DictReader(io.StringIO(answer.content.decode())))
    key = "url"
    assert [line[key] for line in table] == [row[key] for row in rows(f"{name}/?page_size=200")]


def test_csv_has_the_same_columns_without_rows(shared_universe: Universe) -> None:
    full = get("trials/?format=csv").content.decode().splitlines()[0]
    assert get("trials/?format=csv&search=zzzzzz").content.decode().splitlines() == [full]


def test_csv_refuses_paging_because_it_holds_everything(shared_universe: Universe) -> None:
    assert problem("trials/?format=csv&page=1")["parameter"] == "page"
    assert problem("trials/?format=csv&page_size=10")["parameter"] == "page_size"


def test_csv_writes_nested_and_listed_values_in_words(shared_universe: Universe) -> None:
    text = get("trials/?format=csv&identifier=NCT02389244").content.decode()
    [line] = csv.DictReader(io.StringIO(text))
    assert "EUCTR2013-003910-42" in line["identifiers"].split("; ")
    assert line["enrolment.count"] == "163"
    assert line["completion_date.type"] == "ESTIMATED"
    assert line["minimum_age"] == ""


def test_csv_text_is_never_a_formula() -> None:
    assert cell({"a": "=1+1"}, ["a"]) == "'=1+1"
    assert cell({"a": {"b": None}}, ["a", "b"]) == ""
    assert cell({"a": None}, ["a", "b"]) == ""
    assert cell({"a": -1.5}, ["a"]) == -1.5
    assert cell({"a": True}, ["a"]) == "true"
    assert cell({"a": {"x": 1}}, ["a"]) == '{"x":1}'
