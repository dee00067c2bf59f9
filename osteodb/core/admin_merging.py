"""The pages on which two reference rows are found to be one, and are taken apart again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from osteodb.core.admin_base import PostAction, who_and_when
from osteodb.core.errors import Conflict, OsteoDBError
from osteodb.core.history import NOTHING, told, value_of
from osteodb.core.merged import kept_of
from osteodb.core.merging import link_counts, merge_in_force, merges_of
from osteodb.core.undoing import Was

FROM_HISTORY = "Undone from its history."
MOST = 20  # rows to choose from: who sees more types more letters


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison: what each side says."""

    label: str
    absorbed: str
    kept: str

    @property
    def differs(self) -> bool:
        """Whether both say something, and not the same."""
        return self.absorbed != self.kept and NOTHING not in (self.absorbed, self.kept)


class MergesRows:
    """A model whose rows may be merged. `merge` and `unmerge` are the services that do it."""

    model: Any
    opts: Any
    admin_site: Any
    merge: Callable[..., Any]
    unmerge: Callable[..., Any]

    # --- what an absorbed row may still do --------------------------------------------------------
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row that was merged into another is shown read only: what is said of it is said there.

        A form that was open when it was merged is refused by the service, with what was typed.
        """
        may = super().has_change_permission(request, obj)  # type: ignore[misc]
        is_open = obj is None or obj.merged_into_id is None or request.method == "POST"
        return bool(may and is_open)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """With a filter by whether a row was merged into another."""
        return [*super().get_list_filter(request), ("merged_into", admin.EmptyFieldListFilter)]  # type: ignore[misc]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, term: str
    ) -> tuple[Any, bool]:
        """A box that suggests offers no row that was merged into another."""
        found, may_repeat = super().get_search_results(request, queryset, term)  # type: ignore[misc]
        if request.path.endswith("/autocomplete/"):
            found = found.filter(merged_into=None)
        return found, may_repeat

    def notes(self, request: HttpRequest, row: Any) -> list[str]:
        """What was merged into what, and where that can be taken back."""
        said: list[str] = super().notes(request, row)  # type: ignore[misc]
        if row is None:
            return said
        one = merge_in_force(row) if row.merged_into_id else None
        if one:
            line = "Merged into <a class='underline' href='{}'>{}</a> on {} by {}: “{}”"
            kept = kept_of(row)
            when = f"{one.merged_at:%Y-%m-%d}"
            page = self._page(kept, "change")
            said = [*said, format_html(line, page, kept, when, one.merged_by, one.reason)]
        for other in merges_of(row):
            line = "<a class='underline' href='{}'>{}</a> was merged into this row on {}: “{}”"
            url = reverse(self._name("change"), args=[other.absorbed_id])
            when = f"{other.merged_at:%Y-%m-%d}"
            said = [*said, format_html(line, url, other.absorbed_label, when, other.reason)]
        return said

    # --- buttons ------------------------------------------------------------------------------
    def offered_actions(self) -> tuple[PostAction, ...]:
        """The usual buttons, the way to the page that merges, and the way back."""
        usual: tuple[PostAction, ...] = super().offered_actions()  # type: ignore[misc]
        back = "Why? Say what shows that these are two."
        return (
            *usual,
            PostAction("merge", "Merge into…", self._to_merge_page, self._may_merge),
            PostAction(
                "unmerge", "Take the merge back", self._take_back, self._may_take_back, back
            ),
        )

    def _may_merge(self, request: HttpRequest, row: Any) -> bool:
        return row.merged_into_id is None and self.has_change_permission(request, row)

    def _may_take_back(self, request: HttpRequest, row: Any) -> bool:
        return row.merged_into_id is not None and self.has_change_permission(request)

    def _to_merge_page(self, request: HttpRequest, row: Any, _comment: str) -> HttpResponse:
        return HttpResponseRedirect(self._page(row, "merge"))

    def _take_back(self, request: HttpRequest, row: Any, comment: str) -> str:
        one = merge_in_force(row)
        if one is None:
            return f"{row} stands alone already."
        undone = self.unmerge(merge=one, reason=comment, **who_and_when(request))
        said = f"{row} stands alone again; {undone.returned} links returned to it."
        if undone.stayed:
            said += f" Changed since, and left as they are: {'; '.join(undone.stayed)}."
        return said

    # --- the history --------------------------------------------------------------------------
    def undoable(self, request: HttpRequest, row: Any) -> set[str]:
        """Of a row that was merged: the merge. Before anything else of it, that is taken back."""
        if self._may_take_back(request, row):
            return {"merged_into"}
        found: set[str] = super().undoable(request, row)  # type: ignore[misc]
        return found

    def undo_change(self, request: HttpRequest, row: Any, change: dict[str, Was]) -> str:
        """Take the merge back, where the change is the one that merged the row."""
        if "merged_into" not in change:
            return str(super().undo_change(request, row, change))  # type: ignore[misc]
        if change["merged_into"].after is None:
            raise Conflict("This took a merge back: merge the two again on the row's page.")
        if change["merged_into"].before is not None:
            raise Conflict("This followed from another merge: take that one back.")
        return self._take_back(request, row, FROM_HISTORY)

    # --- the page that merges ---------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        """The usual addresses, and that of the page that merges."""
        view = self.admin_site.admin_view(self.merge_view)
        name = self._name("merge").removeprefix("admin:")
        return [
            path("<int:object_id>/merge/", view, name=name),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def merge_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Choose the row that stays, see both side by side, and merge by POST."""
        row = self.model._default_manager.filter(pk=object_id).first()
        if row is None or not self._may_merge(request, row):
            raise PermissionDenied
        into = self._chosen(request, row)
        reason, refusal = request.POST.get("reason", ""), ""
        if request.method == "POST" and into is not None:
            try:
                one = self.merge(absorbed=row, into=into, reason=reason, **who_and_when(request))
            except OsteoDBError as error:
                refusal = str(error)
            else:
                messages.success(request, _done(one, row, into))
                return HttpResponseRedirect(self._page(into, "change"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Merge {row} into another {self.opts.verbose_name}",
            "opts": self.opts,
            "row": row,
            "into": into,
            "reason": reason,
            "refusal": refusal,
            "question": request.GET.get("q", ""),
            "found": self._found(request, row) if into is None else [],
            "change_url": self._page(row, "change"),
            "lines": self._lines(request, row, into) if into else [],
            "counts": _counts(row, into) if into else [],
        }
        return TemplateResponse(request, "core/admin/merge.html", context)

    def _chosen(self, request: HttpRequest, row: Model) -> Any:
        key = request.POST.get("into") or request.GET.get("into") or ""
        rows = self.model._default_manager.filter(merged_into=None).exclude(pk=row.pk)
        return rows.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None

    def _found(self, request: HttpRequest, row: Model) -> list[Any]:
        """Rows that answer to the question; without one, none."""
        question = request.GET.get("q", "").replace("\x00", "").strip()
        if not question:
            return []
        rows = self.model._default_manager.filter(merged_into=None).exclude(pk=row.pk)
        found, may_repeat = self.get_search_results(request, rows, question)
        return list((found.distinct() if may_repeat else found)[:MOST])

    def _lines(self, request: HttpRequest, row: Any, into: Any) -> list[Line]:
        """Every field of the form, as both sides have it."""
        fieldsets: Any = self.get_fieldsets(request, row)  # type: ignore[attr-defined]
        lines = []
        for name in flatten_fieldsets(fieldsets):
            try:
                one = self.model._meta.get_field(name)
            except FieldDoesNotExist:
                continue
            sides = [told(one, value_of(side, name)) for side in (row, into)]
            lines.append(Line(str(one.verbose_name), *sides))
        return lines

    def _name(self, page: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"

    def _page(self, row: Model, page: str) -> str:
        return reverse(self._name(page), args=[row.pk])


def _counts(row: Model, into: Model) -> list[tuple[str, int, int]]:
    """(kind of link, how many are to be moved, how many the kept row has)."""
    ours, theirs = link_counts(row), link_counts(into)
    return [(kind, ours.get(kind, 0), theirs.get(kind, 0)) for kind in sorted(ours | theirs)]


def _done(merge: Any, row: Model, into: Model) -> str:
    said = f"{row} is merged into {into}: {len(merge.moved)} links moved."
    if merge.left:
        said += f" {len(merge.left)} stayed behind, for {into} has the same already."
    return f"{said} It can be taken back on the page of {row}."
