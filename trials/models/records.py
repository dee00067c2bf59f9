"""What each origin said, what changed because of it, and what a curator set instead."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from trials.models.identity import Registry
from trials.models.trial import Trial
from trials.querysets import OriginDisagreementQuerySet, TrialChangeQuerySet


class RecordOrigin(models.TextChoices):
    """How a record came to us. A registry's own word outranks a copy seen elsewhere."""

    REGISTRY = "REGISTRY", "from the registry"
    COPY = "COPY", "from WHO's copy of the registry"
    SECONDARY = "SECONDARY", "seen on a third party's page"
    TOMBSTONE = "TOMBSTONE", "the registry says it is gone"


class RegistryRecord(models.Model):
    """What a registry sent, stored before anything is derived from it. Append-only.

    The payload is unchanged but for persons' contact details, which are never stored.
    `content_hash` ignores format-only differences. A record belongs to a registry number, not to a
    trial, so that merging and un-merging trials never touches it.
    """

    registry = models.CharField(max_length=10, choices=Registry.choices)
    registry_id = models.CharField(max_length=60)
    origin = models.CharField(
        max_length=10, choices=RecordOrigin.choices, default=RecordOrigin.REGISTRY
    )
    payload = models.JSONField()
    content_hash = models.CharField(max_length=64)
    fetched_at = models.DateTimeField()
    registry_date = models.CharField(
        max_length=10,
        blank=True,
        help_text="The date the origin itself gives the record.",
    )
    source_url = models.URLField(max_length=500, blank=True)
    run = models.ForeignKey(
        "SyncRun",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="records",
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["registry", "registry_id", "-id"], name="registryrecord_latest")
        ]
        triggers = [
            pgtrigger.Protect(
                name="record_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.registry_id} of {self.fetched_at:%Y-%m-%d}"


class RecordApplication(models.Model):
    """That a record was parsed and applied by a parser version. Append-only.

    A better parser is replayed over stored records; this says which have been.
    """

    record = models.ForeignKey(
        RegistryRecord, on_delete=models.PROTECT, related_name="applications"
    )
    trial = models.ForeignKey(Trial, null=True, blank=True, on_delete=models.PROTECT)
    parser_version = models.CharField(max_length=20)
    applied_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, help_text="created, changed, unchanged or not_ours")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "parser_version"],
                name="recordapplication_once_per_parser",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="application_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.record}: {self.outcome}"


class ChangeKind(models.TextChoices):
    """What sort of news a change is; readers filter by it."""

    NEW_TRIAL = "NEW_TRIAL", "new trial"
    STATUS = "STATUS", "status"
    STOPPED = "STOPPED", "stopped, with the reason"
    RESULTS = "RESULTS", "results posted"
    DATES = "DATES", "dates"
    ENROLMENT = "ENROLMENT", "enrolment"
    DESIGN = "DESIGN", "design, arms or interventions"
    SITES = "SITES", "sites and countries"
    OUTCOMES = "OUTCOMES", "registered outcomes"
    IDENTIFIERS = "IDENTIFIERS", "identifiers"
    TEXT = "TEXT", "titles and texts"
    TOMBSTONE = "TOMBSTONE", "gone from the registry"
    MERGE = "MERGE", "merged or separated"
    OTHER = "OTHER", "other"


class TrialChange(models.Model):
    """One field of one trial that changed: from what, to what, by which record. Append-only."""

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=ChangeKind.choices)
    field = models.CharField(max_length=40)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    record = models.ForeignKey(
        RegistryRecord,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="changes",
    )
    run = models.ForeignKey(
        "SyncRun",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="changes",
    )
    effective_date = models.CharField(
        max_length=10,
        blank=True,
        help_text="When it took effect by the origin's own date.",
    )
    seen_at = models.DateTimeField()

    objects = TrialChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_at", "-id"]
        indexes = [
            models.Index(fields=["-seen_at", "-id"], name="trialchange_latest"),
            models.Index(fields=["trial", "-seen_at"], name="trialchange_trial"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="change_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.trial.public_id} {self.field}"

    @property
    def shown_trial(self) -> Trial:
        """The trial on whose page the change is told: another one, where its own was merged."""
        return self.trial.page


@pghistory.track()
class FieldOverride(models.Model):
    """A curator's value for a registry-owned field, with the reason. Locked until released.

    The registry's differing value stays in its record and is shown beside it.
    """

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="overrides")
    field = models.CharField(max_length=40)
    value = models.JSONField(null=True)
    reason = models.TextField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "field"],
                name="fieldoverride_one_active",
                condition=Q(released_at=None),
            ),
            models.CheckConstraint(name="fieldoverride_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="fieldoverride_released_pair",
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trial.public_id} {self.field}"


class OriginDisagreement(models.Model):
    """One field in which an origin says something else than the trial shows: both values, kept.

    Seen by each refresh and ended when the origins agree; a pair that changes is ended and begun
    anew. `shown_record` is empty where a curator's override is what is shown.
    """

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="origin_disagreements")
    field = models.CharField(max_length=40)
    shown = models.JSONField(null=True)
    shown_record = models.ForeignKey(
        RegistryRecord, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    other = models.JSONField(null=True)
    other_record = models.ForeignKey(
        RegistryRecord, on_delete=models.PROTECT, related_name="disagreements"
    )
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OriginDisagreementQuerySet.as_manager()

    class Meta:
        ordering = ["trial", "field", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "field", "other_record"],
                name="origindisagreement_once_in_force",
                condition=Q(ended_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.trial.public_id} {self.field}"
