"""The doors to the pages about mechanisms: load, check, make one call, answer."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from osteodb.core.filter_values import UnknownTerm
from osteodb.website import search
from osteodb.website.doors import reader_page, show
from osteodb.website.pages import mechanism_network, mechanisms, pathways
from therapies.filters import pathway_ids
from therapies.models import Pathway


@reader_page
def mechanisms_view(request: HttpRequest) -> HttpResponse:
    """The list of arrows."""
    page = mechanisms.mechanisms_page(request.GET)
    return show(request, "mechanisms", page.head, page, page.status)


@reader_page
def paths_view(request: HttpRequest) -> HttpResponse:
    """Paths between two things; what cannot be understood is told beside what was typed."""
    page = mechanisms.paths_page(request.GET)
    return show(request, "mechanism_paths", mechanisms.paths_head(page), page, page.status)


@reader_page
def network_view(request: HttpRequest) -> HttpResponse:
    """The arrows as a network."""
    page = mechanism_network.network_page(request.GET)
    return show(request, "mechanism_network", page.found.head, page, page.found.status)


@reader_page
def contradictions_view(request: HttpRequest) -> HttpResponse:
    """Findings that point both ways."""
    page = mechanisms.contradictions_page(request.GET)
    head = mechanisms.contradictions_head(request.GET)
    return show(request, "mechanism_contradictions", head, page, page.status)


@reader_page
def relations_view(request: HttpRequest) -> HttpResponse:
    """What the arrows mean."""
    return show(
        request,
        "mechanism_relations",
        mechanisms.relations_head(),
        mechanisms.relations_page(),
    )


@reader_page
def pathways_view(request: HttpRequest) -> HttpResponse:
    """The list of pathways."""
    page = pathways.pathways_page(request.GET)
    return show(request, "pathways", page.head, page, page.status)


@reader_page
def pathway_view(request: HttpRequest, name: str) -> HttpResponseBase:
    """One pathway by its slug; any other name of it leads there."""
    pathway = Pathway.objects.filter(slug=name).first()
    if pathway is None:
        try:
            ids = pathway_ids(name)
        except UnknownTerm:
            raise Http404(f"OsteoDB has no pathway called {name!r}.") from None
        pathway = Pathway.objects.get(pk=ids[0])
        return redirect(f"/pathways/{pathway.slug}/?{urlencode({'searched': name})}")
    page = pathways.pathway_page(pathway, request.GET.get("searched", "")[: search.LONGEST])
    return show(request, "pathway", pathways.pathway_head(pathway), page)
