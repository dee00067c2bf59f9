"""A few real trials that the corpus also knows, as the registry would send them.

Made by hand from the facts that third-party pages showed about them; what those leave open is left
out, so these are thin records and no copies of the registry's own.
"""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]


def corpus_records() -> list[Record]:
    """REGOBONE with its two numbers, and four more."""
    return [_regobone(), _avelumab(), _zkab001(), _regomain(), _sarc038(), _oaie()]


def _study(
    number: str,
    *,
    title: str,
    sponsor: str,
    status: str,
    updated: str,
    agents: list[str],
    conditions: list[str],
    enrolment: tuple[int, str],
    start: str = "",
    completion: tuple[str, str] | None = None,
    identification: Record | None = None,
    minimum_age: str = "",
    phases: list[str] | None = None,
    allocation: str = "",
    has_results: bool = False,
) -> Record:
    """A study of the parts that the facts give."""
    status_module: Record = {
        "overallStatus": status,
        "lastUpdatePostDateStruct": {"date": updated, "type": "ACTUAL"},
    }
    if start:
        status_module["startDateStruct"] = {"date": start, "type": "ACTUAL"}
    if completion:
        status_module["completionDateStruct"] = {"date": completion[0], "type": completion[1]}
    design: Record = {
        "studyType": "INTERVENTIONAL",
        "phases": phases or ["PHASE2"],
        "enrollmentInfo": {"count": enrolment[0], "type": enrolment[1]},
    }
    if allocation:
        design["designInfo"] = {"allocation": allocation}
    protocol: Record = {
        "identificationModule": {
            "nctId": number,
            "briefTitle": title,
            "officialTitle": title,
            **(identification or {}),
        },
        "statusModule": status_module,
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": sponsor, "class": "OTHER"}},
        "conditionsModule": {"conditions": conditions},
        "designModule": design,
        "armsInterventionsModule": {"interventions": [{"name": name} for name in agents]},
    }
    if minimum_age:
        protocol["eligibilityModule"] = {"minimumAge": minimum_age}
    return {"protocolSection": protocol, "hasResults": has_results}


def _regobone() -> Record:
    return _study(
        "NCT02389244",
        title="A Randomized Phase II, Placebo-controlled, Multicenter Study Evaluating Efficacy "
        "and Safety of Regorafenib in Patients With Metastatic Bone Sarcomas",
        sponsor="UNICANCER",
        status="ACTIVE_NOT_RECRUITING",
        updated="2025-09-16",
        agents=["Regorafenib", "Placebo"],
        conditions=["Osteosarcomas", "Ewing Sarcomas", "Chondrosarcomas", "Chondroma"],
        enrolment=(163, "ESTIMATED"),
        start="2014-09-30",
        completion=("2026-03-11", "ESTIMATED"),
        identification={
            "acronym": "REGOBONE",
            "orgStudyIdInfo": {"id": "UC-0150/1309"},
            "secondaryIdInfos": [{"id": "2013-003910-42", "type": "EUDRACT_NUMBER"}],
        },
        allocation="RANDOMIZED",
    )


def _avelumab() -> Record:
    return _study(
        "NCT03006848",
        title="A Phase II Trial of Avelumab, A Fully Human Antibody That Targets Cells Expressing "
        "PD-L1, in Patients With Recurrent or Progressive Osteosarcoma",
        sponsor="St. Jude Children's Research Hospital",
        status="COMPLETED",
        updated="2025-09-04",
        agents=["Avelumab"],
        conditions=["Osteosarcoma"],
        enrolment=(19, "ACTUAL"),
        start="2017-02-16",
        completion=("2020-03-18", "ACTUAL"),
        identification={
            "orgStudyIdInfo": {"id": "OSTPDL1"},
            "secondaryIdInfos": [{"id": "NCI-2016-02036", "type": "REGISTRY"}],
        },
        minimum_age="12 Years",
        has_results=True,
    )


def _zkab001() -> Record:
    return _study(
        "NCT04359550",
        title="Study of ZKAB001 for Maintenance Therapy in Patients With High-grade Osteosarcoma "
        "After Adjuvant Chemotherapy",
        sponsor="Lee's Pharmaceutical Limited",
        status="NOT_YET_RECRUITING",
        updated="2020-04-29",
        agents=["ZKAB001", "Placebo"],
        conditions=["High-grade Osteosarcoma"],
        enrolment=(362, "ESTIMATED"),
        completion=("2023-06-01", "ESTIMATED"),
        minimum_age="12 Years",
        phases=["PHASE3"],
        allocation="RANDOMIZED",
    )


def _regomain() -> Record:
    return _study(
        "NCT04698785",
        title="A Randomized, Placebo-controlled, Double-blinded, Phase II Study of Efficacy of "
        "Regorafenib as Maintenance Treatment in Patients With High Grade Bone Sarcomas at "
        "Diagnosis or Relapse and Without Complete Remission After Standard Treatment",
        sponsor="Centre Leon Berard",
        status="RECRUITING",
        updated="2021-07-21",
        agents=["Regorafenib", "Placebo"],
        conditions=["Bone Sarcoma", "Osteosarcoma"],
        enrolment=(60, "ESTIMATED"),
        start="2021-07-21",
        completion=("2026-07-21", "ESTIMATED"),
        identification={"acronym": "REGOMAIN", "orgStudyIdInfo": {"id": "ET19000144"}},
        minimum_age="12 Years",
        allocation="RANDOMIZED",
    )


def _sarc038() -> Record:
    return _study(
        "NCT04803877",
        title="SARC038: Phase 2 Study of Regorafenib and Nivolumab in Osteosarcoma",
        sponsor="Sarcoma Alliance for Research through Collaboration",
        status="ACTIVE_NOT_RECRUITING",
        updated="2023-09-18",
        agents=["Regorafenib", "Nivolumab"],
        conditions=["Osteosarcoma", "Osteosarcoma in Children", "Osteosarcoma Recurrent"],
        enrolment=(48, "ESTIMATED"),
        start="2021-06-04",
        completion=("2026-06-01", "ESTIMATED"),
        identification={"acronym": "SARC038", "orgStudyIdInfo": {"id": "SARC038"}},
        minimum_age="5 Years",
    )


def _oaie() -> Record:
    return _study(
        "NCT05277480",
        title="Apatinib With Ifosfamide Plus Etoposide for Relapsed or Refractory Osteosarcoma",
        sponsor="Peking University People's Hospital",
        status="RECRUITING",
        updated="2022-03-01",
        agents=["Apatinib", "Ifosfamide", "Etoposide"],
        conditions=["Osteosarcoma"],
        enrolment=(78, "ESTIMATED"),
        start="2022-03-01",
        completion=("2023-12-31", "ESTIMATED"),
        allocation="RANDOMIZED",
    )
