"""People, and the record of what they decided."""

from __future__ import annotations

import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person with an account: reader, curator, reviewer or administrator (by group).

    Readers need no account. A row is never deleted, only made inactive: its name stands in history.
    """

    affiliation = models.CharField(max_length=200, blank=True)

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
