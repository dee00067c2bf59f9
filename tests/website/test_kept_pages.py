"""Kept pages, with real transactions: given again while nothing was written, never to the wrong
reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from osteodb.core.kept import SHELF, Kept, Shelf
from osteodb.core.models import User
from therapies.services import create_agent

pytestmark = pytest.mark.django_db(transaction=True)
NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
ADDRESS = "/agents/"


@pytest.fixture(autouse=True)
def an_empty_shelf() -> Iterator[None]:
    SHELF.clear()
    yield
    SHELF.clear()


def get(address: str = ADDRESS, host: str = "localhost", **headers: str) -> Any:
    return Client(SERVER_NAME=host).get(address, headers=headers)


def add(name: str) -> None:
    create_agent(name=name, kind="ANTIBODY", by=None, now=NOW)


def queries_of(address: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as made:
        assert get(address, **headers).status_code == 200
    return len(made)


@pytest.mark.parametrize(
    "address",
    ["/", "/agents/", "/agents/avelumab/", "/search/?q=avelumab&all=1", "/design/", "/synthesis/"],
)
def test_the_second_request_costs_one_query_and_gives_the_same_bytes(
    address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    add("avelumab")
    first = get(address)
    assert first.status_code == 200
    with django_assert_num_queries(1):
        again = get(address)
    assert again.content == first.content
    assert dict(again.headers) == dict(first.headers)
    assert "must-revalidate" in again["Cache-Control"]


def test_a_browser_that_has_the_page_gets_304_for_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first = get()
    with django_assert_num_queries(1):
        again = get(**{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert "Content-Security-Policy" in again.headers


def test_the_head_of_a_page_is_kept_with_its_body_and_given_without(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    head = Client(SERVER_NAME="localhost").head(ADDRESS)
    assert head.content == b""
    with django_assert_num_queries(1):
        page = get()
    assert b"<h1" in page.content
    assert head["ETag"] == page["ETag"]
    assert head["Content-Length"] == str(len(page.content))


def test_a_write_is_seen_by_the_next_request() -> None:
    before = get()
    add("avelumab")
    after = get(**{"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert b"avelumab" in after.content


def test_a_write_through_another_connection_is_seen_by_the_next_request() -> None:
    def elsewhere() -> None:
        add("avelumab")
        connection.close()

    assert b"avelumab" not in get().content
    other = Thread(target=elsewhere)
    other.start()
    other.join()
    assert b"avelumab" in get().content


def test_a_write_not_yet_committed_is_not_seen_and_then_is() -> None:
    get()
    seen: list[bytes] = []

    def reader() -> None:
        seen.append(get().content)
        connection.close()

    with transaction.atomic():
        add("avelumab")
        other = Thread(target=reader)
        other.start()
        other.join()
    assert b"avelumab" not in seen[0]
    assert b"avelumab" in get().content


def test_a_write_that_was_rolled_back_leaves_no_trace() -> None:
    before = get().content
    with pytest.raises(RuntimeError), transaction.atomic():
        add("avelumab")
        assert b"avelumab" in get().content, "within, one's own rows are seen"
        raise RuntimeError
    assert get().content == before


def test_inside_a_transaction_nothing_is_kept() -> None:
    with transaction.atomic():
        assert get().status_code == 200
        assert len(SHELF) == 0


def test_a_person_who_is_signed_in_is_never_given_a_kept_page_nor_recorded() -> None:
    curator = User.objects.create_superuser("made-carol", password="made-up-for-a-test")
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(curator)
    assert browser.get(ADDRESS).status_code == 200
    assert len(SHELF) == 0
    anonymous = get()
    with CaptureQueriesContext(connection) as made:
        page = browser.get(ADDRESS, headers={"If-None-Match": anonymous["ETag"]})
    assert page.status_code == 200
    assert "ETag" not in page.headers
    assert len(made) > 1
    assert "Cookie" in anonymous["Vary"]


@pytest.mark.parametrize("cookie", ["sessionid", "csrftoken", "messages"])
def test_any_cookie_of_a_person_is_enough_to_be_left_alone(cookie: str) -> None:
    browser = Client(SERVER_NAME="localhost")
    browser.cookies[cookie] = "made-up"
    assert browser.get(ADDRESS).status_code == 200
    assert len(SHELF) == 0


def test_the_part_for_a_script_and_the_whole_page_are_never_mixed() -> None:
    for _twice in range(2):
        whole, part = get(), get(**{"HX-Request": "true"})
        assert b"<!DOCTYPE html>" in whole.content
        assert b"<!DOCTYPE html>" not in part.content
        assert b'id="list"' in part.content
    assert whole["ETag"] != part["ETag"]
    assert "HX-Request" in whole["Vary"]


def test_another_host_another_scheme_and_another_question_are_other_pages() -> None:
    pages = [
        get(),
        get(host="127.0.0.1"),
        Client(SERVER_NAME="localhost").get(ADDRESS, secure=True),
        get(f"{ADDRESS}?ordering=-name"),
    ]
    assert len({one["ETag"] for one in pages}) == 4
    assert len(SHELF) == 4


def test_another_day_makes_the_page_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    get()
    tomorrow = timezone.now() + dt.timedelta(days=1)
    monkeypatch.setattr("osteodb.core.api.caching.timezone.now", lambda: tomorrow)
    assert queries_of(ADDRESS) > 1


@pytest.mark.parametrize("address", ["/about/", "/quality/"])
def test_a_page_that_tells_hours_is_made_each_time(address: str) -> None:
    assert get(address).status_code == 200
    assert len(SHELF) == 0
    assert queries_of(address) > 1


@pytest.mark.parametrize(
    ("address", "status"),
    [("/agents/nobody/", 404), ("/trials/?status=x", 400), ("/search/?q=made&kind=x", 400)],
)
def test_what_went_wrong_is_not_kept(address: str, status: int) -> None:
    for _twice in range(2):
        answer = get(address)
        assert answer.status_code == status
        assert "ETag" not in answer.headers
    assert len(SHELF) == 0


def kept(size: int) -> Kept:
    return Kept("state", '"etag"', b"x" * size, ())


def test_the_shelf_holds_so_many_answers_and_lets_go_of_the_one_not_asked_for_longest() -> None:
    shelf = Shelf(most=2, most_bytes=1000)
    shelf.put(b"a", kept(1))
    shelf.put(b"b", kept(1))
    assert shelf.take(b"a", "state")
    shelf.put(b"c", kept(1))
    assert [bool(shelf.take(key, "state")) for key in (b"a", b"b", b"c")] == [True, False, True]
    assert shelf.take(b"a", "another state") is None


def test_the_shelf_holds_so_many_bytes_and_counts_a_replaced_answer_once() -> None:
    shelf = Shelf(most=100, most_bytes=1000)
    for _again in range(5):
        shelf.put(b"a", kept(400))
    assert (len(shelf), shelf.bytes) == (1, 400)
    shelf.put(b"b", kept(400))
    shelf.put(b"c", kept(400))
    assert (len(shelf), shelf.bytes) == (2, 800)
    assert shelf.take(b"a", "state") is None


def test_an_answer_larger_than_allowed_is_given_and_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("osteodb.core.kept.LARGEST", 10)
    assert get().status_code == 200
    assert len(SHELF) == 0
