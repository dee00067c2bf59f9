"""Which trials were found to be one study; and the button that takes this back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from osteodb.core.admin_base import PostAction, ReadOnlyAdmin, who_and_when
from osteodb.core.history import NOTHING
from trials import services
from trials.models import TrialMerge

BY_RULE = "by an exact number in a registry's record"


def _may_take_back(request: HttpRequest, merge: TrialMerge) -> bool:
    return merge.undone_at is None and request.user.has_perm("trials.change_trialmerge")


def _take_back(request: HttpRequest, merge: TrialMerge, reason: str) -> str:
    services.unmerge_trials(merge=merge, reason=reason, **who_and_when(request))
    return f"Two pages again: {merge.absorbed.public_id} and {merge.into.public_id}."


@admin.register(TrialMerge)
class TrialMergeAdmin(ReadOnlyAdmin):
    """Which trials were found to be one study, and which of these merges were taken back."""

    list_display = (
        "absorbed_words", "into_words", "reason", "by_whom", "merged_at", "undone_at",
    )  # fmt: skip
    list_filter = (
        ("undone_at", admin.EmptyFieldListFilter), ("merged_by", admin.EmptyFieldListFilter),
    )  # fmt: skip
    list_select_related = ("absorbed", "into", "merged_by", "undone_by")
    search_fields = (
        "absorbed__public_id", "into__public_id", "absorbed__identifiers__value",
        "into__identifiers__value", "reason",
    )  # fmt: skip
    fields = (
        ("absorbed", "into"), "reason", ("by_whom", "merged_at"),
        "undo_reason", ("undone_by", "undone_at"),
    )  # fmt: skip
    readonly_fields = ("by_whom",)
    why = (
        "A merge rewrites neither trial: numbers, changes, evidence and overrides of both are read "
        "together on one page. Taking it back ends this row, and both stand as before, with what "
        "each has learnt since."
    )
    post_actions = (
        PostAction(
            "take-back", "Take this merge back", _take_back, _may_take_back,
            "Why are these two studies?",
        ),
    )  # fmt: skip

    @admin.display(description="trial", ordering="absorbed__public_id")
    def absorbed_words(self, merge: TrialMerge) -> str:
        """The trial that is shown elsewhere."""
        return f"{merge.absorbed.public_id} {merge.absorbed.title}"

    @admin.display(description="is shown on the page of", ordering="into__public_id")
    def into_words(self, merge: TrialMerge) -> str:
        """The trial whose page shows both."""
        return f"{merge.into.public_id} {merge.into.title}"

    @admin.display(description="decided by", ordering="merged_by")
    def by_whom(self, merge: TrialMerge) -> Any:
        """The person; or the rule, where an exact cross-reference decided."""
        if merge.pk is None:
            return NOTHING
        return merge.merged_by or BY_RULE
