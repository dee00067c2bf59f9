"""ClinicalTrials.gov API v2 over HTTP, after its OpenAPI document 2.0.3.

HTTP only: nothing of what a study says is read here but its numbers. Raises RegistryUnavailable,
RegistryRefused, MalformedResponse and RecordNotFound; a sweep may end with DataMoved or
IncompleteSweep after its last page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import msgspec

from trials.registries.base import (
    DataMoved,
    DataVersion,
    IncompleteSweep,
    MalformedRecord,
    MalformedResponse,
    Page,
    RawRecord,
    RecordNotFound,
    RegistryError,
    RegistryRefused,
)
from trials.registries.clients import ClientConfig, decoded, http_for
from trials.registries.http import CONNECT_WITHIN, Pace, Reply, Retries, Transport, is_web_page
from trials.registries.identifiers import recognise

NAME = "ClinicalTrials.gov"
OPERATORS = frozenset(
    {
        "AND", "OR", "NOT", "AREA", "RANGE", "MIN", "MAX", "SEARCH", "EXPANSION", "COVERAGE",
        "MISSING", "ALL", "DISTANCE", "TILT", "CONCEPT", "RELAXATION", "TERM",
    }
)  # fmt: skip
BREAKS_GRAMMAR = re.compile(r'[()\[\]"\\]+')
NORMAL = re.compile(r"NCT(?!0{8})[0-9]{8}")
MOVED_TO = re.compile(r"/studies/([^/?#]+)")
MOST_BARREN_PAGES = 20
T = TypeVar("T", bound=msgspec.Struct)


class Config(ClientConfig, frozen=True):
    """How the registry is asked. The registry documents no limit; its robots.txt asks for one
    request a second."""

    base_url: str = "https://clinicaltrials.gov/api/v2"
    contact: str = ""
    page_size: int = 1000
    batch_size: int = 100
    interval: float = 1.0
    max_bytes: int = 256 * 1024 * 1024
    sweeps: int = 3
    timeout: tuple[float, float] = (CONNECT_WITHIN, 120.0)
    retries: Retries = Retries()


class _Version(msgspec.Struct, rename="camel"):
    api_version: str
    data_timestamp: str = ""


class _Listing(msgspec.Struct, rename="camel"):
    studies: list[msgspec.Raw]
    next_page_token: str = ""
    total_count: int | None = None


class _Identification(msgspec.Struct, rename="camel"):
    nct_id: str
    nct_id_aliases: list[str] = []


class _Protocol(msgspec.Struct, rename="camel"):
    identification_module: _Identification


class _Numbers(msgspec.Struct, rename="camel"):
    protocol_section: _Protocol


_numbers = msgspec.json.Decoder(_Numbers)
_listing = msgspec.json.Decoder(_Listing)
_version = msgspec.json.Decoder(_Version)


def literal(text: str) -> str:
    """A person's words as words in the registry's query grammar.

    Brackets, parentheses, quotes and backslashes break the grammar when they are not balanced, and
    the search ignores them inside words: they become spaces. A reserved word gets the backslash by
    which the registry's syntax page says that an operator is searched for as a word.
    """
    words = BREAKS_GRAMMAR.sub(" ", text).split()
    return " ".join(f"\\{word}" if word in OPERATORS else word for word in words)


class Client:
    """The registry's endpoints that OsteoDB uses."""

    def __init__(
        self, config: Config, *, transport: Transport | None = None, pace: Pace | None = None
    ) -> None:
        self.config = config
        self.http = http_for(NAME, config, transport, pace)

    def version(self) -> DataVersion:
        """The API's version and the time of its data (UTC, without a zone, as it writes it)."""
        found = self.http.get("/version", {}, lambda reply: _decoded(reply, _version))
        return DataVersion(found.api_version, found.data_timestamp)

    def sweep(self, query: str) -> Iterator[Page]:
        """Every study that a condition query finds, page by page.

        `query` is in the registry's query grammar; give `literal(text)` for a person's words. The
        data version is read before and after: where it moved, page tokens may have skipped
        studies, so the sweep is made again, as it is where fewer studies came than the first page
        announced, `config.sweeps` times in all. Every page of every attempt is handed out. Raises
        DataMoved, IncompleteSweep, or MalformedResponse for tokens in a circle, after the last.
        """
        wrong: RegistryError = IncompleteSweep("no sweep is allowed")
        for attempt in range(1, self.config.sweeps + 1):
            before = self.version()
            numbers: set[str] = set()
            total: int | None = None
            unreadable = 0
            try:
                for page in self._pages({"query.cond": query, "countTotal": "true"}):
                    total = page.total if page.total is not None else total
                    numbers.update(record.registry_id for record in page.records)
                    unreadable += len(page.unreadable)
                    yield msgspec.structs.replace(page, attempt=attempt, version=before)
                    del page  # so that it is gone before the next one comes
            except _TokenRefused as refused:
                wrong = DataMoved(f"{NAME} no longer took its own page token: {refused}")
                continue
            except _Circle as circle:
                wrong = circle
                continue
            found = self._wrong_with_sweep(before, total, len(numbers) + unreadable)
            if found is None:
                return
            wrong = found
        raise type(wrong)(f"{wrong} ({self.config.sweeps} sweeps were made)")

    def _wrong_with_sweep(
        self, before: DataVersion, total: int | None, seen: int
    ) -> RegistryError | None:
        """Why the sweep that just ended may lack studies; None where it lacks none."""
        after = self.version()
        if after != before:
            return DataMoved(
                f"{NAME} published new data during the sweep: "
                f"{before.data_timestamp} became {after.data_timestamp}"
            )
        if total is not None and seen < total:
            return IncompleteSweep(f"{NAME} announced {total} studies but its pages held {seen}")
        return None

    def fetch_many(self, registry_ids: Iterable[str]) -> Iterator[Page]:
        """The studies of many numbers, in batches; a number that brings no study is absent.

        What is no number is not asked for, for one such makes the registry refuse a whole batch. A
        batch that is refused all the same is halved until the one at fault is found. Both are
        handed out as unreadable.
        """
        numbers, faults = _checked(registry_ids)
        if faults:
            yield Page(records=(), unreadable=faults)
        size = self.config.batch_size
        for start in range(0, len(numbers), size):
            yield from self._batch(numbers[start : start + size])

    def _batch(self, numbers: Sequence[str]) -> Iterator[Page]:
        try:
            yield from self._pages({"filter.ids": ",".join(numbers)}, asked=frozenset(numbers))
        except RegistryRefused as refused:
            if len(numbers) == 1:
                fault = MalformedRecord(str(refused), registry_id=numbers[0])
                yield Page(records=(), unreadable=(fault,))
                return
            middle = len(numbers) // 2
            yield from self._batch(numbers[:middle])
            yield from self._batch(numbers[middle:])

    def fetch(self, registry_id: str) -> RawRecord:
        """One study by its number. An alias is answered by a redirect to the real study, which is
        followed and said in `asked_as`. Raises RecordNotFound."""
        asked = number = nct(registry_id)
        for _hop in range(3):
            try:
                reply, record = self.http.get(f"/studies/{number}", {}, partial(_study, number))
            except _NotTheStudy as wrong:
                raise MalformedRecord(str(wrong), registry_id=asked) from wrong
            if record is not None:
                return msgspec.structs.replace(
                    record, asked_as="" if record.registry_id == asked else asked
                )
            if reply.status in (404, 410):
                raise RecordNotFound(f"{NAME} has no study {asked}", asked)
            target = MOVED_TO.search(reply.headers.get("location", ""))
            if target is None:
                raise MalformedResponse(f"{NAME} moved {asked} without saying where to")
            number = nct(target[1])
        raise MalformedResponse(f"{NAME} sends {asked} in a circle")

    def _pages(self, params: dict[str, str], asked: frozenset[str] = frozenset()) -> Iterator[Page]:
        """The pages of one listing. The token alone says whether there is another page: an empty
        page may have one, and a full last page may have one that leads to an empty page. Pages
        without end that bring nothing new are a circle, even where every token is a new one."""
        params = {**params, "pageSize": str(self.config.page_size)}
        tokens: set[str] = set()
        numbers: set[str] = set()
        barren = 0
        while True:
            listing = self._listing(params)
            page, token = _page(listing, asked), listing.next_page_token
            fresh = {record.registry_id for record in page.records} - numbers
            del listing
            yield page
            del page  # memory holds one at a time
            if not token:
                return
            barren = 0 if fresh else barren + 1
            if token in tokens or barren > MOST_BARREN_PAGES:
                raise _Circle(f"{NAME} hands out page tokens in a circle")
            tokens.add(token)
            numbers |= fresh
            params = {**params, "pageToken": token}

    def _listing(self, params: dict[str, str]) -> _Listing:
        try:
            return self.http.get("/studies", params, lambda reply: _decoded(reply, _listing))
        except RegistryRefused as refused:
            if "pageToken" in params:
                raise _TokenRefused(str(refused)) from refused
            raise


