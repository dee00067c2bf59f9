"""Numbers for tests of synthesis, ordinary but for what a test says of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any

from evidence.synthesis.numbers import COMPARISON, MEASUREMENT, Given, Number

NUMBERS = count(1)
DECIMALS = ("value", "ci_level", "ci_low", "ci_high", "time_point_months")


def _exact(given: dict[str, Any]) -> dict[str, Any]:
    return {
        key: Decimal(str(value)) if key in DECIMALS and value is not None else value
        for key, value in given.items()
    }


def response(events: int | None = 5, n: int | None = 30, **given: Any) -> Number:
    """An objective response rate of relapsed osteosarcoma under one agent, from a source alone."""
    pk = next(NUMBERS)
    plain = Number(
        kind=MEASUREMENT,
        pk=pk,
        label=f"Study {pk}",
        version=pk,
        source=pk,
        population=pk,
        endpoint="ORR",
        estimator="CRUDE_PROPORTION",
        unit="PERCENT",
        value=Decimal(100 * events) / n if events is not None and n else Decimal(50),
        events=events,
        n=n,
        scope="OSTEOSARCOMA_ONLY",
        setting="RELAPSE",
        level="B",
        regimen="Regorafenib",
        given=Given.SINGLE,
        agents=frozenset({"regorafenib"}),
        classes=frozenset({"targeted/vegfr-tki"}),
    )
    return replace(plain, **_exact(given))


def median(value: float = 4, low: float = 3, high: float = 6, **given: Any) -> Number:
    """A median progression-free survival in months, with its interval."""
    mine = {
        "endpoint": "PFS",
        "estimator": "MEDIAN",
        "unit": "MONTHS",
        "events": None,
        "value": value,
        "ci_low": low,
        "ci_high": high,
        "ci_level": 95,
    }
    return response(**{**mine, **given})


def rate(value: float = 50, low: float = 35, high: float = 65, **given: Any) -> Number:
    """A Kaplan–Meier rate at six months, with its interval."""
    mine = {
        "endpoint": "PFS",
        "estimator": "KAPLAN_MEIER_RATE",
        "time_point_months": 6,
        "events": None,
        "value": value,
        "ci_low": low,
        "ci_high": high,
        "ci_level": 95,
    }
    return response(**{**mine, **given})


def hazard_ratio(value: float = 0.5, low: float = 0.3, high: float = 0.8, **given: Any) -> Number:
    """A hazard ratio against placebo from a trial made to compare."""
    mine = {
        "kind": COMPARISON,
        "endpoint": "PFS",
        "estimator": "",
        "measure": "HR",
        "unit": "",
        "contrast": "placebo",
        "comparative_by_design": True,
        "events": None,
        "n": None,
        "value": value,
        "ci_low": low,
        "ci_high": high,
        "ci_level": 95,
    }
    plain = response()
    return replace(plain, **_exact({**mine, **given}))
