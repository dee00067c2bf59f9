"""Paging: `page` from 1, `page_size` up to 200; a page that does not exist is not found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework.request import Request

from osteodb.core.api.errors import NotFound, refuse
from osteodb.core.filter_values import UnknownTerm, whole_number

DEFAULT_SIZE = 50
LARGEST_SIZE = 200


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a filtered list: the rows still to be read, and where the others are."""

    queryset: QuerySet[Any]
    count: int
    next: str | None
    previous: str | None


def _whole(params: QueryDict, name: str, default: int, largest: int | None) -> int:
    """A page number or size. Raises InvalidFilters where it is none."""
    values = params.getlist(name)
    if not values or values == [""]:
        return default
    bounds = f"a whole number from 1{f' to {largest}' if largest else ''}"
    try:
        number = whole_number(values[0]) if len(values) == 1 else 0
    except UnknownTerm:
        number = 0
    if number < 1 or (largest and number > largest):
        raise refuse(name, f"{name} has to be {bounds}.")
    return number


def _link(request: Request, number: int) -> str:
    params = request.query_params.copy()
    params["page"] = str(number)
    return request.build_absolute_uri(f"{request.path}?{params.urlencode()}")


def page_of_rows(request: Request, queryset: QuerySet[Any]) -> Page:
    """The page that the request asks for. Raises NotFound beyond the last one."""
    number = _whole(request.query_params, "page", 1, None)
    size = _whole(request.query_params, "page_size", DEFAULT_SIZE, LARGEST_SIZE)
    count = queryset.order_by().count()
    last = max(1, -(-count // size))
    if number > last:
        raise NotFound(f"There is no page {number}: the last one is {last}.")
    return Page(
        queryset=queryset[(number - 1) * size : number * size],
        count=count,
        next=_link(request, number + 1) if number < last else None,
        previous=_link(request, number - 1) if number > 1 else None,
    )
