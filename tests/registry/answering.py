"""A real HTTP server on this machine whose answers a test writes, for clients of registries."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit


class Asked(NamedTuple):
    """A request as the server saw it."""

    method: str
    path: str
    params: dict[str, str]
    document: Any
    user_agent: str


class Answer(NamedTuple):
    """What the server sends back."""

    body: bytes
    status: int = 200
    content_type: str = "text/plain"


class Answering:
    """The server's address and what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[Asked] = []


@contextmanager
def answering(answer: Callable[[Asked], Answer]) -> Iterator[Answering]:
    """A server that gives `answer(request)` to every GET and POST while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(None)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._reply(json.loads(body))

        def _reply(self, document: Any) -> None:
            parts = urlsplit(self.path)
            asked = Asked(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query)),
                document,
                self.headers.get("User-Agent", ""),
            )
            standing.asked.append(asked)
            given = answer(asked)
            self.send_response(given.status)
            self.send_header("Content-Type", given.content_type)
            self.send_header("Content-Length", str(len(given.body)))
            self.end_headers()
            self.wfile.write(given.body)

        def log_message(self, *_args: Any) -> None:
            """Quiet: what was asked stands in `Answering.asked`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    standing = Answering(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield standing
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
