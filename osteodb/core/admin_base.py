"""What every admin page of OsteoDB shares: doors to services, refusals at the form, no deleting.

A save goes through the app's services. A service that refuses rolls everything back, and the same
form is shown again with the refusal at the field it speaks of: never an error page, never a
"was changed successfully" after a refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from osteodb.core.admin_forms import SHORT_TEXTS, LinesField, RefusableForm, refuse
from osteodb.core.admin_locking import LocksForms
from osteodb.core.admin_undoing import UndoesChanges
from osteodb.core.errors import OsteoDBError
from osteodb.core.history import Entry, history_of
from osteodb.core.models import User

if TYPE_CHECKING:  # unfold carries no types; its classes are Django's with another look
    from django.contrib.admin import ModelAdmin, StackedInline, TabularInline

    BaseAdmin = ModelAdmin[Any]
    BaseTabular = TabularInline[Any, Any]
    BaseStacked = StackedInline[Any, Any]
else:
    from unfold.admin import ModelAdmin as BaseAdmin
    from unfold.admin import StackedInline as BaseStacked
    from unfold.admin import TabularInline as BaseTabular


REFUSED = "refused_comment"  # in the session: [page, what was typed], until the page is shown
SLUG_NOTE = "The address of its page. Made from the name where left empty; it never changes later."


def actor(request: HttpRequest) -> User:
    """The person at the keyboard. Raises PermissionDenied for nobody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def refused_comment(request: HttpRequest) -> str:
    """What was typed beside a button that was refused, to be typed no second time."""
    page, comment = request.session.get(REFUSED, ("", ""))
    if not page or not request.path.startswith(f"{page}/"):
        return ""
    del request.session[REFUSED]
    return str(comment)


def who_and_when(request: HttpRequest) -> dict[str, Any]:
    """`by` and `now` for a service called from a page."""
    return {"by": actor(request), "now": timezone.now()}


class RelationsByName:
    """Relations are found by typing, never picked from a list of thousands."""

    model: Any
    admin_site: Any
    short_lists: Sequence[str] = ()  # relations with a handful of choices, shown as a list

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Lists of words are typed one a line; an address without a scheme is https."""
        if isinstance(db_field, ArrayField) and not db_field.base_field.choices:
            return LinesField(
                label=capfirst(db_field.verbose_name),
                required=not db_field.blank,
                help_text=db_field.help_text or "One a line.",
            )
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Every editable relation to a model that can be searched."""
        return [
            field.name
            for field in [*self.model._meta.fields, *self.model._meta.many_to_many]
            if field.remote_field
            and field.editable
            and field.name not in self.short_lists
            and getattr(self.admin_site._registry.get(field.related_model), "search_fields", None)
        ]


@dataclass(frozen=True, slots=True)
class PostAction:
    """A button on a change page: one service call, by POST only.

    `run` takes the request, the row and the comment, and says what was done; where that leads to
    another page, it returns the redirect.
    """

    name: str
    label: str
    run: Callable[[HttpRequest, Any, str], str | HttpResponse]
    offered: Callable[[HttpRequest, Any], bool]
    ask: str = ""  # the question of its comment field; empty: no comment


