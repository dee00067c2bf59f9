"""Records of the ISRCTN registry, made by the project, as XML and as JSON; nothing is real."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

Record = dict[str, Any]

STUDY: Record = {
    "isrctn": "99900001",
    "asOf": "2024-06-03",
    "trialDescription": {
        "title": "An invented study",
        "scientificTitle": "An invented randomised study of zoledronate in osteosarcoma",
        "acronym": "INVENT",
        "studyHypothesis": "That it helps.",
        "plainEnglishSummary": "Background and study aims\nTo learn.\n\n"
        "Who is the main contact?\nDr Example Person\nperson@example.org",
        "primaryOutcomes": "",
        "primaryOutcome": "Event-free survival at 2 years",
        "secondaryOutcomes": {
            "outcomeMeasure": {
                "variable": "Overall survival",
                "method": "registry",
                "timepoints": "5 years",
            }
        },
        "secondaryOutcome": "",
    },
    "externalRefs": {
        "eudraCTNumber": "2099-000001-11",
        "clinicalTrialsGovNumber": "Nil known",
        "protocolSerialNumber": "EX-0001, EX-0002",
        "secondaryNumbers": {"secondaryNumber": "2099-000001-11"},
    },
    "trialDesign": {
        "primaryStudyDesign": "Interventional",
        "secondaryStudyDesign": "Randomised controlled trial",
        "trialTypes": {"trialType": "Treatment"},
        "overallEndDate": "2027-12-31T00:00:00.000Z",
    },
    "participants": {
        "recruitmentCountries": {"country": ["Ireland", "England"]},
        "trialCentres": {
            "trialCentre": {
                "name": "Example Hospital",
                "address": "1 Example Street",
                "city": "Northtown",
                "state": "",
                "country": "Ireland",
                "zip": "ZZ-999",
            }
        },
        "inclusion": "Osteosarcoma",
        "exclusion": "Not provided at time of registration",
        "lowerAgeLimit": "5 Years",
        "gender": "All",
        "targetEnrolment": "100",
        "totalFinalEnrolment": "0",
        "recruitmentStart": "2024-01-01T00:00:00.000Z",
        "recruitmentEnd": "2025-12-31T00:00:00.000Z",
        "recruitmentStatusOverride": "",
    },
    "conditions": {"condition": {"description": "Osteosarcoma", "diseaseClass2": "Bone cancer"}},
    "interventions": {
        "intervention": {
            "description": "Zoledronate for a year",
            "interventionType": "Drug",
            "phase": "Phase II/III",
            "drugNames": "Zoledronate, calcium",
        }
    },
    "results": {
        "publicationDetails": "2026 Results article in https://pubmed.ncbi.nlm.nih.gov/12345678/"
    },
    "parties": {"contactId": ["x"], "sponsorId": "y"},
    "sponsor": {"organisation": "Example University", "commercialStatus": "Non-commercial"},
}


def study(**parts: dict[str, Any] | str) -> Record:
    """The record with other values in its parts: `participants={"gender": "Male"}`."""
    record = copy.deepcopy(STUDY)
    for name, change in parts.items():
        if isinstance(change, dict):
            record.setdefault(name, {}).update(change)
        else:
            record[name] = change
    return record


def full_trial(number: str = "99900001", title: str = "An invented study") -> str:
    """A study as the registry's XML has it, with a contact beside it."""
    return f"""<fullTrial><trial lastUpdated="2024-05-26T15:09:37.8Z" version="12"
 publicIdentifierCanonical="ISRCTN{number}" publicIdentifierDateAssigned="2023-11-02T15:09:37Z">
 <isrctn dateAssigned="2023-11-02T15:09:37Z">{number}</isrctn>
 <trialDescription><title>{title}</title><acronym />
  <primaryOutcomes><outcomeMeasure id="1"><variable>EFS</variable><method>scan</method>
   <timepoints>2 years</timepoints></outcomeMeasure></primaryOutcomes></trialDescription>
 <trialDesign><primaryStudyDesign>Interventional</primaryStudyDesign></trialDesign>
 <participants><recruitmentCountries><country>Ireland</country><country>Wales</country>
  </recruitmentCountries><recruitmentStart>2024-01-01T00:00:00Z</recruitmentStart>
  <recruitmentEnd>2025-12-31T00:00:00Z</recruitmentEnd></participants>
 <parties><contactId>c</contactId></parties></trial>
 <contact id="c"><forename>Example</forename><surname>Person</surname>
  <contactDetails><email>person@example.org</email></contactDetails></contact>
 <sponsor id="s"><organisation>Example University</organisation>
  <commercialStatus>Non-commercial</commercialStatus>
  <contactDetails><address>1 Example Street</address></contactDetails></sponsor></fullTrial>"""


def all_trials(studies: Iterable[str], *, total: int) -> bytes:
    """An answer of the registry's query."""
    return (
        f'<allTrials xmlns="http://www.67bricks.com/isrctn" totalCount="{total}">'
        + "".join(studies)
        + "</allTrials>"
    ).encode()
