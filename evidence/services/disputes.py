"""What was said about a number follows it into the next version of its statement.

A dispute, a benchmark and a judgement of bias stand on one number of one version. When the next
version is published they move on to the number that says the same there; where it says something
else they stay with what they were about, and the pages tell so. A doubt is never lost because a
statement got a new version.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from evidence.models import (
    Benchmark,
    BiasAssessment,
    Comparison,
    DiscrepancySide,
    EvidenceVersion,
    Measurement,
)
from osteodb.core.audit import record_event
from osteodb.core.models import User
from osteodb.core.normalise import normalise_name
from osteodb.core.writing import acting, save_checked

Number = Measurement | Comparison
INTERVAL = ("ci_low", "ci_high", "ci_level", "ci_sides", "ci_low_state", "ci_high_state")
FIGURE: dict[type[Number], tuple[str, ...]] = {
    Measurement: (
        *("endpoint", "estimator", "time_point_months", "state", "value", "value_modifier"),
        *("value_to", "unit"),
    ),
    Comparison: ("endpoint", "measure", "state", "value"),
}  # the figure itself: a doubt about it stays while more is said around it
SAYS: dict[type[Number], tuple[str, ...]] = {
    Measurement: (*FIGURE[Measurement], "events", "n", *INTERVAL),
    Comparison: (*FIGURE[Comparison], "p_value", "p_modifier", *INTERVAL),
}  # all fields in which a number says something; its notes and its locator may be mended
ABOUT: dict[type[Number], tuple[str, ...]] = {
    Measurement: ("endpoint_name", "arm_label"),
    Comparison: ("endpoint_name", "experimental_label", "control_label"),
}  # the words that tell apart two numbers of one version that say the same


@dataclass(slots=True)
class Numbers:
    """The numbers of a version, to find in it what an earlier version's number has become."""

    rows: Sequence[Any]
    by_key: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.by_key = {row.key: row for row in self.rows}

    def successor(self, former: Any, *, is_doubted: bool = False) -> Any | None:
        """The number that says the same: under the same key, else the only one that does.

        A key may have gone to another number meanwhile. What stood beside the former one and said
        the same already is no successor of it. A doubt goes with the figure under its key though
        counts or an interval were added to it.
        """
        named = self.by_key.get(former.key)
        if named is not None and (
            says_the_same(former, named) or (is_doubted and gives_the_figure(former, named))
        ):
            return named
        alike = [row for row in self.rows if says_the_same(former, row) and _about(former, row)]
        if len(alike) != 1:
            return None
        beside = type(former).objects.filter(version=former.version_id, key=alike[0].key)
        if any(row.pk != former.pk and says_the_same(former, row) for row in beside):
            return None
        return alike[0]


def says_the_same(one: Number, other: Number) -> bool:
    """Whether two wordings of a number give the same figure, by the same method, of the same."""
    return _equal(one, other, SAYS[type(one)])


def gives_the_figure(one: Number, other: Number) -> bool:
    """Whether two wordings of a number give the same value of the same, whatever else they say."""
    return _equal(one, other, FIGURE[type(one)])


def _equal(one: Number, other: Number, names: Iterable[str]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)


def follow_numbers(*, version: EvidenceVersion, by: User | None, now: dt.datetime) -> int:
    """Move what was said about earlier versions' numbers on to a version that is now published.

    Sides of discrepancies, benchmarks and judgements of bias; returns how many moved. Each move of
    a side is in its history, the others are audit rows. What the version says otherwise stays
    behind. Earlier versions of all kinds count: a figure that comes back is disputed again.
    """
    with acting(action="follow_numbers", by=by, now=now):
        measured = Numbers(list(version.measurements.all()))
        compared = Numbers(list(version.comparisons.all()))
        moved = _move_sides(version, measured, compared)
        moved += _move_benchmarks(version, measured, by, now)
        return moved + _move_judgements(version, measured, by, now)


def _move_sides(version: EvidenceVersion, measured: Numbers, compared: Numbers) -> int:
    moved = 0
    for side in _sides(version):
        if side.measurement or side.comparison:
            numbers = measured if side.measurement else compared
            number = side.measurement or side.comparison
            successor = numbers.successor(number, is_doubted=side.is_disputed)
            if successor is None:
                continue
            setattr(side, "measurement" if side.measurement else "comparison", successor)
        elif side.version is None or side.version.statement != version.statement:
            continue
        if side.version_id is not None:
            side.version = version
        save_checked(side)
        moved += 1
    return moved


def _sides(version: EvidenceVersion) -> Iterable[DiscrepancySide]:
    """Sides that stand on an earlier version of the statement or on a number of one."""
    related = ("measurement", "comparison", "version")
    found = DiscrepancySide.objects.select_related(*related).select_for_update(of=("self",))
    by_number = found.filter(measurement__version__item=version.item_id)
    by_comparison = found.filter(comparison__version__item=version.item_id)
    by_version = found.filter(measurement=None, comparison=None, version__item=version.item_id)
    return [
        *by_number.exclude(measurement__version=version),
        *by_comparison.exclude(comparison__version=version),
        *by_version.exclude(version=version),
    ]


def _move_benchmarks(
    version: EvidenceVersion, measured: Numbers, by: User | None, now: dt.datetime
) -> int:
    """Benchmarks, unless the number is one already."""

    def is_taken(_row: Benchmark, successor: Measurement) -> bool:
        return Benchmark.objects.filter(measurement=successor).exists()

    return _move("benchmark", Benchmark, is_taken, version, measured, by, now)


def _move_judgements(
    version: EvidenceVersion, measured: Numbers, by: User | None, now: dt.datetime
) -> int:
    """Judgements of bias, unless the same person has judged the number in that domain."""

    def is_taken(row: BiasAssessment, successor: Measurement) -> bool:
        again = {"measurement": successor, "domain": row.domain, "reviewer": row.reviewer_id}
        return BiasAssessment.objects.filter(**again).exists()

    return _move("judgement", BiasAssessment, is_taken, version, measured, by, now)


def _move(
    what: str,
    model: type[Benchmark | BiasAssessment],
    is_taken: Callable[[Any, Measurement], bool],
    version: EvidenceVersion,
    measured: Numbers,
    by: User | None,
    now: dt.datetime,
) -> int:
    """Rows of one kind on to the numbers that say the same; each that moves is an audit row."""
    moved = 0
    earlier: QuerySet[Any] = model._default_manager.filter(
        measurement__version__item=version.item_id
    )
    for row in earlier.exclude(measurement__version=version).select_related("measurement"):
        former, successor = row.measurement, measured.successor(row.measurement)
        if successor is None or is_taken(row, successor):
            continue
        row.measurement = successor
        save_checked(row)
        record_event(
            action=f"{what}_follows",
            target=row,
            by=by,
            now=now,
            old={"measurement": former.pk},
            new={"measurement": successor.pk},
        )
        moved += 1
    return moved


def _about(one: Number, other: Number) -> bool:
    return all(
        normalise_name(getattr(one, name)) == normalise_name(getattr(other, name))
        for name in ABOUT[type(one)]
    )
