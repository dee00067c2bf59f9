"""The doors to trials side by side: load, check, make one call, answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from osteodb.core.filters import InvalidFilters
from osteodb.website.doors import reader_page, show
from osteodb.website.pages import compare


@reader_page
def compare_view(request: HttpRequest) -> HttpResponse:
    """Up to six trials side by side; what is not understood is told, and the others stand."""
    page = compare.compare_page(request.GET, timezone.now())
    return show(request, "compare", compare.compare_head(page), page, page.status)


@reader_page
def compare_csv_view(request: HttpRequest) -> HttpResponseBase:
    """The same as a file; 400 in plain words for what is not understood."""
    try:
        content = compare.compare_csv(request.GET, timezone.now())
    except InvalidFilters as wrong:
        sentences = "".join(f"{one.parameter}: {one.message}\n" for one in wrong.filter_problems)
        return HttpResponse(sentences, status=400, content_type="text/plain; charset=utf-8")
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="osteodb-compared-trials.csv"'
    return response
