"""The admin's first page: what waits for a person, and how the last sync went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse

from evidence.models import Discrepancy, EvidenceVersion
from evidence.services.registry_results import MACHINE
from osteodb.core.models import User
from osteodb.core.roles import roles_of
from trials.models import (
    DataQualityIssue,
    OriginDisagreement,
    RegistryUpload,
    SyncFailure,
    SyncRun,
    Trial,
    TrialLink,
    UploadState,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of work: how much of it waits, and where to do it."""

    title: str
    count: int
    url: str
    note: str = ""


def add_dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's hook: what the index page needs beside its list of models."""
    user = request.user if isinstance(request.user, User) else None
    context["waiting"] = _waiting(user) if user else []
    context["runs"] = SyncRun.objects.order_by("-id")[:5]
    context["roles"] = ", ".join(sorted(roles_of(user)))
    return context


def _waiting(user: User) -> list[Waiting]:
    """Each kind of work, the reader's own first."""
    versions = EvidenceVersion.objects.aggregate(
        mine=Count("pk", filter=Q(state="DRAFT", author=user)),
        returned=Count("pk", filter=Q(state="DRAFT", author=user) & ~Q(review_comment="")),
        to_review=Count(
            "pk", filter=Q(state="IN_REVIEW") & ~Q(author=user) & ~Q(submitted_by=user)
        ),
    )
    returned = f"{versions['returned']} returned with a comment" if versions["returned"] else ""
    return [
        Waiting(
            "My drafts",
            versions["mine"],
            _list("evidence_evidenceversion", f"state__exact=DRAFT&author__id__exact={user.pk}"),
            returned,
        ),
        Waiting(
            "Statements to review",
            versions["to_review"],
            _list("evidence_evidenceversion", "state__exact=IN_REVIEW"),
            "written by others",
        ),
        Waiting(
            "Drafts from registries",
            EvidenceVersion.objects.filter(state="DRAFT", author__username=MACHINE).count(),
            _list("evidence_evidenceversion", f"state__exact=DRAFT&q={MACHINE}"),
            "results posted, to be checked and submitted",
        ),
        Waiting(
            "Open discrepancies",
            Discrepancy.objects.filter(state="OPEN").count(),
            _list("evidence_discrepancy", "state__exact=OPEN"),
        ),
        Waiting(
            "Quality issues",
            DataQualityIssue.objects.filter(state="OPEN").count(),
            _list("trials_dataqualityissue", "state__exact=OPEN"),
        ),
        Waiting(
            "Trials without a decision",
            Trial.objects.filter(inclusion="CANDIDATE").count(),
            _list("trials_trial", "inclusion__exact=CANDIDATE"),
            "do they belong here?",
        ),
        Waiting(
            "One study or two?",
            TrialLink.objects.waiting().count(),
            _list("trials_triallink"),
            "pairs that wait for a decision",
        ),
        Waiting(
            "Uploads undecided",
            RegistryUpload.objects.filter(state=UploadState.PREVIEWED).count(),
            _list("trials_registryupload", f"state__exact={UploadState.PREVIEWED}"),
            "files to be applied or discarded",
        ),
        Waiting(
            "Sync failures",
            SyncFailure.objects.filter(resolved_by_run=None).count(),
            _list("trials_syncfailure", "resolved_by_run__isempty=1"),
            "records not taken in",
        ),
        Waiting(
            "Disagreements of origins",
            OriginDisagreement.objects.filter(ended_at=None).count(),
            _list("trials_origindisagreement", "ended_at__isempty=1"),
            "two origins of one trial say different things",
        ),
    ]


def _list(page: str, query: str = "") -> str:
    address = reverse(f"admin:{page}_changelist")
    return f"{address}?{query}" if query else address
