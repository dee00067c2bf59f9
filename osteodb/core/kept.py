"""Pages kept per database state: what was made once is given again until anything is written.

A page is kept in the memory of its process under what was asked (address with host and scheme, the
headers an answer may depend on) and `database_state()`, as the API's ETags are: equal states see
equal rows, so nothing has to be invalidated. Only what is the same for everybody is kept: answers
with status 200 to readers without a session, without a cookie set or a token drawn while making
them. Inside a transaction, which also sees its own rows, nothing is kept or given.

Bounded twice: at most `MOST` answers and `MOST_BYTES` of bodies in a process; what was asked for
longest ago goes first, and one answer larger than `LARGEST` is not kept at all.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from osteodb.core.api.caching import conditional, database_state, etag_of

MOST, MOST_BYTES, LARGEST = 500, 32 * 1024 * 1024, 1024 * 1024
KEYED = ("Accept", "HX-Request")  # an answer that varies by another header is not kept
PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as the view made it, before the middleware added its headers."""

    state: str
    etag: str
    body: bytes
    headers: tuple[tuple[str, str], ...]

    def again(self) -> HttpResponse:
        """The same answer, to be given once more."""
        return HttpResponse(self.body, headers=dict(self.headers))


class Shelf:
    """The kept answers of a process, for all its threads; one for each thing asked."""

    def __init__(self, most: int, most_bytes: int) -> None:
        self.most, self.most_bytes, self.bytes = most, most_bytes, 0
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, key: bytes, state: str) -> Kept | None:
        """The answer, where it was made in this state of the database."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or found.state != state:
                return None
            self._kept.move_to_end(key)
            return found

    def put(self, key: bytes, kept: Kept) -> None:
        """Keep an answer in place of an older one, and let go of what there is no room for."""
        with self._lock:
            before = self._kept.pop(key, None)
            self.bytes += len(kept.body) - (len(before.body) if before else 0)
            self._kept[key] = kept
            while len(self._kept) > self.most or self.bytes > self.most_bytes:
                self.bytes -= len(self._kept.popitem(last=False)[1].body)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self.bytes = 0


SHELF = Shelf(MOST, MOST_BYTES)


def kept_or_made(request: HttpRequest, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer from the shelf for one small query, else made and put there; 304 where the client
    has it. A person who is signed in gets an answer made for them, which is told to nobody."""
    if is_personal(request):
        return make()
    state = database_state()
    key = _key(request)
    kept = SHELF.take(key, state) if state else None
    if kept is not None:
        return _given(request, kept.etag, kept.again())
    response = make()
    if not isinstance(response, HttpResponse) or not _is_for_all(request, response):
        return response
    etag = etag_of(response)
    if state and len(response.content) <= LARGEST:
        headers = tuple(response.headers.items())
        SHELF.put(key, Kept(state, etag, response.content, headers))
    return _given(request, etag, response)


def is_personal(request: HttpRequest) -> bool:
    """Whether the asker may be somebody: with a session, a token, a message or a password."""
    return "Authorization" in request.headers or any(
        name in request.COOKIES for name in PERSONAL_COOKIES
    )


def _is_for_all(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether any reader who asks the same may get this answer."""
    varies = {one.strip().casefold() for one in response.get("Vary", "").split(",") if one.strip()}
    return (
        response.status_code == 200
        and not response.cookies
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and varies <= {one.casefold() for one in (*KEYED, "Cookie")}
    )


def _key(request: HttpRequest) -> bytes:
    asked = [request.build_absolute_uri(), *(request.headers.get(one, "") for one in KEYED)]
    return hashlib.sha256("\n".join(asked).encode(errors="surrogateescape")).digest()


def _given(request: HttpRequest, etag: str, response: HttpResponse) -> HttpResponseBase:
    """With ETag and Cache-Control, or 304; caches are told that people with cookies differ."""
    answer = conditional(request, etag, response)
    patch_vary_headers(answer, ["Cookie", *KEYED])
    return answer
