"""Which numbers of two sources are one measurement, and where the two print it differently.

One measurement: same trial, endpoint, estimator, time, arm and people. Where that is in doubt, they
are left alone, for a disagreement that is none costs a reader's trust. In particular:

* A regimen names an arm only where no version has two arms on it.
* A subgroup is compared with a subgroup of the same name, never with the whole.
* Two analysis sets, two dates of data cut-off or two assessors that are told apart by their sources
  are two measurements.
* Where a source prints several numbers in one place, such as by two assessors, one of them that
  agrees is enough; where none does, it cannot be told which one the other source means.
* A bound, a range, and a figure by no known method, of no trial, of a retracted source or not seen
  in patients is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db.models import F, Q

from evidence.models import (
    Comparison,
    Endpoint,
    Estimator,
    Measurement,
    Population,
    RetractionState,
    Source,
    ValueState,
)
from evidence.statistics.agreement import Said, differences, same_time
from osteodb.core.normalise import normalise_name

NAMED = frozenset({Endpoint.OTHER, Endpoint.ADVERSE_EVENT})  # told apart by their names only
OPEN_SETTINGS = frozenset({"ANY", "NOT_REPORTED"})
INDEPENDENT, INVESTIGATOR = "independent", "investigator"
ASSESSORS = {
    "central": INDEPENDENT,
    "independent": INDEPENDENT,
    "bicr": INDEPENDENT,
    "irc": INDEPENDENT,
    "investigator": INVESTIGATOR,
    "local": INVESTIGATOR,
}
SHARED = ("value", "value_raw", "ci_raw", "ci_level", "ci_sides")
MEASURED = ("unit", "events", "n")
COMPARED = ("p_value", "p_raw", "p_modifier", "p_sides")
Key = tuple[object, ...]
Arm = tuple[int | None, int | None, str]  # regimen, registered arm, what it is called


@dataclass(frozen=True, slots=True)
class Clash:
    """One measurement as two sources print it, and what differs: "value", "interval" …"""

    one: Any
    other: Any
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class People:
    """What there is to know of populations before two of them are compared."""

    subgroups: frozenset[int]  # those that are a part of an arm or of the whole
    several_arms: frozenset[Key]  # trial and regimen, where the regimen does not name the arm


def measurement_clashes() -> list[Clash]:
    """Published numbers that two sources print differently. Two queries."""
    rows: list[Any] = list(
        Measurement.objects.visible()
        .clinical()
        .filter(trial__isnull=False)
        .exclude(locator__source__retraction=RetractionState.RETRACTED)
        .select_related("population__parent", "locator__source", "version__item", "arm", "regimen")
        .annotate(head=F("trial__head"))
        .order_by("pk")
    )
    people = _people(rows)
    groups: dict[Key, list[Any]] = defaultdict(list)
    for row in rows:
        if row.state == ValueState.REPORTED and row.is_exact and row.estimator != Estimator.OTHER:
            groups[_kind_of(row)].append(row)
    return [
        clash
        for group in groups.values()
        for clash in _clashes(group, lambda a, b: _one_measurement(a, b, people))
    ]


def comparison_clashes() -> list[Clash]:
    """Published comparisons that two sources print differently. Two queries."""
    rows: list[Any] = list(
        Comparison.objects.visible()
        .clinical()
        .filter(Q(state=ValueState.REPORTED) | Q(p_value__isnull=False), trial__isnull=False)
        .exclude(locator__source__retraction=RetractionState.RETRACTED)
        .select_related(
            "population__parent", "locator__source", "version__item", "experimental", "control"
        )
        .annotate(head=F("trial__head"))
        .order_by("pk")
    )
    groups: dict[Key, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.head, row.endpoint, _name(row), row.measure].append(row)
    return [clash for group in groups.values() for clash in _clashes(group, _one_comparison)]


def said_by(row: Measurement | Comparison) -> Said:
    """A number as its source prints it."""
    said: dict[str, Any] = {name: getattr(row, name) for name in SHARED}
    said |= {"low": row.ci_low, "high": row.ci_high}
    own = MEASURED if isinstance(row, Measurement) else COMPARED
    return Said(**said, **{name: getattr(row, name) for name in own})


# --- Pairs ----------------------------------------------------------------------------------------


def _clashes(group: list[Any], is_one: Any) -> Iterator[Clash]:
    """The pairs of a group that are one number printed differently by two sources."""
    by_source: dict[Source, list[Any]] = defaultdict(list)
    for row in group:
        by_source[row.locator.source].append(row)
    for these, those in combinations(by_source.values(), 2):
        for one in these:
            for other in those:
                if not is_one(one, other) or not (differs := _differ(one, other)):
                    continue
                if _is_alone(one, other, these, is_one) and _is_alone(other, one, those, is_one):
                    yield Clash(one, other, tuple(differs))


def _is_alone(one: Any, other: Any, siblings: list[Any], is_one: Any) -> bool:
    """Whether a source has nothing but this, and what says the same, to hold against the other."""
    rivals = [row for row in siblings if row is not one and is_one(row, other)]
    return all(one.pk < row.pk and not _differ(one, row) and _differ(row, other) for row in rivals)


def _differ(one: Any, other: Any) -> list[str]:
    return differences(said_by(one), said_by(other))


# --- Whether two rows are one measurement ---------------------------------------------------------


def _kind_of(row: Any) -> Key:
    is_time = row.value_months is not None
    unit = "time" if is_time else row.unit
    return row.head, row.endpoint, _name(row), row.estimator, unit


def _name(row: Any) -> str:
    return normalise_name(row.endpoint_name) if row.endpoint in NAMED else ""


def _one_measurement(one: Any, other: Any, people: People) -> bool:
    return (
        _same_time(one, other)
        and _may_be_one(one.data_cutoff_date, other.data_cutoff_date)
        and _may_be_one(_assessor(one), _assessor(other))
        and _same_arm(one, other, people)
        and _same_people(one.population, other.population, people.subgroups)
    )


def _one_comparison(one: Any, other: Any) -> bool:
    return (
        _may_be_one(_assessor(one), _assessor(other))
        and _same_group(
            one.experimental, one.experimental_label, other.experimental, other.experimental_label
        )
        and _same_group(one.control, one.control_label, other.control, other.control_label)
        and _same_people(
            one.population,
            other.population,
            frozenset(each.population_id for each in (one, other) if each.population.parent_id),
        )
    )


def _same_time(one: Any, other: Any) -> bool:
    if one.time_point is None or other.time_point is None:
        return one.time_point is None and other.time_point is None
    return same_time(one.time_point, one.time_point_unit, other.time_point, other.time_point_unit)


def _may_be_one(one: str, other: str) -> bool:
    """Whether two descriptions do not tell apart; one that is not given tells nothing."""
    return not one or not other or normalise_name(one) == normalise_name(other)


def _assessor(row: Any) -> str:
    """Who judged it, where the endpoint's printed name says so."""
    words = row.endpoint_name.casefold().replace("-", " ").split()
    return next((ASSESSORS[word] for word in words if word in ASSESSORS), "")


