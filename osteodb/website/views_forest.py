"""The door to the page of forest plots."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from osteodb.website.doors import reader_page, show
from osteodb.website.pages.forest_page import forest_page


@reader_page
def forest_view(request: HttpRequest) -> HttpResponse:
    """Forest plots of the numbers that the address asks for."""
    page = forest_page(request.GET)
    return show(request, "forest", page.head, page, status=page.status)
