"""What every page has: a title, a place in the site, and its own data to take along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from osteodb.website.citations import Reference

API = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the path to a page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The frame's share of a page.

    `permalink` is the one address of what is shown, without what does not matter to it; where it is
    empty, the address that was asked for stands. `facts` are nodes of schema.org for machines, with
    our own addresses from the root. `reference` is how the page is cited. A page that only says
    what went wrong is not `findable`.
    """

    title: str
    section: str = ""
    description: str = ""
    crumbs: tuple[Crumb, ...] = field(default=())
    json_url: str = ""
    csv_url: str = ""
    feed_url: str = ""
    permalink: str = ""
    facts: tuple[Mapping[str, Any], ...] = ()
    reference: Reference | None = None
    findable: bool = True


def api_url(resource: str, public_id: str = "") -> str:
    """The JSON of a list or of one thing."""
    return f"{API}{resource}/{public_id}/" if public_id else f"{API}{resource}/"


def with_query(url: str, query: QueryDict | str) -> str:
    """An address with a query, or without where it is empty."""
    text = query if isinstance(query, str) else query.urlencode()
    return f"{url}?{text}" if text else url


def permalink(path: str, query: QueryDict, *, without: Mapping[str, str] | None = None) -> str:
    """One address for one question: no empty values, no defaults, parameters in order.

    `without` names parameters to leave out where they have this value.
    """
    left_out = without or {}
    kept = QueryDict(mutable=True)
    for name in sorted(query):
        values = [one for one in query.getlist(name) if one.strip() and one != left_out.get(name)]
        kept.setlist(name, values)
    return with_query(path, kept.urlencode(safe=","))
