"""Rows of trials and what belongs to them, read with a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from osteodb.core.api.values import address, day, grouped, known, moment, partial_date
from therapies.api.rows import agent_ref
from trials.api.shapes import (
    ChangeRowShape,
    ConditionRowShape,
    DisagreementRowShape,
    EnrolmentShape,
    IdentifierShape,
    QualityIssueRowShape,
    RecordShape,
    StaleShape,
    SyncRunRowShape,
    TrialAgentShape,
    TrialRefShape,
    TrialRowShape,
)
from trials.known_differences import rule_of
from trials.models import (
    AgentRole,
    Condition,
    DataQualityIssue,
    OriginDisagreement,
    RegistryRecord,
    SyncRun,
    Trial,
    TrialAgent,
    TrialChange,
    TrialCondition,
    TrialIdentifier,
)
from trials.registries.identifiers import display
from trials.staleness import stale_reasons

Values = Mapping[str, Any]
ROW_COLUMNS = (
    "pk",
    "public_id",
    "brief_title",
    "official_title",
    "acronym",
    "status",
    "status_raw",
    "last_known_status",
    "status_verified_date",
    "why_stopped",
    "study_type",
    "phases",
    "lead_sponsor",
    "countries",
    "enrolment_count",
    "enrolment_type",
    "start_date",
    "start_date_type",
    "primary_completion_date",
    "primary_completion_date_type",
    "completion_date",
    "completion_date_type",
    "first_posted_date",
    "last_update_posted_date",
    "results_first_posted_date",
    "has_results",
    "sex",
    "minimum_age",
    "maximum_age",
    "updated_at",
    "field_origins__status",
)
TITLE_COLUMNS = ("public_id", "brief_title", "official_title", "acronym")
ROLES_BY_WEIGHT = [role.value for role in AgentRole]


def title_of(row: Values, prefix: str = "") -> str:
    """The title a reader sees first, as `Trial.title` has it."""
    names = ("brief_title", "official_title", "acronym", "public_id")
    return next(str(row[prefix + name]) for name in names if row[prefix + name])


def trial_ref(row: Values, site: str, prefix: str = "trial__") -> TrialRefShape:
    """A trial in short, from columns read through a relation."""
    public_id = row[f"{prefix}public_id"]
    return {
        "public_id": public_id,
        "title": title_of(row, prefix),
        "url": address(site, "trials", public_id),
    }


def trial_columns(prefix: str = "trial__") -> list[str]:
    """The columns `trial_ref` needs."""
    return [prefix + name for name in TITLE_COLUMNS]


def shown_trial_ref(row: Values, site: str) -> TrialRefShape:
    """The trial on whose page a row is told: the one its own was merged into, where it was."""
    merged = row["trial__merged_into__public_id"]
    return trial_ref(row, site, "trial__merged_into__" if merged else "trial__")


def shown_trial_columns() -> list[str]:
    """The columns `shown_trial_ref` needs."""
    return [*trial_columns(), *trial_columns("trial__merged_into__")]


@dataclass(frozen=True, slots=True)
class StaleColumns:
    """What `trials.staleness` reads, from a row of columns."""

    status: str
    status_raw: str
    last_known_status: str
    completion_date: str
    status_verified_date: str


def stale_shapes(row: Values, today: dt.date) -> list[StaleShape]:
    """Why a trial may be out of date."""
    columns = StaleColumns(**{name: row[name] for name in StaleColumns.__slots__})
    reasons = stale_reasons(columns, today=today)
    return [{"code": one.code, "sentence": one.sentence} for one in reasons]


def identifier_shape(row: Values) -> IdentifierShape:
    """A number a trial is known by."""
    return {
        "display": display(row["registry"], row["value"]),
        "registry": row["registry"],
        "value": row["value"],
        "kind": row["kind"],
    }


def enrolment(row: Values) -> EnrolmentShape | None:
    """How many take part, or null where not reported."""
    if row["enrolment_count"] is None:
        return None
    return {"count": row["enrolment_count"], "type": known(row["enrolment_type"])}


def records_by_id(ids: Iterable[int]) -> dict[int, RecordShape]:
    """Records without their payload, by id."""
    found = RegistryRecord.objects.filter(pk__in=set(ids)).values(
        "pk", "registry", "registry_id", "origin", "source_url", "fetched_at", "registry_date"
    )
    return {
        row["pk"]: {
            "id": row["pk"],
            "registry": row["registry"],
            "registry_id": row["registry_id"],
            "origin": row["origin"],
            "source_url": known(row["source_url"]),
            "fetched_at": moment(row["fetched_at"]),
            "registry_date": known(row["registry_date"]),
        }
        for row in found
    }


def agents_in_short(rows: Iterable[Values], site: str) -> list[TrialAgentShape]:
    """Each agent once; where it has several roles, the weightiest: experimental first."""
    by_slug: dict[str, TrialAgentShape] = {}
    for row in sorted(rows, key=lambda row: ROLES_BY_WEIGHT.index(row["role"])):
        slug = row["agent__slug"]
        by_slug.setdefault(slug, {**agent_ref(slug, row["agent__name"], site), "role": row["role"]})
    return list(by_slug.values())


@dataclass(frozen=True, slots=True)
class Related:
    """What belongs to the trials of a page, by trial; records by their own id."""

    identifiers: dict[Any, list[Values]]
    conditions: dict[Any, list[Values]]
    agents: dict[Any, list[Values]]
    records: dict[int, RecordShape]


def related_to(trials: list[Values]) -> Related:
    """Four queries, however many trials."""
    ids = [trial["pk"] for trial in trials]
    of_page = {"trial__head__in": ids}
    identifiers = TrialIdentifier.objects.filter(**of_page).order_by("registry", "value")
    conditions = TrialCondition.objects.in_force().filter(**of_page).order_by("position", "pk")
    agents = TrialAgent.objects.in_force().filter(**of_page).order_by("agent__name")
    seen = [trial["field_origins__status"] for trial in trials]
    return Related(
        grouped(identifiers.values("trial__head", "registry", "value", "kind"), "trial__head"),
        grouped(conditions.values("trial__head", "name", "condition__slug"), "trial__head"),
        grouped(agents.values("trial__head", "role", "agent__slug", "agent__name"), "trial__head"),
        records_by_id(record for record in seen if record),
    )


def trial_rows(queryset: QuerySet[Trial], site: str, today: dt.date) -> list[TrialRowShape]:
    """Trials: five queries, however many."""
    trials: list[Values] = list(queryset.values(*ROW_COLUMNS))
    related = related_to(trials)
    return [_trial_row(trial, related, site, today) for trial in trials]


def _trial_row(trial: Values, related: Related, site: str, today: dt.date) -> TrialRowShape:
    return {
        "public_id": trial["public_id"],
        "url": address(site, "trials", trial["public_id"]),
        "title": title_of(trial),
        "acronym": known(trial["acronym"]),
        "identifiers": [identifier_shape(row) for row in related.identifiers[trial["pk"]]],
        "status": trial["status"],
        "status_raw": known(trial["status_raw"]),
        "status_seen": related.records.get(trial["field_origins__status"]),
        "stale": stale_shapes(trial, today),
        "why_stopped": known(trial["why_stopped"]),
        "study_type": known(trial["study_type"]),
        "phases": trial["phases"],
        "conditions": [
            {"name": row["name"], "slug": row["condition__slug"]}
            for row in related.conditions[trial["pk"]]
        ],
        "agents": agents_in_short(related.agents[trial["pk"]], site),
        "lead_sponsor": known(trial["lead_sponsor"]),
        "countries": trial["countries"],
        "enrolment": enrolment(trial),
        "start_date": partial_date(trial["start_date"], trial["start_date_type"]),
        "primary_completion_date": partial_date(
            trial["primary_completion_date"], trial["primary_completion_date_type"]
        ),
        "completion_date": partial_date(trial["completion_date"], trial["completion_date_type"]),
        "first_posted_date": day(trial["first_posted_date"]),
        "last_update_posted_date": day(trial["last_update_posted_date"]),
        "results_first_posted_date": day(trial["results_first_posted_date"]),
        "has_results": trial["has_results"],
        "sex": known(trial["sex"]),
        "minimum_age": known(trial["minimum_age"]),
        "maximum_age": known(trial["maximum_age"]),
        "updated_at": moment(trial["updated_at"]),
    }


def condition_rows(queryset: QuerySet[Condition], site: str) -> list[ConditionRowShape]:
    """Conditions: one query."""
    found = queryset.values("slug", "name", "names", "path", "parent__slug", "mesh_id")
    return [
        {
            "slug": row["slug"],
            "url": address(site, "conditions", row["slug"]),
            "name": row["name"],
            "names": row["names"],
            "path": row["path"],
            "parent": row["parent__slug"],
            "mesh_id": known(row["mesh_id"]),
        }
        for row in found
    ]


def change_rows(queryset: QuerySet[TrialChange], site: str) -> list[ChangeRowShape]:
    """Changes: two queries, however many."""
    columns = ("pk", "kind", "field", "old", "new", "effective_date", "seen_at", "run_id")
    changes = list(queryset.values(*columns, "record_id", *shown_trial_columns()))
    records = records_by_id(row["record_id"] for row in changes if row["record_id"])
    return [
        {
            "id": row["pk"],
            "url": address(site, "changes", row["pk"]),
            "trial": shown_trial_ref(row, site),
            "kind": row["kind"],
            "field": row["field"],
            "old": row["old"],
            "new": row["new"],
            "effective_date": known(row["effective_date"]),
            "seen_at": moment(row["seen_at"]),
            "run": row["run_id"],
            "record": records.get(row["record_id"]),
        }
        for row in changes
    ]


def disagreement_rows(
    queryset: QuerySet[OriginDisagreement], site: str
) -> list[DisagreementRowShape]:
    """Disagreements of origins: two queries, however many."""
    columns = ("pk", "field", "shown", "shown_record_id", "other", "other_record_id")
    found = list(queryset.values(*columns, "began_at", "ended_at", *shown_trial_columns()))
    ids = [row[name] for row in found for name in ("shown_record_id", "other_record_id")]
    records = records_by_id(one for one in ids if one)
    return [
        {
            "id": row["pk"],
            "url": address(site, "origin-disagreements", row["pk"]),
            "trial": shown_trial_ref(row, site),
            "field": row["field"],
            "shown": row["shown"],
            "shown_record": records.get(row["shown_record_id"]),
            "other": row["other"],
            "other_record": records.get(row["other_record_id"]),
            "why": rule_of(row["field"]).why if row["shown_record_id"] else None,
            "began_at": moment(row["began_at"]),
            "ended_at": moment(row["ended_at"]),
        }
        for row in found
    ]


def sync_run_rows(queryset: QuerySet[SyncRun], site: str) -> list[SyncRunRowShape]:
    """Sync runs: one query."""
    return [
        {
            "id": row["id"],
            "url": address(site, "sync-runs", row["id"]),
            "registry": row["registry"],
            "state": row["state"],
            "reason": known(row["reason"]),
            "trigger": row["trigger"],
            "query": known(row["query"]),
            "registry_ids": row["registry_ids"],
            "dry_run": row["dry_run"],
            "requested_at": moment(row["requested_at"]),
            "started_at": moment(row["started_at"]),
            "finished_at": moment(row["finished_at"]),
            "data_timestamp": known(row["data_timestamp"]),
            "complete": row["complete"],
            "total_expected": row["total_expected"],
            "seen": row["seen_count"],
            "created": row["created_count"],
            "changed": row["changed_count"],
            "unchanged": row["unchanged_count"],
            "tombstones": row["tombstone_count"],
            "failures": row["failure_count"],
        }
        for row in queryset.values()
    ]


def quality_issue_rows(
    queryset: QuerySet[DataQualityIssue], site: str
) -> list[QualityIssueRowShape]:
    """Quality issues: one query."""
    columns = ("pk", "kind", "state", "registry", "path", "value", "message", "resolution")
    found = queryset.values(*columns, "first_seen_at", "last_seen_at", *shown_trial_columns())
    return [
        {
            "id": row["pk"],
            "url": address(site, "quality-issues", row["pk"]),
            "kind": row["kind"],
            "state": row["state"],
            "registry": known(row["registry"]),
            "trial": shown_trial_ref(row, site) if row["trial__public_id"] else None,
            "path": known(row["path"]),
            "value": row["value"],
            "message": row["message"],
            "resolution": known(row["resolution"]),
            "first_seen_at": moment(row["first_seen_at"]),
            "last_seen_at": moment(row["last_seen_at"]),
        }
        for row in found
    ]


INCLUSION_COLUMNS = ("trial__inclusion", "trial__merged_into__inclusion")


def is_visible(row: Values) -> bool:
    """Whether the page on which a related trial is shown is one that readers see, as
    `TrialQuerySet.visible` has it."""
    own, merged = (row[name] for name in INCLUSION_COLUMNS)
    return bool((merged or own) == "INCLUDED")


def distinct_trials(rows: Iterable[Values], site: str) -> list[TrialRefShape]:
    """The trials on whose pages linked ones are shown, each once."""
    shown = [shown_trial_ref(row, site) for row in rows]
    return list({one["public_id"]: one for one in shown}.values())
