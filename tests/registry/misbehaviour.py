"""How each fault is carried out on the wire."""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson

from tests.registry.answers import Answer, token
from tests.registry.faults import Fault
from tests.registry.query import split

if TYPE_CHECKING:
    from tests.registry.server import RegistryServer

PAGE = b"<!doctype html><html><body>We will be back soon</body></html>"
LISTING = b'{"studies"'
NO_LINGER = struct.pack("ii", 1, 0)


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
    elif fault.kind == "move_data":
        server.store.publish()
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
    if make := ANSWERS.get(fault.kind):
        return make(server, fault, good)
    if (make_page := PAGES.get(fault.kind)) and good.body.startswith(LISTING):
        return make_page(server, fault, params, good)
    return good


def _status(_server: RegistryServer, fault: Fault, _good: Answer) -> Answer:
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    return Answer(fault.status, b"Please come back later", "text/plain", headers)


def _other_study(server: RegistryServer, fault: Fault, _good: Answer) -> Answer:
    return Answer(200, server.store.bodies[fault.id])


def _broken_record(_server: RegistryServer, fault: Fault, good: Answer) -> Answer:
    """The answer with one record whose start date is a list instead of an object."""
    if not good.body.startswith(b"{"):
        return good
    data = orjson.loads(good.body)
    for record in data.get("studies", [data]):
        if record["protocolSection"]["identificationModule"]["nctId"] == fault.id:
            record["protocolSection"]["statusModule"]["startDateStruct"] = ["2022"]
    return Answer(good.status, orjson.dumps(data), headers=good.headers)


ANSWERS: dict[str, Callable[[RegistryServer, Fault, Answer], Answer]] = {
    "status": _status,
    "html": lambda server, fault, good: Answer(200, PAGE, "text/html"),
    "maintenance": lambda server, fault, good: Answer(fault.status, PAGE, "text/html"),
    "nothing": lambda server, fault, good: Answer(200),
    "truncated": lambda server, fault, good: Answer(200, good.body[: len(good.body) // 2]),
    "not_json": lambda server, fault, good: Answer(200, good.body.replace(b":", b";", 1)),
    "not_packed": lambda server, fault, good: Answer(
        200, good.body, headers={"Content-Encoding": "gzip"}
    ),
    "foreign": lambda server, fault, good: Answer(200, b'{"status": "ok", "items": []}'),
    "oversized": lambda server, fault, good: Answer(200, b" " * fault.size),
    "other_study": _other_study,
    "broken_record": _broken_record,
}


def _empty_page(
    server: RegistryServer, _fault: Fault, params: dict[str, str], _good: Answer
) -> Answer:
    empty: dict[str, Any] = {"studies": [], "nextPageToken": token(params, server.start_of(params))}
    if "pageToken" not in params:
        empty["totalCount"] = len(server.matching(params))
    return Answer(body=orjson.dumps(empty))


def _false_token(
    server: RegistryServer, _fault: Fault, params: dict[str, str], _good: Answer
) -> Answer:
    return server.listing(params, false_token=True)


def _circle(_server: RegistryServer, _fault: Fault, params: dict[str, str], good: Answer) -> Answer:
    page = orjson.loads(good.body) | {"nextPageToken": token(params, 0)}
    return Answer(body=orjson.dumps(page))


def _nothing_found(
    _server: RegistryServer, _fault: Fault, _params: dict[str, str], _good: Answer
) -> Answer:
    return Answer(body=orjson.dumps({"studies": [], "totalCount": 0}))


def _short_page(
    _server: RegistryServer, _fault: Fault, _params: dict[str, str], good: Answer
) -> Answer:
    page = orjson.loads(good.body)
    return Answer(body=orjson.dumps(page | {"studies": page["studies"][:-1]}))


def _repeated(
    server: RegistryServer, _fault: Fault, params: dict[str, str], good: Answer
) -> Answer:
    page = orjson.loads(good.body)
    first = orjson.loads(server.store.bodies[server.matching(params)[0]])
    return Answer(body=orjson.dumps(page | {"studies": [*page["studies"] * 2, first]}))


def _refuse_token(
    _server: RegistryServer, _fault: Fault, params: dict[str, str], good: Answer
) -> Answer:
    if "pageToken" not in params:
        return good
    return Answer(400, b"pageToken has expired", "text/plain")


def _refuse_batch(
    _server: RegistryServer, fault: Fault, params: dict[str, str], good: Answer
) -> Answer:
    if fault.id not in split(params.get("filter.ids", "")):
        return good
    return Answer(400, b"filter.ids has an incorrect value", "text/plain")


PAGES: dict[str, Callable[[RegistryServer, Fault, dict[str, str], Answer], Answer]] = {
    "empty_page": _empty_page,
    "false_token": _false_token,
    "circle": _circle,
    "nothing_found": _nothing_found,
    "short_page": _short_page,
    "repeated": _repeated,
    "refuse_token": _refuse_token,
    "refuse_batch": _refuse_batch,
}


def _hang_up(handler: Any) -> None:
    handler.close_connection = True
    with contextlib.suppress(OSError):
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
