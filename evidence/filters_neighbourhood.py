"""Filters of arrows that need the graph: how far from an entity, and whether it is contradicted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from evidence.mechanism_queries import edge_of, visible_assertions, with_all
from evidence.mechanisms.contradictions import contradictions
from evidence.mechanisms.graph import MechanismGraph
from evidence.mechanisms.parts import KINDS
from osteodb.core.filter_values import UnknownTerm, whole_number
from osteodb.core.filters import ChoicesFilter, FilterProblem, TermsFilter, ValueFilter
from therapies.filters import flat

NEAREST, FURTHEST = 1, 3
Entity = tuple[str, int]
Arrow = tuple[int, Entity, Entity]


def arrows_within(arrows: Iterable[Arrow], start: Collection[Entity], steps: int) -> set[int]:
    """The ids of the arrows that touch anything fewer than so many steps away, either way."""
    touching: dict[Entity, list[Arrow]] = defaultdict(list)
    for arrow in arrows:
        for end in {arrow[1], arrow[2]}:
            touching[end].append(arrow)
    seen, edge, found = set(start), set(start), set[int]()
    for _ in range(steps):
        reached = [arrow for entity in edge for arrow in touching[entity]]
        found |= {pk for pk, _, _ in reached}
        edge = {end for _, *ends in reached for end in ends} - seen
        seen |= edge
    return found


def contradicted_ids() -> set[int]:
    """The arrows of every pair with findings both ways: one query."""
    graph = MechanismGraph(edge_of(one) for one in with_all(visible_assertions()))
    pairs = (one for one in contradictions(graph) if not one.is_loose)
    return {edge.id for one in pairs for edge in (*one.supporting, *one.opposing)}


def entity_wanted(given: dict[str, Any]) -> list[FilterProblem]:
    """The problem of steps from nothing."""
    if given.get("steps") in (None, NEAREST) or given.get("entity"):
        return []
    return [FilterProblem("steps", "Give entity too: the steps are counted from it.")]


def _steps(text: str) -> int:
    number = whole_number(text)
    if not NEAREST <= number <= FURTHEST:
        message = f"{text!r} is not a number of steps from {NEAREST} to {FURTHEST}."
        raise UnknownTerm(message)
    return number


class StepsFilter(ValueFilter):
    """How many arrows away from `entity` an arrow may be; `NearFilter` finds what is so near."""

    def __init__(self) -> None:
        super().__init__(
            read=_steps,
            where=lambda number: Q(),
            schema={"type": "integer", "minimum": NEAREST, "maximum": FURTHEST, "default": NEAREST},
            label="steps",
            help_text="With `entity`: arrows at most so many steps from it. 1: it is the subject "
            "or the object; 2: so is something that shares an arrow with it; 3: one further. Steps "
            "go along and against arrows, over all published ones.",
        )


class NearFilter(TermsFilter):
    """Arrows that begin or end at an entity, or with `steps` are near it.

    The steps are walked over all published arrows, either way, whatever else is asked.
    """

    def filter(self, qs: QuerySet[Any], value: list[list[Entity]] | None) -> QuerySet[Any]:
        steps = self.parent.form.cleaned_data.get("steps") or NEAREST
        if not value or steps == NEAREST:
            return super().filter(qs, value)
        return qs.filter(pk__in=arrows_within(self._arrows, flat(value), steps))

    @cached_property
    def _arrows(self) -> list[Arrow]:
        """Both ends of every published arrow: one query."""
        ends = [f"{end}_{kind}" for end in ("subject", "object") for kind in KINDS]
        rows = visible_assertions().order_by().values_list("pk", *ends)
        return [(pk, _entity(keys[:3]), _entity(keys[3:])) for pk, *keys in rows]


def _entity(keys: list[int | None]) -> Entity:
    return next((kind, pk) for kind, pk in zip(KINDS, keys, strict=True) if pk is not None)


class ContradictedFilter(ChoicesFilter):
    """Whether findings on an arrow's subject and object point both ways."""

    def __init__(self) -> None:
        super().__init__(
            [("true", "found both ways"), ("false", "not found both ways")],
            label="contradicted",
            help_text="true: findings on the same subject and object point both ways, as the "
            "list of contradictions has it; arrows of both sides are found.",
        )

    @cached_property
    def _contradicted(self) -> set[int]:
        return contradicted_ids()

    def filter(self, qs: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        if not value or len(set(value)) > 1:
            return qs
        condition = Q(pk__in=self._contradicted)
        return qs.filter(condition if value[0] == "true" else ~condition)
