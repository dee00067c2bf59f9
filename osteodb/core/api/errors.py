"""One error shape, whatever went wrong, and no HTML.

    {"error": {"code": "invalid_parameter", "status": 400, "message": "…",
               "problems": [{"parameter": "status", "message": "…", "allowed": ["…"]}],
               "candidates": []}}

Anticipated refusals are named classes; anything else is a fault, logged as one and answered 500.
"""

from __future__ import annotations

import logging
import re
from typing import Any, TypedDict

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import resolve
from rest_framework import exceptions
from rest_framework.response import Response

from osteodb.core.api.renderers import OrjsonRenderer
from osteodb.core.errors import Conflict, InvalidInput, NotPermitted, OsteoDBError
from osteodb.core.filters import FilterProblem, InvalidFilters

INDEX = re.compile(r"-(\d+)(?:-|$)")
logger = logging.getLogger(__name__)


class ProblemShape(TypedDict):
    """One thing that is wrong with the request."""

    parameter: str | None
    message: str
    allowed: list[str]


class CandidateShape(TypedDict):
    """One of several things the address may mean."""

    name: str
    url: str


class ErrorShape(TypedDict):
    """What went wrong: a code for programs, a sentence for people."""

    code: str
    status: int
    message: str
    problems: list[ProblemShape]
    candidates: list[CandidateShape]


class ErrorAnswerShape(TypedDict):
    """The body of every answer that is not a success."""

    error: ErrorShape


class Ambiguous(OsteoDBError):
    """The address may mean several things; `candidates` are they, each with its own address."""

    def __init__(self, message: str, candidates: list[CandidateShape]) -> None:
        super().__init__(message)
        self.candidates = candidates


class Moved(OsteoDBError):
    """What was asked for now lives under another address."""

    def __init__(self, message: str, url: str) -> None:
        super().__init__(message)
        self.url = url


class NotFound(OsteoDBError):
    """There is nothing, or nothing that readers may see, under this address."""


class InvalidBody(InvalidInput):
    """What was sent cannot be read; `found` says where (`measurements[0].value`), and why."""

    def __init__(self, found: list[tuple[str | None, str]]) -> None:
        super().__init__(
            "What was sent was not taken: nothing was saved.", [why for _, why in found]
        )
        self.found = found


class PreconditionRequired(OsteoDBError):
    """A write that does not say which state of the row it was made from."""


class PreconditionFailed(OsteoDBError):
    """The row was saved by somebody else meanwhile; `etag` is its present one."""

    def __init__(self, message: str, etag: str) -> None:
        super().__init__(message)
        self.etag = etag


def refuse(parameter: str, message: str, *allowed: str) -> InvalidFilters:
    """The refusal of one parameter, to be raised."""
    return InvalidFilters([FilterProblem(parameter, message, allowed)])


def body(
    code: str,
    status: int,
    message: str,
    problems: list[ProblemShape] | None = None,
    candidates: list[CandidateShape] | None = None,
) -> ErrorAnswerShape:
    """An error in its one shape."""
    return {
        "error": {
            "code": code,
            "status": status,
            "message": message,
            "problems": problems or [],
            "candidates": candidates or [],
        }
    }


def _places(exc: InvalidInput) -> list[tuple[str | None, str]]:
    """Each broken rule with the field it speaks of: `measurements-0-value` of a form is
    `measurements[0].value` of a body."""
    if isinstance(exc, InvalidBody):
        return exc.found
    if not exc.fields:
        return [(None, each) for each in exc.problems]
    return [
        (INDEX.sub(r"[\1].", name).rstrip(".") or None, each)
        for name, sentences in exc.fields.items()
        for each in sentences
    ]


def _refusal(exc: OsteoDBError) -> ErrorAnswerShape:
    """The answer to a refusal that the code foresees."""
    words = str(exc)
    if isinstance(exc, InvalidFilters):
        problems: list[ProblemShape] = [
            {"parameter": each.parameter, "message": each.message, "allowed": list(each.allowed)}
            for each in exc.filter_problems
        ]
        return body("invalid_parameter", 400, words, problems)
    if isinstance(exc, InvalidInput):
        plain: list[ProblemShape] = [
            {"parameter": where, "message": each, "allowed": []} for where, each in _places(exc)
        ]
        return body("invalid_input", 400, words, plain)
    if isinstance(exc, NotPermitted):
        return body("not_permitted", 403, words)
    if isinstance(exc, NotFound):
        return body("not_found", 404, words)
    if isinstance(exc, Moved):
        return body("moved", 301, words, candidates=[{"name": words, "url": exc.url}])
    if isinstance(exc, PreconditionRequired):
        return body("precondition_required", 428, words)
    if isinstance(exc, PreconditionFailed):
        return body("precondition_failed", 412, words)
    if isinstance(exc, Ambiguous):
        return body("ambiguous", 409, words, candidates=exc.candidates)
    return body("conflict" if isinstance(exc, Conflict) else "refused", 409, words)


def _answer(exc: Exception) -> ErrorAnswerShape:
    if isinstance(exc, OsteoDBError):
        return _refusal(exc)
    if isinstance(exc, Http404):
        return body("not_found", 404, "There is nothing under this address.")
    if isinstance(exc, exceptions.APIException):
        return body(str(exc.default_code), exc.status_code, str(exc.detail))
    if isinstance(exc, SuspiciousOperation):
        return body("bad_request", 400, "This request cannot be read.")
    logger.error("fault while answering the API", exc_info=exc)
    return body("fault", 500, "The server failed to answer; the fault has been logged.")


def handle(exc: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: every error in the one shape, as JSON whatever was asked for."""
    answer = _answer(exc)
    headers = {"Location": exc.url} if isinstance(exc, Moved) else {}
    if isinstance(exc, exceptions.MethodNotAllowed):
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    if isinstance(exc, PreconditionFailed):
        headers["ETag"] = exc.etag
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    request = context["request"]
    request.accepted_renderer = OrjsonRenderer()
    request.accepted_media_type = OrjsonRenderer.media_type
    return Response(answer, status=answer["error"]["status"], headers=headers)


def no_such_address(request: HttpRequest) -> HttpResponse:
    """Unknown addresses below /api/: 404 in the one shape, never a page.

    An address that only lacks its closing slash is sent on, as everywhere else on the site.
    """
    closed = f"{request.path}/"
    reads = request.method in ("GET", "HEAD") and not request.path.endswith("/")
    if reads and resolve(closed).func is not no_such_address:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{closed}{'?' if query else ''}{query}")
    message = f"There is nothing under {request.path[:200]}. The API's endpoints: /api/v1/."
    content = OrjsonRenderer().render(body("not_found", 404, message))
    return HttpResponse(content, status=404, content_type=OrjsonRenderer.media_type)
