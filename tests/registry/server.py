"""The HTTP side of the stand-in: pages, tokens, single studies, redirects, errors, faults.

Everything below `/api/v2` follows the OpenAPI document. `/control` is for tests that drive a
stand-in in another process: it changes records and orders misbehaviour.
"""

from __future__ import annotations

import base64
import contextlib
import json
import threading
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

from tests.registry import query
from tests.registry.answers import PAGE_ONLY, Answer, fingerprint, token
from tests.registry.control import control
from tests.registry.faults import Fault
from tests.registry.misbehaviour import faulty
from tests.registry.query import BadRequest
from tests.registry.shape import project, sort_numbers
from tests.registry.store import Store

BASE = "/api/v2"
AREAS = ("cond", "term", "locn", "titles", "intr", "outc", "spons", "lead", "id", "patient")
FILTERS = ("overallStatus", "geo", "ids", "advanced", "synonyms")
PARAMETERS = (
    *(f"query.{one}" for one in AREAS),
    *(f"{kind}.{one}" for kind in ("filter", "postFilter") for one in FILTERS),
    *("format", "markupFormat", "aggFilters", "geoDecay", "fields", "sort", *PAGE_ONLY),
)


class Holding:
    """A request that is kept waiting for its answer, for as long as the test wants."""

    def __init__(self) -> None:
        self.has_come = threading.Event()
        self.is_over = threading.Event()

    def wait(self) -> None:
        """Say that the request is here, and wait for the end of it."""
        self.has_come.set()
        self.is_over.wait(60)


@dataclass(slots=True)
class Request:
    """A request that came, for tests that count or read them."""

    path: str
    params: dict[str, str]
    headers: dict[str, str]


