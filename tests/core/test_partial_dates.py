"""Partial dates keep what was given and invent nothing."""

import datetime as dt

import pytest

from osteodb.core.partial_dates import PartialDate


@pytest.mark.parametrize(
    ("text", "precision", "earliest"),
    [
        ("2022", "year", dt.date(2022, 1, 1)),
        ("2022-11", "month", dt.date(2022, 11, 1)),
        ("2022-11-03", "day", dt.date(2022, 11, 3)),
        (" 2024-02-29 ", "day", dt.date(2024, 2, 29)),
    ],
)
def test_a_partial_date_keeps_its_precision(text: str, precision: str, earliest: dt.date) -> None:
    date = PartialDate.parse(text)
    assert (str(date), date.precision, date.earliest) == (text.strip(), precision, earliest)


@pytest.mark.parametrize(
    "text", ["", "22", "2022-13", "2023-02-29", "2022-1", "03/11/2022", "2022-11-03T00:00", "2022-"]
)
def test_anything_else_is_refused_not_guessed(text: str) -> None:
    with pytest.raises(ValueError):
        PartialDate.parse(text)
