"""What every door to a page does: only reads, finds or says 404, renders, tells what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from osteodb.core.kept import kept_or_made
from osteodb.website.pages.base import Crumb, Head
from osteodb.website.pages.lists import ListPage
from osteodb.website.search import LONGEST

View = Callable[..., HttpResponseBase]
Thing = TypeVar("Thing", bound=Model)


def reader_page(view: View) -> View:
    """A page that says the same to every reader until something is written: it is kept till then
    (see `osteodb.core.kept`)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return kept_or_made(request, lambda: view(request, *args, **kwargs))

    return page_of_the_moment(answer)


def page_of_the_moment(view: View) -> View:
    """A page is only read; what is not there is told on a page, on a developer's machine too.

    For a page that tells hours, "two hours ago", and is therefore made each time.
    """

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "\x00" in request.path:
            return not_found(request, Http404())
        try:
            return view(request, *args, **kwargs)
        except Http404 as missing:
            return not_found(request, missing)

    return answer


def one_of(found: QuerySet[Thing], what: str) -> Thing:
    """The first of the rows. Raises Http404 with a sentence where there is none."""
    one = found.first()
    if one is None:
        raise Http404(f"OsteoDB has no {what}.")
    return one


def show(request: HttpRequest, name: str, head: Head, page: Any, status: int = 200) -> HttpResponse:
    """The template of this name with the page's head and data."""
    context = {"head": head, "page": page}
    return render(request, f"website/{name}.html", context, status=status)


def show_list(request: HttpRequest, name: str, page: ListPage, shown: Any = None) -> HttpResponse:
    """A list in its template; 400 where its filters cannot be understood.

    `shown` is what the template shows where that is more than the list. A script that changes the
    list in place is answered without the frame; caches are told to keep the two answers apart.
    """
    in_place = bool(HtmxDetails(request))
    context = {
        "head": page.head,
        "page": shown or page,
        "frame": "website/_bare.html" if in_place else "website/base.html",
    }
    response = render(request, f"website/{name}.html", context, status=page.status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: what was asked for, and where to look instead."""
    words = str(exception.args[0]) if exception.args and isinstance(exception.args[0], str) else ""
    message = words if words.endswith(".") else "There is no page at this address."
    return error_page(request, "Not found", message, 404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address cannot be understood."""
    return error_page(request, "Bad request", "This address cannot be understood.", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not for this reader."""
    return error_page(request, "Not permitted", "You may not open this page.", 403)


def error_page(request: HttpRequest, title: str, message: str, status: int) -> HttpResponse:
    """A page that says what went wrong and where to go on."""
    head = Head(title=title, crumbs=(Crumb("Home", "/"),), findable=False)
    context = {"head": head, "message": message, "question": words_of(request.path)}
    return render(request, "website/error.html", context, status=status)


def words_of(path: str) -> str:
    """What an address that leads nowhere may have meant: its last part, as words to search for."""
    last = path.replace("\x00", "").rstrip("/").rsplit("/", 1)[-1]
    return " ".join(re.sub(r"[-_+.]+", " ", last).split())[:LONGEST] if last else ""
