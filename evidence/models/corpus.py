"""What the corpus files brought, so that loading them twice changes nothing."""

from __future__ import annotations

from django.db import models


class CorpusEntry(models.Model):
    """One entry of a corpus file, as last loaded: its key, its content hash, the row it made."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    content_hash = models.CharField(max_length=64)
    object_kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    loaded_at = models.DateTimeField()
    position = models.PositiveIntegerField(default=0, help_text="Its place in its file.")
    remainder = models.JSONField(
        default=dict, blank=True, help_text="What the entry says that no field of a row holds."
    )

    class Meta:
        ordering = ["kind", "key"]
        verbose_name_plural = "corpus entries"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="corpusentry_unique")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
