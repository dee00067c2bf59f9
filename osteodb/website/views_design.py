"""The doors to the pages about the site itself: its words and its looks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from osteodb.website.doors import reader_page, show
from osteodb.website.pages import design, glossary


@reader_page
def glossary_view(request: HttpRequest) -> HttpResponse:
    """What the words mean."""
    return show(request, "glossary", glossary.glossary_head(), glossary.glossary_page())


@reader_page
def design_view(request: HttpRequest) -> HttpResponse:
    """The pieces that pages are made of."""
    return show(request, "design", design.design_head(), design.design_page())