def _arm(row: Any) -> Arm:
    return row.regimen_id, row.arm_id, normalise_name(row.arm_label)


def _same_arm(one: Any, other: Any, people: People) -> bool:
    """By regimen where that names the arm, else by registered arm, else by what it is called."""
    (regimen, arm, label), (its_regimen, its_arm, its_label) = _arm(one), _arm(other)
    if regimen and its_regimen:
        if regimen != its_regimen:
            return False
        if (one.head, regimen) not in people.several_arms:
            return True
    if arm and its_arm:
        return arm == its_arm
    if label or its_label:
        return label == its_label
    return _arm(one) == _arm(other) == (None, None, "")


def _same_group(one: Any, label: str, other: Any, its_label: str) -> bool:
    """Whether two sides of comparisons are one arm: by regimen, else by what it is called."""
    if one is not None and other is not None and one.regimen_id and other.regimen_id:
        return bool(one.regimen_id == other.regimen_id)
    return normalise_name(label) == normalise_name(its_label)


def _same_people(one: Population, other: Population, subgroups: frozenset[int]) -> bool:
    if (one.pk in subgroups) != (other.pk in subgroups):
        return False
    if one.pk in subgroups and normalise_name(one.label) != normalise_name(other.label):
        return False
    settings = {one.setting, other.setting} - OPEN_SETTINGS
    ages = (one.minimum_age_years, one.maximum_age_years)
    return (
        one.scope == other.scope
        and len(settings) < 2
        and normalise_name(one.biomarker) == normalise_name(other.biomarker)
        and ages == (other.minimum_age_years, other.maximum_age_years)
        and _may_be_one(one.analysis_set, other.analysis_set)
        and _may_be_one(one.line, other.line)
    )


def _people(rows: list[Any]) -> People:
    """Which populations are subgroups, and which regimens do not name an arm.

    A population that is part of the whole is an arm, not a subgroup, where all its numbers are of
    one arm and a sibling's are of another. What is part of a part is a subgroup.
    """
    arms_of: dict[int, set[Arm]] = defaultdict(set)
    siblings: dict[int, set[int]] = defaultdict(set)
    arms_on: dict[Key, set[Key]] = defaultdict(set)
    nested: set[int] = set()
    for row in rows:
        arms_of[row.population_id].add(_arm(row))
        if row.population.parent:
            siblings[row.population.parent_id].add(row.population_id)
            if row.population.parent.parent_id:
                nested.add(row.population_id)
        if row.regimen_id and (row.arm_id or row.arm_label):
            told = row.arm_id, normalise_name(row.arm_label)
            arms_on[row.version_id, row.head, row.regimen_id].add(told)
    subgroups = {
        part
        for parts in siblings.values()
        for part in parts
        if len(arms_of[part]) > 1
        or not any(arms_of[part].isdisjoint(arms_of[each]) for each in parts - {part})
    }
    several = {key[1:] for key, told in arms_on.items() if len(told) > 1}
    return People(frozenset(subgroups | nested), frozenset(several))
