"""All the arithmetic again, over what is published and what is being written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from evidence.models import (
    Benchmark,
    Comparison,
    Discrepancy,
    DiscrepancyKind,
    DiscrepancySide,
    EvidenceVersion,
    Finding,
    Measurement,
    ModelSystem,
    Weight,
)
from evidence.querysets import READABLE
from evidence.services.findings import recompute_findings
from evidence.services.opening import find, note_settled, open_found
from osteodb.core.review import ReviewState
from trials.models import Trial

CHECKED = (*READABLE, ReviewState.DRAFT, ReviewState.IN_REVIEW)
ONE_AT_A_TIME = 7_203_118  # the number of the lock under which disagreements are opened


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a run checked and found. `changed` counts numbers whose findings are other ones now."""

    versions: int
    changed: int
    opened: list[Discrepancy] = field(default_factory=list)
    noted: list[Discrepancy] = field(default_factory=list)


def check_evidence(
    *,
    now: dt.datetime,
    items: Collection[str] = (),
    trials: Collection[Trial] = (),
    open_discrepancies: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> CheckReport:
    """Work out every finding again, of all readable and open versions or of some.

    `items` are public ids, `trials` those with whose numbers to begin and end. With
    `open_discrepancies` what the machine finds is put on record, and what it no longer finds is
    noted for a person: always over the whole of the evidence, for another item's source may
    disagree. Safe to run twice, and beside itself.
    """
    versions = checked_versions(items, trials)
    count, changed = recompute_findings(versions=versions, now=now, progress=progress)
    if not open_discrepancies:
        return CheckReport(count, changed)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        found = find()
        opened = open_found(now=now, found=found)
        return CheckReport(count, changed, opened, note_settled(now=now, found=found))


def checked_versions(
    items: Collection[str] = (), trials: Collection[Trial] = ()
) -> QuerySet[EvidenceVersion]:
    """The versions whose numbers are checked: readable or being written; of all, or of some."""
    versions = EvidenceVersion.objects.filter(state__in=CHECKED)
    if items:
        versions = versions.filter(item__public_id__in=[one.upper() for one in items])
    if trials:
        heads = [trial.page.pk for trial in trials]
        numbers = [
            model._default_manager.filter(trial__head__in=heads).values("version")
            for model in (Measurement, Comparison)
        ]
        versions = versions.filter(Q(pk__in=numbers[0]) | Q(pk__in=numbers[1]))
    return versions


def findings_of(versions: QuerySet[EvidenceVersion]) -> QuerySet[Finding]:
    """The findings on the numbers of these versions, the heaviest first."""
    ids = versions.values("pk")
    about = Q(measurement__version__in=ids) | Q(comparison__version__in=ids)
    related = (
        f"{number}__{part}"
        for number in ("measurement", "comparison")
        for part in ("version__item", "population")
    )
    found = Finding.objects.filter(about).select_related(*related, "measurement__regimen")
    return found.order_by("weight", "pk")


def unanswered_contradictions() -> QuerySet[Finding]:
    """Contradictions on published clinical numbers that no disagreement on arithmetic is about."""
    of_arithmetic = DiscrepancySide.objects.filter(discrepancy__kind=DiscrepancyKind.ARITHMETIC)
    answered = of_arithmetic.filter(
        Q(measurement=OuterRef("measurement")) | Q(comparison=OuterRef("comparison"))
    )
    published = Q()
    for name in ("measurement", "comparison"):
        published |= Q(
            **{
                f"{name}__version__state": ReviewState.PUBLISHED,
                f"{name}__version__model_system": ModelSystem.PATIENT,
            }
        )
    serious = Finding.objects.filter(published, weight=Weight.CONTRADICTION)
    return serious.filter(~Exists(answered))


def stale_benchmarks() -> QuerySet[Benchmark]:
    """Benchmarks whose number is no longer what OsteoDB says: a person has to name another."""
    return Benchmark.objects.exclude(measurement__version__state=ReviewState.PUBLISHED)
