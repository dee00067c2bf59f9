"""Pooling from printed intervals: medians and ratios on the log scale, rates on the logit scale.

A printed interval of a known level gives the standard error: its length on the scale of analysis
over twice the normal quantile of that level (for hazard ratios: Tierney and others, Trials
2007;8:16). An estimate without an interval on both sides cannot be weighted and is refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import scipy

from evidence.statistics.heterogeneity import REML
from evidence.statistics.pooling import (
    LEVEL,
    CannotPool,
    Effect,
    Pooled,
    check_effects,
    check_level,
    normal_quantile,
    pooled,
)

_LARGEST_LOG = 700.0  # e to a little more is no number to a computer
LOPSIDED = 1.5  # one half of an interval so many times the other is worth saying


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate with its two-sided interval at `level` percent, all in one unit."""

    label: str
    estimate: float
    low: float
    high: float
    level: float = LEVEL


def effect_of(one: Interval, to_scale: Callable[[float], float]) -> Effect:
    """The study on the scale of analysis, its error from its interval. Raises CannotPool."""
    quantile = normal_quantile(one.level)
    if not one.low <= one.estimate <= one.high:
        raise CannotPool(f"{one.label}: the estimate lies outside its interval.")
    if not one.low < one.high:
        raise CannotPool(f"{one.label}: the interval has no length.")
    low, estimate, high = (to_scale(value) for value in (one.low, one.estimate, one.high))
    return Effect(one.label, estimate, ((high - low) / (2 * quantile)) ** 2)


def pool_medians(
    studies: Sequence[Interval], *, level: float = LEVEL, estimator: str = REML
) -> Pooled:
    """The pooled median of times, in their own unit. Raises CannotPool."""
    return _pool(studies, math.log, _exp, "log", level, estimator, _positive)


def pool_ratios(
    studies: Sequence[Interval], *, level: float = LEVEL, estimator: str = REML
) -> Pooled:
    """The pooled hazard, odds or risk ratio. Raises CannotPool."""
    return _pool(studies, math.log, _exp, "log", level, estimator, _positive)


def pool_rates(
    studies: Sequence[Interval], *, level: float = LEVEL, estimator: str = REML
) -> Pooled:
    """The pooled rate, of 1, such as a Kaplan–Meier estimate at one time. Raises CannotPool.

    A rate with censoring is no count of patients: its error comes from its interval, never from n.
    """
    return _pool(
        studies,
        lambda value: float(scipy.special.logit(value)),
        lambda value: float(scipy.special.expit(value)),
        "logit",
        level,
        estimator,
        _inside_one,
    )


def _exp(value: float) -> float:
    """e to a power; of an interval of any length at all, still a number."""
    return math.exp(min(value, _LARGEST_LOG))


def _positive(one: Interval) -> str:
    values = (one.estimate, one.low, one.high)
    fine = all(math.isfinite(value) and 1e-100 < value < 1e100 for value in values)
    return "" if fine else "estimate and both ends of the interval have to be above zero"


def _inside_one(one: Interval) -> str:
    fine = all(0 < value < 1 for value in (one.estimate, one.low, one.high))
    return "" if fine else "estimate and both ends of the interval have to lie between 0 and 100 %"


def _pool(
    studies: Sequence[Interval],
    to_scale: Callable[[float], float],
    back: Callable[[float], float],
    scale: str,
    level: float,
    estimator: str,
    fault: Callable[[Interval], str],
) -> Pooled:
    check_level(level)
    for one in studies:
        if fault(one):
            raise CannotPool(f"{one.label}: {fault(one)}.")
    effects = [effect_of(one, to_scale) for one in studies]
    check_effects(effects)
    return pooled(
        effects,
        studies=[
            _at_level(one, effect, back, level)
            for one, effect in zip(studies, effects, strict=True)
        ],
        back=back,
        scale=scale,
        level=level,
        estimator=estimator,
        notes=_notes(studies, to_scale, level),
    )


def _at_level(
    one: Interval, effect: Effect, back: Callable[[float], float], level: float
) -> tuple[float, float, float]:
    """Estimate and ends as printed, or the ends at `level` where they are printed at another one:
    intervals side by side are read as if of one level."""
    if one.level == level:
        return one.estimate, one.low, one.high
    reach = normal_quantile(level) * math.sqrt(effect.variance)
    return one.estimate, back(effect.estimate - reach), back(effect.estimate + reach)


def _notes(
    studies: Sequence[Interval], to_scale: Callable[[float], float], level: float
) -> list[str]:
    notes = []
    lopsided = [one.label for one in studies if _is_lopsided(one, to_scale)]
    if lopsided:
        notes.append(
            f"The interval of {', '.join(lopsided)} reaches much further to one side even on this "
            "scale; its standard error is taken from its whole length."
        )
    others = [f"{one.label} ({one.level:g} %)" for one in studies if one.level != level]
    if others:
        notes.append(f"Printed at another level, and turned into {level:g} %: {', '.join(others)}.")
    return notes


def _is_lopsided(one: Interval, to_scale: Callable[[float], float]) -> bool:
    low, estimate, high = (to_scale(value) for value in (one.low, one.estimate, one.high))
    shorter, longer = sorted((estimate - low, high - estimate))
    return longer > LOPSIDED * shorter
