"""The trial's page: what a registry owns is shown with its origin, what we decide is edited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from osteodb.core.admin_base import OsteoTabularInline, ReadOnlyInline, ServiceAdmin
from osteodb.core.admin_forms import RefusableForm
from osteodb.core.admin_words import one_line, wide
from osteodb.core.history import NOTHING, Entry, FieldChange
from trials import services
from trials.models import (
    Arm,
    DataQualityIssue,
    FieldOverride,
    Intervention,
    Phase,
    RegisteredOutcome,
    Registry,
    RegistryRecord,
    Site,
    Trial,
    TrialAgent,
    TrialChange,
    TrialCondition,
    TrialIdentifier,
    TrialReference,
)
from trials.services.curation import decide_inclusion, set_curator_note, set_trial_agent

DECIDED = ("inclusion", "inclusion_reason", "curator_note")
OWNED = (
    "These fields belong to the registries: each sync writes them from the newest record, so they "
    "are read-only here. Where each value came from stands under “Origins”."
)


class PhaseFilter(admin.SimpleListFilter):
    """Trials with a phase; one of phase 2/3 is found under both."""

    title = "phase"
    parameter_name = "phase"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All phases."""
        return [(phase.value, str(phase.label)) for phase in Phase]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those whose list of phases holds it."""
        return queryset.filter(phases__contains=[self.value()]) if self.value() else queryset


class RegistryFilter(admin.SimpleListFilter):
    """Trials with a number of a registry."""

    title = "registry"
    parameter_name = "registry"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All registries."""
        return [(one.value, str(one.label)) for one in Registry]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those with such a number."""
        if not self.value():
            return queryset
        numbers = TrialIdentifier.objects.filter(registry=self.value())
        return queryset.filter(pk__in=numbers.values("trial_id"))


class RegisterTrialForm(RefusableForm):
    """A trial is put on record by a number; a registry brings the rest."""

    registry = forms.ChoiceField(choices=Registry.choices, widget=UnfoldAdminSelectWidget)
    number = forms.CharField(
        widget=UnfoldAdminTextInputWidget, help_text="As written, such as NCT02389244."
    )

    class Meta:
        model = Trial
        fields = ("inclusion_reason", "curator_note")


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


@admin.register(Trial)
class TrialAdmin(ServiceAdmin):
    """One study under all its numbers."""

    list_display = (
        "number", "short_title", "numbers", "status", "phase_words", "enrolment_count",
        "inclusion", "updated_at",
    )  # fmt: skip
    list_display_links = ("number", "short_title")
    list_filter = (
        "inclusion", "status", PhaseFilter, RegistryFilter, "study_type", "has_results",
        ("trial_agents__agent", AutocompleteSelectFilter),
    )  # fmt: skip
    list_filter_submit = True
    search_fields = (
        "public_id", "identifiers__value", "identifiers__value_raw", "acronym", "brief_title",
        "official_title", "lead_sponsor",
    )  # fmt: skip
    ordering = ("-updated_at", "id")
    inlines = (
        IdentifierInline, TrialAgentInline, ChangeInline, ArmInline, InterventionInline,
        ConditionInline, OutcomeInline, SiteInline, ReferenceInline, IssueInline, OverrideInline,
    )  # fmt: skip
    fieldsets = (
        ("What we decided", {"fields": DECIDED}),
        (
            "What the registries say",
            {
                "description": OWNED,
                "fields": (
                    "public_id", "brief_title", "official_title", "acronym",
                    ("status", "status_raw", "last_known_status"), "why_stopped",
                    ("study_type", "phase_words", "has_results"),
                    ("allocation", "intervention_model"), ("masking", "primary_purpose"),
                    ("enrolment_count", "enrolment_type"),
                    ("start_date", "start_date_type"),
                    ("primary_completion_date", "primary_completion_date_type"),
                    ("completion_date", "completion_date_type"),
                    ("first_posted_date", "last_update_posted_date", "results_first_posted_date"),
                    ("minimum_age", "maximum_age", "sex"),
                    ("lead_sponsor", "lead_sponsor_class"), "collaborators", "countries",
                    "keywords", "brief_summary", "eligibility_criteria", "merged_into",
                    ("created_at", "updated_at"),
                ),
            },
        ),
        ("Origins", {"fields": ("origins",)}),
    )  # fmt: skip
    add_fieldsets = (
        (None, {"fields": ("registry", "number", "inclusion_reason", "curator_note")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the numbers, for the list."""
        return super().get_queryset(request).prefetch_related("identifiers")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """A number and a reason for a new trial; our own decisions for one on record."""
        if obj is None:
            kwargs["form"] = RegisterTrialForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Parts are shown once the trial is on record."""
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Everything but our own decisions."""
        if obj is None:
            return ()
        own = [field.name for field in Trial._meta.fields if field.name not in DECIDED]
        return (*own, "phase_words", "origins")

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Put a trial on record; one that is there under this number is opened instead."""
        identifier = services.GivenIdentifier(
            registry=given["registry"], raw=given["number"], kind="PRIMARY"
        )
        return services.register_trial(
            identifiers=[identifier],
            inclusion_reason=given["inclusion_reason"],
            curator_note=given["curator_note"],
            **who,
        )

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Write our decision and remark."""
        decide_inclusion(
            trial=row, inclusion=given["inclusion"], reason=given["inclusion_reason"], **who
        )
        set_curator_note(trial=row, note=given["curator_note"], **who)

    @admin.display(description="id", ordering="public_id")
    def number(self, trial: Trial) -> str:
        """The public id on one line."""
        return one_line(trial.public_id)

    @admin.display(description="title", ordering="sort_title")
    def short_title(self, trial: Trial) -> str:
        """The acronym, or the start of the title."""
        return wide(Truncator(trial.acronym or trial.title).chars(120))

    @admin.display(description="numbers")
    def numbers(self, trial: Trial) -> str:
        """The registry numbers, sponsor codes left out."""
        values = [one.value for one in trial.identifiers.all() if one.registry != "SPONSOR"]
        return ", ".join(values) or NOTHING

    @admin.display(description="phase")
    def phase_words(self, trial: Trial) -> str:
        """The phases in words."""
        return ", ".join(str(Phase(one).label) for one in trial.phases) or NOTHING

    @admin.display(description="fields by record")
    def origins(self, trial: Trial) -> str:
        """Which record each value came from, newest record first."""
        fields: dict[int, list[str]] = {}
        for name, pk in trial.field_origins.items():
            fields.setdefault(pk, []).append(name.replace("_", " "))
        records = RegistryRecord.objects.filter(pk__in=fields).defer("payload").order_by("-pk")
        lines = (
            (
                reverse("admin:trials_registryrecord_change", args=[record.pk]),
                str(record),
                record.get_origin_display(),
                ", ".join(sorted(fields[record.pk])),
            )
            for record in records
        )
        line = '<li><a class="text-primary-600 underline" href="{}">{}</a> ({}): {}</li>'
        shown = format_html_join("", line, lines)
        return format_html("<ul>{}</ul>", shown) if shown else "no record seen yet"

    def history(self, row: Any) -> list[Entry]:
        """People's decisions, and what the registry changed."""
        entries = [*super().history(row), *_registry_changes(row)]
        return sorted(entries, key=lambda entry: entry.at, reverse=True)


def as_identifier(given: dict[str, Any]) -> services.GivenIdentifier:
    """A form's values as a number to be added."""
    return services.GivenIdentifier(
        registry=given["registry"],
        raw=given["value_raw"],
        kind=given["kind"],
        source_text=given.get("source_text", ""),
        source_url=given.get("source_url", ""),
    )


def _registry_changes(trial: Trial) -> Iterable[Entry]:
    changes = trial.changes.select_related("record").defer("record__payload")[:200]
    for change in changes:
        yield Entry(
            at=change.seen_at,
            actor=change.record.get_origin_display() if change.record else "the system",
            what=f"changed {change.get_kind_display()}",
            changes=[
                FieldChange(
                    change.field.replace("_", " "), in_words(change.old), in_words(change.new)
                )
            ],
        )


def in_words(value: Any) -> str:
    """A changed value, short enough for a list."""
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(value, list):
        return f"{len(value)} entries" if len(str(value)) > 200 else str(value)
    text = str(value)
    return text if len(text) <= 200 else f"{text[:197]}…"
