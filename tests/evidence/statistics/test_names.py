"""The pure checks and the database speak of the same checks and weights."""

from __future__ import annotations

from evidence.models import Check, Weight
from evidence.statistics import names


def test_the_names_of_the_checks_are_those_of_the_database() -> None:
    assert set(Check.values) == names.CHECKS


def test_the_weights_are_those_of_the_database() -> None:
    assert set(Weight.values) == names.WEIGHTS
