"""Values outside their intervals, parts larger than their whole, thresholds met and missed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evidence.statistics.figures_support import doubts, effect_doubts

MEDIAN = {"endpoint": "PFS", "estimator": "MEDIAN", "unit": "MONTHS"}


def test_a_value_outside_its_own_interval_is_a_contradiction() -> None:
    found = doubts(
        **MEDIAN, value="8.6", value_raw="8.6", ci_raw="2.0-7.6", ci_low=2, ci_high="7.6"
    )
    doubt = found["VALUE_IN_INTERVAL"]
    assert doubt.weight == "CONTRADICTION"
    assert doubt.says == "The value 8.6 months lies outside its own interval, 2.0–7.6 months."
    assert doubt.difference == "1.0"


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [("3.6", "2.0", "7.6"), ("10.7", "5.5", None), ("3.6", None, "3.6"), ("9", "9.4", None)],
)
def test_rounding_and_open_ends_put_no_value_outside(
    value: str, low: str | None, high: str | None
) -> None:
    raw = f"{low or ''}-{high or 'NE'}"
    assert (
        doubts(**MEDIAN, value=value, value_raw=value, ci_raw=raw, ci_low=low, ci_high=high) == {}
    )


def test_a_value_below_a_one_sided_bound_is_outside() -> None:
    found = doubts(**MEDIAN, value=3, value_raw="3", ci_low=5, ci_sides="ONE_SIDED")
    assert set(found) == {"VALUE_IN_INTERVAL"}


def test_a_difference_is_only_checked_against_its_interval() -> None:
    given: dict[str, Any] = {"measure": "DIFFERENCE", "ci_low": "-3.2", "ci_high": "4.5"}
    raw = {"ci_raw": "−3.2 to 4.5", "p_raw": "0.001", "p_value": "0.001", "p_modifier": "="}
    assert effect_doubts(**given, **raw, value=0, value_raw="0.0") == {}
    doubt = effect_doubts(**given, **raw, value="-5.0", value_raw="−5.0")["VALUE_IN_INTERVAL"]
    assert doubt.says == "The value −5.0 lies outside its own interval, −3.2 to 4.5."


def test_more_patients_than_enrolled_contradict_the_registry() -> None:
    doubt = doubts(n=52, enrolment=43)["N_IN_ENROLMENT"]
    assert doubt.weight == "CONTRADICTION"
    assert doubt.says == "The number is of 52 patients, the trial enrolled 43."
    assert "anticipated" in doubt.innocent
    assert "N_IN_ENROLMENT" in doubts(n=40, population_n=52, enrolment=43)
    assert doubts(n=43, population_n=43, enrolment=43) == {}


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        (
            {"n": 43, "population_n": 38},
            "The number is of 43 patients, but its population has only 38.",
        ),
        (
            {"population_n": 26, "whole_n": 20},
            "Its population is of 26 patients, but the group it is part of has only 20.",
        ),
        (
            {"n": 26, "whole_n": 20},
            "The number is of 26 patients, but the group its population is part of has only 20.",
        ),
    ],
)
def test_a_part_larger_than_its_whole_is_a_contradiction(
    numbers: dict[str, int], says: str
) -> None:
    doubt = doubts(**numbers)["N_IN_WHOLE"]
    assert doubt.weight == "CONTRADICTION"
    assert doubt.says == says


def test_a_part_as_large_as_its_whole_is_right() -> None:
    assert doubts(n=26, population_n=26, whole_n=26) == {}


KM = {"endpoint": "PFS", "estimator": "KAPLAN_MEIER_RATE", "value": "50.9", "value_raw": "50.9"}


def test_a_threshold_that_was_missed_as_given_is_right() -> None:
    assert doubts(**KM, threshold_raw=">= 60%", threshold=60, threshold_met=False) == {}


def test_a_threshold_given_as_met_below_it_is_a_difference() -> None:
    doubt = doubts(**KM, threshold_raw=">= 60%", threshold=60, threshold_met=True)["THRESHOLD"]
    assert doubt.weight == "DIFFERENCE"
    assert doubt.says == (
        "The threshold is given as met, yet the value 50.9 % misses at least 60 %."
    )
    assert doubt.difference == "−9.1 %"


def test_a_threshold_may_hang_on_the_end_of_the_interval() -> None:
    bound = {"ci_raw": "34.6-65.0", "ci_low": "34.6", "ci_high": 65}
    doubt = doubts(**KM, **bound, threshold_raw="40 %", threshold=40, threshold_met=False)[
        "THRESHOLD"
    ]
    assert "lower end 34.6 is on the side that is given" in doubt.innocent
    assert doubt.weight == "HINT"
    other = doubts(**KM, **bound, threshold_raw="30 %", threshold=30, threshold_met=False)
    assert other["THRESHOLD"].weight == "DIFFERENCE"


def test_fewer_adverse_events_are_better() -> None:
    given = {"endpoint": "ADVERSE_EVENT", "value": 20, "value_raw": "20%", "threshold": 30}
    assert doubts(**given, threshold_met=True) == {}
    assert set(doubts(**given, threshold_met=False)) == {"THRESHOLD"}


def test_of_another_endpoint_the_printed_sign_tells_the_direction() -> None:
    given = {"endpoint": "OTHER", "value": 20, "value_raw": "20%", "threshold": 30}
    assert doubts(**given, threshold_raw="not stated", threshold_met=True) == {}
    assert set(doubts(**given, threshold_raw="≥ 30 %", threshold_met=True)) == {"THRESHOLD"}
    assert doubts(**given, threshold_raw="at most 30 %", threshold_met=True) == {}


def test_a_value_that_may_be_the_threshold_itself_is_left_alone() -> None:
    given = {"value": 60, "value_raw": "60%", "threshold": 60}
    assert doubts(**given, threshold_met=True) == doubts(**given, threshold_met=False) == {}
