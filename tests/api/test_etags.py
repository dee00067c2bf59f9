"""ETags with real transactions: 304 while nothing was written, a new answer after any write."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.api.support import get
from therapies.models import Agent
from therapies.services import create_agent

pytestmark = pytest.mark.django_db(transaction=True)
NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def add(name: str) -> Agent:
    return create_agent(name=name, kind="ANTIBODY", by=None, now=NOW)


def test_an_unchanged_list_is_304_for_one_small_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    add("avelumab")
    first = get("agents/")
    with django_assert_num_queries(1):
        again = get("agents/", **{"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    assert "must-revalidate" in again["Cache-Control"]


def test_a_write_is_seen_at_once() -> None:
    add("avelumab")
    first = get("agents/")
    add("camrelizumab")
    again = get("agents/", **{"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert again.json()["count"] == 2
    assert again["ETag"] != first["ETag"]


def test_a_write_elsewhere_costs_the_answer_but_not_its_body() -> None:
    add("avelumab")
    first = get("agents/?search=avelumab")
    add("camrelizumab")
    again = get("agents/?search=avelumab", **{"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_another_day_is_another_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """What may be out of date depends on the day: yesterday's answer is not today's."""
    add("avelumab")
    first = get("agents/")
    tomorrow = timezone.now() + dt.timedelta(days=1)
    monkeypatch.setattr("osteodb.core.api.caching.timezone.now", lambda: tomorrow)
    with CaptureQueriesContext(connection) as made:
        again = get("agents/", **{"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert len(made) > 1, "the answer was made anew"


def test_each_address_and_format_has_its_own_etag() -> None:
    add("avelumab")
    tags = {get(path)["ETag"] for path in ("agents/", "agents/?format=csv", "agents/avelumab/")}
    assert len(tags) == 3
    other_host = Client(SERVER_NAME="127.0.0.1").get("/api/v1/agents/")
    assert other_host["ETag"] not in tags, "the addresses in it differ"


def test_errors_have_no_etag() -> None:
    assert "ETag" not in get("agents/?kind=x").headers
