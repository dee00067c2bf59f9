"""The lists that can be followed and cited: their addresses, and the one FilterSet of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from evidence.filters import (
    ComparisonFilterSet,
    DiscrepancyFilterSet,
    EvidenceFilterSet,
    MeasurementFilterSet,
    SourceFilterSet,
    TrialEvidenceFilterSet,
)
from evidence.filters_mechanisms import AssertionFilterSet
from evidence.mechanism_queries import visible_assertions
from evidence.models import Comparison, Discrepancy, EvidenceVersion, Measurement, Source
from osteodb.core.filters import StrictFilterSet
from osteodb.website.pages import (
    evidence,
    measurements,
    mechanisms,
    news,
    pathways,
    therapies,
    trials,
)
from osteodb.website.pages.lists import ListSpec
from therapies.filters import (
    AgentFilterSet,
    PathwayFilterSet,
    TargetFilterSet,
    TherapyClassFilterSet,
)
from therapies.models import Agent, Pathway, Target, TherapyClass
from trials.filters import ChangeFilterSet
from trials.models import Trial, TrialChange

Rows = Callable[[], QuerySet[Any]]


def _no_defaults(query: QueryDict) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One list: what its rows are called, what may be asked of them, and all rows readers see.

    `defaults` are what its page takes for asked; `untold` parameters go without saying.
    """

    path: str
    noun: str
    title: str
    filterset: type[StrictFilterSet]
    rows: Rows
    order: str = ""
    defaults: Callable[[QueryDict], Mapping[str, str]] = _no_defaults
    untold: tuple[str, ...] = ()

    def ask(self, query: QueryDict) -> StrictFilterSet:
        """The rows that an address of the list asks for."""
        asked = query.copy()
        for name, value in self.defaults(query).items():
            asked[name] = value
        return self.filterset(asked, self.rows(), reserved=("page",))


def _shelf(spec: ListSpec, filterset: type[StrictFilterSet], rows: Rows) -> Shelf:
    return Shelf(
        path=spec.address,
        noun=spec.noun,
        title=spec.title,
        filterset=filterset,
        rows=rows,
        order=spec.sorts[0][0] if spec.sorts else "",
        defaults=spec.defaults,
        untold=spec.told_in_words,
    )


_ALL = (
    _shelf(trials.SPEC, TrialEvidenceFilterSet, Trial.objects.visible),
    _shelf(therapies.AGENTS, AgentFilterSet, Agent.objects.current),
    _shelf(therapies.TARGETS, TargetFilterSet, Target.objects.current),
    _shelf(pathways.PATHWAYS, PathwayFilterSet, Pathway.objects.all),
    _shelf(evidence.EVIDENCE, EvidenceFilterSet, EvidenceVersion.objects.readable),
    _shelf(evidence.SOURCES, SourceFilterSet, Source.objects.current),
    _shelf(evidence.DISCREPANCIES, DiscrepancyFilterSet, Discrepancy.objects.all),
    _shelf(mechanisms.MECHANISMS, AssertionFilterSet, visible_assertions),
    _shelf(news.SPEC, ChangeFilterSet, TrialChange.objects.visible),
    _shelf(measurements.MEASUREMENTS, MeasurementFilterSet, Measurement.objects.visible),
    _shelf(measurements.COMPARISONS, ComparisonFilterSet, Comparison.objects.visible),
    Shelf(
        path="/therapy-classes/",
        noun="therapy class",
        title="Therapy classes",
        filterset=TherapyClassFilterSet,
        rows=TherapyClass.objects.all,
    ),
)
SHELVES = {shelf.path: shelf for shelf in _ALL}
