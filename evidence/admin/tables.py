"""Tables out of a spreadsheet: uploaded, looked at row by row, applied whole or left."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponseRedirect
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from evidence.services import tables
from osteodb.core.admin_base import PostAction, ServiceAdmin, who_and_when
from osteodb.core.admin_forms import RefusableForm
from osteodb.core.models import TableKind, TableUpload, TableUploadState
from osteodb.core.table_plans import CHANGED, NEW, REFUSED, UNCHANGED
from osteodb.core.tables import LARGEST_FILE, MOST_ROWS

MAY = {  # what somebody needs to be allowed in order to apply a table of a kind
    TableKind.AGENTS: ("therapies.add_agent", "therapies.change_agent", "therapies.add_agentname"),
    TableKind.TARGETS: ("therapies.add_target", "therapies.change_target"),
    TableKind.MEASUREMENTS: ("evidence.add_evidenceversion", "evidence.change_evidenceversion"),
}
KINDS = [(kind, TableKind(kind).label) for kind in tables.TABLES]
WORDS = {NEW: "new", CHANGED: "changed", UNCHANGED: "unchanged", REFUSED: "refused"}


class TableForm(RefusableForm):
    """What the rows are, and the file."""

    kind = forms.ChoiceField(choices=KINDS, widget=UnfoldAdminSelectWidget, label="What it holds")
    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget,
        help_text=f"CSV in UTF-8 or XLSX, at most {LARGEST_FILE // 1024**2} MiB and {MOST_ROWS:,} "
        "rows, with the columns of an export. A column that is left out says nothing; an empty "
        "cell empties its field; a name that is not listed stays.",
    )

    class Meta:
        model = TableUpload
        fields: ClassVar[list[str]] = []


def _undecided(request: HttpRequest, upload: TableUpload) -> bool:
    waits = upload.state == TableUploadState.PREVIEWED
    return waits and request.user.has_perm("core.change_tableupload")


def _applicable(request: HttpRequest, upload: TableUpload) -> bool:
    counts = tables.counts_of(upload)
    would = not counts[REFUSED] and bool(counts[NEW] + counts[CHANGED])
    may = request.user.has_perms(MAY.get(TableKind(upload.kind), ()))
    return would and may and _undecided(request, upload)


def _apply(request: HttpRequest, upload: TableUpload, _comment: str) -> str:
    counts = tables.counts_of(tables.apply_table(upload=upload, **who_and_when(request)))
    return f"Applied: {counts[NEW]} new, {counts[CHANGED]} changed."


def _discard(request: HttpRequest, upload: TableUpload, _comment: str) -> str:
    tables.discard_table(upload=upload, **who_and_when(request))
    return "Discarded: nothing of this table is applied."


def _again(request: HttpRequest, upload: TableUpload, _comment: str) -> str:
    tables.preview_table_again(upload=upload, **who_and_when(request))
    return "Previewed again."


@admin.register(TableUpload)
class TableUploadAdmin(ServiceAdmin):
    """Uploaded tables: what each would change, and what became of it."""

    list_display = ("file_name", "kind", "state", "uploaded_by", "uploaded_at", "decided_by")
    list_filter = ("state", "kind")
    list_select_related = ("uploaded_by", "decided_by")
    search_fields = ("file_name", "sha256")
    ordering = ("-id",)
    change_form_outer_before_template = "evidence/admin/table.html"
    why = (
        "A table is read and rehearsed first: nothing of it is applied before somebody has seen "
        "what it would do and says so. It is applied whole, or not at all."
    )
    post_actions = (
        PostAction("apply", "Apply", _apply, _applicable),
        PostAction("again", "Preview again", _again, _undecided),
        PostAction("discard", "Discard", _discard, _undecided),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never rewritten: applied or discarded."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without the rows, of which a table may hold thousands."""
        return super().get_queryset(request).select_related(*self.list_select_related).defer("rows")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Kind and file of a new one."""
        if obj is None:
            kwargs["form"] = TableForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """What is asked for a new one; who did what of one on record."""
        if obj is None:
            return ("kind", "file")
        return (
            ("kind", "file_name", "state"), "sha256", ("uploaded_by", "uploaded_at"),
            ("decided_by", "decided_at"),
        )  # fmt: skip

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """The preview first."""
        context = {
            **super().page_context(request, row),
            "show_save_and_add_another": False,
            "show_save_and_continue": False,  # saving leads to the preview in any case
        }
        if row is not None and self.has_view_permission(request, row):
            counts = tables.counts_of(row)
            context["counts"] = [(words, counts[one]) for one, words in WORDS.items()]
            context["table_rows"] = _shown(row)
        return context

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Read and rehearse the file."""
        content = given["file"].read(LARGEST_FILE + 1)
        return tables.upload_table(
            kind=given["kind"], content=content, file_name=given["file"].name, **who
        )

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        """To the preview."""
        messages.success(request, "The table was read. Nothing is applied before you say so.")
        return HttpResponseRedirect(self._change_url(obj))


def _shown(upload: TableUpload) -> list[dict[str, Any]]:
    """The rows of the preview that would do something, refused ones first; the rest is counted."""
    order = (REFUSED, CHANGED, NEW)
    rows = [row for row in upload.preview if row["outcome"] in order]
    rows.sort(key=lambda row: (order.index(row["outcome"]), row["line"]))
    return [{**row, "words": WORDS[row["outcome"]]} for row in rows]
