"""What the form of a statement shows when it comes back unsaved: checked, or saved by another."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from evidence import services
from evidence.admin.typed import prefix_of
from evidence.difference_words import PartWords, drafts_in_words
from evidence.drafts import Draft
from evidence.models import DraftRevision, EvidenceVersion
from evidence.statistics.figures import Doubt
from osteodb.core.admin_forms import Refusal, remember
from osteodb.core.errors import OsteoDBError


class Checked(OsteoDBError):
    """Not saved, on purpose: the form was only to be checked."""


@dataclass(frozen=True, slots=True)
class SavedByAnother:
    """Who saved what since a form was opened, and in what that differs from what was typed."""

    version: EvidenceVersion
    revision: DraftRevision | None
    parts: list[PartWords]


def show_again(request: HttpRequest) -> None:
    """Let the second showing of the form be no saving, even where nothing is wrong with it."""
    request.osteodb_show_again = True  # type: ignore[attr-defined]


def conflict_of(request: HttpRequest, version_pk: int, typed: Draft) -> None:
    """Show both. The form keeps what was typed; saved once more, that is saved on top."""
    version = EvidenceVersion.objects.select_related("item").get(pk=version_pk)
    last = version.revisions.select_related("saved_by").order_by("-number").first()
    parts = drafts_in_words([(services.draft_of(version), typed)])[0]
    request.osteodb_conflict = SavedByAnother(version, last, parts)  # type: ignore[attr-defined]
    posted = request.POST.copy()
    posted["seen"] = version.updated_at.isoformat()
    request.POST = posted  # type: ignore[assignment]
    remember(request, Refusal({}))
    show_again(request)


def findings_by_form(draft: Draft) -> dict[str, list[Doubt]]:
    """What the sums say about a typed draft, by the prefix of the form of the number."""
    return {
        prefix_of(part, getattr(draft, part)[at].key): doubts
        for (part, at), doubts in services.doubts_of(draft).items()
    }
