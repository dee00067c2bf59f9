"""Small made-up arrows for tests of the graph."""

from __future__ import annotations

from itertools import count
from typing import Any

from evidence.mechanisms.parts import (
    AGENT_TARGET,
    ASSERTION,
    PATHWAY_MEMBER,
    Citation,
    Edge,
    Node,
)
from evidence.mechanisms.relations import MEMBER_OF

NUMBERS = count(1)


def target(slug: str) -> Node:
    return Node("target", slug, slug.upper())


def agent(slug: str) -> Node:
    return Node("agent", slug, slug.capitalize())


def pathway(slug: str) -> Node:
    return Node("pathway", slug, slug)


def arrow(subject: Node | str, relation: str, object_: Node | str, **more: Any) -> Edge:
    """A finding in mice, for unless it says otherwise; a bare word is a target."""
    number = next(NUMBERS)
    given: dict[str, Any] = {
        "evidence": f"OST-E{number:06}",
        "level": "D",
        "direction": "SUPPORTS",
        "model_system": "MOUSE",
    }
    return Edge(
        id=number,
        origin=ASSERTION,
        subject=target(subject) if isinstance(subject, str) else subject,
        relation=relation,
        object=target(object_) if isinstance(object_, str) else object_,
        citation=Citation(name="Able 2020", source="paper", place="abstract"),
        **{**given, **more},
    )


def denied(subject: Node | str, relation: str, object_: Node | str, **more: Any) -> Edge:
    """A finding that the arrow does not hold."""
    return arrow(subject, relation, object_, is_negated=True, **more)


def hits(drug: str, slug: str) -> Edge:
    """An agent's target, from the tables of therapies."""
    return Edge(
        id=next(NUMBERS),
        origin=AGENT_TARGET,
        subject=agent(drug),
        relation="TARGETS",
        object=target(slug),
        detail="inhibitor",
        citation=Citation(name="the review"),
    )


def belongs(slug: str, to: str) -> Edge:
    """A pathway's member, from the tables of therapies."""
    return Edge(
        id=next(NUMBERS),
        origin=PATHWAY_MEMBER,
        subject=target(slug),
        relation=MEMBER_OF,
        object=pathway(to),
        citation=Citation(name="the review"),
    )
