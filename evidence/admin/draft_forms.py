"""The parts of a statement on its form.

A number names its population and its locator by their row on the same form, so that a paper can be
entered in one go: "1" is the first row, whether it was saved before or not.
"""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from unfold.widgets import UnfoldAdminSelectWidget

from evidence.models import (
    Comparison,
    EvidenceVersion,
    Locator,
    Measurement,
    MechanismAssertion,
    Population,
    Weight,
)
from evidence.services.content import ENTITIES
from osteodb.core.admin_base import InlinePart, OsteoStackedInline
from osteodb.core.admin_forms import RefusableForm
from osteodb.core.admin_rows import KnownChoiceField, KnownRows
from osteodb.core.numbers import plain_number
from osteodb.core.review import ReviewState

if TYPE_CHECKING:
    BaseFormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    from unfold.forms import PaginationInlineFormSet as BaseFormSet

SPARE = 12  # rows a form may grow by in one go and still be referred to
Rows = tuple[dict[str, list[str]], dict[str, list[int]]]  # labels and keys, by part


class SeenField(forms.CharField):
    """When the draft on the form had last been saved, to the microsecond; nobody sees it."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> dt.datetime | None:
        """The time. Raises ValidationError for anything else."""
        try:
            return dt.datetime.fromisoformat(value) if value else None
        except ValueError as error:
            raise forms.ValidationError("Load the draft again.") from error


class VersionForm(RefusableForm):
    """The statement itself."""

    seen = SeenField(required=False)

    class Meta:
        model = EvidenceVersion
        fields = ("statement",)  # its admin names all it shows

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = self.instance.updated_at.isoformat()

    def _get_validation_exclusions(self) -> set[str]:
        """The table's constraints are left to `evidence.rules`, which has words for each."""
        return {field.name for field in self._meta.model._meta.fields}

    def is_valid(self) -> bool:
        """Never where the form is only shown again, with what was found."""
        return super().is_valid() and not getattr(self.request, "osteodb_show_again", False)


class PartForm(RefusableForm):
    """A part of a draft. `refers` says which fields name a row of which other part."""

    refers: dict[str, str] = {}
    pks: dict[str, list[int]] = {}  # part -> primary keys of its saved rows, set for each request

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in self.initial.items():
            if isinstance(value, Decimal):
                self.initial[name] = plain_number(value)  # 65, not 65.000000
        found = getattr(self.request, "osteodb_found", None)
        if found is not None:
            self.instance.found = found.get(self.prefix, [])
        if self.instance.pk:
            rows = {name: self._row_of(name, part) for name, part in self.refers.items()}
            self.initial.update(rows)

    @classmethod
    def know_rows(cls, labels: dict[str, list[str]], pks: dict[str, list[int]]) -> None:
        """Let this class, made for one request, offer the rows of the form by their labels."""
        cls.pks = pks
        for name in cls.refers.keys() & cls.base_fields.keys():
            found = labels.get(cls.refers[name], [])
            choices = [("", "—"), *((str(at), label) for at, label in enumerate(found, 1))]
            field: Any = copy.deepcopy(cls.base_fields[name])
            field.choices = lambda choices=choices: choices  # by call: no copy for each form
            cls.base_fields[name] = field

    def _row_of(self, name: str, part: str) -> str:
        """The number of the row that a saved part refers to."""
        pk = getattr(self.instance, f"{name}_id")
        pks = self.pks.get(part, [])
        return str(pks.index(pk) + 1) if pk in pks else ""

    def _get_validation_exclusions(self) -> set[str]:
        """The table's constraints are left to `evidence.rules`, which has words for each."""
        return {field.name for field in self._meta.model._meta.fields}


def row_choice(label: str, *, required: bool = True) -> forms.ChoiceField:
    """A field that names another row of the form."""
    return forms.ChoiceField(label=label, required=required, widget=UnfoldAdminSelectWidget)


class LocatorForm(PartForm):
    """Where it was read."""

    class Meta:
        model = Locator
        fields = ("source",)  # its inline names all it shows


class PopulationForm(PartForm):
    """Who the numbers are about."""

    refers = {"parent": "populations"}
    parent = row_choice("Subgroup of row", required=False)

    class Meta:
        model = Population
        exclude = ("parent",)


class NumberForm(PartForm):
    """What measurements and comparisons share."""

    population = row_choice("Population, row")
    locator = row_choice("Locator, row")


class MeasurementForm(NumberForm):
    """One arm, one endpoint, one estimator, one time."""

    refers = {"population": "populations", "locator": "locators"}

    class Meta:
        model = Measurement
        exclude = ("population", "locator")


class ComparisonForm(NumberForm):
    """Two groups against each other."""

    refers = {
        "population": "populations",
        "locator": "locators",
        "experimental": "measurements",
        "control": "measurements",
    }
    experimental = row_choice("Experimental, measurement row", required=False)
    control = row_choice("Control, measurement row", required=False)

    class Meta:
        model = Comparison
        exclude = ("population", "locator", "experimental", "control")


class AssertionForm(PartForm):
    """One arrow of a mechanism."""

    refers = {"locator": "locators"}
    locator = row_choice("Locator, row")

    class Meta:
        model = MechanismAssertion
        exclude = ("locator",)

    def clean(self) -> dict[str, Any] | None:
        """Each end is one thing: a target, an agent or a pathway."""
        cleaned = super().clean() or {}
        for end in ("subject", "object"):
            if sum(bool(cleaned.get(f"{end}_{kind}")) for kind in ENTITIES) != 1:
                self.add_error(f"{end}_target", f"Give one {end}: target, agent or pathway.")
        return cleaned


class PartFormSet(KnownRows, BaseFormSet):
    """The rows of a part, whose relations are fetched together."""


