"""What waits for a person, and what is open for all: counted here once, for first page and e-mail.

The number of queries does not depend on the rows, and depends on a person's roles only.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Model, Q
from django.urls import reverse

from evidence.admin.review import review_address
from evidence.models import Discrepancy, EvidenceItem, EvidenceVersion
from evidence.services.checking import stale_benchmarks
from evidence.services.registry_results import MACHINE
from osteodb.core.interests import current_statement, reminder
from osteodb.core.models import Assignment, User
from osteodb.core.review import CHECKERS, OPEN
from trials.models import (
    DataQualityIssue,
    OriginDisagreement,
    RegistryUpload,
    SyncFailure,
    Trial,
    TrialLink,
    UploadState,
)
from trials.stale_filter import stale_on

MOST_NAMED = 5  # pieces of work that are named one by one; the list holds the others


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of work: how much of it waits, and where to do it."""

    title: str
    count: int
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One named piece of work."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class OwnWork:
    """What waits for one person. `reminder` asks for a statement of interests, where one is due."""

    waiting: Sequence[Waiting]
    to_review: Sequence[Piece]
    assigned: Sequence[Piece]
    reminder: str

    @property
    def anything(self) -> bool:
        """Whether anything waits for this person."""
        return bool(self.reminder) or any(one.count for one in self.waiting)


@dataclass(frozen=True, slots=True)
class CommonWork:
    """What waits for anybody: to decide, out of date, in disagreement."""

    undecided: Sequence[Waiting]
    stale: Sequence[Waiting]
    disagrees: Sequence[Waiting]


def own_work(user: User, roles: Collection[str], now: dt.datetime) -> OwnWork:
    """What waits for this person, who has these roles."""
    judges = bool(CHECKERS & set(roles))
    drafts = Q(state="DRAFT", author=user)
    counts = EvidenceVersion.objects.aggregate(
        mine=Count("pk", filter=drafts & Q(review_comment="")),
        returned=Count("pk", filter=drafts & ~Q(review_comment="")),
        to_review=Count("pk", filter=_to_review(user)),
    )
    assigned = list(_assigned(user))
    waiting = [
        Waiting(
            "My drafts",
            counts["mine"],
            _versions(f"DRAFT&author__id__exact={user.pk}&review_comment__exact="),
        ),
        Waiting(
            "Returned to me",
            counts["returned"],
            _versions(f"DRAFT&author__id__exact={user.pk}&review_comment__gt="),
            "with a comment, to be mended",
        ),
        Waiting("Assigned to me", len(assigned), f"{reverse('admin:index')}#assigned"),
    ]
    to_review: list[Piece] = []
    if judges:
        review = Waiting(
            "Statements to review",
            counts["to_review"],
            _versions("IN_REVIEW"),
            "written by others",
        )
        waiting.insert(2, review)
        to_review = _named(user) if counts["to_review"] else []
    due = reminder(current_statement(user, now), now) if judges else ""
    return OwnWork(waiting, to_review, assigned, due)


def _to_review(user: User) -> Q:
    """Statements that wait for a second person, and this one may be that."""
    others = ~Q(author=user) & (Q(submitted_by=None) | ~Q(submitted_by=user))
    return Q(state="IN_REVIEW") & others


def _named(user: User) -> list[Piece]:
    """The statements that wait for review longest."""
    rows = EvidenceVersion.objects.filter(_to_review(user)).select_related("item")
    return [
        Piece(f"{one}: {one.statement}", review_address(one))
        for one in rows.order_by("submitted_at", "pk")[:MOST_NAMED]
    ]


# --- Assigned work --------------------------------------------------------------------------------
# By kind, as the audit log names it: what of these is still open, under the key the log gives it.
Open = Callable[[Sequence[str]], Mapping[str, Piece]]


def _rows(model: type[Model], condition: Q, related: Sequence[str] = ()) -> Open:
    page = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"

    def find(keys: Sequence[str]) -> Mapping[str, Piece]:
        pks = [int(key) for key in keys if key.isdecimal()]
        rows = model._default_manager.filter(condition, pk__in=pks).select_related(*related)
        return {str(row.pk): Piece(str(row), reverse(page, args=[row.pk])) for row in rows}

    return find


