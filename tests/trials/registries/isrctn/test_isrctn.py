"""ISRCTN: XML and JSON are one, the status follows from the day of reading, no contacts."""

from __future__ import annotations

import copy
import datetime as dt
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry import isrctn as made
from tests.registry.answering import Answer, Answering, Asked, answering
from tests.registry.support import QUICK, Clock
from trials.registries.base import (
    IncompleteSweep,
    MalformedRecord,
    MalformedResponse,
    ParsedTrial,
    RawRecord,
    RecordNotFound,
    RegistryRefused,
)
from trials.registries.files import opened
from trials.registries.http import Pace
from trials.registries.isrctn.adapter import IsrctnAdapter
from trials.registries.isrctn.client import Client, Config, literal

ADAPTER = IsrctnAdapter()


def read(data: bytes) -> list[Any]:
    return list(ADAPTER.records(io.BytesIO(data)))


def parsed(record: made.Record) -> ParsedTrial:
    return ADAPTER.parse(ADAPTER.clean(orjson.dumps(record)))


def test_a_study_in_full() -> None:
    trial = parsed(made.study())
    fields = trial.fields
    assert (trial.registry, trial.registry_id) == ("ISRCTN", "ISRCTN99900001")
    assert (fields.brief_title, fields.acronym) == ("An invented study", "INVENT")
    assert fields.brief_summary == "Background and study aims\nTo learn."
    assert (fields.status, fields.status_raw) == (
        "recruiting",
        "Recruiting, by its recruitment dates",
    )
    assert (fields.phases, fields.study_type) == (("PHASE2", "PHASE3"), "INTERVENTIONAL")
    assert (fields.allocation, fields.primary_purpose) == ("RANDOMIZED", "TREATMENT")
    assert (fields.enrolment_count, fields.enrolment_type) == (100, "ESTIMATED")
    assert (fields.start_date, fields.completion_date) == ("2024-01-01", "2027-12-31")
    assert (fields.minimum_age_years, fields.sex) == ("5.000", "ALL")
    assert (fields.countries, fields.lead_sponsor) == (("GB", "IE"), "Example University")
    assert fields.lead_sponsor_class == "OTHER"
    assert fields.eligibility_criteria == "Inclusion criteria:\nOsteosarcoma"
    assert [(one.registry, one.value) for one in trial.identifiers] == [
        ("ISRCTN", "ISRCTN99900001"),
        ("EUCTR", "2099-000001-11"),
        ("SPONSOR", "EX-0001"),
        ("SPONSOR", "EX-0002"),
    ]
    assert trial.conditions == ("Osteosarcoma", "Bone cancer")
    assert [(one.intervention_type, one.name) for one in trial.interventions] == [
        ("DRUG", "Zoledronate"),
        ("DRUG", "calcium"),
    ]
    assert [(one.kind, one.measure, one.time_frame) for one in trial.outcomes] == [
        ("PRIMARY", "Event-free survival at 2 years", ""),
        ("SECONDARY", "Overall survival", "5 years"),
    ]
    assert [(one.country, one.facility) for one in trial.sites] == [
        ("England", ""),
        ("Ireland", "Example Hospital"),
    ]
    assert [one.pmid for one in trial.references] == ["12345678"]
    assert trial.problems == ()


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2023-12-31", "not_yet_recruiting"),
        ("2024-01-01", "recruiting"),
        ("2025-12-31", "recruiting"),
        ("2026-01-01", "not_recruiting"),
        ("", "unknown"),
    ],
)
def test_the_status_follows_from_the_dates_on_the_day_of_reading(day: str, status: str) -> None:
    trial = parsed(made.study(asOf=day))
    assert trial.fields.status == status
    assert bool(trial.fields.status_raw) == bool(day)


def test_what_the_registrant_set_comes_first() -> None:
    trial = parsed(
        made.study(
            participants={"recruitmentStatusOverride": "Stopped"},
            trialDesign={"reasonAbandoned": "Participant recruitment issue"},
        )
    )
    assert (trial.fields.status, trial.fields.status_raw) == ("terminated", "Stopped")
    assert trial.fields.why_stopped == "Participant recruitment issue"
    odd = parsed(made.study(participants={"recruitmentStatusOverride": "Dancing"}))
    assert (odd.fields.status, odd.problems[0].kind) == ("other", "UNMAPPED_STATUS")


def test_passing_a_date_is_news_and_the_day_of_reading_is_not() -> None:
    hashes = [
        ADAPTER.content_hash(orjson.dumps(made.study(asOf=day)))
        for day in ("2024-02-01", "2025-02-01", "2026-02-01")
    ]
    assert hashes[0] == hashes[1] != hashes[2]


def test_final_numbers_come_before_targets() -> None:
    fields = parsed(made.study(participants={"totalFinalEnrolment": "87"})).fields
    assert (fields.enrolment_count, fields.enrolment_type) == (87, "ACTUAL")


def test_the_registrys_xml_is_read_from_a_file_too() -> None:
    (one,) = read(made.all_trials([made.full_trial()], total=1))
    record = ADAPTER.clean(one.body)
    trial = ADAPTER.parse(record)
    assert (trial.registry_id, trial.registry_date) == ("ISRCTN99900001", "2024-05-26")
    assert trial.fields.first_posted_date == "2023-11-02"
    assert trial.fields.countries == ("GB", "IE")
    assert trial.fields.status == "unknown"
    assert (trial.outcomes[0].measure, trial.outcomes[0].description) == ("EFS", "scan")
    assert ADAPTER.edition(record) == "00000012"
    for word in (b"Example Street", b"example.org", b"Person"):
        assert word not in orjson.dumps(record)


