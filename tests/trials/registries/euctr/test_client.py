"""The EU register's downloads, over HTTP against a server on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.registry import euctr as made
from tests.registry.answering import Answer, Answering, Asked, answering
from tests.registry.support import QUICK, Clock
from trials.registries.base import (
    IncompleteSweep,
    MalformedResponse,
    RecordNotFound,
    RegistryRefused,
)
from trials.registries.euctr import export
from trials.registries.euctr.adapter import EuctrAdapter
from trials.registries.euctr.client import FULL, SUMMARIES, Client, Config
from trials.registries.http import Pace

PAGES = {
    "1": ["2099-000001-11", "2099-000002-22"],
    "2": ["2099-000003-33"],
}


def register(asked: Asked) -> Answer:
    """Two pages of trials; the full download of the first leaves one out."""
    query, page = asked.params["query"], asked.params["page"]
    if query.startswith("eudract_number:"):
        number = query.partition(":")[2]
        known = [one for numbers in PAGES.values() for one in numbers]
        return Answer(made.export([made.state(number=number)] if number in known else []))
    if asked.path == SUMMARIES:
        return Answer(made.summary(PAGES.get(page, [])))
    assert asked.path == FULL
    states = [made.state(code, number=PAGES[page][0]) for code in ("ES", "DE")]
    return Answer(made.export(states))


@contextmanager
def asking(answer: Callable[[Asked], Answer]) -> Iterator[tuple[EuctrAdapter, Answering]]:
    clock = Clock()
    with answering(answer) as server:
        config = Config(base_url=server.url, contact="tests@example.org", retries=QUICK)
        pace = Pace(config.interval, clock=clock, sleep=clock.sleep)
        yield EuctrAdapter(Client(config, pace=pace)), server


def test_a_sweep_brings_every_trial_with_its_states() -> None:
    with asking(register) as (adapter, server):
        pages = list(adapter.sweep(adapter.literal('osteo"sarcoma')))
    found = [record.registry_id for page in pages for record in page.records]
    assert found == ["2099-000001-11", "2099-000002-22", "2099-000003-33"]
    assert len(adapter.clean(pages[0].records[0].body)["states"]) == 2
    assert server.asked[0].params["query"] == '"osteo sarcoma"'
    assert server.asked[0].user_agent == "OsteoDB/0.1 (tests@example.org)"


def test_a_trial_that_is_listed_and_never_handed_out_makes_the_sweep_incomplete() -> None:
    def forgetful(asked: Asked) -> Answer:
        if asked.params["query"].startswith("eudract_number:2099-000002-22"):
            return Answer(made.export([]))
        return register(asked)

    with asking(forgetful) as (adapter, _server), pytest.raises(IncompleteSweep, match="000002"):
        list(adapter.sweep("x"))


def test_a_record_too_large_to_be_read_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it stands in the page or comes alone, it is named and the sweep goes on."""
    monkeypatch.setattr(export, "LARGEST_STATE", 12_000)

    def heavy(asked: Asked) -> Answer:
        if asked.path == FULL and "2099-000002-22" in asked.params["query"]:
            return Answer(made.export([made.state(number="2099-000002-22", extra="x" * 20_000)]))
        if asked.path == FULL and asked.params["page"] == "2":
            return Answer(made.export([made.state(number="2099-000003-33", extra="x" * 20_000)]))
        return register(asked)

    with asking(heavy) as (adapter, _server):
        pages = list(adapter.sweep("x"))
        named = list(adapter.fetch_many(["2099-000002-22"]))
    assert [one.registry_id for page in pages for one in page.records] == ["2099-000001-11"]
    faults = [one for page in pages for one in page.unreadable]
    assert [one.registry_id for one in faults] == ["2099-000002-22", "2099-000003-33"]
    assert all("larger than" in str(one) for one in (*faults, *named[0].unreadable))


def test_a_web_page_in_the_middle_is_not_the_end() -> None:
    def broken(asked: Asked) -> Answer:
        if asked.params["page"] == "2":
            return Answer(b"<html>Maintenance</html>")
        return register(asked)

    with asking(broken) as (adapter, _server), pytest.raises(MalformedResponse, match="web page"):
        list(adapter.sweep("x"))


def test_one_trial_is_fetched_and_a_missing_one_is_named() -> None:
    with asking(register) as (adapter, _server):
        assert adapter.fetch("EUCTR2099-000003-33-ES").registry_id == "2099-000003-33"
        with pytest.raises(RecordNotFound, match="2099-000009-99"):
            adapter.fetch("2099-000009-99")
        with pytest.raises(RegistryRefused, match="no EudraCT number"):
            adapter.fetch("NCT99900001")
        pages = list(adapter.fetch_many(["2099-000009-99", "2099-000001-11"]))
    assert [one.registry_id for page in pages for one in page.records] == ["2099-000001-11"]


def test_a_busy_register_is_asked_again() -> None:
    answers = iter([Answer(b"busy", 503), Answer(b"busy", 429)])

    def busy(asked: Asked) -> Answer:
        return next(answers, None) or register(asked)

    with asking(busy) as (adapter, server):
        assert adapter.fetch("2099-000001-11").registry_id == "2099-000001-11"
    assert len(server.asked) == 3
