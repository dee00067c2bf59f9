"""HTTP for registry clients: one polite, capped, retried request.

Nothing of HTTP leaves a client: what goes wrong here becomes one of the errors of
`trials.registries.base`. The transport, the clock and the sleep are passed in, so that tests run
in no time and against real servers alike.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar, runtime_checkable

import msgspec
import requests
import stamina

from trials.registries.base import MalformedResponse, RegistryRefused, RegistryUnavailable

T = TypeVar("T")
CHUNK = 256 * 1024
CONNECT_WITHIN = 10.0
TRY_AGAIN = frozenset({403, 408, 425, 429, 500, 502, 503, 504})


class Reply(msgspec.Struct, frozen=True):
    """An answer: status, headers in lower case, and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Sends one GET. Redirects are not followed: a client decides what they mean."""

    def get(self, url: str, params: Mapping[str, str]) -> Reply:
        """Raises RegistryUnavailable where there is no answer, MalformedResponse where it is
        cut off or larger than allowed."""
        ...


@runtime_checkable
class PostingTransport(Protocol):
    """A transport that can also send a JSON document by POST."""

    def post(self, url: str, document: Mapping[str, Any]) -> Reply:
        """Raises as `Transport.get` does."""
        ...


class RequestsTransport:
    """The real transport: a `requests` session that streams the body and counts its bytes."""

    def __init__(
        self,
        *,
        user_agent: str,
        timeout: tuple[float, float] = (10.0, 120.0),
        max_bytes: int = 256 * 1024 * 1024,
    ) -> None:
        self.timeout = timeout
        self.max_bytes = max_bytes
        self.session = requests.Session()
        self.session.headers.update({"User-Agent": user_agent, "Accept": "application/json"})

    def get(self, url: str, params: Mapping[str, str]) -> Reply:
        return self._send("GET", url, params=dict(params))

    def post(self, url: str, document: Mapping[str, Any]) -> Reply:
        """Sends one POST with a JSON document; raises as `get` does."""
        return self._send("POST", url, json=dict(document))

    def _send(self, method: str, url: str, **content: Any) -> Reply:
        try:
            with self.session.request(
                method,
                url,
                timeout=self.timeout,
                allow_redirects=False,
                stream=True,
                **content,
            ) as response:
                return Reply(
                    response.status_code,
                    {name.lower(): value for name, value in response.headers.items()},
                    self._body(response, url),
                )
        except requests.RequestException as error:
            raise RegistryUnavailable(f"no answer from {url}: {_reason(error)}") from error

    def _body(self, response: requests.Response, url: str) -> bytes:
        received = bytearray()
        try:
            for chunk in response.iter_content(CHUNK):
                received += chunk
                if len(received) > self.max_bytes:
                    raise MalformedResponse(
                        f"the answer from {url} is larger than {self.max_bytes} bytes"
                    )
        except requests.exceptions.ContentDecodingError as error:
            raise MalformedResponse(
                f"the answer from {url} is not packed as it says it is"
            ) from error
        except requests.RequestException as error:
            raise MalformedResponse(
                f"the answer from {url} was cut off after {len(received)} bytes"
            ) from error
        return bytes(received)


class Pace:
    """At most one request in so many seconds, and none while the registry asked us to wait."""

    def __init__(
        self,
        interval: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.interval = interval
        self._clock = clock
        self._sleep = sleep
        self._next = clock()
        self._turn = threading.Lock()

    def wait(self) -> None:
        """Return when the next request may be sent; threads wait for each other."""
        with self._turn:
            delay = self._next - self._clock()
            if delay > 0:
                self._sleep(delay)
            self._next = max(self._next, self._clock()) + self.interval

    def hold(self, seconds: float) -> None:
        """Send nothing for so many seconds from now on."""
        self._next = max(self._next, self._clock() + seconds)


_paces: dict[tuple[str, float], Pace] = {}
_paces_turn = threading.Lock()


def shared_pace(base_url: str, interval: float) -> Pace:
    """The one pace of this process for a registry: a run that begins right after another one, or
    beside it in another thread, sends no request sooner either."""
    with _paces_turn:
        return _paces.setdefault((base_url, interval), Pace(interval))


class Retries(msgspec.Struct, frozen=True):
    """How often and how patiently a failed request is made again."""

    attempts: int = 6
    wait_initial: float = 1.0
    wait_max: float = 60.0
    wait_jitter: float = 2.0
    longest_hold: float = 600.0

    @classmethod
    def up_to(cls, *, attempts: int, longest_pause: float, longest_hold: float) -> Retries:
        """The usual pauses and their jitter, none longer than `longest_pause` seconds."""
        usual = cls()
        return cls(
            attempts=attempts,
            wait_initial=min(usual.wait_initial, longest_pause),
            wait_max=longest_pause,
            wait_jitter=min(usual.wait_jitter, longest_pause),
            longest_hold=longest_hold,
        )


class Http:
    """One registry's requests: paced, retried with back-off and jitter, and checked."""

    def __init__(
        self, name: str, base_url: str, transport: Transport, pace: Pace, retries: Retries
    ) -> None:
        self.name = name
        self.base_url = base_url.rstrip("/")
        self.transport = transport
        self.pace = pace
        self.retries = retries

    def get(self, path: str, params: Mapping[str, str], read: Callable[[Reply], T]) -> T:
        """What `read` makes of the answer to one GET.

        No answer, 403, 408, 425, 429, 5xx and whatever `read` calls malformed are tried again;
        Retry-After is honoured up to `longest_hold`. Any other refusal is final at once.
        """
        return self._ask(path, lambda url: self.transport.get(url, params), read)

    def post(self, path: str, document: Mapping[str, Any], read: Callable[[Reply], T]) -> T:
        """What `read` makes of the answer to one POST of a JSON document, for registries whose
        search is one; it changes nothing there, so it is tried again as a GET is."""
        transport = self.transport
        if not isinstance(transport, PostingTransport):
            raise RegistryUnavailable(f"{self.name} was not asked: the transport sends no POST")
        return self._ask(path, lambda url: transport.post(url, document), read)

    def _ask(self, path: str, send: Callable[[str], Reply], read: Callable[[Reply], T]) -> T:
        for attempt in stamina.retry_context(
            on=self._backoff,
            attempts=self.retries.attempts,
            timeout=None,
            wait_initial=self.retries.wait_initial,
            wait_max=self.retries.wait_max,
            wait_jitter=self.retries.wait_jitter,
        ):
            with attempt:
                self.pace.wait()
                reply = send(self.base_url + path)
                self._check(path, reply)
                return read(reply)
        raise RegistryUnavailable(f"{self.name} was not asked: no attempt is allowed")

    def _backoff(self, error: Exception) -> bool:
        """Whether to try again. After Retry-After the pace holds while the back-off passes too, so
        the longer of the two is waited for."""
        if isinstance(error, AskedToWait):
            if error.seconds > self.retries.longest_hold:
                return False
            self.pace.hold(error.seconds)
        return isinstance(error, (RegistryUnavailable, MalformedResponse))

    def _check(self, path: str, reply: Reply) -> None:
        if reply.status in TRY_AGAIN or reply.status >= 500:
            sentence = f"{self.name} answered {reply.status} to {path}: {text_of(reply)}"
            seconds = retry_after(reply.headers)
            if seconds is not None:
                raise AskedToWait(f"{sentence} (asks to wait {seconds:.0f} s)", seconds)
            raise RegistryUnavailable(sentence)
        if reply.status == 400 or (401 <= reply.status < 500 and reply.status not in (404, 410)):
            raise RegistryRefused(f"{self.name} refused {path}: {text_of(reply)}")


class AskedToWait(RegistryUnavailable):
    """The registry said when to come back."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds from a Retry-After header, given as seconds or as an HTTP date; None if absent."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    if not value:
        return None
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:  # "-0000": UTC, without saying where it was written
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())


def is_web_page(body: bytes) -> bool:
    """Whether an answer is a page for people (maintenance, a proxy) and not the registry's word."""
    return body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def text_of(reply: Reply) -> str:
    """The registry's own words, short and on one line; errors are plain text."""
    if is_web_page(reply.body):
        return "a web page instead of a message"
    return " ".join(reply.body[:2000].decode("utf-8", "replace").split())[:300] or "no message"


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "it took too long"
    if isinstance(error, requests.ConnectionError):
        return "the connection failed or was cut"
    return type(error).__name__
