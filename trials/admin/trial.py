"""The trial's page: what a registry owns is shown with its origin, what we decide is edited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from osteodb.core.admin_base import ServiceAdmin
from osteodb.core.admin_forms import RefusableForm
from osteodb.core.admin_search import FoundOtherwise
from osteodb.core.admin_words import one_line, wide
from osteodb.core.history import NOTHING, Entry, FieldChange
from trials import services
from trials.admin.said import fields_table
from trials.admin.trial_parts import (
    ArmInline,
    ChangeInline,
    ConditionInline,
    IdentifierInline,
    InterventionInline,
    IssueInline,
    OutcomeInline,
    OverrideInline,
    ReferenceInline,
    SiteInline,
    TrialAgentInline,
)
from trials.models import Phase, Registry, Trial, TrialIdentifier, TrialMerge
from trials.registries.identifiers import recognise
from trials.services.curation import decide_inclusion, set_curator_note

DECIDED = ("inclusion", "inclusion_reason", "curator_note")
OWNED = (
    "These fields belong to the registries: each sync writes them from the newest record, so they "
    "are read-only here. Where each value came from, what other origins say and how to set another "
    "value stands under “Field by field”."
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


@admin.register(Trial)
class TrialAdmin(FoundOtherwise, ServiceAdmin):
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
    )  # fmt: skip
    add_fieldsets = (
        (None, {"fields": ("registry", "number", "inclusion_reason", "curator_note")}),
    )

    def found_by(self, term: str) -> Q | None:
        """The trial with a registry's number, in any spelling of it."""
        number = recognise(term)
        if number is None:
            return None
        return Q(identifiers__registry=number.registry, identifiers__value=number.value)

    def notes(self, request: HttpRequest, row: Any) -> list[str]:
        """That a trial is merged into another, or others into it."""
        return [*super().notes(request, row), *(_merge_notes(row) if row else [])]

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

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who says what field by field; for those who may, with the ways to override."""
        if obj is None:
            return super().get_fieldsets(request, obj)
        may_set = request.user.has_perm("trials.add_fieldoverride")
        table = "field_by_field_to_set" if may_set else "field_by_field"
        return (
            *super().get_fieldsets(request, obj),
            ("Field by field", {"classes": ["tab"], "fields": (table,)}),
        )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Parts are shown once the trial is on record."""
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Everything but our own decisions."""
        if obj is None:
            return ()
        own = [field.name for field in Trial._meta.fields if field.name not in DECIDED]
        return (*own, "phase_words", "field_by_field", "field_by_field_to_set")

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

    @admin.display(description="fields")
    def field_by_field(self, trial: Trial) -> str:
        """Each field's value, which record gave it, who says otherwise."""
        return fields_table(trial, may_set=False)

    @admin.display(description="fields and overrides")
    def field_by_field_to_set(self, trial: Trial) -> str:
        """The same, with the ways to set a value and to release one."""
        return fields_table(trial, may_set=trial.merged_into_id is None)

    def history(self, row: Any) -> list[Entry]:
        """People's decisions, and what the registry changed."""
        entries = [*super().history(row), *_registry_changes(row)]
        return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _merge_notes(trial: Trial) -> list[str]:
    """Where a merged trial is shown; what is merged into one that heads a page; each with the way
    to take it back."""
    if trial.merged_into is not None:
        merge = trial.merges_away.filter(undone_at=None).first()
        return [
            format_html(
                'Merged: this study is shown on the page of {} ({}). <a class="underline" '
                'href="{}">Open that page</a>, or <a class="underline" href="{}">see why</a>.',
                trial.merged_into.public_id,
                trial.merged_into.title,
                reverse("admin:trials_trial_change", args=[trial.merged_into_id]),
                reverse("admin:trials_trialmerge_change", args=[merge.pk]) if merge else "",
            )
        ]
    merges = TrialMerge.objects.filter(undone_at=None, absorbed__merged_into=trial)
    lines = (
        (
            reverse("admin:trials_trial_change", args=[merge.absorbed_id]),
            merge.absorbed.public_id,
            reverse("admin:trials_trialmerge_change", args=[merge.pk]),
        )
        for merge in merges.select_related("absorbed").order_by("absorbed__public_id")
    )
    line = '<a class="underline" href="{}">{}</a> (<a class="underline" href="{}">why</a>)'
    named = format_html_join(", ", line, lines)
    return [format_html("Shown on this page too, as merged into it: {}.", named)] if named else []


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
