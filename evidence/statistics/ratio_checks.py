"""A ratio, its interval and its p against each other, on the log scale.

A hazard, odds or risk ratio has an interval that is symmetrical on the log scale wherever it is the
usual one, estimate ± z × standard error (Wald). The standard error then follows from the width, and
z and p from estimate and standard error: Altman and Bland, How to obtain the P value from a
confidence interval, BMJ 2011;343:d2304, https://www.bmj.com/content/343/bmj.d2304
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import scipy

from evidence.statistics import names
from evidence.statistics.figures import RATIOS, Doubt, Effect, level_of
from evidence.statistics.plain_checks import is_outside
from evidence.statistics.printing import Printed, printed, printed_interval, shown, span

# A value this near the middle may come from an interval slightly askew: our choice.
MIDDLE_TOLERANCE = 1.05  # factor
# An odds ratio of small groups often has an exact interval, which is further askew: our choice.
ODDS_TOLERANCE = 1.5  # factor
# Log-rank, likelihood and Wald tests of the same data differ. Our choice; in the example of ten
# patients at https://stats.stackexchange.com/questions/141626/ their p differ by a factor of 2.
P_TOLERANCE = 3.0  # factor
Z_TOLERANCE = 0.15  # of the larger z
_SMALLEST = 1e-300


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio with both ends of its interval, each as printed, and the interval's level."""

    value: Printed
    low: Printed
    high: Printed
    level: float
    level_is_printed: bool
    quantile: float  # standard errors from the middle to an end

    @property
    def alpha(self) -> float:
        """The two-sided p at which the interval just touches 1."""
        return float(2 * scipy.stats.norm.sf(self.quantile))

    @property
    def text(self) -> str:
        """Ratio and interval as in print: 0.42 (0.21–0.85)."""
        places = max(self.low.decimals, self.high.decimals)
        ends = span(self.low.value, self.high.value, places)
        return f"{shown(self.value.value, self.value.decimals)} ({ends})"

    @property
    def places(self) -> int:
        """Decimals for what is computed from it."""
        return max(self.value.decimals, 2)


def ratio_of(effect: Effect) -> Ratio | None:
    """The ratio with its whole interval; None where any part is missing or makes no sense."""
    level = level_of(effect)
    low, high = printed_interval(effect.ci_low, effect.ci_high, effect.ci_raw)
    if effect.measure not in RATIOS or effect.value is None or low is None or high is None:
        return None
    if effect.value <= 0 or not 0 <= low.value < high.value or level is None:
        return None
    if is_outside(effect):
        return None
    tail = (1 - level / 100) / (1 if effect.ci_sides == "ONE_SIDED" else 2)
    quantile = float(scipy.stats.norm.isf(tail))
    if quantile <= 0:
        return None
    value = printed(effect.value, effect.value_raw)
    return Ratio(value, low, high, level, effect.ci_level is not None, quantile)


def implied_p(
    value: float, low: float, high: float, *, level: float = 95.0, log_scale: bool = True
) -> float:
    """The two-sided p of an estimate with a two-sided Wald interval.

    For a ratio on the log scale (the default, null value 1), for a difference as it is (null value
    0). The normal distribution itself is used, not the approximation that BMJ 2011;343:d2304 gives
    for a pocket calculator. Raises ValueError where the interval has no width, the level is not
    between 0 and 100, or a number of a ratio is not above 0.
    """
    if log_scale:
        value, low, high = math.log(value), math.log(low), math.log(high)
    if not low < high or not 0 < level < 100:
        raise ValueError("an interval has a low end, a high end and a level")
    error = (high - low) / (2 * scipy.stats.norm.isf((1 - level / 100) / 2))
    return float(2 * scipy.stats.norm.sf(abs(value) / error))


def log_middle(low: float, high: float) -> float:
    """The middle of an interval on the log scale, its geometric mean; both ends 0 or more."""
    return math.sqrt(low * high)


def ratio_interval(effect: Effect) -> Doubt | None:
    """RATIO_INTERVAL: a ratio against the geometric middle of its interval, rounding allowed for.

    Assumes an interval symmetrical on the log scale. Within MIDDLE_TOLERANCE, for an odds ratio
    ODDS_TOLERANCE, it is but a hint.
    """
    ratio = ratio_of(effect)
    if ratio is None:
        return None
    lowest = log_middle(max(ratio.low.low, 0.0), max(ratio.high.low, 0.0))
    highest = log_middle(ratio.low.high, ratio.high.high)
    if ratio.value.overlaps(lowest, highest):
        return None
    middle = log_middle(float(ratio.low.value), float(ratio.high.value))
    value = float(ratio.value.value)
    factor = math.inf if middle == 0 else max(value / middle, middle / value)
    tolerance = ODDS_TOLERANCE if effect.measure == "OR" else MIDDLE_TOLERANCE
    wanted = shown(middle, ratio.places)
    return Doubt(
        check=names.RATIO_INTERVAL,
        weight=names.HINT if factor <= tolerance else names.DIFFERENCE,
        says=(f"The middle of the interval on the log scale is {wanted}; printed is {ratio.text}."),
        printed=ratio.text,
        expected=f"{wanted} in the middle",
        difference=shown(value - middle, ratio.places),
        innocent=(
            "Exact, profile-likelihood, score and bootstrap intervals are not symmetrical on the "
            "log scale, and a median unbiased estimate is not in the middle."
        ),
    )


