"""What must hold of every interval of a proportion, whatever the counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.statistics.intervals import (
    EXACT,
    LOWER,
    METHODS,
    TWO_SIDED,
    UPPER,
    WILSON,
    proportion_interval,
)

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
LEVELS = st.floats(50, 99.9)
NOISE = 1e-6


@given(counts=COUNTS, level=LEVELS)
def test_exact_contains_the_observed_proportion_and_wilson_too(
    counts: tuple[int, int], level: float
) -> None:
    share = 100 * counts[0] / counts[1]
    for method in (EXACT, WILSON):
        found = proportion_interval(*counts, level=level, method=method)
        assert -NOISE <= found.low <= share + NOISE
        assert share - NOISE <= found.high <= 100 + NOISE


@given(counts=COUNTS)
def test_exact_contains_the_centre_of_wilsons_interval(counts: tuple[int, int]) -> None:
    wilson = proportion_interval(*counts, method=WILSON)
    exact = proportion_interval(*counts)
    assert exact.low <= (wilson.low + wilson.high) / 2 <= exact.high


@given(counts=COUNTS, levels=st.tuples(LEVELS, LEVELS).map(sorted))
def test_a_higher_level_never_has_a_narrower_exact_interval(
    counts: tuple[int, int], levels: list[float]
) -> None:
    narrow, wide = (proportion_interval(*counts, level=level) for level in levels)
    assert wide.low <= narrow.low + NOISE
    assert wide.high >= narrow.high - NOISE


@given(counts=COUNTS, method=st.sampled_from(METHODS))
def test_counting_the_others_turns_the_interval_round(counts: tuple[int, int], method: str) -> None:
    events, n = counts
    found = proportion_interval(events, n, method=method)
    others = proportion_interval(n - events, n, method=method)
    assert found.low == pytest.approx(100 - others.high, abs=NOISE)


@given(counts=COUNTS, level=LEVELS)
def test_a_one_sided_exact_bound_is_an_end_of_the_two_sided_interval_at_half_the_alpha(
    counts: tuple[int, int], level: float
) -> None:
    lower = proportion_interval(*counts, level=level, sides=LOWER)
    upper = proportion_interval(*counts, level=level, sides=UPPER)
    assert (lower.high, upper.low) == (100, 0)
    if level > 51:
        both = proportion_interval(*counts, level=2 * level - 100)
        assert lower.low == pytest.approx(both.low, abs=NOISE)
        assert upper.high == pytest.approx(both.high, abs=NOISE)


@pytest.mark.parametrize(
    ("events", "n", "level", "method", "sides"),
    [
        (1, 0, 95, EXACT, TWO_SIDED),
        (5, 4, 95, EXACT, TWO_SIDED),
        (-1, 4, 95, EXACT, TWO_SIDED),
        (1, 4, 0, EXACT, TWO_SIDED),
        (1, 4, 100, EXACT, TWO_SIDED),
        (1, 4, 95, "guess", TWO_SIDED),
        (1, 4, 95, EXACT, "three"),
    ],
)
def test_what_is_no_proportion_has_no_interval(
    events: int, n: int, level: float, method: str, sides: str
) -> None:
    with pytest.raises(ValueError):
        proportion_interval(events, n, level=level, method=method, sides=sides)
