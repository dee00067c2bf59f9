"""A curator's value for a field that registries own: set with a reason, released with one."""

from __future__ import annotations

import typing
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import capfirst
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from osteodb.core.admin_base import PostAction, ServiceAdmin, who_and_when
from osteodb.core.admin_forms import RefusableForm
from osteodb.core.errors import InvalidInput
from osteodb.core.history import NOTHING
from trials import services
from trials.admin.said import other_words, others_of, said_about, value_words
from trials.known_differences import rule_of
from trials.models import FieldOverride, Trial
from trials.reconcile import FIELD_KINDS
from trials.registries.base import TrialFields

TYPES: dict[str, Any] = typing.get_type_hints(TrialFields)
FIELDS = [(name, capfirst(name.replace("_", " "))) for name in FIELD_KINDS]
YES_NO = {"yes": True, "no": False}


def value_from_text(field: str, text: str) -> Any:
    """What was typed as the neutral value of a field: lines of a list, a number, yes or no; nothing
    for "not reported". What cannot be told apart is left to the service to refuse."""
    kind, text = TYPES.get(field, str), text.strip()
    if kind == tuple[str, ...]:
        return [line.strip() for line in text.splitlines() if line.strip()]
    if not text:
        return "" if kind is str else None
    if kind == int | None:
        return int(text) if text.isdecimal() else text
    return YES_NO.get(text.lower(), text) if kind == bool | None else text


def how_to_write(field: str) -> str:
    """How a value of this field is typed, and which values there are."""
    column: Any = Trial._meta.get_field(field)
    kind = TYPES[field]
    choices = getattr(column, "base_field", column).choices
    known = f" One of: {', '.join(str(value) for value, _label in choices)}." if choices else ""
    if kind == tuple[str, ...]:
        return f"One a line.{known}"
    if kind == bool | None:
        return "yes or no."
    if kind == int | None:
        return "A number."
    return f"As text.{known}" if "date" not in field or known else "yyyy, yyyy-mm or yyyy-mm-dd."


class OverrideForm(RefusableForm):
    """A field, what it is to say, and why."""

    field = forms.ChoiceField(choices=FIELDS, widget=UnfoldAdminSelectWidget)
    value = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="As text; a list one a line; yes or no. Empty: not reported.",
    )

    class Meta:
        model = FieldOverride
        fields = ("trial", "field", "value", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.data.get("field") or self.initial.get("field")
        if field in FIELD_KINDS:
            self.fields["value"].help_text = f"{how_to_write(field)} Empty: not reported."


def _may_release(request: HttpRequest, override: FieldOverride) -> bool:
    return override.released_at is None and request.user.has_perm("trials.change_fieldoverride")


def _release(request: HttpRequest, override: FieldOverride, reason: str) -> str:
    services.release_override(override=override, reason=reason, **who_and_when(request))
    return f"Released: what the registries say about {override.field} stands again."


@admin.register(FieldOverride)
class FieldOverrideAdmin(ServiceAdmin):
    """What a curator set instead of a registry's value."""

    list_display = (
        "trial", "field", "value_text", "registries_say", "reason", "created_by", "released_at",
    )  # fmt: skip
    list_filter = (("released_at", admin.EmptyFieldListFilter), "field")
    list_select_related = ("trial", "created_by")
    search_fields = ("trial__public_id", "trial__identifiers__value", "field", "reason")
    why = "The sync leaves such a field alone and keeps what the registry says beside it."
    post_actions = (
        PostAction(
            "release", "Release: let the registries' value stand again", _release, _may_release,
            "Why is it no longer needed?",
        ),
    )  # fmt: skip

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, each row with what registries say instead: one query for the page."""
        changelist = super().get_changelist_instance(request)
        others = others_of([row.trial.head for row in changelist.result_list])
        for row in changelist.result_list:
            row.others = others.get((row.trial.head, rule_of(row.field).told), [])
        return changelist

    @admin.display(description="registries say")
    def registries_say(self, override: Any) -> Any:
        """The differing values, each with its record; none once it is released."""
        in_force = override.released_at is None
        return (other_words(override.others) or NOTHING) if in_force else NOTHING

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """None is rewritten: it is released, and another one set."""
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The questions of a new one."""
        if obj is None:
            kwargs["form"] = OverrideForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """What is asked for a new one; all there is of one on record."""
        if obj is None:
            return ("trial", "field", "value", "reason")
        return (
            "trial", "field", "value_text", "reason", ("created_by", "created_at"),
            ("released_by", "released_at"),
        )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The value in words, of one on record."""
        return ("value_text",) if obj else ()

    def notes(self, request: HttpRequest, row: Any) -> list[str]:
        """What the trial shows now and what each origin says, beside the question."""
        trial, field = (row.trial, row.field) if row else _asked_for(request)
        found = [str(self.why)]
        if trial is not None and field in FIELD_KINDS:
            found += [format_html("{}: {}", who, what) for who, what in said_about(trial, field)]
        return found

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Set the field and lock it."""
        value = value_from_text(given["field"], given["value"])
        try:
            return services.override_field(**{**given, "value": value}, **who)
        except InvalidInput as error:
            raise _at_its_field(error, given["field"]) from error

    @admin.display(description="value")
    def value_text(self, override: FieldOverride) -> str:
        """The curator's value."""
        return value_words(override.value)


def _asked_for(request: HttpRequest) -> tuple[Trial | None, str]:
    """The trial and the field that the address or the form names."""
    given = request.POST or request.GET
    number = given.get("trial", "")
    trial = Trial.objects.filter(pk=number).first() if number.isdecimal() else None
    return trial, given.get("field", "")


def _at_its_field(error: InvalidInput, field: str) -> InvalidInput:
    """A refusal of the column, shown at the value that was typed."""
    fields = {"value" if name == field else name: said for name, said in error.fields.items()}
    return InvalidInput(str(error), error.problems, fields=fields)
