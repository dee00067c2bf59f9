"""Data quality for readers: what is open, missing or doubtful, and the list behind each number.

Each number is what its list counts: the same rows, the same filter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from evidence.filter_parts import HAS_INTERVAL, HAS_N
from evidence.mechanism_queries import visible_assertions
from evidence.models import (
    Comparison,
    Discrepancy,
    DiscrepancyKind,
    EvidenceVersion,
    Finding,
    Measurement,
    RetractionState,
    Source,
    ValueState,
    Weight,
)
from osteodb.website.pages.base import Head, api_url, with_query
from osteodb.website.pages.changes import field_label
from osteodb.website.pages.registry_runs import RegistryRuns, registry_runs
from trials.models import DataQualityIssue, IssueKind, OriginDisagreement, Trial, TrialLink
from trials.stale_filter import stale_on


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of something there are, the list that shows them, and its share of the most."""

    label: str
    number: int
    url: str
    share: int = 0
    is_data: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One thing that may be wrong with the data: what it means, what is done, how much of it."""

    key: str
    short: str
    title: str
    means: str
    done: str
    none: str
    counts: list[Counted]


@dataclass(frozen=True, slots=True)
class QualityPage:
    """All topics, and how each registry's refreshes went."""

    topics: list[Topic]
    registries: list[RegistryRuns]


def quality_head() -> Head:
    """Title and description."""
    return Head(
        title="Data quality",
        section="about",
        description="What is open, missing, doubtful or out of date in OsteoDB, with the lists.",
    )


def quality_page(now: dt.datetime) -> QualityPage:
    """All parts of the page; a fixed number of queries."""
    topics = [
        *(_stale(now), _pairs(), _disagreements(), _discrepancies()),
        *(_findings(), _missing(), _weak(), _retractions(), _issues()),
    ]
    return QualityPage(topics=topics, registries=registry_runs(now))


