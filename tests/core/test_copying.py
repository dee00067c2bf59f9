"""Rows by COPY are the rows an insert would have made: defaults, history, refusals and all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from osteodb.core.copying import as_json, copy_numbered, copy_rows, next_ids
from osteodb.core.models import User
from osteodb.core.writing import acting
from trials.models import RecordOrigin, RegistryRecord, Trial, TrialIdentifier

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 2, 8, 0, tzinfo=dt.UTC)
RECORD = (
    "registry", "registry_id", "origin", "payload", "content_hash", "fetched_at",
)  # fmt: skip
TRIAL = ("brief_title", "inclusion_reason", "created_at", "updated_at")
ODD = [
    "plain",
    "",
    "NULL",
    'a "quoted" one',
    "back\\slash",
    "{braces}, comma",
    "tab\tand\nline",
    "é",
]


def record(payload: Any, number: str = "NCT90000001") -> tuple[Any, ...]:
    return ("NCT", number, RecordOrigin.COPY, payload, "0" * 64, NOW)


def trials(*titles: str) -> list[int]:
    return copy_numbered(Trial, TRIAL, [(title, "made", NOW, NOW) for title in titles])


def test_ids_come_in_the_order_of_the_rows_and_are_not_given_again() -> None:
    first = trials("one", "two")
    second = trials("three")
    named = dict(Trial.objects.values_list("pk", "brief_title"))
    assert [named[pk] for pk in (*first, *second)] == ["one", "two", "three"]
    assert (
        Trial.objects.create(inclusion_reason="x", created_at=NOW, updated_at=NOW).pk not in named
    )


def test_a_block_of_ids_is_in_order_and_nobody_else_s() -> None:
    block = next_ids(Trial, 5)
    assert block == sorted(block)
    assert len(set(block)) == 5
    assert not set(block) & {*next_ids(Trial, 5), *trials("one")}
    assert next_ids(Trial, 0) == []


def test_what_database_and_model_fill_in_is_as_after_an_insert() -> None:
    (pk,) = trials("Regorafenib in osteosarcoma")
    inserted = Trial.objects.create(
        brief_title="Regorafenib in osteosarcoma",
        inclusion_reason="made",
        created_at=NOW,
        updated_at=NOW,
    )
    copied = Trial.objects.get(pk=pk)
    inserted.refresh_from_db()
    own = {"id", "public_id", "head"}
    for one in Trial._meta.concrete_fields:
        if one.name not in own:
            assert getattr(copied, one.attname) == getattr(inserted, one.attname), one.name
    assert copied.head == pk
    assert copied.public_id.startswith("OST-T")
    assert copied.public_id != inserted.public_id


def test_every_kind_of_value_comes_back_as_it_went_in() -> None:
    given = {
        "keywords": ODD,
        "phases": [],
        "field_origins": {"status": 7, "words": ODD},
        "minimum_age_years": Decimal("0.500"),
        "enrolment_count": 12,
        "has_results": False,
        "healthy_volunteers": None,
        "first_posted_date": dt.date(2020, 2, 29),
        "start_date": "2020-02",
        "official_title": "\n".join(ODD),
        "status": Trial._meta.get_field("status").default,
    }
    values = ("made", NOW, NOW, *given.values())
    (pk,) = copy_numbered(Trial, (*TRIAL[1:], *given), [values])
    found = Trial.objects.get(pk=pk)
    assert {name: getattr(found, name) for name in given} == given
    assert found.start_date_earliest == dt.date(2020, 2, 1)
    assert found.updated_at == NOW


@pytest.mark.parametrize("payload", [{"a": ODD}, [1, 2.5], "text", 0, {}, {"n": 10**30}, True])
def test_json_comes_back_as_it_went_in(payload: Any) -> None:
    (pk,) = copy_numbered(RegistryRecord, RECORD, [record(payload)])
    found = RegistryRecord.objects.get(pk=pk)
    assert (found.payload, found.origin, found.run) == (payload, "COPY", None)


def test_numbers_that_do_not_fit_64_bits_are_written_in_full() -> None:
    assert as_json({"n": 10**30}) == '{"n": 1000000000000000000000000000000}'
    assert as_json({"n": 1}) == '{"n":1}'


def test_the_history_says_who_did_it_as_of_any_write(admin_user: User) -> None:
    (pk,) = trials("one")
    with acting(action="sync_registry", by=admin_user, now=NOW):
        numbers = [(pk, "NCT", f"NCT9000000{n}", f"NCT9000000{n}", "PRIMARY") for n in (1, 2)]
        columns = ("trial_id", "registry", "value", "value_raw", "kind")
        copy_rows(TrialIdentifier, columns, numbers)
    events: Any = TrialIdentifier.pgh_event_model  # type: ignore[attr-defined]
    rows = events.objects.order_by("value").values_list(
        "value", "pgh_label", "pgh_context__metadata__user", "pgh_context__metadata__action"
    )
    said = ("insert", admin_user.pk, "sync_registry")
    assert [*rows] == [("NCT90000001", *said), ("NCT90000002", *said)]


def test_nothing_to_copy_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        copy_rows(Trial, TRIAL, [])
        copy_rows(Trial, TRIAL, iter(()))
        assert copy_numbered(Trial, TRIAL, []) == []


def test_rows_are_taken_one_by_one_as_they_come() -> None:
    def coming() -> Iterator[tuple[Any, ...]]:
        for number in range(3):
            yield record({"number": number}, f"NCT9000000{number}")

    copy_rows(RegistryRecord, RECORD, coming())
    assert RegistryRecord.objects.count() == 3


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        (("two", "", NOW, NOW), IntegrityError),  # the database wants a reason
        (("two", None, NOW, NOW), IntegrityError),
        (("x" * 601, "made", NOW, NOW), DataError),
        (("NUL \x00", "made", NOW, NOW), DataError),
    ],
)
def test_a_refused_row_is_django_s_error_and_nothing_of_the_call_stays(
    row: tuple[Any, ...], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal), transaction.atomic():
        copy_rows(Trial, TRIAL, [("one", "made", NOW, NOW), row])
    assert not Trial.objects.exists()


def test_a_fault_in_making_a_row_is_raised_and_nothing_of_the_call_stays() -> None:
    def coming() -> Iterator[tuple[Any, ...]]:
        yield record({})
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"), transaction.atomic():
        copy_rows(RegistryRecord, RECORD, coming())
    assert not RegistryRecord.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
