"""What holds of every figure, however odd: generated cases."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import norm

from evidence.statistics import names
from evidence.statistics.checks import check_effect, check_figure
from evidence.statistics.figures import Doubt, Effect, Figure
from evidence.statistics.intervals import EXACT, WILSON, proportion_interval
from tests.evidence.statistics.figures_support import doubts, effect_doubts

COUNTS = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
DECIMALS = st.integers(0, 4)
NUMBERS = st.one_of(
    st.none(),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.decimals(min_value=-10, max_value=200, places=3),
    st.sampled_from([Decimal(0), Decimal(1), Decimal(50), Decimal(100)]),
)
PEOPLE = st.one_of(st.none(), st.integers(), st.integers(0, 60))
TEXT = st.one_of(st.just(""), st.text(max_size=20), st.from_regex(r"[0-9.,%×<>=-]{0,12}"))
SIDES = st.sampled_from(["", "ONE_SIDED", "TWO_SIDED"])
LENGTHS = {"says": 400, "printed": 200, "expected": 200, "difference": 200, "innocent": 400}

FIGURES = st.builds(
    Figure,
    endpoint=st.sampled_from(["PFS", "ORR", "ADVERSE_EVENT", "OTHER", ""]),
    estimator=st.sampled_from(
        ["CRUDE_PROPORTION", "KAPLAN_MEIER_RATE", "RATE_UNSPECIFIED", "MEDIAN", "OTHER", ""]
    ),
    unit=st.sampled_from(["PERCENT", "MONTHS", "COUNT", ""]),
    value=NUMBERS,
    value_raw=TEXT,
    time_point_months=NUMBERS,
    events=PEOPLE,
    n=PEOPLE,
    ci_raw=TEXT,
    ci_level=NUMBERS,
    ci_sides=SIDES,
    ci_low=NUMBERS,
    ci_high=NUMBERS,
    threshold_raw=TEXT,
    threshold=NUMBERS,
    threshold_met=st.sampled_from([None, True, False]),
    population_n=PEOPLE,
    whole_n=PEOPLE,
    enrolment=PEOPLE,
    median_months=NUMBERS,
)
EFFECTS = st.builds(
    Effect,
    endpoint=st.just("PFS"),
    measure=st.sampled_from(["HR", "OR", "RR", "DIFFERENCE", "TEST_ONLY", ""]),
    value=NUMBERS,
    value_raw=TEXT,
    ci_raw=TEXT,
    ci_level=NUMBERS,
    ci_sides=SIDES,
    ci_low=NUMBERS,
    ci_high=NUMBERS,
    p_raw=TEXT,
    p_value=NUMBERS,
    p_modifier=st.sampled_from(["", "=", "<", ">", "?"]),
    p_sides=SIDES,
    experimental_median_months=NUMBERS,
    control_median_months=NUMBERS,
)


def assert_well_said(found: list[Doubt]) -> None:
    """One doubt for each check, with known names, full sentences, and room in the database."""
    assert len({doubt.check for doubt in found}) == len(found)
    for doubt in found:
        assert doubt.check in names.CHECKS
        assert doubt.weight in names.WEIGHTS
        assert doubt.says.endswith(".")
        assert doubt.printed
        assert doubt.expected
        assert doubt.innocent
        assert all(len(getattr(doubt, name)) <= most for name, most in LENGTHS.items())


@given(figure=FIGURES)
def test_no_figure_is_too_odd_to_be_checked(figure: Figure) -> None:
    assert_well_said(check_figure(figure))


@given(effect=EFFECTS)
def test_no_effect_is_too_odd_to_be_checked(effect: Effect) -> None:
    assert_well_said(check_effect(effect))


def proportion(events: int, n: int, decimals: int, method: str, level: str) -> dict[str, Any]:
    """A crude proportion and one of its intervals as a careful source prints them."""
    found = proportion_interval(events, n, level=float(level), method=method)
    low, high = (f"{end:.{decimals}f}" for end in (found.low, found.high))
    value = f"{100 * events / n:.{decimals}f}"
    return {
        "value": value,
        "value_raw": f"{events}/{n} = {value}%",
        "events": events,
        "n": n,
        "ci_raw": f"{low}-{high}",
        "ci_level": level,
        "ci_low": low,
        "ci_high": high,
    }


@given(
    counts=COUNTS,
    decimals=DECIMALS,
    method=st.sampled_from([EXACT, WILSON]),
    level=st.sampled_from(["90", "95", "97.5", "99"]),
)
def test_a_figure_with_its_own_interval_raises_no_doubt_at_any_precision(
    counts: tuple[int, int], decimals: int, method: str, level: str
) -> None:
    assert doubts(**proportion(*counts, decimals, method, level)) == {}


@given(counts=COUNTS, decimals=DECIMALS, off=st.floats(-40, 40))
def test_a_percentage_wrong_beyond_rounding_is_always_found(
    counts: tuple[int, int], decimals: int, off: float
) -> None:
    events, n = counts
    value = f"{100 * events / n + off:.{decimals}f}"
    assume(abs(float(value) - 100 * events / n) > 0.5001 * 10.0**-decimals)
    found = doubts(value=value, value_raw=f"{value}%", events=events, n=n)
    assert set(found) == {"PERCENT"}


@given(counts=COUNTS, off=st.floats(2, 30), end=st.sampled_from(["ci_low", "ci_high"]))
def test_an_interval_moved_outwards_or_inwards_at_one_end_is_found(
    counts: tuple[int, int], off: float, end: str
) -> None:
    given_ = proportion(*counts, 1, EXACT, "95")
    moved = float(given_[end]) + off
    assume(moved < 100)
    given_[end] = f"{moved:.1f}"
    given_["ci_raw"] = f"{given_['ci_low']}-{given_['ci_high']}"
    assume(float(given_["ci_low"]) <= float(given_["value"]) <= float(given_["ci_high"]))
    wilson = proportion_interval(*counts, method=WILSON)
    assume(abs(wilson.low - float(given_["ci_low"])) > 0.2)
    found = doubts(**given_)
    assert set(found) == {"INTERVAL"}


LOGS = st.floats(-2, 2)
ERRORS = st.floats(0.05, 1)


def cox(log_ratio: float, error: float, places: int, level: float = 95.0) -> dict[str, Any]:
    """A ratio, its Wald interval and p as a Cox model prints them."""
    z = float(norm.isf((1 - level / 100) / 2))
    value, low, high = (
        f"{math.exp(log_ratio + turns * z * error):.{places}f}" for turns in (0, -1, 1)
    )
    p = f"{2 * norm.sf(abs(log_ratio) / error):.{places}f}"
    return {
        "value": value,
        "value_raw": value,
        "ci_raw": f"{low}-{high}",
        "ci_level": str(level),
        "ci_low": low,
        "ci_high": high,
        "p_raw": p,
        "p_value": p,
        "p_modifier": "=",
    }


@given(log_ratio=LOGS, error=ERRORS, places=st.integers(1, 5), level=st.sampled_from([80.0, 95.0]))
def test_a_ratio_with_its_own_interval_and_p_raises_no_doubt_at_any_precision(
    log_ratio: float, error: float, places: int, level: float
) -> None:
    printed = cox(log_ratio, error, places, level)
    assume(float(printed["value"]) > 0)
    assert effect_doubts(**printed) == {}


@given(
    log_ratio=LOGS,
    error=ERRORS,
    askew=st.floats(-0.8, 0.8).filter(lambda by: by == 0 or abs(by) > 1e-6),  # not lost in rounding
    p=st.floats(0.0001, 0.9999),
    medians=st.tuples(st.floats(1, 30), st.floats(1, 30)),
)
def test_turning_a_ratio_round_changes_no_verdict(
    log_ratio: float, error: float, askew: float, p: float, medians: tuple[float, float]
) -> None:
    ends = log_ratio - 1.96 * error, log_ratio + 1.96 * error
    stated = {"p_value": f"{p:.4f}", "p_raw": f"{p:.4f}", "p_modifier": "=", "ci_level": 95}

    def verdicts(value: float, low: float, high: float, times: tuple[float, float]) -> Any:
        numbers = {"value": value, "ci_low": low, "ci_high": high}
        exact = {name: f"{math.exp(number):.12f}" for name, number in numbers.items()}
        found = effect_doubts(
            **exact,
            **stated,
            experimental_median_months=f"{times[0]:.6f}",
            control_median_months=f"{times[1]:.6f}",
        )
        return {check: doubt.weight for check, doubt in found.items()}

    centre = log_ratio + askew * error
    assert verdicts(centre, *ends, medians) == verdicts(
        -centre, -ends[1], -ends[0], (medians[1], medians[0])
    )


@given(log_ratio=st.floats(0.3, 2), error=st.floats(0.05, 0.12))
def test_a_clearly_significant_ratio_with_p_above_a_half_is_a_contradiction(
    log_ratio: float, error: float
) -> None:
    printed = {**cox(log_ratio, error, 3), "p_raw": "0.62", "p_value": "0.62"}
    assert effect_doubts(**printed)["RATIO_P"].weight == "CONTRADICTION"
