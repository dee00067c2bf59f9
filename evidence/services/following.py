"""A draft names agents, targets and sources; those that were merged meanwhile mean the kept ones.

A form may be open, or a draft be kept aside, while a row it names is merged: what it says is of the
kept row then, and no new link leads to the absorbed one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.db.models import Value

from evidence.drafts import AssertionDraft, Draft, Entity
from evidence.models import Source
from therapies.models import Agent, Target

Moved = Mapping[tuple[str, int], int]  # (kind, key of an absorbed row) -> key of the kept one


def with_kept(draft: Draft) -> Draft:
    """The draft with the kept row in the place of each that was merged: one query."""
    moved = _moved()
    if not moved:
        return draft
    return replace(
        draft,
        agents=_once("agent", draft.agents, moved),
        targets=_once("target", draft.targets, moved),
        locators=tuple(
            replace(one, source=moved.get(("source", one.source), one.source))
            for one in draft.locators
        ),
        assertions=tuple(_assertion(one, moved) for one in draft.assertions),
    )


def _moved() -> Moved:
    queries = [
        model._base_manager.filter(merged_into__isnull=False)
        .order_by()
        .values_list(Value(kind), "pk", "merged_into_id")
        for kind, model in (("agent", Agent), ("target", Target), ("source", Source))
    ]
    return {(kind, pk): kept for kind, pk, kept in queries[0].union(*queries[1:], all=True)}


def _once(kind: str, keys: tuple[int, ...], moved: Moved) -> tuple[int, ...]:
    return tuple(dict.fromkeys(moved.get((kind, key), key) for key in keys))


def _assertion(one: AssertionDraft, moved: Moved) -> AssertionDraft:
    def end(entity: Entity) -> Entity:
        return Entity(entity.kind, moved.get((entity.kind, entity.pk), entity.pk))

    def cell(key: int | None) -> int | None:
        return key if key is None else moved.get(("target", key), key)

    return replace(
        one,
        subject=end(one.subject),
        object=end(one.object),
        donor_cell=cell(one.donor_cell),
        recipient_cell=cell(one.recipient_cell),
    )
