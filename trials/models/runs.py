"""What the sync asked, saw, changed, and could not understand."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from trials.models.identity import Registry
from trials.models.records import RegistryRecord
from trials.models.trial import Trial
from trials.querysets import QualityIssueQuerySet


class RunState(models.TextChoices):
    """How a run stands. Only a SUCCEEDED, complete run makes the data current."""

    QUEUED = "QUEUED", "waits for a worker"
    RUNNING = "RUNNING", "running"
    SUCCEEDED = "SUCCEEDED", "succeeded"
    PARTIAL = "PARTIAL", "finished with failures"
    FAILED = "FAILED", "failed"
    INTERRUPTED = "INTERRUPTED", "interrupted"


class RunTrigger(models.TextChoices):
    """Who asked for a run."""

    SCHEDULE = "SCHEDULE", "schedule"
    COMMAND = "COMMAND", "command line"
    ADMIN = "ADMIN", "administrator"
    FILE = "FILE", "imported file"
    REPLAY = "REPLAY", "stored records read again"


ICTRP = "ICTRP"
FEEDS = [*Registry.choices, (ICTRP, "WHO ICTRP export")]


class SyncRun(models.Model):
    """One refresh from one registry: what was asked, seen, changed and failed.

    Every task is such a row, so a killed worker loses nothing: a stale RUNNING row is marked
    INTERRUPTED and the run is made again.
    """

    registry = models.CharField(max_length=10, choices=FEEDS)
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.QUEUED)
    trigger = models.CharField(max_length=8, choices=RunTrigger.choices)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT
    )
    query = models.CharField(max_length=400, blank=True)
    registry_ids = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    file_name = models.CharField(max_length=200, blank=True, help_text="Of an imported file.")
    dry_run = models.BooleanField(default=False)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    data_timestamp = models.CharField(
        max_length=30,
        blank=True,
        help_text="The registry's own data time at the start (UTC).",
    )
    complete = models.BooleanField(
        default=False,
        help_text="A whole sweep, every page read, no cap hit, timestamp unmoved.",
    )
    parser_version = models.CharField(max_length=20, blank=True)
    total_expected = models.PositiveIntegerField(null=True, blank=True)
    seen_count = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    tombstone_count = models.PositiveIntegerField(default=0)
    failure_count = models.PositiveIntegerField(default=0)
    reason = models.TextField(blank=True, help_text="Why it failed or is partial, in a sentence.")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registry"],
                name="syncrun_one_running_per_registry",
                condition=Q(state="RUNNING"),
            ),
            models.CheckConstraint(
                name="syncrun_failed_has_reason",
                condition=~Q(state__in=["FAILED", "INTERRUPTED", "PARTIAL"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="syncrun_ended_has_time",
                condition=Q(state__in=["QUEUED", "RUNNING"]) | Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_registry_display()} run {self.pk} ({self.get_state_display()})"


class SyncFailure(models.Model):
    """One record a run could not take in: which, where in it, and why."""

    run = models.ForeignKey(SyncRun, on_delete=models.PROTECT, related_name="failures")
    registry_id = models.CharField(max_length=60, blank=True)
    path = models.CharField(max_length=300, blank=True, help_text="Where in the record.")
    reason = models.TextField()
    record = models.ForeignKey(RegistryRecord, null=True, blank=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    resolved_by_run = models.ForeignKey(
        SyncRun,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="resolved_failures",
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.registry_id}: {self.reason}"[:200]


class UploadState(models.TextChoices):
    """What became of an uploaded file."""

    PREVIEWED = "PREVIEWED", "waits for a decision"
    APPLIED = "APPLIED", "applied"
    DISCARDED = "DISCARDED", "not applied"


class RegistryUpload(models.Model):
    """A file of records that somebody uploaded: what it would change, until that is decided.

    The file itself is not kept, for it names persons: `records` holds what may be stored of each
    record, `sha256` says which file it was.
    """

    registry = models.CharField(max_length=10, choices=FEEDS)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField("SHA-256 of the file", max_length=64)
    records = models.JSONField(default=list)
    intended = models.JSONField(
        default=list,
        blank=True,
        help_text="What applying it would do, when uploaded; empty where nothing would change.",
    )
    state = models.CharField(
        max_length=9, choices=UploadState.choices, default=UploadState.PREVIEWED
    )
    preview = models.ForeignKey(
        SyncRun, on_delete=models.PROTECT, related_name="+", help_text="The rehearsal's counts."
    )
    run = models.OneToOneField(
        SyncRun,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="upload",
        help_text="The run that applied it.",
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="registryupload_decided_by_someone",
                condition=Q(state="PREVIEWED", decided_by=None, decided_at=None)
                | (~Q(state="PREVIEWED") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="registryupload_applied_by_a_run",
                condition=Q(state="APPLIED", run__isnull=False)
                | (~Q(state="APPLIED") & Q(run=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class IssueState(models.TextChoices):
    """What became of a data-quality issue."""

    OPEN = "OPEN", "open"
    RESOLVED = "RESOLVED", "resolved"
    ACCEPTED = "ACCEPTED", "accepted as it is"


class IssueKind(models.TextChoices):
    """What sort of thing is unmapped or suspicious."""

    UNMAPPED_STATUS = "UNMAPPED_STATUS", "status not in our table"
    UNMAPPED_PHASE = "UNMAPPED_PHASE", "phase not in our table"
    UNMAPPED_COUNTRY = "UNMAPPED_COUNTRY", "country not recognised"
    UNMAPPED_VALUE = "UNMAPPED_VALUE", "value not in our table"
    UNMATCHED_INTERVENTION = "UNMATCHED_INTERVENTION", "intervention matches no agent"
    UNMATCHED_CONDITION = "UNMATCHED_CONDITION", "condition not in the tree"
    IDENTIFIER_CONFLICT = "IDENTIFIER_CONFLICT", "number belongs to another trial"
    SUSPICIOUS_VALUE = "SUSPICIOUS_VALUE", "value looks wrong"
    INCLUSION = "INCLUSION", "does this trial belong here?"


@pghistory.track(exclude=["last_seen_at"])
class DataQualityIssue(models.Model):
    """Something unmapped or suspicious. Lists itself once, however many runs see it."""

    kind = models.CharField(max_length=24, choices=IssueKind.choices)
    registry = models.CharField(max_length=10, choices=Registry.choices, blank=True)
    trial = models.ForeignKey(
        Trial,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quality_issues",
    )
    path = models.CharField(max_length=300, blank=True)
    value = models.CharField(max_length=400)
    message = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=IssueState.choices, default=IssueState.OPEN)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    resolution = models.TextField(blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT
    )

    objects = QualityIssueQuerySet.as_manager()

    class Meta:
        ordering = ["state", "kind", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "registry", "trial", "value"],
                name="dataqualityissue_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.message
