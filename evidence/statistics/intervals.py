"""Confidence intervals of a proportion, in percent, by statsmodels and scipy.

Exact is Clopper and Pearson's interval (Biometrika 1934;26:404-413), at least as wide as its level
says; Wilson's (JASA 1927;22:209-212) has its level on average. Newcombe compares these and others
(Stat Med 1998;17:857-872).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import scipy

EXACT = "exact"
WILSON = "Wilson"
WALD = "Wald"
AGRESTI_COULL = "Agresti–Coull"
JEFFREYS = "Jeffreys"
WILSON_CORRECTED = "Wilson with continuity correction"
METHODS = (EXACT, WILSON, WILSON_CORRECTED, WALD, AGRESTI_COULL, JEFFREYS)
USUAL_METHODS = (EXACT, WILSON)
TWO_SIDED = "TWO_SIDED"
LOWER = "LOWER"  # one-sided: a lower bound, the upper end being 100 %
UPPER = "UPPER"  # one-sided: an upper bound, the lower end being 0 %

_STATSMODELS: Mapping[str, str] = {
    EXACT: "beta",
    WILSON: "wilson",
    WALD: "normal",
    AGRESTI_COULL: "agresti_coull",
    JEFFREYS: "jeffreys",
}
# statsmodels names a one-sided interval after the alternative that its test rejects
_STATSMODELS_SIDES: Mapping[str, str] = {
    TWO_SIDED: "two-sided",
    LOWER: "smaller",
    UPPER: "larger",
}
_SCIPY_SIDES: Mapping[str, str] = {TWO_SIDED: "two-sided", LOWER: "greater", UPPER: "less"}


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval of a percentage, ends in percent."""

    low: float
    high: float


def proportion_interval(
    events: int, n: int, *, level: float = 95.0, method: str = EXACT, sides: str = TWO_SIDED
) -> Interval:
    """The interval of `events` of `n` at `level` percent, in percent.

    `method` is one of METHODS; `sides` TWO_SIDED, LOWER or UPPER. Raises ValueError where the
    counts are no counts, the level is not between 0 and 100, or the method is unknown.
    """
    if not 0 <= events <= n or n == 0:
        raise ValueError(f"{events} of {n} is no proportion")
    if not 0 < level < 100:
        raise ValueError(f"a level lies between 0 and 100 %, not {level}")
    if method not in METHODS or sides not in _STATSMODELS_SIDES:
        raise ValueError(f"no interval {method!r}, {sides!r}")
    if method == WILSON_CORRECTED:
        test = scipy.stats.binomtest(events, n, alternative=_SCIPY_SIDES[sides])
        found = test.proportion_ci(confidence_level=level / 100, method="wilsoncc")
        return Interval(100 * float(found.low), 100 * float(found.high))
    # Imported where it is used: it brings pandas, which every process would pay for at its start.
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(
        events,
        n,
        alpha=1 - level / 100,
        method=_STATSMODELS[method],
        alternative=_STATSMODELS_SIDES[sides],
    )
    return Interval(100 * float(low), 100 * float(high))
