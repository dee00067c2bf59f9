"""The rows of a synthesis from the database, with a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import shorten
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from evidence.models import Comparison, Measurement, Population, SourceLink
from evidence.querysets import open_dispute
from evidence.synthesis.groups import synthesise
from evidence.synthesis.numbers import COMPARISON, MEASUREMENT, Given, Number, Role, Synthesis
from evidence.synthesis.patients import SHARED, Link
from therapies.models import AgentKind, Regimen

RELATIONS = ("version__item", "population", "locator__source", "trial")
OF_REGIMEN = ("agents__therapy_classes", "therapy_classes")
LABEL = 48  # characters of a source without an author, which is called by its title
UNTREATED_ARMS = ("PLACEBO_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was pooled and what was not, and the rows themselves by their pk."""

    synthesis: Synthesis
    rows: dict[int, Measurement | Comparison]


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What the patients of a row had, as the rules see it."""

    name: str = ""
    role: Role = Role.TREATED
    given: Given = Given.UNKNOWN
    agents: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()


def read_measurements(
    queryset: QuerySet[Measurement], *, window: Decimal, is_narrowed: bool
) -> Reading:
    """The synthesis of measurements: seven queries, however many."""
    controls = Comparison.objects.visible().filter(control=OuterRef("pk"))
    rows = list(
        queryset.select_related(*RELATIONS, "arm", "regimen")
        .prefetch_related(*(f"regimen__{name}" for name in OF_REGIMEN))
        .annotate(in_dispute=open_dispute(), is_control=Exists(controls))
    )
    above = _ancestors(row.version_id for row in rows)
    numbers = [_measurement(row, above) for row in rows]
    return _reading(rows, numbers, window=window, is_narrowed=is_narrowed)


def read_comparisons(
    queryset: QuerySet[Comparison], *, window: Decimal, is_narrowed: bool
) -> Reading:
    """The synthesis of comparisons: the same, with the regimens of both groups."""
    sides = ("experimental", "control")
    rows = list(
        queryset.select_related(*RELATIONS, *(f"{side}__regimen" for side in sides))
        .prefetch_related(*(f"{side}__regimen__{name}" for side in sides for name in OF_REGIMEN))
        .annotate(in_dispute=open_dispute("comparison"))
    )
    above = _ancestors(row.version_id for row in rows)
    numbers = [_comparison(row, above) for row in rows]
    return _reading(rows, numbers, window=window, is_narrowed=is_narrowed)


def _reading(
    rows: Sequence[Any], numbers: Sequence[Number], *, window: Decimal, is_narrowed: bool
) -> Reading:
    links = _links({one.source for one in numbers})
    found = synthesise(numbers, links, window=window, is_narrowed=is_narrowed)
    return Reading(found, {row.pk: row for row in rows})


def _links(sources: Iterable[int]) -> list[Link]:
    """How the sources are tied by patients: one query."""
    ids = list(sources)
    tied = (
        SourceLink.objects.current()
        .filter(from_source_id__in=ids, to_source_id__in=ids, kind__in=SHARED)
        .order_by("pk")
    )
    return list(tied.values_list("from_source_id", "to_source_id", "kind"))


def _ancestors(versions: Iterable[int]) -> dict[int, frozenset[int]]:
    """For each population of the versions, those that it is a part of: one query."""
    found = Population.objects.filter(version_id__in=set(versions))
    parent_of: dict[int, int | None] = dict(found.values_list("pk", "parent_id"))
    above = {}
    for pk in parent_of:
        chain: list[int] = []
        step: int | None = parent_of[pk]
        while step and step not in chain:
            chain.append(step)
            step = parent_of.get(step)
        above[pk] = frozenset(chain)
    return above


def _shared(row: Measurement | Comparison, above: dict[int, frozenset[int]]) -> dict[str, Any]:
    """What measurements and comparisons have in common."""
    source, population = row.locator.source, row.population
    return {
        "pk": row.pk,
        "version": row.version_id,
        "source": source.pk,
        "population": population.pk,
        "ancestors": above.get(population.pk, frozenset()),
        "endpoint": row.endpoint,
        "endpoint_name": row.endpoint_name,
        "state": row.state,
        "value_raw": row.value_raw,
        "value": row.value,
        "population_n": population.n,
        "ci_level": row.ci_level,
        "ci_sides": row.ci_sides,
        "ci_low": row.ci_low,
        "ci_high": row.ci_high,
        "scope": population.scope,
        "setting": population.setting,
        "model_system": row.version.model_system,
        "level": row.version.level,
        "is_disputed": row.in_dispute,  # type: ignore[union-attr]  # annotated
        "source_kind": source.kind,
        "retraction": source.retraction,
        "year": source.year,
        "trial": row.trial.head if row.trial else None,
    }


def _label(row: Measurement | Comparison, treatment: str) -> str:
    """How a row is called in a table: the trial or the source, and what was given."""
    trial = row.trial.acronym if row.trial else ""
    place = trial or shorten(row.locator.source.short_name, LABEL, placeholder=" …")
    return ", ".join(part for part in (place, treatment) if part)


def _measurement(row: Any, above: dict[int, frozenset[int]]) -> Number:
    treatment = treatment_of(row.regimen)
    return Number(
        **_shared(row, above),
        kind=MEASUREMENT,
        is_exact=row.is_exact,
        label=_label(row, treatment.name or row.arm_label),
        estimator=row.estimator,
        time_point_months=row.time_point_months,
        unit=row.unit,
        events=row.events,
        n=row.n,
        arm=row.arm_label or (row.arm.label if row.arm else ""),
        regimen=treatment.name,
        role=_role(row, treatment),
        given=treatment.given,
        agents=treatment.agents,
        classes=treatment.classes,
    )


def _role(row: Any, treatment: Treatment) -> Role:
    """What an arm is there for: by what it had, then as registered, then as it was compared."""
    arm_type = row.arm.arm_type if row.arm else ""
    is_untreated = arm_type in UNTREATED_ARMS or _is_placebo(row.arm_label)
    if treatment.role == Role.PLACEBO or (not treatment.name and is_untreated):
        return Role.PLACEBO
    is_control = row.is_control or arm_type in ("ACTIVE_COMPARATOR", *UNTREATED_ARMS)
    return Role.ACTIVE_CONTROL if is_control else Role.TREATED


def _comparison(row: Comparison, above: dict[int, frozenset[int]]) -> Number:
    treated = treatment_of(row.experimental.regimen if row.experimental else None)
    control = treatment_of(row.control.regimen if row.control else None)
    return Number(
        **_shared(row, above),
        kind=COMPARISON,
        label=_label(row, treated.name or row.experimental_label),
        measure=row.measure,
        comparative_by_design=row.comparative_by_design,
        contrast=_contrast(row, control),
        arm=row.experimental_label,
        regimen=treated.name,
        given=treated.given,
        agents=treated.agents,
        classes=treated.classes,
    )


def _contrast(row: Comparison, control: Treatment) -> str:
    """Against what; where no treatment is recorded, which groups by their printed names."""
    if control.role == Role.PLACEBO or (not control.name and _is_placebo(row.control_label)):
        return "placebo"
    if control.name:
        return control.name
    return f"{row.control_label} (compared: {row.experimental_label})".casefold()


def _is_placebo(label: str) -> bool:
    """Whether an arm's printed name says placebo and nothing beside it."""
    return label.casefold().removesuffix("arm").removesuffix("group").strip() == "placebo"


def treatment_of(regimen: Regimen | None) -> Treatment:
    """What a regimen gives: one agent or several, of which classes; or placebo alone."""
    if regimen is None:
        return Treatment()
    agents = list(regimen.agents.all())
    active = [agent for agent in agents if agent.kind != AgentKind.PLACEBO]
    own = {one.path for one in regimen.therapy_classes.all()}
    of_agents = {one.path for agent in active for one in agent.therapy_classes.all()}
    is_single = len(active) == 1
    return Treatment(
        name=regimen.name,
        role=Role.PLACEBO if agents and not active else Role.TREATED,
        given=Given.COMBINATION if len(active) > 1 else Given.SINGLE if agents else Given.UNKNOWN,
        agents=frozenset(agent.slug for agent in active),
        classes=frozenset(own | of_agents if is_single else own),
    )
