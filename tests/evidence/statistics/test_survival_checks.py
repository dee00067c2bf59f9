"""Rates, medians and hazard ratios against each other: logic first, exponential curves a hint."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evidence.statistics.figures_support import doubts, effect_doubts

RATE = {"endpoint": "PFS", "estimator": "KAPLAN_MEIER_RATE"}


def rate(value: str, time: str, median: str, **more: Any) -> dict[str, Any]:
    """The doubts about a rate at a time in months beside a median in months."""
    given = {**RATE, **more}
    return doubts(
        **given,
        value=value,
        value_raw=f"{value}%",
        time_point_months=time,
        median_months=median,
    )


@pytest.mark.parametrize(
    ("value", "time", "median"),
    [
        ("56.76", "4", "4.5"),  # apatinib, Xie 2019
        ("44.4", "3.68", "3.6"),  # SARC024, regorafenib, 16 weeks
        ("79.0", "1.84", "3.6"),  # SARC024, regorafenib, 8 weeks
        ("25.0", "1.84", "1.7"),  # SARC024, placebo, 8 weeks
        ("28", "6", "4.1"),  # A091401
        ("54", "12", "14.3"),
    ],
)
def test_the_trials_on_record_agree_with_their_medians(value: str, time: str, median: str) -> None:
    assert rate(value, time, median) == {}


def test_more_than_half_after_the_median_is_a_difference() -> None:
    doubt = rate("62.0", "6", "4.5")["RATE_AND_MEDIAN"]
    assert doubt.weight == "DIFFERENCE"
    assert doubt.says == (
        "The rate is 62.0 % at 6.0 months: more than 50 % after the median of 4.5 months."
    )


def test_less_than_half_before_the_median_is_a_difference() -> None:
    doubt = rate("41", "3", "4.5")["RATE_AND_MEDIAN"]
    assert doubt.weight == "DIFFERENCE"
    assert "less than 50 % before" in doubt.says


def test_the_rate_of_cabone_lies_below_a_half_just_before_its_median() -> None:
    # 33.3 % is also 14 of the 42 patients: a crude proportion would explain it
    doubt = rate("33.3", "6", "6.2", estimator="RATE_UNSPECIFIED")["RATE_AND_MEDIAN"]
    assert doubt.weight == "HINT"
    assert doubt.says == (
        "The rate is 33.3 % at 6.0 months: less than 50 % before the median of 6.2 months."
    )
    assert "may be one visit" in doubt.innocent
    assert "crude proportion" in doubt.innocent


def test_at_the_median_itself_any_rate_may_stand() -> None:
    assert rate("62", "6", "6") == rate("40", "6", "6.05") == {}


def test_far_from_the_exponential_curve_is_a_hint() -> None:
    doubt = rate("12", "5", "4.5")["RATE_AND_MEDIAN"]
    assert doubt.weight == "HINT"
    assert doubt.expected == "about 46 %, if exponential"


@pytest.mark.parametrize(
    "other", [{"estimator": "CRUDE_PROPORTION"}, {"endpoint": "ORR"}, {"unit": "FOLD"}]
)
def test_only_rates_of_a_survival_curve_have_a_median(other: dict[str, str]) -> None:
    assert rate("62.0", "6", "4.5", **other) == {}


@pytest.mark.parametrize(("time", "median"), [("0", "4"), ("4", "0"), ("-1", "2"), ("NaN", "2")])
def test_times_that_are_none_say_nothing(time: str, median: str) -> None:
    assert rate("62.0", time, median) == {}


def medians(value: str, experimental: str, control: str, **more: Any) -> dict[str, Any]:
    """The doubts about a hazard ratio beside the medians of its two sides."""
    return effect_doubts(
        value=value,
        value_raw=value,
        experimental_median_months=experimental,
        control_median_months=control,
        **more,
    )


def test_the_hazard_ratios_of_sarc024_agree_with_the_medians() -> None:
    assert medians("0.42", "3.6", "1.7") == {}
    assert medians("1.26", "11.1", "13.4", endpoint="OS") == {}


def test_a_ratio_and_medians_that_point_opposite_ways_are_a_hint() -> None:
    doubt = medians("0.70", "3.0", "4.0")["RATIO_AND_MEDIANS"]
    assert doubt.weight == "HINT"
    assert doubt.says == (
        "The hazard ratio is 0.70; the medians, 3.0 months against 4.0 months, point the other way."
    )


def test_a_ratio_above_1_with_the_longer_median_is_a_hint_too() -> None:
    doubt = medians("1.40", "4.0", "3.6")["RATIO_AND_MEDIANS"]
    assert "point the other way" in doubt.says
    assert medians("1.05", "4.0", "3.6") == {}


def test_a_ratio_more_than_twofold_off_the_medians_is_a_hint() -> None:
    doubt = medians("0.20", "3.6", "1.7")["RATIO_AND_MEDIANS"]
    assert doubt.expected == "about 0.47, if exponential"
    assert medians("0.24", "3.6", "1.7") == {}


def test_only_hazard_ratios_go_with_medians() -> None:
    assert medians("0.20", "3.6", "1.7", measure="OR") == {}


def test_a_median_in_whole_months_may_lie_half_a_month_off() -> None:
    given = {"endpoint": "PFS", "estimator": "KAPLAN_MEIER_RATE", "value": 45, "value_raw": "45%"}
    near = doubts(**given, time_point_months="3.5", median_months=4)["RATE_AND_MEDIAN"]
    assert near.weight == "HINT"
    exact = doubts(**given, time_point_months="3.5", median_months="4.1")["RATE_AND_MEDIAN"]
    assert exact.weight == "DIFFERENCE"