class OsteoAdmin(RelationsByName, BaseAdmin):
    """A page of a model: searched by name, never deleted from, with its history in words."""

    form = RefusableForm
    actions = None
    list_per_page = 50
    show_full_result_count = False
    warn_unsaved_form = True
    list_fullwidth = True
    compressed_fields = False  # labels above fields: several fields fit on a line
    formfield_overrides = SHORT_TEXTS
    change_form_outer_before_template = "core/admin/before_form.html"
    list_before_template = "core/admin/before_list.html"
    object_history_template = "core/admin/history.html"
    why: str | Promise = ""  # a sentence above list and form: who owns these rows
    post_actions: Sequence[PostAction] = ()
    side_actions: Sequence[PostAction] = ()  # buttons that stand elsewhere on the page

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is ever lost: rows are corrected, superseded or marked, not deleted."""
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        """The form of this request (its class is made anew for each)."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.request = request
        return form  # type: ignore[no-any-return]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save, or show the form again with what a service refused. Nothing half-saved stays."""
        row = self.get_object(request, object_id) if object_id else None
        context = {
            **(extra_context or {}),
            **self.page_context(request, row),
            "notes": self.notes(request, row),
            "post_buttons": self._buttons(request, row),
            "refused_comment": refused_comment(request),
        }
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except OsteoDBError as error:
            if not hasattr(request, "osteodb_refusal"):
                refuse(request, error, "")
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except OsteoDBError as error:  # refused another way the second time: say it, save nothing
            messages.error(request, str(error))
            return HttpResponseRedirect(request.get_full_path())

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What the page of a row shows besides its form; `row` is None for a new one."""
        return {}

    def notes(self, request: HttpRequest, row: Any) -> list[str]:
        """Sentences above the form; `row` is None for a new one."""
        return [str(self.why)] if self.why else []

    # --- buttons ------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        """The usual addresses, and one for each button."""
        meta = self.opts
        return [
            path(
                "<int:object_id>/do/<slug:name>/",
                self.admin_site.admin_view(require_POST(self.post_action_view)),
                name=f"{meta.app_label}_{meta.model_name}_do",
            ),
            *super().get_urls(),
        ]

    def offered_actions(self) -> tuple[PostAction, ...]:
        """The buttons of this page."""
        return tuple(self.post_actions)

    def post_action_view(self, request: HttpRequest, object_id: int, name: str) -> HttpResponse:
        """Do what a button says, and return to the page with a sentence about it."""
        row = self.get_object(request, str(object_id))
        actions = (*self.offered_actions(), *self.side_actions)
        action = next((one for one in actions if one.name == name), None)
        if row is None or action is None or not self.has_view_permission(request, row):
            raise PermissionDenied
        if not action.offered(request, row):
            raise PermissionDenied
        comment = request.POST.get("comment", "").strip()
        try:
            said = action.run(request, row, comment)
        except OsteoDBError as error:
            messages.error(request, str(error))
            request.session[REFUSED] = [request.path.rsplit("/do/")[0], comment]
            return HttpResponseRedirect(self.after_refusal(request, row))
        if isinstance(said, HttpResponse):
            return said
        messages.success(request, said)
        return HttpResponseRedirect(self._change_url(row))

    def after_refusal(self, request: HttpRequest, row: Any) -> str:
        """The page that tells what was refused: the row's own."""
        return self._change_url(row)

    def _buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        if row is None or not self.has_view_permission(request, row):
            return []
        meta = self.opts
        return [
            {
                "action": action,
                "seen": getattr(row, "updated_at", None),
                "url": reverse(
                    f"admin:{meta.app_label}_{meta.model_name}_do", args=[row.pk, action.name]
                ),
            }
            for action in self.offered_actions()
            if action.offered(request, row)
        ]

    def _change_url(self, row: Model) -> str:
        meta = self.opts
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])

    # --- history ------------------------------------------------------------------------------
    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Who changed what, and when, in words."""
        row = self.get_object(request, object_id)
        if row is None or not self.has_view_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {row}",
            "entries": self.offered_undoing(request, row, self.history(row)),
            "object": row,
            "opts": self.opts,
            "change_url": self._change_url(row),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def offered_undoing(self, request: HttpRequest, row: Any, entries: list[Entry]) -> list[Entry]:
        """The entries, those with the way to undo them that this person may undo here."""
        return entries

    def history(self, row: Any) -> list[Entry]:
        """The entries of the history page: the row's own, and those of its inlines' rows."""
        return history_of(row, self.history_parts())

    def history_parts(self) -> list[tuple[type[Model], str]]:
        """What belongs to a row of this page: (table of an inline, name of its key to the row)."""
        parts = []
        for inline in self.inlines:
            keys = [
                one.name
                for one in inline.model._meta.fields
                if one.remote_field and one.related_model is self.model
            ]
            name = inline.fk_name or (keys[0] if keys else "")
            if name:
                parts.append((inline.model, name))
        return parts


class KeepsItsSlug:
    """A slug is a permanent address: given once, read-only afterwards."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The slug is read-only once the row exists."""
        fixed = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        return (*fixed, "slug") if obj else tuple(fixed)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The slug may be left empty: the service makes it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and db_field.name == "slug":
            field.required, field.help_text = False, SLUG_NOTE
        return field


class ServiceAdmin(LocksForms, UndoesChanges, OsteoAdmin):
    """A page whose saves are service calls: `create` and `update` say which."""

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Make the row from the form's values. Raises an OsteoDBError to refuse."""
        raise NotImplementedError

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Change the stored row to the form's values. Raises an OsteoDBError to refuse."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Call the service instead of saving the form's row."""
        given = dict(form.cleaned_data)
        if change:
            self.refuse_changed_meanwhile(request, obj, form)
            row = self.model._default_manager.get(pk=obj.pk)
            self.update(request, row, given, **who_and_when(request))
        else:
            made = self.create(request, given, **who_and_when(request))
            obj.__dict__.update(made.__dict__)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The inlines, each by its own services; many-to-many fields are the services' work."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Hand an inline's forms to the inline."""
        formset.new_objects = [one.instance for one in touched(formset) if not one.instance.pk]
        formset.changed_objects = [
            (one.instance, one.changed_data) for one in touched(formset) if one.instance.pk
        ]
        formset.deleted_objects = []
        formset.inline.write_all(request, form.instance, formset)


def touched(formset: Any) -> list[Any]:
    """The forms of an inline that somebody filled in or changed."""
    return [one for one in formset.forms if one.has_changed() and one.cleaned_data]


class InlinePart(RelationsByName):
    """What all inlines share: they know their request, and no row is removed."""

    extra = 0
    form: Any = RefusableForm
    compressed_fields = False
    formfield_overrides: Any = SHORT_TEXTS
    show_change_link = False
    show_count = True
    can_delete = False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The formset class, knowing its request and this inline."""
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]
        formset.form.request = request
        formset.inline = self
        return formset

    def write_all(self, request: HttpRequest, parent: Any, formset: Any) -> None:
        """Write every touched form; a refusal is remembered with the form it belongs to."""
        not_mine = {formset.fk.name, self.model._meta.pk.name, "DELETE"}
        for form in touched(formset):
            given = {key: form.cleaned_data[key] for key in form.cleaned_data.keys() - not_mine}
            pk = form.instance.pk
            row = self.model._default_manager.get(pk=pk) if pk else None
            try:
                self.write(parent, row, given, **who_and_when(request))
            except OsteoDBError as error:
                refuse(request, error, form.prefix)
                raise

    def write(self, parent: Any, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Write one row by a service; `row` is the stored one, None for a new one."""
        raise NotImplementedError


class OsteoTabularInline(InlinePart, BaseTabular):
    """Rows of another table below a form, one a line."""


class OsteoStackedInline(InlinePart, BaseStacked):
    """Rows of another table below a form, one a block."""


class ReadOnlyPart:
    """Rows a page may show and nobody may edit there."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: somebody else writes these rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: somebody else writes these rows."""
        return False


class ReadOnlyInline(ReadOnlyPart, OsteoTabularInline):
    """Rows of another table, shown only."""

    per_page: int | None = 20


class ReadOnlyAdmin(ReadOnlyPart, OsteoAdmin):
    """A model that is read here and written elsewhere; `why` says where."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: `why` says who writes these rows."""
        return False
