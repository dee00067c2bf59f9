"""Content-Security-Policy: what a browser may load and run for an answer of ours.

Reader pages get the strictest policy there is: own files only, nothing inline. Two parts that we
did not write need more, and get it on their own paths only: the admin's theme evaluates
expressions in its markup (Alpine.js) and sets style attributes, and the style sheet of the API
documentation's viewer holds its icons as data.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COMMON = "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    f"connect-src 'self'; manifest-src 'self'; {COMMON}"
)
ADMIN = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; "
    f"style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; {COMMON}"
)
DOCUMENTATION = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    f"font-src 'self'; connect-src 'self'; {COMMON}"
)
LOOSER: tuple[tuple[str, str], ...] = (
    ("/admin/", ADMIN),
    ("/api/v1/docs/", DOCUMENTATION),
)


def policy_for(path: str) -> str:
    """The policy for an address."""
    return next((policy for prefix, policy in LOOSER if path.startswith(prefix)), STRICT)


class ContentSecurityPolicyMiddleware:
    """Puts the policy on every answer, error pages included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.DEBUG and response.status_code >= 500:
            return response  # Django's page for developers brings its style along
        response.headers.setdefault("Content-Security-Policy", policy_for(request.path))
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        return response
