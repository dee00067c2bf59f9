"""The EU register: member states' records become one trial, and each state's status is kept."""

from __future__ import annotations

import io
import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry import euctr as made
from trials.registries.base import MalformedRecord, MalformedResponse, ParsedTrial, RawRecord
from trials.registries.euctr.adapter import EuctrAdapter
from trials.registries.files import opened

ADAPTER = EuctrAdapter()


def read(data: bytes) -> list[Any]:
    return list(ADAPTER.records(io.BytesIO(data)))


def parsed(*states: str) -> ParsedTrial:
    (one,) = read(made.export(states))
    return ADAPTER.parse(ADAPTER.clean(one.body))


def test_a_trial_in_full() -> None:
    trial = parsed(made.state("ES"), made.state("DE", entered="2020-03-01"))
    fields = trial.fields
    assert (trial.registry_id, trial.registry_date) == ("2099-000001-11", "2020-05-18")
    assert fields.official_title == "An invented trial of regorafenib in osteosarcoma"
    assert (fields.brief_title, fields.acronym) == ("Lay", "INVENT-1")
    assert (fields.lead_sponsor, fields.lead_sponsor_class) == ("Example Sarcoma Group", "OTHER")
    assert (fields.phases, fields.enrolment_count) == (("PHASE2",), 60)
    assert (fields.allocation, fields.masking) == ("RANDOMIZED", "DOUBLE")
    assert fields.intervention_model == "PARALLEL"
    assert (fields.minimum_age, fields.maximum_age_years) == ("12 Years", "64.000")
    assert (fields.sex, fields.healthy_volunteers) == ("ALL", False)
    assert (fields.first_posted_date, fields.countries) == ("2020-01-16", ("DE", "ES"))
    assert [(one.registry, one.value) for one in trial.identifiers] == [
        ("EUCTR", "2099-000001-11"),
        ("NCT", "NCT99900001"),
        ("SPONSOR", "EX-0001"),
    ]
    assert trial.conditions == ("Osteosarcoma", "Bone cancer", "Osteosarcoma metastatic")
    assert [(one.name, one.other_names) for one in trial.interventions] == [
        ("REGORAFENIB", ("Regorafenib tablets", "EX-73")),
        ("Placebo", ()),
    ]
    assert [(one.kind, one.measure, one.time_frame) for one in trial.outcomes] == [
        ("PRIMARY", "Progression-free survival", "8 weeks"),
        ("SECONDARY", "Overall survival", ""),
    ]
    assert trial.problems == ()


def test_lines_of_a_text_that_look_like_codes_belong_to_the_text() -> None:
    criteria = parsed(made.state()).fields.eligibility_criteria
    for words in ("9. Age 12 or more", "C. difficile infection: none", "A. Patients able"):
        assert words in criteria
    assert criteria.endswith("Exclusion criteria:\nPregnancy")


def test_each_country_keeps_its_status() -> None:
    trial = parsed(made.state("ES", status="Completed"), made.state("DE", status="Ongoing"))
    assert [(one.country, one.status) for one in trial.sites] == [
        ("Germany", "Ongoing"),
        ("Spain", "Completed"),
    ]
    assert trial.fields.status == "other"
    assert trial.fields.status_raw == "DE: Ongoing; ES: Completed"


@pytest.mark.parametrize(
    ("words", "status", "raw"),
    [
        (["Completed", "Completed"], "completed", "Completed"),
        (["Prematurely Ended", "Prematurely Ended"], "terminated", "Prematurely Ended"),
        (["Ongoing", "Ongoing"], "other", "Ongoing"),
        (["Completed", "GB - no longer in EU/EEA"], "completed", "Completed"),
        (["Trial now transitioned", "Completed"], "completed", "Completed"),
        (["Trial now transitioned"] * 2, "other", "Trial now transitioned"),
        (["Temporarily Halted", "Suspended by CA"], "suspended",
         "ES: Temporarily Halted; GB: Suspended by CA"),
    ],
)  # fmt: skip
def test_the_status_of_the_trial_is_what_all_countries_agree_on(
    words: list[str], status: str, raw: str
) -> None:
    codes = ("ES", "GB")
    trial = parsed(*(made.state(c, status=w) for c, w in zip(codes, words, strict=True)))
    assert (trial.fields.status, trial.fields.status_raw) == (status, raw)
    assert trial.problems == ()


def test_an_unknown_status_is_other_and_listed() -> None:
    trial = parsed(made.state(status="Dancing"))
    assert trial.fields.status == "other"
    assert [(one.kind, one.value) for one in trial.problems] == [("UNMAPPED_STATUS", "Dancing")]


def test_states_that_plan_different_numbers_are_listed_and_the_first_entered_counts() -> None:
    trial = parsed(
        made.state("DE", planned="90", entered="2021-01-01"), made.state("ES", planned="60")
    )
    assert trial.fields.enrolment_count == 60
    assert [(one.path, one.value) for one in trial.problems] == [("F.4.2.2", "60, 90")]


