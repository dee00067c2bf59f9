"""Records of the EU's Clinical Trials Information System, made by the project; nothing is real."""

from __future__ import annotations

import copy
from typing import Any

Record = dict[str, Any]

PERSON: Record = {
    "firstName": "Example",
    "lastName": "Person",
    "telephone": "000 000 0000",
    "email": "person@example.org",
}
TRIAL: Record = {
    "ctNumber": "2099-500001-11-00",
    "ctStatus": 4,
    "ctPublicStatusCode": 4,
    "startDateEU": "29/01/2023",
    "publishDate": "2024-06-03T03:39:42.5",
    "lastUpdated": "02/06/2024",
    "lastPublicationUpdate": "03/06/2024",
    "trialPhase": "Therapeutic exploratory (Phase II)",
    "sponsorType": "Pharmaceutical company, Pharmaceutical company",
    "ageGroup": "18-64 years, 0-17 years",
    "gender": "Female, Male",
    "totalNumberEnrolled": "60",
    "resultsFirstReceived": "No",
    "authorizedApplication": {
        "authorizedPartI": {
            "id": 1,
            "rowSubjectCount": 5,
            "rowCountriesInfo": [{"name": "Switzerland"}],
            "trialDetails": {
                "clinicalTrialIdentifiers": {
                    "fullTitle": "An invented trial of regorafenib in osteosarcoma",
                    "publicTitle": "An invented trial",
                    "shortTitle": "EX-0001",
                    "secondaryIdentifyingNumbers": {
                        "nctNumber": {"id": 2, "number": "NCT99900001"},
                        "additionalRegistries": [{"number": "jRCTs999990001"}],
                    },
                },
                "trialInformation": {
                    "medicalCondition": {
                        "partIMedicalConditions": [{"medicalCondition": "Osteosarcoma"}],
                        "meddraConditionTerms": [{"termName": "Osteosarcoma metastatic"}],
                    },
                    "trialObjective": {"mainObjective": "To compare PFS."},
                    "eligibilityCriteria": {
                        "principalInclusionCriteria": [
                            {"id": 3, "number": 1, "principalInclusionCriteria": "Osteosarcoma"}
                        ],
                        "principalExclusionCriteria": [
                            {"id": 4, "number": 1, "principalExclusionCriteria": "Pregnancy"}
                        ],
                    },
                    "endPoint": {
                        "primaryEndPoints": [{"endPoint": "PFS"}],
                        "secondaryEndPoints": [{"endPoint": "OS"}],
                    },
                    "trialDuration": {
                        "estimatedEndDate": "2026-12-09",
                        "estimatedRecruitmentStartDate": "2023-01-16",
                    },
                },
                "associatedClinicalTrials": [{"ctNumber": "2098-000009-99"}],
                "pubmedCode": ["12345678"],
            },
            "sponsors": [
                {"organisation": {"name": "Co-sponsor"}, "primary": False},
                {
                    "organisation": {"name": "Example Pharma"},
                    "primary": True,
                    "publicContacts": [PERSON],
                    "addresses": [{"address": {"oneLine": "1 Example Street"}}],
                },
            ],
            "productRoleGroupInfos": [
                {
                    "productRoleName": "Test",
                    "products": [
                        {
                            "productName": "Inventivar 40 mg",
                            "productDictionaryInfo": {"activeSubstanceName": "REGORAFENIB"},
                        }
                    ],
                },
                {
                    "productRoleName": "Placebo",
                    "products": [{"productDictionaryInfo": {"activeSubstanceName": "N/A"}}],
                },
            ],
        },
        "authorizedPartsII": [
            {
                "recruitmentSubjectCount": 40,
                "trialSites": [
                    {
                        "organisationAddressInfo": {
                            "organisation": {"name": "Example Hospital"},
                            "address": {
                                "city": "Northtown",
                                "countryName": "Spain",
                                "oneLine": "1 Example Street",
                                "postcode": "ZZ-999",
                            },
                            "phone": "000 000 0000",
                            "email": "person@example.org",
                        },
                        "personInfo": PERSON,
                        "departmentName": "Example Person's unit",
                    }
                ],
            },
            {"recruitmentSubjectCount": 20, "trialSites": []},
        ],
        "memberStatesConcerned": [
            {"mscName": "Spain", "mscPublicStatusCode": 4},
            {"mscName": "Italy", "mscPublicStatusCode": 2},
        ],
        "eudraCt": {"isTransitioned": True, "eudraCtCode": "2099-000001-11"},
    },
    "events": {"trialEvents": []},
    "documents": [{"title": "CV Example Person"}],
}


def trial(**changes: Any) -> Record:
    """The record with other values at its top; None takes a key out."""
    record = copy.deepcopy(TRIAL)
    record.update(changes)
    return {key: value for key, value in record.items() if value is not None}


def old_trial() -> Record:
    """The record in the shape of before June 2024: parts one level higher, the status in words."""
    record = trial(ctPublicStatusCode=None, ctStatus="Authorised, not started", startDateEU=None)
    record.update(record.pop("authorizedApplication"))
    return record


def listing(numbers: list[str], *, total: int | None = None, more: bool = False) -> Record:
    """A page of the search."""
    return {
        "pagination": {
            "totalRecords": len(numbers) if total is None else total,
            "nextPage": more,
        },
        "data": [{"ctNumber": one, "ctTitle": "An invented trial"} for one in numbers],
    }
