"""The doors to the pages: load, check, make one call, answer."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone

from evidence.models import EvidenceItem, Source
from osteodb.core.normalise import normalise_name
from osteodb.website import search
from osteodb.website.doors import one_of, page_of_the_moment, reader_page, show, show_list
from osteodb.website.pages import (
    about,
    classes,
    evidence,
    evidence_versions,
    home,
    news,
    synthesis,
    therapies,
    trial,
    trials,
)
from osteodb.website.pages import source as source_pages
from osteodb.website.pages import updates as updates_
from therapies.models import Agent, Target, TherapyClass

ROBOTS = "User-agent: *\nDisallow: /*?\nDisallow: /admin/\nDisallow: /api/\n"


@reader_page
def home_view(request: HttpRequest) -> HttpResponse:
    """What is here, what changed, how current it is."""
    return show(request, "home", home.home_head(), home.home_page())


@reader_page
def trials_view(request: HttpRequest) -> HttpResponse:
    """The list of trials."""
    return show_list(request, "trials", trials.trials_page(request.GET, timezone.now()))


@reader_page
def trial_view(request: HttpRequest, identifier: str) -> HttpResponseBase:
    """One trial by any of its numbers in any spelling; the address is its public id."""
    found = search.trials_numbered(identifier)
    if not found:
        raise Http404(f"OsteoDB has no trial with the number {identifier!r}.")
    if len(found) > 1:
        return redirect(f"/search/?{urlencode({'q': identifier})}")
    if found[0].public_id != identifier:
        return redirect(f"/trials/{found[0].public_id}/")
    page = trial.trial_page(found[0], timezone.now())
    return show(request, "trial", trial.trial_head(page), page)


@reader_page
def agents_view(request: HttpRequest) -> HttpResponse:
    """The list of agents."""
    return show_list(request, "agents", therapies.agents_page(request.GET))


@reader_page
def agent_view(request: HttpRequest, name: str) -> HttpResponseBase:
    """One agent by its slug; any other name of it, and one merged into it, lead there."""
    agent = Agent.objects.filter(slug=name).first()
    if agent is None:
        normal = normalise_name(name)
        agent = one_of(Agent.objects.filter(names__normalised=normal), f"agent called {name!r}")
        return redirect(f"/agents/{agent.slug}/?{urlencode({'searched': name})}")
    if agent.merged_into:
        return redirect(f"/agents/{agent.merged_into.slug}/", permanent=True)
    page = therapies.agent_page(agent, request.GET.get("searched", "")[: search.LONGEST])
    return show(request, "agent", therapies.agent_head(page), page)


@reader_page
def targets_view(request: HttpRequest) -> HttpResponse:
    """The list of targets."""
    return show_list(request, "targets", therapies.targets_page(request.GET))


@reader_page
def target_view(request: HttpRequest, name: str) -> HttpResponseBase:
    """One target by its slug; another name leads there, or to a choice where it means several."""
    target = Target.objects.filter(slug=name).first()
    if target is None:
        named = Q(names__normalised=normalise_name(name)) | Q(symbol__iexact=name)
        found = list(Target.objects.current().filter(named).distinct()[:2])
        if not found:
            raise Http404(f"OsteoDB has no target called {name!r}.")
        if len(found) > 1:
            return redirect(f"/search/?{urlencode({'q': name})}")
        return redirect(f"/targets/{found[0].slug}/?{urlencode({'searched': name})}")
    if target.merged_into:
        return redirect(f"/targets/{target.merged_into.slug}/", permanent=True)
    page = therapies.target_page(target, request.GET.get("searched", "")[: search.LONGEST])
    return show(request, "target", therapies.target_head(page), page)


@reader_page
def classes_view(request: HttpRequest) -> HttpResponse:
    """The tree of therapy classes."""
    return show(request, "classes", classes.classes_head(), classes.class_tree())


@reader_page
def class_view(request: HttpRequest, path: str) -> HttpResponseBase:
    """One therapy class by its path; its slug alone leads there."""
    one = TherapyClass.objects.filter(path=path).first()
    if one is None:
        one = one_of(
            TherapyClass.objects.filter(slug=path.rsplit("/", 1)[-1]), "such therapy class"
        )
        return redirect(f"/therapy-classes/{one.path}/")
    page = classes.class_page(one)
    return show(request, "class", classes.class_head(page), page)


@reader_page
def evidence_list_view(request: HttpRequest) -> HttpResponse:
    """The list of statements."""
    return show_list(request, "evidence_list", evidence.evidence_list_page(request.GET))


@reader_page
def evidence_view(
    request: HttpRequest, public_id: str, number: int | None = None
) -> HttpResponseBase:
    """One statement: what is said now, or an earlier version by its number."""
    if public_id != public_id.upper():
        version = "" if number is None else f"versions/{number}/"
        return redirect(f"/evidence/{public_id.upper()}/{version}")
    item = one_of(EvidenceItem.objects.filter(public_id=public_id), f"statement {public_id}")
    versions = evidence.readable_versions(item)
    if number is not None:
        shown = next((one for one in versions if one.number == number), None)
    else:
        current = (one for one in versions if one.state == "PUBLISHED")
        shown = next(current, versions[0] if versions else None)
    if shown is None:
        raise Http404("There is no such version that readers may open.")
    page = evidence.evidence_page(shown, versions)
    return show(request, "evidence", evidence.evidence_head(shown), page)


@reader_page
def evidence_compare_view(
    request: HttpRequest, public_id: str, old: int, new: int
) -> HttpResponseBase:
    """Two versions of a statement, field by field."""
    item = one_of(EvidenceItem.objects.filter(public_id=public_id), f"statement {public_id}")
    versions = {one.number: one for one in evidence.readable_versions(item)}
    if old not in versions or new not in versions:
        raise Http404("There is no such version that readers may open.")
    page = evidence_versions.compare_page(versions[old], versions[new])
    return show(request, "evidence_compare", evidence_versions.compare_head(page), page)


@reader_page
def synthesis_view(request: HttpRequest) -> HttpResponse:
    """What is alike, pooled."""
    page = synthesis.synthesis_page(request.GET)
    return show(request, "synthesis", page.head, page, status=page.status)


@reader_page
def sources_view(request: HttpRequest) -> HttpResponse:
    """The list of sources."""
    return show_list(request, "sources", evidence.sources_page(request.GET))


@reader_page
def source_view(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One source with what was read in it; one that was merged leads to the other."""
    source = one_of(Source.objects.filter(slug=slug), f"source {slug!r}")
    if source.merged_into:
        return redirect(f"/sources/{source.merged_into.slug}/", permanent=True)
    page = source_pages.source_page(source)
    return show(request, "source", source_pages.source_head(page), page)


