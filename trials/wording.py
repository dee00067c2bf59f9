"""Which trials a question in words finds: the list of trials and the search page ask here."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q

from therapies.models import AgentName
from therapies.wording import Wording
from trials.models import Trial, TrialAgent, TrialIdentifier
from trials.registries.identifiers import normalise_sponsor_code, recognise

PREFIX = re.compile(r"^(?:EUDRACT|EUCTR|CTIS)-?")  # which the normal form of a number is without
SPACE = re.compile(r"^([A-Z]+)-(?=\d)")  # "NCT 0238"
SHORTEST = 3  # letters or digits from which a part of a number or a name is looked for


def trials_giving(agents: Any) -> Any:
    """The ids of the trials that give any of these agents; a merged one counts as its head."""
    current = TrialAgent.objects.in_force()
    return current.filter(agent_id__in=agents).values("trial__head")


def numbers_holding(text: str, lookup: str = "icontains") -> Q | None:
    """Numbers of trials that hold the text, as it is written and as it is read; None where it is
    too short. `lookup` may ask for those that begin so."""
    number = recognise(text)
    written = normalise_sponsor_code(text)
    bare = (PREFIX.sub("", written), SPACE.sub(r"\1", written))
    forms = {number.value if number else "", written, *bare}
    condition = Q()
    for form in forms:
        if len(form) >= SHORTEST:
            condition |= Q(**{f"value__{lookup}": form})
    return condition or None


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
    held = numbers_holding(text)
    if held is None:
        return Q(pk__in=[])
    numbers = TrialIdentifier.objects.filter(held)
    return Q(pk__in=numbers.values("trial__head")) | Q(public_id__iexact=text)


def _by_part_of_name(normal: str) -> Q:
    if len(normal) < SHORTEST:
        return Q(pk__in=[])
    names = AgentName.objects.filter(normalised__contains=normal)
    return Q(pk__in=trials_giving(names.values("agent_id")))
