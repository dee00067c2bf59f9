"""What a forest plot puts together: a group, and what is like it but has no number to pool."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field, replace
from decimal import Decimal

from evidence.models import Benchmark, Measurement
from evidence.statistics.units import MONTHS_IN
from evidence.synthesis.numbers import Alike, Group, Number, Synthesis
from evidence.synthesis.rules import (
    DISEASE_OF,
    NAMED_ENDPOINTS,
    TIME,
    WINDOW,
    alike,
    has_method,
    no_group,
)

UNREACHED = ("NOT_REACHED", "NOT_ESTIMABLE")
BENCHMARK_RELATIONS = (
    "measurement__version__item",
    "measurement__population",
    "measurement__locator__source",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A group as it is drawn, under a key that says what is alike and outlives other numbers.

    `unreached` are medians that were not reached or could not be estimated: a result of the study,
    though no number.
    """

    key: str
    group: Group
    unreached: tuple[Number, ...] = field(default=())

    @property
    def numbers(self) -> list[Number]:
        """Everything that is told in the plot."""
        return [*self.group.rows, *(out.number for out in self.group.left_out), *self.unreached]


def plots_of(found: Synthesis) -> list[Plot]:
    """A plot for each group: pooled ones first, then those of one number, then the unfit."""
    open_ended: dict[Alike, list[Number]] = {}
    for out in found.left_out:
        if _is_unreached(out.number):
            open_ended.setdefault(alike(out.number), []).append(out.number)
    plots = [
        Plot(
            key=key_of(group.alike),
            group=group,
            unreached=tuple(open_ended.pop(group.alike, ())),
        )
        for group in (*found.groups, *found.alone, *found.unfit)
    ]
    return [*plots, *(_bare(key, rows) for key, rows in sorted(open_ended.items()))]


def _bare(key: Alike, rows: Sequence[Number]) -> Plot:
    """A plot of medians of which none was reached."""
    refusal = "No median here was reached, so there is nothing to pool."
    nothing = Group(
        alike=key, rows=(), left_out=(), pooled=None, refusal=refusal, treatments=(), cautions=()
    )
    return Plot(key=key_of(key), group=nothing, unreached=tuple(rows))


def _is_unreached(one: Number) -> bool:
    """Whether it would be in a group, had its median been reached."""
    if one.state not in UNREACHED or one.estimator != "MEDIAN" or not has_method(one):
        return False
    return no_group(_as_if_reached(one)) is None


def _as_if_reached(one: Number) -> Number:
    return replace(one, state="REPORTED", value=Decimal(1))


def key_of(alike: Alike) -> str:
    """ "pfs-median-1f0a2c9e": readable, and the same whenever the same things are alike."""
    months = f"{alike.months.normalize():f}" if alike.months >= 0 else ""
    said = "-".join((alike.endpoint, alike.estimator or alike.measure, months))
    plain = re.sub(r"[^a-z0-9]+", "-", said.casefold()).strip("-")
    whole = "|".join(str(part) for part in (*astuple(alike)[:-1], months))
    return f"{plain}-{hashlib.blake2s(whole.encode(), digest_size=4).hexdigest()}"


# --- Benchmarks -----------------------------------------------------------------------------------


def read_benchmarks() -> list[Benchmark]:
    """The field's historical controls that a plot may draw: one query."""
    rows = Benchmark.objects.filter(measurement__in=Measurement.objects.plottable())
    return list(rows.select_related(*BENCHMARK_RELATIONS).order_by("name", "pk"))


def benchmarks_for(alike: Alike, benchmarks: Sequence[Benchmark]) -> list[Benchmark]:
    """Those of the same endpoint, estimator, time, unit, disease and setting.

    The time may differ by the usual window, whatever wider one a reader asks for.
    """
    return [one for one in benchmarks if _is_like(one.measurement, alike)]


def _is_like(one: Measurement, alike: Alike) -> bool:
    name = " ".join(one.endpoint_name.casefold().split())
    family = TIME if one.unit in MONTHS_IN else one.unit
    return (
        one.endpoint == alike.endpoint
        and (one.endpoint not in NAMED_ENDPOINTS or name == alike.endpoint_name)
        and one.estimator == alike.estimator
        and family == alike.unit
        and DISEASE_OF.get(one.population.scope) == alike.disease
        and one.population.setting == alike.setting
        and _is_at(one.time_point_months, alike.months)
    )


def _is_at(time: Decimal | None, months: Decimal) -> bool:
    """Whether a time lies within the window of the group's own; a group may have none."""
    if months < 0:
        return True
    return time is not None and abs(time - months) <= months * WINDOW / 100
