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
    whole = [*_by_number(wording.text), *_by_part_of_name(wording.normal)]
    parts = []
    for words, named in wording.parts:
        found = [Trial.objects.filter(search=words).values("pk")]
        parts.append([*found, trials_giving(named.agents)] if named and named.agents else found)
    if len(parts) == 1:
        return _in_any([*parts[0], *whole])
    every = Q()
    for part in parts:
        every &= _in_any(part)
    return every | _in_any(whole)


def _in_any(found: list[Any]) -> Q:
    """Trials whose id any of the queries gives, each by its own index."""
    if not found:
        return Q(pk__in=[])
    first, *others = (each.order_by() for each in found)
    return Q(pk__in=first.union(*others) if others else first)


def _by_number(text: str) -> list[Any]:
    held = numbers_holding(text)
    if held is None:
        return []
    numbers = TrialIdentifier.objects.filter(held).values("trial__head")
    return [numbers, Trial.objects.filter(public_id=text.upper()).values("pk")]


def _by_part_of_name(normal: str) -> list[Any]:
    if len(normal) < SHORTEST:
        return []
    names = AgentName.objects.filter(normalised__contains=normal)
    return [trials_giving(names.values("agent_id"))]
