"""Where a question leads without a list of hits: one trial, statement, source or agent."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from django.db.models import Q

from evidence.models import EvidenceItem, Source
from osteodb.core.merged import kept_of
from osteodb.core.normalise import normalise_name
from therapies.models import Agent
from trials.filters import identified_trials, or_merged_into
from trials.models import Trial
from trials.registries.identifiers import normalise_sponsor_code, recognise

LONGEST = 200
EVIDENCE_ID = re.compile(r"OST-E\d{6,}", re.IGNORECASE)
PAPER = re.compile(
    r"(?:(?:pmid|pubmed)[:\s]*(?P<pmid>\d{4,9})|(?P<number>\d{7,9})|(?P<pmcid>PMC\d{4,9})"
    r"|(?:https?://(?:dx\.)?doi\.org/|doi[:\s]*)?(?P<doi>10\.\d{4,9}/\S+))",
    re.IGNORECASE | re.ASCII,
)


def clean(text: str) -> str:
    """A question as it is looked up: single spaces, no null character, not endless."""
    return " ".join(text.replace("\x00", " ").split())[:LONGEST].strip()


def trials_numbered(text: str) -> list[Trial]:
    """Visible trials known by this number in any spelling; a merged one leads to its successor."""
    plain = text.strip()
    if not plain or not (recognise(plain) or normalise_sponsor_code(plain)):
        return []
    found = Trial.objects.visible().filter(or_merged_into([identified_trials(plain)]))
    return list(found.defer("search", "eligibility_criteria").order_by("public_id"))


def find_place(question: str) -> str:
    """The address of the one thing the question names; empty where it names none or several."""
    trials = trials_numbered(question)
    if len(trials) == 1:
        return f"/trials/{trials[0].public_id}/"
    if trials:
        return ""
    if EVIDENCE_ID.fullmatch(question):
        item = EvidenceItem.objects.visible().filter(public_id=question.upper()).first()
        return f"/evidence/{item.public_id}/" if item else ""
    paper = _paper(question)
    if paper is not None:
        return f"/sources/{paper.slug}/"
    name = normalise_name(question)
    agent = Agent.objects.filter(names__normalised=name).first() if name else None
    if agent is not None:
        return f"/agents/{agent.slug}/?{urlencode({'searched': question})}"
    return ""


def _paper(question: str) -> Source | None:
    """The source of this PMID, PMCID or DOI."""
    match = PAPER.fullmatch(question)
    if match is None:
        return None
    pmid, pmcid, doi = match["pmid"] or match["number"], match["pmcid"], match["doi"]
    wanted = Q(pmid=pmid) if pmid else Q(pmcid__iexact=pmcid) if pmcid else Q(doi__iexact=doi)
    found = Source.objects.filter(wanted).first()
    return kept_of(found) if found else None
