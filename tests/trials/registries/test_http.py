"""What every registry client shares: the pace, the patience, and how Retry-After is read."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from email.utils import format_datetime

import pytest
import stamina
from stamina.instrumentation import RetryDetails

from tests.registry import Fault, RegistryServer, Store
from tests.registry.corpus import corpus_records
from tests.registry.support import Clock, quick_client
from trials.registries.base import RegistryUnavailable
from trials.registries.ctgov.client import Client, Config
from trials.registries.http import (
    Pace,
    Reply,
    Retries,
    is_web_page,
    retry_after,
    shared_pace,
    text_of,
)


@pytest.fixture
def registry() -> Iterator[RegistryServer]:
    with RegistryServer(Store(corpus_records()), everything_matches=True).running() as server:
        yield server


@pytest.fixture
def pauses() -> Iterator[list[float]]:
    """The pauses before requests that are made again, as they are decided on."""
    seen: list[float] = []

    def note(details: RetryDetails) -> None:
        seen.append(details.wait_for)

    stamina.instrumentation.set_on_retry_hooks([note])
    yield seen
    stamina.instrumentation.set_on_retry_hooks(None)


def test_retry_after_in_seconds_is_read() -> None:
    assert retry_after({"retry-after": " 120 "}) == 120.0


def test_retry_after_as_an_http_date_is_read() -> None:
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)
    seconds = retry_after({"retry-after": format_datetime(moment, usegmt=True)})
    assert seconds == pytest.approx(90, abs=2)


def test_retry_after_as_a_date_without_a_zone_is_utc() -> None:
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)
    text = format_datetime(moment).replace("+0000", "-0000")
    assert retry_after({"retry-after": text}) == pytest.approx(90, abs=2)


def test_a_date_that_is_past_asks_for_no_wait() -> None:
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0.0


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "²", "Wed, 99 Oct 2015 07:28:00 GMT"])
def test_a_senseless_retry_after_is_as_none(text: str) -> None:
    assert retry_after({"retry-after": text}) is None


def test_the_back_off_doubles_up_to_its_longest_and_varies_by_chance(
    registry: RegistryServer, pauses: list[float]
) -> None:
    registry.misbehave(Fault("status", path="/version", status=503, times=-1))
    patience = Retries(attempts=6, wait_initial=0.01, wait_max=0.05, wait_jitter=0.01)
    with pytest.raises(RegistryUnavailable):
        quick_client(registry, retries=patience).version()
    assert len(pauses) == 5
    for pause, least in zip(pauses, (0.01, 0.02, 0.04, 0.05, 0.05), strict=True):
        assert least - 1e-9 <= pause <= min(0.05, least + 0.01) + 1e-9
    assert pauses[:3] != [0.01, 0.02, 0.04]


def test_a_short_retry_after_shortens_no_back_off(
    registry: RegistryServer, pauses: list[float]
) -> None:
    registry.misbehave(Fault("status", path="/version", status=429, retry_after="0", times=3))
    patience = Retries(attempts=4, wait_initial=0.01, wait_max=0.04, wait_jitter=0.0)
    quick_client(registry, retries=patience).version()
    assert pauses == pytest.approx([0.01, 0.02, 0.04])


def test_a_wait_that_was_asked_for_holds_for_the_next_request_too() -> None:
    clock = Clock()
    pace = Pace(1.0, clock=clock, sleep=clock.sleep)
    pace.hold(30)
    pace.wait()
    pace.wait()
    assert clock.slept == [pytest.approx(30), pytest.approx(1)]


def test_one_registry_has_one_pace_in_a_process(registry: RegistryServer) -> None:
    one, other = (Client(Config(base_url=registry.url)) for _ in range(2))
    assert one.http.pace is other.http.pace is shared_pace(registry.url, 1.0)
    assert one.http.pace.interval == 1.0
    elsewhere = Client(Config(base_url="http://127.0.0.1:9/api/v2"))
    assert elsewhere.http.pace is not one.http.pace


def test_threads_share_the_pace() -> None:
    clock = Clock()
    pace = Pace(1.0, clock=clock, sleep=clock.sleep)
    threads = [threading.Thread(target=pace.wait) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now - 1000.0 == pytest.approx(7)


def test_patience_has_no_pause_longer_than_allowed() -> None:
    short = Retries.up_to(attempts=3, longest_pause=0.5, longest_hold=9)
    assert short == Retries(3, 0.5, 0.5, 0.5, 9)
    assert Retries.up_to(attempts=6, longest_pause=60, longest_hold=600) == Retries()


@pytest.mark.parametrize(
    ("body", "is_one"),
    [
        (b"<html>", True),
        (b"\xef\xbb\xbf \n<!DOCTYPE html>", True),
        (b'{"a": "<p>"}', False),
        (b"NCT number NCT00000001 not found", False),
        (b"", False),
    ],
)
def test_a_web_page_is_told_from_the_registry_s_word(body: bytes, is_one: bool) -> None:
    assert is_web_page(body) is is_one


def test_an_error_is_told_in_one_short_line() -> None:
    assert text_of(Reply(400, {}, b" bad\n  query " + b"x" * 900)).startswith("bad query x")
    assert len(text_of(Reply(400, {}, b"x" * 900))) == 300
    assert text_of(Reply(502, {}, b"<html>")) == "a web page instead of a message"
    assert text_of(Reply(400, {}, b"")) == "no message"
