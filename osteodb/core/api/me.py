"""Whose key this is, and what it may do: the first thing a program asks."""

from __future__ import annotations

from typing import Annotated, TypedDict

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from osteodb.core.api.auth import KeyedView, person_of
from osteodb.core.api.operations import Operation
from osteodb.core.api.shapes import Moment
from osteodb.core.api.values import moment
from osteodb.core.interests import current_statement
from osteodb.core.models import TokenScope
from osteodb.core.roles import roles_of


class KeyShape(TypedDict):
    """The key that was sent."""

    name: str
    begins_with: str
    scopes: Annotated[list[str], TokenScope]
    created_at: Moment
    expires_at: Moment


class MeShape(TypedDict):
    """The person a key acts for."""

    username: str
    name: str
    roles: list[str]
    has_declared_interests: Annotated[bool, "Within the last year; asked of reviewers."]
    key: KeyShape


class Me(KeyedView):
    """Whose key this is, what it may do, and until when."""

    operations = {
        "GET": Operation("get_me", "Whose key this is", answer=MeShape, tag="curation"),
    }

    def get(self, request: Request) -> Response:
        """The person and the key."""
        person, key = person_of(request), request.auth
        answer: MeShape = {
            "username": person.username,
            "name": str(person),
            "roles": sorted(roles_of(person)),
            "has_declared_interests": current_statement(person, timezone.now()) is not None,
            "key": {
                "name": key.name,
                "begins_with": key.prefix,
                "scopes": key.scopes,
                "created_at": moment(key.created_at),
                "expires_at": moment(key.expires_at),
            },
        }
        return Response(answer)
