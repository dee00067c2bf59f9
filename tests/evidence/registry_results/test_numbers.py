"""Figures, units and times as they are printed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.registry_results import numbers
from evidence.registry_results.numbers import Time


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("14.8", "14.8"), ("100", "100"), ("1,234.5", "1234.5"), ("-3", "-3"), (".5", "0.5"),
        ("12.34567891", "12.345679"), ("0", "0"),
    ],
)  # fmt: skip
def test_a_plain_number_is_read_exactly(text: str, value: str) -> None:
    assert numbers.number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["NA", "", "<1", "12 months", "1e5", "12,34", "9" * 11, "1.2.3"])
def test_what_is_no_plain_number_is_none(text: str) -> None:
    assert numbers.number(text) is None


@given(st.text(max_size=20))
def test_no_text_is_too_strange(text: str) -> None:
    value = numbers.number(text)
    assert value is None or abs(value) < 10**10
    numbers.count(text)
    numbers.p_value(text)
    numbers.unit_of(text)
    numbers.time_point(text)
    numbers.whole_time(text)


def test_people_are_counted_in_whole_numbers() -> None:
    assert numbers.count("41") == 41
    assert [numbers.count(text) for text in ("41.5", "-1", "NA", "3000000000")] == [None] * 4


@pytest.mark.parametrize(
    ("text", "value", "modifier"),
    [
        ("0.0082", "0.0082", "="), ("<0.001", "0.001", "<"), ("=0.247", "0.247", "="),
        ("p < 0.05", "0.05", "<"), (">0.9", "0.9", ">"), ("1.00", "1", "="),
    ],
)  # fmt: skip
def test_a_p_value_keeps_its_modifier(text: str, value: str, modifier: str) -> None:
    found = numbers.p_value(text)
    assert found is not None
    assert (found.raw, found.value, found.modifier) == (text, Decimal(value), modifier)


def test_a_p_value_that_is_none_keeps_its_words() -> None:
    assert numbers.p_value("") is None
    for text in ("1.7", "not significant", "≤0.05"):
        found = numbers.p_value(text)
        assert found is not None
        assert (found.raw, found.value, found.modifier) == (text, None, "")


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("95% Confidence Interval", 95), ("90% 1-Sided Confidence Interval", 90),
        ("97.5 % Confidence Interval", 97.5), ("CONFIDENCE_975", 97.5),
        ("Standard Deviation", None), ("Inter-Quartile Range", None), ("CONFIDENCE_OTHER", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_level_of_an_interval(text: str, level: float | None) -> None:
    assert numbers.interval_level(text) == level


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("ONE_SIDED", "ONE_SIDED"), ("TWO_SIDED", "TWO_SIDED"), ("t-test, 2 sided", "TWO_SIDED"),
        ("90% 1-Sided Confidence Interval", "ONE_SIDED"), ("Log Rank", ""),
        ("one-sided, not two-sided", ""),
    ],
)  # fmt: skip
def test_sides_are_told_only_where_words_tell_them(text: str, sides: str) -> None:
    assert numbers.sides(text) == sides


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("months", "MONTHS"), ("Months", "MONTHS"), ("Number of days", "DAYS"), ("weeks", "WEEKS"),
        ("percentage of participants", "PERCENT"), ("% of patients", "PERCENT"),
        ("percent probability", "PERCENT"), ("Proportion of participants", "PROPORTION"),
        ("Participants", "COUNT"), ("participants", "COUNT"), ("Percent Change from Baseline", ""),
        ("mg/kg/day", ""), ("weeks and months", ""), ("score on a scale", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_unit_is_known_or_empty(text: str, unit: str) -> None:
    assert numbers.unit_of(text) == unit


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Progression-free survival at 6 months", Time(Decimal(6), "MONTHS")),
        ("1-year Overall Survival", Time(Decimal(1), "YEARS")),
        ("Survive for at Least 12 Months", Time(Decimal(12), "MONTHS")),
        ("Survival at three years", Time(Decimal(3), "YEARS")),
        ("4 Month PFS", Time(Decimal(4), "MONTHS")),
        ("Overall survival at 6 months and at 12 months", None),
        ("Overall Survival", None),
        ("Overall survival in patients 12-18 months old", None),
    ],
)
def test_the_one_time_a_title_names(text: str, time: Time | None) -> None:
    assert numbers.time_point(text) == time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("4 years", Time(Decimal(4), "YEARS")),
        ("At 24 weeks", Time(Decimal(24), "WEEKS")),
        ("Three years, from time of randomization", Time(Decimal(3), "YEARS")),
        ("Up to 3 years", None),
        ("Overall trial period to 36 months", None),
        ("", None),
    ],
)
def test_a_time_frame_is_a_time_only_where_it_is_nothing_else(text: str, time: Time | None) -> None:
    assert numbers.whole_time(text) == time
