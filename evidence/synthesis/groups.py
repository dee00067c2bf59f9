"""From numbers to groups: what is alike, counted once, and pooled where that makes sense."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from evidence.statistics.log_scale import Interval, pool_medians, pool_rates, pool_ratios
from evidence.statistics.pooling import CannotPool, Pooled
from evidence.statistics.proportions import Count, pool_proportions
from evidence.statistics.units import MONTHS_IN
from evidence.synthesis.numbers import (
    MEASUREMENT,
    Alike,
    Disease,
    Given,
    Group,
    LeftOut,
    Number,
    Role,
    Synthesis,
)
from evidence.synthesis.patients import Link, cohorts, once
from evidence.synthesis.rules import (
    PERCENT,
    RATIO,
    TIME,
    WINDOW,
    count_of,
    groups_of,
    is_worked_out,
    no_group,
    not_pooled,
    unit_family,
)

FEWEST = 2
MUCH = 75  # I² in percent: the Cochrane Handbook calls 75 and more considerable


def synthesise(
    numbers: Iterable[Number],
    links: Iterable[Link] = (),
    *,
    window: Decimal = WINDOW,
    is_narrowed: bool = False,
) -> Synthesis:
    """Groups of numbers that are alike, pooled where they may be. Never one figure for all.

    `is_narrowed` says that the reader has named the agent, class, target or trials to pool; without
    that only what shares a treatment or a therapy class is pooled.
    """
    by_pk = sorted(numbers, key=lambda one: (one.label, one.pk))
    outside = [(one, no_group(one)) for one in by_pk]
    left_out = [reason for _, reason in outside if reason]
    cohort_of = cohorts(by_pk, links)
    found = groups_of((one for one, reason in outside if reason is None), window=window)
    groups, unfit = [], []
    for key, members in found.items():
        group = _group(key, members, cohort_of, is_narrowed=is_narrowed)
        if group.rows:
            groups.append(group)
        else:
            unfit.append(group)
            left_out.extend(group.left_out)
    several = [group for group in groups if len(group.rows) >= FEWEST]
    return Synthesis(
        groups=tuple(sorted(several, key=lambda group: (group.pooled is None, group.alike))),
        alone=tuple(group for group in groups if len(group.rows) < FEWEST),
        unfit=tuple(unfit),
        left_out=tuple(left_out),
    )


def _group(
    key: Alike,
    members: Sequence[Number],
    cohort_of: dict[int, tuple[str, int]],
    *,
    is_narrowed: bool,
) -> Group:
    unfit = [(one, not_pooled(one)) for one in members]
    fit, twice = once([one for one, reason in unfit if reason is None], cohort_of)
    reasons: list[LeftOut] = [reason for _, reason in unfit if reason]
    pooled, refusal = _answer(key, fit, is_narrowed=is_narrowed)
    return Group(
        alike=key,
        rows=tuple(fit),
        left_out=(*reasons, *twice),
        pooled=pooled,
        refusal=refusal,
        treatments=tuple(sorted({one.regimen or "treatment not recorded" for one in fit})),
        cautions=tuple(_cautions(key, fit, pooled)),
    )


def _answer(key: Alike, rows: Sequence[Number], *, is_narrowed: bool) -> tuple[Pooled | None, str]:
    """What the rows pool to, or why they are not pooled."""
    if not rows:
        return None, "No number here is fit to be pooled."
    if len(rows) < FEWEST:
        return None, "One study alone; there is nothing alike to pool it with."
    if key.disease == Disease.OTHER:
        return None, "“Other disease” is many diseases: an average would be of none of them."
    if not is_narrowed and not _share_treatment(rows):
        return None, (
            "The treatments have no therapy class in common. Name an agent, a therapy class, a "
            "target or the trials to pool."
        )
    try:
        pooled = _pool(key, rows)
    except CannotPool as reason:
        return None, str(reason)
    if len(rows) == FEWEST and pooled.i2 >= MUCH:
        return None, (
            f"The two studies differ far more than chance allows (I² = {pooled.i2:.0f} %, "
            f"p = {pooled.p:.2g}), and two are too few to say how such results spread: an average "
            "would describe neither."
        )
    return pooled, ""


def _share_treatment(rows: Sequence[Number]) -> bool:
    """Whether all rows have one treatment, or a therapy class in common."""
    if rows[0].regimen and len({one.regimen for one in rows}) == 1:
        return True
    if rows[0].agents and len({one.agents for one in rows}) == 1:
        return True
    return bool(frozenset.intersection(*(one.classes for one in rows)))


# --- Pooling --------------------------------------------------------------------------------------


def _pool(key: Alike, rows: Sequence[Number]) -> Pooled:
    """The rows by the method for their kind, in percent, months or as a ratio."""
    if key.unit == TIME:
        return pool_medians([_interval(one) for one in rows])
    if key.unit == RATIO:
        return pool_ratios([_interval(one) for one in rows])
    if key.estimator == "CRUDE_PROPORTION":
        return _in_percent(pool_proportions([_count(one) for one in rows]))
    return _in_percent(pool_rates([_interval(one) for one in rows]))


def _count(one: Number) -> Count:
    found = count_of(one)
    if found is None:
        raise CannotPool(f"{one.label}: there is no count of patients.")
    return Count(one.label, *found)


def _interval(one: Number) -> Interval:
    """Estimate and interval in months, as a share of 1, or as a ratio. Raises CannotPool."""
    shares = {TIME: MONTHS_IN.get(one.unit), PERCENT: Decimal(1) / 100}
    factor = shares.get(unit_family(one)) or Decimal(1)
    value, low, high, level = one.value, one.ci_low, one.ci_high, one.ci_level
    if value is None or low is None or high is None or level is None:
        raise CannotPool(f"{one.label}: there is no interval of a known level.")
    return Interval(
        label=one.label,
        estimate=float(value * factor),
        low=float(low * factor),
        high=float(high * factor),
        level=float(level),
    )


def _in_percent(pooled: Pooled) -> Pooled:
    """The result with shares of 1 as percent."""

    def percent(value: float | None) -> float | None:
        return None if value is None else 100 * value

    return replace(
        pooled,
        estimate=100 * pooled.estimate,
        low=100 * pooled.low,
        high=100 * pooled.high,
        prediction_low=percent(pooled.prediction_low),
        prediction_high=percent(pooled.prediction_high),
        studies=tuple(
            replace(one, estimate=100 * one.estimate, low=100 * one.low, high=100 * one.high)
            for one in pooled.studies
        ),
        sensitivity=tuple(
            replace(one, estimate=100 * one.estimate, low=100 * one.low, high=100 * one.high)
            for one in pooled.sensitivity
        ),
    )


# --- What a reader has to know --------------------------------------------------------------------

Caution = tuple[Callable[[Alike, Sequence[Number], Pooled | None], bool], str]


def _cautions(key: Alike, rows: Sequence[Number], pooled: Pooled | None) -> list[str]:
    return [says for holds, says in _CAUTIONS if rows and holds(key, rows, pooled)]


_CAUTIONS: tuple[Caution, ...] = (
    (
        lambda key, _rows, _pooled: key.kind == MEASUREMENT,
        "Single arms put together: this describes patients who had these treatments. It compares "
        "no treatment with another.",
    ),
    (
        lambda key, _rows, _pooled: key.comparative_by_design == "NO",
        "The trials were not designed to compare these groups.",
    ),
    (
        lambda key, _rows, _pooled: key.comparative_by_design == "UNKNOWN",
        "Whether the trials were designed to compare these groups is not recorded.",
    ),
    (
        lambda key, _rows, _pooled: key.disease == Disease.MIXED_SARCOMA,
        "Mixed sarcoma: these are not results in osteosarcoma.",
    ),
    (
        lambda key, _rows, _pooled: key.role == Role.PLACEBO,
        "Patients who had placebo or no treatment.",
    ),
    (
        lambda key, _rows, _pooled: key.given == Given.UNKNOWN,
        "Whether one agent was given or several is not recorded.",
    ),
    (
        lambda _key, rows, _pooled: len({one.regimen for one in rows}) > 1,
        "The treatments differ: an average is of none of them.",
    ),
    (
        lambda _key, rows, _pooled: any(is_worked_out(one) for one in rows),
        "Where a source prints a percentage without its count, the count is worked out from the "
        "number of patients; only one count prints as that percentage.",
    ),
    (
        lambda key, _rows, _pooled: key.estimator == "RATE_UNSPECIFIED",
        "The sources do not say whether these rates are Kaplan–Meier estimates.",
    ),
    (
        lambda _key, rows, _pooled: any(one.retraction == "CONCERN" for one in rows),
        "An expression of concern was published about one of the sources.",
    ),
    (
        lambda _key, _rows, pooled: pooled is not None and pooled.i2 >= MUCH,
        "The studies differ so much that the average may describe none of them; read them one by "
        "one.",
    ),
)
