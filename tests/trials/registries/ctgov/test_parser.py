"""The parser: every part of a study arrives, and nothing unknown stops a record."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.registry.corpus import corpus_records
from tests.registry.records import generate
from trials.registries.base import MalformedRecord, ParsedIdentifier
from trials.registries.ctgov import tables
from trials.registries.ctgov.parser import parse

STUDY: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT02389244",
            "nctIdAliases": ["NCT01999999"],
            "orgStudyIdInfo": {"id": "UC-0150/1309"},
            "secondaryIdInfos": [
                {"id": "2013-003910-42", "type": "EUDRACT_NUMBER"},
                {"id": "EUCTR2013-003910-42-FR", "type": "REGISTRY"},
            ],
            "briefTitle": "A  short\ntitle",
            "acronym": "REGOBONE",
        },
        "statusModule": {
            "statusVerifiedDate": "2025-09",
            "overallStatus": "UNKNOWN",
            "lastKnownStatus": "RECRUITING",
            "whyStopped": "Slow accrual",
            "startDateStruct": {"date": "2014-09-30", "type": "ACTUAL"},
            "completionDateStruct": {"date": "2026-03", "type": "ESTIMATED"},
            "lastUpdatePostDateStruct": {"date": "2025-09-16", "type": "ACTUAL"},
        },
        "sponsorCollaboratorsModule": {
            "leadSponsor": {"name": "UNICANCER", "class": "OTHER"},
            "collaborators": [{"name": "Helper"}, {"name": "Helper"}],
        },
        "conditionsModule": {"conditions": ["Osteosarcoma"], "keywords": ["bone"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE3", "PHASE2"],
            "designInfo": {"allocation": "RANDOMIZED", "maskingInfo": {"masking": "DOUBLE"}},
            "enrollmentInfo": {"count": 163, "type": "ESTIMATED"},
        },
        "armsInterventionsModule": {
            "armGroups": [
                {"label": "Regorafenib", "type": "EXPERIMENTAL"},
                {"label": "Placebo", "type": "PLACEBO_COMPARATOR"},
            ],
            "interventions": [
                {
                    "type": "DRUG",
                    "name": "Regorafenib",
                    "otherNames": ["BAY 73-4506"],
                    "armGroupLabels": ["Regorafenib"],
                },
                {"type": "DRUG", "name": "Regorafenib", "armGroupLabels": ["Placebo"]},
            ],
        },
        "outcomesModule": {
            "primaryOutcomes": [{"measure": "PFS", "timeFrame": "8 weeks"}],
            "secondaryOutcomes": [{"measure": "OS"}],
            "otherOutcomes": [{"measure": "Biomarkers"}],
        },
        "eligibilityModule": {"minimumAge": "10 Years", "maximumAge": "N/A", "sex": "ALL"},
        "contactsLocationsModule": {
            "locations": [
                {"facility": "B", "city": "Paris", "country": "France", "status": "RECRUITING"},
                {"facility": "A", "city": "Lyon", "country": "France"},
            ]
        },
        "referencesModule": {"references": [{"pmid": "30477937", "type": "RESULT"}]},
    },
    "hasResults": False,
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The study with one value of its protocol changed; None removes it."""
    study = copy.deepcopy(STUDY)
    part: Any = study["protocolSection"]
    *parents, last = path.split(".")
    for name in parents:
        part = part[name]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return study


