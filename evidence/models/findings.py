"""What the arithmetic says about a number, beside the number."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from evidence.models.numbers import Comparison, Measurement


class Check(models.TextChoices):
    """Which sum was done again."""

    PERCENT = "PERCENT", "percentage against events and n"
    INTERVAL = "INTERVAL", "printed interval against those computed from events and n"
    VALUE_IN_INTERVAL = "VALUE_IN_INTERVAL", "value against its own interval"
    RATIO_INTERVAL = "RATIO_INTERVAL", "ratio against the middle of its interval"
    RATIO_P = "RATIO_P", "p against ratio and interval"
    N_IN_ENROLMENT = "N_IN_ENROLMENT", "number of patients against enrolment"
    N_IN_WHOLE = "N_IN_WHOLE", "number of patients against the group they are part of"
    THRESHOLD = "THRESHOLD", "value against its threshold"
    RATE_AND_MEDIAN = "RATE_AND_MEDIAN", "rate at a time against the median"
    RATIO_AND_MEDIANS = "RATIO_AND_MEDIANS", "hazard ratio against the two medians"


class Weight(models.TextChoices):
    """How much a finding says. Only a contradiction cannot be innocent."""

    CONTRADICTION = "CONTRADICTION", "contradiction"
    DIFFERENCE = "DIFFERENCE", "difference"
    HINT = "HINT", "hint"


class Finding(models.Model):
    """One check of one number that did not come out as printed.

    Worked out again whenever the number is saved, and by `manage.py check_evidence`: it follows
    from the number and decides nothing. `evidence.statistics.checks` holds the sums.
    """

    measurement = models.ForeignKey(
        Measurement, null=True, blank=True, on_delete=models.CASCADE, related_name="findings"
    )
    comparison = models.ForeignKey(
        Comparison, null=True, blank=True, on_delete=models.CASCADE, related_name="findings"
    )
    check_name = models.CharField("check", max_length=20, choices=Check.choices)
    weight = models.CharField(max_length=14, choices=Weight.choices)
    says = models.CharField(max_length=400, help_text="The finding as a sentence.")
    printed = models.CharField(max_length=200)
    expected = models.CharField(max_length=200)
    difference = models.CharField(max_length=200, blank=True)
    innocent = models.CharField(
        "may be innocent because", max_length=400, help_text="Why it need not be a mistake."
    )
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["measurement", "comparison", "check_name", "id"]
        constraints = [
            models.CheckConstraint(
                name="finding_about_one_number",
                condition=Q(measurement=None, comparison__isnull=False)
                | Q(measurement__isnull=False, comparison=None),
            ),
            models.UniqueConstraint(
                fields=["measurement", "check_name"], name="finding_once_per_measurement"
            ),
            models.UniqueConstraint(
                fields=["comparison", "check_name"], name="finding_once_per_comparison"
            ),
        ]

    def __str__(self) -> str:
        return self.says
