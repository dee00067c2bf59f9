"""Results that registries posted: what became of each, beside what was posted. Read here only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from evidence.models import PostedResult, ResultsReading
from osteodb.core.admin_base import ReadOnlyAdmin
from osteodb.core.admin_words import pretty_json, wide
from osteodb.core.errors import OsteoDBError
from trials.registries.ctgov.results import posted_text


class InForceFilter(admin.SimpleListFilter):
    """Postings in force, unless those that were replaced are asked for."""

    title = "in force"
    parameter_name = "replaced"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "replaced by a newer posting"), ("all", "all")]

    def choices(self, changelist: Any) -> Any:
        """The usual choices, the first of which is the rows in force."""
        for at, choice in enumerate(super().choices(changelist)):
            yield choice if at else {**choice, "display": "in force"}

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "all":
            return queryset
        return queryset.filter(replaced_at__isnull=self.value() != "yes")


@admin.register(PostedResult)
class PostedResultAdmin(ReadOnlyAdmin):
    """One outcome measure as a registry posted it, and its draft."""

    list_display = ("registry_id", "outcome_words", "state", "reason", "draft", "seen_at")
    list_filter = (InForceFilter, "state")
    list_select_related = ("version__item",)
    search_fields = ("registry_id", "outcome_key", "item__public_id")
    fields = (
        "registry_id", "outcome_key", "state", "reason", "draft", "record_link", "seen_at",
        "drafted_at", "replaced_at", "posted",
    )  # fmt: skip
    readonly_fields = ("draft", "record_link", "posted")
    why = (
        "Outcome measures that a registry posted, drafted by a machine and published by people "
        "only. Left out is what cannot be read without doubt: the reason says why."
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the record, without its payload: that is read where it is shown."""
        rows = super().get_queryset(request).select_related("record", "version__item")
        return rows.defer("record__payload")

    @admin.display(description="outcome", ordering="outcome_key")
    def outcome_words(self, row: PostedResult) -> str:
        """The outcome, on as many lines as it needs."""
        return wide(row.outcome_key)

    @admin.display(description="draft", ordering="version")
    def draft(self, row: PostedResult) -> str:
        """The version that was drafted, with where it stands now."""
        if row.version is None:
            return "–"
        url = reverse("admin:evidence_evidenceversion_change", args=[row.version.pk])
        words = f"{row.version}, {row.version.get_state_display()}"
        return format_html('<a href="{}">{}</a>', url, words)

    @admin.display(description="record")
    def record_link(self, row: PostedResult) -> str:
        """The record it was posted in."""
        url = reverse("admin:trials_registryrecord_change", args=[row.record_id])
        return format_html('<a href="{}">{}</a>', url, str(row.record))

    @admin.display(description="as posted")
    def posted(self, row: PostedResult) -> str:
        """The outcome measure as it stands in the record."""
        try:
            found = posted_text(row.record.payload, row.outcome_key)
        except OsteoDBError as error:
            return str(error)
        return pretty_json(found) if found else "Not in this record."


@admin.register(ResultsReading)
class ResultsReadingAdmin(ReadOnlyAdmin):
    """Which records were read for results, and what came of each."""

    list_display = (
        "record", "state", "made_count", "unchanged_count", "waiting_count", "left_out_count",
        "other_count", "read_at", "reason",
    )  # fmt: skip
    list_filter = ("state", "mapping_version")
    search_fields = ("record__registry_id",)
    why = (
        "One row for each record and version of the mapping. A failure says what stood in the way."
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the record, without its payload."""
        return super().get_queryset(request).select_related("record").defer("record__payload")
