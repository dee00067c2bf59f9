"""The lists of numbers: every measurement and every comparison, each with its source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from evidence.filter_parts import disputed
from evidence.filters import ComparisonFilterSet, MeasurementFilterSet
from evidence.models import (
    Comparison,
    EffectMeasure,
    Endpoint,
    Estimator,
    Measurement,
    ModelSystem,
    Scope,
    Setting,
    Source,
    ValueState,
    Weight,
)
from osteodb.website.pages.base import Crumb
from osteodb.website.pages.facets import (
    FacetSpec,
    Things,
    by_answer,
    by_choice,
    by_condition,
    by_relation,
)
from osteodb.website.pages.lists import ListPage, ListSpec, list_page
from osteodb.website.pages.numbers import (
    NumberRow,
    compared_with_all,
    comparison_row,
    is_clinical,
    measured_with_all,
    measurement_row,
)
from osteodb.website.pages.ties import Ties, by_ties, by_tree_ties, source_name
from therapies.models import Agent, Regimen, TherapyClass
from trials.models import Trial

CRUMBS = (Crumb("Evidence", "/evidence/"),)
IN_PATIENTS = Q(version__model_system=ModelSystem.PATIENT)


@dataclass(frozen=True, slots=True)
class ListedNumber:
    """A number with the trial that readers see it under, what was given, and its own address.

    `given` are the group and the regimen by name, where they say more than the agents do.
    """

    row: NumberRow
    trial: Trial | None
    given: list[str]
    agents: list[Agent]
    url: str


@dataclass(frozen=True, slots=True)
class Run:
    """Rows that follow each other and were all seen in patients, or all not.

    A list keeps the order it was asked for, and still no number of an animal stands in one table
    with those of patients.
    """

    clinical: bool
    rows: list[ListedNumber]


# --- Facets -------------------------------------------------------------------------------------


def _of_regimen(*columns: str) -> Ties:
    """What measurements are tied to by the agents of their regimen."""
    return lambda rows: rows.exclude(regimen=None).values_list(
        *(f"regimen__agents__{column}" for column in columns), "pk"
    )


def _of_statement(*columns: str) -> Ties:
    """What measurements without a regimen are tied to by the agents of their statement."""
    return lambda rows: rows.filter(regimen=None).values_list(
        *(f"version__agents__{column}" for column in columns), "pk"
    )


def _compared(*columns: str) -> Ties:
    """What comparisons are tied to by the agents of their statement."""
    return lambda rows: rows.values_list(
        *(f"version__agents__{column}" for column in columns), "pk"
    )


def _findings(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.exclude(findings=None).values("pk", "findings__weight")


def _facets(
    number: str, how: FacetSpec, agents: tuple[Ties, ...], classes: tuple[Ties, ...]
) -> tuple[FacetSpec, ...]:
    """The facets of a list of numbers; `how` is its own, how the number was made."""
    source = "locator__source"
    return (
        FacetSpec("clinical", "Seen in patients", by_condition(IN_PATIENTS, "yes", "no"), True),
        FacetSpec("endpoint", "Endpoint", by_choice("endpoint", Endpoint.choices), True),
        how,
        FacetSpec(
            "therapy_class",
            "Therapy class",
            by_tree_ties(TherapyClass, *classes),
            things=Things(TherapyClass),
        ),
        FacetSpec("agent", "Agent", by_ties(*agents), things=Things(Agent)),
        FacetSpec("setting", "Setting", by_choice("population__setting", Setting.choices)),
        FacetSpec("scope", "Whose disease", by_choice("population__scope", Scope.choices)),
        FacetSpec("state", "Number", by_choice("state", ValueState.choices)),
        FacetSpec("disputed", "Disputed", by_condition(disputed(number), "yes", "no")),
        FacetSpec(
            "finding_weight",
            "What the arithmetic says",
            by_relation(_findings, "pk", "findings__weight", "findings__weight", Weight.choices),
        ),
        FacetSpec(
            "source",
            "Read in",
            by_ties(lambda rows: rows.values_list(f"{source}__slug", source_name(source), "pk")),
            things=Things(Source, "title"),
        ),
    )


ESTIMATOR = FacetSpec("estimator", "Estimator", by_choice("estimator", Estimator.choices), True)
MEASURE = FacetSpec("measure", "Measure", by_choice("measure", EffectMeasure.choices), True)
DESIGNED = FacetSpec(
    "comparative_by_design", "Designed to compare", by_answer("comparative_by_design")
)

MEASUREMENTS = ListSpec(
    noun="measurement",
    title="Measurements",
    section="evidence",
    resource="measurements",
    feed="/measurements/atom.xml",
    lede="Every number that was measured in one group: as printed, with its interval, in whom, "
    "what was given, and where it was read.",
    crumbs=CRUMBS,
    facets=_facets(
        "measurement",
        ESTIMATOR,
        (_of_regimen("slug", "name"), _of_statement("slug", "name")),
        (_of_regimen("therapy_classes__path"), _of_statement("therapy_classes__path")),
    ),
    sorts=(
        ("endpoint", "endpoint"),
        ("-value", "largest number"),
        ("value", "smallest number"),
        ("trial", "trial"),
        ("-id", "latest"),
    ),
    headers={"endpoint": "endpoint", "value": "-value", "trial": "trial"},
    texts=(("search", "Words"),),
    ranges=(("Value in months", "value_months_min", "value_months_max"),),
    range_hint="6 or 3.75",
)
COMPARISONS = ListSpec(
    noun="comparison",
    title="Comparisons",
    section="evidence",
    resource="comparisons",
    feed="/comparisons/atom.xml",
    lede="Every number that sets two groups against each other: as printed, with its interval, in "
    "whom, and where it was read.",
    crumbs=CRUMBS,
    facets=(
        *_facets(
            "comparison",
            MEASURE,
            (_compared("slug", "name"),),
            (_compared("therapy_classes__path"),),
        ),
        DESIGNED,
    ),
    sorts=(
        ("endpoint", "endpoint"),
        ("p_value", "smallest p"),
        ("value", "smallest number"),
        ("-value", "largest number"),
        ("trial", "trial"),
        ("-id", "latest"),
    ),
    headers={"endpoint": "endpoint", "value": "value", "trial": "trial"},
    texts=(("search", "Words"),),
)


# --- Pages --------------------------------------------------------------------------------------


def measurements_page(query: QueryDict) -> ListPage:
    """The list of measurements as asked for; its rows are runs."""
    rows = measured_with_all(Measurement.objects.visible())
    rows = rows.prefetch_related("regimen__agents", "version__agents")
    return _in_runs(list_page(MEASUREMENTS, MeasurementFilterSet, rows, query), measurement_row)


def comparisons_page(query: QueryDict) -> ListPage:
    """The list of comparisons as asked for; its rows are runs."""
    rows = compared_with_all(Comparison.objects.visible()).prefetch_related("version__agents")
    return _in_runs(list_page(COMPARISONS, ComparisonFilterSet, rows, query), comparison_row)


def _in_runs(page: ListPage, row_of: Callable[[Any], NumberRow]) -> ListPage:
    heads = {one.trial.head for one in page.rows if one.trial}
    trials = Trial.objects.visible().in_bulk(heads) if heads else {}
    listed = [_listed(row_of(one), trials) for one in page.rows]
    runs = groupby(listed, key=lambda one: is_clinical(one.row))
    return replace(page, rows=[Run(clinical, list(members)) for clinical, members in runs])


def _listed(row: NumberRow, trials: dict[int, Trial]) -> ListedNumber:
    number = row.number
    regimen = number.regimen if isinstance(number, Measurement) else None
    agents = list(regimen.agents.all() if regimen else number.version.agents.all())
    return ListedNumber(
        row=row,
        given=_given(row, regimen, agents),
        trial=trials.get(number.trial.head) if number.trial else None,
        agents=sorted(agents, key=lambda one: one.name),
        url=f"/evidence/{number.version.item.public_id}/#{row.anchor}",
    )


def _given(row: NumberRow, regimen: Regimen | None, agents: list[Agent]) -> list[str]:
    known = {one.name.casefold() for one in agents}
    lines = []
    for line in (row.groups, regimen.name if regimen else ""):
        if line and line.casefold() not in known:
            lines.append(line)
            known.add(line.casefold())
    return lines
