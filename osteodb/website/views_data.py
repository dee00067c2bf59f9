"""The doors to the pages about the data: what is new, and how good it is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from osteodb.website.doors import page_of_the_moment, reader_page, show, show_list
from osteodb.website.pages import quality, quality_lists, whats_new


@reader_page
def whats_new_view(request: HttpRequest) -> HttpResponse:
    """What became new, by day."""
    return show_list(request, "whats_new", whats_new.whats_new_page(request.GET, timezone.now()))


@page_of_the_moment
def quality_view(request: HttpRequest) -> HttpResponse:
    """What is open, missing or doubtful, each with the list that shows it."""
    page = quality.quality_page(timezone.now())
    return show(request, "quality", quality.quality_head(), page)


@reader_page
def quality_issues_view(request: HttpRequest) -> HttpResponse:
    """The list of unmapped and suspicious values."""
    return show_list(request, "quality_issues", quality_lists.issues_page(request.GET))


@reader_page
def quality_pairs_view(request: HttpRequest) -> HttpResponse:
    """The list of pairs of trials that may be one study."""
    return show_list(request, "quality_pairs", quality_lists.pairs_page(request.GET))
