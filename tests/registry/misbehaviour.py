"""How each fault is carried out on the wire."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING, Any

import orjson

from tests.registry.answers import Answer, token
from tests.registry.faults import Fault
from tests.registry.query import split

if TYPE_CHECKING:
    from tests.registry.server import RegistryServer

PAGE = b"<!doctype html><html><body>We will be back soon</body></html>"


def faulty(
    server: RegistryServer, fault: Fault, path: str, params: dict[str, str], handler: Any
) -> None:
    """Answer a request wrongly, in the way a fault says."""
    good = server.answer(path, params)
    if fault.kind == "hang_up":
        _hang_up(handler)
    elif fault.kind == "cut":
        whole = len(good.body)
        good.body = good.body[: whole // 2]
        handler.send(good, promised=whole)
        _hang_up(handler)
    else:
        with contextlib.suppress(ConnectionError):  # the client may hang up on too much
            handler.send(_wrong(server, fault, params, good))


def _wrong(server: RegistryServer, fault: Fault, params: dict[str, str], good: Answer) -> Answer:
    """A whole answer that is wrong; the good one where the fault does not apply to it."""
    match fault.kind:
        case "status":
            headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
            return Answer(fault.status, b"Please come back later", "text/plain", headers)
        case "html":
            return Answer(200, PAGE, "text/html")
        case "truncated":
            return Answer(200, good.body[: len(good.body) // 2])
        case "oversized":
            return Answer(200, b" " * fault.size)
        case "move_data":
            server.store.publish()
        case "broken_record":
            return Answer(good.status, _broken(good.body, fault.id), headers=good.headers)
        case _:
            return _wrong_listing(server, fault, params, good)
    return good


def _wrong_listing(
    server: RegistryServer, fault: Fault, params: dict[str, str], good: Answer
) -> Answer:
    """A page of studies that is wrong in its tokens or refused."""
    match fault.kind:
        case "empty_page":
            start = server.start_of(params)
            empty: dict[str, Any] = {"studies": [], "nextPageToken": token(params, start)}
            if "pageToken" not in params:
                empty["totalCount"] = len(server.matching(params))
            return Answer(body=orjson.dumps(empty))
        case "false_token":
            return server.listing(params, false_token=True)
        case "refuse_token" if "pageToken" in params:
            return Answer(400, b"pageToken has expired", "text/plain")
        case "refuse_batch" if fault.id in split(params.get("filter.ids", "")):
            return Answer(400, b"filter.ids has an incorrect value", "text/plain")
    return good


def _broken(body: bytes, number: str) -> bytes:
    """The answer with one record whose start date is a list instead of an object."""
    data = orjson.loads(body)
    for record in data.get("studies", [data]):
        if record["protocolSection"]["identificationModule"]["nctId"] == number:
            record["protocolSection"]["statusModule"]["startDateStruct"] = ["2022"]
    return orjson.dumps(data)


def _hang_up(handler: Any) -> None:
    handler.close_connection = True
    with contextlib.suppress(OSError):
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
