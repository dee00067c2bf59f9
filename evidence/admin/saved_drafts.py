"""Every saving of a draft: what it changed, by whom, and the way back to it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from evidence import services
from evidence.admin.draft_forms import is_open
from evidence.difference_words import PartWords, drafts_in_words
from evidence.draft_json import draft_from_json
from evidence.models import DraftRevision, EvidenceVersion
from osteodb.core.admin_base import who_and_when
from osteodb.core.errors import OsteoDBError

if TYPE_CHECKING:
    from osteodb.core.admin_base import ServiceAdmin as Base
else:
    Base = object

PAGE, TAKE = "evidence_evidenceversion_saved", "evidence_evidenceversion_take"


@dataclass(frozen=True, slots=True)
class Saving:
    """One saving of a draft, with what it changed against the one before it."""

    revision: DraftRevision
    parts: list[PartWords]
    is_first: bool
    is_newest: bool


def savings_of(version: EvidenceVersion) -> list[Saving]:
    """The savings of a version, the newest first. The number of queries does not grow with them."""
    revisions = list(version.revisions.select_related("saved_by").order_by("number"))
    drafts = [draft_from_json(one.content) for one in revisions]
    changes: list[list[PartWords]] = [[], *drafts_in_words(pairwise(drafts))]
    found = [
        Saving(one, parts, is_first=at == 0, is_newest=at == len(revisions) - 1)
        for at, (one, parts) in enumerate(zip(revisions, changes, strict=False))
    ]
    return found[::-1]


class SavedDrafts(Base):
    """The pages of a version's savings."""

    def get_urls(self) -> list[URLPattern]:
        """The list, and the button beside each."""
        view = self.admin_site.admin_view
        take = view(require_POST(self.take_back_view))
        return [
            path("<int:object_id>/saved/", view(self.saved_view), name=PAGE),
            path("<int:object_id>/saved/<int:number>/take/", take, name=TAKE),
            *super().get_urls(),
        ]

    def saved_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What was saved, when and by whom."""
        version = self._version(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Saved drafts of {version}",
            "savings": savings_of(version),
            "object": version,
            "may_take": self._may_take(request, version),
            "opts": self.opts,
            "change_url": self._change_url(version),
        }
        return TemplateResponse(request, "evidence/admin/saved_drafts.html", context)

    def take_back_view(self, request: HttpRequest, object_id: int, number: int) -> HttpResponse:
        """Save an earlier saving once more, as the draft: nothing in between is lost."""
        version = self._version(request, object_id)
        revision = version.revisions.filter(number=number).first()
        if revision is None or not self._may_take(request, version):
            raise PermissionDenied
        try:
            services.save_draft(
                draft=draft_from_json(revision.content),
                item=version.item,
                seen=parse_datetime(request.POST.get("seen", "")) or version.created_at,
                **who_and_when(request),
            )
        except OsteoDBError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse(f"admin:{PAGE}", args=[object_id]))
        messages.success(request, f"{version} says again what was saved as number {number}.")
        return HttpResponseRedirect(self._change_url(version))

    def _version(self, request: HttpRequest, object_id: int) -> EvidenceVersion:
        version: Any = self.get_object(request, str(object_id))
        if version is None:
            raise Http404
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        return version  # type: ignore[no-any-return]

    def _may_take(self, request: HttpRequest, version: EvidenceVersion) -> bool:
        return is_open(version) and self.has_change_permission(request, version)
