"""What the tests of the API share."""

from __future__ import annotations

from typing import Any

from django.test import Client

from osteodb.api import router
from osteodb.core.api.views import Resource

RESOURCES: dict[str, type[Resource]] = {
    name: view for name, view, _base in router.registry if issubclass(view, Resource)
}


def get(path: str, **headers: str) -> Any:
    """The answer of the API to an address below /api/v1/."""
    return Client(SERVER_NAME="localhost").get(f"/api/v1/{path}", headers=headers)


def rows(path: str) -> list[dict[str, Any]]:
    """The rows of a list, which has to be answered 200."""
    answer = get(path)
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def problem(path: str) -> dict[str, Any]:
    """The one problem with an address, which has to be refused."""
    answer = get(path)
    assert answer.status_code == 400, answer.content
    [found] = answer.json()["error"]["problems"]
    return dict(found)
