"""No person's contact is stored, and a change of format is no news."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry.records import generate
from trials.registries.ctgov.cleaning import content_hash, without_contacts

RECORDS = list(generate(60, seed=2))


def hashed(record: dict[str, Any]) -> str:
    return content_hash(orjson.dumps(record))


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same value with the keys of every object in another order."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    if isinstance(value, list):
        return [shuffled(inner, chance) for inner in value]
    return value


def protocol(record: dict[str, Any]) -> dict[str, Any]:
    return record["protocolSection"]  # type: ignore[no-any-return]


@pytest.fixture
def record() -> dict[str, Any]:
    return copy.deepcopy(
        next(
            one
            for one in RECORDS
            if "resultsSection" in one
            and len(one["protocolSection"]["contactsLocationsModule"]["locations"]) > 1
        )
    )


def test_persons_and_how_to_reach_them_are_taken_out(record: dict[str, Any]) -> None:
    protocol(record)["descriptionModule"]["detailedDescription"] = (
        "Ask Dr Who, who@example.org or who (at) example.org, telephone: +00 (0)00 000-0000 today."
    )
    text = json.dumps(without_contacts(record))
    for word in ("Example Person", "Example Investigator", "example.org", "000-0000"):
        assert word not in text
    assert "Example Sarcoma Group" in text
    assert "[contact removed] today" in text


@pytest.mark.parametrize("space", ["\n", "\t", "\r\n", '"', "\\\n"])
def test_a_contact_at_the_start_of_a_line_is_taken_out(record: dict[str, Any], space: str) -> None:
    text = f"Ask{space}who@example.org{space}Tel: +00 (0)00 000-0000{space}today"
    protocol(record)["descriptionModule"]["detailedDescription"] = text
    kept = without_contacts(record)["protocolSection"]["descriptionModule"]["detailedDescription"]
    removed = "[contact removed]"
    assert kept == f"Ask{space}{removed}{space}{removed}{space}today"


def test_numbers_that_are_no_telephone_stay(record: dict[str, Any]) -> None:
    text = "Doses of 120 - 160 mg on days 1-21; grant 2013 003910 42; follow-up call at 12 months"
    protocol(record)["descriptionModule"]["detailedDescription"] = text
    kept = without_contacts(record)["protocolSection"]["descriptionModule"]
    assert kept["detailedDescription"] == text


def test_cleaning_twice_changes_nothing_more() -> None:
    for record in RECORDS:
        once = without_contacts(record)
        assert without_contacts(once) == once


def test_a_nul_character_is_taken_out(record: dict[str, Any]) -> None:
    protocol(record)["descriptionModule"]["briefSummary"] = "a\x00b"
    assert without_contacts(record)["protocolSection"]["descriptionModule"]["briefSummary"] == "ab"


@given(st.sampled_from(RECORDS), st.integers())
def test_the_order_of_keys_is_no_news(record: dict[str, Any], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same order again for a seed
    assert hashed(shuffled(record, chance)) == hashed(record)


def test_format_alone_is_no_news(record: dict[str, Any]) -> None:
    before = hashed(record)
    record["derivedSection"]["miscInfoModule"]["versionHolder"] = "2026-06-02"
    places = protocol(record)["contactsLocationsModule"]["locations"]
    places.reverse()
    places[0]["geoPoint"] = {"lat": 1.0, "lon": 2.0}
    places[0].pop("contacts", None)
    protocol(record)["contactsLocationsModule"]["centralContacts"] = []
    protocol(record)["conditionsModule"]["keywords"].reverse()
    summary = protocol(record)["descriptionModule"]
    summary["briefSummary"] = summary["briefSummary"].replace("* First", "\\*  First\n")
    assert content_hash(orjson.dumps(record, option=orjson.OPT_INDENT_2)) == before


@pytest.mark.parametrize(
    ("module", "change"),
    [
        ("statusModule", {"overallStatus": "SUSPENDED"}),
        ("statusModule", {"lastUpdatePostDateStruct": {"date": "2031-01-01"}}),
        ("designModule", {"enrollmentInfo": {"count": 12345}}),
        ("conditionsModule", {"conditions": ["Something else"]}),
        ("outcomesModule", {"primaryOutcomes": []}),
    ],
)
def test_what_the_record_says_is_news(
    record: dict[str, Any], module: str, change: dict[str, Any]
) -> None:
    before = hashed(record)
    protocol(record)[module].update(change)
    assert hashed(record) != before


def test_a_record_that_is_no_object_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="JSON object"):
        content_hash(b"[1]")
