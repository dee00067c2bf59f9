"""ETags: an unchanged answer costs one small query and no body.

The ETag is a hash of the body, so it is right for every client and process. To answer 304 without
making the body again, each process remembers the ETag of an address together with the database's
snapshot (which transactions were committed) and the day, which some answers depend on. Equal
snapshots see equal rows, so nothing has to be invalidated; any write by anyone makes the next
request count as new.
"""

from __future__ import annotations

import hashlib
import secrets

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers

PROCESS = secrets.token_hex(8)  # other processes may run other code
REMEMBERED_SECONDS = 24 * 60 * 60
CACHE_CONTROL = "public, max-age=0, must-revalidate"


def database_state() -> str:
    """Which transactions are visible now, and which day it is; empty inside a transaction, which
    also sees its own."""
    if connection.in_atomic_block:
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text || pg_postmaster_start_time()::text")
        return f"{cursor.fetchone()[0]} {timezone.now():%Y-%m-%d}"


def _key(request: HttpRequest) -> str:
    asked = f"{request.build_absolute_uri()} {request.headers.get('Accept', '')}"
    return f"etag:{PROCESS}:{hashlib.sha256(asked.encode()).hexdigest()}"


def etag_of(response: HttpResponse) -> str:
    """The ETag of an answer: a hash of its body."""
    return f'"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'


def conditional(request: HttpRequest, etag: str, response: HttpResponse) -> HttpResponseBase:
    """The response with its ETag and how to cache it, or 304 where the client already has it."""
    answer = get_conditional_response(request, etag=etag, response=response) or response
    answer["ETag"] = etag
    answer["Cache-Control"] = CACHE_CONTROL
    patch_vary_headers(answer, ["Accept"])
    return answer


def unchanged(request: HttpRequest, state: str) -> HttpResponseBase | None:
    """304 where this address was answered from the same rows and the client has that answer."""
    if not state or "If-None-Match" not in request.headers:
        return None
    remembered = cache.get(_key(request))
    if remembered is None or remembered[0] != state:
        return None
    answer = conditional(request, remembered[1], HttpResponse())
    return answer if answer.status_code == 304 else None


def with_etag(request: HttpRequest, state: str, response: HttpResponse) -> HttpResponseBase:
    """The response with its ETag, or 304 where the client already has it."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        return response
    etag = etag_of(response)
    if state:
        cache.set(_key(request), (state, etag), REMEMBERED_SECONDS)
    return conditional(request, etag, response)
