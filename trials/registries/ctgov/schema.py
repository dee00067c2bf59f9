"""The parts of a ClinicalTrials.gov v2 study that OsteoDB reads, after OpenAPI document 2.0.3.

Only shapes: enumerations stay text, so that a value the registry adds tomorrow is read and listed
instead of failing. Fields that are not named here are ignored by the decoder.
"""

from __future__ import annotations

import msgspec


class Part(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """A part of a study; every field of the registry is optional."""


class PartialDateStruct(Part, frozen=True):
    date: str = ""
    type: str = ""


class OrgStudyId(Part, frozen=True):
    id: str = ""
    type: str = ""


class SecondaryId(Part, frozen=True):
    id: str = ""
    type: str = ""
    domain: str = ""


class Identification(Part, frozen=True):
    nct_id: str = ""
    nct_id_aliases: tuple[str, ...] = ()
    org_study_id_info: OrgStudyId = OrgStudyId()
    secondary_id_infos: tuple[SecondaryId, ...] = ()
    brief_title: str = ""
    official_title: str = ""
    acronym: str = ""


class Status(Part, frozen=True):
    status_verified_date: str = ""
    overall_status: str = ""
    last_known_status: str = ""
    why_stopped: str = ""
    start_date_struct: PartialDateStruct = PartialDateStruct()
    primary_completion_date_struct: PartialDateStruct = PartialDateStruct()
    completion_date_struct: PartialDateStruct = PartialDateStruct()
    study_first_post_date_struct: PartialDateStruct = PartialDateStruct()
    results_first_post_date_struct: PartialDateStruct = PartialDateStruct()
    last_update_post_date_struct: PartialDateStruct = PartialDateStruct()


class Agency(Part, frozen=True):
    name: str = ""
    agency_class: str = msgspec.field(default="", name="class")


class Sponsors(Part, frozen=True):
    lead_sponsor: Agency = Agency()
    collaborators: tuple[Agency, ...] = ()


class Description(Part, frozen=True):
    brief_summary: str = ""


class Conditions(Part, frozen=True):
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


class Masking(Part, frozen=True):
    masking: str = ""


class DesignInfo(Part, frozen=True):
    allocation: str = ""
    intervention_model: str = ""
    observational_model: str = ""
    primary_purpose: str = ""
    masking_info: Masking = Masking()


class Enrollment(Part, frozen=True):
    count: int | None = None
    type: str = ""


class Design(Part, frozen=True):
    study_type: str = ""
    phases: tuple[str, ...] = ()
    design_info: DesignInfo = DesignInfo()
    enrollment_info: Enrollment = Enrollment()


class ArmGroup(Part, frozen=True):
    label: str = ""
    type: str = ""
    description: str = ""


class InterventionPart(Part, frozen=True):
    type: str = ""
    name: str = ""
    description: str = ""
    arm_group_labels: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()


class ArmsInterventions(Part, frozen=True):
    arm_groups: tuple[ArmGroup, ...] = ()
    interventions: tuple[InterventionPart, ...] = ()


class OutcomePart(Part, frozen=True):
    measure: str = ""
    description: str = ""
    time_frame: str = ""


class Outcomes(Part, frozen=True):
    primary_outcomes: tuple[OutcomePart, ...] = ()
    secondary_outcomes: tuple[OutcomePart, ...] = ()
    other_outcomes: tuple[OutcomePart, ...] = ()


class Eligibility(Part, frozen=True):
    eligibility_criteria: str = ""
    healthy_volunteers: bool | None = None
    sex: str = ""
    minimum_age: str = ""
    maximum_age: str = ""


class Location(Part, frozen=True):
    facility: str = ""
    status: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    country_code: str = ""


class Locations(Part, frozen=True):
    locations: tuple[Location, ...] = ()


class ReferencePart(Part, frozen=True):
    pmid: str = ""
    type: str = ""
    citation: str = ""


class References(Part, frozen=True):
    references: tuple[ReferencePart, ...] = ()


class Protocol(Part, frozen=True):
    identification_module: Identification
    status_module: Status = Status()
    sponsor_collaborators_module: Sponsors = Sponsors()
    description_module: Description = Description()
    conditions_module: Conditions = Conditions()
    design_module: Design = Design()
    arms_interventions_module: ArmsInterventions = ArmsInterventions()
    outcomes_module: Outcomes = Outcomes()
    eligibility_module: Eligibility = Eligibility()
    contacts_locations_module: Locations = Locations()
    references_module: References = References()


class Mesh(Part, frozen=True):
    id: str = ""
    term: str = ""


class Browse(Part, frozen=True):
    meshes: tuple[Mesh, ...] = ()


class Derived(Part, frozen=True):
    condition_browse_module: Browse = Browse()


class Study(Part, frozen=True):
    """One study as the registry sends it."""

    protocol_section: Protocol
    derived_section: Derived = Derived()
    has_results: bool | None = None
