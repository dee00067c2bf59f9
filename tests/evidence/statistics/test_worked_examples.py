"""The library gives the digits that other software and tables have published."""

from __future__ import annotations

import math

import pytest

from evidence.statistics.ratio_checks import implied_p
from tests.evidence.statistics.__main__ import table_of, worked_examples
from tests.evidence.statistics.examples import WorkedExample, agrees, at_printed_precision
from tests.evidence.statistics.worked_examples import EXAMPLES


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=lambda example: f"{example.name}: {example.quantity}"
)
def test_a_published_example_comes_out_to_the_digits_it_prints(example: WorkedExample) -> None:
    assert agrees(example), f"{example.printed} printed, {at_printed_precision(example)} computed"


def test_every_example_says_where_its_digits_stand() -> None:
    assert all(example.source.startswith("http") for example in EXAMPLES)
    assert len({(one.name, one.quantity) for one in EXAMPLES}) == len(EXAMPLES)


def test_an_example_that_is_a_digit_off_is_noticed() -> None:
    wrong = WorkedExample("wrong", "https://example.org", "p", "0.0023", lambda: 0.00221)
    assert not agrees(wrong)


def test_the_command_prints_all_of_them() -> None:
    found = list(worked_examples())
    assert set(EXAMPLES) <= set(found)
    assert table_of(found).row_count == len(found)


@pytest.mark.parametrize("z", [0.7, 1.0, 1.5, 1.96, 2.5, 3.0])
def test_p_agrees_with_the_pocket_formula_of_altman_and_bland(z: float) -> None:
    """BMJ 2011;343:d2304 gives P = exp(-0.717 z - 0.416 z²) for a ratio with its interval.

    https://www.bmj.com/content/343/bmj.d2304
    """
    error = 0.2
    ends = math.exp(error * (z - 1.96)), math.exp(error * (z + 1.96))
    formula = math.exp(-0.717 * z - 0.416 * z * z)
    assert implied_p(math.exp(error * z), *ends) == pytest.approx(formula, rel=0.05)