@reader_page
def discrepancies_view(request: HttpRequest) -> HttpResponse:
    """The list of disagreements."""
    return show_list(request, "discrepancies", evidence.discrepancies_page(request.GET))


@reader_page
def discrepancy_view(request: HttpRequest, slug: str) -> HttpResponse:
    """One disagreement with all its sides."""
    found = evidence.find_discrepancy(slug)
    if found is None:
        raise Http404("There is no such discrepancy.")
    return show(request, "discrepancy", evidence.discrepancy_head(found), found)


@reader_page
def changes_view(request: HttpRequest) -> HttpResponse:
    """The list of changes."""
    page = news.changes_page(request.GET)
    return show_list(request, "changes", page.list, page)


@reader_page
def change_view(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One update of a trial, at the address of the first of its changes."""
    found = updates_.find_update(pk)
    if found is None:
        raise Http404("There is no such change.")
    if found.first.change.pk != pk:
        return redirect(found.url)
    return show(request, "change", updates_.update_head(found), found)


@page_of_the_moment
def about_view(request: HttpRequest) -> HttpResponse:
    """Where the data comes from and what the words mean."""
    page = about.about_page(request.get_host(), timezone.now())
    return show(request, "about", about.about_head(), page)


@reader_page
def robots_view(request: HttpRequest) -> HttpResponse:
    """Every page may be indexed; filtered lists are endless and need not be."""
    return HttpResponse(ROBOTS, content_type="text/plain")


@reader_page
def favicon_view(request: HttpRequest) -> HttpResponseBase:
    """Browsers ask for this address whatever a page says."""
    return redirect(static("website/favicon.svg"))
