"""Findings that point both ways, each side with all it rests on.

Two kinds. A PAIR: one subject and one object, found both ways. A PATHWAY: findings towards one
object in which one pathway takes part, whoever acts; these need not contradict each other (what
blocks a pathway and lowers its effect agrees with the pathway raising it), so they are shown to be
read, not counted as contradictions of the same sentence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from evidence.mechanisms.graph import MechanismGraph
from evidence.mechanisms.parts import AGAINST, FOR, PATHWAY, Edge, Node
from evidence.mechanisms.relations import LOWERS, RAISES, UNSIGNED, meaning_of

PAIR, THROUGH_PATHWAY = "PAIR", "PATHWAY"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What is claimed, and the findings for it and against it; neither side is ever empty.

    `claim` is RAISES, LOWERS or the name of a relation without a sign. A denial that it lowers
    stands beside what raises, and the other way round; the words of each arrow say which it is.
    For a pathway `subject` is the pathway, and the arrows say who acts.
    """

    kind: str
    subject: Node
    object: Node
    claim: str
    supporting: tuple[Edge, ...]
    opposing: tuple[Edge, ...]

    @property
    def is_loose(self) -> bool:
        """Whether different subjects act, so that the sides need not contradict each other."""
        return self.kind == THROUGH_PATHWAY


def contradictions(graph: MechanismGraph, about: Node | None = None) -> tuple[Contradiction, ...]:
    """Every pair of entities with findings both ways, then what goes through each pathway.

    With `about`, only those in which this entity takes part.
    """
    findings = [edge for edge in graph.edges if edge.is_finding]
    found = [*_between_pairs(findings), *_through_pathways(findings)]
    return tuple(one for one in found if about is None or _concerns(one, about))


def _concerns(one: Contradiction, node: Node) -> bool:
    edges = (*one.supporting, *one.opposing)
    return any(node == other for edge in edges for _, other in edge.roles)


def _between_pairs(findings: Iterable[Edge]) -> list[Contradiction]:
    """One subject, one object: opposite signs, or one relation both seen and seen not to hold."""
    by_claim: dict[tuple[Node, Node, str], list[Edge]] = defaultdict(list)
    for edge in findings:
        meaning = meaning_of(edge.relation)
        ends = (edge.subject, edge.object)
        first, second = ends if meaning.directed else sorted(ends)
        family = "" if edge.sign else edge.relation
        by_claim[first, second, family].append(edge)
    return [
        made
        for (subject, object_, family), edges in sorted(by_claim.items())
        if (made := _opposed(PAIR, subject, object_, family, edges))
    ]


def _through_pathways(findings: Iterable[Edge]) -> list[Contradiction]:
    """Signed findings towards one object by or through one pathway, if they point both ways.

    Left out where only one entity acts: that is a pair already.
    """
    by_end: dict[tuple[Node, Node], list[Edge]] = defaultdict(list)
    for edge in findings:
        for pathway in _pathways_of(edge):
            by_end[pathway, edge.object].append(edge)
    found = []
    for (pathway, object_), edges in sorted(by_end.items()):
        if len({edge.subject for edge in edges}) > 1:
            made = _opposed(THROUGH_PATHWAY, pathway, object_, "", edges)
            found += [made] if made else []
    return found


def _pathways_of(edge: Edge) -> set[Node]:
    """The pathways that a signed finding starts from or goes through.

    Not the one it ends at: that some things raise a pathway and others lower it is no disagreement.
    """
    if edge.sign == UNSIGNED:
        return set()
    return {node for node in (edge.subject, edge.pathway) if node and node.kind == PATHWAY}


def _opposed(
    kind: str, subject: Node, object_: Node, family: str, edges: list[Edge]
) -> Contradiction | None:
    """The two sides of findings about one claim; None where only one side has any."""
    if family:
        supporting = [edge for edge in edges if edge.stance == FOR]
        opposing = [edge for edge in edges if edge.stance == AGAINST]
        claim = family
    else:
        raised = any(edge.sign == RAISES and edge.stance == FOR for edge in edges)
        sign = RAISES if raised else LOWERS
        supporting = [edge for edge in edges if leaning(edge) == sign]
        opposing = [edge for edge in edges if leaning(edge) == -sign]
        claim = "RAISES" if raised else "LOWERS"
    if not opposing or not any(edge.stance == FOR for edge in supporting):
        return None
    return Contradiction(kind, subject, object_, claim, tuple(supporting), tuple(opposing))


def leaning(edge: Edge) -> int:
    """Which way a finding speaks: +1 that the object is raised or not lowered, -1 the reverse."""
    return edge.sign if edge.stance == FOR else -edge.sign
