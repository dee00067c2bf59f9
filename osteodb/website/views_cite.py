"""The doors to citations as files: load, check, make one call, answer."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from osteodb.core.filters import InvalidFilters
from osteodb.website.citations import Reference, as_bibtex, as_ris, as_text
from osteodb.website.doors import reader_page
from osteodb.website.pages import cited

FORMATS = {
    "bib": (as_bibtex, "application/x-bibtex; charset=utf-8"),
    "ris": (as_ris, "application/x-research-info-systems; charset=utf-8"),
    "txt": (as_text, "text/plain; charset=utf-8"),
}


@reader_page
def cite_trial_view(request: HttpRequest, public_id: str, ending: str) -> HttpResponseBase:
    """How to cite a trial."""
    return _file(request, cited.trial_cited(public_id), ending)


@reader_page
def cite_evidence_view(
    request: HttpRequest, public_id: str, ending: str, number: int = 0
) -> HttpResponseBase:
    """How to cite a statement: what is said now, or one version of it."""
    return _file(request, cited.statement_cited(public_id, number), ending)


@reader_page
def cite_source_view(request: HttpRequest, slug: str, ending: str) -> HttpResponseBase:
    """How to cite the paper behind a source."""
    return _file(request, cited.source_cited(slug), ending)


@reader_page
def cite_view_view(request: HttpRequest, ending: str) -> HttpResponseBase:
    """How to cite a list with its filters; 400 in plain words for what is not understood."""
    try:
        reference = cited.view_cited(request.GET)
    except InvalidFilters as wrong:
        sentences = "".join(f"{one.parameter}: {one.message}\n" for one in wrong.filter_problems)
        return HttpResponse(sentences, status=400, content_type="text/plain; charset=utf-8")
    return _file(request, reference, ending)


def _file(request: HttpRequest, reference: Reference | None, ending: str) -> HttpResponse:
    if reference is None or ending not in FORMATS:
        raise Http404("There is nothing to cite at this address.")
    write, kind = FORMATS[ending]
    site = request.build_absolute_uri("/").rstrip("/")
    day = timezone.now().astimezone(dt.UTC).date()
    text = write(reference, site, day)
    response = HttpResponse(text if text.endswith("\n") else f"{text}\n", content_type=kind)
    name = f"{reference.key.strip('.-')}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
