"""Which trials a question in words finds: the list of trials and the search page ask here."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from therapies.models import AgentName
from therapies.wording import Wording
from trials.models import Trial, TrialAgent, TrialIdentifier
from trials.registries.identifiers import normalise_sponsor_code, recognise

SHORTEST = 3  # letters or digits from which a part of a number or a name is looked for


def trials_giving(agents: Any) -> Any:
    """The ids of the trials that give any of these agents; a merged one counts as its head."""
    current = TrialAgent.objects.in_force()
    return current.filter(agent_id__in=agents).values("trial__head")


def part_of_number(text: str) -> str:
    """What a part of a trial's number is looked for by; empty where it is too short."""
    number = recognise(text)
    code = number.value if number else normalise_sponsor_code(text)
    return code if len(code) >= SHORTEST else ""


def trials_matching(wording: Wording) -> Q:
    """Every word in titles, sponsor or summary, an agent also by being given; or all of it as a
    part of a number or of an agent's name."""
    every = Q()
    for words, named in wording.parts:
        found = Trial.objects.filter(search=words).order_by().values("pk")
        given = trials_giving(named.agents) if named and named.agents else None
        every &= Q(pk__in=found.union(given) if given is not None else found)
    return every | _by_number(wording.text) | _by_part_of_name(wording.normal)


def _by_number(text: str) -> Q:
    code = part_of_number(text)
    if not code:
        return Q(pk__in=[])
    numbers = TrialIdentifier.objects.filter(value__icontains=code)
    return Q(pk__in=numbers.values("trial__head")) | Q(public_id__iexact=text)


def _by_part_of_name(normal: str) -> Q:
    if len(normal) < SHORTEST:
        return Q(pk__in=[])
    names = AgentName.objects.filter(normalised__contains=normal)
    return Q(pk__in=trials_giving(names.values("agent_id")))