def _open_versions(keys: Sequence[str]) -> Mapping[str, Piece]:
    rows = EvidenceVersion.objects.filter(item__public_id__in=keys, state__in=OPEN).select_related(
        "item"
    )
    return {
        one.item.public_id: Piece(f"{one}: {one.statement}", review_address(one)) for one in rows
    }


OPEN_OF: Mapping[str, Open] = {
    EvidenceVersion._meta.label_lower: _rows(EvidenceVersion, Q(state__in=OPEN), ("item",)),
    Discrepancy._meta.label_lower: _rows(Discrepancy, Q(state="OPEN")),
    DataQualityIssue._meta.label_lower: _rows(DataQualityIssue, Q(state="OPEN")),
    TrialLink._meta.label_lower: _rows(TrialLink, Q(decision="CANDIDATE"), ("trial_a", "trial_b")),
    EvidenceItem._meta.label_lower: _open_versions,
}


def _assigned(user: User) -> Iterator[Piece]:
    """What this person has taken and is still open, newest first; of other kinds all of it."""
    rows = list(Assignment.objects.filter(assignee=user))
    keys: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        keys[row.object_kind].append(row.object_id)
    found = {kind: OPEN_OF[kind](keys[kind]) for kind in keys if kind in OPEN_OF}
    for row in rows:
        if row.object_kind not in OPEN_OF:
            yield Piece(
                f"{row.object_kind} {row.object_id}",
                reverse("admin:core_assignment_change", args=[row.pk]),
            )
        elif row.object_id in found[row.object_kind]:
            yield found[row.object_kind][row.object_id]


# --- What waits for anybody -----------------------------------------------------------------------
def common_work(now: dt.datetime) -> CommonWork:
    """What is open whoever takes it."""
    trials = Trial.objects.aggregate(
        candidates=Count("pk", filter=Q(inclusion="CANDIDATE")),
        stale=Count("pk", filter=stale_on(now.astimezone(dt.UTC).date()) & _VISIBLE),
    )
    return CommonWork(_undecided(trials["candidates"]), _stale(trials["stale"]), _disagrees())


_VISIBLE = Q(inclusion="INCLUDED", merged_into__isnull=True)


def _undecided(candidates: int) -> list[Waiting]:
    return [
        Waiting(
            "Drafts from registries",
            EvidenceVersion.objects.filter(state="DRAFT", author__username=MACHINE).count(),
            _versions(f"DRAFT&q={MACHINE}"),
            "results posted, to be checked and submitted",
        ),
        Waiting(
            "Trials without a decision",
            candidates,
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
            "Quality issues",
            DataQualityIssue.objects.filter(state="OPEN").count(),
            _list("trials_dataqualityissue", "state__exact=OPEN"),
        ),
        Waiting(
            "Sync failures",
            SyncFailure.objects.filter(resolved_by_run=None).count(),
            _list("trials_syncfailure", "resolved_by_run__isempty=1"),
            "records not taken in",
        ),
    ]


def _stale(trials: int) -> list[Waiting]:
    return [
        Waiting(
            "Trials out of date",
            trials,
            f"{reverse('trials')}?stale=true",
            "by what they say of themselves",
        ),
        Waiting(
            "Benchmarks without a published number",
            stale_benchmarks().count(),
            _list("evidence_benchmark"),
            "another number has to be named",
        ),
    ]


def _disagrees() -> list[Waiting]:
    return [
        Waiting(
            "Open discrepancies",
            Discrepancy.objects.filter(state="OPEN").count(),
            _list("evidence_discrepancy", "state__exact=OPEN"),
        ),
        Waiting(
            "Disagreements of origins",
            OriginDisagreement.objects.filter(ended_at=None).count(),
            _list("trials_origindisagreement", "ended_at__isempty=1"),
            "two origins of one trial say different things",
        ),
    ]


def _versions(query: str) -> str:
    return _list("evidence_evidenceversion", f"state__exact={query}")


def _list(page: str, query: str = "") -> str:
    address = reverse(f"admin:{page}_changelist")
    return f"{address}?{query}" if query else address
