"""People, the record of what they decided, and what their work needs whatever it is about."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class User(AbstractUser):
    """A person with an account: reader, curator, reviewer or administrator (by group).

    Readers need no account. A row is never deleted, only made inactive: its name stands in history.
    """

    affiliation = models.CharField(max_length=200, blank=True)
    wants_digest = models.BooleanField(
        "daily e-mail",
        default=True,
        help_text="What waits for this person, once a day, where something does.",
    )

    class Meta(AbstractUser.Meta):
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class AuditEvent(models.Model):
    """One decision by one actor, kept for ever.

    Text instead of foreign keys, so that the row outlives what it describes: who (as named then),
    in which role, did what to which object, from which old value to which new one, and why.
    """

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=200)
    actor_roles = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=60, help_text="verb_noun, as the service is called")
    object_kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    object_label = models.CharField(max_length=300, blank=True)
    old = models.JSONField(null=True, blank=True)
    new = models.JSONField(null=True, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_kind", "object_id", "-id"], name="audit_object")]
        triggers = [
            pgtrigger.Protect(
                name="audit_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.action} {self.object_kind} {self.object_id}"


class InterestStatement(models.Model):
    """What a person declared about interests that could sway a judgement. It holds for a year.

    Append-only: a new statement stands beside the earlier ones, so that for every review it can be
    read later what the reviewer had declared then.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interest_statements"
    )
    has_interests = models.BooleanField(
        "there are interests to declare",
        default=False,
        help_text="Employment, consultancy, shares, grants or patents in what is judged here.",
    )
    text = models.TextField(
        "statement", blank=True, help_text="Which interests, since when; required where there are."
    )
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["-declared_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="intereststatement_says_which",
                condition=Q(has_interests=False) | ~Q(text=""),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="intereststatement_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        said = "interests declared" if self.has_interests else "no interests"
        return f"{self.person}, {self.declared_at:%Y-%m-%d}: {said}"


class TokenScope(models.TextChoices):
    """What a key of the API may be used for; its person's roles are asked beside that."""

    READ_DRAFTS = "READ_DRAFTS", "read drafts"
    WRITE_DRAFTS = "WRITE_DRAFTS", "write, submit and withdraw drafts"
    REVIEW = "REVIEW", "publish, return and retract"


class ApiToken(models.Model):
    """A key with which a program acts for a person: named, scoped, expiring, revocable.

    The key itself is shown once and never stored; `digest` is its SHA-256, `prefix` its first
    characters, by which a person knows it again. A revoked key stays on record.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens"
    )
    name = models.CharField(max_length=80, help_text="Which program uses it.")
    prefix = models.CharField(max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=20, choices=TokenScope.choices))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = "API key"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name"],
                name="apitoken_name_in_force_once",
                condition=Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="apitoken_ends_after_it_began", condition=Q(expires_at__gt=F("created_at"))
            ),
            models.CheckConstraint(name="apitoken_has_scope", condition=~Q(scopes=[])),
            models.CheckConstraint(
                name="apitoken_revoked_by_someone",
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Assignment(models.Model):
    """Who has taken one piece of work: a discrepancy, a quality issue, a pair, a statement.

    One row for each object, named by kind and key as the audit log names it; who had it before
    stands in the audit log.
    """

    object_kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assignments",
        help_text="Empty where it was given back.",
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    assigned_at = models.DateTimeField()

    class Meta:
        ordering = ["-assigned_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["object_kind", "object_id"], name="assignment_once_per_object"
            )
        ]
        indexes = [models.Index(fields=["assignee", "object_kind"], name="assignment_assignee")]

    def __str__(self) -> str:
        return f"{self.object_kind} {self.object_id}: {self.assignee or 'nobody'}"


class Digest(models.Model):
    """That a person was sent what waited on a day: never twice a day, whoever asks for it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="digests"
    )
    day = models.DateField()
    sent_at = models.DateTimeField()
    lines = models.JSONField(default=list, help_text="What it said waits: title and count.")

    class Meta:
        ordering = ["-day", "person"]
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"{self.person}, {self.day}"


class ReferenceMerge(models.Model):
    """That two reference rows (agents, targets, sources) were one thing, and what was moved.

    The absorbed row stays, with `merged_into` naming the kept one, and its address leads there.
    `moved` lists every link that was moved and `left` what stayed because the kept row has the same
    already, so that the merge can be taken back link by link.
    """

    object_kind = models.CharField(max_length=60)
    absorbed_id = models.BigIntegerField()
    absorbed_label = models.CharField(max_length=300)
    kept_id = models.BigIntegerField()
    kept_label = models.CharField(max_length=300)
    reason = models.TextField()
    moved = models.JSONField(default=list)
    left = models.JSONField(default=list)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    merged_at = models.DateTimeField()
    undo_reason = models.TextField(blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-merged_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["object_kind", "absorbed_id"],
                name="referencemerge_one_in_force",
                condition=Q(undone_at=None),
            ),
            models.CheckConstraint(
                name="referencemerge_two_rows", condition=~Q(absorbed_id=F("kept_id"))
            ),
            models.CheckConstraint(name="referencemerge_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="referencemerge_undone_by_someone_with_reason",
                condition=Q(undone_at=None, undone_by=None, undo_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_label} → {self.kept_label}"


class TableKind(models.TextChoices):
    """What the rows of an uploaded table are."""

    AGENTS = "AGENTS", "agents"
    TARGETS = "TARGETS", "targets"
    MEASUREMENTS = "MEASUREMENTS", "measurements"


class TableUploadState(models.TextChoices):
    """What became of an uploaded table."""

    PREVIEWED = "PREVIEWED", "waits for a decision"
    APPLIED = "APPLIED", "applied"
    DISCARDED = "DISCARDED", "not applied"


class TableUpload(models.Model):
    """A table (CSV, XLSX) that somebody uploaded: what it would change, until that is decided.

    `rows` holds what was read, as text by column; `preview` what applying it would do, row by row.
    """

    kind = models.CharField(max_length=12, choices=TableKind.choices)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField("SHA-256 of the file", max_length=64)
    rows = models.JSONField(default=list)
    preview = models.JSONField(default=list)
    state = models.CharField(
        max_length=9, choices=TableUploadState.choices, default=TableUploadState.PREVIEWED
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
                name="tableupload_decided_by_someone",
                condition=Q(state="PREVIEWED", decided_by=None, decided_at=None)
                | (~Q(state="PREVIEWED") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.file_name}"
