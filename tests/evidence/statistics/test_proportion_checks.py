"""A percentage and its interval against the counts, told in a clinician's words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evidence.statistics.figures_support import doubts

# Xie and others 2020, the trial APFAO: crude progression-free rate at 6 months, as in the corpus
APFAO: dict[str, Any] = {
    "endpoint": "PFS",
    "value": "30.23",
    "value_raw": "13/43 = 30.23%",
    "events": 13,
    "n": 43,
    "ci_raw": "17.2-40.1",
    "ci_level": 95,
    "ci_low": "17.2",
    "ci_high": "40.1",
}


def test_the_printed_interval_of_apfao_is_not_the_exact_one() -> None:
    found = doubts(**APFAO)
    assert list(found) == ["INTERVAL"]
    doubt = found["INTERVAL"]
    assert doubt.weight == "DIFFERENCE"
    assert doubt.says == (
        "13 of 43 is 30.2 %; its exact 95 % interval is 17.2–46.1 % (Wilson's 18.6–45.1 %), "
        "printed is 17.2–40.1 %."
    )
    assert doubt.difference == "upper end 6.0 points below the exact one"
    assert "misprint" in doubt.innocent


def test_a_level_that_is_not_printed_is_assumed_aloud() -> None:
    assert "95 % assumed" in doubts(**{**APFAO, "ci_level": None})["INTERVAL"].says


@pytest.mark.parametrize(("low", "high"), [("17.2", "46.1"), ("18.6", "45.1"), ("17", "46")])
def test_the_exact_and_wilsons_interval_are_no_finding(low: str, high: str) -> None:
    assert doubts(**{**APFAO, "ci_raw": f"{low}-{high}", "ci_low": low, "ci_high": high}) == {}


@pytest.mark.parametrize(
    ("low", "high", "method"),
    [
        ("16.5", "44.0", "Wald"),
        ("18.5", "45.2", "Agresti–Coull"),
        ("18.1", "44.9", "Jeffreys"),
        ("17.7", "46.3", "Wilson with continuity correction"),
    ],
)
def test_another_known_interval_is_a_hint_that_names_it(low: str, high: str, method: str) -> None:
    doubt = doubts(**{**APFAO, "ci_raw": f"{low}-{high}", "ci_low": low, "ci_high": high})[
        "INTERVAL"
    ]
    assert doubt.weight == "HINT"
    assert f"agrees with the {method} 95 % interval of 13 of 43" in doubt.says
    assert "the exact 95 % interval is 17.2–46.1 %" in doubt.says


def test_digits_cut_off_are_a_hint() -> None:
    # exact is 17.18 to 46.13
    doubt = doubts(**{**APFAO, "ci_raw": "17.1-46.1", "ci_low": "17.1", "ci_high": "46.1"})
    assert doubt["INTERVAL"].weight == "HINT"
    assert "cut off" in doubt["INTERVAL"].innocent


def test_an_unprinted_level_may_be_90() -> None:
    ends = {"ci_raw": "18.9-43.7", "ci_low": "18.9", "ci_high": "43.7"}
    doubt = doubts(**{**APFAO, **ends, "ci_level": None})["INTERVAL"]
    assert doubt.weight == "HINT"
    assert "exact 90 % interval" in doubt.says


def test_a_one_sided_interval_is_compared_with_a_one_sided_one() -> None:
    # scipy's documented example: 3 of 15, lower bound 5.68 % at 95 %
    one = {"value": "20", "value_raw": "20%", "events": 3, "n": 15, "ci_level": 95}
    lower = {"ci_raw": "≥ 5.7", "ci_low": "5.7", "ci_sides": "ONE_SIDED"}
    assert doubts(**one, **lower) == {}
    assert doubts(**one, **lower, ci_high="100") == {}
    wrong = doubts(**one, ci_raw="≥ 4.3", ci_low="4.3", ci_sides="ONE_SIDED")["INTERVAL"]
    assert wrong.weight == "DIFFERENCE"
    assert "exact one-sided 95 % interval is from 5.7 %" in wrong.says


def test_two_one_sided_bounds_are_a_two_sided_interval_at_a_lower_level() -> None:
    # 18.9 to 43.7 is the exact 90 % interval: 95 % on each side
    ends = {"ci_raw": "18.9-43.7", "ci_low": "18.9", "ci_high": "43.7"}
    assert doubts(**{**APFAO, **ends, "ci_sides": "ONE_SIDED"}) == {}
    assert "INTERVAL" in doubts(**{**APFAO, **ends, "ci_sides": "TWO_SIDED"})


def test_none_of_twenty_may_be_given_with_one_bound_only() -> None:
    none = {"value": "0", "value_raw": "0%", "events": 0, "n": 20, "ci_level": 95, "ci_low": "0"}
    assert doubts(**none, ci_raw="0-16.8", ci_high="16.8") == {}
    doubt = doubts(**none, ci_raw="0-13.9", ci_high="13.9")["INTERVAL"]
    assert doubt.weight == "HINT"
    assert "exact one-sided 95 % interval" in doubt.says


@pytest.mark.parametrize("estimator", ["KAPLAN_MEIER_RATE", "RATE_UNSPECIFIED", "POOLED"])
def test_the_interval_of_another_estimator_is_left_alone(estimator: str) -> None:
    assert "INTERVAL" not in doubts(**{**APFAO, "estimator": estimator})


def test_a_proportion_is_compared_as_printed() -> None:
    counts = {"events": 13, "n": 43, "ci_level": 95}
    good = {"value": 30, "value_raw": "0.30", "ci_raw": "0.17-0.46", "ci_low": 17, "ci_high": 46}
    assert doubts(**counts, **good) == {}
    assert set(doubts(**counts, **{**good, "value": 31, "value_raw": "0.31"})) == {"PERCENT"}


@pytest.mark.parametrize(
    ("value", "raw", "events", "n"),
    [
        ("65", "17/26 = 65%", 17, 26),
        ("43.24", "16/37 = 43.24%", 16, 37),
        ("63.6", "21/33 = 63.6%", 21, 33),
        ("12", "1/8 = 12%", 1, 8),
        ("13", "1/8 = 13%", 1, 8),
    ],
)
def test_a_percentage_rounded_either_way_is_right(
    value: str, raw: str, events: int, n: int
) -> None:
    assert doubts(value=value, value_raw=raw, events=events, n=n) == {}


def test_a_wrong_percentage_is_a_difference() -> None:
    doubt = doubts(value="33.2", value_raw="33.2%", events=13, n=43)["PERCENT"]
    assert doubt.weight == "DIFFERENCE"
    assert doubt.says == "13 of 43 is 30.2 %, printed is 33.2 %."
    assert doubt.difference == "3.0 points"


def test_a_percentage_with_its_digits_cut_off_is_a_hint() -> None:
    assert doubts(value=63, value_raw="63%", events=14, n=22)["PERCENT"].weight == "HINT"


def test_a_count_of_the_others_is_given_as_the_innocent_reason() -> None:
    doubt = doubts(value="69.8", value_raw="69.8%", events=13, n=43)["PERCENT"]
    assert "of the others" in doubt.innocent


def test_a_rate_of_unknown_method_need_not_be_events_over_n() -> None:
    given = {"value": 51, "value_raw": "51%", "events": 13, "n": 43}
    assert doubts(**given, estimator="RATE_UNSPECIFIED")["PERCENT"].weight == "HINT"
    assert doubts(**given, estimator="KAPLAN_MEIER_RATE") == {}


@pytest.mark.parametrize(
    "odd",
    [
        {"n": 0, "events": 0},
        {"n": 5, "events": 7},
        {"n": -3},
        {"n": None},
        {"events": None},
        {"ci_level": 0},
        {"ci_level": 100},
        {"ci_low": None, "ci_high": None},
        {"ci_low": "46.1", "ci_high": "17.2"},
        {"unit": "MONTHS"},
        {"value": "NaN", "ci_low": "Infinity", "ci_high": "sNaN"},
    ],
)
def test_of_odd_input_the_counts_say_nothing(odd: dict[str, Any]) -> None:
    assert "INTERVAL" not in doubts(**{**APFAO, **odd})
