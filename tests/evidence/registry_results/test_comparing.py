"""Posted analyses as comparisons."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from evidence import rules
from tests.evidence.registry_results.support import drafted
from tests.registry.results import ARM, CONTROL, two_arms


def comparison(**analysis: Any) -> Any:
    draft = drafted(two_arms(**analysis)).draft
    assert rules.problems(draft) == []
    (one,) = draft.comparisons
    return one


def test_a_hazard_ratio_is_bound_to_both_arms_with_interval_and_p() -> None:
    one = comparison()
    assert (one.measure, one.value_raw, one.value) == ("HR", "0.42", Decimal("0.42"))
    assert (one.ci_raw, one.ci_low, one.ci_high) == (
        "0.21 to 0.85", Decimal("0.21"), Decimal("0.85"),
    )  # fmt: skip
    assert (one.ci_level, one.ci_sides) == (95, "TWO_SIDED")
    assert (one.p_raw, one.p_value, one.p_modifier) == ("0.017", Decimal("0.017"), "=")
    assert (one.experimental_label, one.control_label) == (ARM, CONTROL)
    assert (one.experimental, one.control) == ("measurement-1", "measurement-2")
    assert one.comparative_by_design is None
    assert one.note == "Groups in the order posted. Method: Log Rank."


@pytest.mark.parametrize(
    ("kind", "measure"),
    [
        ("Odds Ratio (OR)", "OR"), ("Risk Ratio (RR)", "RR"),
        ("Risk Difference (RD)", "DIFFERENCE"), ("Hazard Ratio, log", "TEST_ONLY"),
        ("Log Rank Test Statistic", "TEST_ONLY"), ("Cox Proportional Hazard", "TEST_ONLY"),
    ],
)  # fmt: skip
def test_an_estimate_is_known_by_its_name_or_only_the_test_is_kept(kind: str, measure: str) -> None:
    one = comparison(paramType=kind)
    assert one.measure == measure
    if measure == "TEST_ONLY":
        assert (one.state, one.value, one.value_raw, one.ci_raw) == ("NOT_REPORTED", None, "", "")
        assert f"Also posted: {kind} 0.42" in one.note


def test_a_p_value_below_a_bound_keeps_its_modifier() -> None:
    one = comparison(pValue="<0.001", statisticalMethod="t-test, 2 sided")
    assert (one.p_raw, one.p_value, one.p_modifier) == ("<0.001", Decimal("0.001"), "<")
    assert one.p_sides == "TWO_SIDED"


def test_a_one_sided_interval_without_a_lower_end() -> None:
    one = comparison(ciNumSides="ONE_SIDED", ciLowerLimit=None, ciPctValue="90")
    assert (one.ci_raw, one.ci_low, one.ci_high) == ("to 0.85", None, Decimal("0.85"))
    assert (one.ci_sides, one.ci_level, one.ci_low_state) == ("ONE_SIDED", 90, "")


def test_an_end_that_was_not_posted_is_not_reported() -> None:
    one = comparison(ciLowerLimit=None)
    assert (one.ci_low, one.ci_low_state, one.ci_high_state) == (None, "NOT_REPORTED", "")


def test_comments_on_limits_are_kept() -> None:
    one = comparison(ciUpperLimit="NA", ciUpperLimitComment="Not estimable, few events")
    assert (one.ci_raw, one.ci_high, one.ci_high_state) == ("0.21 to NA", None, "NOT_ESTIMABLE")
    assert "Upper limit: Not estimable, few events." in one.note


def test_a_hypothesis_other_than_superiority_is_told() -> None:
    assert "Hypothesis: non inferiority." in comparison(nonInferiorityType="NON_INFERIORITY").note


@pytest.mark.parametrize("value", ["0", "-1", "NA"])
def test_a_ratio_that_cannot_be_keeps_its_words(value: str) -> None:
    one = comparison(paramValue=value)
    assert (one.measure, one.state, one.value, one.value_raw) == (
        "HR", "NOT_REPORTED", None, value,
    )  # fmt: skip


def test_an_interval_that_runs_backwards_keeps_its_words() -> None:
    one = comparison(ciLowerLimit="0.9", ciUpperLimit="0.2")
    assert (one.ci_raw, one.ci_low, one.ci_high) == ("0.9 to 0.2", None, None)
    assert "runs backwards" in one.note


def test_an_analysis_of_one_group_or_without_a_figure_is_told_and_not_drafted() -> None:
    alone = drafted(two_arms(groupIds=["OG000"])).draft
    assert alone.comparisons == () and "An analysis over 1 group is not drafted." in alone.note
    bare = drafted(two_arms(paramType=None, paramValue=None, pValue=None)).draft
    assert bare.comparisons == () and "without a usable estimate" in bare.note