class PartOfDraft(InlinePart):
    """An inline of a version: open only while the version is a draft."""

    can_delete = True
    show_count = True
    template = "core/admin/stacked.html"
    formset: Any = PartFormSet

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A relation whose rows are fetched once for all rows of the form."""
        kwargs.setdefault("form_class", KnownChoiceField)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """While it is a draft."""
        return is_open(obj) and bool(super().has_add_permission(request, obj))  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """While it is a draft."""
        return is_open(obj) and bool(super().has_change_permission(request, obj))  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row of a draft may be taken out again; a reader never saw it."""
        return self.has_change_permission(request, obj)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The formset, knowing how many rows each part has on this form."""
        formset = super().get_formset(request, obj, **kwargs)
        if issubclass(formset.form, PartForm):
            formset.form.know_rows(*_rows(request, obj))
        return formset


def is_open(version: EvidenceVersion | None) -> bool:
    """Whether a version may still be written in."""
    return version is None or version.state == ReviewState.DRAFT


class LocatorInline(PartOfDraft, OsteoStackedInline):
    """Where it was read. At least one."""

    model = Locator
    form = LocatorForm
    fields = (
        "source", ("section", "sentence"), ("page", "figure"), ("table", "row", "column"),
        ("registry_outcome", "registered_outcome"), ("url", "seen_on"), ("reference", "note"),
    )  # fmt: skip


class PopulationInline(PartOfDraft, OsteoStackedInline):
    """Who the numbers are about."""

    model = Population
    form = PopulationForm
    fields = (
        ("label", "n"), ("scope", "setting"), ("disease_status", "line"),
        ("minimum_age_years", "maximum_age_years"), ("biomarker", "analysis_set"),
        ("trial", "parent"),
    )  # fmt: skip


class NumberInline(PartOfDraft, OsteoStackedInline):
    """Numbers, each with what the arithmetic said about it when it was saved."""

    tab = True
    readonly_fields = ("arithmetic",)
    related: tuple[str, ...] = ("population", "locator__source", "trial")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With their findings, and with what a form that is only read names."""
        rows = super().get_queryset(request).select_related(*self.related)
        return rows.prefetch_related("findings")

    @admin.display(description="What the arithmetic says")
    def arithmetic(self, number: Any) -> str:
        """The findings in words, with why each may be innocent."""
        found = getattr(number, "found", None)  # of what was typed, where that was only checked
        if found is None and number.pk is None:
            return "Worked out when it is saved, or checked."
        found = number.findings.all() if found is None else found
        said = [(Weight(one.weight).label.capitalize(), one.says, one.innocent) for one in found]
        if not said:
            return "Nothing that it could check came out otherwise than printed."
        return format_html_join("", "<p><b>{}:</b> {} <i>May be innocent:</i> {}</p>", said)


class MeasurementInline(NumberInline):
    """What was measured."""

    model = Measurement
    form = MeasurementForm
    related = (*NumberInline.related, "arm", "regimen")
    fields = (
        "arithmetic",
        ("population", "locator"), ("trial", "arm", "regimen"), "arm_label",
        ("endpoint", "endpoint_name"), "endpoint_definition",
        ("estimator", "time_point", "time_point_unit"), ("state", "state_note"),
        ("value_raw", "value"), ("value_modifier", "value_to"), ("unit_raw", "unit"),
        ("events", "n"),
        ("ci_raw", "ci_level", "ci_sides"), ("ci_low", "ci_low_state"),
        ("ci_high", "ci_high_state"),
        ("threshold_raw", "threshold", "threshold_met"), ("data_cutoff_date", "note"),
    )  # fmt: skip


class ComparisonInline(NumberInline):
    """Groups against each other."""

    model = Comparison
    form = ComparisonForm
    related = (*NumberInline.related, "experimental", "control")
    fields = (
        "arithmetic",
        ("population", "locator"), "trial", ("endpoint", "endpoint_name"),
        ("experimental", "experimental_label"), ("control", "control_label"),
        "comparative_by_design", ("measure", "state"), ("value_raw", "value"),
        ("ci_raw", "ci_level", "ci_sides"), ("ci_low", "ci_low_state"),
        ("ci_high", "ci_high_state"), ("p_raw", "p_value"), ("p_modifier", "p_sides"), "note",
    )  # fmt: skip


class AssertionInline(PartOfDraft, OsteoStackedInline):
    """Arrows of a mechanism."""

    model = MechanismAssertion
    form = AssertionForm
    tab = True
    fields = (
        ("subject_target", "subject_agent", "subject_pathway"), ("relation", "is_negated"),
        ("object_target", "object_agent", "object_pathway"), ("pathway", "carried_by_exosome"),
        ("donor_cell", "recipient_cell"), ("model_system", "locator"), "context",
    )  # fmt: skip


INLINES = (LocatorInline, PopulationInline, MeasurementInline, ComparisonInline, AssertionInline)


def _rows(request: HttpRequest, version: EvidenceVersion | None) -> Rows:
    """Labels and keys of the rows of each part that another part may refer to."""
    known: Rows | None = getattr(request, "osteodb_draft_rows", None)
    if known is None:
        known = ({}, {})
        for part in ("locators", "populations", "measurements"):
            saved = list(getattr(version, part).all()) if version else []
            posted = str(request.POST.get(f"{part}-TOTAL_FORMS", ""))
            total = max(len(saved) + SPARE, int(posted) if posted.isdecimal() else 0)
            labels = [f"{at}: {row}"[:80] for at, row in enumerate(saved, 1)]
            labels += [str(at) for at in range(len(saved) + 1, min(total, 1000) + 1)]
            known[0][part], known[1][part] = labels, [row.pk for row in saved]
        request.osteodb_draft_rows = known  # type: ignore[attr-defined]
    return known
