"""What the answers about trials look like."""

from __future__ import annotations

from typing import Annotated, TypedDict

from osteodb.core.api.shapes import Day, Moment, PartialDateShape
from therapies.api.shapes import AgentRefShape, CitationShape
from trials.models import (
    AgentMatch,
    AgentRole,
    ChangeKind,
    EnrolmentType,
    IdentifierKind,
    IssueKind,
    IssueState,
    OutcomeKind,
    Phase,
    RecordOrigin,
    Registry,
    RunState,
    RunTrigger,
    Sex,
    StudyType,
    TrialStatus,
)
from trials.staleness import MEANINGS

STALE_CODES = {
    "enum": list(MEANINGS),
    "description": "; ".join(f"`{code}`: {meaning}" for code, meaning in MEANINGS.items()),
}


class TrialRefShape(TypedDict):
    """A trial in short."""

    public_id: str
    title: str
    url: str


class IdentifierShape(TypedDict):
    """A number a trial is known by."""

    display: Annotated[str, "The number as used in addresses, such as EUCTR2013-003910-42."]
    registry: Annotated[str, Registry]
    value: Annotated[str, "The normal form within its registry."]
    kind: Annotated[str, IdentifierKind]


class TrialAgentShape(AgentRefShape):
    """An agent that a trial gives."""

    role: Annotated[str, AgentRole]


class TrialConditionShape(TypedDict):
    """A condition in the registry's words, and its place in our tree where it is known."""

    name: str
    slug: str | None


class EnrolmentShape(TypedDict):
    """How many take part."""

    count: int
    type: Annotated[str | None, "Enrolled or planned.", EnrolmentType]


class RecordShape(TypedDict):
    """A record that a fact was taken from, and when it was seen there."""

    id: int
    registry: Annotated[str, Registry]
    registry_id: str
    origin: Annotated[str, RecordOrigin]
    source_url: str | None
    fetched_at: Annotated[Moment, "As seen on."]
    registry_date: Annotated[str | None, "The date the origin itself gives the record."]


class StaleShape(TypedDict):
    """A reason why what a trial says of itself may be out of date today."""

    code: Annotated[str, STALE_CODES]
    sentence: Annotated[str, "The same for people."]


class TrialRowShape(TypedDict):
    """One real study, under all its numbers. null means not reported, never no or zero."""

    public_id: str
    url: str
    title: Annotated[str, "The brief title, or the best there is."]
    acronym: str | None
    identifiers: list[IdentifierShape]
    status: Annotated[str, TrialStatus]
    status_raw: Annotated[str | None, "As the origin words it."]
    status_seen: Annotated[RecordShape | None, "The record the status is from."]
    stale: Annotated[list[StaleShape], "Why it may be out of date; empty where nothing says so."]
    why_stopped: str | None
    study_type: Annotated[str | None, StudyType]
    phases: Annotated[list[str], "A phase 2/3 trial has two.", Phase]
    conditions: list[TrialConditionShape]
    agents: list[TrialAgentShape]
    lead_sponsor: str | None
    countries: Annotated[list[str], "ISO 3166-1 alpha-2 codes of the countries with sites."]
    enrolment: EnrolmentShape | None
    start_date: PartialDateShape | None
    primary_completion_date: PartialDateShape | None
    completion_date: PartialDateShape | None
    first_posted_date: Day
    last_update_posted_date: Day
    results_first_posted_date: Day
    has_results: Annotated[bool | None, "Results posted in a registry."]
    sex: Annotated[str | None, Sex]
    minimum_age: Annotated[str | None, 'As reported, such as "12 Years".']
    maximum_age: str | None
    updated_at: Annotated[Moment, "When a field was last changed here."]


class IdentifierInFullShape(IdentifierShape):
    """A number as it was written, and where."""

    value_raw: str
    gone_at: Annotated[Moment, "When the registry first answered that it is gone."]
    source: CitationShape


class InterventionShape(TypedDict):
    """What is given or done, in the registry's words, and the agents it was matched to."""

    name: str
    type: Annotated[str | None, "The registry's own word: DRUG, BIOLOGICAL …"]
    description: str | None
    other_names: list[str]
    arms: Annotated[list[str], "Labels of the arms it belongs to."]
    agents: list[AgentRefShape]


class ArmShape(TypedDict):
    """A group of participants as registered."""

    id: int
    label: str
    type: Annotated[str | None, "The registry's own word: EXPERIMENTAL …"]
    description: str | None
    removed_at: Annotated[Moment, "When the registry no longer listed it."]
    interventions: Annotated[list[str], "Names of what is given in it."]
    agents: list[TrialAgentShape]


class AgentMatchShape(TrialAgentShape):
    """How we know that the trial gives an agent."""

    arm: Annotated[str | None, "Label of the arm; null for the trial as a whole."]
    matched_by: Annotated[str, AgentMatch]
    matched_name: Annotated[str | None, "The registry's words that matched."]


