"""In whom a number was seen."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from evidence.models.items import EvidenceVersion, key_once, part_key
from trials.models import Trial


class Scope(models.TextChoices):
    """Whose disease a number is about. A mixed-sarcoma number is not an osteosarcoma number."""

    OSTEOSARCOMA_ONLY = "OSTEOSARCOMA_ONLY", "osteosarcoma only"
    OSTEOSARCOMA_STRATUM = (
        "OSTEOSARCOMA_STRATUM",
        "osteosarcoma stratum of a wider trial",
    )
    MIXED_SARCOMA = "MIXED_SARCOMA", "mixed sarcoma"
    OTHER = "OTHER", "other"
    NOT_REPORTED = "NOT_REPORTED", "not reported"


class Setting(models.TextChoices):
    """When in the course of the disease."""

    NEOADJUVANT = "NEOADJUVANT", "neoadjuvant"
    ADJUVANT = "ADJUVANT", "adjuvant"
    MAINTENANCE = "MAINTENANCE", "maintenance"
    RELAPSE = "RELAPSE", "relapsed, refractory or advanced"
    ANY = "ANY", "any"
    NOT_REPORTED = "NOT_REPORTED", "not reported"


class Population(models.Model):
    """Who a number is about: how many, which disease, when, which analysis set."""

    version = models.ForeignKey(
        EvidenceVersion, on_delete=models.PROTECT, related_name="populations"
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="subgroups",
    )
    key = part_key()
    position = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(max_length=200)
    n = models.PositiveIntegerField(null=True, blank=True)
    scope = models.CharField(max_length=20, choices=Scope.choices)
    setting = models.CharField(max_length=12, choices=Setting.choices)
    disease_status = models.CharField(max_length=200, blank=True)
    line = models.CharField("line of therapy", max_length=60, blank=True)
    minimum_age_years = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    maximum_age_years = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    biomarker = models.CharField(max_length=120, blank=True)
    analysis_set = models.CharField(
        max_length=120,
        blank=True,
        help_text="Intention to treat, evaluable for response …",
    )
    trial = models.ForeignKey(
        Trial,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="populations",
    )

    class Meta:
        ordering = ["version", "position", "id"]
        constraints = [
            key_once("population"),
            models.CheckConstraint(
                name="population_ages_in_order",
                condition=Q(minimum_age_years=None)
                | Q(maximum_age_years=None)
                | Q(minimum_age_years__lte=F("maximum_age_years")),
            ),
            models.CheckConstraint(name="population_not_own_parent", condition=~Q(parent=F("id"))),
        ]

    def __str__(self) -> str:
        return self.label
