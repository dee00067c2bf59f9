"""Short ways to write figures and effects in the tests of the checks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from evidence.statistics.checks import check_effect, check_figure
from evidence.statistics.figures import Doubt, Effect, Figure

NUMBERS = frozenset(
    {
        "value",
        "time_point_months",
        "ci_level",
        "ci_low",
        "ci_high",
        "threshold",
        "median_months",
        "p_value",
        "experimental_median_months",
        "control_median_months",
    }
)


def figure(**given: Any) -> Figure:
    """A crude response rate, with what is given; numbers may be strings."""
    start = {"endpoint": "ORR", "estimator": "CRUDE_PROPORTION", "unit": "PERCENT"}
    return Figure(**{**start, **_exact(given)})


def effect(**given: Any) -> Effect:
    """A hazard ratio of PFS, with what is given; numbers may be strings."""
    return Effect(**{"endpoint": "PFS", "measure": "HR", **_exact(given)})


def doubts(**given: Any) -> dict[str, Doubt]:
    """The doubts about such a figure by check."""
    return {doubt.check: doubt for doubt in check_figure(figure(**given))}


def effect_doubts(**given: Any) -> dict[str, Doubt]:
    """The doubts about such an effect by check."""
    return {doubt.check: doubt for doubt in check_effect(effect(**given))}


def _exact(given: dict[str, Any]) -> dict[str, Any]:
    return {
        name: Decimal(str(value)) if name in NUMBERS and value is not None else value
        for name, value in given.items()
    }
