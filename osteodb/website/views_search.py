"""The doors of the search box: the page with the hits, and what it suggests while one types."""

from __future__ import annotations

from dataclasses import asdict

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from osteodb.website import search
from osteodb.website.doors import reader_page, show
from osteodb.website.pages.base import Head


@reader_page
def search_view(request: HttpRequest) -> HttpResponseBase:
    """One box: straight to the one thing that is named, else hits by kind.

    `all` shows the hits whatever is named; `kind` shows those of one kind, and no kind there is not
    is answered with 400.
    """
    question, kind = search.clean(request.GET.get("q", "")), request.GET.get("kind", "")
    everything = kind or request.GET.get("all")
    place = "" if everything else search.find_place(question)
    if place:
        return redirect(place)
    title = f"Search: {question}" if question else "Search"
    page = search.search(question, kind)
    status = 400 if page.problem else 200
    return show(request, "search", Head(title=title, section="search"), page, status=status)


@reader_page
def suggest_view(request: HttpRequest) -> HttpResponseBase:
    """What the words in the box may become, as JSON for the box itself."""
    question = search.clean(request.GET.get("q", ""))
    found = [asdict(one) for one in search.suggestions(question)]
    body = orjson.dumps({"question": question, "suggestions": found})
    return HttpResponse(body, content_type="application/json")
