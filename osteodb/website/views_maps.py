"""The doors to the maps: evidence by therapy class, trials in time, sites by country."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from osteodb.website.doors import reader_page, show
from osteodb.website.pages import evidence_map, sites, status_over_time, trial_timelines


@reader_page
def evidence_map_view(request: HttpRequest) -> HttpResponse:
    """How much is on record for each therapy class, and where nothing is."""
    page = evidence_map.evidence_map(request.GET)
    return show(request, "evidence_map", page.head, page, status=page.status)


@reader_page
def timelines_view(request: HttpRequest) -> HttpResponse:
    """The trials that the filters choose, from start to completion."""
    page = trial_timelines.timelines_page(request.GET, timezone.now())
    return show(request, "trial_timelines", page.list.head, page, status=page.list.status)


@reader_page
def sites_view(request: HttpRequest) -> HttpResponse:
    """Where trials recruit, by country and city."""
    page = sites.sites_page(request.GET)
    return show(request, "sites", page.list.head, page, status=page.list.status)


@reader_page
def status_over_time_view(request: HttpRequest) -> HttpResponse:
    """How many trials were in each status at the end of each year."""
    page = status_over_time.status_page(request.GET, timezone.now())
    return show(request, "status_over_time", page.head, page, status=page.status)
