"""The public interface of the EU's Clinical Trials Information System over HTTP.

It is undocumented: what is known of it stands in the README. HTTP only: of what a trial says, only
its number is read here. Raises RegistryUnavailable, RegistryRefused, MalformedResponse and
RecordNotFound; a sweep may end with IncompleteSweep.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from trials.registries.base import (
    IncompleteSweep,
    MalformedRecord,
    MalformedResponse,
    Page,
    RawRecord,
    RecordNotFound,
    RegistryRefused,
)
from trials.registries.clients import ClientConfig, decoded, http_for, one_by_one
from trials.registries.http import Pace, Reply, Transport
from trials.registries.identifiers import RegistryNumber, recognise

NAME = "Clinical Trials Information System"
MOST_RECORDS = 10_000


class Config(ClientConfig, frozen=True):
    """How the system is asked. It documents no limit; one search hands out 10,000 trials."""

    base_url: str = "https://euclinicaltrials.eu/ctis-public-api"
    page_size: int = 100
    max_bytes: int = 64 * 1024 * 1024


class _Pagination(msgspec.Struct, rename="camel"):
    total_records: int = 0
    next_page: bool = False


class _Hit(msgspec.Struct, rename="camel"):
    ct_number: str = ""


class _Listing(msgspec.Struct):
    pagination: _Pagination
    data: list[_Hit] = []


_listing = msgspec.json.Decoder(_Listing)
_numbered = msgspec.json.Decoder(_Hit)


class Client:
    """The system's search and retrieval."""

    def __init__(
        self, config: Config, *, transport: Transport | None = None, pace: Pace | None = None
    ) -> None:
        self.config = config
        self.http = http_for(NAME, config, transport, pace)

    def sweep(self, query: str) -> Iterator[Page]:
        """Every trial whose medical condition matches, each in its highest resubmission.

        The list is read to its end first, for its order is not strict and a trial can move between
        pages while it is read; then the trials are retrieved. Raises RegistryRefused where a search
        finds more than the system hands out, IncompleteSweep where the list was too short.
        """
        found: dict[str, RegistryNumber] = {}
        listed: set[str] = set()
        total = 0
        for listing in self._search({"medicalCondition": query}):
            total = max(total, listing.pagination.total_records)
            for hit in listing.data:
                listed.add(hit.ct_number)
                if number := _ctis(hit.ct_number):
                    _keep_highest(found, number)
        for number in found.values():
            yield self._page(number, total)
        if len(listed) < total:
            raise IncompleteSweep(f"{NAME} announced {total} trials but listed {len(listed)}")

    def fetch(self, registry_id: str) -> RawRecord:
        """One trial by its number; without a resubmission, the highest one. Raises
        RecordNotFound."""
        number = _ctis(registry_id)
        if number is None:
            raise RegistryRefused(f"{registry_id!r} is no {NAME} number")
        if not number.resubmission:
            found: dict[str, RegistryNumber] = {}
            for listing in self._search({"number": number.value}):
                for hit in listing.data:
                    if (one := _ctis(hit.ct_number)) and one.value == number.value:
                        _keep_highest(found, one)
            if not found:
                raise RecordNotFound(f"{NAME} has no trial {number.value}", number.value)
            number = found[number.value]
        return self._retrieve(number)

    def fetch_many(self, registry_ids: Iterable[str]) -> Iterator[Page]:
        """The trials of many numbers, one by one; a number that brings no trial is absent."""
        return one_by_one(self.fetch, registry_ids)

    def _page(self, number: RegistryNumber, total: int) -> Page:
        try:
            return Page(records=(self._retrieve(number),), total=total)
        except RecordNotFound as gone:
            fault = MalformedRecord(f"listed, but: {gone}", registry_id=number.value)
        except MalformedRecord as broken:
            fault = broken
        return Page(records=(), unreadable=(fault,), total=total)

    def _retrieve(self, number: RegistryNumber) -> RawRecord:
        full = f"{number.value}-{number.resubmission}"
        reply = self.http.get(f"/retrieve/{full}", {}, _checked)
        if reply.status in (404, 410):
            raise RecordNotFound(f"{NAME} has no trial {full}", number.value)
        try:
            answered = _ctis(_numbered.decode(reply.body).ct_number)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise MalformedRecord(f"not a trial: {error}", registry_id=number.value) from error
        if answered is None or answered.value != number.value:
            raise MalformedRecord("another trial came than was asked", registry_id=number.value)
        return RawRecord(number.value, reply.body)

    def _search(self, criteria: dict[str, Any]) -> Iterator[_Listing]:
        """The pages of one search; pages are counted from 1."""
        page, most = 1, MOST_RECORDS // self.config.page_size
        while page <= most:
            document = {
                "pagination": {"page": page, "size": self.config.page_size},
                "sort": {"property": "decisionDate", "direction": "DESC"},
                "searchCriteria": criteria,
            }
            listing = self.http.post("/search", document, _listed)
            if listing.pagination.total_records > MOST_RECORDS:
                raise RegistryRefused(
                    f"{NAME} finds {listing.pagination.total_records} trials and hands out "
                    f"{MOST_RECORDS}: the search has to be narrower"
                )
            yield listing
            if not listing.data or not listing.pagination.next_page:
                return
            page += 1


def _ctis(text: str) -> RegistryNumber | None:
    number = recognise(text)
    return number if number is not None and number.registry == "CTIS" else None


def _keep_highest(found: dict[str, RegistryNumber], number: RegistryNumber) -> None:
    """Of several resubmissions of one trial the last one stands."""
    before = found.get(number.value)
    if before is None or number.resubmission > before.resubmission:
        found[number.value] = number


def _checked(reply: Reply) -> Reply:
    """An answer that is JSON where it is one; a web page with 200 is malformed."""
    if reply.status in (404, 410):
        return reply
    if reply.status != 200 or reply.body[:200].lstrip()[:1] != b"{":
        raise MalformedResponse(f"{NAME} answered {reply.status} with what is not JSON")
    return reply


def _listed(reply: Reply) -> _Listing:
    return decoded(NAME, reply, _listing)
