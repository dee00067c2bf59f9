"""The list of trials."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict

from evidence.filters import TrialEvidenceFilterSet
from evidence.models import Endpoint, Measurement
from osteodb.website.pages.facets import (
    FacetSpec,
    by_answer,
    by_choice,
    by_condition,
    by_member,
    by_relation,
    by_tree,
)
from osteodb.website.pages.lists import ListPage, ListSpec, list_page
from osteodb.website.pages.trial_facts import country_name
from therapies.models import TherapyClass
from trials.models import (
    Condition,
    Phase,
    Registry,
    StudyType,
    Trial,
    TrialAgent,
    TrialCondition,
    TrialIdentifier,
    TrialStatus,
)
from trials.stale_filter import stale_on

PHASES = {str(value): str(label) for value, label in Phase.choices}


def _agents(rows: QuerySet[Any]) -> QuerySet[Any]:
    return TrialAgent.objects.filter(removed_at=None, trial__in=rows.values("pk"))


def _conditions(rows: QuerySet[Any]) -> QuerySet[Any]:
    return TrialCondition.objects.filter(trial__in=rows.values("pk"))


def _identifiers(rows: QuerySet[Any]) -> QuerySet[Any]:
    return TrialIdentifier.objects.filter(trial__in=rows.values("pk"))


def _numbers(rows: QuerySet[Any]) -> QuerySet[Any]:
    return Measurement.objects.visible().filter(trial__in=rows.values("pk"))


SPEC = ListSpec(
    noun="trial",
    title="Trials",
    section="trials",
    resource="trials",
    lede="Trials of osteosarcoma, each under all its registry numbers.",
    facets=(
        FacetSpec("status", "Status", by_choice("status", TrialStatus.choices), is_open=True),
        FacetSpec(
            "phase", "Phase", by_member("phases", lambda one: PHASES.get(one, one), PHASES), True
        ),
        FacetSpec(
            "therapy_class",
            "Therapy class",
            by_tree(TherapyClass, _agents, "trial", "agent__therapy_classes__path"),
        ),
        FacetSpec("agent", "Agent", by_relation(_agents, "trial", "agent__slug", "agent__name")),
        FacetSpec(
            "condition",
            "Condition",
            by_tree(Condition, _conditions, "trial", "condition__path"),
        ),
        FacetSpec("country", "Country", by_member("countries", country_name)),
        FacetSpec(
            "endpoint",
            "With published numbers for",
            by_relation(_numbers, "trial", "endpoint", "endpoint", Endpoint.choices),
        ),
        FacetSpec("has_results", "Results posted in a registry", by_answer("has_results")),
        FacetSpec(
            "registry",
            "Registry",
            by_relation(_identifiers, "trial", "registry", "registry", Registry.choices),
        ),
        FacetSpec("study_type", "Study type", by_choice("study_type", StudyType.choices)),
    ),
    sorts=(
        ("-last_update", "last update"),
        ("-start_date", "start, latest first"),
        ("start_date", "start, earliest first"),
        ("-enrolment", "largest"),
        ("title", "title"),
    ),
    texts=(("search", "Words"), ("start_from", "Started from"), ("start_to", "Started until")),
)


def trials_page(query: QueryDict, now: dt.datetime) -> ListPage:
    """The list as asked for."""
    condition = stale_on(now.astimezone(dt.UTC).date())
    stale = FacetSpec(
        "stale", "Up to date", by_condition(condition, "may be out of date", "no sign")
    )
    numbers = (
        Measurement.objects.visible()
        .filter(trial=OuterRef("pk"))
        .order_by()
        .values("trial")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = (
        Trial.objects.visible()
        .annotate(number_count=Coalesce(Subquery(numbers), 0))
        .defer("search", "eligibility_criteria", "brief_summary")
        .prefetch_related(*shown_with_trials())
    )
    spec = replace(SPEC, facets=(*SPEC.facets, stale))
    return list_page(spec, TrialEvidenceFilterSet, rows, query)


def shown_with_trials() -> tuple[Prefetch[str], Prefetch[str]]:
    """What a row of any list of trials shows: registry numbers and agents, two queries."""
    numbers = TrialIdentifier.objects.exclude(registry=Registry.SPONSOR).order_by("kind", "value")
    agents = TrialAgent.objects.filter(removed_at=None).select_related("agent")
    return (
        Prefetch("identifiers", numbers, to_attr="shown_numbers"),
        Prefetch("trial_agents", agents.order_by("agent__name", "pk"), to_attr="shown_agents"),
    )