def test_every_part_arrives() -> None:
    trial = parse(STUDY)
    fields = trial.fields
    assert (trial.registry, trial.registry_id) == ("NCT", "NCT02389244")
    assert trial.registry_date == "2025-09-16"
    assert fields.brief_title == "A short title"
    assert (fields.lead_sponsor, fields.collaborators) == ("UNICANCER", ("Helper",))
    assert (fields.status, fields.status_raw) == ("unknown", "UNKNOWN")
    assert (fields.last_known_status, fields.why_stopped) == ("recruiting", "Slow accrual")
    assert fields.phases == ("PHASE2", "PHASE3")
    assert (fields.enrolment_count, fields.enrolment_type) == (163, "ESTIMATED")
    assert (fields.start_date, fields.start_date_type) == ("2014-09-30", "ACTUAL")
    assert (fields.completion_date, fields.completion_date_type) == ("2026-03", "ESTIMATED")
    assert fields.status_verified_date == "2025-09"
    assert (fields.minimum_age_years, fields.maximum_age_years) == ("10.000", None)
    assert fields.countries == ("FR",)
    assert fields.has_results is False
    assert [arm.arm_type for arm in trial.arms] == ["EXPERIMENTAL", "PLACEBO_COMPARATOR"]
    assert [(one.kind, one.measure) for one in trial.outcomes] == [
        ("PRIMARY", "PFS"),
        ("SECONDARY", "OS"),
        ("OTHER", "Biomarkers"),
    ]
    assert [(site.city, site.country_code, site.status) for site in trial.sites] == [
        ("Lyon", "FR", ""),
        ("Paris", "FR", "RECRUITING"),
    ]
    assert [(one.pmid, one.reference_type) for one in trial.references] == [("30477937", "RESULT")]
    assert trial.problems == ()


def test_each_number_is_there_once_with_how_it_stands() -> None:
    assert parse(STUDY).identifiers == (
        ParsedIdentifier("NCT", "NCT02389244", "NCT02389244", "PRIMARY"),
        ParsedIdentifier("NCT", "NCT01999999", "NCT01999999", "ALIAS"),
        ParsedIdentifier("EUCTR", "2013-003910-42", "2013-003910-42", "SECONDARY"),
        ParsedIdentifier("SPONSOR", "UC-0150-1309", "UC-0150/1309", "SECONDARY"),
    )


def test_one_intervention_listed_twice_is_one_in_both_arms() -> None:
    (only,) = parse(STUDY).interventions
    assert (only.name, only.other_names) == ("Regorafenib", ("BAY 73-4506",))
    assert only.arm_labels == ("Regorafenib", "Placebo")


def test_two_arms_of_one_label_are_told_apart_and_listed() -> None:
    arms = [{"label": "Same", "type": "OTHER"}, {"label": "Same", "type": "OTHER"}]
    trial = parse(changed("armsInterventionsModule.armGroups", arms))
    assert [arm.label for arm in trial.arms] == ["Same", "Same (2)"]
    assert [problem.kind for problem in trial.problems] == ["SUSPICIOUS_VALUE"]


@pytest.mark.parametrize(("raw", "ours"), sorted(tables.STATUSES.items()))
def test_every_status_of_the_document_has_its_own_name(raw: str, ours: str) -> None:
    trial = parse(changed("statusModule.overallStatus", raw))
    assert (trial.fields.status, trial.problems) == (ours, ())


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        ("statusModule.overallStatus", "PAUSED", "UNMAPPED_STATUS"),
        ("statusModule.lastKnownStatus", "PAUSED", "UNMAPPED_STATUS"),
        ("designModule.phases", ["PHASE2", "PHASE5"], "UNMAPPED_PHASE"),
        ("designModule.studyType", "DREAM", "UNMAPPED_VALUE"),
        ("designModule.enrollmentInfo", {"count": 99999999}, "SUSPICIOUS_VALUE"),
        ("eligibilityModule.sex", "ANY", "UNMAPPED_VALUE"),
        ("eligibilityModule.minimumAge", "ten", "SUSPICIOUS_VALUE"),
        ("statusModule.startDateStruct", {"date": "March 2022"}, "SUSPICIOUS_VALUE"),
        ("statusModule.startDateStruct", {"date": "2022-13"}, "SUSPICIOUS_VALUE"),
        ("statusModule.startDateStruct", {"date": "2022", "type": "GUESSED"}, "UNMAPPED_VALUE"),
        ("statusModule.lastUpdatePostDateStruct", {"date": "2022-03"}, "SUSPICIOUS_VALUE"),
        ("contactsLocationsModule.locations", [{"country": "Atlantis"}], "UNMAPPED_COUNTRY"),
        ("referencesModule.references", [{"pmid": "1", "type": "RUMOUR"}], "UNMAPPED_VALUE"),
    ],
)
def test_an_unknown_value_is_listed_and_stops_nothing(path: str, value: Any, kind: str) -> None:
    trial = parse(changed(path, value))
    assert [problem.kind for problem in trial.problems] == [kind]
    assert trial.problems[0].path.startswith("protocolSection.")


