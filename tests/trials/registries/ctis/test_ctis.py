"""CTIS: both shapes of its records, the public status, resubmissions in their order."""

from __future__ import annotations

import copy
import io
import random
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry import ctis as made
from trials.registries.base import MalformedRecord, ParsedTrial, RawRecord
from trials.registries.ctis.adapter import CtisAdapter
from trials.registries.files import opened

ADAPTER = CtisAdapter()


def read(data: bytes) -> list[Any]:
    return list(ADAPTER.records(io.BytesIO(data)))


def parsed(record: made.Record) -> ParsedTrial:
    return ADAPTER.parse(ADAPTER.clean(orjson.dumps(record)))


def test_a_trial_in_full() -> None:
    trial = parsed(made.trial())
    fields = trial.fields
    assert (trial.registry, trial.registry_id) == ("CTIS", "2099-500001-11")
    assert trial.registry_date == "2024-06-02"
    assert (fields.status, fields.status_raw) == ("recruiting", "Ongoing/recruiting")
    assert (fields.start_date, fields.start_date_type) == ("2023-01-29", "ACTUAL")
    assert (fields.completion_date, fields.completion_date_type) == ("2026-12-09", "ESTIMATED")
    assert fields.last_update_posted_date == "2024-06-03"
    assert (fields.enrolment_count, fields.enrolment_type) == (65, "ESTIMATED")
    assert (fields.lead_sponsor, fields.collaborators) == ("Example Pharma", ("Co-sponsor",))
    assert (fields.lead_sponsor_class, fields.phases) == ("INDUSTRY", ("PHASE2",))
    assert (fields.minimum_age, fields.maximum_age_years, fields.sex) == ("", "64.000", "ALL")
    assert (fields.countries, fields.has_results) == (("CH", "ES", "IT"), False)
    assert fields.eligibility_criteria == (
        "Inclusion criteria:\nOsteosarcoma\n\nExclusion criteria:\nPregnancy"
    )
    assert trial.conditions == ("Osteosarcoma", "Osteosarcoma metastatic")
    assert [(one.name, one.description) for one in trial.interventions] == [
        ("REGORAFENIB", "Role: Test"),
        ("Placebo", "Role: Placebo"),
    ]
    assert [(one.kind, one.measure) for one in trial.outcomes] == [
        ("PRIMARY", "PFS"),
        ("SECONDARY", "OS"),
    ]
    assert [(one.country, one.city, one.status) for one in trial.sites] == [
        ("Italy", "", "Authorised/recruitment pending"),
        ("Spain", "Northtown", "Ongoing/recruiting"),
        ("Switzerland", "", ""),
    ]
    assert [one.pmid for one in trial.references] == ["12345678"]
    assert trial.problems == ()


def test_the_number_before_the_move_is_this_trials_and_an_associated_trial_is_not() -> None:
    numbers = [(one.registry, one.value) for one in parsed(made.trial()).identifiers]
    assert numbers == [
        ("CTIS", "2099-500001-11"),
        ("NCT", "NCT99900001"),
        ("JPRN", "jRCTs999990001"),
        ("EUCTR", "2099-000001-11"),
        ("SPONSOR", "EX-0001"),
    ]


def test_a_record_of_before_june_2024_is_read_too() -> None:
    trial = parsed(made.old_trial())
    assert trial.fields.status == "not_yet_recruiting"
    assert trial.fields.status_raw == "Authorised, not started"
    assert (trial.fields.start_date, trial.fields.start_date_type) == ("2023-01-16", "ESTIMATED")
    assert trial.fields.lead_sponsor == "Example Pharma"
    assert trial.problems == ()


@pytest.mark.parametrize(
    ("code", "status"),
    [(1, "other"), (2, "not_yet_recruiting"), (3, "recruiting"), (4, "recruiting"),
     (5, "active_not_recruiting"), (6, "suspended"), (7, "suspended"), (8, "completed"),
     (9, "other"), (10, "other"), (11, "other"), (12, "other"), ("5", "active_not_recruiting")],
)  # fmt: skip
def test_every_public_code_has_its_status_and_words(code: Any, status: str) -> None:
    trial = parsed(made.trial(ctPublicStatusCode=code))
    assert trial.fields.status == status
    assert trial.fields.status_raw
    assert trial.problems == ()


@pytest.mark.parametrize("code", [13, -1, "x", 4.5])
def test_an_unknown_code_is_other_and_listed(code: Any) -> None:
    trial = parsed(made.trial(ctPublicStatusCode=code))
    assert trial.fields.status == "other"
    assert trial.problems[0].kind == "UNMAPPED_STATUS"


@pytest.mark.parametrize(
    ("events", "status"),
    [
        (["END_OF_TRIAL", "END_OF_TRIAL"], "completed"),
        (["EARLY_TERMINATION", "EARLY_TERMINATION"], "terminated"),
        (["EARLY_TERMINATION", "END_OF_TRIAL"], "other"),
    ],
)
def test_an_end_is_early_only_where_every_country_says_so(events: list[str], status: str) -> None:
    countries = [{"events": [{"notificationType": one}]} for one in events]
    trial = parsed(made.trial(ctPublicStatusCode=8, events={"trialEvents": countries}))
    assert trial.fields.status == status


