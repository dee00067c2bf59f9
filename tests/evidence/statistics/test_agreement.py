"""Two figures agree where some number rounds to both as printed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.statistics.agreement import Said, differences, same_time
from evidence.statistics.units import MONTHS_IN

DAYS = Decimal("30.4375")


def said(raw: str, unit: str = "MONTHS", **more: object) -> Said:
    return Said(value=Decimal(raw), value_raw=raw, unit=unit, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (said("16.4", "WEEKS"), said("3.8"), True),  # 16.4 weeks are 3.77 months
        (said("16.4", "WEEKS"), said("3.6"), False),
        (said("1"), said("30.4", "DAYS"), True),
        (said("2", "YEARS"), said("24"), True),
        (said("2", "YEARS"), said("24.0"), True),
        (said("30.23", "PERCENT"), said("30.2", "PERCENT"), True),
        (said("30.23", "PERCENT"), said("30.3", "PERCENT"), False),
        (said("30.23", "PERCENT"), said("30", "PERCENT"), True),
        (said("49", "PERCENT"), said("54", "PERCENT"), False),
        (said("0.42", ""), said("0.4", ""), True),
        (said("0.42", ""), said("0.50", ""), False),
    ],
)
def test_figures_agree_within_what_was_printed(one: Said, other: Said, agree: bool) -> None:
    assert differences(one, other) == ([] if agree else ["value"])
    assert differences(other, one) == ([] if agree else ["value"])


def test_the_same_value_with_another_interval_is_said_so() -> None:
    printed = {"ci_raw": "17.2-40.1", "low": Decimal("17.2"), "high": Decimal("40.1")}
    other = {"ci_raw": "17.2–46.1", "low": Decimal("17.2"), "high": Decimal("46.1")}
    one, two = said("30.2", "PERCENT", **printed), said("30.2", "PERCENT", **other)
    assert differences(one, two) == ["interval"]
    assert differences(one, said("30.2", "PERCENT", **printed, ci_level=Decimal(95))) == []
    levels = {"ci_level": Decimal(90)}, {"ci_level": Decimal(95)}
    wide, narrow = (
        said("30.2", "PERCENT", **part, **level)
        for part, level in zip((printed, other), levels, strict=True)
    )
    assert differences(wide, narrow) == []  # two levels, two intervals


def test_other_counts_and_another_p_are_said_so() -> None:
    assert differences(
        said("30", "PERCENT", events=13, n=43), said("30", "PERCENT", events=12, n=40)
    ) == ["events"]
    assert differences(said("30", "PERCENT", n=43), said("30", "PERCENT", events=12, n=40)) == []
    p = {"p_raw": "0.017", "p_value": Decimal("0.017"), "p_modifier": "="}
    q = {"p_raw": "0.03", "p_value": Decimal("0.03"), "p_modifier": "="}
    assert differences(said("0.42", "", **p), said("0.42", "", **q)) == ["p"]
    below = {"p_raw": "<0.05", "p_value": Decimal("0.05"), "p_modifier": "<"}
    assert differences(said("0.42", "", **p), said("0.42", "", **below)) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ((6, "MONTHS"), (26, "WEEKS"), True),
        ((6, "MONTHS"), (24, "WEEKS"), False),
        ((1, "YEARS"), (12, "MONTHS"), True),
        ((52, "WEEKS"), (12, "MONTHS"), True),
        ((8, "WEEKS"), (2, "MONTHS"), False),
        ((12, "WEEKS"), (3, "MONTHS"), False),
    ],
)
def test_time_points_are_one_where_each_rounds_to_the_other(
    one: tuple[int, str], other: tuple[int, str], same: bool
) -> None:
    assert same_time(Decimal(one[0]), one[1], Decimal(other[0]), other[1]) is same


figures = st.builds(
    said,
    st.decimals(0, 500, places=2, allow_nan=False, allow_infinity=False).map(str),
    st.sampled_from(sorted(MONTHS_IN)),
)


@given(figures)
def test_a_figure_agrees_with_itself(one: Said) -> None:
    assert differences(one, one) == []


@given(figures, figures)
def test_it_does_not_matter_who_is_asked_first(one: Said, other: Said) -> None:
    assert differences(one, other) == differences(other, one)


@given(st.decimals(1, 500, places=3), st.integers(0, 3), st.integers(0, 3))
def test_two_roundings_of_one_number_agree(number: Decimal, one: int, other: int) -> None:
    def rounded(places: int) -> Said:
        return said(f"{number:.{places}f}")

    assert differences(rounded(one), rounded(other)) == []


@given(st.decimals(1, 200, places=3), st.integers(0, 2), st.integers(0, 2))
def test_one_time_in_weeks_and_in_months_agrees(weeks: Decimal, one: int, other: int) -> None:
    months = weeks * 7 / DAYS
    assert differences(said(f"{weeks:.{one}f}", "WEEKS"), said(f"{months:.{other}f}")) == []
