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
from evidence.models import EvidenceKind

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
    agents=(1,),
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
        "assertions-0-model_system",
        "model_system",
    ]
    several = replace(mechanism, assertions=(ARROW,), model_system="MIXED")
    assert found(several) == []
    assert found(replace(mechanism, assertions=(replace(ARROW, object=ARROW.subject),))) == [
        "assertions-0-object"
    ]


def test_a_biomarker_statement_names_its_target() -> None:
    assert found(replace(GOOD, kind="BIOMARKER")) == ["targets"]


BARE = replace(GOOD, agents=(), populations=(), measurements=(), model_system="PATIENT")
FULL = replace(
    GOOD, targets=(1,), comparisons=(HAZARD,), assertions=(replace(ARROW, model_system="PATIENT"),)
)


@pytest.mark.parametrize(
    ("kind", "lacks", "has_no_place_for"),
    [
        ("EFFICACY", ["measurements", "populations", "regimens"], ["assertions"]),
        ("SAFETY", ["measurements", "populations", "regimens"], ["assertions"]),
        ("BIOMARKER", ["targets"], []),
        ("DIAGNOSTIC", ["targets"], ["assertions", "comparisons"]),
        ("MECHANISM", ["assertions"], ["comparisons"]),
        ("RESISTANCE", ["assertions", "regimens"], ["comparisons"]),
        ("COMPOSITION", ["measurements", "populations", "targets"], ["assertions", "comparisons"]),
        ("EPIDEMIOLOGY", ["measurements", "populations"], ["assertions"]),
    ],
)
def test_a_kind_says_what_it_needs_and_what_it_has_no_place_for(
    kind: str, lacks: list[str], has_no_place_for: list[str]
) -> None:
    assert found(replace(BARE, kind=kind)) == lacks
    assert found(replace(FULL, kind=kind)) == has_no_place_for


def test_every_kind_has_its_rule() -> None:
    assert set(rules.KIND_RULES) == set(EvidenceKind.values)


@pytest.mark.parametrize("endpoint", sorted(rules.TRIAL_ENDPOINTS))
def test_an_endpoint_of_trials_is_not_measured_in_a_mouse(endpoint: str) -> None:
    mouse = replace(
        with_measurement(endpoint=endpoint),
        kind="MECHANISM",
        level="D",
        model_system="MOUSE",
        assertions=(ARROW,),
    )
    assert found(mouse) == ["measurements-0-endpoint"]
    named = replace(MEASUREMENT, endpoint="OTHER", endpoint_name="n", endpoint_definition="d")
    assert found(replace(mouse, measurements=(named,))) == []


BARE_OF_THERAPY = replace(GOOD, agents=())


def test_a_treatment_is_named_by_regimen_agent_class_or_trial() -> None:
    for link in ("regimens", "agents", "therapy_classes", "trials"):
        assert found(replace(BARE_OF_THERAPY, **{link: (1,)})) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("17/26 = 65%", "65"),
        ("0.27", "27"),
        ("about half", "50"),
        ("1,400-fold", "1400"),
        ("-3.5", "-3.5"),
    ],
)
def test_the_number_stands_in_the_figure_as_printed(raw: str, value: str) -> None:
    assert rules.is_printed(replace(MEASUREMENT, value_raw=raw, value=Decimal(value)))


def test_a_bound_and_a_range_are_kept_as_such() -> None:
    assert found(with_measurement(value_modifier="<")) == []
    assert found(with_measurement(value_raw="50 to 60%", value_to=Decimal(60))) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": None}, "value"),
        ({"value_raw": ""}, "value"),
        ({"state": "NOT_REACHED"}, "value"),
        ({"value": Decimal(101), "value_raw": "101"}, "value"),
        ({"value": Decimal(51)}, "value"),
        ({"value_modifier": "<", "value_to": Decimal(60)}, "value_modifier"),
        ({"value_to": Decimal(50)}, "value_to"),
        ({"unit": "MONTHS", "estimator": "RATE_UNSPECIFIED"}, "unit"),
        ({"events": 11}, "events"),
        ({"n": None}, "events"),
        ({"ci_raw": "9-1", "ci_low": Decimal(9), "ci_high": Decimal(1)}, "ci_low"),
        ({"ci_low": Decimal(1), "ci_high": Decimal(9)}, "ci_raw"),
        ({"ci_low": Decimal(1), "ci_raw": "from 1"}, "ci_high"),
        ({"ci_high": Decimal(9), "ci_raw": "to 9"}, "ci_low"),
        ({"ci_level": Decimal(100)}, "ci_level"),
        ({"endpoint": "OTHER"}, "endpoint_name"),
        ({"time_point": Decimal(6)}, "time_point"),
        ({"estimator": "KAPLAN_MEIER_RATE"}, "time_point"),
        ({"threshold_met": False}, "threshold_raw"),
        ({"data_cutoff_date": "spring"}, "data_cutoff_date"),
        (
            {
                "ci_raw": "1-60",
                "ci_low": Decimal(1),
                "ci_high": Decimal(60),
                "ci_high_state": "NOT_ESTIMABLE",
            },
            "ci_high_state",
        ),
    ],
)
def test_a_measurement_that_cannot_be_is_refused(changes: dict[str, Any], field: str) -> None:
    assert found(with_measurement(**changes)) == [f"measurements-0-{field}"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": Decimal(0), "value_raw": "0"}, "value"),
        ({"value": Decimal("0.24")}, "value"),
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
