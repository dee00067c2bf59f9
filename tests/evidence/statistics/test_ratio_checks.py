"""A ratio, its interval and its p against each other."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.statistics.ratio_checks import implied_p
from tests.evidence.statistics.figures_support import effect_doubts

# Davis and others 2019, SARC024: progression-free survival, as in the corpus
SARC024: dict[str, Any] = {
    "value": "0.42",
    "value_raw": "0.42",
    "ci_raw": "0.21-0.85",
    "ci_level": 95,
    "ci_low": "0.21",
    "ci_high": "0.85",
    "p_raw": "0.017",
    "p_value": "0.017",
    "p_modifier": "=",
    "experimental_median_months": "3.6",
    "control_median_months": "1.7",
}


def p(raw: str, modifier: str = "=", **more: str) -> dict[str, str]:
    """A printed p."""
    return {"p_raw": raw, "p_value": raw, "p_modifier": modifier, **more}


def test_sarc024_comes_out_clean() -> None:
    assert effect_doubts(**SARC024) == {}


@pytest.mark.parametrize(
    ("value", "low", "high", "stated"),
    [
        # https://www.rdocumentation.org/packages/survival/versions/2.41-2/topics/summary.coxph
        ("1.017", "0.999", "1.036", "0.0650"),
        ("0.599", "0.431", "0.831", "0.0022"),
        # https://rdrr.io/cran/survutils/man/get_cox_summary.html
        ("0.979", "0.842", "1.138", "0.786"),
        # https://stats.stackexchange.com/questions/141626/ by Wald's test …
        ("0.1267", "0.01399", "1.147", "0.0661"),
    ],
)
def test_what_a_cox_model_prints_comes_out_clean(
    value: str, low: str, high: str, stated: str
) -> None:
    printed = {"value": value, "value_raw": value, "ci_low": low, "ci_high": high}
    assert effect_doubts(**printed, ci_raw=f"{low}-{high}", ci_level=95, **p(stated)) == {}


def test_the_log_rank_p_of_a_wald_interval_across_1_is_a_difference_no_contradiction() -> None:
    # … and the same ten patients by the log-rank test: 0.034, on the other side of 0.05
    printed = {"value": "0.1267", "value_raw": "0.1267", "ci_low": "0.01399", "ci_high": "1.147"}
    found = effect_doubts(**printed, ci_raw="0.01399-1.147", ci_level=95, **p("0.03419"))
    doubt = found["RATIO_P"]
    assert doubt.weight == "DIFFERENCE"
    stated = effect_doubts(
        **printed, ci_raw="0.01399-1.147", ci_level=95, **p("0.03419", p_sides="TWO_SIDED")
    )
    assert "log-rank" in stated["RATIO_P"].innocent


def test_a_significant_p_with_an_interval_across_1_is_a_contradiction() -> None:
    # https://stats.stackexchange.com/questions/141626/ asks about this ratio with p = 0.045
    printed = {"value": "0.67", "value_raw": "0.67", "ci_low": "0.24", "ci_high": "1.89"}
    doubt = effect_doubts(**printed, ci_raw="0.24-1.89", ci_level=95, **p("0.045"))["RATIO_P"]
    assert doubt.weight == "CONTRADICTION"
    assert doubt.says == "0.67 (0.24–1.89) implies a p of 0.45, printed is p = 0.045."


def test_a_p_that_is_not_significant_with_an_interval_off_1_is_a_contradiction() -> None:
    assert effect_doubts(**{**SARC024, **p("0.62")})["RATIO_P"].weight == "CONTRADICTION"
    assert effect_doubts(**{**SARC024, **p("0.05", ">")})["RATIO_P"].weight == "DIFFERENCE"


def test_a_p_far_off_on_the_same_side_is_a_difference() -> None:
    doubt = effect_doubts(**{**SARC024, **p("0.0001")})["RATIO_P"]
    assert doubt.weight == "DIFFERENCE"
    assert doubt.expected == "p = 0.015"
    assert doubt.printed == "p = 0.0001"


@pytest.mark.parametrize(
    "stated", [p("0.05", "<"), p("0.01", ">"), p("0.02"), p("0.01"), p("0.008")]
)
def test_a_p_printed_as_a_limit_or_within_what_tests_differ_is_right(
    stated: dict[str, str],
) -> None:
    assert effect_doubts(**{**SARC024, **stated}) == {}


def test_a_one_sided_p_is_half_the_two_sided_one() -> None:
    wide = {**SARC024, "ci_raw": "0.16-1.10", "ci_low": "0.16", "ci_high": "1.10"}
    assert effect_doubts(**{**wide, **p("0.039", p_sides="ONE_SIDED")}) == {}
    unstated = effect_doubts(**{**wide, **p("0.039")})["RATIO_P"]
    assert unstated.weight == "DIFFERENCE"
    assert unstated.innocent == "It agrees if the p is one-sided."
    stated = effect_doubts(**{**wide, **p("0.039", p_sides="TWO_SIDED")})["RATIO_P"]
    assert "log-rank" in stated.innocent


def test_significance_is_taken_at_the_level_of_the_interval() -> None:
    # 80 % intervals exclude 1 at p below 0.20
    narrow = {"value": "0.70", "value_raw": "0.70", "ci_low": "0.51", "ci_high": "0.96"}
    assert effect_doubts(**narrow, ci_raw="0.51-0.96", ci_level=80, **p("0.15")) == {}


def test_a_ratio_printed_as_1_may_be_1_itself() -> None:
    one = {"value": 1, "value_raw": "1.0", "ci_raw": "0.98-1.02", "ci_low": "0.98"}
    assert effect_doubts(**one, ci_high="1.02", ci_level=95, **p("0.90")) == {}


def test_a_level_that_is_not_printed_is_assumed_aloud() -> None:
    doubt = effect_doubts(**{**SARC024, **p("0.62"), "ci_level": None})["RATIO_P"]
    assert "95 % assumed" in doubt.says


def test_a_ratio_away_from_the_middle_of_its_interval_is_a_difference() -> None:
    doubt = effect_doubts(**{**SARC024, **p("0.017"), "value": "0.62", "value_raw": "0.62"})
    middle = doubt["RATIO_INTERVAL"]
    assert middle.weight == "DIFFERENCE"
    assert middle.says == (
        "The middle of the interval on the log scale is 0.42; printed is 0.62 (0.21–0.85)."
    )
    assert middle.difference == "0.20"


def test_a_ratio_a_little_off_the_middle_is_a_hint() -> None:
    near = {**SARC024, "value": "0.44", "value_raw": "0.44", "p_value": None}
    assert effect_doubts(**near)["RATIO_INTERVAL"].weight == "HINT"


def test_outside_its_interval_a_ratio_says_nothing_further() -> None:
    found = effect_doubts(**{**SARC024, "value": "0.95", "value_raw": "0.95"})
    assert set(found) == {"VALUE_IN_INTERVAL", "RATIO_AND_MEDIANS"}


@pytest.mark.parametrize(
    "odd",
    [
        {"value": 0},
        {"value": "-1"},
        {"ci_low": None},
        {"ci_high": None},
        {"ci_low": "0.85", "ci_high": "0.21"},
        {"ci_low": "0.42", "ci_high": "0.42"},
        {"ci_level": 0},
        {"ci_level": 100},
        {"value": "NaN"},
        {"measure": "TEST_ONLY", "value": None, "ci_low": None, "ci_high": None},
        {"p_value": "1.5"},
        {"p_value": None},
        {"p_value": 0, "p_modifier": "<"},
    ],
)
def test_of_odd_input_a_ratio_says_nothing_about_p(odd: dict[str, Any]) -> None:
    assert "RATIO_P" not in effect_doubts(**{**SARC024, **odd})


@pytest.mark.parametrize(("low", "high", "level"), [(2, 1, 95), (1, 1, 95), (1, 2, 0), (1, 2, 100)])
def test_without_width_or_level_there_is_no_p(low: float, high: float, level: float) -> None:
    with pytest.raises(ValueError):
        implied_p(1.5, low, high, level=level)


def test_an_exact_interval_of_an_odds_ratio_is_a_hint_and_a_slipped_digit_is_not() -> None:
    exact = {"value": "6.2", "value_raw": "6.2", "ci_low": "1.1", "ci_level": 95}
    askew = effect_doubts(measure="OR", **exact, ci_raw="1.1-64", ci_high=64)["RATIO_INTERVAL"]
    assert askew.weight == "HINT"
    hazard = effect_doubts(measure="HR", **exact, ci_raw="1.1-64", ci_high=64)["RATIO_INTERVAL"]
    assert hazard.weight == "DIFFERENCE"
    slip = effect_doubts(measure="OR", **exact, ci_raw="1.1-350", ci_high=350)["RATIO_INTERVAL"]
    assert slip.weight == "DIFFERENCE"