def test_an_unknown_status_is_other_and_keeps_its_word() -> None:
    fields = parse(changed("statusModule.overallStatus", "PAUSED")).fields
    assert (fields.status, fields.status_raw) == ("other", "PAUSED")


def test_the_sentinel_for_unknown_enrolment_is_not_a_number() -> None:
    trial = parse(changed("designModule.enrollmentInfo", {"count": 99999999}))
    assert trial.fields.enrolment_count is None


@pytest.mark.parametrize(
    ("raw", "years"),
    [("12 Years", "12.000"), ("6 Months", "0.500"), ("1 Day", "0.003"), ("N/A", None)],
)
def test_ages_are_given_in_years_too(raw: str, years: str | None) -> None:
    trial = parse(changed("eligibilityModule.minimumAge", raw))
    assert (trial.fields.minimum_age, trial.fields.minimum_age_years) == (raw, years)


def test_a_withheld_study_is_read_though_it_holds_next_to_nothing() -> None:
    withheld = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT00000409"},
            "statusModule": {"overallStatus": "WITHHELD"},
        }
    }
    assert parse(withheld).fields.status == "withheld"


def test_an_observational_study_has_its_own_model_and_no_phase() -> None:
    design = {
        "studyType": "OBSERVATIONAL",
        "designInfo": {"observationalModel": "COHORT", "timePerspective": "PROSPECTIVE"},
        "enrollmentInfo": {"count": 500, "type": "ESTIMATED"},
    }
    trial = parse(changed("designModule", design))
    fields = trial.fields
    assert (fields.study_type, fields.intervention_model) == ("OBSERVATIONAL", "COHORT")
    assert (fields.phases, fields.allocation, fields.masking) == ((), "", "")
    assert trial.problems == ()


@pytest.mark.parametrize(
    ("raw", "ours"),
    [
        ("AVAILABLE", "available"),
        ("NO_LONGER_AVAILABLE", "no_longer_available"),
        ("TEMPORARILY_NOT_AVAILABLE", "temporarily_not_available"),
        ("APPROVED_FOR_MARKETING", "approved_for_marketing"),
    ],
)
def test_an_expanded_access_study_keeps_its_own_status(raw: str, ours: str) -> None:
    study = changed("designModule", {"studyType": "EXPANDED_ACCESS"})
    study["protocolSection"]["statusModule"]["overallStatus"] = raw
    trial = parse(study)
    assert (trial.fields.study_type, trial.fields.status) == ("EXPANDED_ACCESS", ours)
    assert (trial.fields.status_raw, trial.problems) == (raw, ())


def test_the_mesh_terms_that_the_registry_derives_are_read() -> None:
    study = copy.deepcopy(STUDY)
    meshes = [{"id": "D009369", "term": "Neoplasms"}]
    study["derivedSection"] = {"conditionBrowseModule": {"meshes": meshes}}
    assert parse(study).condition_mesh == (("D009369", "Neoplasms"),)


def test_modules_and_fields_that_nobody_reads_stop_nothing() -> None:
    study = copy.deepcopy(STUDY)
    study["derivedSection"] = {"miscInfoModule": {"modelPredictions": {"bmi": 1}}}
    study["annotationSection"] = study["documentSection"] = {"some": ["thing"]}
    study["protocolSection"]["statusModule"]["delayedPosting"] = True
    assert parse(study) == parse(STUDY)


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("statusModule.startDateStruct", ["2022"], "protocolSection.statusModule.startDateStruct"),
        (
            "conditionsModule.conditions",
            "Osteosarcoma",
            "protocolSection.conditionsModule.conditions",
        ),
        ("identificationModule.nctId", "EUCTR1", "protocolSection.identificationModule.nctId"),
        ("identificationModule", None, "protocolSection"),
    ],
)
def test_a_shape_that_contradicts_the_document_says_where(
    path: str, value: Any, where: str
) -> None:
    with pytest.raises(MalformedRecord) as error:
        parse(changed(path, value))
    assert error.value.path == where


def test_made_records_have_nothing_unmapped() -> None:
    for record in [*corpus_records(), *generate(200, seed=4)]:
        assert parse(record).problems == ()
