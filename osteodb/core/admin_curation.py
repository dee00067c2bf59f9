"""What the work of curators leaves behind: who took what, what was merged, what was sent."""

from __future__ import annotations

from django.contrib import admin

from osteodb.core.admin_base import ReadOnlyAdmin
from osteodb.core.models import Assignment, Digest, ReferenceMerge


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    """Who has taken which piece of work."""

    list_display = ("object_kind", "object_id", "assignee", "assigned_by", "assigned_at")
    list_filter = ("object_kind",)
    list_select_related = ("assignee", "assigned_by")
    search_fields = ("object_id", "assignee__username")
    why = "Work is taken and given back on its own page; who had it before is in the audit log."


@admin.register(ReferenceMerge)
class ReferenceMergeAdmin(ReadOnlyAdmin):
    """Which agents, targets and sources were found to be one, and what was moved."""

    list_display = (
        "absorbed_label", "kept_label", "object_kind", "merged_by", "merged_at", "undone_at",
    )  # fmt: skip
    list_filter = ("object_kind", ("undone_at", admin.EmptyFieldListFilter))
    list_select_related = ("merged_by",)
    search_fields = ("absorbed_label", "kept_label", "reason")
    why = "Rows are merged, and a merge is taken back, on the page of the row itself."


@admin.register(Digest)
class DigestAdmin(ReadOnlyAdmin):
    """Which person was sent what waits, on which day."""

    list_display = ("person", "day", "sent_at")
    list_select_related = ("person",)
    search_fields = ("person__username",)
    date_hierarchy = "day"
    why = "Written when the daily e-mail is sent: nobody gets it twice a day."
