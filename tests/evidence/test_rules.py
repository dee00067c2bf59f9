"""What the form, the API and the corpus loader refuse, in words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from evidence import rules
from evidence.drafts import (
    AssertionDraft,
    ComparisonDraft,
    Draft,
    Entity,
    LocatorDraft,
    MeasurementDraft,
    PopulationDraft,
)

LOCATOR = LocatorDraft(key="abstract", source=1, source_kind="ARTICLE", section="abstract")
REVIEW = LocatorDraft(key="review", source=2, source_kind="REVIEW", section="4.4", sentence=6)
POPULATION = PopulationDraft(key="all", label="All", scope="OSTEOSARCOMA_ONLY", setting="RELAPSE")
MEASUREMENT = MeasurementDraft(
    key="orr",
    population="all",
    locator="abstract",
    endpoint="ORR",
    estimator="CRUDE_PROPORTION",
    unit="PERCENT",
    value_raw="50%",
    value=Decimal(50),
    events=5,
    n=10,
)
HAZARD = ComparisonDraft(
    key="hr",
    population="all",
    locator="abstract",
    endpoint="PFS",
    measure="HR",
    experimental_label="drug",
    control_label="placebo",
    value_raw="0.42",
    value=Decimal("0.42"),
)
ARROW = AssertionDraft(
    key="arrow",
    locator="abstract",
    subject=Entity("agent", 1),
    relation="INHIBITS",
    object=Entity("target", 2),
    model_system="MOUSE",
)
GOOD = Draft(
    kind="EFFICACY",
    statement="Half of ten responded.",
    level="B",
    direction="SUPPORTS",
    model_system="PATIENT",
    locators=(LOCATOR,),
    populations=(POPULATION,),
    measurements=(MEASUREMENT,),
)


def found(draft: Draft) -> list[str]:
    return [problem.field for problem in rules.problems(draft)]


def with_measurement(**changes: Any) -> Draft:
    return replace(GOOD, measurements=(replace(MEASUREMENT, **changes),))


def with_comparison(**changes: Any) -> Draft:
    return replace(GOOD, comparisons=(replace(HAZARD, **changes),))


def test_a_whole_draft_breaks_no_rule() -> None:
    assert found(GOOD) == []
    assert found(with_comparison()) == []


def test_every_broken_rule_is_named_at_once() -> None:
    draft = replace(GOOD, statement=" ", rating=9, locators=(), populations=())
    assert found(draft) == [
        "statement",
        "locators",
        "rating",
        "populations",
        "measurements-0-population",
        "measurements-0-locator",
    ]


def test_a_claim_read_only_in_a_review_is_never_above_e() -> None:
    read = replace(GOOD, locators=(REVIEW,), measurements=(replace(MEASUREMENT, locator="review"),))
    assert found(read) == ["level"]
    assert found(replace(read, level="E")) == []
    assert found(replace(GOOD, locators=(LOCATOR, REVIEW))) == []


@pytest.mark.parametrize("system", ["MOUSE", "CELL_LINE", "IN_SILICO"])
def test_a_number_from_the_laboratory_is_no_efficacy(system: str) -> None:
    assert found(replace(GOOD, model_system=system, level="D")) == ["model_system"]
    assert found(replace(GOOD, model_system=system)) == ["model_system", "level"]


def test_a_clinical_number_says_that_it_was_seen_in_patients() -> None:
    assert found(replace(GOOD, model_system="NOT_STATED", level="E")) == ["model_system"]
    silent = with_measurement(
        state="NOT_REPORTED", value=None, value_raw="", events=None, n=None, unit="OTHER"
    )
    assert found(replace(silent, model_system="NOT_STATED", level="E")) == []


def test_a_mechanism_needs_an_arrow_and_says_in_what_it_was_seen() -> None:
    mechanism = replace(
        GOOD,
        kind="MECHANISM",
        level="D",
        model_system="MOUSE",
        populations=(),
        measurements=(),
    )
    assert found(mechanism) == ["assertions"]
    assert found(replace(mechanism, assertions=(ARROW,))) == []
    assert found(replace(mechanism, assertions=(ARROW,), model_system="NOT_STATED")) == [
        "model_system"
    ]


def test_a_biomarker_statement_names_its_target() -> None:
    assert found(replace(GOOD, kind="BIOMARKER")) == ["targets"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": None}, "value"),
        ({"value_raw": ""}, "value"),
        ({"state": "NOT_REACHED"}, "value"),
        ({"value": Decimal(101)}, "value"),
        ({"events": 11}, "events"),
        ({"n": None}, "events"),
        ({"ci_raw": "9-1", "ci_low": Decimal(9), "ci_high": Decimal(1)}, "ci_low"),
        ({"ci_low": Decimal(1)}, "ci_raw"),
        ({"ci_level": Decimal(100)}, "ci_level"),
        ({"endpoint": "OTHER"}, "endpoint_name"),
        ({"time_point": Decimal(6)}, "time_point"),
        ({"estimator": "KAPLAN_MEIER_RATE"}, "time_point"),
        ({"threshold_met": False}, "threshold_raw"),
        ({"data_cutoff_date": "spring"}, "data_cutoff_date"),
        (
            {"ci_raw": "1-NE", "ci_high": Decimal(60), "ci_high_state": "NOT_ESTIMABLE"},
            "ci_high_state",
        ),
    ],
)
def test_a_measurement_that_cannot_be_is_refused(changes: dict[str, Any], field: str) -> None:
    assert found(with_measurement(**changes)) == [f"measurements-0-{field}"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": Decimal(0)}, "value"),
        ({"measure": "TEST_ONLY"}, "p_value"),
        ({"p_value": Decimal("0.04")}, "p_raw"),
        ({"p_value": Decimal(2), "p_raw": "2", "p_modifier": "="}, "p_value"),
        ({"experimental": "orr", "control": "orr"}, "control"),
        ({"experimental": "nothing"}, "experimental"),
    ],
)
def test_a_comparison_that_cannot_be_is_refused(changes: dict[str, Any], field: str) -> None:
    assert found(with_comparison(**changes)) == [f"comparisons-0-{field}"]


def test_a_non_comparative_trial_has_no_comparison_of_its_arms() -> None:
    arms = (MEASUREMENT, replace(MEASUREMENT, key="placebo"))
    draft = replace(
        with_comparison(experimental="orr", control="placebo", comparative_by_design=False),
        measurements=arms,
    )
    assert found(draft) == ["comparisons-0-comparative_by_design"]


def test_a_source_without_a_place_in_it_is_not_enough() -> None:
    bare = replace(LOCATOR, section="")
    assert found(replace(GOOD, locators=(bare,))) == ["locators-0-section"]
    counted = replace(LOCATOR, section="", url="https://example.org", sentence=2)
    assert found(replace(GOOD, locators=(counted,))) == ["locators-0-sentence"]


def test_parts_are_told_apart_and_stand_in_order() -> None:
    twice = replace(GOOD, measurements=(MEASUREMENT, MEASUREMENT))
    assert found(twice) == ["measurements-1-key"]
    sub = replace(POPULATION, key="sub", parent="all")
    assert found(replace(GOOD, populations=(sub, POPULATION))) == ["populations-0-parent"]
    assert found(replace(GOOD, populations=(POPULATION, sub))) == []
