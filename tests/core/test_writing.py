"""One row saved: what the database refuses comes back in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from osteodb.core.errors import InvalidInput
from osteodb.core.writing import save_all_checked, save_checked
from therapies.models import AgentName, TherapyClass

pytestmark = pytest.mark.django_db


def test_every_broken_rule_of_a_row_is_told_at_once() -> None:
    save_checked(TherapyClass(slug="tki", name="TKI", path="tki"))
    twin = TherapyClass(slug="", name="TKI", path="tki")
    with pytest.raises(InvalidInput) as refusal:
        save_checked(twin)
    assert set(refusal.value.fields) == {"slug", "name", "path"}


def test_a_row_that_only_the_database_refuses_is_told_in_words_and_the_rest_goes_on() -> None:
    save_checked(TherapyClass(slug="tki", name="TKI", path="tki"))
    with pytest.raises(InvalidInput, match="already exists"):
        save_checked(TherapyClass(slug="tki", name="Other", path="other"))
    save_checked(TherapyClass(slug="car-t", name="CAR-T", path="car-t"))
    assert TherapyClass.objects.count() == 2


def classes(*slugs: str) -> list[TherapyClass]:
    return [TherapyClass(slug=slug, name=slug.upper(), path=slug or "none") for slug in slugs]


def test_rows_saved_together_are_there_once_with_their_keys() -> None:
    rows = classes("a", "b", "c")
    with CaptureQueriesContext(connection) as queries:
        save_all_checked(rows)
    assert sum("INSERT" in one["sql"] for one in queries) == 1
    assert [TherapyClass.objects.get(slug=row.slug).pk for row in rows] == [row.pk for row in rows]


def test_of_no_rows_nothing_is_asked() -> None:
    with CaptureQueriesContext(connection) as queries:
        save_all_checked([])
    assert not queries.captured_queries


slugs = st.lists(st.sampled_from(["", "a", "b", "c", "not a slug"]), min_size=1, max_size=5)


@settings(deadline=None, max_examples=30)
@given(slugs)
def test_together_or_singly_the_same_is_saved_or_refused_in_the_same_words(
    wanted: list[str],
) -> None:
    def outcome(save: Callable[[list[TherapyClass]], None]) -> tuple[object, ...]:
        try:
            with transaction.atomic():
                save(classes(*wanted))
                kept = sorted(TherapyClass.objects.values_list("slug", flat=True))
                raise Undone(kept)
        except Undone as undone:
            return ("saved", undone.args[0])
        except InvalidInput as refusal:
            return ("refused", str(refusal), refusal.fields)

    def singly(rows: list[TherapyClass]) -> None:
        for row in rows:
            save_checked(row)

    assert outcome(save_all_checked) == outcome(singly)
    assert not TherapyClass.objects.exists()


class Undone(Exception):
    """Takes back what was saved, so that the next attempt finds nothing."""


def test_where_one_of_the_rows_is_refused_none_is_left() -> None:
    with pytest.raises(InvalidInput):
        save_all_checked(classes("a", "b", "b"))
    assert not TherapyClass.objects.exists()


def test_a_key_of_a_row_that_is_not_there_is_told_in_words() -> None:
    with pytest.raises(InvalidInput, match="not a valid choice") as refusal:
        save_all_checked([AgentName(agent_id=987654, name="alphanib", normalised="alphanib")])
    assert "agent" in refusal.value.fields