def test_no_contact_and_no_street_is_kept() -> None:
    kept = orjson.dumps(ADAPTER.clean(orjson.dumps(made.study()))).decode()
    for word in ("Example Person", "example.org", "Example Street", "ZZ-999", "contactId"):
        assert word not in kept


def test_one_broken_record_of_a_file_costs_only_itself() -> None:
    xml = made.all_trials(
        [
            made.full_trial("99900001"),
            "<fullTrial><trial></fullTrial>",
            made.full_trial("99900003"),
        ],
        total=3,
    )
    cuts = read(xml)
    assert [isinstance(one, RawRecord) for one in cuts] == [True, False, True]
    lines = [orjson.dumps(made.study(isrctn=number)) for number in ("99900001", "12", "99900003")]
    assert [isinstance(one, RawRecord) for one in read(b"\n".join(lines))] == [True, False, True]


@given(
    st.sampled_from(["trialDescription", "externalRefs", "trialDesign", "participants", "sponsor",
                     "conditions", "interventions", "results", "outputs", "asOf"]),
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20),
                 lambda inner: st.lists(inner, max_size=3)
                 | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6),
)  # fmt: skip
def test_any_value_anywhere_is_read_or_named(key: str, value: Any) -> None:
    record = copy.deepcopy(made.STUDY)
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


# -- over HTTP ------------------------------------------------------------------------------------


def registry(asked: Asked) -> Answer:
    """Three studies; only `q` and `limit` are honoured, and a number finds its study."""
    numbers = ["99900001", "99900002", "99900003"]
    query = asked.params["q"]
    if query.startswith("ISRCTN"):
        numbers = [one for one in numbers if one == query[6:]]
    part = numbers[: int(asked.params["limit"])]
    return Answer(made.all_trials(map(made.full_trial, part), total=len(numbers)))


@contextmanager
def asking(answer: Callable[[Asked], Answer]) -> Iterator[tuple[IsrctnAdapter, Answering]]:
    clock = Clock()
    with answering(answer) as server:
        config = Config(base_url=server.url, retries=QUICK, most_records=50)
        pace = Pace(config.interval, clock=clock, sleep=clock.sleep)
        client = Client(config, pace=pace, today=lambda: dt.date(2024, 6, 3))
        yield IsrctnAdapter(client), server


def test_a_sweep_asks_how_many_and_then_for_all() -> None:
    with asking(registry) as (adapter, server):
        (page,) = adapter.sweep("osteosarcoma")
        trial = adapter.parse(adapter.clean(page.records[0].body))
    assert [one.registry_id[-1] for one in page.records] == ["1", "2", "3"]
    assert [one.params["limit"] for one in server.asked] == ["1", "3"]
    assert trial.fields.status == "recruiting"


def test_one_study_is_fetched_by_searching_for_its_number() -> None:
    with asking(registry) as (adapter, _server):
        assert adapter.fetch("isrctn 99900002").registry_id == "ISRCTN99900002"
        with pytest.raises(RecordNotFound):
            adapter.fetch("ISRCTN99900009")
        with pytest.raises(RegistryRefused):
            adapter.fetch("NCT99900001")
        pages = list(adapter.fetch_many(["ISRCTN99900009", "ISRCTN99900003"]))
    assert [one.registry_id for page in pages for one in page.records] == ["ISRCTN99900003"]


def test_too_many_or_too_few_studies_end_the_sweep_with_a_reason() -> None:
    def of(total: int) -> Callable[[Asked], Answer]:
        return lambda _asked: Answer(made.all_trials([made.full_trial()], total=total))

    with asking(of(51)) as (adapter, _server), pytest.raises(RegistryRefused, match="narrower"):
        list(adapter.sweep("x"))
    with asking(of(7)) as (adapter, _server), pytest.raises(IncompleteSweep, match="7"):
        list(adapter.sweep("x"))


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Sorry</html>",
        made.all_trials([made.full_trial()], total=1)[:-60],
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + made.all_trials([made.full_trial()], total=1),
    ],
)
def test_an_answer_that_is_cut_foreign_or_hostile_is_named(body: bytes) -> None:
    with (
        asking(lambda _asked: Answer(body)) as (adapter, _server),
        pytest.raises(MalformedResponse),
    ):
        list(adapter.sweep("x"))


@given(st.text(max_size=40))
def test_a_persons_words_are_one_phrase(text: str) -> None:
    phrase = literal(text)
    assert phrase == "" or (phrase[0] == phrase[-1] == '"' and phrase.count('"') == 2)


def test_all_real_records_parse_and_the_share_with_unmapped_values_is_told(
    registry_samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trials, kept = [], b""
    for path in sorted((registry_samples / "isrctn").glob("*.json")):
        with opened(path) as stream:
            for one in ADAPTER.records(stream):
                assert isinstance(one, RawRecord)
                cleaned = ADAPTER.clean(one.body)
                kept += orjson.dumps(cleaned)
                trials.append(ADAPTER.parse(cleaned))
    assert len(trials) == 4
    with capsys.disabled():
        listed = [(one.path, one.value) for trial in trials for one in trial.problems]
        touched = sum(bool(trial.problems) for trial in trials)
        print(f"\n{touched} of {len(trials)} real ISRCTN studies hold one: {listed}")  # noqa: T201
    assert all(trial.fields.status_raw and trial.sites for trial in trials)
    assert b"contact@" not in kept
    assert b"main contact" not in kept
