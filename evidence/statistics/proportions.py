"""Pooling of proportions from counts: events of n in each study.

The pooled result is random effects on the logit scale. Beside it stand two methods that need no
continuity correction: the binomial-normal mixed model by maximum likelihood (Stijnen, Hamza and
Özdemir, Statistics in Medicine 2010;29:3046), which statsmodels does not fit by quadrature, and
random effects on the double arcsine (see `transformations`; Schwarzer and others, Research
Synthesis Methods 2019;10:476 on why its way back can mislead where sizes differ widely).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import scipy
from numpy.polynomial.hermite import hermgauss

from evidence.statistics.heterogeneity import REML
from evidence.statistics.intervals import proportion_interval
from evidence.statistics.pooling import (
    LEVEL,
    CannotPool,
    Effect,
    Line,
    Pooled,
    check_effects,
    check_level,
    normal_quantile,
    pooled,
    random_effects,
)
from evidence.statistics.transformations import (
    Array,
    double_arcsine,
    double_arcsine_variance,
    harmonic_mean,
    proportion_of_double_arcsine,
)

CORRECTION = 0.5
NODES = 21  # of the quadrature; seven are the usual number, more cost nothing here
LARGEST_LOGIT, SMALLEST_DEVIATION = 30.0, 1e-8


@dataclass(frozen=True, slots=True)
class Count:
    """A study with so many events among n patients."""

    label: str
    events: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedModel:
    """A binomial-normal model: mean and standard deviation of the logits, error of the mean."""

    mean: float
    error: float
    tau2: float


def check_counts(counts: Sequence[Count]) -> None:
    """Raises CannotPool where a study's numbers are no count of patients."""
    for one in counts:
        if not (_is_whole(one.events) and _is_whole(one.n) and 0 <= one.events <= one.n > 0):
            raise CannotPool(f"{one.label}: {one.events} of {one.n} is no count of patients.")
    if len(counts) > 1 and len({_extreme(one) for one in counts}) == 1 and _extreme(counts[0]):
        raise CannotPool(
            f"Every study has {_extreme(counts[0])}; a pooled result would be made of the "
            "continuity correction only."
        )


def _is_whole(number: object) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)


def _extreme(one: Count) -> str:
    if one.events == 0:
        return "no event"
    return "an event in every patient" if one.events == one.n else ""


def logit_effect(one: Count) -> Effect:
    """A study on the logit scale; half a patient is added to each side of none or all only."""
    more = CORRECTION if _extreme(one) else 0.0
    events, others = one.events + more, one.n - one.events + more
    return Effect(one.label, math.log(events / others), 1 / events + 1 / others)


def arcsine_effect(one: Count) -> Effect:
    """A study on the double arcsine scale, which needs no correction."""
    return Effect(
        one.label,
        float(double_arcsine(one.events, one.n)),
        float(double_arcsine_variance(one.n)),
    )


def pool_proportions(
    counts: Sequence[Count], *, level: float = LEVEL, estimator: str = REML
) -> Pooled:
    """The pooled proportion, of 1, with two methods beside it. Raises CannotPool."""
    check_level(level)
    check_counts(counts)
    effects = [logit_effect(one) for one in counts]
    check_effects(effects)
    notes = []
    corrected = [one.label for one in counts if _extreme(one)]
    if corrected:
        notes.append(
            f"Half a patient was added to either side in {', '.join(corrected)} (none or all had "
            "the event); the mixed model and the double arcsine need no such correction."
        )
    lines, missing = _other_methods(tuple(counts), level)
    return pooled(
        effects,
        studies=[(one.events / one.n, *exact_interval(one, level)) for one in counts],
        back=lambda value: float(scipy.special.expit(value)),
        scale="logit",
        level=level,
        estimator=estimator,
        more=[*lines],
        notes=[*notes, *missing],
    )


def exact_interval(one: Count, level: float = LEVEL) -> tuple[float, float]:
    """Clopper and Pearson's interval of one study."""
    found = proportion_interval(one.events, one.n, level=level)
    return found.low / 100, found.high / 100


