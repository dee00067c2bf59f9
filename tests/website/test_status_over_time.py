"""Status over time: what is on record is counted, what is not known is said, nothing is guessed."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.http import QueryDict

from osteodb.website.pages.status_histories import arrived_only, status_histories
from osteodb.website.pages.status_history import GONE, RETURNED, StatusEntry, status_history
from osteodb.website.pages.status_over_time import (
    GONE_FROM,
    LABELS,
    NOT_KNOWN,
    Life,
    life_of,
    periods_of,
    status_page,
    status_picture,
)
from osteodb.website.pictures.stacks import PLOT, Layer, Stack, draw_stacks, step_of, top_of
from tests.universe import NOW, Universe
from tests.website.support import get, text, words
from trials.models import Trial

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 5)
SEEN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def entry(status: str, day: str = "", event: str = "", seen: dt.datetime = SEEN) -> StatusEntry:
    return StatusEntry(status, status, day, seen, event=event)


def test_before_the_first_status_on_record_it_is_not_known() -> None:
    life = life_of(dt.date(2015, 4, 1), [entry("recruiting", "2018-06-01"), entry("completed")])
    assert life.at(dt.date(2014, 12, 31)) == ""
    assert life.at(dt.date(2015, 12, 31)) == NOT_KNOWN
    assert life.at(dt.date(2018, 5, 31)) == NOT_KNOWN
    assert life.at(dt.date(2018, 6, 1)) == "recruiting"
    assert life.at(dt.date(2025, 12, 31)) == "recruiting"
    assert life.at(dt.date(2026, 1, 1)) == "completed"


def test_a_partial_date_counts_from_its_last_day() -> None:
    life = life_of(None, [entry("recruiting", "2018")])
    assert life.at(dt.date(2018, 12, 30)) == ""
    assert life.at(dt.date(2018, 12, 31)) == "recruiting"


def test_what_went_from_its_registry_and_came_back_has_its_status_again() -> None:
    life = life_of(
        None,
        [
            entry("recruiting", "2018-01-01"),
            entry("", "2019-01-01", GONE),
            entry("", "2020-01-01", RETURNED),
        ],
    )
    found = [life.at(dt.date(year, 6, 1)) for year in (2018, 2019, 2020)]
    assert found == ["recruiting", GONE_FROM, "recruiting"]


def test_a_trial_without_any_date_counts_nowhere() -> None:
    assert periods_of([life_of(None, [])], "year", TODAY) == []
    assert life_of(None, []).at(TODAY) == ""


@pytest.mark.parametrize(
    ("every", "labels"),
    [
        ("year", ["2024", "2025", "today"]),
        ("quarter", [f"{year} Q{part}" for year in (2024, 2025) for part in (1, 2, 3, 4)]),
    ],
)
def test_periods_end_on_their_last_day_and_today_is_the_last(every: str, labels: list[str]) -> None:
    life = Life(dt.date(2024, 1, 15), [(dt.date(2024, 1, 15), "recruiting")])
    periods = periods_of([life], every, TODAY)
    assert [one.label for one in periods] == (labels if every == "year" else [*labels, "today"])
    assert periods[0].day == (dt.date(2024, 12, 31) if every == "year" else dt.date(2024, 3, 31))
    assert periods[-1].day == TODAY
    assert all(one.numbers == Counter({"recruiting": 1}) for one in periods)


def test_todays_numbers_are_those_of_the_list_of_trials(shared_universe: Universe) -> None:
    trials = list(Trial.objects.visible())
    histories = status_histories(trials)
    lives = [life_of(one.first_posted_date, histories[one.pk]) for one in trials]
    now = periods_of(lives, "year", dt.date(2030, 1, 1))[-1].numbers
    known = Counter(one.status for one in trials if histories[one.pk])
    assert Counter({one: now[one] for one in known}) == known
    assert now.total() == sum(1 for one in lives if one.begins)


def test_what_only_arrived_counts_as_its_whole_history_says(shared_universe: Universe) -> None:
    trials = list(Trial.objects.visible())
    arrived = set(arrived_only(Trial.objects.visible()).values_list("trial", flat=True))
    assert 0 < len(arrived) < len(trials)
    histories = status_histories(trials)
    lives = [life_of(one.first_posted_date, histories[one.pk]) for one in trials]
    picture = status_page(QueryDict(), NOW).picture
    assert picture is not None
    names = [column.label for column in picture.columns[2:-1]]
    shown = [
        {n: int(c.text) for n, c in zip(names, row[2:-1], strict=True)} for row in picture.rows
    ]
    for period, numbers in zip(periods_of(lives, "year", NOW.date()), shown, strict=True):
        told = {LABELS[status]: number for status, number in period.numbers.items()}
        assert {name: number for name, number in numbers.items() if number} == told


def test_many_histories_are_the_same_as_each_alone(shared_universe: Universe) -> None:
    trials = list(Trial.objects.visible())
    together = status_histories(trials)
    for trial in trials:
        alone = [one for one in reversed(status_history(trial, {}, None)) if one.trial is None]
        mine = together[trial.pk]
        assert [(one.status, one.seen_at) for one in alone] == [
            (one.status, one.seen_at) for one in mine
        ]
    assert any(len(one) > 1 for one in together.values())


def test_the_table_adds_up_and_the_page_states_the_rule(shared_universe: Universe) -> None:
    picture = status_page(QueryDict(), NOW).picture
    assert picture is not None
    for row in picture.rows:
        numbers = [int(cell.text) for cell in row[2:]]
        assert sum(numbers[:-1]) == numbers[-1]
    shown = text("/status-over-time/")
    assert "is not worked out from start and completion dates" in shown
    assert "The earliest status on record is of" in shown


def test_filters_choose_the_trials_and_are_said(shared_universe: Universe) -> None:
    page = status_page(QueryDict("agent=regorafenib"), NOW)
    assert 0 < page.count < Trial.objects.visible().count()
    assert page.list_url == "/trials/?agent=regorafenib"
    assert "agent: regorafenib" in text("/status-over-time/?agent=regorafenib")
    assert "No trial matches these filters." in text("/status-over-time/?status=withheld")


@pytest.mark.parametrize("query", ["satus=x", "status=nonsense", "every=week", "page=2"])
def test_what_is_not_understood_is_refused(query: str, shared_universe: Universe) -> None:
    answer = get(f"/status-over-time/?{query}")
    assert answer.status_code == 400
    assert "nothing is shown" in words(answer.content.decode())
    assert get(f"/pictures/status-over-time.png?{query}").status_code == 400


@pytest.mark.parametrize("ending", ["svg", "png", "csv"])
def test_its_files_are_served(ending: str, shared_universe: Universe) -> None:
    assert get(f"/pictures/status-over-time.{ending}?every=quarter").status_code == 200
    assert status_picture(QueryDict("status=withheld"), NOW).rows == []


def test_layers_are_as_high_as_their_numbers_and_lie_on_each_other() -> None:
    layers = [Layer("A", "●", "pic-open"), Layer("B", "✓", "pic-done")]
    canvas = draw_stacks(layers, [Stack("2024", [30, 10]), Stack("today", [0, 50])])
    bars = [part.attributes for part in canvas.parts if part.tag == "rect" and part.title]
    assert [float(one["height"]) for one in bars] == [PLOT * 30 / 50, PLOT * 10 / 50, PLOT]
    assert float(bars[1]["y"]) + float(bars[1]["height"]) == pytest.approx(float(bars[0]["y"]))
    assert "Nothing to show." in draw_stacks([], []).on_page("x", "", "")


@pytest.mark.parametrize(
    ("largest", "step", "top"), [(1, 1, 1), (7, 2, 8), (50, 10, 50), (151, 50, 200), (0, 1, 1)]
)
def test_the_scale_ends_on_a_round_number(largest: int, step: int, top: int) -> None:
    assert (step_of(largest), top_of(largest)) == (step, top)
