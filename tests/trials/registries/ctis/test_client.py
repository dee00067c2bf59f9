"""CTIS's search and retrieval, over HTTP against a server on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.registry import ctis as made
from tests.registry.answering import Answer, Answering, Asked, answering
from tests.registry.support import QUICK, Clock
from trials.registries.base import (
    IncompleteSweep,
    MalformedResponse,
    RecordNotFound,
    RegistryRefused,
)
from trials.registries.ctis.adapter import CtisAdapter
from trials.registries.ctis.client import Client, Config
from trials.registries.http import Pace

NUMBERS = ["2099-500001-11-00", "2099-500002-22-00", "2099-500001-11-01", "2099-500003-33-00"]


def as_json(document: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(document).encode(), status, "application/json")


def system(asked: Asked) -> Answer:
    """Two trials a page; the first was submitted again; GET on the search is refused."""
    if asked.path == "/search":
        if asked.method != "POST":
            return Answer(b"", 403)
        wanted = asked.document["searchCriteria"].get("number", "")
        numbers = [one for one in NUMBERS if one.startswith(wanted)]
        page = asked.document["pagination"]["page"]
        part = numbers[(page - 1) * 2 : page * 2]
        return as_json(made.listing(part, total=len(numbers), more=page * 2 < len(numbers)))
    number = asked.path.rpartition("/")[2]
    if number not in NUMBERS:
        return as_json({"message": "not found"}, 404)
    return as_json(made.trial(ctNumber=number))


@contextmanager
def asking(answer: Callable[[Asked], Answer]) -> Iterator[tuple[CtisAdapter, Answering]]:
    clock = Clock()
    with answering(answer) as server:
        config = Config(base_url=server.url, page_size=2, retries=QUICK)
        pace = Pace(config.interval, clock=clock, sleep=clock.sleep)
        yield CtisAdapter(Client(config, pace=pace)), server


def test_a_sweep_brings_every_trial_once_in_its_highest_resubmission() -> None:
    with asking(system) as (adapter, server):
        records = [one for page in adapter.sweep("osteosarcoma") for one in page.records]
    assert [one.registry_id for one in records] == [
        "2099-500001-11",
        "2099-500002-22",
        "2099-500003-33",
    ]
    assert json.loads(records[0].body)["ctNumber"] == "2099-500001-11-01"
    first = server.asked[0]
    assert first.document["searchCriteria"] == {"medicalCondition": "osteosarcoma"}
    assert first.document["pagination"] == {"page": 1, "size": 2}


def test_a_list_shorter_than_announced_makes_the_sweep_incomplete() -> None:
    def short(asked: Asked) -> Answer:
        if asked.path == "/search":
            return as_json(made.listing(NUMBERS[:1], total=9))
        return system(asked)

    with asking(short) as (adapter, _server), pytest.raises(IncompleteSweep, match="9"):
        list(adapter.sweep("x"))


def test_a_search_that_is_too_wide_is_refused() -> None:
    def wide(_asked: Asked) -> Answer:
        return as_json(made.listing(NUMBERS[:2], total=10_001, more=True))

    with asking(wide) as (adapter, _server), pytest.raises(RegistryRefused, match="narrower"):
        list(adapter.sweep("cancer"))


def test_a_trial_that_cannot_be_retrieved_costs_only_itself() -> None:
    def gap(asked: Asked) -> Answer:
        if asked.path.endswith("2099-500002-22-00"):
            return as_json({}, 404)
        if asked.path.endswith("2099-500003-33-00"):
            return as_json(made.trial(ctNumber="2099-500009-99-00"))
        return system(asked)

    with asking(gap) as (adapter, _server):
        pages = list(adapter.sweep("x"))
    assert sum(len(page.records) for page in pages) == 1
    assert [str(one) for page in pages for one in page.unreadable][1] == (
        "another trial came than was asked"
    )


def test_a_number_without_resubmission_finds_the_highest() -> None:
    with asking(system) as (adapter, _server):
        assert json.loads(adapter.fetch("2099-500001-11").body)["ctNumber"].endswith("-01")
        assert json.loads(adapter.fetch("2099-500001-11-00").body)["ctNumber"].endswith("-00")
        with pytest.raises(RecordNotFound):
            adapter.fetch("2099-500007-77")
        with pytest.raises(RegistryRefused):
            adapter.fetch("2099-000001-11")
        pages = list(adapter.fetch_many(["2099-500007-77", "2099-500003-33"]))
    assert [one.registry_id for page in pages for one in page.records] == ["2099-500003-33"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>Sorry</html>", 200, "text/html"),
        Answer(b"{", 200, "application/json"),
        Answer(b"{}", 200, "application/json"),
    ],
)
def test_an_answer_that_is_no_list_is_named(answer: Answer) -> None:
    with asking(lambda _asked: answer) as (adapter, _server), pytest.raises(MalformedResponse):
        list(adapter.sweep("x"))


def test_a_busy_system_is_asked_again() -> None:
    answers = iter([Answer(b"busy", 503), Answer(b"busy", 429)])

    def busy(asked: Asked) -> Answer:
        return next(answers, None) or system(asked)

    with asking(busy) as (adapter, _server):
        assert adapter.fetch("2099-500003-33").registry_id == "2099-500003-33"