class _TokenRefused(RegistryRefused):
    """A page token that the registry itself gave out a moment ago."""


class _Circle(MalformedResponse):
    """Page tokens that lead nowhere new."""


class _NotTheStudy(MalformedResponse):
    """A whole answer that holds no study, or another one than was asked for."""


def nct(text: str) -> str:
    """An NCT number in its normal form. Raises RegistryRefused for anything else."""
    if NORMAL.fullmatch(text):  # what the registry itself sends: no need to look further
        return text
    number = recognise(text)
    if number is None or number.registry != "NCT":
        raise RegistryRefused(f"{text!r} is no {NAME} number")
    return number.value


def _checked(texts: Iterable[str]) -> tuple[list[str], tuple[MalformedRecord, ...]]:
    """The numbers among some texts, each once, and the failures of those that are none."""
    numbers: dict[str, None] = {}
    faults = []
    for text in texts:
        try:
            numbers[nct(text)] = None
        except RegistryRefused as refused:
            faults.append(MalformedRecord(str(refused), registry_id=text))
    return [*numbers], tuple(faults)


def _decoded(reply: Reply, decoder: msgspec.json.Decoder[T]) -> T:
    """The JSON of an answer; see `clients.decoded`."""
    return decoded(NAME, reply, decoder)


def _study(number: str, reply: Reply) -> tuple[Reply, RawRecord | None]:
    """The answer to a single study, and the study where it holds one.

    "Not found" makes a tombstone, so it has to be the registry's own plain text: a proxy's page for
    people says nothing about the study. A study of another number that does not claim this one is a
    mistake on the way, and would join two trials.
    """
    if reply.status != 200 and not is_web_page(reply.body):
        return reply, None
    _decoded(reply, _anything)
    record = _record(reply.body, frozenset({number}))
    if isinstance(record, MalformedRecord):
        raise _NotTheStudy(str(record))
    if record.registry_id != number and not record.asked_as:
        raise _NotTheStudy(f"{NAME} answered with {record.registry_id} where it was asked {number}")
    return reply, record


def _page(listing: _Listing, asked: frozenset[str]) -> Page:
    read = [_record(bytes(raw), asked) for raw in listing.studies]
    return Page(
        records=tuple(one for one in read if isinstance(one, RawRecord)),
        unreadable=tuple(one for one in read if isinstance(one, MalformedRecord)),
        total=listing.total_count,
    )


def _record(body: bytes, asked: frozenset[str]) -> RawRecord | MalformedRecord:
    """One study with its number, and the number it was asked by where that is an alias."""
    try:
        numbers = _numbers.decode(body).protocol_section.identification_module
        number = nct(numbers.nct_id)
    except (msgspec.MsgspecError, RegistryRefused) as error:
        return MalformedRecord(f"a study without a usable number: {error}")
    alias = ""
    if asked and number not in asked:
        known = [one.value for text in numbers.nct_id_aliases if (one := recognise(text))]
        alias = next((one for one in known if one in asked), "")
    return RawRecord(number, body, alias)


class _Any(msgspec.Struct):
    """Any JSON object: only its well-formedness matters."""


_anything = msgspec.json.Decoder(_Any)
