"""How much studies differ beyond chance: Q, τ², I² and H².

Everything is on the scale of analysis (logit, log). Q is Cochran's (Biometrics 1954;10:101). τ² is
estimated by restricted maximum likelihood (Viechtbauer, Journal of Educational and Behavioral
Statistics 2005;30:261) or by moments (DerSimonian and Laird, Controlled Clinical Trials
1986;7:177). I² and H² are those of Higgins and Thompson (Statistics in Medicine 2002;21:1539) for
the τ² that was estimated: τ² against the typical variance within a study.

statsmodels has moments and Paule–Mandel but not REML, and its Q is a difference of two large sums,
which loses its digits where studies agree; so both are computed here, and tests hold them against
statsmodels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from evidence.statistics.transformations import Array

REML, DERSIMONIAN_LAIRD = "REML", "DL"
ESTIMATOR_NAMES = {
    REML: "restricted maximum likelihood",
    DERSIMONIAN_LAIRD: "DerSimonian and Laird's moments",
}
_NONE = 1e-12  # a τ² below this share of the scale's own size is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    """Q with its degrees of freedom and p, τ² with its estimator, I² in percent, and H²."""

    q: float
    df: int
    p: float
    tau2: float
    estimator: str
    i2: float
    h2: float


def weighted_mean(effects: Array, weights: Array) -> float:
    """Σwy / Σw."""
    return float(np.average(effects, weights=weights))


def cochran_q(effects: Array, variances: Array) -> float:
    """The weighted sum of squares about the fixed-effect mean."""
    weights = 1 / variances
    return float(np.sum(weights * (effects - weighted_mean(effects, weights)) ** 2))


def tau2_of(effects: Array, variances: Array, estimator: str = REML) -> float:
    """The variance between studies, never negative."""
    found = _by_moments(effects, variances)
    if estimator == REML:
        found = _by_reml(effects, variances)
    size = float(np.max(np.abs(effects - np.mean(effects))) ** 2 + np.mean(variances))
    return found if found > _NONE * size else 0.0


def _by_moments(effects: Array, variances: Array) -> float:
    weights = 1 / variances
    spread = np.sum(weights) - np.sum(weights**2) / np.sum(weights)
    return max(0.0, float((cochran_q(effects, variances) - (len(effects) - 1)) / spread))


def restricted_log_likelihood(tau2: float, effects: Array, variances: Array) -> float:
    """The restricted log-likelihood of τ², without its constant."""
    weights = 1 / (variances + tau2)
    squares = np.sum(weights * (effects - weighted_mean(effects, weights)) ** 2)
    logs = np.sum(np.log(variances + tau2)) + np.log(np.sum(weights))
    return float(-(logs + squares) / 2)


def _by_reml(effects: Array, variances: Array) -> float:
    """Highest point of the restricted likelihood: the best of a grid, then refined beside it."""
    most = float(np.var(effects, ddof=1) + np.max(variances)) * 10
    least = min(float(np.min(variances)), most) * 1e-6
    grid = np.concatenate([[0.0], np.geomspace(least, most, 80)])
    heights = [restricted_log_likelihood(value, effects, variances) for value in grid]
    best = int(np.argmax(heights))
    around = (grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)])
    found = scipy.optimize.minimize_scalar(
        lambda tau2: -restricted_log_likelihood(float(tau2), effects, variances),
        bounds=around,
        method="bounded",
        options={"xatol": 1e-12 * most},
    )
    refined = float(found.x)
    at_zero = restricted_log_likelihood(0.0, effects, variances)
    return refined if -float(found.fun) > at_zero else 0.0


def heterogeneity(effects: Array, variances: Array, estimator: str = REML) -> Heterogeneity:
    """All measures of how much two or more studies differ."""
    q, df = cochran_q(effects, variances), len(effects) - 1
    tau2 = tau2_of(effects, variances, estimator)
    weights = 1 / variances
    typical = df * np.sum(weights) / (np.sum(weights) ** 2 - np.sum(weights**2))
    return Heterogeneity(
        q=q,
        df=df,
        p=float(scipy.stats.chi2.sf(q, df)),
        tau2=tau2,
        estimator=estimator,
        i2=float(100 * tau2 / (tau2 + typical)),
        h2=float((tau2 + typical) / typical),
    )
