"""Pooling gives the digits that published worked examples print."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from evidence.statistics.heterogeneity import DERSIMONIAN_LAIRD, heterogeneity
from evidence.statistics.pooling import Effect, fixed_effect, random_effects
from tests.evidence.statistics.examples import WorkedExample, agrees, at_printed_precision
from tests.evidence.statistics.pooling_data import BCG_RISKS, HART, RAUDENBUSH
from tests.evidence.statistics.pooling_examples import EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one.name}: {one.quantity}")
def test_a_worked_example_comes_out_as_printed(example: WorkedExample) -> None:
    assert agrees(example), f"computed {at_printed_precision(example)}"


def test_there_are_examples_of_every_quantity_that_is_reported() -> None:
    said = " ".join(f"{one.name} {one.quantity}" for one in EXAMPLES)
    for word in (
        "τ²",
        "I²",
        "H²",
        "Q",
        "Hartung–Knapp",
        "prediction",
        "mixed model",
        "arcsine",
        "hazard",
    ):
        assert word in said
    assert len({one.name for one in EXAMPLES}) >= 8


@pytest.mark.parametrize("effects", [BCG_RISKS, HART, RAUDENBUSH], ids=["bcg", "hart", "raud"])
def test_moments_and_the_fixed_effect_are_those_of_statsmodels(effects: tuple[Effect, ...]) -> None:
    agrees_with_statsmodels(effects)


numbers = st.floats(-5, 5)
variances = st.floats(0.01, 2)


@given(st.lists(st.tuples(numbers, variances), min_size=2, max_size=8))
def test_moments_agree_with_statsmodels_whatever_the_studies(
    pairs: list[tuple[float, float]],
) -> None:
    agrees_with_statsmodels(tuple(Effect("one", *pair) for pair in pairs))


def agrees_with_statsmodels(effects: tuple[Effect, ...]) -> None:
    values = np.array([one.estimate for one in effects])
    errors = np.array([one.variance for one in effects])
    with np.errstate(all="ignore"):  # statsmodels goes on with a τ² below zero
        other = combine_effects(values, errors, method_re="dl")
    found = heterogeneity(values, errors, DERSIMONIAN_LAIRD)
    assert found.q == pytest.approx(other.q, abs=1e-6)
    assert found.tau2 == pytest.approx(max(0.0, other.tau2), abs=1e-6)
    assert fixed_effect(effects)[0] == pytest.approx(other.mean_effect_fe, abs=1e-9)
    if other.tau2 > 1e-6:
        average = random_effects(effects, estimator=DERSIMONIAN_LAIRD, is_guarded=False)
        assert average.mean == pytest.approx(other.mean_effect_re, abs=1e-6)
        assert average.error == pytest.approx(np.sqrt(other.var_hksj_re), abs=1e-6)
