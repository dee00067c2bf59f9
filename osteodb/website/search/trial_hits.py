"""Trials among the hits: by their words, by a number, by what they give."""

from __future__ import annotations

from collections.abc import Iterable
from html import unescape
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.html import strip_tags

from osteodb.website.search.hits import Finder, Hit, ranked, terms
from osteodb.website.search.marking import BEGIN, excerpt, headline, joined, mark_terms, marked
from osteodb.website.words import with_acronym
from therapies.models import AgentName
from therapies.wording import Wording
from trials.models import Trial, TrialAgent, TrialIdentifier
from trials.registries.identifiers import display
from trials.wording import SHORTEST, numbers_holding, trials_matching

TEXT = joined("official_title", "lead_sponsor", "brief_summary")


def found(wording: Wording) -> QuerySet[Any]:
    """The trials of the list with the same question."""
    return Trial.objects.visible().filter(trials_matching(wording))


def shown(rows: QuerySet[Any], wording: Wording, most: int) -> list[Hit]:
    """The best of them, the newest first among equals."""
    best = ranked(rows, wording).annotate(matched=headline(TEXT, wording.words))
    best = best.defer("search", "eligibility_criteria")
    newest = F("last_update_posted_date").desc(nulls_last=True)
    trials = list(best.order_by("-rank", newest, "pk")[:most])
    reasons = _reasons([one.pk for one in trials], wording)
    return [_hit(one, wording, reasons.get(one.pk, "")) for one in trials]


def _hit(trial: Trial, wording: Wording, reason: str) -> Hit:
    title = ": ".join(filter(None, with_acronym(trial.acronym, trial.title)))
    matched = str(getattr(trial, "matched", ""))
    why = excerpt(matched if BEGIN in matched else trial.official_title)
    bare = strip_tags(str(why)).removesuffix(" …")
    return Hit(
        mark_terms(title, terms(wording)),
        f"/trials/{trial.public_id}/",
        marked("") if title.endswith(unescape(bare)) else why,
        reason,
    )


def _reasons(trials: list[int], wording: Wording) -> dict[int, str]:
    """What else than words a trial was found by: a number, or an agent that it gives."""
    reasons: dict[int, list[str]] = {}
    for head, words in (*_numbers(trials, wording), *_given(trials, wording)):
        reasons.setdefault(head, []).append(words)
    return {head: "; ".join(dict.fromkeys(words)) for head, words in reasons.items()}


def _numbers(trials: list[int], wording: Wording) -> Iterable[tuple[int, str]]:
    held = numbers_holding(wording.text)
    if held is None:
        return []
    rows = TrialIdentifier.objects.filter(held, trial__head__in=trials)
    values = rows.order_by("value").values_list("trial__head", "registry", "value")
    return [(head, f"number {display(registry, value)}") for head, registry, value in values]


def _given(trials: list[int], wording: Wording) -> Iterable[tuple[int, str]]:
    """Agents that the question names, or whose name holds all of it."""
    asked = {pk: one.written for one in wording.named for pk in one.agents}
    named = Q(agent_id__in=asked)
    if len(wording.normal) >= SHORTEST:
        names = AgentName.objects.filter(normalised__contains=wording.normal)
        named |= Q(agent_id__in=names.values("agent_id"))
    rows = TrialAgent.objects.in_force().filter(named, trial__head__in=trials)
    values = rows.order_by("agent__name").values_list("trial__head", "agent_id", "agent__name")
    return [(head, _gives(name, asked.get(pk, ""))) for head, pk, name in values]


def _gives(name: str, written: str) -> str:
    other = written and written.casefold() != name.casefold()
    return f"gives {name} ({written})" if other else f"gives {name}"


TRIALS = Finder("trials", "trial", "Trials", found, shown, "/trials/")
