"""Outcome measures as ClinicalTrials.gov posts them, invented here, to be put into a record."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]
NUMBER = "NCT91000001"
ARM, CONTROL = "Experimental arm", "Control arm"


def study_with(*outcomes: Record, number: str = NUMBER, updated: str = "2026-03-01") -> Record:
    """A study on osteosarcoma of two arms that posts these outcome measures."""
    record: Record = {
        "protocolSection": {
            "identificationModule": {"nctId": number, "briefTitle": f"Invented trial {number}"},
            "statusModule": {
                "overallStatus": "COMPLETED",
                "lastUpdatePostDateStruct": {"date": updated, "type": "ACTUAL"},
            },
            "conditionsModule": {"conditions": ["Osteosarcoma"]},
            "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE2"]},
            "armsInterventionsModule": {
                "armGroups": [
                    {"label": ARM, "type": "EXPERIMENTAL"},
                    {"label": CONTROL, "type": "ACTIVE_COMPARATOR"},
                ]
            },
            "outcomesModule": {
                "primaryOutcomes": [
                    {"measure": "Progression-free Survival", "timeFrame": "2 years"}
                ],
                "secondaryOutcomes": [{"measure": "Objective Response Rate"}],
            },
        },
        "hasResults": bool(outcomes),
    }
    if outcomes:
        record["resultsSection"] = {"outcomeMeasuresModule": {"outcomeMeasures": list(outcomes)}}
    return record


def outcome(
    title: str,
    *figures: Record,
    groups: tuple[str, ...] = (ARM,),
    analysed: tuple[str, ...] = ("20", "22"),
    **given: Any,
) -> Record:
    """A measure of one class and category whose figures are of the groups in their order."""
    ids = [f"OG{place:03d}" for place in range(len(groups))]
    counts = [{"groupId": one, "value": value} for one, value in zip(ids, analysed, strict=False)]
    cells = [{"groupId": one, **figure} for one, figure in zip(ids, figures, strict=False)]
    made: Record = {
        "type": "SECONDARY",
        "title": title,
        "reportingStatus": "POSTED",
        "timeFrame": "Up to 2 years",
        "paramType": "MEDIAN",
        "dispersionType": "95% Confidence Interval",
        "unitOfMeasure": "months",
        "groups": [{"id": one, "title": name} for one, name in zip(ids, groups, strict=True)],
        "denoms": [{"units": "Participants", "counts": counts}],
        "classes": [{"categories": [{"measurements": cells}]}],
    }
    return {key: value for key, value in {**made, **given}.items() if value is not None}


def figure(value: str, low: str = "", high: str = "", comment: str = "") -> Record:
    """One figure of a table; what is empty is not posted."""
    names = ("value", "lowerLimit", "upperLimit", "comment")
    pairs = zip(names, (value, low, high, comment), strict=True)
    return {name: text for name, text in pairs if text}


def categories(*named: tuple[str, str]) -> list[Record]:
    """Classes of one class whose categories have these titles and values, for one group."""
    return [
        {
            "categories": [
                {"title": title, "measurements": [{"groupId": "OG000", "value": value}]}
                for title, value in named
            ]
        }
    ]


def one_arm() -> Record:
    """An objective response counted in one arm."""
    return outcome(
        "Objective Response Rate",
        {"value": "3"},
        paramType="COUNT_OF_PARTICIPANTS",
        unitOfMeasure="Participants",
        dispersionType=None,
    )


def two_arms(**analysis: Any) -> Record:
    """Median progression-free survival of two arms and a hazard ratio between them."""
    posted = {
        "groupIds": ["OG000", "OG001"],
        "paramType": "Hazard Ratio (HR)",
        "paramValue": "0.42",
        "ciPctValue": "95",
        "ciNumSides": "TWO_SIDED",
        "ciLowerLimit": "0.21",
        "ciUpperLimit": "0.85",
        "pValue": "0.017",
        "statisticalMethod": "Log Rank",
        "nonInferiorityType": "SUPERIORITY",
        **analysis,
    }
    return outcome(
        "Progression-free Survival",
        figure("3.6", "2.0", "7.6"),
        figure("1.7", "1.2", "1.8"),
        groups=(ARM, CONTROL),
        type="PRIMARY",
        populationDescription="Intention to treat",
        analyses=[{key: value for key, value in posted.items() if value is not None}],
    )
