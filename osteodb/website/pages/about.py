"""About the data: where it comes from, how current it is, what the words mean, how to cite it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Q

from evidence.models import Comparison, Finding, Measurement, Weight
from osteodb.website.pages.base import Head, api_url
from osteodb.website.pages.coverage import Coverage, coverage
from osteodb.website.pages.freshness import Freshness, freshness
from osteodb.website.pages.home import DESCRIPTION
from osteodb.website.pages.machine_facts import whole_node
from osteodb.website.pages.registry_runs import RegistryRuns, registry_runs
from trials.models import RegistryRecord, SyncRun

LATEST_RUNS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic:
    """How many published numbers there are, and of how many a sum came out otherwise."""

    numbers: int
    with_findings: int
    weights: list[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPage:
    """All parts of the page."""

    coverage: Coverage
    freshness: Freshness
    registries: list[RegistryRuns]
    runs: list[SyncRun]
    records: int
    arithmetic: Arithmetic
    citation: str


def about_head() -> Head:
    """Title and description."""
    return Head(
        title="About the data",
        section="about",
        description="How current OsteoDB is, what evidence levels mean, and how to cite it.",
        json_url=api_url("sync-runs"),
        permalink="/about/",
        facts=(whole_node(DESCRIPTION),),
    )


def about_page(host: str, now: dt.datetime) -> AboutPage:
    """The page's parts. `host` is the name under which the reader knows this site."""
    return AboutPage(
        coverage=coverage(),
        freshness=freshness(),
        registries=registry_runs(now),
        runs=list(SyncRun.objects.all()[:LATEST_RUNS]),
        records=RegistryRecord.objects.count(),
        arithmetic=_arithmetic(),
        citation=f"OsteoDB, https://{host}/, seen on {now:%Y-%m-%d}; give the OST number of the "
        "trial or statement and, for a figure, the source named beside it.",
    )


def _arithmetic() -> Arithmetic:
    """What the checks found in all that is published: three queries."""
    published = Q(measurement__version__state="PUBLISHED")
    published |= Q(comparison__version__state="PUBLISHED")
    findings = Finding.objects.filter(published)
    told = findings.values_list("measurement", "comparison", "weight")
    counts = Counter(weight for _measurement, _comparison, weight in told)
    return Arithmetic(
        numbers=Measurement.objects.visible().count() + Comparison.objects.visible().count(),
        with_findings=len({row[:2] for row in told}),
        weights=[(str(weight.label), counts[weight]) for weight in Weight if counts[weight]],
    )