def test_the_end_of_the_trial_is_the_latest_one() -> None:
    trial = parsed(
        made.state("ES", status="Completed", end="2023-04-01"),
        made.state("DE", status="Completed", end="2023-06-30"),
    )
    assert (trial.fields.completion_date, trial.fields.completion_date_type) == (
        "2023-06-30",
        "ACTUAL",
    )
    assert trial.registry_date == "2023-06-30"


def test_the_order_of_the_records_and_repeats_are_no_news() -> None:
    states = [made.state("ES"), made.state("DE"), made.state("FR")]
    hashes = {
        ADAPTER.content_hash(read(made.export(order))[0].body)
        for order in [*itertools.permutations(states), [*states, states[0]]]
    }
    assert len(hashes) == 1
    (news,) = read(made.export([*states[:2], made.state("FR", status="Completed")]))
    assert ADAPTER.content_hash(news.body) not in hashes
    (other_lines,) = read(made.export(states, newline="\r\n"))
    assert ADAPTER.content_hash(other_lines.body) in hashes


def test_records_of_one_trial_meet_wherever_they_stand() -> None:
    other = made.state("ES", number="2099-000002-22")
    found = read(made.export([made.state("ES"), other, made.state("DE")]))
    assert [one.registry_id for one in found] == ["2099-000001-11", "2099-000002-22"]
    assert len(ADAPTER.clean(found[0].body)["states"]) == 2


@pytest.mark.parametrize("before", [0, 1, 37, 78, 79, 80, 81, 1000])
def test_markers_are_found_wherever_a_piece_of_the_file_ends(before: int) -> None:
    numbers = [f"2099-0{n:05d}-11" for n in range(1, 500)]
    states = [made.state(number=number) for number in numbers]
    found = read(made.export(states, head="h" * before + "\n"))
    assert [one.registry_id for one in found] == numbers
    assert sum(len(one.body) for one in found) > 1_500_000


def test_no_contact_person_is_kept() -> None:
    (one,) = read(made.export([made.state()]))
    kept = orjson.dumps(ADAPTER.clean(one.body)).decode()
    for word in ("Example Person", "Example Street", "example.org", "Northtown", "000 000"):
        assert word not in kept


def test_a_broken_record_costs_only_itself() -> None:
    bad = made.state(number="2099-999999-11")
    wrong = made.state(number="2099-000003-33").replace("osteosarcoma", "osteo\udcffsarcoma")
    data = b"\n".join(
        [
            made.export([made.state()]),
            bad.encode(),
            wrong.encode("utf-8", "surrogateescape"),
            made.state(number="2099-000004-44").encode(),
        ]
    )
    broken, *found = read(data)
    assert isinstance(broken, MalformedRecord)
    assert "no EudraCT number" in str(broken)
    assert broken.path.startswith("byte")
    assert [one.registry_id for one in found] == [
        "2099-000001-11",
        "2099-000003-33",
        "2099-000004-44",
    ]
    with pytest.raises(MalformedRecord, match="not UTF-8"):
        ADAPTER.clean(found[1].body)
    ADAPTER.parse(ADAPTER.clean(found[2].body))


@pytest.mark.parametrize("data", [b"", b"<html>Summary</html>", b"Summary\nSomething else"])
def test_a_file_that_is_no_export_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedResponse):
        read(data)


@pytest.mark.parametrize("record", [{}, {"states": []}, {"states": 5}, {"states": [{"fields": 1}]}])
def test_a_stored_record_of_another_shape_is_named(record: dict[str, Any]) -> None:
    with pytest.raises(MalformedRecord):
        ADAPTER.parse(record)


@given(st.text(max_size=200), st.sampled_from(["status", "entered", "planned", "title", "extra"]))
def test_any_text_in_any_field_is_read_or_listed(text: str, name: str) -> None:
    changes: dict[str, Any] = {name: text}
    try:
        data = made.export([made.state(**changes)])
    except UnicodeEncodeError:
        return
    for one in read(data):
        if isinstance(one, RawRecord):
            ADAPTER.parse(ADAPTER.clean(one.body))


def test_all_real_records_parse_and_the_share_with_unmapped_values_is_told(
    registry_samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(registry_samples / "euctr" / "full_details_export.txt") as stream:
        cuts = list(ADAPTER.records(stream))
    trials = [ADAPTER.parse(ADAPTER.clean(one.body)) for one in cuts if isinstance(one, RawRecord)]
    assert len(trials) == len(cuts) == 2
    listed = Counter((one.path, one.value) for trial in trials for one in trial.problems)
    with capsys.disabled():
        touched = sum(bool(trial.problems) for trial in trials)
        print(f"\n{touched} of {len(trials)} real EUCTR trials hold one: {dict(listed)}")  # noqa: T201
    assert all(len(trial.sites) > 1 and trial.outcomes for trial in trials)
    kept = orjson.dumps([ADAPTER.clean(one.body) for one in cuts if isinstance(one, RawRecord)])
    assert b"contact@" not in kept
    assert b"REDACTED" not in kept
