"""The arithmetic of one printed number done again: what a save, a page and a command ask for.

Each check is a function of its own in the modules beside this one, with its formula and its
assumption; docs/arithmetic.md is the list for readers. Nothing here raises: where a part is missing
or makes no sense there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any, TypeVar

from evidence.statistics import plain_checks, proportion_checks, ratio_checks, survival_checks
from evidence.statistics.figures import Doubt, Effect, Figure

Printed = TypeVar("Printed", Figure, Effect)
_LARGEST = Decimal(10) ** 12  # numbers beyond are no results of a trial
_MOST_PLACES = 30

FIGURE_CHECKS: tuple[Callable[[Figure], Doubt | None], ...] = (
    proportion_checks.percent,
    proportion_checks.interval,
    plain_checks.value_in_interval,
    plain_checks.n_in_enrolment,
    plain_checks.n_in_whole,
    plain_checks.threshold,
    survival_checks.rate_and_median,
)
EFFECT_CHECKS: tuple[Callable[[Effect], Doubt | None], ...] = (
    plain_checks.value_in_interval,
    ratio_checks.ratio_interval,
    ratio_checks.ratio_p,
    survival_checks.ratio_and_medians,
)


def check_figure(figure: Figure) -> list[Doubt]:
    """What does not come out as printed in a measurement: at most one doubt for each check."""
    return _found(check(_usable(figure)) for check in FIGURE_CHECKS)


def check_effect(effect: Effect) -> list[Doubt]:
    """What does not come out as printed in a comparison: at most one doubt for each check."""
    return _found(check(_usable(effect)) for check in EFFECT_CHECKS)


def _found(doubts: Iterable[Doubt | None]) -> list[Doubt]:
    return [doubt for doubt in doubts if doubt is not None]


def _usable(one: Printed) -> Printed:
    """The figure or effect without numbers that no sum can be done with."""
    values = {each.name: getattr(one, each.name) for each in fields(one)}
    usable: dict[str, Any] = {
        name: _number(value) for name, value in values.items() if isinstance(value, Decimal)
    }
    return replace(one, **usable)


def _number(number: Decimal) -> Decimal | None:
    if not number.is_finite() or abs(number) > _LARGEST:
        return None
    exponent = number.as_tuple().exponent
    return number if isinstance(exponent, int) and exponent >= -_MOST_PLACES else None
