"""Two statements that disagree, both kept."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from evidence.models.items import EvidenceVersion
from evidence.models.numbers import Comparison, Measurement
from evidence.models.sources import Source
from therapies.models import Agent, Pathway, Target
from trials.models import RegistryRecord, Trial


class DiscrepancyKind(models.TextChoices):
    """Who disagrees with whom."""

    REVIEW_PAPER = "REVIEW_PAPER", "review against paper"
    REVIEW_REGISTRY = "REVIEW_REGISTRY", "review against registry"
    PAPER_REGISTRY = "PAPER_REGISTRY", "paper against registry"
    PAPER_PAPER = "PAPER_PAPER", "paper against paper"
    REGISTRY_REGISTRY = "REGISTRY_REGISTRY", "registry against registry"
    ARITHMETIC = "ARITHMETIC", "a value against its own arithmetic"
    NOMENCLATURE = "NOMENCLATURE", "a name against the nomenclature"
    MECHANISM = "MECHANISM", "findings on a mechanism that point both ways"


class DiscrepancyState(models.TextChoices):
    """What became of it."""

    OPEN = "OPEN", "open"
    EXPLAINED = "EXPLAINED", "explained"
    RESOLVED = "RESOLVED", "resolved"


@pghistory.track()
class Discrepancy(models.Model):
    """Two statements that disagree: both shown, neither averaged away, with what was decided."""

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=18, choices=DiscrepancyKind.choices)
    state = models.CharField(
        max_length=10, choices=DiscrepancyState.choices, default=DiscrepancyState.OPEN
    )
    title = models.CharField(max_length=300)
    explanation = models.TextField(blank=True)
    trials = models.ManyToManyField(Trial, blank=True, related_name="discrepancies")
    agents = models.ManyToManyField(Agent, blank=True, related_name="discrepancies")
    targets = models.ManyToManyField(Target, blank=True, related_name="discrepancies")
    pathways = models.ManyToManyField(Pathway, blank=True, related_name="discrepancies")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    opened_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["state", "title"]
        verbose_name_plural = "discrepancies"
        constraints = [
            models.CheckConstraint(
                name="discrepancy_decided_has_words",
                condition=Q(state="OPEN") | ~Q(explanation=""),
            )
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class DiscrepancySide(models.Model):
    """One of the statements, in words and tied to what it is about."""

    discrepancy = models.ForeignKey(Discrepancy, on_delete=models.PROTECT, related_name="sides")
    position = models.PositiveSmallIntegerField(default=0)
    says = models.CharField(max_length=500, help_text="What this side says, in our words.")
    source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.CharField(max_length=200, blank=True)
    version = models.ForeignKey(
        EvidenceVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    measurement = models.ForeignKey(
        Measurement,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="discrepancy_sides",
    )
    comparison = models.ForeignKey(
        Comparison,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="discrepancy_sides",
    )
    record = models.ForeignKey(
        RegistryRecord,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_disputed = models.BooleanField(
        default=False,
        help_text="This side is the doubtful one: kept, shown, never plotted.",
    )

    class Meta:
        ordering = ["discrepancy", "position", "id"]
        constraints = [
            models.CheckConstraint(
                name="discrepancyside_has_source",
                condition=Q(source__isnull=False) | Q(record__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.says[:80]
