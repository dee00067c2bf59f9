"""One trial in full: a fixed number of queries, whatever its size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from osteodb.core.api.errors import Ambiguous, Moved, NotFound
from osteodb.core.api.values import (
    address,
    grouped,
    known,
    listing,
    moment,
    number,
    partial_date,
)
from osteodb.core.filter_values import UnknownTerm
from therapies.api.rows import CITED, agent_ref, citation
from trials.api.rows import (
    TITLE_COLUMNS,
    Values,
    agents_in_short,
    identifier_shape,
    records_by_id,
    sync_run_rows,
    title_of,
    trial_rows,
)
from trials.api.shapes import (
    AgentMatchShape,
    ArmShape,
    FieldOriginShape,
    IdentifierInFullShape,
    InterventionShape,
    OutcomeShape,
    OverrideShape,
    ReferenceShape,
    SiteShape,
    SyncRunDetailShape,
    TrialDetailShape,
)
from trials.filters import identified_trials
from trials.models import (
    Arm,
    FieldOverride,
    Intervention,
    RegisteredOutcome,
    Site,
    SyncFailure,
    SyncRun,
    Trial,
    TrialAgent,
    TrialIdentifier,
    TrialReference,
)

DETAIL_COLUMNS = (
    "official_title",
    "brief_summary",
    "lead_sponsor_class",
    "collaborators",
    "allocation",
    "intervention_model",
    "masking",
    "primary_purpose",
    "design_note",
    "last_known_status",
    "status_verified_date",
    "minimum_age_years",
    "maximum_age_years",
    "healthy_volunteers",
    "eligibility_criteria",
    "keywords",
    "inclusion_reason",
    "field_origins",
)


def find_trial(key: str, site: str) -> int:
    """The id of the visible trial with this public id or number, in any spelling.

    Raises NotFound; Moved where it was merged into another; Ambiguous where a sponsor's code
    belongs to several trials, because such codes are not unique across sponsors.
    """
    try:
        found = Trial.objects.filter(identified_trials(key), inclusion="INCLUDED")
    except UnknownTerm:
        found = Trial.objects.none()
    rows = list(found.values("pk", "merged_into_id", "merged_into__public_id", *TITLE_COLUMNS))
    current = [row for row in rows if row["merged_into_id"] is None]
    if len(current) == 1:
        return int(current[0]["pk"])
    if current:
        raise Ambiguous(
            f"{key[:80]!r} is a number of several trials.",
            [
                {"name": title_of(row), "url": address(site, "trials", row["public_id"])}
                for row in current
            ],
        )
    if rows:
        survivor = rows[0]["merged_into__public_id"]
        raise Moved(f"{key[:80]!r} is now part of {survivor}.", address(site, "trials", survivor))
    raise NotFound(f"No trial here has the number {key[:80]!r}.")


def trial_detail(pk: int, site: str, linked: Iterable[str], today: dt.date) -> TrialDetailShape:
    """The trial in full. `linked` are the lists that can be filtered by trial."""
    found = Trial.objects.filter(pk=pk)
    [row] = trial_rows(found, site, today)
    more = found.values(*DETAIL_COLUMNS).get()
    given, through = _given(pk), _arms_of_interventions(pk)
    merged = Trial.objects.filter(merged_into=pk).order_by("public_id")
    return {
        **row,
        "official_title": known(more["official_title"]),
        "brief_summary": known(more["brief_summary"]),
        "lead_sponsor_class": known(more["lead_sponsor_class"]),
        "collaborators": more["collaborators"],
        "allocation": known(more["allocation"]),
        "intervention_model": known(more["intervention_model"]),
        "masking": known(more["masking"]),
        "primary_purpose": known(more["primary_purpose"]),
        "design_note": known(more["design_note"]),
        "last_known_status": known(more["last_known_status"]),
        "status_verified_date": partial_date(more["status_verified_date"]),
        "minimum_age_years": number(more["minimum_age_years"]),
        "maximum_age_years": number(more["maximum_age_years"]),
        "healthy_volunteers": more["healthy_volunteers"],
        "eligibility_criteria": known(more["eligibility_criteria"]),
        "keywords": more["keywords"],
        "inclusion_reason": more["inclusion_reason"],
        "all_identifiers": _identifiers(pk),
        "arms": _arms(pk, given, through, site),
        "interventions": _interventions(pk, given, through, site),
        "agent_matches": [_match(each, site) for each in given],
        "outcomes": _outcomes(pk),
        "sites": _sites(pk),
        "references": _references(pk),
        "field_origins": _origins(more["field_origins"]),
        "overrides": _overrides(pk),
        "merged_from": list(merged.values_list("public_id", flat=True)),
        "links": {name: listing(site, name, trial=row["public_id"]) for name in linked},
    }


def _given(pk: int) -> list[Values]:
    """Which agent is given where, and how we know."""
    found = TrialAgent.objects.filter(trial=pk, removed_at=None)
    rows = found.order_by("agent__name", "arm__position").values(
        *("role", "agent__slug", "agent__name", "arm_id", "arm__label"),
        *("intervention_id", "matched_by", "matched_name"),
    )
    return list(rows)


def _arms_of_interventions(pk: int) -> list[Values]:
    """Which intervention belongs to which arm."""
    found = Intervention.arms.through.objects.filter(arm__trial=pk)
    rows = found.order_by("intervention__position", "arm__position").values(
        "arm_id", "arm__label", "intervention_id", "intervention__name"
    )
    return list(rows)


def _identifiers(pk: int) -> list[IdentifierInFullShape]:
    found = (
        TrialIdentifier.objects.filter(trial=pk)
        .order_by("registry", "value")
        .values("registry", "value", "kind", "value_raw", "gone_at", *CITED)
    )
    return [
        {
            **identifier_shape(row),
            "value_raw": row["value_raw"],
            "gone_at": moment(row["gone_at"]),
            "source": citation(row),
        }
        for row in found
    ]


def _arms(pk: int, given: Sequence[Values], through: Sequence[Values], site: str) -> list[ArmShape]:
    agents, interventions = grouped(given, "arm_id"), grouped(through, "arm_id")
    return [
        {
            "id": arm.pk,
            "label": arm.label,
            "type": known(arm.arm_type),
            "description": known(arm.description),
            "removed_at": moment(arm.removed_at),
            "interventions": [row["intervention__name"] for row in interventions[arm.pk]],
            "agents": agents_in_short(agents[arm.pk], site),
        }
        for arm in Arm.objects.filter(trial=pk).order_by("position", "pk")
    ]


def _interventions(
    pk: int, given: Sequence[Values], through: Sequence[Values], site: str
) -> list[InterventionShape]:
    agents, arms = grouped(given, "intervention_id"), grouped(through, "intervention_id")
    found = Intervention.objects.filter(trial=pk, removed_at=None).order_by("position", "pk")
    return [
        {
            "name": each.name,
            "type": known(each.intervention_type),
            "description": known(each.description),
            "other_names": each.other_names,
            "arms": [row["arm__label"] for row in arms[each.pk]],
            "agents": [
                agent_ref(slug, name, site)
                for slug, name in dict.fromkeys(
                    (row["agent__slug"], row["agent__name"]) for row in agents[each.pk]
                )
            ],
        }
        for each in found
    ]


def _match(row: Values, site: str) -> AgentMatchShape:
    return {
        **agent_ref(row["agent__slug"], row["agent__name"], site),
        "role": row["role"],
        "arm": row["arm__label"],
        "matched_by": row["matched_by"],
        "matched_name": known(row["matched_name"]),
    }


def _outcomes(pk: int) -> list[OutcomeShape]:
    ranks = {"PRIMARY": 0, "SECONDARY": 1}
    found = RegisteredOutcome.objects.filter(trial=pk).order_by("position", "pk")
    return [
        {
            "kind": each.kind,
            "measure": each.measure,
            "time_frame": known(each.time_frame),
            "description": known(each.description),
        }
        for each in sorted(found, key=lambda outcome: ranks.get(outcome.kind, 2))
    ]


def _sites(pk: int) -> list[SiteShape]:
    found = Site.objects.filter(trial=pk).order_by("country", "city", "facility", "pk")
    return [
        {
            "facility": known(each.facility),
            "city": known(each.city),
            "state": known(each.state),
            "country": known(each.country),
            "country_code": known(each.country_code),
            "status": known(each.status),
        }
        for each in found
    ]


def _references(pk: int) -> list[ReferenceShape]:
    return [
        {
            "pmid": known(each.pmid),
            "type": known(each.reference_type),
            "citation": known(each.citation),
        }
        for each in TrialReference.objects.filter(trial=pk).order_by("position", "pk")
    ]


def _origins(origins: dict[str, int]) -> list[FieldOriginShape]:
    records = records_by_id(origins.values())
    return [
        {"field": field, "record": records[record]}
        for field, record in sorted(origins.items())
        if record in records
    ]


def _overrides(pk: int) -> list[OverrideShape]:
    active = FieldOverride.objects.filter(trial=pk, released_at=None).order_by("field")
    return [
        {
            "field": each.field,
            "value": each.value,
            "reason": each.reason,
            "created_at": moment(each.created_at),
        }
        for each in active
    ]


def sync_run_detail(pk: int, site: str) -> SyncRunDetailShape:
    """One run with what it could not take in."""
    found = SyncRun.objects.filter(pk=pk)
    [row] = sync_run_rows(found, site)
    return {
        **row,
        "failed_records": [
            {
                "registry_id": known(each.registry_id),
                "path": known(each.path),
                "reason": each.reason,
                "at": moment(each.at),
            }
            for each in SyncFailure.objects.filter(run=pk).order_by("pk")
        ],
        "parser_version": known(found.values_list("parser_version", flat=True).get()),
    }
