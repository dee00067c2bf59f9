"""The parts of a trial's page: what may be added, and what the registries own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from osteodb.core.admin_base import OsteoTabularInline, ReadOnlyInline
from trials import services
from trials.models import (
    Arm,
    DataQualityIssue,
    FieldOverride,
    Intervention,
    RegisteredOutcome,
    Site,
    TrialAgent,
    TrialChange,
    TrialCondition,
    TrialIdentifier,
    TrialReference,
)
from trials.services.curation import set_trial_agent


def as_identifier(given: dict[str, Any]) -> services.GivenIdentifier:
    """A form's values as a number to be added."""
    return services.GivenIdentifier(
        registry=given["registry"],
        raw=given["value_raw"],
        kind=given["kind"],
        source_text=given.get("source_text", ""),
        source_url=given.get("source_url", ""),
    )


class IdentifierInline(OsteoTabularInline):
    """The numbers of a trial. One may be added; none is rewritten."""

    model = TrialIdentifier
    verbose_name_plural = "identifiers"
    fields = ("registry", "value_raw", "kind", "gone_at", "source_text", "source_url")
    readonly_fields = ("gone_at",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A number on record stays as it was written."""
        return False

    def write(self, parent: Any, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Add a number."""
        services.add_identifier(trial=parent, identifier=as_identifier(given), **who)


class TrialAgentInline(OsteoTabularInline):
    """What the trial gives; saving a row confirms it."""

    model = TrialAgent
    verbose_name_plural = "agents"
    fields = ("agent", "arm", "role", "matched_by", "matched_name", "confirmed_by", "removed_at")
    readonly_fields = ("matched_by", "matched_name", "confirmed_by", "removed_at")

    def write(self, parent: Any, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Say what is given, or confirm a match."""
        set_trial_agent(trial=parent, trial_agent=row, **given, **who)


class ArmInline(ReadOnlyInline):
    """Arms as registered."""

    model = Arm
    fields = ("label", "arm_type", "description", "removed_at")
    tab = True


class InterventionInline(ReadOnlyInline):
    """Interventions in the registry's words."""

    model = Intervention
    fields = ("name", "intervention_type", "other_names", "removed_at")
    tab = True


class ConditionInline(ReadOnlyInline):
    """Conditions in the registry's words, with their place in our tree."""

    model = TrialCondition
    verbose_name_plural = "conditions"
    fields = ("name", "condition")
    tab = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the conditions of the tree."""
        return super().get_queryset(request).select_related("condition")


class OutcomeInline(ReadOnlyInline):
    """Outcomes as registered."""

    model = RegisteredOutcome
    verbose_name_plural = "outcomes"
    fields = ("kind", "measure", "time_frame")
    tab = True


class SiteInline(ReadOnlyInline):
    """Where the trial recruits."""

    model = Site
    fields = ("facility", "city", "country", "country_code", "status")
    tab = True


class ReferenceInline(ReadOnlyInline):
    """Publications that the registry ties to the trial."""

    model = TrialReference
    verbose_name_plural = "publications"
    fields = ("pmid", "reference_type", "citation")
    tab = True


class ChangeInline(ReadOnlyInline):
    """What changed, by which record."""

    model = TrialChange
    verbose_name_plural = "changes"
    fields = ("seen_at", "kind", "field", "old", "new", "effective_date", "record")
    ordering = ("-seen_at", "-id")
    tab = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the records, without their payloads."""
        return super().get_queryset(request).select_related("record").defer("record__payload")


class IssueInline(ReadOnlyInline):
    """What looks unmapped or wrong about this trial."""

    model = DataQualityIssue
    verbose_name_plural = "quality issues"
    fields = ("kind", "message", "state", "resolution")
    show_change_link = True
    tab = True


class OverrideInline(ReadOnlyInline):
    """What curators set instead of the registry's value."""

    model = FieldOverride
    verbose_name_plural = "overrides"
    fields = ("field", "value", "reason", "created_by", "created_at", "released_at")
    tab = True
