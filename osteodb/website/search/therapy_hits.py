"""Agents, targets, pathways and classes among the hits: by any of their names, then by words."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from osteodb.core.normalise import normalise_name
from osteodb.website.search.hits import Finder, Hit, ranked, terms
from osteodb.website.search.marking import (
    BEGIN,
    END,
    excerpt,
    headline,
    mark_terms,
    mark_words,
    marked,
)
from therapies.filters import (
    agents_matching,
    classes_matching,
    pathways_matching,
    targets_matching,
)
from therapies.models import Agent, AgentName, Pathway, Target, TargetName, TherapyClass
from therapies.wording import Wording


def found_agents(wording: Wording) -> QuerySet[Any]:
    """Agents that the list finds, and those that a part of the question names."""
    named = [pk for one in wording.named for pk in one.agents]
    return Agent.objects.current().filter(agents_matching(wording.text) | Q(pk__in=named))


def found_targets(wording: Wording) -> QuerySet[Any]:
    """Targets that the list finds, and those that a part of the question names."""
    named = [pk for one in wording.named for pk in one.targets]
    return Target.objects.current().filter(targets_matching(wording.text) | Q(pk__in=named))


def _best(
    rows: QuerySet[Any], wording: Wording, most: int, names: type[Model], owner: str
) -> list[Any]:
    """Those called so first, then those whose names begin with it or hold it, then by words."""
    own = names._default_manager.filter(**{owner: OuterRef("pk")})
    called = {normalise_name(one.written) for one in wording.named}
    best = ranked(rows, wording).annotate(
        called=Exists(own.filter(normalised__in=called)),
        begins=Exists(own.filter(normalised__startswith=wording.normal)),
        holds=Exists(own.filter(normalised__contains=wording.normal)),
        matched=headline("description", wording.words),
    )
    best = best.defer("search").prefetch_related("names")
    return list(best.order_by("-called", "-begins", "-holds", "-rank", "slug")[:most])


def _why(one: Any, wording: Wording, plain: tuple[str, ...]) -> Any:
    """The other name by which it was found; else the match in its description; else its kind."""
    kind = str(one.get_kind_display())
    asked = {normalise_name(each.written) for each in wording.named} or {wording.normal}
    for name in one.names.all():
        held = any(normal and normal in name.normalised for normal in asked)
        if held and name.name not in plain:
            return marked(f"{kind}, also called {BEGIN}{name.name}{END}")
    return excerpt(one.matched) if BEGIN in one.matched else marked(kind)


def shown_agents(rows: QuerySet[Any], wording: Wording, most: int) -> list[Hit]:
    """The best agents with the name they were found by."""
    return [
        Hit(
            mark_terms(one.name, terms(wording)),
            f"/agents/{one.slug}/",
            _why(one, wording, (one.name,)),
        )
        for one in _best(rows, wording, most, AgentName, "agent")
    ]


def shown_targets(rows: QuerySet[Any], wording: Wording, most: int) -> list[Hit]:
    """The best targets with the name they were found by."""
    return [
        Hit(
            mark_terms(f"{one.symbol}: {one.name}", terms(wording)),
            f"/targets/{one.slug}/",
            _why(one, wording, (one.symbol, one.name)),
        )
        for one in _best(rows, wording, most, TargetName, "target")
    ]


def found_pathways(wording: Wording) -> QuerySet[Any]:
    """The pathways of the list with the same question."""
    return Pathway.objects.filter(pathways_matching(wording.text))


def shown_pathways(rows: QuerySet[Any], wording: Wording, most: int) -> list[Hit]:
    """Pathways, those with the text in their name first."""
    asked = wording.normal
    hits = []
    for one in sorted(rows, key=lambda row: (asked not in normalise_name(row.name), row.name)):
        other = next((name for name in one.names if asked and asked in normalise_name(name)), "")
        why = f"also called {other}" if other else one.description
        hits.append(
            Hit(
                mark_terms(one.name, terms(wording)),
                f"/pathways/{one.slug}/",
                mark_words(why, wording.text),
            )
        )
    return hits[:most]


def found_classes(wording: Wording) -> QuerySet[Any]:
    """The classes whose name or definition holds the question."""
    return TherapyClass.objects.filter(classes_matching(wording.text))


def shown_classes(rows: QuerySet[Any], wording: Wording, most: int) -> list[Hit]:
    """Classes, those with the text in their name first."""
    asked = wording.text.casefold()
    ordered = sorted(rows, key=lambda row: (asked not in row.name.casefold(), row.path))
    return [
        Hit(
            mark_terms(one.name, terms(wording)),
            f"/therapy-classes/{one.path}/",
            mark_words(one.definition, wording.text),
        )
        for one in ordered[:most]
    ]


AGENTS = Finder(
    "agents", "agent", "Agents", found_agents, shown_agents, "/agents/", as_one_name=True
)
TARGETS = Finder(
    "targets", "target", "Targets", found_targets, shown_targets, "/targets/", as_one_name=True
)
PATHWAYS = Finder("pathways", "pathway", "Pathways", found_pathways, shown_pathways, "/pathways/")
CLASSES = Finder(
    "therapy-classes", "therapy class", "Therapy classes", found_classes, shown_classes, ""
)
