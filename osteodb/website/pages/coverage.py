"""What OsteoDB holds, counted: by sort, by registry, by therapy class, by section of the review."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from evidence.models import (
    Comparison,
    Discrepancy,
    EvidenceLevel,
    EvidenceVersion,
    Locator,
    Measurement,
    MechanismAssertion,
    Source,
)
from osteodb.website.pages.classes import ClassNode, class_tree
from osteodb.website.pages.shown import Tally
from therapies.models import Agent, Pathway, Target
from trials.models import Registry, Trial, TrialIdentifier

REVIEW = "review"  # the source that the first statements were read in


@dataclass(frozen=True, slots=True)
class Level:
    """An evidence level, what it is, and how many published statements have it."""

    letter: str
    words: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class ReviewPart:
    """A section or table of the review: how many of its sentences are cited, by how many
    statements."""

    name: str
    sentences: int
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All the counts of the page."""

    tallies: list[Tally]
    registries: list[Tally]
    classes: list[ClassNode]
    levels: list[Level]
    review: list[ReviewPart]


def coverage() -> Coverage:
    """Everything counted: sixteen queries."""
    return Coverage(
        tallies=_tallies(),
        registries=_registries(),
        classes=class_tree(),
        levels=_levels(),
        review=_review(),
    )


def _tallies() -> list[Tally]:
    arrows = MechanismAssertion.objects.filter(version__state="PUBLISHED")
    return [
        Tally(Trial.objects.visible().count(), "trial", "/trials/"),
        Tally(EvidenceVersion.objects.published().count(), "statement", "/evidence/"),
        Tally(Measurement.objects.visible().count(), "measurement", "/measurements/"),
        Tally(Comparison.objects.visible().count(), "comparison", "/comparisons/"),
        Tally(arrows.count(), "arrow", "/mechanisms/"),
        Tally(Agent.objects.current().count(), "agent", "/agents/"),
        Tally(Target.objects.current().count(), "target", "/targets/"),
        Tally(Pathway.objects.count(), "pathway", "/pathways/"),
        Tally(Source.objects.current().count(), "source", "/sources/"),
        Tally(Discrepancy.objects.count(), "discrepancy", "/discrepancies/"),
    ]


def _registries() -> list[Tally]:
    """How many trials have a number of each registry; a trial may have several."""
    shown = TrialIdentifier.objects.filter(trial__head__in=Trial.objects.visible().values("pk"))
    counted = (
        shown.order_by().values_list("registry").annotate(n=Count("trial__head", distinct=True))
    )
    numbers = dict(counted)
    return [
        Tally(numbers[registry], str(label), f"/trials/?registry={registry}")
        for registry, label in Registry.choices
        if numbers.get(registry)
    ]


def _levels() -> list[Level]:
    found = EvidenceVersion.objects.published().order_by().values_list("level")
    numbers = dict(found.annotate(n=Count("pk")))
    return [
        Level(
            one.value,
            str(one.label).partition(": ")[2],
            numbers.get(one, 0),
            f"/evidence/?level={one}",
        )
        for one in EvidenceLevel
    ]


def _review() -> list[ReviewPart]:
    """By section and table, those with a chapter's number in the order of the chapters."""
    read = Locator.objects.filter(source__slug=REVIEW, version__state="PUBLISHED").order_by()
    rows = read.values_list("section", "table").annotate(
        sentences=Count("sentence", distinct=True), statements=Count("version", distinct=True)
    )
    parts = [ReviewPart(section or table, n, found) for section, table, n, found in rows]
    return sorted(parts, key=lambda part: (not part.name[:1].isdigit(), _chapter(part.name)))


def _chapter(name: str) -> tuple[tuple[int, str], ...]:
    """Sections in the order of their numbers: 2.9 before 2.10."""
    return tuple((int(one), "") if one.isdigit() else (0, one) for one in name.split("."))
