"""Mechanisms over REST: the list of arrows, and the questions to their graph."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from pytest_django import DjangoAssertNumQueries

from osteodb.core.api.questions import Question
from osteodb.wsgi import application
from tests.api.support import get, problem, rows
from tests.api.test_schema import CHECKS
from tests.golden import check, steady
from tests.universe import Universe

pytestmark = pytest.mark.django_db
QUESTIONS = {
    "paths": "mechanisms/paths/?from=target:kdr&to=agent:avelumab",
    "touching": "mechanisms/touching/?entity=target:cd274",
    "contradictions": "mechanisms/contradictions/",
}
# Finding an entity by kind and name costs two or three queries each, the graph three.
QUERIES = {"paths": 7, "touching": 5, "contradictions": 3}


def addresses(value: Any) -> set[str]:
    """Every address within this API that an answer holds."""
    if isinstance(value, dict | list):
        members = value.values() if isinstance(value, dict) else value
        return set().union(*(addresses(member) for member in members))
    own = isinstance(value, str) and value.startswith("http://localhost/")
    return {value} if own else set()


def test_an_arrow_tells_what_it_was_seen_in_and_where_it_was_read(mechanism: Universe) -> None:
    [row] = rows("assertions/?relation=CARRIES")
    assert (row["subject"]["name"], row["object"]["id"]) == ("exosome", "target:cd274")
    assert row["donor_cell"]["name"] == "tumour cell"
    assert (row["model_system"], row["clinical"]) == ("CELL_LINE", False)
    assert (row["sign"], row["stance"], row["is_negated"]) == (0, "FOR", False)
    assert row["evidence"]["public_id"] == mechanism.versions["carried"].item.public_id
    assert row["locator"]["place"] == "results, sentence 3"


def test_nothing_preclinical_is_clinical(mechanism: Universe) -> None:
    assert {row["clinical"] for row in rows("assertions/?page_size=200")} == {False}


def test_the_table_holds_the_rows_of_the_list(mechanism: Universe) -> None:
    table = csv.DictReader(io.StringIO(get("assertions/?format=csv").content.decode()))
    listed = rows("assertions/?page_size=200")
    assert [row["subject.id"] for row in table] == [row["subject"]["id"] for row in listed]


def test_a_path_is_told_step_by_step(mechanism: Universe) -> None:
    answer = get(QUESTIONS["paths"]).json()
    assert (answer["longest"], answer["arrows"], answer["capped"]) == (4, "follow", False)
    [path] = answer["paths"]
    assert [one["id"] for one in path["entities"]] == [
        "target:kdr",
        "target:cd274",
        "agent:avelumab",
    ]
    finding, tie = path["steps"]
    assert (finding["tie"], finding["disputed"]) == (False, True)
    assert [edge["evidence"]["statement"] for edge in finding["opposing"]] == [
        "VEGFR2 raises PD-L1."
    ]
    assert (tie["tie"], tie["against_arrows"]) == (True, True)
    assert tie["supporting"][0]["evidence"] is None
    assert "sign" not in path and "score" not in path


def test_arrows_may_be_walked_either_way(mechanism: Universe) -> None:
    asked = "mechanisms/paths/?from=T cell&to=exosome"
    assert get(asked).json()["paths"] == []
    [path] = get(f"{asked}&arrows=any").json()["paths"]
    assert all(step["against_arrows"] for step in path["steps"])


def test_everything_touching_is_told_by_part(mechanism: Universe) -> None:
    answer = get(QUESTIONS["touching"]).json()
    parts = {part["role"]: part for part in answer["parts"]}
    assert set(parts) == {"SUBJECT", "OBJECT"}
    assert answer["count"] == 5
    assert [edge["stance"] for edge in parts["OBJECT"]["opposing"]] == ["AGAINST"]
    t_cell = get("mechanisms/touching/?entity=T cell").json()
    assert {part["role"] for part in t_cell["parts"]} == {"OBJECT", "RECIPIENT"}


def test_contradictions_have_both_sides(mechanism: Universe) -> None:
    answer = get(QUESTIONS["contradictions"]).json()
    assert answer["count"] == len(answer["contradictions"]) == 2
    for one in answer["contradictions"]:
        assert one["supporting"] and one["opposing"]
    about = get("mechanisms/contradictions/?entity=tumour growth").json()
    assert [one["object"]["name"] for one in about["contradictions"]] == ["tumour growth"]


@pytest.mark.parametrize(
    ("query", "parameter", "words"),
    [
        ("from=nobody&to=avelumab", "from", "No target, agent or pathway is called 'nobody'"),
        ("from=VEGFR3&to=avelumab", "from", "Did you mean 'VEGFR2'"),
        ("from=ambiguous alias&to=avelumab", "from", "means several things"),
        ("to=avelumab", "from", "Give from"),
        ("from=avelumab&to=", "to", "Give to"),
        ("from=avelumab&to=agent:avelumab", "to", "both mean agent:avelumab"),
        ("from=KDR&to=avelumab&longest=0", "longest", "from 1 to 6"),
        ("from=KDR&to=avelumab&longest=7", "longest", "from 1 to 6"),
        ("from=KDR&to=avelumab&longest=x", "longest", "not a whole number"),
        ("from=KDR&to=avelumab&arrows=up", "arrows", "not one of: follow, any"),
        ("from=KDR&to=avelumab&lenght=3", "lenght", "There is no parameter"),
        ("from=KDR&from=CD274&to=avelumab", "from", "one value only"),
    ],
)
def test_a_question_without_sense_is_refused_with_a_sentence(
    query: str, parameter: str, words: str, shared_universe: Universe
) -> None:
    found = problem(f"mechanisms/paths/?{query}")
    assert found["parameter"] == parameter
    assert words in found["message"]


def test_a_question_about_nothing_is_refused(shared_universe: Universe) -> None:
    assert problem("mechanisms/touching/")["parameter"] == "entity"
    assert problem("mechanisms/touching/?entity=nobody")["parameter"] == "entity"
    assert problem("mechanisms/contradictions/?entity=nobody")["parameter"] == "entity"
    assert problem("mechanisms/contradictions/?format=csv")["allowed"] == ["json"]
    ambiguous = problem("mechanisms/touching/?entity=ambiguous alias")
    assert ambiguous["allowed"] == ["target:cd274", "target:kdr"]


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_link_of_an_answer_leads_somewhere(name: str, mechanism: Universe) -> None:
    found = addresses(get(QUESTIONS[name]).json())
    assert len(found) > 3
    for address in sorted(found):
        assert Client(SERVER_NAME="localhost").get(urlsplit(address).path).status_code == 200


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_costs_the_same_whatever_is_in_the_graph(
    name: str, mechanism: Universe, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(QUERIES[name]):
        assert get(QUESTIONS[name]).status_code == 200


@pytest.mark.parametrize("name", QUESTIONS)
def test_nothing_can_be_written_to_a_question(name: str, shared_universe: Universe) -> None:
    client, address = Client(SERVER_NAME="localhost"), f"/api/v1/{QUESTIONS[name]}"
    answer = client.post(address, "{}", content_type="application/json")
    assert answer.status_code == 405


def test_every_question_and_its_parameters_are_in_the_document() -> None:
    paths = get("schema/").json()["paths"]
    for view in Question.__subclasses__():
        [asked] = [
            path["get"]
            for path in paths.values()
            if path.get("get", {}).get("summary") == view.name.capitalize()
        ]
        assert [one["name"] for one in asked["parameters"]] == [
            name for name, _, _ in view.parameters()
        ]
        assert [one["name"] for one in asked["parameters"] if one.get("required")] == list(
            view.required
        )
        assert all(one["description"] for one in asked["parameters"])


def test_the_answers_are_as_agreed(mechanism: Universe) -> None:
    check("mechanisms/assertions.json", steady(get("assertions/").json()))
    for name, path in QUESTIONS.items():
        check(f"mechanisms/{name}.json", steady(get(path).json()))


@pytest.mark.slow
@pytest.mark.usefixtures("_open_connection")
@pytest.mark.parametrize("name", QUESTIONS)
def test_generated_questions_are_answered_as_the_document_says(
    name: str, mechanism: Universe
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    operation = schema[f"/api/v1/mechanisms/{name}/"]["GET"]

    @settings(
        max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def try_out(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    try_out()
