"""What the clients of all registries share: how one is asked, and handing on to it.

A client knows its registry's addresses and answers; what is the same everywhere stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, Protocol, TypeVar

import msgspec

from trials.registries.base import (
    DataVersion,
    MalformedRecord,
    MalformedResponse,
    Page,
    RawRecord,
    RecordNotFound,
)
from trials.registries.http import (
    CONNECT_WITHIN,
    Http,
    Pace,
    Reply,
    RequestsTransport,
    Retries,
    Transport,
    is_web_page,
    shared_pace,
)

T = TypeVar("T")


class ClientConfig(msgspec.Struct, frozen=True):
    """How a registry is asked: where, by whom, how often, and how much is taken from it."""

    base_url: str = ""
    contact: str = ""
    interval: float = 1.0
    max_bytes: int = 256 * 1024 * 1024
    timeout: tuple[float, float] = (CONNECT_WITHIN, 120.0)
    retries: Retries = Retries()

    @property
    def user_agent(self) -> str:
        """Who asks, and where a person of the registry can reach us."""
        return f"OsteoDB/0.1 ({self.contact})" if self.contact else "OsteoDB/0.1"


class RegistryClient(Protocol):
    """A registry's endpoints that OsteoDB uses, as an adapter hands them on."""

    def sweep(self, query: str) -> Iterator[Page]: ...

    def fetch(self, registry_id: str) -> RawRecord: ...

    def fetch_many(self, registry_ids: Iterable[str]) -> Iterator[Page]: ...


C = TypeVar("C", bound=RegistryClient)


class RemoteAdapter(Generic[C]):
    """The part of an adapter that hands on to its client; see `base.Adapter`."""

    def __init__(self, client: C) -> None:
        self.client = client

    def version(self) -> DataVersion:
        """Empty: most registries name no version of their data."""
        return DataVersion("", "")

    def sweep(self, query: str) -> Iterator[Page]:
        """Every record the query finds; see the client's `sweep` for how it can end."""
        return self.client.sweep(query)

    def fetch(self, registry_id: str) -> RawRecord:
        """One record by its number; raises RecordNotFound."""
        return self.client.fetch(registry_id)

    def fetch_many(self, registry_ids: Iterable[str]) -> Iterator[Page]:
        """The records of many numbers; a number that brings none is absent."""
        return self.client.fetch_many(registry_ids)


def http_for(
    name: str, config: ClientConfig, transport: Transport | None, pace: Pace | None
) -> Http:
    """A registry's requests over the real transport and at the configured pace, unless others are
    passed in."""
    return Http(
        name,
        config.base_url,
        transport
        or RequestsTransport(
            user_agent=config.user_agent, timeout=config.timeout, max_bytes=config.max_bytes
        ),
        pace or shared_pace(config.base_url, config.interval),
        config.retries,
    )


def decoded(name: str, reply: Reply, decoder: msgspec.json.Decoder[T]) -> T:
    """The JSON of an answer; HTML, cut or foreign JSON is malformed, in words a person can use."""
    if is_web_page(reply.body):
        raise MalformedResponse(f"{name} answered with a web page instead of JSON")
    if reply.status != 200:
        raise MalformedResponse(f"{name} answered {reply.status} where it should not")
    try:
        return decoder.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MalformedResponse(
            f"{name} sent {len(reply.body)} bytes that are not its JSON: {error}"
        ) from error


def one_by_one(fetch: Callable[[str], RawRecord], registry_ids: Iterable[str]) -> Iterator[Page]:
    """The records of many numbers from a registry that is asked for each alone: one it does not
    have is absent, one that cannot be read is handed out as unreadable."""
    for registry_id in registry_ids:
        try:
            yield Page(records=(fetch(registry_id),))
        except RecordNotFound:
            continue
        except MalformedRecord as fault:
            yield Page(records=(), unreadable=(fault,))


def found_in(page: Page, name: str, number: str) -> RawRecord:
    """The record of one number among those of an answer. Raises RecordNotFound where it is not
    there, and its MalformedRecord where it cannot be read."""
    for record in page.records:
        if record.registry_id == number:
            return record
    for fault in page.unreadable:
        if fault.registry_id == number:
            raise fault
    raise RecordNotFound(f"{name} has no record {number}", number)


def page_of(cuts: Iterable[RawRecord | MalformedRecord], total: int | None = None) -> Page:
    """What came in one answer, the readable and the unreadable apart."""
    found = tuple(cuts)
    return Page(
        records=tuple(one for one in found if isinstance(one, RawRecord)),
        unreadable=tuple(one for one in found if isinstance(one, MalformedRecord)),
        total=total,
    )
