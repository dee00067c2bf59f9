"""Pooling of studies that are alike: random effects, the interval, the prediction interval.

The average is weighted by inverse variances with τ² by REML. Its interval is Hartung and Knapp's
(Knapp and Hartung, Statistics in Medicine 2003;22:2693), with one safeguard: their factor is never
below one, so that a few studies that agree by chance do not look more certain than their patients
allow (Jackson and others, Statistics in Medicine 2017;36:3923; Röver, Knapp and Friede, BMC Medical
Research Methodology 2015, PMC4647507). The prediction interval is the one of Higgins, Thompson and
Spiegelhalter (JRSS A 2009;172:137), here with the k - 1 degrees of freedom of the interval, so that
the two are equal where τ² is none.

Numbers here are on the scale of analysis; `proportions` and `log_scale` go there and back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy

from evidence.statistics.heterogeneity import (
    DERSIMONIAN_LAIRD,
    ESTIMATOR_NAMES,
    REML,
    Heterogeneity,
    heterogeneity,
    weighted_mean,
)
from evidence.statistics.transformations import Array

LEVEL = 95.0
FEWEST = 2
FEWEST_FOR_PREDICTION = 3
_NOTICEABLE = 1e-3  # of the factor, which for two studies is one by construction
HARTUNG_KNAPP, WALD = "HARTUNG_KNAPP", "WALD"


class CannotPool(ValueError):
    """These studies cannot be pooled; the message is the reason, for a reader."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A study on the scale of analysis: an estimate and its variance."""

    label: str
    estimate: float
    variance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study as a line of a forest plot, in the reader's unit; its weight in percent."""

    label: str
    estimate: float
    low: float
    high: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The same studies pooled by another method, to see whether the answer hangs on the method."""

    name: str
    method: str
    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """A pooled result in the reader's unit: a proportion of 1, months, or a ratio.

    `low` and `high` hold the average at `level` percent, the prediction interval the true value of
    a next study like these (None for fewer than three). Those of the studies are at `level` too.
    `tau2`, `q` and the like are on `scale`.
    """

    estimate: float
    low: float
    high: float
    level: float
    prediction_low: float | None
    prediction_high: float | None
    tau2: float
    tau2_estimator: str
    i2: float
    h2: float
    q: float
    df: int
    p: float
    k: int
    scale: str
    method: str
    studies: tuple[Study, ...]
    sensitivity: tuple[Line, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """An average on the scale of analysis with its interval, and how much the studies differ."""

    mean: float
    error: float
    critical: float
    weights: tuple[float, ...]
    heterogeneity: Heterogeneity
    is_widened: bool

    @property
    def ends(self) -> tuple[float, float]:
        """The interval of the average."""
        return self.mean - self.critical * self.error, self.mean + self.critical * self.error

    @property
    def prediction(self) -> tuple[float, float] | None:
        """Where the true value of a next study is expected; None for fewer than three studies."""
        if len(self.weights) < FEWEST_FOR_PREDICTION:
            return None
        reach = self.critical * math.hypot(self.error, math.sqrt(self.heterogeneity.tau2))
        return self.mean - reach, self.mean + reach


def check_level(level: float) -> float:
    """The level, in percent. Raises CannotPool."""
    if not 1 <= level <= 99.9999:
        raise CannotPool(f"An interval cannot have the level {level:g} %.")
    return level


def normal_quantile(level: float) -> float:
    """How many standard errors a two-sided interval of this level reaches to each side."""
    return float(scipy.stats.norm.ppf(0.5 + check_level(level) / 200))


def check_effects(effects: Sequence[Effect]) -> None:
    """Raises CannotPool where there are too few studies or one of them has no usable numbers."""
    if len(effects) < FEWEST:
        raise CannotPool(
            f"Pooling needs at least {FEWEST} studies; there {_is_are(len(effects))} "
            f"{len(effects) or 'none'}."
        )
    for one in effects:
        if not (math.isfinite(one.estimate) and abs(one.estimate) < 1e100):
            raise CannotPool(f"{one.label}: the estimate is not a usable number.")
        if not 1e-100 < one.variance < 1e100:
            raise CannotPool(f"{one.label}: the standard error is not a positive number.")


def _is_are(number: int) -> str:
    return "are" if number > 1 else "is"


def random_effects(
    effects: Sequence[Effect],
    *,
    level: float = LEVEL,
    estimator: str = REML,
    interval: str = HARTUNG_KNAPP,
    is_guarded: bool = True,
) -> Average:
    """The average of studies whose true values differ. Raises CannotPool.

    `interval` WALD takes the normal distribution and no factor. `is_guarded` False leaves Hartung
    and Knapp's factor as it comes, below one too.
    """
    check_effects(effects)
    critical = normal_quantile(level)
    values, variances = arrays(effects)
    found = heterogeneity(values, variances, estimator)
    weights = 1 / (variances + found.tau2)
    mean = weighted_mean(values, weights)
    factor = 1.0
    if interval == HARTUNG_KNAPP:
        critical = float(scipy.stats.t.ppf(0.5 + level / 200, found.df))
        factor = float(np.sum(weights * (values - mean) ** 2)) / found.df
    used = max(factor, 1.0) if is_guarded else factor
    return Average(
        mean=mean,
        error=math.sqrt(used / float(np.sum(weights))),
        critical=critical,
        weights=tuple(float(one) for one in weights / np.sum(weights)),
        heterogeneity=found,
        is_widened=used > factor + _NOTICEABLE,
    )


def fixed_effect(effects: Sequence[Effect], *, level: float = LEVEL) -> tuple[float, float, float]:
    """The average if all studies had one true value, with its interval. Raises CannotPool."""
    check_effects(effects)
    values, variances = arrays(effects)
    mean = weighted_mean(values, 1 / variances)
    reach = normal_quantile(level) / math.sqrt(float(np.sum(1 / variances)))
    return mean, mean - reach, mean + reach


def arrays(effects: Sequence[Effect]) -> tuple[Array, Array]:
    """Estimates and variances, as the measures of heterogeneity take them."""
    values = np.array([one.estimate for one in effects], dtype=float)
    return values, np.array([one.variance for one in effects], dtype=float)


def pooled(
    effects: Sequence[Effect],
    *,
    studies: Sequence[tuple[float, float, float]],
    back: Callable[[float], float],
    scale: str,
    level: float,
    estimator: str,
    more: Sequence[Line] = (),
    notes: Sequence[str] = (),
) -> Pooled:
    """Random effects with the fixed effect beside it, in the reader's unit. Raises CannotPool.

    `studies` are estimate, low and high of each in that unit; `back` leads there from `scale`.
    """
    average = random_effects(effects, level=level, estimator=estimator)
    low, high = average.ends
    ahead = average.prediction
    found = average.heterogeneity
    lines = [
        Line(
            name="Fixed effect",
            method="Inverse variances, as if all studies had one true value; normal interval.",
            **_ends_in_unit(fixed_effect(effects, level=level), back),
        ),
        _usual_line(effects, level, back),
        *more,
    ]
    return Pooled(
        **_ends_in_unit((average.mean, low, high), back),
        level=level,
        prediction_low=back(ahead[0]) if ahead else None,
        prediction_high=back(ahead[1]) if ahead else None,
        tau2=found.tau2,
        tau2_estimator=estimator,
        i2=found.i2,
        h2=found.h2,
        q=found.q,
        df=found.df,
        p=found.p,
        k=len(effects),
        scale=scale,
        method=(
            f"Random effects on the {scale} scale, τ² by {ESTIMATOR_NAMES[estimator]}, "
            "interval after Hartung and Knapp."
        ),
        studies=tuple(
            Study(label=one.label, estimate=line[0], low=line[1], high=line[2], weight=100 * weight)
            for one, line, weight in zip(effects, studies, average.weights, strict=True)
        ),
        sensitivity=tuple(lines),
        notes=(*notes, *_notes(average)),
    )


def _usual_line(effects: Sequence[Effect], level: float, back: Callable[[float], float]) -> Line:
    """What most published meta-analyses print."""
    average = random_effects(effects, level=level, estimator=DERSIMONIAN_LAIRD, interval=WALD)
    return Line(
        name="DerSimonian–Laird",
        method="Random effects, τ² by moments; normal interval, too narrow where studies are few.",
        **_ends_in_unit((average.mean, *average.ends), back),
    )


def _ends_in_unit(
    three: tuple[float, float, float], back: Callable[[float], float]
) -> dict[str, float]:
    return dict(zip(("estimate", "low", "high"), map(back, three), strict=True))


def _notes(average: Average) -> list[str]:
    """What a reader has to know about a pooled result of few studies."""
    notes = []
    if average.is_widened:
        notes.append(
            "The studies differ less than chance would have them; the interval was not narrowed "
            "for that."
        )
    if average.prediction is None:
        notes.append(
            "Two studies: the interval rests on their single difference and is very wide, and "
            "there is no prediction interval. Read the two side by side."
        )
    if average.heterogeneity.df < 4:
        notes.append(
            "With fewer than five studies τ² and I² are very uncertain: I² of 0 % does not show "
            "that the studies agree."
        )
    return notes
