"""Sync runs: what was asked, seen, changed and failed; and the button that asks for one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from osteodb.core.admin_base import ReadOnlyAdmin, ReadOnlyInline, actor, who_and_when
from osteodb.core.admin_words import column, one_line
from osteodb.core.errors import OsteoDBError
from osteodb.core.history import NOTHING
from osteodb.core.roles import ADMINISTRATOR, roles_of
from trials import services
from trials.admin.asking import hand_over, refuse_while_under_way
from trials.models import FEEDS, RunState, RunTrigger, SyncFailure, SyncRun
from trials.services.adapters import ASKED

NAMES = dict(FEEDS)
ASKABLE = [(name, NAMES[feed.code]) for name, feed in ASKED.items()]


class RefreshForm(forms.Form):
    """What an administrator may ask of a run."""

    registry = forms.ChoiceField(choices=ASKABLE)
    query = forms.CharField(max_length=400, required=False)
    dry_run = forms.BooleanField(required=False)


class FailureInline(ReadOnlyInline):
    """The records that a run could not take in."""

    model = SyncFailure
    fk_name = "run"
    fields = ("registry_id", "path", "reason", "at", "resolved_by_run")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the run that mended it."""
        return super().get_queryset(request).select_related("resolved_by_run")


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    """Runs, newest first."""

    list_display = (
        "number", "state", "progress", column("created_count", "new"),
        column("changed_count", "changed"), column("failure_count", "failed"), "asked_how",
        "requested_by", "requested_at", "took",
    )  # fmt: skip
    list_filter = ("state", "registry", "trigger", "dry_run")
    list_select_related = ("requested_by",)
    search_fields = ("query", "reason", "file_name", "registry_ids")
    ordering = ("-id",)
    inlines = (FailureInline,)
    list_before_template = "trials/admin/refresh.html"
    change_form_template = "trials/admin/run.html"
    why = "A run is asked for by the schedule, the command line, or the button on the list."
    fieldsets = (
        (
            "How it went",
            {
                "fields": (
                    ("state", "progress", "took"), "reason",
                    ("created_count", "changed_count", "unchanged_count"),
                    ("tombstone_count", "failure_count", "complete"),
                )
            },
        ),
        (
            "What was asked",
            {
                "fields": (
                    ("registry", "trigger", "requested_by"), ("query", "dry_run"),
                    "file_name", "registry_ids",
                    ("requested_at", "started_at", "finished_at"),
                    ("heartbeat_at", "data_timestamp", "parser_version"),
                )
            },
        ),
    )  # fmt: skip
    readonly_fields = ("progress", "took")

    def get_urls(self) -> list[URLPattern]:
        """The usual addresses, and the one of the button."""
        start = self.admin_site.admin_view(require_POST(self.start_view))
        return [path("start/", start, name="trials_syncrun_start"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The list, with the button for those who may press it."""
        context = {**(extra_context or {}), "may_start": may_start(request), "askable": ASKABLE}
        return super().changelist_view(request, context)

    def start_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a run and hand it to a worker once it is on record."""
        if not may_start(request):
            raise PermissionDenied
        form = RefreshForm(request.POST)
        back = HttpResponseRedirect(reverse("admin:trials_syncrun_changelist"))
        if not form.is_valid():
            said = {
                "query": "The query is too long: 400 characters at most.",
                "registry": "Choose one of the registries that can be asked.",
            }
            for name in form.errors:
                messages.error(request, said[name])
            return back
        try:
            with transaction.atomic():
                run = ask_for_run(**form.cleaned_data, **who_and_when(request))
        except OsteoDBError as error:
            messages.error(request, str(error))
            return back
        return hand_over(request, run)

    @admin.display(description="run", ordering="id")
    def number(self, run: SyncRun) -> str:
        """The registry and the run's number."""
        dry = ", dry run" if run.dry_run else ""
        return one_line(f"{run.get_registry_display()} {run.pk}{dry}")

    @admin.display(description="trigger", ordering="trigger")
    def asked_how(self, run: SyncRun) -> str:
        """Who or what asked; of a file its name."""
        return f"{run.get_trigger_display()} {run.file_name}".strip()

    @admin.display(description="seen")
    def progress(self, run: SyncRun) -> str:
        """How many records were seen, of how many; with a bar while it runs."""
        words = str(run.seen_count)
        if run.total_expected:
            words = f"{run.seen_count} of {run.total_expected}"
        if run.state != RunState.RUNNING or not run.total_expected:
            return one_line(words)
        bar = '<progress value="{}" max="{}" aria-label="records seen"></progress> {}'
        return format_html(bar, run.seen_count, run.total_expected, words)

    @admin.display(description="took")
    def took(self, run: SyncRun) -> str:
        """How long it ran."""
        if run.started_at is None or run.finished_at is None:
            return NOTHING
        seconds = round((run.finished_at - run.started_at).total_seconds())
        return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"


def may_start(request: HttpRequest) -> bool:
    """Administrators only."""
    return ADMINISTRATOR in roles_of(actor(request))


def ask_for_run(*, registry: str, query: str, dry_run: bool, **who: Any) -> SyncRun:
    """A queued run, asked for by a person. Raises Conflict while another of this registry waits or
    runs."""
    refuse_while_under_way(registry)
    return services.start_sync_run(
        registry=registry, trigger=RunTrigger.ADMIN, query=query, dry_run=dry_run, **who
    )
