"""What the registries sent and what it changed: read here, written by the sync alone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from osteodb.core.admin_base import ReadOnlyAdmin
from osteodb.core.admin_words import pretty_json
from trials.admin.trial import in_words
from trials.models import (
    Arm,
    Intervention,
    OriginDisagreement,
    RecordApplication,
    RegisteredOutcome,
    RegistryRecord,
    Site,
    TrialChange,
    TrialCondition,
    TrialReference,
)

AS_REGISTERED = (
    "As the registry's newest record words it. The sync owns these rows, so nobody edits them; "
    "the record itself stands under Records."
)


@admin.register(RegistryRecord)
class RegistryRecordAdmin(ReadOnlyAdmin):
    """Raw records. Append-only: the database itself refuses a change."""

    list_display = ("registry_id", "registry", "origin", "fetched_at", "registry_date", "run")
    list_filter = ("registry", "origin")
    list_select_related = ("run",)
    search_fields = ("registry_id",)
    date_hierarchy = "fetched_at"
    fields = (
        "registry", "registry_id", "origin", "fetched_at", "registry_date", "source_url", "run",
        "content_hash", "payload_text",
    )  # fmt: skip
    readonly_fields = ("payload_text",)
    why = "Records are kept as they came, for ever. A newer one is another row."

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without the payloads: one is read where it is shown."""
        return super().get_queryset(request).defer("payload")

    @admin.display(description="payload")
    def payload_text(self, record: RegistryRecord) -> str:
        """The payload, laid out to be read."""
        return pretty_json(record.payload)


@admin.register(RecordApplication)
class RecordApplicationAdmin(ReadOnlyAdmin):
    """Which parser version applied which record, with what outcome."""

    list_display = ("record", "trial", "parser_version", "applied_at", "outcome")
    list_filter = ("outcome", "parser_version")
    search_fields = ("record__registry_id", "trial__public_id")
    why = "One row for each record and parser version. Append-only."

    def get_queryset(self, request: HttpRequest) -> Any:
        """With record and trial, without payloads."""
        rows = super().get_queryset(request).select_related("record", "trial")
        return rows.defer("record__payload")


@admin.register(TrialChange)
class TrialChangeAdmin(ReadOnlyAdmin):
    """Every change of every trial: from what, to what, by which record."""

    list_display = ("seen_at", "trial", "kind", "field_words", "old_words", "new_words")
    list_filter = ("kind", "field")
    search_fields = ("trial__public_id", "trial__identifiers__value", "trial__acronym", "field")
    date_hierarchy = "seen_at"
    fields = (
        "trial", "kind", "field", "old_words", "new_words", "record", "run", "effective_date",
        "seen_at",
    )  # fmt: skip
    readonly_fields = ("old_words", "new_words")
    why = "Written by the sync, one row for each field that changed. Append-only."

    def get_queryset(self, request: HttpRequest) -> Any:
        """With trial, record and run, without payloads."""
        rows = super().get_queryset(request).select_related("trial", "record", "run")
        return rows.defer("record__payload")

    @admin.display(description="field", ordering="field")
    def field_words(self, change: TrialChange) -> str:
        """The field in words."""
        return change.field.replace("_", " ")

    @admin.display(description="before")
    def old_words(self, change: TrialChange) -> str:
        """The old value."""
        return in_words(change.old)

    @admin.display(description="after")
    def new_words(self, change: TrialChange) -> str:
        """The new value."""
        return in_words(change.new)


@admin.register(OriginDisagreement)
class OriginDisagreementAdmin(ReadOnlyAdmin):
    """Fields in which two origins of one trial say different things."""

    list_display = ("trial", "field", "shown_words", "other_words", "began_at", "ended_at")
    list_filter = (("ended_at", admin.EmptyFieldListFilter), "field")
    search_fields = ("trial__public_id", "trial__identifiers__value", "trial__acronym", "field")
    why = (
        "Written precedence decides which value a trial shows; what another origin says instead is "
        "kept here until they agree."
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """With trial and records, without payloads."""
        related = ("trial", "shown_record", "other_record")
        rows = super().get_queryset(request).select_related(*related)
        return rows.defer("shown_record__payload", "other_record__payload")

    @admin.display(description="shown")
    def shown_words(self, row: OriginDisagreement) -> str:
        """The value the trial shows."""
        return in_words(row.shown)

    @admin.display(description="another origin says")
    def other_words(self, row: OriginDisagreement) -> str:
        """The value that is not shown."""
        return in_words(row.other)


class AsRegisteredAdmin(ReadOnlyAdmin):
    """A part of a trial, as registered."""

    why = AS_REGISTERED
    list_select_related = ("trial",)


@admin.register(Arm)
class ArmAdmin(AsRegisteredAdmin):
    """Arms; kept when the registry drops one, since results refer to it."""

    list_display = ("label", "trial", "arm_type", "removed_at")
    list_filter = ("arm_type",)
    search_fields = ("label", "trial__public_id", "trial__identifiers__value", "trial__acronym")


@admin.register(Intervention)
class InterventionAdmin(AsRegisteredAdmin):
    """Interventions in the registry's words."""

    list_display = ("name", "intervention_type", "trial", "removed_at")
    list_filter = ("intervention_type",)
    search_fields = ("name", "other_names", "trial__public_id", "trial__identifiers__value")


@admin.register(TrialCondition)
class TrialConditionAdmin(AsRegisteredAdmin):
    """Conditions in the registry's words, with their place in our tree."""

    list_display = ("name", "condition", "trial")
    list_filter = (("condition", admin.EmptyFieldListFilter),)
    search_fields = ("name", "condition__name", "trial__public_id", "trial__identifiers__value")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the conditions of the tree."""
        return super().get_queryset(request).select_related("condition", "trial")


@admin.register(Site)
class SiteAdmin(AsRegisteredAdmin):
    """Places where trials recruit. No person, no street, no telephone."""

    list_display = ("facility", "city", "country", "status", "trial")
    list_filter = ("country_code", "status")
    search_fields = ("facility", "city", "country", "trial__public_id")


@admin.register(RegisteredOutcome)
class RegisteredOutcomeAdmin(AsRegisteredAdmin):
    """What trials said they would measure."""

    list_display = ("measure", "kind", "time_frame", "trial")
    list_filter = ("kind",)
    search_fields = ("measure", "time_frame", "trial__public_id", "trial__identifiers__value")


@admin.register(TrialReference)
class TrialReferenceAdmin(AsRegisteredAdmin):
    """Publications that a registry ties to a trial."""

    list_display = ("pmid", "reference_type", "citation", "trial")
    list_filter = ("reference_type",)
    search_fields = ("pmid", "citation", "trial__public_id")