def test_phases_in_words_are_read_by_their_numerals() -> None:
    words = "Phase I and Phase II (Integrated)- First administration to humans"
    assert parsed(made.trial(trialPhase=words)).fields.phases == ("PHASE1", "PHASE2")
    unknown = parsed(made.trial(trialPhase="Phase of the moon"))
    assert [one.kind for one in unknown.problems] == ["UNMAPPED_PHASE"]


def test_a_resubmission_is_the_newer_edition_of_the_same_trial() -> None:
    first, second = made.trial(), made.trial(ctNumber="2099-500001-11-02")
    assert parsed(first).registry_id == parsed(second).registry_id
    assert ADAPTER.edition(second) > ADAPTER.edition(first)
    later = made.trial(lastUpdated="01/01/2025")
    assert ADAPTER.edition(first) < ADAPTER.edition(later) < ADAPTER.edition(second)


def test_no_person_and_no_street_is_kept() -> None:
    kept = orjson.dumps(ADAPTER.clean(orjson.dumps(made.trial()))).decode()
    for word in (
        "Example Person",
        "lastName",
        "Example Street",
        "example.org",
        "ZZ-999",
        "000 000",
    ):
        assert word not in kept
    assert "Northtown" in kept


def shuffled(value: Any, chance: random.Random) -> Any:
    """The value with lists in another order and other internal ids."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {
            key: chance.randrange(999) if key == "id" else shuffled(value[key], chance)
            for key in keys
        }
    if isinstance(value, list):
        return [shuffled(one, chance) for one in chance.sample(value, len(value))]
    return value


@given(st.integers())
def test_order_and_internal_ids_are_no_news(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same order again for a seed
    one, other = made.trial(), shuffled(made.trial(publishDate="2025"), chance)
    assert ADAPTER.content_hash(orjson.dumps(one)) == ADAPTER.content_hash(orjson.dumps(other))
    news = orjson.dumps(made.trial(ctPublicStatusCode=5))
    assert ADAPTER.content_hash(news) != ADAPTER.content_hash(orjson.dumps(one))


def test_one_broken_record_of_a_file_costs_only_itself() -> None:
    lines = [orjson.dumps(made.trial(ctNumber=f"2099-50000{n}-11-00")) for n in range(4)]
    lines[1] = lines[1][: len(lines[1]) // 2]
    lines[2] = orjson.dumps(made.trial(ctNumber="NCT99900001"))
    cuts = read(b"\n".join(lines))
    assert [one.registry_id for one in cuts] == [
        "2099-500000-11",
        "",
        "NCT99900001",
        "2099-500003-11",
    ]
    assert [isinstance(one, RawRecord) for one in cuts] == [True, False, False, True]


@given(
    st.lists(st.sampled_from(["ctPublicStatusCode", "lastUpdated", "trialPhase", "ageGroup",
                              "sponsorType", "gender", "authorizedApplication", "events",
                              "totalNumberEnrolled", "startDateEU"]), min_size=1),
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20),
                 lambda inner: st.lists(inner, max_size=3)
                 | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6),
)  # fmt: skip
def test_any_value_anywhere_is_read_or_named(keys: list[str], value: Any) -> None:
    record = copy.deepcopy(made.TRIAL)
    for key in keys:
        record[key] = value
    try:
        body = orjson.dumps(record)
    except TypeError:
        return
    try:
        ADAPTER.parse(ADAPTER.clean(body))
        ADAPTER.content_hash(body)
    except MalformedRecord as error:
        assert str(error)


def test_a_record_without_a_number_is_named() -> None:
    with pytest.raises(MalformedRecord, match="no CTIS number") as raised:
        ADAPTER.parse({"ctNumber": "2099-000001-11"})
    assert raised.value.path == "ctNumber"


def test_all_real_records_parse_and_the_share_with_unmapped_values_is_told(
    registry_samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trials, kept = [], b""
    for path in sorted((registry_samples / "ctis").glob("*.json")):
        with opened(path) as stream:
            for one in ADAPTER.records(stream):
                assert isinstance(one, RawRecord)
                cleaned = ADAPTER.clean(one.body)
                kept += orjson.dumps(cleaned)
                trials.append(ADAPTER.parse(cleaned))
    assert len(trials) == 2
    with capsys.disabled():
        listed = [(one.path, one.value) for trial in trials for one in trial.problems]
        touched = sum(bool(trial.problems) for trial in trials)
        print(f"\n{touched} of {len(trials)} real CTIS trials hold one: {listed}")  # noqa: T201
    assert all(trial.fields.status != "other" and trial.sites for trial in trials)
    assert b"contact@" not in kept
    assert b"REDACTED" not in kept
