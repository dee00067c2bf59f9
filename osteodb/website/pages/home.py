"""The home page: what is here, what changed lately, how current it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce, TruncDate

from evidence.models import (
    Discrepancy,
    DiscrepancyState,
    EvidenceVersion,
    Measurement,
    Source,
)
from osteodb.website.pages.base import Head
from osteodb.website.pages.changes import KEY_KINDS, ChangeRow, change_rows
from osteodb.website.pages.machine_facts import whole_node
from osteodb.website.pages.shown import Tally
from osteodb.website.pages.trials import as_shown
from therapies.models import Agent, Target, TherapyClass
from trials.models import ChangeKind, Trial, TrialChange, TrialStatus

LATEST = 8
DAYS_WITH_NEW = 3
WITH_NUMBERS = 12
DESCRIPTION = (
    "Osteosarcoma trials under all their registry numbers, what was given, what came out in "
    "numbers with their sources, and where sources disagree."
)


@dataclass(frozen=True, slots=True)
class Added:
    """How many trials came on one day."""

    day: dt.date
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """All parts of the page."""

    tallies: list[Tally]
    changes: list[ChangeRow]
    added: list[Added]
    trials: list[Trial]


def home_head() -> Head:
    """Title and description of the home page."""
    return Head(
        title="Osteosarcoma trials and therapy evidence",
        description=DESCRIPTION,
        permalink="/",
        facts=(whole_node(DESCRIPTION),),
    )


def home_page() -> HomePage:
    """The page's parts; a fixed number of queries."""
    visible = Trial.objects.visible()
    recruiting = visible.filter(status=TrialStatus.RECRUITING)
    statements = EvidenceVersion.objects.published()
    open_ones = Discrepancy.objects.filter(state=DiscrepancyState.OPEN)
    tallies = [
        Tally(visible.count(), "trial", "/trials/"),
        Tally(recruiting.count(), "recruiting trial", "/trials/?status=recruiting"),
        Tally(Agent.objects.current().count(), "agent", "/agents/"),
        Tally(Target.objects.current().count(), "target", "/targets/"),
        Tally(TherapyClass.objects.count(), "therapy class", "/therapy-classes/"),
        Tally(statements.count(), "statement", "/evidence/"),
        Tally(Source.objects.current().count(), "source", "/sources/"),
        Tally(open_ones.count(), "open discrepancy", "/discrepancies/?state=OPEN"),
    ]
    return HomePage(tallies=tallies, changes=_latest(), added=_added(), trials=_with_numbers())


def _latest() -> list[ChangeRow]:
    """The latest news: statuses, results, what stopped; not every corrected date."""
    news = TrialChange.objects.visible().news()
    news = news.filter(kind__in=KEY_KINDS - {ChangeKind.NEW_TRIAL})
    news = news.exclude(field="has_results", new=False)  # without results yet: no news
    return change_rows(news.with_pages()[:LATEST])


def _added() -> list[Added]:
    """On which days trials came, the latest ones: one line a day however many came."""
    new = TrialChange.objects.visible().filter(kind=ChangeKind.NEW_TRIAL)
    days = (
        new.annotate(day=TruncDate("seen_at"))
        .order_by("-day")
        .values_list("day")
        .annotate(n=Count("pk"))[:DAYS_WITH_NEW]
    )
    return [Added(day, number) for day, number in days]


def _with_numbers() -> list[Trial]:
    """The trials with the most published clinical numbers."""
    numbers = (
        Measurement.objects.visible()
        .clinical()
        .filter(trial__head=OuterRef("pk"), state="REPORTED")
        .order_by()
        .values("trial__head")
        .annotate(n=Count("pk"))
        .values("n")
    )
    trials = Trial.objects.visible().annotate(number_count=Coalesce(Subquery(numbers), 0))
    trials = trials.filter(number_count__gt=0).order_by("-number_count", "pk")
    trials = trials.defer("search", "eligibility_criteria", "brief_summary")
    return as_shown(trials[:WITH_NUMBERS])
