"""What every page has: a title, a place in the site, and its own data to take along."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict

API = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the path to a page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The frame's share of a page."""

    title: str
    section: str = ""
    description: str = ""
    crumbs: tuple[Crumb, ...] = field(default=())
    json_url: str = ""
    csv_url: str = ""
    feed_url: str = ""


def api_url(resource: str, public_id: str = "") -> str:
    """The JSON of a list or of one thing."""
    return f"{API}{resource}/{public_id}/" if public_id else f"{API}{resource}/"


def with_query(url: str, query: QueryDict | str) -> str:
    """An address with a query, or without where it is empty."""
    text = query if isinstance(query, str) else query.urlencode()
    return f"{url}?{text}" if text else url
