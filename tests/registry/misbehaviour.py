"""How each fault is carried out on the wire."""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from typing import TYPE_CHECKING, Any

import orjson

from tests.registry.answers import Answer, token
from tests.registry.faults import Fault
from tests.registry.query import split

if TYPE_CHECKING:
    from tests.registry.server import RegistryServer

LISTING = b'{"studies"'
NO_LINGER = struct.pack("ii", 1, 0)
PAGE = b"<!doctype html><html><body>We will be back soon</body></html>"


def faulty(
    server: RegistryServer, fault: Fault, path: str, params: dict[str, str], handler: Any
) -> None:
    """Answer a request wrongly, in the way a fault says."""
    good = server.answer(path, params)
    if fault.kind in ("hang_up", "cut", "cut_chunks", "reset"):
        _broken_off(fault, good, handler)
        return
    if fault.kind == "slow":
        time.sleep(fault.seconds)
    elif fault.kind == "hold":
        server.holding.wait()
    with contextlib.suppress(ConnectionError):  # the client may hang up on too much
        handler.send(_wrong(server, fault, params, good))


def _broken_off(fault: Fault, good: Answer, handler: Any) -> None:
    """Less than a whole answer, and the end of the connection."""
    whole = len(good.body)
    half = good.body[: whole // 2]
    if fault.kind == "cut":
        good.body = half
        handler.send(good, promised=whole)
    elif fault.kind == "cut_chunks":
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(half), half)
        )
    elif fault.kind == "reset":
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Ty")
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        handler.connection.close()
    _hang_up(handler)


def _wrong(server: RegistryServer, fault: Fault, params: dict[str, str], good: Answer) -> Answer:
    """A whole answer that is wrong; the good one where the fault does not apply to it."""
    match fault.kind:
        case "status":
            headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
            return Answer(fault.status, b"Please come back later", "text/plain", headers)
        case "html":
            return Answer(200, PAGE, "text/html")
        case "maintenance":
            return Answer(fault.status, PAGE, "text/html")
        case "nothing":
            return Answer(200)
        case "truncated":
            return Answer(200, good.body[: len(good.body) // 2])
        case "not_json":
            return Answer(200, good.body.replace(b":", b";", 1))
        case "foreign":
            return Answer(200, b'{"status": "ok", "items": []}')
        case "other_study":
            return Answer(200, server.store.bodies[fault.id])
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
    """A page of studies that is wrong in itself or refused; a single study stays as it is."""
    if not good.body.startswith(LISTING):
        return good
    match fault.kind:
        case "empty_page":
            start = server.start_of(params)
            empty: dict[str, Any] = {"studies": [], "nextPageToken": token(params, start)}
            if "pageToken" not in params:
                empty["totalCount"] = len(server.matching(params))
            return Answer(body=orjson.dumps(empty))
        case "false_token":
            return server.listing(params, false_token=True)
        case "circle":
            page = orjson.loads(good.body) | {"nextPageToken": token(params, 0)}
            return Answer(body=orjson.dumps(page))
        case "nothing_found":
            return Answer(body=orjson.dumps({"studies": [], "totalCount": 0}))
        case "short_page":
            page = orjson.loads(good.body)
            return Answer(body=orjson.dumps(page | {"studies": page["studies"][:-1]}))
        case "repeated":
            page = orjson.loads(good.body)
            first = orjson.loads(server.bodies_of(params)[0])
            return Answer(body=orjson.dumps(page | {"studies": [*page["studies"] * 2, first]}))
        case "refuse_token" if "pageToken" in params:
            return Answer(400, b"pageToken has expired", "text/plain")
        case "refuse_batch" if fault.id in split(params.get("filter.ids", "")):
            return Answer(400, b"filter.ids has an incorrect value", "text/plain")
    return good


def _broken(body: bytes, number: str) -> bytes:
    """The answer with one record whose start date is a list instead of an object."""
    if not body.startswith(b"{"):
        return body
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
