"""Asking PubMed for a PMID and the DOI system for a DOI, where an installation says so.

PubMed: E-utilities' EFetch with rettype=medline and retmode=text gives NBIB; NCBI asks for `tool`
and `email`, and for three requests a second at most (https://www.ncbi.nlm.nih.gov/books/NBK25499/).
DOI: content negotiation for RIS, which doi.org hands on to the DOI's registration agency
(https://citation.doi.org/docs.html).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from evidence.citing_in.entries import Entry
from evidence.citing_in.reading import read_pasted
from trials.registries.base import MalformedResponse, RegistryError, RegistryUnavailable
from trials.registries.http import (
    Http,
    Reply,
    RequestsTransport,
    Retries,
    is_web_page,
    shared_pace,
)

TOOL = "OsteoDB"
RIS_TYPE = "application/x-research-info-systems"
MOST_BYTES = 1024 * 1024
MOST_REDIRECTS = 4
INTERVAL = 0.34  # seconds between two requests: NCBI allows three a second
ONCE = Retries(attempts=1)
INSTEAD = "paste the entry instead"
MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class LookupConfig:
    """Where to ask ("" is nowhere), who asks, and how many seconds all of it may take."""

    pubmed_url: str = ""
    doi_url: str = ""
    contact: str = ""
    timeout: float = 10.0


class HurriedTransport(RequestsTransport):
    """The transport of somebody who waits at a page: the whole of it ends at a deadline, however
    slowly an answer drips."""

    def __init__(self, config: LookupConfig, accept: str) -> None:
        agent = f"{TOOL}/0.1 ({config.contact})" if config.contact else f"{TOOL}/0.1"
        super().__init__(
            user_agent=agent, timeout=(config.timeout, config.timeout), max_bytes=MOST_BYTES
        )
        self.session.headers["Accept"] = accept
        self.seconds = config.timeout
        self.ends = time.monotonic() + config.timeout

    def _send(self, method: str, url: str, **content: Any) -> Reply:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise self._late(url)
        self.timeout = (left, left)
        return super()._send(method, url, **content)

    def _body(self, response: requests.Response, url: str) -> bytes:
        received = bytearray()
        try:
            while chunk := response.raw.read1(64 * 1024, decode_content=True):
                received += chunk
                if len(received) > self.max_bytes:
                    raise MalformedResponse(
                        f"the answer from {url} is larger than {MOST_BYTES} bytes"
                    )
                if time.monotonic() > self.ends:
                    raise self._late(url)
        except (OSError, HTTPError) as error:
            raise RegistryUnavailable(f"the answer from {url} was cut off") from error
        return bytes(received)

    def _late(self, url: str) -> RegistryUnavailable:
        return RegistryUnavailable(f"{url} took longer than {self.seconds:g} seconds")


def look_up(entries: Sequence[Entry], config: LookupConfig) -> list[Entry]:
    """Each bare entry described by who knows it; one that stays bare says in its notes why."""
    by_pubmed = _from_pubmed([one for one in entries if one.pmid], config)
    by_doi = _from_doi([one for one in entries if one.doi and not one.pmid], config)
    found = {**by_pubmed, **by_doi}
    return [found.get(one) or _unasked(one, "A PMCID alone is not looked up") for one in entries]


def _unasked(entry: Entry, reason: str) -> Entry:
    return replace(entry, notes=(f"{reason[:1].upper()}{reason[1:]}: {INSTEAD}.",))


def _not_configured(entries: Sequence[Entry], what: str) -> dict[Entry, Entry]:
    return {one: _unasked(one, f"The look-up of {what} is not configured") for one in entries}


def _from_pubmed(entries: Sequence[Entry], config: LookupConfig) -> dict[Entry, Entry]:
    """All PMIDs in one request, as NCBI asks."""
    if not config.pubmed_url or not entries:
        return _not_configured(entries, "a PMID")
    params = {
        "db": "pubmed", "id": ",".join(dict.fromkeys(one.pmid for one in entries)),
        "rettype": "medline", "retmode": "text", "tool": TOOL,
    }  # fmt: skip
    if "@" in config.contact:
        params["email"] = config.contact
    http = _http("PubMed", config.pubmed_url, HurriedTransport(config, "text/plain"))
    try:
        answer = http.get("/efetch.fcgi", params, lambda reply: _text("PubMed", reply))
    except RegistryError as error:
        return {one: _unasked(one, str(error)) for one in entries}
    known = {one.pmid: one for one in read_pasted(answer).entries if one.pmid and one.title}
    return {
        one: _described(one, known[one.pmid], "PubMed")
        if one.pmid in known
        else _unasked(one, f"PubMed gives nothing for PMID {one.pmid}")
        for one in entries
    }


def _from_doi(entries: Sequence[Entry], config: LookupConfig) -> dict[Entry, Entry]:
    """One DOI after the other, within the time there is; who is silent once is not asked again."""
    if not config.doi_url or not entries:
        return _not_configured(entries, "a DOI")
    transport = HurriedTransport(config, RIS_TYPE)
    found: dict[Entry, Entry] = {}
    silent = ""
    for one in entries:
        try:
            if silent:
                raise RegistryUnavailable(f"Not asked any more ({silent})")
            found[one] = _one_doi(one, config.doi_url, transport)
        except RegistryUnavailable as error:
            silent = silent or str(error)
            found[one] = _unasked(one, str(error))
        except RegistryError as error:
            found[one] = _unasked(one, str(error))
    return found


def _one_doi(entry: Entry, base_url: str, transport: HurriedTransport) -> Entry:
    answer = _followed(f"{base_url}/{quote(entry.doi, safe='/:;()')}", transport)
    described = next((one for one in read_pasted(answer).entries if one.title), None)
    if described is None:
        raise MalformedResponse("The DOI system gave no citation that can be read")
    if described.doi and described.doi.casefold() != entry.doi.casefold():
        raise MalformedResponse(f"The DOI system answered with another DOI, {described.doi}")
    return _described(entry, described, "the DOI system")


def _followed(url: str, transport: HurriedTransport) -> str:
    """The answer at an address or where it leads, which is another host for every agency.

    An address that is not encrypted is followed only to where the first one already was.
    """
    origin = urlsplit(url)[:2]
    for _step in range(MOST_REDIRECTS + 1):
        scheme, host, path, query, _fragment = urlsplit(url)
        http = _http("The DOI system", f"{scheme}://{host}", transport)
        reply = http.get(f"{path}?{query}" if query else path, {}, lambda reply: reply)
        if reply.status not in MOVED:
            return _text("The DOI system", reply)
        url = urljoin(url, reply.headers.get("location", ""))
        if urlsplit(url)[0] != "https" and urlsplit(url)[:2] != origin:
            raise MalformedResponse("The DOI system leads to an address that is not encrypted")
    raise MalformedResponse("The DOI system leads in a circle")


def _http(name: str, base_url: str, transport: HurriedTransport) -> Http:
    return Http(name, base_url, transport, shared_pace(base_url, INTERVAL), ONCE)


def _text(name: str, reply: Reply) -> str:
    """A citation's text; a page for people, or no content, is told in words."""
    if reply.status in (404, 410):
        raise MalformedResponse(f"{name} does not know it")
    if is_web_page(reply.body):
        raise MalformedResponse(f"{name} answered with a web page instead of a citation")
    if reply.status != 200 or not reply.body.strip():
        raise MalformedResponse(f"{name} answered {reply.status} without a citation")
    try:
        return reply.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedResponse(f"{name} answered in an encoding that is not UTF-8") from error


def _described(asked: Entry, answer: Entry, name: str) -> Entry:
    """The answer, under the identifiers and at the place where it was asked for."""
    return replace(
        answer, where=f"{asked.where}, looked up at {name}", pmid=answer.pmid or asked.pmid,
        pmcid=answer.pmcid or asked.pmcid, doi=answer.doi or asked.doi,
    )  # fmt: skip
