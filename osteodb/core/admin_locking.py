"""Two people in one form: the second is shown what the first has stored, and decides.

A form carries a mark of the row and its inlines' rows as they were when it was shown. Saved with a
mark that no longer fits, nothing is stored: the form comes back with everything typed, beside what
is stored now and who stored it, and a fresh mark, so that saving again is a deliberate step.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from osteodb.core.errors import Conflict
from osteodb.core.history import Entry, told, value_of

MARK = "row_as_seen"


class ChangedMeanwhile(Conflict):
    """Somebody has changed the row, or one of its parts, since the form was shown."""


@dataclass(frozen=True, slots=True)
class Differing:
    """A field of a form that says something else than what is stored now."""

    label: str
    stored: str
    typed: str
    by: str


def mark_of(row: Model, names: Collection[str], parts: Iterable[QuerySet[Any]] = ()) -> str:
    """A mark of what is stored of these fields and relations of a row, and of its parts."""
    found = hashlib.sha256()
    mine = [one.attname for one in row._meta.concrete_fields if one.name in names]
    found.update(repr(type(row)._base_manager.filter(pk=row.pk).values_list(*mine).get()).encode())
    for rows in parts:
        columns = [one.attname for one in rows.model._meta.concrete_fields if not one.generated]
        found.update(repr(sorted(rows.order_by().values_list("pk", *columns))).encode())
    for relation in row._meta.many_to_many:
        if relation.name in names:
            keys = getattr(row, relation.name).order_by().values_list("pk", flat=True)
            found.update(repr(sorted(keys)).encode())
    return found.hexdigest()


class LocksForms:
    """A page whose form is refused where the row was changed since the form was shown."""

    model: Any
    change_form_before_template = "core/admin/seen.html"

    def refuse_changed_meanwhile(self, request: HttpRequest, row: Any, form: Any) -> None:
        """Lock the row and raise ChangedMeanwhile where the form's mark no longer fits."""
        if "seen" in form.fields:  # a form with a lock of its own
            return
        self.model._base_manager.select_for_update().get(pk=row.pk)
        if request.POST.get(MARK, "") != self._mark(request, row):
            request.osteodb_stale = True  # type: ignore[attr-defined]
            raise ChangedMeanwhile(
                "Somebody has changed this since you opened it, and nothing was saved. What you "
                "typed is still here: compare, mend, and save again."
            )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The form with its mark: of now where it is fresh, else the one it was sent with."""
        row = kwargs.get("obj")
        if row is not None and kwargs.get("change") and self._locks(request, row, context):
            stale = getattr(request, "osteodb_stale", False)
            is_fresh = stale or request.method != "POST" or MARK not in request.POST
            context["row_as_seen"] = self._mark(request, row) if is_fresh else request.POST[MARK]
            if stale:
                context["differing"] = list(self._differing(row, context))
                context["meanwhile"] = self._history(row)[:5]
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc,no-any-return]

    def _locks(self, request: HttpRequest, row: Any, context: dict[str, Any]) -> bool:
        """Whether this form can be saved, and has no lock of its own."""
        admin: Any = self
        own = "seen" in context["adminform"].form.fields
        return not own and bool(admin.has_change_permission(request, row))

    def _mark(self, request: HttpRequest, row: Model) -> str:
        """A mark of what this form can change: what a sync does beside it is no matter."""
        admin: Any = self
        form = admin.get_form(request, row, change=True)
        open_ones = {
            one.model
            for one in admin.get_inline_instances(request, row)
            if one.has_add_permission(request, row) or one.has_change_permission(request, row)
        }
        parts = (
            model._base_manager.filter(**{key: row.pk})
            for model, key in admin.history_parts()
            if model in open_ones
        )
        return mark_of(row, form.base_fields.keys(), parts)

    def _history(self, row: Any) -> list[Entry]:
        admin: Any = self
        return list(admin.history(row))

    def _differing(self, row: Any, context: dict[str, Any]) -> Iterator[Differing]:
        """What the form and its inlines say otherwise than what is stored, with who stored it."""
        last: dict[str, str] = {}
        for entry in reversed(self._history(row)):
            for change in entry.changes:
                last[change.label] = f"{entry.actor}, {entry.at:%Y-%m-%d %H:%M}"
        stored = self.model._default_manager.get(pk=row.pk)
        yield from _differences(context["adminform"].form, stored, ("", ""), last)
        for shown in context["inline_admin_formsets"]:
            rows = {one.pk: one for one in shown.formset.get_queryset()}
            for form in shown.formset.initial_forms:
                part = rows.get(form.instance.pk)
                if part is not None:
                    fresh = type(part)._default_manager.get(pk=part.pk)
                    of = (f"{fresh}: ", shown.formset.fk.name)
                    yield from _differences(form, fresh, of, last)


def _differences(
    form: Any, stored: Any, of: tuple[str, str], last: dict[str, str]
) -> Iterator[Differing]:
    """Field by field; `of` is what the labels begin with, and the key to the whole."""
    begins, owner = of
    cleaned = getattr(form, "cleaned_data", {})
    for one in (*stored._meta.fields, *stored._meta.many_to_many):
        if one.primary_key or one.name == owner or one.name not in cleaned:
            continue
        values = (value_of(stored, one.name), cleaned[one.name])
        now, typed = (told(one, each) for each in values)
        if now != typed:
            label = str(one.verbose_name)
            yield Differing(f"{begins}{label}", now, typed, last.get(label, ""))
