"""Records that could not be taken in: which, where in them, why; and the button to try again."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from osteodb.core.admin_base import PostAction, ReadOnlyAdmin, who_and_when
from osteodb.core.admin_words import pretty_json
from trials import services
from trials.admin.asking import hand_over, refuse_while_under_way
from trials.models import SyncFailure

STEP = re.compile(r"[^.\[\]]+")
NOT_THERE = object()


def piece_at(payload: Any, path: str) -> tuple[str, Any]:
    """The part of a record that a path leads to; as far as the path can be followed, with the path
    to there."""
    walked: list[str] = []
    for step in STEP.findall(path.removeprefix("$")):
        inner = _step(payload, step)
        if inner is NOT_THERE:
            break
        payload = inner
        walked.append(step)
    return ".".join(walked), payload


def _step(payload: Any, step: str) -> Any:
    if isinstance(payload, dict):
        return payload.get(step, NOT_THERE)
    if isinstance(payload, list) and step.isdigit() and int(step) < len(payload):
        return payload[int(step)]
    return NOT_THERE


def _may_retry(request: HttpRequest, failure: SyncFailure) -> bool:
    waits = failure.resolved_by_run_id is None and bool(failure.registry_id)
    return waits and request.user.has_perm("trials.change_syncfailure")


def _retry(request: HttpRequest, failure: SyncFailure, _comment: str) -> HttpResponse:
    refuse_while_under_way(failure.run.registry)
    return hand_over(request, services.retry_failure(failure=failure, **who_and_when(request)))


@admin.register(SyncFailure)
class SyncFailureAdmin(ReadOnlyAdmin):
    """Records that could not be taken in, and why."""

    list_display = ("registry_id", "reason", "path", "run", "at", "resolved_by_run")
    list_filter = (("resolved_by_run", admin.EmptyFieldListFilter), "run__registry")
    search_fields = ("registry_id", "reason", "path")
    date_hierarchy = "at"
    fields = ("registry_id", "reason", "path", "piece", "record", ("run", "at"), "outcome")
    readonly_fields = ("piece", "outcome")
    why = "A failure does not stop a run. It is resolved by the run that takes the record in."
    post_actions = (PostAction("retry", "Try this record again", _retry, _may_retry),)

    def get_queryset(self, request: HttpRequest) -> Any:
        """With runs and record, without the payload."""
        rows = super().get_queryset(request).select_related("run", "resolved_by_run", "record")
        return rows.defer("record__payload")

    @admin.display(description="what stands there")
    def piece(self, failure: SyncFailure) -> str:
        """The part of the stored record that the path leads to."""
        if failure.record is None:
            return "This record was not stored."
        walked, payload = piece_at(failure.record.payload, failure.path)
        if not walked:
            return "The path names no part of the stored record; see the record itself."
        return format_html("{}: {}", walked, pretty_json(payload))

    @admin.display(description="what became of it")
    def outcome(self, failure: SyncFailure) -> str:
        """The run that took the record in, or that it waits."""
        run = failure.resolved_by_run
        if run is None:
            return "It waits: no run has taken this record in since."
        link = 'Taken in by <a href="{}">{}</a>.'
        return format_html(link, reverse("admin:trials_syncrun_change", args=[run.pk]), run)
