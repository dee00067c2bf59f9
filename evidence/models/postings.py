"""Results that registries posted: which record was read for them, and what became of each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from evidence.models.items import EvidenceItem, EvidenceVersion
from trials.models import Registry, RegistryRecord


class ReadingState(models.TextChoices):
    """How reading a record for results ended."""

    DONE = "DONE", "read"
    NO_RESULTS = "NO_RESULTS", "no results posted"
    FAILED = "FAILED", "could not be read"


class ResultsReading(models.Model):
    """That a registry record was read for results by a version of the mapping, and what came of it.

    A record is read once by each version of the mapping; one that failed says why and is read again
    on request, by a newer mapping, or in its next record.
    """

    record = models.ForeignKey(RegistryRecord, on_delete=models.PROTECT, related_name="readings")
    mapping_version = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=ReadingState.choices)
    reason = models.TextField(blank=True)
    made_count = models.PositiveIntegerField("drafted", default=0)
    unchanged_count = models.PositiveIntegerField("unchanged", default=0)
    waiting_count = models.PositiveIntegerField("waiting", default=0)
    left_out_count = models.PositiveIntegerField("left out", default=0)
    other_count = models.PositiveIntegerField("other endpoints", default=0)
    read_at = models.DateTimeField()

    class Meta:
        ordering = ["-read_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "mapping_version"], name="resultsreading_once_per_mapping"
            ),
            models.CheckConstraint(
                name="resultsreading_failed_has_reason",
                condition=~Q(state="FAILED") | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record}: {self.get_state_display()}"


class PostingState(models.TextChoices):
    """What became of a posted outcome measure."""

    DRAFTED = "DRAFTED", "drafted"
    WAITING = "WAITING", "waits for a version in a person's hands"
    LEFT_OUT = "LEFT_OUT", "left out, with the reason"
    GONE = "GONE", "no longer posted"


class PostedResult(models.Model):
    """One outcome measure as posted in one record, and the draft that was made of it.

    A posting that changed is a new row that replaces the one before, so what was posted when can be
    read later. `outcome_key` names the outcome within its trial: the registry gives it no id.
    """

    registry = models.CharField(max_length=10, choices=Registry.choices)
    registry_id = models.CharField(max_length=60)
    outcome_key = models.CharField("outcome", max_length=200)
    content_hash = models.CharField(
        max_length=64, blank=True, help_text="Of what the outcome measure says."
    )
    record = models.ForeignKey(RegistryRecord, on_delete=models.PROTECT, related_name="postings")
    state = models.CharField(max_length=8, choices=PostingState.choices)
    reason = models.CharField(max_length=300, blank=True)
    item = models.ForeignKey(
        EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="postings"
    )
    version = models.ForeignKey(
        EvidenceVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="postings"
    )
    seen_at = models.DateTimeField()
    drafted_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(
        null=True, blank=True, help_text="When a newer posting of the outcome took its place."
    )

    class Meta:
        ordering = ["-seen_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registry", "registry_id", "outcome_key"],
                name="postedresult_one_current",
                condition=Q(replaced_at=None),
            ),
            models.UniqueConstraint(
                fields=["record", "outcome_key"], name="postedresult_once_per_record"
            ),
            models.UniqueConstraint(fields=["version"], name="postedresult_one_for_a_version"),
            models.CheckConstraint(
                name="postedresult_drafted_has_version_and_time",
                condition=Q(
                    state="DRAFTED",
                    item__isnull=False,
                    version__isnull=False,
                    drafted_at__isnull=False,
                )
                | (~Q(state="DRAFTED") & Q(version=None, drafted_at=None)),
            ),
            models.CheckConstraint(
                name="postedresult_not_drafted_has_reason",
                condition=Q(state="DRAFTED") | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="postedresult_waits_for_an_item",
                condition=~Q(state="WAITING") | Q(item__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state"], name="postedresult_state")]

    def __str__(self) -> str:
        return f"{self.registry_id} {self.outcome_key}"