class RegistryServer:
    """The stand-in, running in a thread of this process."""

    def __init__(
        self,
        store: Store,
        *,
        port: int = 0,
        everything_matches: bool = False,
        most_on_a_page: int = 1000,
    ) -> None:
        self.store = store
        self.everything_matches = everything_matches
        self.most_on_a_page = most_on_a_page
        self.faults: list[Fault] = []
        self.holding = Holding()
        self.requests: list[Request] = []
        self.http = _Quiet(("127.0.0.1", port), _handler(self))

    @property
    def url(self) -> str:
        """The base address, as the setting CTGOV_BASE_URL takes it."""
        return f"http://127.0.0.1:{self.http.server_address[1]}{BASE}"

    @contextlib.contextmanager
    def running(self) -> Iterator[RegistryServer]:
        """Serve until the block ends."""
        thread = threading.Thread(
            target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        thread.start()
        try:
            yield self
        finally:
            self.http.shutdown()
            self.http.server_close()
            thread.join()

    def misbehave(self, *faults: Fault) -> None:
        """Order faults; each is used up by the requests it applies to."""
        self.faults.extend(faults)

    def hold(self, *, after: int) -> Holding:
        """Keep the request that comes after so many others waiting for its answer."""
        self.holding = Holding()
        self.misbehave(Fault("hold", path="/", after=after))
        return self.holding

    def asked(self, path: str) -> list[Request]:
        """The requests so far whose path starts so."""
        return [request for request in self.requests if request.path.startswith(path)]

    # -- answers ---------------------------------------------------------------------------------

    def answer(self, path: str, params: dict[str, str]) -> Answer:
        """The answer to a GET below the base address, without faults."""
        try:
            if path == "/version":
                found = {"apiVersion": "2.0.3", "dataTimestamp": self.store.timestamp}
                return Answer(body=orjson.dumps(found))
            if path == "/studies":
                return self.listing(params)
            if path.startswith("/studies/"):
                return self.study(path.removeprefix("/studies/"), params)
        except BadRequest as refusal:
            return Answer(400, str(refusal).encode(), "text/plain")
        return Answer(404, b"Not found", "text/plain")

    def study(self, text: str, params: Mapping[str, str]) -> Answer:
        """One study; an alias is redirected to the real one."""
        number = query.normal_nct(text)
        with self.store.lock:
            if number in self.store.records:
                record = self.store.records[number]
                if "fields" in params:
                    return Answer(body=orjson.dumps(project(record, query.split(params["fields"]))))
                return Answer(body=self.store.bodies[number])
            if number in self.store.aliases:
                target = f"{BASE}/studies/{self.store.aliases[number]}"
                return Answer(301, b"", "text/plain", {"Location": target})
        return Answer(404, f"NCT number {number} not found".encode(), "text/plain")

    def listing(self, params: dict[str, str], *, false_token: bool = False) -> Answer:
        """One page of studies."""
        for name in params:
            if name not in PARAMETERS:
                raise BadRequest(f"Unknown parameter: {name}")
        if params.get("format", "json") != "json":
            raise BadRequest("This stand-in answers in JSON only")
        start = self.start_of(params)
        found = self.matching(params)
        size = min(self.page_size(params), self.most_on_a_page)
        chosen = found[start : start + size]
        end = start + len(chosen)
        more = end < len(found) or (false_token and bool(chosen))
        return Answer(body=self.page(params, chosen, len(found), token_at=end if more else None))

    def matching(self, params: dict[str, str]) -> list[str]:
        """The numbers that a request selects, in its order."""
        relevant = {
            name: value
            for name, value in params.items()
            if not (self.everything_matches and name.startswith("query."))
        }
        found = self.store.select(query.selection(relevant))
        return sort_numbers(self.store.records, found, query.split(params.get("sort", "")))

    def page(
        self, params: dict[str, str], chosen: list[str], total: int, token_at: int | None
    ) -> bytes:
        """The JSON of a page: one study on a line, as the registry sends it."""
        if "fields" in params:
            names = query.split(params["fields"])
            bodies = [orjson.dumps(project(self.store.records[one], names)) for one in chosen]
        else:
            bodies = [self.store.bodies[one] for one in chosen]
        parts = [b'"studies":[' + b",\n".join(bodies) + b"]"]
        if token_at is not None:
            parts.append(b'"nextPageToken":' + orjson.dumps(token(params, token_at)))
        if params.get("countTotal") == "true" and "pageToken" not in params:
            parts.append(b'"totalCount":' + str(total).encode())
        return b"{" + b",".join(parts) + b"}"

    def page_size(self, params: Mapping[str, str]) -> int:
        """The page size asked for; 0 and nothing mean 10."""
        text = params.get("pageSize", "")
        if text and not text.isdigit():
            raise BadRequest(f"pageSize has an incorrect value: {text}")
        return int(text or 0) or 10

    def start_of(self, params: Mapping[str, str]) -> int:
        """Where the page begins that a token stands for; refuses one made for other parameters."""
        if "pageToken" not in params:
            return 0
        try:
            made = json.loads(base64.urlsafe_b64decode(params["pageToken"]))
            if made["of"] != fingerprint(params):
                raise BadRequest("pageToken was made for other parameters")
            return int(made["at"])
        except (ValueError, KeyError) as error:
            raise BadRequest("pageToken has an incorrect value") from error


class _Quiet(ThreadingHTTPServer):
    """A server that does not complain when a client hangs up on it: some faults want that."""

    daemon_threads = True

    def handle_error(self, *_args: Any) -> None:
        """Say nothing."""


def _handler(server: RegistryServer) -> type[BaseHTTPRequestHandler]:
    """A request handler bound to a stand-in."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urllib.parse.urlsplit(self.path)
            params = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
            path = url.path.removeprefix(BASE)
            server.requests.append(Request(path, params, dict(self.headers)))
            for fault in list(server.faults):
                if fault.takes(path, params):
                    faulty(server, fault, path, params, self)
                    return
            self.send(server.answer(path, params))

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            order: dict[str, Any] = orjson.loads(self.rfile.read(length) or b"{}")
            try:
                found = control(server, self.path.removeprefix("/control/"), order)
                self.send(Answer(body=orjson.dumps(found)))
            except (KeyError, TypeError, ValueError) as error:
                self.send(Answer(400, repr(error).encode(), "text/plain"))

        def send(self, answer: Answer, *, promised: int | None = None) -> None:
            length = len(answer.body) if promised is None else promised
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(length))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_args: Any) -> None:
            """Keep quiet: tests read `requests`."""

    return Handler
