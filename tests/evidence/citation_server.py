"""A real HTTP server on the loopback that answers as PubMed and the DOI system do, or does not."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

Reply = tuple[int, dict[str, str], bytes]


@dataclass(slots=True)
class CitationServer:
    """What it says at which path ("/efetch.fcgi", "/10.5555/x"); what it was asked."""

    answers: dict[str, Reply | Callable[[Any], None]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def says(self, path: str, body: str, status: int = 200, **headers: str) -> None:
        """Answer a path with this text."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, named, body.encode())

    @contextlib.contextmanager
    def running(self) -> Iterator[CitationServer]:
        """Serve until the block ends."""
        http = _Quiet(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            http.shutdown()
            http.server_close()
            thread.join()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is no news."""


def _handler(server: CitationServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.asked.append((unquote(parts.path), dict(parse_qsl(parts.query)), headers))
            answer = server.answers.get(unquote(parts.path), (404, {}, b"Not found"))
            if callable(answer):
                answer(self)
                return
            status, named, body = answer
            self.send_response(status)
            for name, value in named.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Tests are quiet."""

    return Handler


def silent(handler: Any) -> None:
    """No answer for longer than anybody waits."""
    time.sleep(3)
    handler.close_connection = True


def dripping(handler: Any) -> None:
    """An answer of which a byte comes every now and then, never too late for a socket."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"P")
        time.sleep(0.1)


def cut(handler: Any) -> None:
    """Half of what was promised."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"PMID- 90000001\nTI  - Cut")
    handler.close_connection = True


def endless(handler: Any) -> None:
    """More than anybody wants."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(64):
        handler.wfile.write(b" " * 65536)
    handler.close_connection = True
