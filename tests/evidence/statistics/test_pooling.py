"""What holds for pooling, whatever the studies: order, range, symmetry, and one named refusal."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evidence.statistics.log_scale import Interval, pool_medians, pool_rates, pool_ratios
from evidence.statistics.pooling import CannotPool, Effect, Pooled, fixed_effect, random_effects
from evidence.statistics.proportions import Count, mixed_model, pool_proportions
from evidence.statistics.transformations import (
    double_arcsine,
    harmonic_mean,
    proportion_of_double_arcsine,
)


@st.composite
def counts(draw: st.DrawFn) -> Count:
    n = draw(st.integers(1, 120))
    return Count(draw(st.sampled_from("ABCDE")), draw(st.integers(0, n)), n)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    estimate = draw(st.floats(0.05, 20))
    down, up = draw(st.floats(0.05, 2)), draw(st.floats(0.05, 2))
    return Interval(
        label=draw(st.sampled_from("ABCDE")),
        estimate=estimate,
        low=estimate * math.exp(-down),
        high=estimate * math.exp(up),
        level=draw(st.sampled_from([80.0, 90.0, 95.0, 99.0])),
    )


def same(one: Pooled, other: Pooled) -> bool:
    names = ("estimate", "low", "high", "tau2", "i2", "q")
    return all(
        getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-4, abs=1e-6)
        for name in names
    )


# --- Invariants -----------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(intervals(), min_size=2, max_size=8), st.randoms())
def test_the_order_of_studies_does_not_matter(studies: list[Interval], chance: Any) -> None:
    shuffled = list(studies)
    chance.shuffle(shuffled)
    assert same(pool_medians(studies), pool_medians(shuffled))


@settings(deadline=None, max_examples=30)
@given(st.lists(counts(), min_size=2, max_size=6), st.randoms())
def test_the_order_of_counts_does_not_matter(studies: list[Count], chance: Any) -> None:
    shuffled = list(studies)
    chance.shuffle(shuffled)
    try:
        first = pool_proportions(studies)
    except CannotPool:
        with pytest.raises(CannotPool):
            pool_proportions(shuffled)
        return
    assert same(first, pool_proportions(shuffled))


@settings(deadline=None)
@given(st.lists(intervals(), min_size=2, max_size=8))
def test_the_pooled_result_lies_among_its_studies(studies: list[Interval]) -> None:
    found = pool_ratios(studies)
    estimates = [one.estimate for one in studies]
    assert min(estimates) * (1 - 1e-9) <= found.estimate <= max(estimates) * (1 + 1e-9)
    assert found.low <= found.estimate <= found.high
    assert found.tau2 >= 0
    assert 0 <= found.i2 <= 100
    assert found.h2 >= 1
    assert sum(one.weight for one in found.studies) == pytest.approx(100)


@settings(deadline=None)
@given(st.lists(intervals(), min_size=3, max_size=8))
def test_a_next_study_is_less_certain_than_the_average(studies: list[Interval]) -> None:
    found = pool_ratios(studies)
    assert found.prediction_low is not None
    assert found.prediction_high is not None
    assert found.prediction_low <= found.low * (1 + 1e-12)
    assert found.high <= found.prediction_high * (1 + 1e-12)


@settings(deadline=None)
@given(st.lists(intervals(), min_size=2, max_size=8))
def test_turning_the_groups_round_turns_the_ratio_round(studies: list[Interval]) -> None:
    turned = [
        Interval(
            label=one.label,
            estimate=1 / one.estimate,
            low=1 / one.high,
            high=1 / one.low,
            level=one.level,
        )
        for one in studies
    ]
    found, other = pool_ratios(studies), pool_ratios(turned)
    assert other.estimate == pytest.approx(1 / found.estimate, rel=1e-4)
    assert other.low == pytest.approx(1 / found.high, rel=1e-4)
    assert other.high == pytest.approx(1 / found.low, rel=1e-4)
    assert other.i2 == pytest.approx(found.i2, abs=1e-2)


@settings(deadline=None)
@given(st.lists(intervals(), min_size=2, max_size=6), st.floats(0.1, 10))
def test_medians_in_another_unit_are_the_same_medians(
    studies: list[Interval], factor: float
) -> None:
    scaled = [
        Interval(
            label=one.label,
            estimate=one.estimate * factor,
            low=one.low * factor,
            high=one.high * factor,
            level=one.level,
        )
        for one in studies
    ]
    found, other = pool_medians(studies), pool_medians(scaled)
    assert other.estimate == pytest.approx(found.estimate * factor, rel=1e-4)
    assert other.tau2 == pytest.approx(found.tau2, rel=1e-3, abs=1e-6)


@settings(deadline=None)
@given(intervals(), st.integers(2, 8))
def test_studies_that_are_all_the_same_do_not_differ(one: Interval, number: int) -> None:
    found = pool_medians([one] * number)
    assert found.estimate == pytest.approx(one.estimate)
    assert (found.tau2, found.i2, found.h2) == (0, 0, 1)
    assert found.q == pytest.approx(0, abs=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(2, 6))
def test_counts_that_are_all_the_same_do_not_differ(events: int, others: int, number: int) -> None:
    found = pool_proportions([Count("A", events, events + others)] * number)
    assert found.estimate == pytest.approx(events / (events + others))
    assert (found.tau2, found.i2) == (0, 0)
    for line in found.sensitivity:
        assert line.estimate == pytest.approx(found.estimate, abs=0.02), line.name


@settings(deadline=None)
@given(st.lists(intervals(), min_size=2, max_size=8))
def test_the_interval_is_never_narrower_than_the_fixed_effect(studies: list[Interval]) -> None:
    found = pool_medians(studies)
    [fixed] = [line for line in found.sensitivity if line.name == "Fixed effect"]
    assert found.high / found.low >= fixed.high / fixed.low * (1 - 1e-9)


@given(st.integers(1, 200), st.integers(0, 200))
def test_the_double_arcsine_comes_back(n: int, events: int) -> None:
    assume(events <= n)
    back = proportion_of_double_arcsine(float(double_arcsine(events, n)), n)
    assert back == pytest.approx(events / n, abs=1e-6)


def test_the_harmonic_mean_leans_to_the_smallest() -> None:
    assert harmonic_mean([10, 10]) == 10
    assert harmonic_mean([10, 1000]) == pytest.approx(19.80198)


# --- What a reader is told ------------------------------------------------------------------------


def test_half_a_patient_is_added_only_to_none_or_all_and_said_so() -> None:
    plain = pool_proportions([Count("A", 3, 20), Count("B", 5, 30)])
    assert not any("Half a patient" in note for note in plain.notes)
    found = pool_proportions([Count("A", 0, 20), Count("B", 5, 30), Count("C", 6, 30)])
    [note] = [note for note in found.notes if "Half a patient" in note]
    assert "in A (" in note
    assert found.studies[0].estimate == 0
    assert {line.name for line in found.sensitivity} == {
        "Fixed effect",
        "DerSimonian–Laird",
        "Mixed model",
        "Freeman–Tukey",
    }


def test_nothing_but_corrections_is_not_pooled() -> None:
    with pytest.raises(CannotPool, match="Every study has no event"):
        pool_proportions([Count("A", 0, 20), Count("B", 0, 30)])
    with pytest.raises(CannotPool, match="Every study has an event in every patient"):
        pool_proportions([Count("A", 20, 20), Count("B", 30, 30)])


def test_two_studies_give_no_prediction_interval_and_a_warning() -> None:
    found = pool_proportions([Count("A", 3, 20), Count("B", 5, 30)])
    assert (found.prediction_low, found.prediction_high) == (None, None)
    assert any("no prediction interval" in note for note in found.notes)
    assert any("fewer than five" in note for note in found.notes)


def test_studies_that_agree_by_chance_do_not_look_certain() -> None:
    studies = [Effect("A", 1.000, 0.04), Effect("B", 1.001, 0.04), Effect("C", 0.999, 0.04)]
    free, guarded = random_effects(studies, is_guarded=False), random_effects(studies)
    assert free.error < 0.001
    assert guarded.error == pytest.approx(math.sqrt(0.04 / 3))
    assert (free.is_widened, guarded.is_widened) == (False, True)


def test_the_error_comes_from_the_interval_at_its_own_level() -> None:
    at_95 = pool_medians([median("A", 4, 3, 5.5), median("B", 5, 3, 8)])
    at_80 = pool_medians([median("A", 4, 3, 5.5, level=80), median("B", 5, 3, 8)])
    assert at_80.studies[0].weight < at_95.studies[0].weight
    assert any("A (80 %)" in note for note in at_80.notes)


def test_an_interval_of_another_level_is_shown_at_the_level_of_its_fellows() -> None:
    low, high = 4 * math.exp(-1.96 * 0.2), 4 * math.exp(1.96 * 0.2)
    as_80 = median("A", 4, 4 * math.exp(-1.2816 * 0.2), 4 * math.exp(1.2816 * 0.2), level=80)
    found = pool_medians([as_80, median("B", 5, 3, 8)])
    first, second = found.studies
    assert first.low == pytest.approx(low, rel=1e-4)
    assert first.high == pytest.approx(high, rel=1e-4)
    assert (second.low, second.high) == (3, 8)


def test_an_interval_of_any_length_is_a_number_still() -> None:
    found = pool_medians([median("A", 1, 1e-90, 1e90, level=1), median("B", 1, 1e-90, 1e90)])
    assert math.isfinite(found.high)


def test_a_lopsided_interval_is_named() -> None:
    found = pool_medians([median("A", 9.87, 7.97, 18.93), median("B", 5, 3, 8)])
    assert any("interval of A reaches" in note for note in found.notes)


def test_a_rate_with_censoring_takes_its_error_from_its_interval() -> None:
    found = pool_rates(
        [
            Interval(label="A", estimate=0.509, low=0.346, high=0.65),
            Interval(label="B", estimate=0.40, low=0.25, high=0.57),
        ]
    )
    assert 0.40 < found.estimate < 0.509
    assert found.scale == "logit"


def median(label: str, estimate: float, low: float, high: float, level: float = 95) -> Interval:
    return Interval(label=label, estimate=estimate, low=low, high=high, level=level)


# --- Refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1])
def test_fewer_than_two_studies_are_refused(number: int) -> None:
    with pytest.raises(CannotPool, match="at least 2 studies"):
        pool_proportions([Count("A", 3, 20)] * number)
    with pytest.raises(CannotPool, match="at least 2 studies"):
        pool_ratios([median("A", 0.42, 0.21, 0.85)] * number)
    with pytest.raises(CannotPool, match="at least 2 studies"):
        fixed_effect([Effect("A", 1, 1)] * number)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (median("B", 3, 3.5, 4), "B: the estimate lies outside its interval"),
        (median("B", 3, 3, 3), "B: the interval has no length"),
        (median("B", 0, 0, 1), "B: estimate and both ends .* above zero"),
        (median("B", 3, 2, math.inf), "B: estimate and both ends .* above zero"),
        (median("B", 3, 2, 4, level=100), "cannot have the level 100"),
        (median("B", 3, 2, 4, level=1e-300), "cannot have the level 1e-300"),
    ],
)
def test_an_interval_that_cannot_be_is_refused_by_name(wrong: Interval, reason: str) -> None:
    with pytest.raises(CannotPool, match=reason):
        pool_medians([median("A", 4, 3, 5), wrong])


anything = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-5, 10**6),
    st.sampled_from([0.0, -1.0, 1e-300, 1e300, math.nan]),
)


@settings(deadline=None)
@given(st.lists(st.tuples(anything, anything, anything, anything), max_size=4))
def test_garbage_is_refused_and_nothing_else_happens(rows: list[tuple[Any, ...]]) -> None:
    studies = [
        Interval(label="x", estimate=row[0], low=row[1], high=row[2], level=row[3]) for row in rows
    ]
    for pool in (pool_medians, pool_ratios, pool_rates):
        answer_or_refusal(pool, studies)
    answer_or_refusal(pool_medians, [median("A", 4, 3, 5), median("B", 5, 4, 7), *studies])
    answer_or_refusal(random_effects, [Effect("x", row[0], row[1]) for row in rows])
    answer_or_refusal(fixed_effect, [Effect("x", row[0], row[1]) for row in rows])


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(anything, anything), max_size=4))
def test_garbage_counts_are_refused_and_nothing_else_happens(
    rows: list[tuple[Any, Any]],
) -> None:
    studies = [Count("x", row[0], row[1]) for row in rows]
    answer_or_refusal(pool_proportions, [Count("A", 3, 20), Count("B", 4, 30), *studies])
    answer_or_refusal(mixed_model, studies)


def answer_or_refusal(pool: Any, studies: Any) -> None:
    try:
        found = pool(studies)
    except CannotPool as reason:
        assert str(reason).endswith(".")
        return
    if isinstance(found, Pooled):
        assert all(map(math.isfinite, (found.estimate, found.low, found.high, found.i2)))
        assert found.low <= found.estimate <= found.high
