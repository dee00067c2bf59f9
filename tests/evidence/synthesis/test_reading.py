"""From the database to a synthesis, and its answer over REST."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence import services
from evidence.api.synthesis_shapes import SynthesisShape
from osteodb.core.api.shapes import schema_of
from tests.api.support import get, problem
from tests.evidence.synthesis.published import add_response, add_source, add_three
from tests.golden import check, steady
from tests.universe import LATER, NOW, Universe

pytestmark = pytest.mark.django_db
PATH = "synthesis/"


def answer(query: str = "") -> dict[str, Any]:
    """The answer to an address, which has to be understood."""
    found = get(f"{PATH}?{query}")
    assert found.status_code == 200, found.content
    return dict(found.json())


def labels(group: dict[str, Any], part: str = "rows") -> list[str]:
    return [row["label"] for row in group[part]]


def test_numbers_that_are_alike_are_pooled_with_their_sources(universe: Universe) -> None:
    add_three(universe)
    [group] = answer("therapy_class=vegfr-tki&endpoint=ORR")["groups"]
    assert labels(group) == [
        "Adams 2020, regorafenib",
        "Baker 2020, apatinib",
        "Clark 2020, regorafenib",
    ]
    pooled = group["pooled"]
    assert pooled["k"] == 3
    assert 100 * 4 / 30 < pooled["estimate"] < 100 * 8 / 35
    assert pooled["unit"] == "%"
    assert pooled["prediction"]["low"] <= pooled["low"]
    assert {line["name"] for line in pooled["sensitivity"]} == {
        "Fixed effect",
        "DerSimonian–Laird",
        "Mixed model",
        "Freeman–Tukey",
    }
    assert sum(row["pooled_as"]["weight"] for row in group["rows"]) == pytest.approx(100, abs=0.01)
    for row in group["rows"]:
        assert row["source"]["slug"]
        assert row["locator"]["place"] == "Table 2"
        assert get(row["url"].split("/api/v1/")[1]).json()["id"] == row["id"]


def test_the_answer_is_what_was_agreed(universe: Universe) -> None:
    add_three(universe)
    check("synthesis/responses.json", steady(answer("agent=regorafenib,apatinib")))


def test_the_answer_has_exactly_the_fields_of_its_shape(universe: Universe) -> None:
    add_three(universe)
    components: dict[str, Any] = {}
    schema_of(SynthesisShape, components)
    found = answer()
    assert list(found) == list(components["Synthesis"]["properties"])
    [group] = found["groups"]
    for name, value in (
        ("Group", group),
        ("Alike", group["alike"]),
        ("SynthesisRow", group["rows"][0]),
        ("Pooled", group["pooled"]),
        ("LeftOut", found["left_out"][0]),
    ):
        assert set(value) == set(components[name]["properties"]), name


def test_two_sources_of_one_trial_are_counted_once(universe: Universe) -> None:
    add_three(universe)
    trial = universe.trials["regobone"]
    paper = add_response(universe, add_source(universe, "dixon"), 6, 33, trial=trial)
    add_response(universe, add_source(universe, "evans", "NEWS"), 5, 31, trial=trial)
    [group] = answer("endpoint=ORR")["groups"]
    assert paper.pk in [row["id"] for row in group["rows"]]
    [out] = group["left_out"]
    assert out["reason"] == "SAME_PATIENTS"
    assert out["source"]["slug"] == "evans"


def test_sources_linked_by_their_patients_are_counted_once(universe: Universe) -> None:
    rows = add_three(universe)
    services.link_sources(
        from_source=rows[2].locator.source,
        to_source=rows[0].locator.source,
        kind="OVERLAPPING_PATIENTS",
        by=universe.alice,
        now=NOW,
    )
    [group] = answer("endpoint=ORR")["groups"]
    assert labels(group) == ["Baker 2020, apatinib", "Clark 2020, regorafenib"]
    assert labels(group, "left_out") == ["Adams 2020, regorafenib"]


def test_a_disputed_number_and_placebo_are_kept_apart(universe: Universe) -> None:
    found = answer()
    assert found["groups"] == []
    outside = {row["label"]: row["reason"] for row in found["left_out"]}
    assert outside["REGOBONE, placebo"] == "DISPUTED"
    roles = {
        row["label"]: group["alike"]["role"] for group in found["alone"] for row in group["rows"]
    }
    assert roles["Davis LE 2019, placebo"] == "PLACEBO"
    assert roles["Davis LE 2019, regorafenib"] == "TREATED"


def test_a_retracted_source_is_left_out(universe: Universe) -> None:
    rows = add_three(universe)
    source = rows[1].locator.source
    services.update_source(source=source, by=universe.alice, now=LATER, retraction="RETRACTED")
    [group] = answer("endpoint=ORR")["groups"]
    assert [row["reason"] for row in group["left_out"]] == ["RETRACTED"]


@pytest.mark.parametrize(
    "given",
    [
        {"value_raw": "<15%", "value": Decimal(15), "value_modifier": "<"},
        {"value_raw": "about 15%", "value": Decimal(15), "value_modifier": "~"},
        {"value_raw": "15–20%", "value": Decimal(15), "value_to": Decimal(20)},
    ],
    ids=["bound", "about", "range"],
)
def test_a_bound_a_range_or_about_is_not_pooled(universe: Universe, given: dict[str, Any]) -> None:
    add_three(universe)
    add_response(universe, add_source(universe, "dixon"), 6, 40, **given)
    [group] = answer("endpoint=ORR")["groups"]
    assert len(group["rows"]) == 3
    assert [row["reason"] for row in group["left_out"]] == ["NOT_EXACT"]


@pytest.mark.parametrize("label", ["Placebo", "placebo arm", "Placebo group"])
def test_an_arm_that_is_only_called_placebo_is_not_called_treated(
    universe: Universe, label: str
) -> None:
    add_three(universe)
    add_response(universe, add_source(universe, "dixon"), 1, 40, has_regimen=False, arm_label=label)
    found = answer("endpoint=ORR")
    assert [len(group["rows"]) for group in found["groups"]] == [3]
    assert [group["alike"]["role"] for group in found["alone"]] == ["PLACEBO"]


def test_comparisons_are_a_kind_of_their_own(universe: Universe) -> None:
    found = answer("kind=comparisons")
    [alone] = found["alone"]
    assert alone["alike"]["measure"] == "HR"
    assert alone["alike"]["against"] == "placebo"
    assert alone["alike"]["comparative_by_design"] == "YES"
    assert alone["title"] == "Progression-free survival: hazard ratio"
    assert "/comparisons/" in alone["rows"][0]["url"]


def test_the_window_of_time_is_the_readers(universe: Universe) -> None:
    for slug, months, events in (("adams", "6", 10), ("baker", "5.5", 12)):
        add_response(
            universe,
            add_source(universe, slug),
            events,
            40,
            endpoint="PFS",
            time_point=months,
            time_point_unit="MONTHS",
        )
    assert [len(group["rows"]) for group in answer()["groups"]] == [2]
    assert answer("window=2")["groups"] == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("window=-1", "window"),
        ("window=51", "window"),
        ("window=x", "window"),
        ("window=10&window=20", "window"),
        ("kind=trials", "kind"),
        ("kind=measurements&kind=comparisons", "kind"),
        ("agnet=regorafenib", "agnet"),
        ("measure=HR", "measure"),
        ("kind=comparisons&estimator=MEDIAN", "estimator"),
        ("endpoint=nonsense", "endpoint"),
        ("page=1", "page"),
    ],
)
def test_what_is_not_understood_is_refused_and_named(
    query: str, parameter: str, universe: Universe
) -> None:
    assert problem(f"{PATH}?{query}")["parameter"] == parameter


def test_an_empty_value_filters_nothing(universe: Universe) -> None:
    assert answer("window=&kind=&agent=&endpoint=") == answer()


def test_nothing_can_be_written(universe: Universe) -> None:
    from django.test import Client

    for method in ("post", "put", "patch", "delete"):
        found = getattr(Client(SERVER_NAME="localhost"), method)(f"/api/v1/{PATH}")
        assert found.status_code == 405
        assert found.json()["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize("kind", ["measurements", "comparisons"])
def test_more_numbers_cost_no_more_queries(kind: str, universe: Universe) -> None:
    add_three(universe)
    with CaptureQueriesContext(connection) as before:
        answer(f"kind={kind}")
    for number in range(3):
        add_response(universe, add_source(universe, f"more-{number}"), 3 + number, 30)
    with CaptureQueriesContext(connection) as after:
        answer(f"kind={kind}")
    assert len(after) == len(before) <= 16


def test_a_retracted_statement_is_not_pooled(universe: Universe) -> None:
    rows = add_three(universe)
    version = rows[0].version
    services.retract(version=version, reason="Entered twice.", by=universe.bob, now=LATER)
    [group] = answer("endpoint=ORR")["groups"]
    assert len(group["rows"]) == 2
