"""A printed number stands for every number that rounds to it, and for no other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.statistics.printing import printed, printed_interval, shown, span


@pytest.mark.parametrize(
    ("value", "raw", "unit", "decimals"),
    [
        ("30.23", "13/43 = 30.23%", "PERCENT", 2),
        ("65", "17/26 = 65%", "PERCENT", 0),
        ("65.000000", "17/26 = 65%", "PERCENT", 0),
        ("79", "79.0%", "PERCENT", 1),
        ("0.42", "0.42", "", 2),
        ("0.42", "0·42", "", 2),
        ("0.42", "0,42", "", 2),
        ("0.42", ".42", "", 2),
        ("0.001", "p<0.001", "", 3),
        ("0.0000012", "1.2 × 10⁻⁶", "", 7),
        ("0.0000012", "1.2e-6", "", 7),
        ("1234", "1,234 patients", "", 0),
        ("-3.2", "−3.2 points", "", 1),
        ("27", "0.27", "PERCENT", 0),
        ("27.4", "0.274", "PERCENT", 1),
        ("30", "0.3", "PERCENT", -1),
        ("100", "1.00", "PERCENT", 0),
        ("41.67", "5/12", "PERCENT", 2),
        ("41.670000", "", "PERCENT", 2),
        ("27", "0.27", "MONTHS", 0),
    ],
)
def test_the_decimals_printed_are_those_of_the_raw_text(
    value: str, raw: str, unit: str, decimals: int
) -> None:
    assert printed(Decimal(value), raw, unit=unit).decimals == decimals


def test_of_two_spellings_the_coarser_counts() -> None:
    assert printed(Decimal("30"), "30.0% (30%)", unit="PERCENT").decimals == 0


def test_a_printed_17_2_is_anything_from_17_15_to_17_25() -> None:
    number = printed(Decimal("17.2"), "17.2-40.1")
    assert number.allows(17.15)
    assert number.allows(17.25)
    assert not number.allows(17.149)
    assert not number.allows(17.251)


def test_both_ways_of_rounding_a_half_count_as_right() -> None:
    assert printed(Decimal("12"), "12%").allows(12.5)
    assert printed(Decimal("13"), "13%").allows(12.5)


def test_both_ends_of_an_interval_are_read_on_one_scale() -> None:
    low, high = printed_interval(Decimal(0), Decimal(16), "0.00-0.16", unit="PERCENT")
    assert low is not None
    assert high is not None
    assert (low.decimals, high.decimals) == (0, 0)


def test_the_level_of_an_interval_is_not_one_of_its_ends() -> None:
    _, high = printed_interval(Decimal("60.5"), Decimal(95), "95% CI 60.5-95.0", unit="PERCENT")
    assert high is not None
    assert high.decimals == 1


def test_an_open_end_stays_open() -> None:
    low, high = printed_interval(Decimal("9.6"), None, "95% CI 9.6-NE", unit="MONTHS")
    assert low is not None
    assert low.decimals == 1
    assert high is None


@given(
    number=st.decimals(min_value=0, max_value=1000, places=6),
    decimals=st.integers(min_value=0, max_value=5),
)
def test_a_number_is_allowed_by_every_printing_of_itself(number: Decimal, decimals: int) -> None:
    raw = f"{number:.{decimals}f}"
    assert printed(Decimal(raw), raw).decimals == decimals
    assert printed(Decimal(raw), raw).allows(float(number))


@given(raw=st.text(max_size=40), value=st.decimals(allow_nan=False, allow_infinity=False))
def test_no_text_is_too_odd_to_be_read(raw: str, value: Decimal) -> None:
    assert printed(value, raw, unit="PERCENT").value == value


def test_numbers_are_set_as_in_a_sentence() -> None:
    assert shown(-0.004, 2) == "0.00"
    assert shown(-3.2, 1) == "−3.2"
    assert span(17.18, 46.13, 1) == "17.2–46.1"
    assert span(-3.2, 4.5, 1) == "−3.2 to 4.5"
    assert span(Decimal("9.6"), None, 1) == "9.6–…"
