"""Files of records: uploaded, looked at, applied or left."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from osteodb.core.admin_base import PostAction, ServiceAdmin, who_and_when
from osteodb.core.admin_forms import RefusableForm
from trials import services
from trials.admin.asking import hand_over, refuse_while_under_way
from trials.admin.upload_rows import preview_of, with_numbers
from trials.models import FEEDS, RegistryUpload, SyncRun, UploadState
from trials.registries.files import unpacked
from trials.services.adapters import READ
from trials.services.imports import LARGEST_UPLOAD

NAMES = dict(FEEDS)
READABLE = [(feed.code, NAMES[feed.code]) for feed in READ.values()]
EXPECTED = (
    "ClinicalTrials.gov: whole studies as JSON, one, a list, or one a line. "
    "CTIS: JSON as its public pages retrieve a trial. "
    "EU Clinical Trials Register: the full-details text download of a search. "
    "WHO ICTRP: the XML or CSV export of a search. "
    "ISRCTN: XML of its query interface, or JSON made of it."
)
MEGABYTES = LARGEST_UPLOAD // (1024 * 1024)


class UploadForm(RefusableForm):
    """Which registry's export, and the file."""

    registry = forms.ChoiceField(
        choices=READABLE, widget=UnfoldAdminSelectWidget, help_text=EXPECTED
    )
    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget,
        help_text=f"At most {MEGABYTES} MiB unpacked; one packed with gzip is unpacked. The file "
        "itself is not kept: contact persons are dropped before anything is stored.",
    )

    class Meta:
        model = RegistryUpload
        fields: ClassVar[list[str]] = []

    def clean_file(self) -> Any:
        """Refuse what is too large before reading it."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD:
            raise forms.ValidationError(
                f"This file is larger than {MEGABYTES} MiB: use manage.py import_registry_file."
            )
        return file


def _undecided(request: HttpRequest, upload: RegistryUpload) -> bool:
    waits = upload.state == UploadState.PREVIEWED
    return waits and request.user.has_perm("trials.change_registryupload")


def _apply(request: HttpRequest, upload: RegistryUpload, _comment: str) -> HttpResponse:
    refuse_while_under_way(upload.registry)
    services.decide_upload(upload=upload, apply=True, **who_and_when(request))
    return hand_over(request, SyncRun.objects.get(upload=upload))


def _discard(request: HttpRequest, upload: RegistryUpload, _comment: str) -> str:
    services.decide_upload(upload=upload, apply=False, **who_and_when(request))
    return "Discarded: nothing of this file is applied."


@admin.register(RegistryUpload)
class RegistryUploadAdmin(ServiceAdmin):
    """Uploaded files: what each would change, and what became of it."""

    list_display = (
        "file_name", "registry", "state", "uploaded_by", "uploaded_at", "decided_by", "run",
    )  # fmt: skip
    list_filter = ("state", "registry")
    list_select_related = ("uploaded_by", "decided_by", "run")
    search_fields = ("file_name", "sha256")
    ordering = ("-id",)
    change_form_outer_before_template = "trials/admin/upload.html"
    why = (
        "A file is read and rehearsed first: nothing of it changes a trial before somebody has "
        "seen the preview and applies it."
    )
    post_actions = (
        PostAction("apply", "Apply", _apply, _undecided),
        PostAction("discard", "Discard", _discard, _undecided),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without the records, of which a file may hold thousands."""
        related = ("preview", *self.list_select_related)
        rows = super().get_queryset(request).select_related(*related)
        return rows.defer("records", "intended")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never rewritten: applied or discarded."""
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Registry and file of a new one."""
        if obj is None:
            kwargs["form"] = UploadForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """What is asked for a new one; who did what of one on record."""
        if obj is None:
            return ("registry", "file")
        return (
            ("registry", "file_name", "state"), "sha256", ("uploaded_by", "uploaded_at"),
            ("decided_by", "decided_at"), ("preview", "run"),
        )  # fmt: skip

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The preview first."""
        uploads = with_numbers(RegistryUpload.objects.select_related("preview", "run"))
        number = object_id or ""
        upload = uploads.filter(pk=number).first() if number.isdecimal() else None
        context = {**(extra_context or {}), "show_save_and_add_another": False}
        context["show_save_and_continue"] = False  # saving leads to the preview in any case
        if upload is not None and self.has_view_permission(request, upload):
            context |= {"preview": preview_of(upload), "counts": upload.preview}
        return super().changeform_view(request, object_id, form_url, context)

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Read and rehearse the file."""
        with unpacked(given["file"].file) as stream:
            return services.upload_registry_file(
                registry=given["registry"], stream=stream, file_name=given["file"].name, **who
            )

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        """To the preview."""
        messages.success(request, "The file was read. Nothing of it is applied before you say so.")
        return HttpResponseRedirect(self._change_url(obj))
