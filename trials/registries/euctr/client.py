"""The EU Clinical Trials Register over HTTP: its text downloads.

HTTP only: of what a trial says, only numbers are read here. There is no API, so what is asked is
the same download that the register's search page offers a person. Raises RegistryUnavailable,
RegistryRefused, MalformedResponse and RecordNotFound; a sweep may end with IncompleteSweep.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator

from trials.registries.base import (
    IncompleteSweep,
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
from trials.registries.euctr import export
from trials.registries.http import Pace, Reply, Transport, is_web_page
from trials.registries.identifiers import recognise

NAME = "EU Clinical Trials Register"
NUMBER = re.compile(r"^EudraCT Number:[ \t]*(\S+)", re.MULTILINE)
SUMMARIES = "/ctr-search/rest/download/summary"
FULL = "/ctr-search/rest/download/full"


class Config(ClientConfig, frozen=True):
    """How the register is asked. It documents no limit; 20 trials come in one download."""

    base_url: str = "https://www.clinicaltrialsregister.eu"
    interval: float = 2.0
    most_pages: int = 500
    timeout: tuple[float, float] = (10.0, 300.0)


class Client:
    """The register's downloads that OsteoDB uses."""

    def __init__(
        self, config: Config, *, transport: Transport | None = None, pace: Pace | None = None
    ) -> None:
        self.config = config
        self.http = http_for(NAME, config, transport, pace)

    def sweep(self, query: str) -> Iterator[Page]:
        """Every trial a search finds, page by page, each with all its member states.

        The short list of a page says which trials it holds; the full download of the same page
        brings them. The list that names no new trial is the end. Trials that the full download
        leaves out are asked for singly; raises IncompleteSweep where one does not come at all.
        """
        seen: set[str] = set()
        missing: set[str] = set()
        for number in range(1, self.config.most_pages + 1):
            params = {"query": query, "page": str(number), "mode": "current_page"}
            listed = self.http.get(SUMMARIES, params, _numbers)
            if not set(listed) - seen:
                break
            page = self.http.get(FULL, params, _page)
            yield page
            brought = {one.registry_id for one in page.records}
            brought |= {one.registry_id for one in page.unreadable}
            for one in dict.fromkeys(listed):
                if one not in brought | seen:
                    alone = list(self.fetch_many([one]))
                    yield from alone
                    missing.update([one] if not alone else [])
            seen.update(listed)
        else:
            raise IncompleteSweep(f"{NAME} has more than {self.config.most_pages} pages for this")
        if missing:
            raise IncompleteSweep(
                f"{NAME} lists trials that it does not hand out: {sorted(missing)}"
            )

    def fetch(self, registry_id: str) -> RawRecord:
        """One trial by its EudraCT number, all its member states. Raises RecordNotFound."""
        number = eudract(registry_id)
        params = {"query": f"eudract_number:{number}", "page": "1", "mode": "current_page"}
        page = self.http.get(FULL, params, _page)
        return found_in(page, NAME, number)

    def fetch_many(self, registry_ids: Iterable[str]) -> Iterator[Page]:
        """The trials of many numbers, one by one; a number that brings no trial is absent."""
        return one_by_one(self.fetch, registry_ids)


def eudract(text: str) -> str:
    """A EudraCT number in its normal form. Raises RegistryRefused for anything else."""
    number = recognise(text)
    if number is None or number.registry != "EUCTR":
        raise RegistryRefused(f"{text!r} is no EudraCT number")
    return number.value


def _text(reply: Reply) -> str:
    """The text of an answer; a web page is malformed, for it says nothing about the search."""
    if reply.status != 200:
        raise MalformedResponse(f"{NAME} answered {reply.status} where it should not")
    if is_web_page(reply.body):
        raise MalformedResponse(f"{NAME} answered with a web page instead of a text")
    return reply.body.decode("utf-8", "replace")


def _numbers(reply: Reply) -> tuple[str, ...]:
    """The EudraCT numbers of a short list, each once."""
    found = (recognise(text) for text in NUMBER.findall(_text(reply)))
    return tuple(dict.fromkeys(one.value for one in found if one and one.registry == "EUCTR"))


def _page(reply: Reply) -> Page:
    """The trials of a full download; one without a record is an empty page."""
    if not NUMBER.search(_text(reply)):
        return Page(records=())
    return page_of(export.records(io.BytesIO(reply.body)))
