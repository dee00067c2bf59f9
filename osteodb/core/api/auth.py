"""Who a program acts for: keys sent as `Authorization: Bearer …`, for the endpoints that write.

Readers' endpoints know nothing of this. No session and no cookie counts here, so that no page of
somebody else's can make a signed-in browser write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from osteodb.core.api.errors import refuse
from osteodb.core.api.operations import Operation
from osteodb.core.api.renderers import OrjsonRenderer
from osteodb.core.errors import NotPermitted
from osteodb.core.filter_values import did_you_mean
from osteodb.core.models import ApiToken, TokenScope, User
from osteodb.core.tokens import KeyRefused, find_token

REALM = 'Bearer realm="OsteoDB"'
HOW = "Send one as “Authorization: Bearer osteo_…”; keys are made in the admin."
Scopes = tuple[TokenScope, ...]


class NotAuthenticated(exceptions.AuthenticationFailed):
    """No key, or one that opens nothing: 401 with why, in a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.default_code = code


class ScopeMissing(NotPermitted):
    """The key is good and may not do this."""


class KeyAuthentication(BaseAuthentication):
    """The person of the key, and the key."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken]:
        """Raises NotAuthenticated for everything but a key in force."""
        scheme, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
        if not scheme:
            raise NotAuthenticated("key_missing", f"This address needs a key. {HOW}")
        if scheme.casefold() != "bearer" or not secret.strip():
            raise NotAuthenticated("key_unreadable", f"No key can be read from this. {HOW}")
        try:
            found = find_token(secret=secret.strip(), now=timezone.now())
        except KeyRefused as refused:
            raise NotAuthenticated(refused.code, str(refused)) from None
        return found.person, found

    def authenticate_header(self, request: Request) -> str:
        """What `WWW-Authenticate` says of a 401."""
        return REALM


class KeyedView(APIView):
    """An endpoint for programs with a key. `scopes`: method -> scopes of which one is enough.

    Its answers are for one person: no cache may keep them.
    """

    authentication_classes = [KeyAuthentication]
    renderer_classes = [OrjsonRenderer]
    scopes: ClassVar[Mapping[str, Scopes]] = {}
    operations: ClassVar[Mapping[str, Operation]] = {}  # for the API's document
    parameters: ClassVar[tuple[str, ...]] = ("format",)  # what an address may have behind its “?”

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """A known key with a scope for this, and no parameter that nobody reads."""
        super().initial(request, *args, **kwargs)
        needed = self.scopes.get(request.method or "", ())
        if needed and not set(needed) & set(request.auth.scopes):
            words = " or ".join(needed)
            raise ScopeMissing(f"The key “{request.auth.name}” lacks the scope {words}.")
        for name in request.query_params:
            if name not in self.parameters:
                message = f"There is no parameter {name[:80]!r} here."
                near = did_you_mean(name[:80], self.parameters)
                raise refuse(name[:80], message + near, *self.parameters)

    def finalize_response(
        self, request: Any, response: Any, *args: Any, **kwargs: Any
    ) -> Response | HttpResponseBase:
        """For this person only, and not to be kept."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        patch_vary_headers(answer, ["Authorization"])
        return answer


def person_of(request: Request) -> User:
    """The person whose key this is."""
    person: User = request.user
    return person


def who_and_when(request: Request) -> dict[str, Any]:
    """`by` and `now` for a service that a program asks for."""
    return {"by": person_of(request), "now": timezone.now()}
