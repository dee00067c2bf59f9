"""What was probably meant: names like a misspelt one, numbers that differ in one digit."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import CharField, F, Func, QuerySet, Value
from django.db.models.functions import Cast, Greatest

from osteodb.core.normalise import normalise_name
from therapies.models import AgentName, Pathway, TargetName, TherapyClass
from trials.models import Condition, Registry, Trial, TrialIdentifier
from trials.registries.identifiers import RegistryNumber, display, recognise

SHORTEST = 4  # letters from which a word may be a misspelling
MOST_TERMS, MOST_NEAR = 6, 5
LOOKED_AT = 60  # of the names that share letters with a word
SHARED = 0.2  # of trigrams
ALIKE = 0.74  # of difflib: one wrong letter in a name of five is near enough


@dataclass(frozen=True, slots=True)
class Near:
    """Something with a name like the one asked for."""

    kind: str
    name: str
    called: str
    url: str
    likeness: float


@dataclass(frozen=True, slots=True)
class NearNumber:
    """A trial whose number differs in one digit."""

    number: str
    title: str
    url: str


def near_names(question: str) -> list[Near]:
    """Agents, targets, pathways, classes and conditions with a name like the question or one of
    its words, the most alike first. PostgreSQL finds names that share letters; then whole names are
    compared, so that a swapped or a missing letter counts little."""
    asked = {normalise_name(each) for each in (question, *question.split())}
    terms = sorted((one for one in asked if len(one) >= SHORTEST), key=len, reverse=True)
    terms = terms[:MOST_TERMS]
    if not terms:
        return []
    best: dict[str, Near] = {}
    for kind, name, called, place in _rows(terms):
        likeness = max(_likeness(term, normalise_name(called)) for term in terms)
        near = Near(kind, name, called, _url(kind, place), likeness)
        if likeness >= ALIKE and (near.url not in best or best[near.url].likeness < likeness):
            best[near.url] = near
    ordered = sorted(best.values(), key=lambda near: (-near.likeness, near.name))
    return ordered[:MOST_NEAR]


def _likeness(term: str, name: str) -> float:
    return difflib.SequenceMatcher(None, term, name, autojunk=False).ratio()


def _rows(terms: list[str]) -> QuerySet[Any, tuple[str, str, str, str]]:
    """(kind, name, the name that is alike, place) of everything that shares letters: one query."""
    agents = _alike(AgentName.objects.all(), "agent", "agent__name", "name", "agent__slug", terms)
    targets = _alike(
        TargetName.objects.current(), "target", "target__symbol", "name", "target__slug", terms
    )
    others = [
        _alike(model._default_manager.annotate(each=called), kind, "name", "each", place, terms)
        for model, kind, place, called in (
            (Pathway, "pathway", "slug", F("name")),
            (Pathway, "pathway", "slug", Func("names", function="unnest", output_field=TEXT)),
            (TherapyClass, "therapy class", "path", F("name")),
            (Condition, "condition", "slug", F("name")),
            (Condition, "condition", "slug", Func("names", function="unnest", output_field=TEXT)),
        )
    ]
    return agents.union(targets, *others)


TEXT = CharField()


def _alike(
    rows: QuerySet[Any], kind: str, name: str, called: str, place: str, terms: list[str]
) -> QuerySet[Any]:
    """Rows that share letters with a term, even a short one with two letters swapped. Of
    pathways, classes and conditions there are few, and all are compared."""
    if called == "name":
        alike = [TrigramSimilarity("normalised", term) for term in terms]
        likeness = Greatest(*alike) if len(alike) > 1 else alike[0]
        rows = rows.annotate(likeness=likeness).filter(likeness__gte=SHARED)
        rows = rows.order_by("-likeness", "pk")[:LOOKED_AT]
    else:
        rows = rows.order_by()
    return rows.values_list(
        Value(kind), Cast(name, TEXT), Cast(called, TEXT), Cast(place, TEXT), named=False
    )


def _url(kind: str, place: str) -> str:
    if kind == "condition":
        return f"/trials/?{urlencode({'condition': place})}"
    section = {"therapy class": "therapy-classes"}.get(kind, f"{kind}s")
    return f"/{section}/{place}/"


def near_numbers(number: RegistryNumber) -> list[NearNumber]:
    """Visible trials whose number in the same registry differs in one digit, or has two
    neighbouring digits the other way round."""
    value = number.value
    digits = [at for at, sign in enumerate(value) if sign.isdigit()]
    forms = {f"{re.escape(value[:at])}[0-9]{re.escape(value[at + 1 :])}" for at in digits}
    for at in digits:
        if at + 1 in digits:
            forms.add(re.escape(value[:at] + value[at + 1] + value[at] + value[at + 2 :]))
    rows = TrialIdentifier.objects.filter(
        registry=number.registry,
        value__regex=f"^({'|'.join(sorted(forms))})$",
        trial__head__in=Trial.objects.visible().values("pk"),
    )
    rows = rows.select_related("trial__merged_into").order_by("value")
    rows = rows.defer("trial__search", "trial__eligibility_criteria")
    return [
        NearNumber(
            display(row.registry, row.value),
            row.trial.page.title,
            f"/trials/{row.trial.page.public_id}/",
        )
        for row in rows[:MOST_NEAR]
    ]


def unknown_number(question: str) -> tuple[str, list[NearNumber]]:
    """What a question reads as that is a number of no trial here, and numbers near it."""
    number = recognise(question)
    if number is None:
        return "", []
    words = f"{number.display}, a number of {Registry(number.registry).label}"
    return words, near_numbers(number)
