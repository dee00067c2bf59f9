"""Which statements and sources a question in words finds: lists and search page ask here."""

from __future__ import annotations

from django.db.models import Q

from evidence.filter_parts import versions_about_agents, versions_about_targets
from evidence.models import EvidenceItem, EvidenceVersion, Source
from therapies.wording import Named, Wording


def versions_matching(wording: Wording) -> Q:
    """Every word in the statement or its note; an agent or a target also by being linked."""
    every = Q()
    for words, named in wording.parts:
        part = Q(pk__in=EvidenceVersion.objects.filter(search=words).values("pk"))
        every &= part | _about(named) if named else part
    items = EvidenceItem.objects.filter(public_id=wording.text.upper())
    return every | Q(item_id__in=items.values("pk"))


def _about(named: Named) -> Q:
    return versions_about_agents(named.agents) | versions_about_targets([[*named.targets]])


def sources_matching(wording: Wording) -> Q:
    """Every word in title, author or journal, an agent by any of its names; or a number. A part of
    a DOI is enough where it looks like one: nearly every DOI holds a 10."""
    text = wording.text
    words = Q(pk__in=Source.objects.filter(search=wording.words).order_by().values("pk"))
    of_doi = Q(doi__icontains=text) if "/" in text else Q(doi__iexact=text)
    numbers = Q(pmid=text) | Q(pmcid__iexact=text) | of_doi
    return words | numbers if any(map(str.isdigit, text)) else words
