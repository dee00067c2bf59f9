"""Drafts as they were saved, one by one. Read here only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from evidence.models import DraftRevision
from osteodb.core.admin_base import ReadOnlyAdmin
from osteodb.core.admin_words import pretty_json


@admin.register(DraftRevision)
class DraftRevisionAdmin(ReadOnlyAdmin):
    """Every saving of every draft, whole."""

    list_display = ("version", "number", "saved_by", "saved_at")
    list_select_related = ("version__item", "saved_by")
    search_fields = ("version__item__public_id", "saved_by__username")
    date_hierarchy = "saved_at"
    fields = ("version", "number", "saved_by", "saved_at", "whole")
    readonly_fields = ("whole",)
    why = "Written at each saving of a draft, and never changed."

    @admin.display(description="as saved")
    def whole(self, revision: Any) -> str:
        """The draft, with rows elsewhere by their keys."""
        return pretty_json(revision.content)
