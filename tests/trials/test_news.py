"""What is news and what is housekeeping: one rule for the page, the API, the feed and the query."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from tests.universe import LATER, Universe
from trials.filters import ChangeFilterSet
from trials.models import TrialChange
from trials.news import HOUSEKEEPING, housekeeping_in_words, is_news
from trials.reconcile import COLLECTION_KINDS, FIELD_KINDS


def test_only_fields_of_the_registry_can_be_housekeeping() -> None:
    assert set(HOUSEKEEPING) < set(FIELD_KINDS)


@pytest.mark.parametrize(
    "field", ["status", "why_stopped", "has_results", "start_date_type", *COLLECTION_KINDS]
)
def test_what_tells_something_about_a_study_is_news(field: str) -> None:
    assert is_news(field)


def test_housekeeping_is_told_in_one_sentence() -> None:
    words = housekeeping_in_words()
    assert words.startswith("the date of the last update, the date the status was verified, ")
    assert words.count(" and an age limit") == 1


@pytest.mark.django_db
def test_rule_query_and_filter_agree(shared_universe: Universe) -> None:
    trial = shared_universe.trials["regomain"]
    for field, kind in FIELD_KINDS.items():
        TrialChange.objects.create(trial=trial, field=field, kind=kind, seen_at=LATER)
    everything = TrialChange.objects.all()
    wanted = {one.pk for one in everything if is_news(one.field)}
    assert set(everything.news().values_list("pk", flat=True)) == wanted
    for value, expected in (
        ("true", wanted),
        ("false", {one.pk for one in everything} - wanted),
        ("true,false", {one.pk for one in everything}),
        ("", {one.pk for one in everything}),
    ):
        found = ChangeFilterSet(QueryDict(f"news={value}"), everything).checked()
        assert set(found.values_list("pk", flat=True)) == expected


@pytest.mark.django_db
def test_changes_are_told_on_the_page_of_the_surviving_trial(shared_universe: Universe) -> None:
    head, merged = (shared_universe.trials[name] for name in ("regobone", "merged"))
    told = TrialChange.objects.on_page_of(head)
    assert {one.trial for one in told} == {head, merged}
    assert {one.shown_trial for one in told.with_pages()} == {head}
    assert set(told) <= set(TrialChange.objects.visible())
    hidden = TrialChange.objects.filter(trial=shared_universe.trials["hidden"])
    assert hidden.exists()
    assert not set(hidden) & set(TrialChange.objects.visible())