def ratio_p(effect: Effect) -> Doubt | None:
    """RATIO_P: printed p against the one that ratio and interval imply, rounding allowed for.

    Assumes a Wald interval and a test of ratio 1, two-sided unless `p_sides` says otherwise. On
    different sides of significance at the interval's level it is a contradiction, unless the two p
    are as near as two tests of the same data can be (P_TOLERANCE, Z_TOLERANCE): then a difference.
    Further apart on the same side is a difference too.
    """
    ratio = ratio_of(effect)
    stated = _stated_p(effect)
    if ratio is None or stated is None:
        return None
    sides = 1 if effect.p_sides == "ONE_SIDED" else 2
    weight = _p_weight(ratio, stated, sides)
    if weight is None:
        return None
    if effect.p_sides == "" and _fits(_implied_range(ratio, 1), stated):
        conflict = _sides_disagree(ratio, stated, sides)
        weight = names.DIFFERENCE if conflict else names.HINT
        return _p_doubt(effect, ratio, sides, weight, "It agrees if the p is one-sided.")
    return _p_doubt(
        effect,
        ratio,
        sides,
        weight,
        "The p may be from a log-rank, stratified or adjusted test and the interval from a Cox "
        "model without it, or the reverse; or the p is not of ratio 1 (non-inferiority).",
    )


def _p_weight(ratio: Ratio, stated: tuple[float, float], sides: int) -> str | None:
    """How much it says that this p stands with this ratio, were the p one of `sides` sides."""
    implied = _implied_range(ratio, sides)
    if implied is None:
        return None
    is_far = _is_far(implied, stated, sides)
    if _sides_disagree(ratio, stated, sides):
        return names.CONTRADICTION if is_far else names.DIFFERENCE
    return names.DIFFERENCE if is_far else None


def _sides_disagree(ratio: Ratio, stated: tuple[float, float], sides: int) -> bool:
    """Does the interval exclude 1 and p not, or p and not the interval, however rounded?"""
    alpha = ratio.alpha * sides / 2
    excludes = ratio.low.low > 1 or ratio.high.high < 1
    includes = ratio.low.high < 1 < ratio.high.low
    slack = 1e-9  # "p > 0.05" and "p < 0.05" leave 0.05 itself out
    return (excludes and stated[0] >= alpha - slack) or (includes and stated[1] <= alpha + slack)


def _is_far(implied: tuple[float, float], stated: tuple[float, float], sides: int) -> bool:
    """Are the nearest ends of the two ranges of p further apart than two tests may be?"""
    if _fits(implied, stated):
        return False
    small, large = sorted((min(implied[1], stated[1]), max(implied[0], stated[0])))
    small = max(small, _SMALLEST)
    z_small, z_large = (float(scipy.stats.norm.isf(p / sides)) for p in (large, small))
    return large / small > P_TOLERANCE and z_large - z_small > Z_TOLERANCE * z_large


def _fits(implied: tuple[float, float] | None, stated: tuple[float, float]) -> bool:
    """Can both be the same p, rounding allowed for?"""
    return implied is not None and implied[0] <= stated[1] and stated[0] <= implied[1]


def _implied_range(ratio: Ratio, sides: int) -> tuple[float, float] | None:
    """The least and greatest p that the printed figures, however rounded, may imply."""
    if ratio.low.low <= 0 or ratio.value.low <= 0:
        return None
    width_low = math.log(ratio.high.low / ratio.low.high)
    width_high = math.log(ratio.high.high / ratio.low.low)
    near, far = sorted((abs(math.log(ratio.value.low)), abs(math.log(ratio.value.high))))
    if ratio.value.low < 1 < ratio.value.high:
        near = 0.0
    if width_low <= 0:
        return None
    scale = 2 * ratio.quantile
    greatest = sides * float(scipy.stats.norm.sf(scale * near / width_high))
    return sides * float(scipy.stats.norm.sf(scale * far / width_low)), greatest


def _stated_p(effect: Effect) -> tuple[float, float] | None:
    """The range that the printed p leaves open; None where it says nothing."""
    if effect.p_value is None or not 0 <= effect.p_value <= 1:
        return None
    if effect.p_modifier == "<":
        return (0.0, float(effect.p_value)) if effect.p_value > 0 else None
    if effect.p_modifier == ">":
        return (float(effect.p_value), 1.0) if effect.p_value < 1 else None
    p = printed(effect.p_value, effect.p_raw)
    return max(p.low, 0.0), min(p.high, 1.0)


def _p_doubt(effect: Effect, ratio: Ratio, sides: int, weight: str, innocent: str) -> Doubt:
    error = math.log(float(ratio.high.value) / float(ratio.low.value)) / (2 * ratio.quantile)
    z = abs(math.log(float(ratio.value.value))) / error
    wanted = _p_text(sides * float(scipy.stats.norm.sf(z)))
    kind = "one-sided " if sides == 1 else ""
    assumed = "" if ratio.level_is_printed else " (no level is printed; 95 % assumed)"
    stated = _printed_p(effect)
    return Doubt(
        check=names.RATIO_P,
        weight=weight,
        says=(f"{ratio.text}{assumed} implies a {kind}p of {wanted}, printed is {stated}."),
        printed=stated,
        expected=f"p {'' if wanted.startswith('below') else '= '}{wanted}",
        innocent=innocent,
    )


def _printed_p(effect: Effect) -> str:
    if effect.p_value is None:
        return "p"
    p = printed(effect.p_value, effect.p_raw)
    return f"p {effect.p_modifier or '='} {shown(p.value, p.decimals)}"


def _p_text(p: float) -> str:
    """A p for a sentence, with two figures that count."""
    if p < 0.0001:
        return "below 0.0001"
    return shown(p, min(max(1 - math.floor(math.log10(p)), 2), 5))
