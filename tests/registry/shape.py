"""The parts of a record that `fields` asks for, and the order that `sort` asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.registry.query import DATES, BadRequest, date_of, module

IDENTIFICATION = "protocolSection.identificationModule"
STATUS = "protocolSection.statusModule"
PIECES = {
    "NCTId": f"{IDENTIFICATION}.nctId",
    "NCTIdAlias": f"{IDENTIFICATION}.nctIdAliases",
    "BriefTitle": f"{IDENTIFICATION}.briefTitle",
    "OfficialTitle": f"{IDENTIFICATION}.officialTitle",
    "OverallStatus": f"{STATUS}.overallStatus",
    "LastUpdatePostDate": f"{STATUS}.lastUpdatePostDateStruct.date",
    "StartDate": f"{STATUS}.startDateStruct.date",
    "HasResults": "hasResults",
    "ProtocolSection": "protocolSection",
    "ConditionsModule": "protocolSection.conditionsModule",
    "EligibilityModule": "protocolSection.eligibilityModule",
}


def project(record: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    """The record with only the fields named, by piece name or by path."""
    if not names:
        raise BadRequest("fields must not be empty")
    kept: dict[str, Any] = {}
    for name in names:
        path = PIECES.get(name, name)
        if name not in PIECES and path.split(".")[0] not in (
            "protocolSection",
            "resultsSection",
            "derivedSection",
            "documentSection",
            "annotationSection",
            "hasResults",
        ):
            raise BadRequest(f"fields has an incorrect value: {name}")
        _copy(record, kept, path.split("."))
    return kept


def _copy(source: Any, target: dict[str, Any], path: list[str]) -> None:
    name, *rest = path
    if not isinstance(source, Mapping) or name not in source:
        return
    if rest:
        _copy(source[name], target.setdefault(name, {}), rest)
    else:
        target[name] = source[name]


def sort_numbers(
    records: Mapping[str, Mapping[str, Any]], numbers: list[str], sort: list[str]
) -> list[str]:
    """The numbers in the order asked for: dates newest first, numbers smallest first, missing
    values last. Without `sort` they stay as they are."""
    if len(sort) > 2:
        raise BadRequest("sort has more than 2 items")
    for item in reversed(sort):
        name, _, direction = item.partition(":")
        if name == "@relevance":
            continue
        if direction not in ("", "asc", "desc"):
            raise BadRequest(f"sort has an incorrect value: {item}")
        if name in DATES:
            keys: dict[str, Any] = {one: date_of(records[one], DATES[name]) for one in numbers}
            backwards = direction != "asc"
        elif name == "EnrollmentCount":
            design = {one: module(records[one], "designModule") for one in numbers}
            keys = {one: design[one].get("enrollmentInfo", {}).get("count") for one in numbers}
            backwards = direction == "desc"
        else:
            raise BadRequest(f"sort has an incorrect value: {item}")
        present = [one for one in numbers if keys[one] not in (None, "")]
        present.sort(key=lambda one: keys[one], reverse=backwards)
        numbers = present + [one for one in numbers if keys[one] in (None, "")]
    return numbers
