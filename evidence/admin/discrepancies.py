"""Two statements that disagree: both kept, decided by a person with a reason."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from evidence import services
from evidence.models import Discrepancy, DiscrepancySide
from evidence.services import Side
from evidence.services.discrepancies import set_subjects
from osteodb.core.admin_base import (
    KeepsItsSlug,
    OsteoStackedInline,
    ReadOnlyAdmin,
    ServiceAdmin,
    who_and_when,
)
from osteodb.core.admin_work import WorkQueue

SUBJECTS = ("trials", "agents", "targets", "pathways")


class SideInline(OsteoStackedInline):
    """What each side says, and where."""

    model = DiscrepancySide
    fields = (
        "says", ("source", "place"), ("version", "record"), ("measurement", "comparison"),
        "is_disputed",
    )  # fmt: skip
    min_num = 1

    def get_queryset(self, request: HttpRequest) -> Any:
        """With what the sides stand on, without payloads."""
        rows = super().get_queryset(request)
        related = ("source", "version__item", "measurement", "comparison", "record")
        return rows.select_related(*related).defer("record__payload")


@admin.register(Discrepancy)
class DiscrepancyAdmin(WorkQueue, KeepsItsSlug, ServiceAdmin):
    """A work list of disagreements."""

    list_display = ("title", "kind", "state", "opened_by", "opened_at", "decided_by")
    list_filter = ("state", "kind")
    list_select_related = ("opened_by", "decided_by")
    search_fields = ("title", "explanation", "sides__says", "trials__identifiers__value")
    inlines = (SideInline,)
    readonly_fields = ("opened_by", "opened_at", "decided_by", "decided_at")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What disagrees; for one on record, what was decided."""
        about: tuple[Any, ...] = ("title", "kind", "slug", *SUBJECTS)
        sets: list[Any] = [(None, {"fields": about})]
        if obj:
            people = (("opened_by", "opened_at"), ("decided_by", "decided_at"))
            sets.append(("Decision", {"fields": ("state", "explanation", *people)}))
        return sets

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing yet: a disagreement is written with its sides."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write the disagreement and its sides."""
        given, who = form.cleaned_data, who_and_when(request)
        (formset,) = formsets
        sides = [_side(one.cleaned_data) for one in formset.forms if one.cleaned_data]
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        subjects = {name: given[name] for name in SUBJECTS}
        if not change:
            row = services.open_discrepancy(
                kind=given["kind"],
                title=given["title"],
                slug=given["slug"],
                sides=sides,
                **subjects,
                **who,
            )
        else:
            row = Discrepancy.objects.get(pk=form.instance.pk)
            words = {name: given[name] for name in ("state", "explanation", "kind", "title")}
            services.decide_discrepancy(discrepancy=row, **words, **who)
            set_subjects(discrepancy=row, **subjects, **who)
            services.set_sides(discrepancy=row, sides=sides, **who)
        form.instance.__dict__.update(row.__dict__)


def _side(given: dict[str, Any]) -> Side:
    return Side(**{one.name: given[one.name] for one in fields(Side)})


@admin.register(DiscrepancySide)
class DiscrepancySideAdmin(ReadOnlyAdmin):
    """Every side of every disagreement."""

    list_display = ("says", "discrepancy", "source", "place", "is_disputed")
    list_filter = ("is_disputed",)
    list_select_related = ("discrepancy", "source")
    search_fields = ("says", "discrepancy__title", "source__title")
    why = "Sides are written on the page of their disagreement."
