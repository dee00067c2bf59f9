"""The doors to the feeds: load, check, make one call, answer."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from osteodb.website.doors import reader_page
from osteodb.website.pages import feed, feeds
from osteodb.website.pages.atom import Feed, FeedAnswer


def _answer(request: HttpRequest, make: Callable[[str], FeedAnswer]) -> HttpResponseBase:
    """The feed that `make` gives for this site; 400 in plain words for what is not understood."""
    answer = make(request.build_absolute_uri("/").rstrip("/"))
    if answer.problems:
        sentences = "".join(f"{one.parameter}: {one.message}\n" for one in answer.problems)
        return HttpResponse(sentences, status=400, content_type="text/plain; charset=utf-8")
    return HttpResponse(answer.xml, content_type=Feed.content_type)


@reader_page
def changes_feed_view(request: HttpRequest) -> HttpResponseBase:
    """The list of changes for feed readers."""
    return _answer(request, lambda site: feed.changes_feed(request.GET, site))


@reader_page
def list_feed_view(request: HttpRequest, path: str) -> HttpResponseBase:
    """A list for feed readers: what is new in it."""
    return _answer(request, lambda site: feeds.list_feed(path, request.GET, site))
