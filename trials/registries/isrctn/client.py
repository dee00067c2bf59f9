"""The ISRCTN registry's query interface over HTTP.

HTTP only: of what a study says, only its number is read here. Answers are XML; they are handed on
as the JSON that the parser reads. Raises RegistryUnavailable, RegistryRefused, MalformedResponse
and RecordNotFound; a sweep may end with IncompleteSweep.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from trials.registries.base import (
    IncompleteSweep,
    MalformedRecord,
    MalformedResponse,
    Page,
    RawRecord,
    RegistryRefused,
)
from trials.registries.clients import (
    ClientConfig,
    found_in,
    http_for,
    one_by_one,
    page_of,
)
from trials.registries.files import xml_elements, xml_value
from trials.registries.http import Pace, Reply, Transport
from trials.registries.identifiers import recognise
from trials.registries.isrctn import parser

NAME = "ISRCTN registry"
QUERY = "/api/query/format/default"
TOTAL = re.compile(rb"<allTrials\b[^>]{0,400}?\btotalCount\s*=\s*[\"'](\d{1,9})[\"']")
SPECIAL = re.compile(r'[+\-&|!(){}\[\]^"~*?:\\/]')


class Config(ClientConfig, frozen=True):
    """How the registry is asked. It documents no limit."""

    base_url: str = "https://www.isrctn.com"
    most_records: int = 5000
    timeout: tuple[float, float] = (10.0, 300.0)


def literal(text: str) -> str:
    """A person's words as a phrase: marks of the query grammar become spaces."""
    words = " ".join(SPECIAL.sub(" ", text).split())
    return f'"{words}"' if words else ""


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


class Client:
    """The registry's query."""

    def __init__(
        self,
        config: Config,
        *,
        transport: Transport | None = None,
        pace: Pace | None = None,
        today: Callable[[], dt.date] = _today,
    ) -> None:
        self.config = config
        self.today = today
        self.http = http_for(NAME, config, transport, pace)

    def sweep(self, query: str) -> Iterator[Page]:
        """Every study the query finds, in one page.

        The interface honours no paging, only a limit: the number is asked for first, then all at
        once. Raises RegistryRefused where that is too many, IncompleteSweep where fewer come.
        """
        total, _first = self._ask(query, 1)
        if total > self.config.most_records:
            raise RegistryRefused(
                f"{NAME} finds {total} studies, more than {self.config.most_records} at once: "
                "the search has to be narrower"
            )
        total, page = self._ask(query, max(total, 1))
        yield page
        came = len({record.registry_id for record in page.records}) + len(page.unreadable)
        if came < total:
            raise IncompleteSweep(f"{NAME} announced {total} studies but sent {came}")

    def fetch(self, registry_id: str) -> RawRecord:
        """One study by its number. Asked for as a search, for the registry answers an unknown
        number elsewhere with a server error. Raises RecordNotFound."""
        number = recognise(registry_id)
        if number is None or number.registry != parser.REGISTRY:
            raise RegistryRefused(f"{registry_id!r} is no {NAME} number")
        _total, page = self._ask(number.value, 10)
        return found_in(page, NAME, number.value)

    def fetch_many(self, registry_ids: Iterable[str]) -> Iterator[Page]:
        """The studies of many numbers, one by one; a number that brings no study is absent."""
        return one_by_one(self.fetch, registry_ids)

    def _ask(self, query: str, limit: int) -> tuple[int, Page]:
        params = {"q": query, "limit": str(limit)}
        return self.http.get(QUERY, params, lambda reply: read_page(reply, self.today()))


def read_page(reply: Reply, day: dt.date) -> tuple[int, Page]:
    """How many studies there are, and those of this answer with the day of reading."""
    announced = TOTAL.search(reply.body[:2000])
    if reply.status != 200 or announced is None:
        raise MalformedResponse(f"{NAME} answered {reply.status} with what is not its XML")
    if b"</allTrials>" not in reply.body[-200:] and not reply.body.rstrip().endswith(b"/>"):
        raise MalformedResponse(f"{NAME} sent an answer that is cut off")
    if b"<fullTrial" not in reply.body:
        return int(announced[1]), Page(records=())
    cuts = (study(element, day) for element in xml_elements(io.BytesIO(reply.body), "fullTrial"))
    return int(announced[1]), page_of(cuts, total=int(announced[1]))


def study(element: bytes | MalformedRecord, day: dt.date | None) -> RawRecord | MalformedRecord:
    """One study in the parser's shape: the trial, beside it its sponsors and the day on which it
    was read, where that is known."""
    if isinstance(element, MalformedRecord):
        return element
    try:
        whole: Any = xml_value(element)
    except MalformedRecord as error:
        return error
    trial = whole.get("trial") if isinstance(whole, dict) else None
    if not isinstance(trial, dict):
        return MalformedRecord("a study without a trial", path="fullTrial")
    record = {**trial, "sponsor": whole.get("sponsor", [])}
    if day is not None:
        record["asOf"] = day.isoformat()
    number = parser.number_of(record)
    if number is None:
        return MalformedRecord("a study without a usable number", path="fullTrial.trial.isrctn")
    return RawRecord(number.value, orjson.dumps(record))
