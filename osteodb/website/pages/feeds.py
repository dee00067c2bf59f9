"""Every list as an Atom feed: what is new in it, and what became of it, latest first.

A feed takes the parameters of its list and the same FilterSet. The order is always that of time,
so that `ordering` is refused instead of doing nothing.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import QueryDict

from osteodb.core.filters import FilterProblem, StrictFilterSet
from osteodb.website.pages.asked import title_of
from osteodb.website.pages.atom import Feed, FeedAnswer, clean, tag
from osteodb.website.pages.base import permalink
from osteodb.website.pages.feed_entries import WRITERS, Writer
from osteodb.website.pages.shelves import SHELVES, Shelf
from osteodb.website.words import plural

MOST_ENTRIES = 200
UNORDERED = FilterProblem("ordering", "A feed gives the latest first: leave this parameter out.")


def list_feed(path: str, query: QueryDict, site: str) -> FeedAnswer:
    """The feed of the list at this path; `site` is scheme and host, for full addresses."""
    shelf, writer = SHELVES[path], WRITERS[path]
    filterset = shelf.filterset(_asked(query, writer), writer.rows())
    problems = [*filterset.problems, *([UNORDERED] if any(query.getlist("ordering")) else [])]
    if problems:
        return FeedAnswer("", tuple(problems))
    feed = _empty_feed(shelf, filterset, query, site)
    for row in filterset.qs.order_by("-moment", "-pk")[:MOST_ENTRIES]:
        _add(feed, writer, row, site)
    return FeedAnswer(feed.writeString("utf-8"))


def _asked(query: QueryDict, writer: Writer) -> QueryDict:
    asked = query.copy()
    for name, value in writer.defaults.items():
        if not any(query.getlist(name)):
            asked[name] = value
    return asked


def _empty_feed(shelf: Shelf, filterset: StrictFilterSet, query: QueryDict, site: str) -> Feed:
    told = title_of(shelf.title, shelf.noun, filterset, WRITERS[shelf.path].untold(query))
    address = permalink(f"{shelf.path}atom.xml", query)
    return Feed(
        title=clean(f"OsteoDB: {told}"),
        subtitle=clean(f"At most {MOST_ENTRIES} {plural(shelf.noun)}, latest first."),
        link=f"{site}{permalink(shelf.path, query)}",
        feed_url=f"{site}{address}",
        feed_guid=tag(site, address.lstrip("/")),
        description="",
        language="en",
        author_name="OsteoDB",
        author_link=f"{site}/",
    )


def _add(feed: Feed, writer: Writer, row: Any, site: str) -> None:
    entry = writer.write(row, site)
    published = getattr(row, writer.began)
    feed.add_item(
        title=clean(entry.title),
        link=f"{site}{entry.path}",
        description=clean(entry.content),
        unique_id=tag(site, entry.name),
        pubdate=_utc(published),
        updateddate=_utc(row.moment),
        categories=[clean(one) for one in entry.categories],
    )


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC)
