"""One box for everything: a number leads to its trial, a name to its agent, words to ranked hits.

`find_place` says whether a question has one certain answer, and where that is. `search` gathers
hits by kind; each says what matched. Agents and targets are found in spite of a misspelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchRank,
    TrigramSimilarity,
)
from django.db.models import F, Max, Q, QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from evidence.models import EvidenceItem, EvidenceVersion, Source
from osteodb.core.normalise import normalise_name
from osteodb.website.words import with_acronym
from therapies.models import Agent, AgentName, Pathway, Target, TargetName, TherapyClass
from trials.filters import identified_trials, or_merged_into
from trials.models import Registry, Trial
from trials.registries.identifiers import normalise_sponsor_code, recognise

LONGEST = 200
MOST_HITS = 8
ALIKE = 0.35  # trigram similarity from which a misspelling is taken for a name
BEGIN, END = (
    "\x02",
    "\x03",
)  # marks of a match that no text holds; turned into <mark> after escaping
EVIDENCE_ID = re.compile(r"OST-E\d{6,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its title, its address, why it was found."""

    title: str
    url: str
    why: SafeString


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Hits of one kind, and the list that has all of them."""

    kind: str
    hits: list[Hit]
    all_url: str = ""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a question found. `choices` are trials that share the number asked for."""

    question: str
    choices: list[Trial] = field(default_factory=list)
    unknown_number: str = ""
    groups: list[HitGroup] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many hits are shown."""
        return sum(len(group.hits) for group in self.groups)


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
    name = normalise_name(question)
    agent = Agent.objects.filter(names__normalised=name).first() if name else None
    if agent is not None:
        return f"/agents/{agent.slug}/?{urlencode({'searched': question})}"
    return ""


def search(question: str) -> SearchResult:
    """Hits by kind, the best first; nothing for an empty question."""
    if not question:
        return SearchResult(question)
    finders: tuple[Callable[[str], HitGroup], ...] = (
        find_agents,
        find_targets,
        find_pathways,
        find_classes,
        find_trials,
        find_evidence,
        find_sources,
    )
    groups = [finder(question) for finder in finders]
    numbered = trials_numbered(question)
    choices = numbered if len(numbered) > 1 else []
    number = recognise(question)
    unknown = f"{number.display}, a number of {Registry(number.registry).label}" if number else ""
    shown = [group for group in groups if group.hits]
    return SearchResult(question, choices, "" if numbered else unknown, shown)


def marked(text: str) -> SafeString:
    """Text with its matches marked; everything else is escaped."""
    safe = escape(text).replace(BEGIN, "<mark>").replace(END, "</mark>")
    return mark_safe(safe)  # noqa: S308 - escaped just above; only our own marks are added


def mark_words(text: str, question: str) -> SafeString:
    """Text with the words of the question marked in it, cut to the first of them."""
    words = [re.escape(word) for word in question.split() if len(word) > 1]
    if not words:
        return marked(text[:240])
    pattern = re.compile("|".join(words), re.IGNORECASE)
    first = pattern.search(text)
    start = max(0, first.start() - 100) if first else 0
    piece = ("… " if start else "") + text[start : start + 240]
    piece += " …" if start + 240 < len(text) else ""
    return marked(pattern.sub(lambda match: f"{BEGIN}{match.group(0)}{END}", piece))


def find_agents(question: str) -> HitGroup:
    """Agents one of whose names holds the question or is like it."""
    normal = normalise_name(question)
    if len(normal) < 3:
        return HitGroup("Agents", [])
    names = AgentName.objects.annotate(likeness=TrigramSimilarity("normalised", normal))
    names = names.filter(Q(normalised__contains=normal) | Q(likeness__gte=ALIKE))
    hits: dict[int, Hit] = {}
    for name in names.select_related("agent").order_by("-likeness", "name")[: MOST_HITS * 4]:
        kind = name.agent.get_kind_display()
        known_as = kind if name.name == name.agent.name else f"{kind}, also called {name.name}"
        why = mark_words(known_as, question)
        hits.setdefault(name.agent_id, Hit(name.agent.name, f"/agents/{name.agent.slug}/", why))
    return HitGroup("Agents", list(hits.values())[:MOST_HITS])


def find_targets(question: str) -> HitGroup:
    """Targets whose symbol or one of whose names holds the question or is like it."""
    normal = normalise_name(question)
    if len(normal) < 2:
        return HitGroup("Targets", [])
    names = TargetName.objects.annotate(likeness=TrigramSimilarity("normalised", normal))
    alike = Q(likeness__gte=ALIKE)
    names = names.filter(Q(normalised__contains=normal) | alike if len(normal) > 2 else alike)
    by_name = names.values("target").annotate(best=Max("likeness")).order_by("-best")[:MOST_HITS]
    best = {row["target"]: row["best"] for row in by_name}
    targets = Target.objects.filter(Q(pk__in=best) | Q(symbol__iexact=question))
    targets = targets.prefetch_related("names")
    ordered = sorted(targets, key=lambda one: -best.get(one.pk, 1))
    hits = [
        Hit(f"{one.symbol}: {one.name}", f"/targets/{one.slug}/", _named(one, normal))
        for one in ordered
    ]
    return HitGroup("Targets", hits[:MOST_HITS])


def _named(target: Target, normal: str) -> SafeString:
    """The name by which a target was found, or what kind of thing it is."""
    for name in target.names.all():
        if normal in name.normalised and name.name not in (target.symbol, target.name):
            return marked(f"also called {BEGIN}{name.name}{END}")
    return marked(str(target.get_kind_display()))


def find_pathways(question: str) -> HitGroup:
    """Pathways one of whose names holds the question."""
    normal = normalise_name(question)
    if len(normal) < 3:
        return HitGroup("Pathways", [])
    hits = []
    for one in Pathway.objects.order_by("name"):
        matching = [name for name in (one.name, *one.names) if normal in normalise_name(name)]
        if matching:
            why = "pathway" if one.name in matching else f"pathway, also called {matching[0]}"
            hits.append(Hit(one.name, f"/pathways/{one.slug}/", mark_words(why, question)))
    return HitGroup("Pathways", hits[:MOST_HITS])


def find_classes(question: str) -> HitGroup:
    """Therapy classes whose name or definition holds the question."""
    found = TherapyClass.objects.filter(
        Q(name__icontains=question) | Q(definition__icontains=question)
    )
    hits = [
        Hit(one.name, f"/therapy-classes/{one.path}/", mark_words(one.definition, question))
        for one in found.order_by("path")[:MOST_HITS]
    ]
    return HitGroup("Therapy classes", hits)


def find_trials(question: str) -> HitGroup:
    """Trials by the words of their titles, sponsor and summary, best first, with the match."""
    query = SearchQuery(question, search_type="websearch", config="english")
    headline = SearchHeadline(
        "official_title",
        query,
        config="english",
        start_sel=BEGIN,
        stop_sel=END,
        max_words=30,
        min_words=12,
    )
    text = Q(search=query) | Q(acronym__icontains=question) | Q(brief_title__icontains=question)
    found = Trial.objects.visible().filter(text).annotate(rank=SearchRank(F("search"), query))
    found = found.defer("search", "eligibility_criteria").order_by("-rank", "pk")
    shown: QuerySet[Any] = found.annotate(found=headline)[:MOST_HITS]
    hits = [
        Hit(
            ": ".join(filter(None, with_acronym(one.acronym, one.title))),
            f"/trials/{one.public_id}/",
            marked(one.found) if BEGIN in one.found else _elsewhere(one, question),
        )
        for one in shown
    ]
    return HitGroup("Trials", hits, f"/trials/?{urlencode({'search': question})}")


def _elsewhere(trial: Trial, question: str) -> SafeString:
    """The match in another text of the trial than its official title."""
    for text in (trial.brief_title, trial.lead_sponsor, trial.brief_summary):
        if any(word.casefold() in text.casefold() for word in question.split()):
            return mark_words(text, question)
    return marked(trial.official_title[:240])


def find_evidence(question: str) -> HitGroup:
    """Published statements that hold every word of the question."""
    every = Q()
    for word in question.split():
        every &= Q(statement__icontains=word)
    found = EvidenceVersion.objects.published().filter(every).select_related("item")
    hits = [
        Hit(
            f"{one.item.public_id} (level {one.level})",
            f"/evidence/{one.item.public_id}/",
            mark_words(one.statement, question),
        )
        for one in found.order_by("level", "item_id")[:MOST_HITS]
    ]
    return HitGroup("Evidence", hits, f"/evidence/?{urlencode({'search': question})}")


def find_sources(question: str) -> HitGroup:
    """Sources by title, first author, PMID or DOI."""
    every = Q()
    for word in question.split():
        every &= Q(title__icontains=word) | Q(first_author__icontains=word)
    text = every | Q(pmid=question) | Q(doi__iexact=question) | Q(pmcid__iexact=question)
    hits = [
        Hit(one.short_name, f"/sources/{one.slug}/", mark_words(one.title, question))
        for one in Source.objects.filter(text).order_by("-year", "slug")[:MOST_HITS]
    ]
    return HitGroup("Sources", hits, f"/sources/?{urlencode({'search': question})}")
