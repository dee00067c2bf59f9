"""When what a trial says of itself may be out of date, and that the filter asks the same."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trials.filters import TrialFilterSet
from trials.models import Trial, TrialStatus
from trials.staleness import (
    ENDED,
    GOING_ON,
    NOT_VERIFIED,
    PAST_COMPLETION,
    UNKNOWN_STATUS,
    is_over,
    stale_reasons,
    unverified_before,
)

TODAY = dt.date(2026, 6, 15)


@dataclass(frozen=True)
class Said:
    status: str = "recruiting"
    status_raw: str = "RECRUITING"
    last_known_status: str = ""
    completion_date: str = ""
    status_verified_date: str = ""


def codes(said: Said, today: dt.date = TODAY) -> list[str]:
    return [one.code for one in stale_reasons(said, today=today)]


def sentences(said: Said) -> list[str]:
    return [one.sentence for one in stale_reasons(said, today=TODAY)]


def test_a_trial_that_was_verified_lately_is_not_stale() -> None:
    assert codes(Said(completion_date="2027", status_verified_date="2026-05")) == []


def test_what_is_not_reported_is_no_reason() -> None:
    assert codes(Said()) == []


@pytest.mark.parametrize(
    ("text", "today", "over"),
    [
        ("2026", "2026-12-31", False),
        ("2026", "2027-01-01", True),
        ("2026-02", "2026-02-28", False),
        ("2026-02", "2026-03-01", True),
        ("2026-06-14", "2026-06-15", True),
        ("2026-06-15", "2026-06-15", False),
        ("", "2026-06-15", False),
    ],
)
def test_a_period_is_over_the_day_after_its_last_day(text: str, today: str, over: bool) -> None:
    assert is_over(text, dt.date.fromisoformat(today)) is over


@pytest.mark.parametrize("status", sorted(GOING_ON))
def test_past_its_completion_date_while_it_goes_on(status: str) -> None:
    assert codes(Said(status=status, completion_date="2026-05")) == [PAST_COMPLETION]
    assert codes(Said(status=status, completion_date="2026-06")) == []


@pytest.mark.parametrize("status", sorted(ENDED))
def test_what_has_ended_needs_no_verifying(status: str) -> None:
    assert codes(Said(status, completion_date="2012", status_verified_date="2012-03")) == []


def test_not_verified_for_two_years_to_the_day() -> None:
    assert codes(Said(status_verified_date="2024-06-14")) == [NOT_VERIFIED]
    assert codes(Said(status_verified_date="2024-06-15")) == []
    assert codes(Said(status_verified_date="2024-06")) == []
    assert codes(Said(status_verified_date="2024-05")) == [NOT_VERIFIED]


def test_two_years_before_a_leap_day_is_the_last_of_february() -> None:
    assert unverified_before(dt.date(2028, 2, 29)) == dt.date(2026, 2, 28)


def test_every_reason_is_a_sentence_that_names_its_date() -> None:
    assert sentences(Said(status_verified_date="2021-03")) == [
        "Status not verified since 2021-03: may be out of date."
    ]
    assert sentences(Said(completion_date="2022-11")) == [
        "Its completion date, 2022-11, has passed, and the status still says “recruiting”: may be "
        "out of date."
    ]


def test_an_unknown_status_tells_the_last_known_one_or_that_nobody_gave_one() -> None:
    unknown = Said(status="unknown", status_raw="UNKNOWN", last_known_status="not_yet_recruiting")
    assert sentences(unknown) == [
        "Its status is unknown; the last known one was “not yet recruiting”."
    ]
    assert sentences(replace(unknown, last_known_status="")) == ["Its status is unknown."]
    assert sentences(Said(status="unknown", status_raw="")) == ["No source here gives a status."]
    assert codes(replace(unknown, status_verified_date="2017-03")) == [UNKNOWN_STATUS, NOT_VERIFIED]


def test_every_status_is_thought_of() -> None:
    neither = {"unknown", "withheld", "other", "not_recruiting"}
    assert GOING_ON | ENDED | neither == {*TrialStatus.values}
    assert not GOING_ON & ENDED


# -- the filter --------------------------------------------------------------------------------

DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2032, 12, 31))
PARTIAL = st.one_of(
    st.just(""),
    st.builds(lambda day, size: day.isoformat()[:size], DAYS, st.sampled_from([4, 7, 10])),
)
NEARBY = st.builds(
    lambda today, years, days, size: (
        today,
        (today.replace(day=1, year=today.year - years) + dt.timedelta(days=days)).isoformat()[
            :size
        ],
    ),
    DAYS,
    st.sampled_from([0, 2]),
    st.integers(-3, 35),
    st.sampled_from([4, 7, 10]),
)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(TrialStatus.values), PARTIAL, PARTIAL, NEARBY, st.booleans())
def test_the_filter_and_the_rule_say_the_same(
    status: str, completion: str, verified: str, near: tuple[dt.date, str], of_completion: bool
) -> None:
    today, text = near
    dates = {"completion_date": completion, "status_verified_date": verified}
    dates["completion_date" if of_completion else "status_verified_date"] = text
    at = dt.datetime(today.year, today.month, today.day, 23, 59, tzinfo=dt.UTC)
    trial = Trial(status=status, inclusion="INCLUDED", inclusion_reason="x", **dates)
    trial.created_at = trial.updated_at = at
    trial.save()
    try:
        for value, is_stale in (("true", True), ("false", False), ("true,false", None)):
            rows = Trial.objects.filter(pk=trial.pk)
            found = TrialFilterSet(QueryDict(f"stale={value}"), rows, now=at).checked().exists()
            assert found is (
                is_stale is None or bool(stale_reasons(trial, today=today)) is is_stale
            )
    finally:
        trial.delete()


@pytest.mark.django_db
def test_the_day_is_that_of_the_question_in_utc() -> None:
    at = dt.datetime(2026, 6, 16, 1, tzinfo=dt.timezone(dt.timedelta(hours=3)))
    trial = Trial(status="recruiting", completion_date="2026-06-15", inclusion_reason="x")
    trial.created_at = trial.updated_at = at
    trial.save()
    question = QueryDict("stale=true")
    assert not TrialFilterSet(question, Trial.objects.all(), now=at).checked().exists()
    later = at + dt.timedelta(hours=2)
    assert TrialFilterSet(question, Trial.objects.all(), now=later).checked().exists()
