"""Lists of work in the admin: who has what, what was said about it, and the buttons for both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from osteodb.core.admin_base import PostAction, actor, who_and_when
from osteodb.core.admin_words import one_line
from osteodb.core.errors import InvalidInput
from osteodb.core.models import User
from osteodb.core.work import (
    assign_work,
    assigned,
    comment_on,
    discussion_of,
    in_words,
    may_work,
    people_for,
    take_all,
    unassigned,
    what_was_said,
    work_of,
)

NOBODY = "—"


class AssignedFilter(admin.SimpleListFilter):
    """Whose work: mine, nobody's, anybody's."""

    title = "assigned to"
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The three questions a person asks of a list of work."""
        return [("me", "me"), ("nobody", "nobody"), ("anybody", "anybody")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """The rows of whom was asked for; all where nobody was."""
        if self.value() == "me":
            return assigned(queryset, actor(request))
        if self.value() == "anybody":
            return assigned(queryset)
        return unassigned(queryset) if self.value() == "nobody" else queryset


def _works(request: HttpRequest, row: Model) -> bool:
    return may_work(actor(request), type(row))


def _holder(row: Model) -> User | None:
    held = work_of([row]).get(row.pk)
    return held.assignee if held else None


def _take(request: HttpRequest, row: Model, comment: str) -> str:
    assign_work(row=row, assignee=actor(request), comment=comment, **who_and_when(request))
    return "It is yours now."


def _give_back(request: HttpRequest, row: Model, comment: str) -> str:
    assign_work(row=row, assignee=None, comment=comment, **who_and_when(request))
    return "Given back: nobody has it now."


def _give(request: HttpRequest, row: Model, comment: str) -> str:
    number = request.POST.get("person", "")
    person = people_for(type(row)).filter(pk=number).first() if number.isdecimal() else None
    if person is None:
        raise InvalidInput("Choose the person it goes to.")
    assign_work(row=row, assignee=person, comment=comment, **who_and_when(request))
    return f"{person} has it now."


def _comment(request: HttpRequest, row: Model, comment: str) -> str:
    comment_on(row=row, text=comment, **who_and_when(request))
    return "Your comment is on record."


class WorkQueue:
    """A list of work: a column and a filter of who has it, buttons on the page, the discussion.

    Stands before the page's own class: `class PairAdmin(WorkQueue, ReadOnlyAdmin)`.
    """

    model: Any
    opts: Any
    actions: Any = ("assign_to_me",)
    change_form_outer_after_template = "core/admin/work.html"
    side_actions: Sequence[PostAction] = (
        PostAction("take", "I take it", _take, _works),
        PostAction("give-back", "Give it back", _give_back, _works),
        PostAction("give", "Give it", _give, _works),
        PostAction("comment", "Comment", _comment, _works),
    )

    def discussed(self, row: Any) -> list[Model]:
        """The rows whose record is the discussion of this one: itself, and what it belongs to."""
        return [row]

    def has_work_permission(self, request: HttpRequest) -> bool:
        """Whether this person works here; the bulk action asks."""
        return may_work(actor(request), self.model)

    def get_list_display(self, request: HttpRequest) -> Any:
        """With who has it."""
        return [*super().get_list_display(request), "assigned_to"]  # type: ignore[misc]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """With whose work."""
        return [AssignedFilter, *super().get_list_filter(request)]  # type: ignore[misc]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, each row knowing who has it: one query for the page."""
        changelist = super().get_changelist_instance(request)  # type: ignore[misc]
        found = work_of(list(changelist.result_list))
        for row in changelist.result_list:
            row.work = found.get(row.pk)
        return changelist

    @admin.display(description="assigned to")
    def assigned_to(self, row: Any) -> str:
        """Who has it."""
        held = getattr(row, "work", None)
        return one_line(str(held.assignee)) if held and held.assignee else NOBODY

    @admin.action(description="Assign to me", permissions=["work"])
    def assign_to_me(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        """Take the ticked rows that nobody else has."""
        taken, left = take_all(rows=queryset, **who_and_when(request))
        messages.success(request, f"{taken} of {taken + left} are yours now.")
        if left:
            messages.warning(request, f"{left} were left: somebody else has them.")

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """With who has it and what was said and decided so far."""
        work = self._work(request, row) if row else None
        return {**super().page_context(request, row), "work": work}  # type: ignore[misc]

    def _work(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        me, holder = actor(request), _holder(row)
        works = may_work(me, type(row))
        return {
            "holder": holder,
            "mine": holder == me,
            "works": works,
            "people": [one for one in people_for(type(row)) if one != holder] if works else [],
            "urls": {one.name.replace("-", "_"): self._url(row, one) for one in self.side_actions},
            "entries": [
                (event, in_words(event), what_was_said(event))
                for event in discussion_of(self.discussed(row))
            ],
        }

    def _url(self, row: Any, action: PostAction) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_do"
        return reverse(name, args=[row.pk, action.name])