def _shares(counts: Iterable[Counted]) -> list[Counted]:
    """The counts that are not zero, most first, each with its share of the most in percent."""
    found = sorted((one for one in counts if one.number), key=lambda one: -one.number)
    most = found[0].number if found else 1
    return [
        Counted(one.label, one.number, one.url, max(1, one.number * 100 // most), one.is_data)
        for one in found
    ]


def _stale(now: dt.datetime) -> Topic:
    visible = Trial.objects.visible()
    stale = visible.filter(stale_on(now.astimezone(dt.UTC).date())).count()
    return Topic(
        key="stale",
        short="Out of date",
        title="Trials that may be out of date",
        means="The status is unknown, nobody has verified it for two years, or the completion "
        "date has passed and the status still says that the trial goes on.",
        done="The mark and its reason stand beside the status wherever the trial is listed. "
        "Only the registry, or its sponsor, can say more.",
        none="No trial shows a sign of being out of date.",
        counts=_shares([Counted("may be out of date", stale, "/trials/?stale=true")]),
    )


def _pairs() -> Topic:
    number = TrialLink.objects.waiting().visible().count()
    return Topic(
        key="pairs",
        short="One study or two?",
        title="One study or two?",
        means="Two trials share a number, a title or other signs and may be one study that was "
        "registered twice. Until that is decided their patients may be counted twice.",
        done="Both pages say so. A person decides, with a reason; a merge can be taken back.",
        none="No pair waits for a decision.",
        counts=_shares([Counted("pairs that wait for a decision", number, "/quality/pairs/")]),
    )


def _disagreements() -> Topic:
    rows = OriginDisagreement.objects.visible().filter(ended_at=None).order_by()
    found = rows.values_list("field").annotate(n=Count("pk"))
    url = with_query(api_url("origin-disagreements"), "in_force=true")
    return Topic(
        key="origins",
        short="Origins disagree",
        title="Fields in which two origins of a trial disagree",
        means="One registry, or a page that reports on the trial, says something else than what "
        "the trial shows.",
        done="Both values stand on the trial's page with their records. What is shown follows a "
        "written order of precedence, or a curator's word with its reason.",
        none="No two origins of a trial disagree now.",
        counts=_shares(
            Counted(field_label(name), number, f"{url}&field={name}", is_data=True)
            for name, number in found
        ),
    )


def _discrepancies() -> Topic:
    found = Discrepancy.objects.filter(state="OPEN").order_by()
    numbers = dict(found.values_list("kind").annotate(n=Count("pk")))
    return Topic(
        key="discrepancies",
        short="Discrepancies",
        title="Open discrepancies",
        means="Two sources say different things, or a number contradicts its own arithmetic.",
        done="Both sides stay on record and are shown. A person explains or resolves it in "
        "words; nothing is averaged. A number on the doubtful side is never plotted or pooled.",
        none="No discrepancy is open.",
        counts=_shares(
            Counted(
                str(kind.label), numbers.get(kind, 0), f"/discrepancies/?state=OPEN&kind={kind}"
            )
            for kind in DiscrepancyKind
        ),
    )


def _findings() -> Topic:
    version = Coalesce("measurement__version", "comparison__version")
    published = Q(measurement__version__state="PUBLISHED")
    published |= Q(comparison__version__state="PUBLISHED")
    found = Finding.objects.filter(published).order_by().values("weight")
    counted = found.annotate(
        measurements=Count("measurement", distinct=True),
        comparisons=Count("comparison", distinct=True),
        statements=Count(version, distinct=True),
    )
    by_weight: dict[str, dict[str, Any]] = {row["weight"]: {**row} for row in counted}
    counts = []
    for weight in Weight:
        row, asked = by_weight.get(weight, {}), f"finding_weight={weight}"
        for noun, url in (
            ("statements", "/evidence/"),
            ("measurements", "/measurements/"),
            ("comparisons", "/comparisons/"),
        ):
            label = f"{weight.label}: {noun}"
            counts.append(Counted(label, row.get(noun, 0), with_query(url, asked)))
    return Topic(
        key="findings",
        short="Arithmetic",
        title="Numbers whose arithmetic does not come out as printed",
        means="Percentages, intervals, ratios, p values and numbers of patients are worked out "
        "again. Only a contradiction cannot be innocent; a difference may be rounding, a hint "
        "may be nothing.",
        done="The finding stands beside the number with the sum. Only a person calls a number "
        "doubtful, and the number as printed is never changed.",
        none="Every sum came out as printed.",
        counts=_shares(counts),
    )


def _missing() -> Topic:
    reported = Q(state=ValueState.REPORTED)
    measured = Measurement.objects.visible().aggregate(
        no_interval=Count("pk", filter=reported & ~HAS_INTERVAL),
        no_n=Count("pk", filter=reported & ~HAS_N),
    )
    compared = Comparison.objects.visible().filter(reported & ~HAS_INTERVAL).count()
    measurements = with_query("/measurements/", "state=REPORTED")
    comparisons = with_query("/comparisons/", "state=REPORTED&has_interval=false")
    no_interval = f"{measurements}&has_interval=false"
    return Topic(
        key="missing",
        short="Intervals and numbers of patients",
        title="Numbers without an interval or a number of patients",
        means="The source prints the number alone, so that nobody can see how certain it is.",
        done="The place stays empty and says “not reported”. Nothing is filled in from elsewhere.",
        none="Every number has an interval and a number of patients.",
        counts=_shares(
            [
                Counted("measurements, no interval", measured["no_interval"], no_interval),
                Counted(
                    "measurements, no number of patients",
                    measured["no_n"],
                    f"{measurements}&has_n=false",
                ),
                Counted("comparisons, no interval", compared, comparisons),
            ]
        ),
    )


def _weak() -> Topic:
    statements = EvidenceVersion.objects.published().aggregate(
        only_review=Count("pk", filter=Q(level="E")),
        not_stated=Count("pk", filter=Q(model_system="NOT_STATED")),
    )
    arrows = visible_assertions().filter(model_system="NOT_STATED").count()
    return Topic(
        key="weak",
        short="Reviews only, not stated",
        title="Claims read in a review only, or without saying in what they were seen",
        means="Level E is inferred or read in a review; nobody has found it in the primary "
        "source yet. Where the model system is not stated, it may be cells, mice or patients.",
        done="The level and “not stated” stand beside the claim. It rises only when a person "
        "finds the place in the primary source.",
        none="Every claim has its primary source and its model system.",
        counts=_shares(
            [
                Counted("statements of level E", statements["only_review"], "/evidence/?level=E"),
                Counted(
                    "statements, model system not stated",
                    statements["not_stated"],
                    "/evidence/?model_system=NOT_STATED",
                ),
                Counted(
                    "arrows, model system not stated",
                    arrows,
                    "/mechanisms/?model_system=NOT_STATED",
                ),
            ]
        ),
    )


def _retractions() -> Topic:
    numbers = dict(
        Source.objects.current().order_by().values_list("retraction").annotate(n=Count("pk"))
    )
    return Topic(
        key="retractions",
        short="Retractions",
        title="Sources by whether they still stand",
        means="“Not checked” is not “fine”: nobody has looked for a notice yet.",
        done="A notice stands on the source and beside every number read in it; numbers of "
        "retracted sources are never plotted or pooled.",
        none="Every source was checked, and none has a notice.",
        counts=_shares(
            Counted(str(state.label), numbers.get(state, 0), f"/sources/?retraction={state}")
            for state in RetractionState
            if state != RetractionState.NONE
        ),
    )


def _issues() -> Topic:
    rows = DataQualityIssue.objects.visible().filter(state="OPEN").order_by()
    numbers = dict(rows.values_list("kind").annotate(n=Count("pk")))
    return Topic(
        key="issues",
        short="Unknown values",
        title="Values OsteoDB does not know",
        means="A registry sent a status, a country, a condition or an intervention that is in no "
        "table of ours, or a value that looks wrong.",
        done="The value is kept as it was sent and nothing is guessed. A curator maps it, or "
        "accepts it as it is.",
        none="No value is unmapped.",
        counts=_shares(
            Counted(
                str(kind.label), numbers.get(kind, 0), f"/quality/issues/?state=OPEN&kind={kind}"
            )
            for kind in IssueKind
        ),
    )
