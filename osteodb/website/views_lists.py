"""The doors to the lists of numbers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from osteodb.website.doors import reader_page, show_list
from osteodb.website.pages import measurements


@reader_page
def measurements_view(request: HttpRequest) -> HttpResponse:
    """The list of measurements."""
    return show_list(request, "measurements", measurements.measurements_page(request.GET))


@reader_page
def comparisons_view(request: HttpRequest) -> HttpResponse:
    """The list of comparisons."""
    return show_list(request, "comparisons", measurements.comparisons_page(request.GET))