class OutcomeShape(TypedDict):
    """What the trial said it would measure."""

    kind: Annotated[str, OutcomeKind]
    measure: str
    time_frame: str | None
    description: str | None


class SiteShape(TypedDict):
    """A place where the trial recruits."""

    facility: str | None
    city: str | None
    state: str | None
    country: Annotated[str | None, "As written."]
    country_code: str | None
    status: Annotated[str | None, "The registry's own word."]


class ReferenceShape(TypedDict):
    """A publication the registry ties to the trial."""

    pmid: str | None
    type: Annotated[str | None, "BACKGROUND, RESULT or DERIVED."]
    citation: str | None


class OverrideShape(TypedDict):
    """A curator's value that stands in place of the registry's, with the reason."""

    field: str
    value: Annotated[object, "What the curator set; it is what the field shows."]
    reason: str
    created_at: Moment


class FieldOriginShape(TypedDict):
    """Which record a field's current value came from."""

    field: str
    record: RecordShape


class TrialDetailShape(TrialRowShape):
    """One trial in full, each field with the record it came from."""

    official_title: str | None
    brief_summary: str | None
    lead_sponsor_class: str | None
    collaborators: list[str]
    allocation: str | None
    intervention_model: str | None
    masking: str | None
    primary_purpose: str | None
    design_note: str | None
    last_known_status: Annotated[str | None, TrialStatus]
    status_verified_date: PartialDateShape | None
    minimum_age_years: float | None
    maximum_age_years: float | None
    healthy_volunteers: bool | None
    eligibility_criteria: str | None
    keywords: list[str]
    inclusion_reason: Annotated[str, "Why the trial belongs in OsteoDB."]
    all_identifiers: list[IdentifierInFullShape]
    arms: list[ArmShape]
    interventions: list[InterventionShape]
    agent_matches: list[AgentMatchShape]
    outcomes: list[OutcomeShape]
    sites: list[SiteShape]
    references: list[ReferenceShape]
    field_origins: list[FieldOriginShape]
    overrides: list[OverrideShape]
    merged_from: Annotated[list[str], "Public ids of trials merged into this one."]
    links: dict[str, str]


class ConditionRowShape(TypedDict):
    """A disease in a tree."""

    slug: str
    url: str
    name: str
    names: list[str]
    path: Annotated[str, "The slugs from the root, joined by /."]
    parent: str | None
    mesh_id: str | None


class ChangeRowShape(TypedDict):
    """One field of one trial that changed."""

    id: int
    url: str
    trial: TrialRefShape
    kind: Annotated[str, ChangeKind]
    field: str
    old: Annotated[object, "The value before, in the field's own form; null where none was."]
    new: Annotated[object, "The value after."]
    effective_date: Annotated[str | None, "When it took effect by the origin's own date."]
    seen_at: Annotated[Moment, "When we saw it."]
    run: Annotated[int | None, "The sync run that saw it."]
    record: Annotated[RecordShape | None, "The record that says so."]


class DisagreementRowShape(TypedDict):
    """One field in which an origin says something else than the trial shows."""

    id: int
    url: str
    trial: TrialRefShape
    field: str
    shown: Annotated[object, "The value the trial shows, in the field's own form."]
    shown_record: Annotated[RecordShape | None, "Who says so; null: a curator's override."]
    other: Annotated[object, "What the other origin says."]
    other_record: Annotated[RecordShape | None, "The other origin."]
    why: Annotated[str | None, "The rule by which the one is shown; null under an override."]
    began_at: Annotated[Moment, "Since when this is known."]
    ended_at: Annotated[Moment, "When they agreed again; null: they still disagree."]


class SyncRunRowShape(TypedDict):
    """One refresh from one registry."""

    id: int
    url: str
    registry: Annotated[str, Registry]
    state: Annotated[str, RunState]
    reason: Annotated[str | None, "Why it failed or is partial."]
    trigger: Annotated[str, RunTrigger]
    query: str | None
    registry_ids: list[str]
    dry_run: bool
    requested_at: Moment
    started_at: Moment
    finished_at: Moment
    data_timestamp: Annotated[str | None, "The registry's own data time."]
    complete: Annotated[bool, "A whole sweep: only then is the data current."]
    total_expected: int | None
    seen: int
    created: int
    changed: int
    unchanged: int
    tombstones: int
    failures: int


class SyncFailureShape(TypedDict):
    """A record that a run could not take in."""

    registry_id: str | None
    path: Annotated[str | None, "Where in the record."]
    reason: str
    at: Moment


class SyncRunDetailShape(SyncRunRowShape):
    """One run with what it could not take in."""

    failed_records: list[SyncFailureShape]
    parser_version: str | None


class QualityIssueRowShape(TypedDict):
    """Something unmapped or suspicious."""

    id: int
    url: str
    kind: Annotated[str, IssueKind]
    state: Annotated[str, IssueState]
    registry: Annotated[str | None, Registry]
    trial: TrialRefShape | None
    path: str | None
    value: str
    message: str
    resolution: str | None
    first_seen_at: Moment
    last_seen_at: Moment
