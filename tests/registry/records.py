"""Records for the stand-in, made by the project.

`generate` invents osteosarcoma trials: the same seed gives the same records, and no person, sponsor
or number in them is real (numbers begin with NCT9, which the registry has not reached).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

Record = dict[str, Any]

AGENTS = (
    "Regorafenib", "Apatinib", "Cabozantinib", "Sorafenib", "Pazopanib", "Nivolumab",
    "Ipilimumab", "Camrelizumab", "Avelumab", "Surufatinib", "Dinutuximab", "Mifamurtide",
    "Denosumab", "Bevacizumab",
)  # fmt: skip
BACKBONE = ("Doxorubicin", "Cisplatin", "Methotrexate", "Ifosfamide", "Etoposide", "Docetaxel")
BIOLOGICAL = frozenset(
    {
        "Nivolumab",
        "Ipilimumab",
        "Camrelizumab",
        "Avelumab",
        "Dinutuximab",
        "Denosumab",
        "Bevacizumab",
    }
)  # fmt: skip
CONDITIONS = (
    "Osteosarcoma", "Osteosarcoma, Metastatic", "Recurrent Osteosarcoma", "Osteogenic Sarcoma",
    "High Grade Osteosarcoma", "Osteosarcoma in Children",
)  # fmt: skip
OFF_TOPIC = ("Ewing Sarcoma", "Bone Cancer", "Bone Sarcoma", "Chondrosarcoma", "Solid Tumor")
PLACES = (
    ("Northtown", "Ohio", "United States"), ("Southport", "Texas", "United States"),
    ("Rivière", None, "France"), ("Altstadt", None, "Germany"), ("Porto Novo", None, "Italy"),
    ("Eastbridge", None, "United Kingdom"), ("Haidong", None, "China"), ("Kita", None, "Japan"),
    ("Maple Lake", "Ontario", "Canada"), ("Yenikent", None, "Turkey (Türkiye)"),
)  # fmt: skip
STATUSES = (
    ("RECRUITING", 30), ("COMPLETED", 30), ("ACTIVE_NOT_RECRUITING", 12),
    ("NOT_YET_RECRUITING", 8), ("UNKNOWN", 8), ("TERMINATED", 6), ("WITHDRAWN", 3),
    ("SUSPENDED", 1), ("ENROLLING_BY_INVITATION", 1), ("WITHHELD", 1),
)  # fmt: skip
PHASES = ((["PHASE2"], 40), (["PHASE1"], 20), (["PHASE1", "PHASE2"], 15), (["PHASE3"], 8),
          (["PHASE2", "PHASE3"], 4), (["EARLY_PHASE1"], 3), (["NA"], 10))  # fmt: skip
DAY_ZERO = dt.date(2008, 1, 1)
LAST_DAY = dt.date(2026, 5, 29)


def generate(count: int, *, seed: int = 1) -> Iterator[Record]:
    """So many invented trials, always the same ones for a seed."""
    for index in range(count):
        chance = random.Random(f"{seed}/{index}")  # noqa: S311 - the same records every time
        yield _Maker(chance, index).record()


def _pick(chance: random.Random, weighted: tuple[tuple[Any, int], ...]) -> Any:
    return chance.choices([one for one, _ in weighted], [weight for _, weight in weighted])[0]


class _Maker:
    """Makes one record; all of it follows from the chance given."""

    def __init__(self, chance: random.Random, index: int) -> None:
        self.chance = chance
        self.index = index
        self.number = f"NCT9{index + 1:07d}"
        self.start = DAY_ZERO + dt.timedelta(days=chance.randrange(6500))
        self.end = self.start + dt.timedelta(days=chance.randrange(400, 2200))
        self.updated = max(
            self.start, min(LAST_DAY, self.end + dt.timedelta(days=chance.randrange(-300, 300)))
        )
        self.status: str = _pick(chance, STATUSES)
        self.off_topic = chance.random() < 0.1
        self.tested = chance.sample(AGENTS, chance.choice((1, 1, 1, 2)))
        self.backbone = chance.sample(BACKBONE, chance.choice((0, 0, 2, 3)))
        self.results = self.status == "COMPLETED" and chance.random() < 0.3

    def record(self) -> Record:
        """The whole study."""
        record: Record = {"protocolSection": self.protocol()}
        if self.results:
            record["resultsSection"] = self.results_section()
        record["derivedSection"] = {
            "miscInfoModule": {"versionHolder": "2026-05-29"},
            "conditionBrowseModule": {"meshes": [{"id": "T000001", "term": "Bone Neoplasms"}]},
        }
        record["hasResults"] = self.results
        return record

    def protocol(self) -> Record:
        if self.status == "WITHHELD":
            return {
                "identificationModule": {
                    "nctId": self.number,
                    "briefTitle": "[Trial of device that is not approved or cleared]",
                },
                "statusModule": {"overallStatus": "WITHHELD"},
            }
        return {
            "identificationModule": self.identification(),
            "statusModule": self.status_module(),
            "sponsorCollaboratorsModule": self.sponsors(),
            "oversightModule": {"oversightHasDmc": self.chance.random() < 0.5},
            "descriptionModule": {
                "briefSummary": f"This invented trial asks what {self.names} does in people with "
                f"{self.disease.lower()}.\n\n* First point\n* Second point, with 5 \\< 10"
            },
            "conditionsModule": self.conditions(),
            "designModule": self.design(),
            "armsInterventionsModule": self.arms(),
            "outcomesModule": self.outcomes(),
            "eligibilityModule": self.eligibility(),
            "contactsLocationsModule": self.contacts(),
            "referencesModule": {
                "references": [
                    {
                        "pmid": str(90_000_000 + self.index),
                        "type": "BACKGROUND",
                        "citation": "Invented.",
                    }
                ]
            },
        }

    @property
    def names(self) -> str:
        return " and ".join(name.lower() for name in self.tested)

    @property
    def disease(self) -> str:
        pool = OFF_TOPIC if self.off_topic else CONDITIONS
        return pool[self.index % len(pool)]

    def identification(self) -> Record:
        secondary = []
        if self.chance.random() < 0.25:
            number = f"{self.start.year}-0{self.index % 100000:05d}-{self.index % 90 + 10}"
            secondary.append({"id": number, "type": "EUDRACT_NUMBER"})
        if self.chance.random() < 0.2:
            secondary.append(
                {"id": f"GRANT-{self.index:05d}", "type": "OTHER_GRANT", "domain": "Example Fund"}
            )
        found: Record = {
            "nctId": self.number,
            "orgStudyIdInfo": {"id": f"EX-OS-{self.index + 1:05d}"},
            "organization": {"fullName": "Example Sarcoma Group", "class": "NETWORK"},
            "briefTitle": f"{' and '.join(self.tested)} in {self.disease} ({self.index + 1})",
            "officialTitle": f"A Trial of {' and '.join(self.tested)} in {self.disease}",
        }
        if secondary:
            found["secondaryIdInfos"] = secondary
        if self.chance.random() < 0.3:
            found["acronym"] = f"EXOS-{self.index + 1}"
        return found

    def status_module(self) -> Record:
        ended = self.status in ("COMPLETED", "TERMINATED", "WITHDRAWN")
        found: Record = {
            "statusVerifiedDate": f"{self.updated:%Y-%m}",
            "overallStatus": self.status,
            "expandedAccessInfo": {"hasExpandedAccess": False},
            "startDateStruct": self.date(self.start, actual=self.status != "NOT_YET_RECRUITING"),
            "primaryCompletionDateStruct": self.date(self.end, actual=ended),
            "completionDateStruct": self.date(self.end, actual=ended),
            "studyFirstSubmitDate": self.start.isoformat(),
            "studyFirstPostDateStruct": {"date": self.start.isoformat(), "type": "ACTUAL"},
            "lastUpdateSubmitDate": self.updated.isoformat(),
            "lastUpdatePostDateStruct": {"date": self.updated.isoformat(), "type": "ACTUAL"},
        }
        if self.status == "UNKNOWN":
            found["lastKnownStatus"] = "RECRUITING"
        if self.status in ("TERMINATED", "WITHDRAWN", "SUSPENDED"):
            found["whyStopped"] = self.chance.choice(("Slow accrual", "Sponsor decision"))
        if self.results:
            found["resultsFirstPostDateStruct"] = {
                "date": self.updated.isoformat(),
                "type": "ACTUAL",
            }
        return found

    def date(self, day: dt.date, *, actual: bool) -> Record:
        text = f"{day:%Y-%m}" if self.index % 4 == 0 else day.isoformat()
        return {"date": text, "type": "ACTUAL" if actual else "ESTIMATED"}

    def sponsors(self) -> Record:
        found: Record = {
            "responsibleParty": {
                "type": "PRINCIPAL_INVESTIGATOR",
                "investigatorFullName": "Example Investigator",
                "investigatorTitle": "Professor",
                "investigatorAffiliation": "Example Sarcoma Group",
            },
            "leadSponsor": {
                "name": f"Example Sarcoma Group {self.index % 40 + 1}",
                "class": self.chance.choice(("OTHER", "INDUSTRY", "NETWORK")),
            },
        }
        if self.chance.random() < 0.4:
            found["collaborators"] = [{"name": "Example Pharma", "class": "INDUSTRY"}]
        return found

    def conditions(self) -> Record:
        conditions = [self.disease]
        if self.chance.random() < 0.3:
            conditions.append("Bone Sarcoma" if self.off_topic else "Ewing Sarcoma")
        if self.off_topic and not {"Bone Sarcoma", "Bone Cancer"} & set(conditions):
            conditions.append("Bone Cancer")
        return {"conditions": conditions, "keywords": [*self.tested, "sarcoma"]}

    def design(self) -> Record:
        randomised = bool(self.backbone)
        ended = self.status in ("COMPLETED", "TERMINATED", "WITHDRAWN")
        return {
            "studyType": "INTERVENTIONAL",
            "phases": _pick(self.chance, PHASES),
            "designInfo": {
                "allocation": "RANDOMIZED" if randomised else "NA",
                "interventionModel": "PARALLEL" if randomised else "SINGLE_GROUP",
                "primaryPurpose": "TREATMENT",
                "maskingInfo": {"masking": "NONE"},
            },
            "enrollmentInfo": {
                "count": 0 if self.status == "WITHDRAWN" else self.chance.randrange(10, 400),
                "type": "ACTUAL" if ended else "ESTIMATED",
            },
        }

    def arms(self) -> Record:
        tested = "Experimental arm"
        control = "Standard chemotherapy"
        groups: list[Record] = [
            {"label": tested, "type": "EXPERIMENTAL", "description": f"{self.names} daily"}
        ]
        if self.backbone:
            groups.append({"label": control, "type": "ACTIVE_COMPARATOR"})
        interventions: list[Record] = []
        for name in self.tested:
            dose = f" {self.chance.choice((80, 120, 160, 500))} mg" if self.index % 7 == 0 else ""
            kind = "BIOLOGICAL" if name in BIOLOGICAL else "DRUG"
            interventions.append({"type": kind, "name": name + dose, "armGroupLabels": [tested]})
        interventions += [
            {"type": "DRUG", "name": name, "armGroupLabels": [tested, control]}
            for name in self.backbone
        ]
        if self.index % 10 == 0:
            interventions.append(
                {"type": "DRUG", "name": "Investigational agent EX-1", "armGroupLabels": [tested]}
            )
        for group in groups:
            group["interventionNames"] = [
                f"{one['type'].capitalize()}: {one['name']}"
                for one in interventions
                if group["label"] in one["armGroupLabels"]
            ]
        return {"armGroups": groups, "interventions": interventions}

    def outcomes(self) -> Record:
        return {
            "primaryOutcomes": [
                {
                    "measure": self.chance.choice(
                        ("Progression-free survival", "Event-free survival", "Objective response")
                    ),
                    "description": "Time from the first dose, by RECIST 1.1",
                    "timeFrame": f"{self.chance.choice((4, 6, 12))} months",
                }
            ],
            "secondaryOutcomes": [
                {"measure": "Overall survival", "timeFrame": "2 years"},
                {"measure": "Adverse events", "timeFrame": "Up to 30 days after the last dose"},
            ],
        }

    def eligibility(self) -> Record:
        found: Record = {
            "eligibilityCriteria": "Inclusion Criteria:\n\n* Histologically confirmed disease\n\n"
            "Exclusion Criteria:\n\n* Pregnancy",
            "healthyVolunteers": False,
            "sex": "ALL",
            "minimumAge": self.chance.choice(("1 Year", "12 Years", "18 Years", "6 Months")),
            "stdAges": ["CHILD", "ADULT"],
        }
        if self.chance.random() < 0.5:
            found["maximumAge"] = self.chance.choice(("30 Years", "50 Years", "75 Years"))
        return found

    def contacts(self) -> Record:
        person = {
            "name": "Example Person",
            "role": "CONTACT",
            "phone": "000-000-0000",
            "email": "person@example.org",
        }
        locations = []
        for city, state, country in self.chance.sample(PLACES, self.chance.choice((1, 2, 3, 6))):
            place: Record = {
                "facility": f"Example Hospital {city}",
                "city": city,
                "country": country,
                "contacts": [person],
                "geoPoint": {"lat": round(self.chance.uniform(-60, 60), 5), "lon": 8.5},
            }
            if state:
                place["state"] = state
            if self.status == "RECRUITING":
                place["status"] = "RECRUITING"
            locations.append(place)
        return {
            "centralContacts": [person],
            "overallOfficials": [
                {"name": "Example Investigator", "affiliation": "EX", "role": "STUDY_CHAIR"}
            ],
            "locations": locations,
        }

    def results_section(self) -> Record:
        rate = self.chance.randrange(10, 70)
        count = {"groupId": "OG000", "value": "40"}
        return {
            "outcomeMeasuresModule": {
                "outcomeMeasures": [
                    {
                        "type": "PRIMARY",
                        "title": "Progression-free survival",
                        "reportingStatus": "POSTED",
                        "paramType": "NUMBER",
                        "dispersionType": "95% Confidence Interval",
                        "unitOfMeasure": "percentage of participants",
                        "timeFrame": "4 months",
                        "groups": [{"id": "OG000", "title": "Experimental arm"}],
                        "denoms": [{"units": "Participants", "counts": [count]}],
                        "classes": [
                            {
                                "categories": [
                                    {
                                        "measurements": [
                                            {
                                                "groupId": "OG000",
                                                "value": str(rate),
                                                "lowerLimit": str(rate - 8),
                                                "upperLimit": str(rate + 8),
                                            }
                                        ]
                                    }
                                ]
                            }
                        ],
                    }
                ]
            },
            "moreInfoModule": {
                "pointOfContact": {"title": "Example Person", "email": "person@example.org"}
            },
        }
