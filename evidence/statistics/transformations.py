"""Proportions on scales where they are nearly normal, and back.

The logit is `scipy.special.logit`. The double arcsine is Freeman and Tukey's (Annals of
Mathematical Statistics 1950;21:607) as half the sum of the two angles, so that its variance is
1 / (4n + 2); the way back is Miller's (The American Statistician 1978;32:138).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def double_arcsine(events: Any, n: Any) -> Array:
    """Freeman and Tukey's transform of `events` out of `n`, in radians."""
    x, size = np.asarray(events, dtype=float), np.asarray(n, dtype=float)
    angles = np.arcsin(np.sqrt(x / (size + 1))) + np.arcsin(np.sqrt((x + 1) / (size + 1)))
    return np.asarray(angles / 2)


def double_arcsine_variance(n: Any) -> Array:
    """The variance of the double arcsine, which depends on `n` only."""
    return np.asarray(1 / (4 * np.asarray(n, dtype=float) + 2))


def proportion_of_double_arcsine(angle: float, n: float) -> float:
    """The proportion whose double arcsine at a sample of `n` is `angle`.

    Angles beyond those of no event and of n events are 0 and 1.
    """
    if angle <= float(double_arcsine(0, n)):
        return 0.0
    if angle >= float(double_arcsine(n, n)):
        return 1.0
    sine = np.sin(2 * angle)
    inner = 1 - (sine + (sine - 1 / sine) / n) ** 2
    return float((1 - np.sign(np.cos(2 * angle)) * np.sqrt(max(inner, 0.0))) / 2)


def harmonic_mean(sizes: Any) -> float:
    """The sample size at which a pooled double arcsine is turned back (Miller 1978)."""
    values = np.asarray(sizes, dtype=float)
    return float(len(values) / np.sum(1 / values))
