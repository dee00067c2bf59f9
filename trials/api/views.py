"""The endpoints about trials. Read-only; no account is needed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone

from osteodb.core.api.errors import NotFound
from osteodb.core.api.views import Resource
from osteodb.core.filter_values import UnknownTerm, whole_number
from therapies.api.views import by_slug
from trials.api import detail, rows, shapes
from trials.filters import (
    ChangeFilterSet,
    ConditionFilterSet,
    DisagreementFilterSet,
    QualityIssueFilterSet,
    SyncRunFilterSet,
    TrialFilterSet,
)
from trials.models import (
    Condition,
    DataQualityIssue,
    OriginDisagreement,
    SyncRun,
    Trial,
    TrialChange,
)


def by_id(queryset: QuerySet[Any], key: str) -> int:
    """The id of a row, if it is one of the queryset's. Raises NotFound."""
    try:
        pk = whole_number(key)
    except UnknownTerm:
        pk = 0
    if not queryset.filter(pk=pk).exists():
        raise NotFound(f"There is no {key[:40]!r} here.")
    return pk


class Trials(Resource):
    """Trials, each real study once under all its registry numbers.

    One trial answers under its public id and under any of its numbers in any spelling
    (`/trials/EUCTR2013-003910-42/`). A trial that was merged answers 301 to the one it is now part
    of; a sponsor's code that several trials share answers 409 with them as candidates.

    Dates keep their precision ("2022-11" stays a month). Enrolment is in participants. null means
    that no source reports it; it never stands for no or zero. `stale` says why a trial may be out
    of date today; an old verification is no reason where the study has ended for good.
    """

    filterset_class = TrialFilterSet
    row_shape, detail_shape = shapes.TrialRowShape, shapes.TrialDetailShape
    singular, plural = "trial", "trials"
    key_help = "Public id, or any number of the trial in any spelling."
    lookup_value_regex = ".+?"  # some registries have slashes in their numbers
    linked: ClassVar[tuple[str, ...]] = ("changes", "origin-disagreements")

    def visible(self) -> QuerySet[Trial]:
        return Trial.objects.visible()

    def rows(self, queryset: QuerySet[Trial], site: str) -> list[shapes.TrialRowShape]:
        return rows.trial_rows(queryset, site, timezone.now().date())

    def one(self, key: str, site: str) -> shapes.TrialDetailShape:
        today = timezone.now().date()
        return detail.trial_detail(detail.find_trial(key, site), site, self.linked, today)


class Conditions(Resource):
    """Diseases in a tree; `path` is the slugs from the root, joined by "/"."""

    filterset_class = ConditionFilterSet
    row_shape = detail_shape = shapes.ConditionRowShape
    singular, plural = "condition", "conditions"
    key_help = "Slug of the condition."

    def visible(self) -> QuerySet[Condition]:
        return Condition.objects.all()

    def rows(self, queryset: QuerySet[Condition], site: str) -> list[shapes.ConditionRowShape]:
        return rows.condition_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.ConditionRowShape:
        [row] = rows.condition_rows(Condition.objects.filter(pk=by_slug(Condition, key)), site)
        return row


class Changes(Resource):
    """What changed in trials: one row per field, with the value before and after.

    `seen_at` is when we saw it; `effective_date` is the origin's own date, where it gives one.
    Status changes are the rows of kind STATUS. Rows are never changed or removed; `trial` is the
    one on whose page they are told, so after a merge it is the trial the other became part of.
    The same list for feed readers, with the same parameters: `/changes/atom.xml`.
    """

    filterset_class = ChangeFilterSet
    row_shape = detail_shape = shapes.ChangeRowShape
    singular, plural = "change", "changes"

    def visible(self) -> QuerySet[TrialChange]:
        return TrialChange.objects.visible()

    def rows(self, queryset: QuerySet[TrialChange], site: str) -> list[shapes.ChangeRowShape]:
        return rows.change_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.ChangeRowShape:
        pk = by_id(self.visible(), key)
        [row] = rows.change_rows(TrialChange.objects.filter(pk=pk), site)
        return row


class OriginDisagreements(Resource):
    """Fields in which two origins of one trial say different things: both values, both records.

    The trial shows one of them by written precedence, or a curator's; `why` says which rule. Rows
    stay when the origins agree again, with the day they did.
    """

    filterset_class = DisagreementFilterSet
    row_shape = detail_shape = shapes.DisagreementRowShape
    singular, plural = "disagreement of origins", "disagreements of origins"

    def visible(self) -> QuerySet[OriginDisagreement]:
        return OriginDisagreement.objects.visible()

    def rows(
        self, queryset: QuerySet[OriginDisagreement], site: str
    ) -> list[shapes.DisagreementRowShape]:
        return rows.disagreement_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.DisagreementRowShape:
        pk = by_id(self.visible(), key)
        [row] = rows.disagreement_rows(OriginDisagreement.objects.filter(pk=pk), site)
        return row


class SyncRuns(Resource):
    """Refreshes from the registries: what was asked, seen, changed and failed.

    The data is as current as the last SUCCEEDED, complete run of a registry.
    """

    filterset_class = SyncRunFilterSet
    row_shape, detail_shape = shapes.SyncRunRowShape, shapes.SyncRunDetailShape
    singular, plural = "sync run", "sync runs"

    def visible(self) -> QuerySet[SyncRun]:
        return SyncRun.objects.all()

    def rows(self, queryset: QuerySet[SyncRun], site: str) -> list[shapes.SyncRunRowShape]:
        return rows.sync_run_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.SyncRunDetailShape:
        return detail.sync_run_detail(by_id(self.visible(), key), site)


class QualityIssues(Resource):
    """What is unmapped or suspicious in the registries' records; nothing of it is guessed."""

    filterset_class = QualityIssueFilterSet
    row_shape = detail_shape = shapes.QualityIssueRowShape
    singular, plural = "quality issue", "quality issues"

    def visible(self) -> QuerySet[DataQualityIssue]:
        return DataQualityIssue.objects.visible()

    def rows(
        self, queryset: QuerySet[DataQualityIssue], site: str
    ) -> list[shapes.QualityIssueRowShape]:
        return rows.quality_issue_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.QualityIssueRowShape:
        pk = by_id(self.visible(), key)
        [row] = rows.quality_issue_rows(DataQualityIssue.objects.filter(pk=pk), site)
        return row
