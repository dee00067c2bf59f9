"""The history page's button "Undo this change": the same service door as the form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from osteodb.core.errors import Conflict, OsteoDBError
from osteodb.core.history import Entry, value_of
from osteodb.core.undoing import Was, change_of, refuse_changed_since, value_before


class UndoesChanges:
    """A page whose changes can be undone one by one, from the row's history.

    Only what the form could set is undone; what follows from it (a path in a tree) follows again.
    """

    model: Any
    opts: Any
    admin_site: Any
    update: Callable[..., None]

    def get_urls(self) -> list[URLPattern]:
        """The usual addresses, and the one that undoes a change."""
        view = self.admin_site.admin_view(require_POST(self.undo_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_undo"
        return [
            path("<int:object_id>/history/<int:event>/undo/", view, name=name),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def offered_undoing(self, request: HttpRequest, row: Any, entries: list[Entry]) -> list[Entry]:
        """The entries, those that this person may undo with the way to it."""
        names = self.undoable(request, row)
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_undo"
        return [
            replace(one, undo_url=reverse(page, args=[row.pk, one.event]))
            if one.event and names & {change.name for change in one.changes}
            else one
            for one in entries
        ]

    def undoable(self, request: HttpRequest, row: Any) -> set[str]:
        """The fields whose changes this person may undo: those of the form, where they may save it
        and all of it is the row's own."""
        admin: Any = self
        if not admin.has_change_permission(request, row):
            return set()
        form = admin.get_form(request, row, change=True)
        names = set(form.base_fields)
        fields = {one.name for one in row._meta.get_fields()}
        return names if names <= fields else set()

    def undo_view(self, request: HttpRequest, object_id: int, event: int) -> HttpResponse:
        """Undo one change, and return to the history with a sentence about it."""
        admin: Any = self
        row = admin.get_object(request, str(object_id))
        if row is None or not admin.has_view_permission(request, row):
            raise PermissionDenied
        try:
            with transaction.atomic():
                messages_said = self._undo(request, object_id, event)
        except OsteoDBError as error:
            messages.error(request, f"Not undone. {error}")
        else:
            messages.success(request, messages_said)
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_history"
        return HttpResponseRedirect(reverse(page, args=[object_id]))

    def _undo(self, request: HttpRequest, object_id: int, event: int) -> str:
        """Under a lock, so that of two people who undo at once one is told that it is done."""
        row = self.model._base_manager.select_for_update().get(pk=object_id)
        may = self.undoable(request, row)
        if not may:
            raise PermissionDenied
        change = change_of(row, event)
        names = may & change.keys()
        if not names:
            raise Conflict("It is undone already, or followed from something else.")
        return self.undo_change(request, row, {name: change[name] for name in sorted(names)})

    def undo_change(self, request: HttpRequest, row: Any, change: dict[str, Was]) -> str:
        """Set the fields of a change back by the service that the form calls; says what was done.

        Raises Conflict where a field was changed again since, and whatever the service refuses.
        """
        refuse_changed_since(row, change, change.keys())
        admin: Any = self
        form = admin.get_form(request, row, change=True)
        given = {name: value_of(row, name) for name in form.base_fields}
        given |= {name: value_before(row, name, was) for name, was in change.items()}
        self.update(request, row, given, by=request.user, now=timezone.now())
        told = ", ".join(str(row._meta.get_field(name).verbose_name) for name in change)
        return f"Undone: {told} of {row} as before."
