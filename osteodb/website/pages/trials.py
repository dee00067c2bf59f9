"""The list of trials."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict

from evidence.filters import TrialEvidenceFilterSet
from evidence.models import Comparison, Endpoint, Measurement
from osteodb.website.pages.facets import (
    FacetSpec,
    Things,
    by_answer,
    by_choice,
    by_condition,
    by_member,
    by_relation,
    by_tree,
)
from osteodb.website.pages.lists import ListPage, ListSpec, list_page
from osteodb.website.pages.ties import by_ties
from osteodb.website.pages.trial_facts import country_name
from therapies.models import Agent, Target, TherapyClass
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
    return TrialAgent.objects.in_force().filter(trial__head__in=rows.values("pk"))


def _conditions(rows: QuerySet[Any]) -> QuerySet[Any]:
    return TrialCondition.objects.in_force().filter(trial__head__in=rows.values("pk"))


def _identifiers(rows: QuerySet[Any]) -> QuerySet[Any]:
    return TrialIdentifier.objects.filter(trial__head__in=rows.values("pk"))


def _endpoints(numbers: type[Measurement] | type[Comparison]) -> Any:
    """The endpoints that readers see numbers of, of either kind."""
    return lambda rows: (
        numbers.objects.visible()
        .filter(trial__head__in=rows.values("pk"))
        .values_list("endpoint", "endpoint", "trial__head")
    )


SPEC = ListSpec(
    noun="trial",
    title="Trials",
    section="trials",
    resource="trials",
    feed="/trials/atom.xml",
    lede="Trials of osteosarcoma, each under all its registry numbers.",
    facets=(
        FacetSpec("status", "Status", by_choice("status", TrialStatus.choices), is_open=True),
        FacetSpec(
            "phase", "Phase", by_member("phases", lambda one: PHASES.get(one, one), PHASES), True
        ),
        FacetSpec(
            "therapy_class",
            "Therapy class",
            by_tree(TherapyClass, _agents, "trial__head", "agent__therapy_classes__path"),
            things=Things(TherapyClass),
        ),
        FacetSpec(
            "agent",
            "Agent",
            by_relation(_agents, "trial__head", "agent__slug", "agent__name"),
            things=Things(Agent),
        ),
        FacetSpec(
            "target",
            "Target of an agent",
            by_relation(
                _agents,
                "trial__head",
                "agent__agent_targets__target__slug",
                "agent__agent_targets__target__symbol",
            ),
            things=Things(Target, "symbol"),
        ),
        FacetSpec(
            "condition",
            "Condition",
            by_tree(Condition, _conditions, "trial__head", "condition__path"),
            things=Things(Condition),
        ),
        FacetSpec("country", "Country", by_member("countries", country_name)),
        FacetSpec(
            "endpoint",
            "With published numbers for",
            by_ties(_endpoints(Measurement), _endpoints(Comparison), choices=Endpoint.choices),
        ),
        FacetSpec("has_results", "Results posted in a registry", by_answer("has_results")),
        FacetSpec(
            "registry",
            "Registry",
            by_relation(_identifiers, "trial__head", "registry", "registry", Registry.choices),
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
    headers={
        "title": "title",
        "status": "status",
        "enrolment": "-enrolment",
        "start": "-start_date",
    },
    texts=(("search", "Words"),),
    ranges=(
        ("Start", "start_from", "start_to"),
        ("Completion", "completion_from", "completion_to"),
        ("Last update", "last_update_from", "last_update_to"),
    ),
    range_hint="2020, 2020-05 or 2020-05-31",
)


def trials_page(query: QueryDict, now: dt.datetime) -> ListPage:
    """The list as asked for."""
    condition = stale_on(now.astimezone(dt.UTC).date())
    stale = FacetSpec(
        "stale", "Up to date", by_condition(condition, "may be out of date", "no sign")
    )
    numbers = (
        Measurement.objects.visible()
        .filter(trial__head=OuterRef("pk"))
        .order_by()
        .values("trial__head")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = (
        Trial.objects.visible()
        .annotate(number_count=Coalesce(Subquery(numbers), 0))
        .defer("search", "eligibility_criteria", "brief_summary")
    )
    spec = replace(SPEC, facets=(*SPEC.facets, stale))
    page = list_page(spec, TrialEvidenceFilterSet, rows, query)
    as_shown(page.rows)
    return page


def as_shown(trials: Iterable[Trial]) -> list[Trial]:
    """The trials with what a row of any list of trials shows: registry numbers and agents, with
    those of the trials merged into them; two queries."""
    shown: list[Any] = list(trials)
    heads = [one.pk for one in shown]
    numbers = TrialIdentifier.objects.exclude(registry=Registry.SPONSOR)
    numbers = numbers.filter(trial__head__in=heads).select_related("trial")
    agents = TrialAgent.objects.in_force().filter(trial__head__in=heads)
    agents = agents.select_related("agent", "trial")
    numbers_of, agents_of = defaultdict(list), defaultdict(list)
    for number in numbers.order_by("kind", "value"):
        numbers_of[number.trial.head].append(number)
    for given in agents.order_by("agent__name", "pk"):
        agents_of[given.trial.head].append(given)
    for one in shown:
        one.shown_numbers, one.shown_agents = numbers_of[one.pk], agents_of[one.pk]
    return shown
