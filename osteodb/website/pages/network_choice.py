"""What of a network is drawn, and in which column. Pure: plain edges in, plain edges out.

Whatever lies between the same two things is drawn together or not at all, so that no arrow stands
without those that contradict it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from evidence.mechanisms.parts import AGENT, PATHWAY, TARGET, Edge, Node
from therapies.models import TargetKind

MOST, MOST_TIES = 40, 20
CARGO, CELLS, PATHWAYS, EFFECTS, TARGETS, AGENTS = range(6)
HEADINGS = ("Exosomes and cargo", "Cells", "Pathways", "Effects", "Targets", "Agents")
BY_KIND = {
    str(TargetKind.CELL_POPULATION.label): CELLS,
    str(TargetKind.PROCESS.label): EFFECTS,
    str(TargetKind.VESICLE_COMPONENT.label): CARGO,
}


def chosen(
    edges: Sequence[Edge], nearest: Collection[int] = (), most: int = MOST
) -> tuple[Edge, ...]:
    """The arrows to draw, at most so many.

    First come those whose ids are among the `nearest`; then those that tell most of the way, from
    an exosome and a cell through a pathway; then those between what has the most arrows.
    """
    arrows = Counter(node for edge in edges for node in {edge.subject, edge.object})
    between: dict[tuple[Node, ...], list[Edge]] = defaultdict(list)
    for edge in edges:
        between[tuple(sorted((edge.subject, edge.object)))].append(edge)

    def rank(ends: tuple[Node, ...]) -> tuple[object, ...]:
        is_far = not any(edge.id in nearest for edge in between[ends])
        told = max(how_much_is_told(edge) for edge in between[ends])
        return (is_far, -told, -sum(arrows[node] for node in ends), ends)

    found: list[Edge] = []
    for ends in sorted(between, key=rank):
        if found and len(found) + len(between[ends]) > most:
            break
        found += between[ends]
    return tuple(sorted(found[:most], key=lambda edge: edge.order))


def how_much_is_told(edge: Edge) -> int:
    """How many steps of the way from an exosome to an effect an arrow names."""
    named = (edge.carried_by_exosome, edge.donor, edge.recipient, edge.pathway)
    return sum(map(bool, named))


def spread(ties: Iterable[Edge], most: int = MOST_TIES) -> tuple[Edge, ...]:
    """At most so many ties: one for each object, then a second for each, and so on."""
    ranked = []
    for _, of_object in groupby(sorted(ties, key=lambda tie: (tie.object, tie.subject)),
                                key=lambda tie: tie.object):  # fmt: skip
        ranked += list(enumerate(of_object))
    ranked.sort(key=lambda pair: (pair[0], pair[1].object, pair[1].subject, pair[1].id))
    return tuple(tie for _, tie in ranked[:most])


def carried(edges: Iterable[Edge]) -> set[Node]:
    """What exosomes carry in these arrows."""
    found = set()
    for edge in edges:
        found |= {edge.object} if edge.relation == "CARRIES" else set()
        found |= {edge.subject} if edge.carried_by_exosome else set()
    return found


def column_of(node: Node, cargo: Collection[Node]) -> int:
    """The column of a thing: by what it is, and for a molecule by whether exosomes carry it."""
    if node.kind != TARGET:
        return {PATHWAY: PATHWAYS, AGENT: AGENTS}[node.kind]
    return BY_KIND.get(node.what, CARGO if node in cargo else TARGETS)