@lru_cache(maxsize=256)  # the mixed model is sought by trial, and the same numbers come again
def _other_methods(
    counts: tuple[Count, ...], level: float
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """The lines beside the pooled result, and why one is missing."""
    lines, missing = [], []
    try:
        lines.append(mixed_model_line(counts, level=level))
    except CannotPool as reason:
        missing.append(str(reason))
    lines.append(double_arcsine_line(counts, level=level))
    return tuple(lines), tuple(missing)


# --- Double arcsine -------------------------------------------------------------------------------


def double_arcsine_line(counts: Sequence[Count], *, level: float = LEVEL) -> Line:
    """Random effects on the double arcsine, turned back at the harmonic mean of the sizes."""
    average = random_effects([arcsine_effect(one) for one in counts], level=level)
    size = harmonic_mean([one.n for one in counts])
    estimate, low, high = (
        proportion_of_double_arcsine(angle, size) for angle in (average.mean, *average.ends)
    )
    return Line(
        name="Freeman–Tukey",
        method="Random effects on the double arcsine, back at the harmonic mean of the sizes, "
        "interval after Hartung and Knapp.",
        estimate=estimate,
        low=low,
        high=high,
    )


# --- Mixed model ----------------------------------------------------------------------------------


def mixed_model_line(counts: Sequence[Count], *, level: float = LEVEL) -> Line:
    """The binomial-normal model's proportion with its normal interval. Raises CannotPool."""
    reach = normal_quantile(level)
    model = mixed_model(counts)
    ends = (model.mean, model.mean - reach * model.error, model.mean + reach * model.error)
    estimate, low, high = map(float, scipy.special.expit(np.array(ends)))
    return Line(
        name="Mixed model",
        method="Binomial counts with normal logits, maximum likelihood by Gauss–Hermite "
        "quadrature; normal interval.",
        estimate=estimate,
        low=low,
        high=high,
    )


def mixed_model(counts: Sequence[Count], *, nodes: int = NODES) -> MixedModel:
    """Events are binomial in each study, the logits normal across them. Raises CannotPool."""
    check_counts(counts)
    check_effects([logit_effect(one) for one in counts])
    events = np.array([one.events for one in counts], dtype=float)
    sizes = np.array([one.n for one in counts], dtype=float)

    def negative(at: Array) -> float:
        return -log_likelihood(float(at[0]), abs(float(at[1])), events, sizes, nodes)

    start = float(scipy.special.logit(events.sum() / sizes.sum()))
    tries = [
        scipy.optimize.minimize(
            negative,
            np.array([start, deviation]),
            method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000},
        )
        for deviation in (0.1, 1.0)
    ]
    best = min(tries, key=lambda one: float(one.fun))
    mean, deviation = float(best.x[0]), abs(float(best.x[1]))
    if negative(np.array([start, 0.0])) <= float(best.fun) + 1e-9:
        mean, deviation = start, 0.0
    error = _error_of_mean(mean, deviation, events, sizes, nodes)
    if not math.isfinite(error) or abs(mean) > LARGEST_LOGIT:
        raise CannotPool("The mixed model did not settle on these counts.")
    return MixedModel(mean=mean, error=error, tau2=deviation**2)


def log_likelihood(
    mean: float, deviation: float, events: Array, sizes: Array, nodes: int = NODES
) -> float:
    """The model's log-likelihood by quadrature about each study's own mode."""
    constant = (
        scipy.special.gammaln(sizes + 1)
        - scipy.special.gammaln(events + 1)
        - scipy.special.gammaln(sizes - events + 1)
    )
    if deviation < SMALLEST_DEVIATION:
        return float(np.sum(constant + _binomial(np.full_like(events, mean), events, sizes)))
    modes = _modes(mean, deviation, events, sizes)
    chances = scipy.special.expit(modes)
    scales = 1 / np.sqrt(sizes * chances * (1 - chances) + deviation**-2)
    points, weights = _quadrature(nodes)
    logits = modes[:, None] + math.sqrt(2) * scales[:, None] * points
    heights = (
        _binomial(logits, events[:, None], sizes[:, None])
        - ((logits - mean) / deviation) ** 2 / 2
        + points**2
    )
    top = heights.max(axis=1)
    sums = np.log(np.sum(weights * np.exp(heights - top[:, None]), axis=1)) + top
    factors = np.log(scales / deviation) - math.log(math.pi) / 2
    return float(np.sum(constant + sums + factors))


@cache
def _quadrature(nodes: int) -> tuple[Array, Array]:
    points, weights = hermgauss(nodes)
    return np.asarray(points), np.asarray(weights)


def _binomial(logits: Array, events: Array, sizes: Array) -> Array:
    return np.asarray(events * logits - sizes * np.logaddexp(0, logits))


def _modes(mean: float, deviation: float, events: Array, sizes: Array) -> Array:
    """Where each study's logit is most likely, by Newton's steps kept short."""
    at = np.full_like(events, mean)
    for _ in range(100):
        chances = scipy.special.expit(at)
        slope = events - sizes * chances - (at - mean) / deviation**2
        step = slope / (sizes * chances * (1 - chances) + deviation**-2)
        at = at + np.clip(step, -1.0, 1.0)
        if float(np.max(np.abs(step))) < 1e-10:
            break
    return at


def _error_of_mean(mean: float, deviation: float, events: Array, sizes: Array, nodes: int) -> float:
    """From the curvature of the log-likelihood in mean and deviation together."""

    def height(first: float, second: float) -> float:
        return log_likelihood(first, abs(second), events, sizes, nodes)

    step = 1e-4
    centre = height(mean, deviation)
    across = (
        height(mean + step, deviation) - 2 * centre + height(mean - step, deviation)
    ) / step**2
    if deviation < 10 * step:
        return math.sqrt(-1 / across) if across < 0 else math.inf
    along = (height(mean, deviation + step) - 2 * centre + height(mean, deviation - step)) / step**2
    mixed = (
        height(mean + step, deviation + step)
        - height(mean + step, deviation - step)
        - height(mean - step, deviation + step)
        + height(mean - step, deviation - step)
    ) / (4 * step**2)
    determinant = across * along - mixed**2
    return math.sqrt(-along / determinant) if along < 0 < determinant else math.inf
