"""The graph of mechanisms: paths between two entities, and everything that touches one.

Nothing is weighed and nothing is added up: an answer is a set of arrows, each with its source,
those for a step and those against it apart. Contradictions are in `contradictions.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from typing import Any

import networkx as nx

from evidence.mechanisms.parts import AGAINST, FOR, TARGET, Edge, Node
from evidence.mechanisms.relations import meaning_of

SHORTEST, LONGEST, USUAL = 1, 6, 4  # steps of a path
MOST_PATHS = 25
FOLLOW, ANY = "follow", "any"
ROLES = ("SUBJECT", "OBJECT", "DONOR", "RECIPIENT", "PATHWAY")


@dataclass(frozen=True, slots=True)
class Step:
    """From one entity of a path to the next: the arrows that carry it, and those against it.

    `is_against_arrows` says that every arrow between the two points the other way.
    """

    start: Node
    end: Node
    supporting: tuple[Edge, ...]
    opposing: tuple[Edge, ...]

    @property
    def is_tie(self) -> bool:
        """Whether only tables carry it (an agent's target, a pathway's member), no finding."""
        return not any(edge.is_finding for edge in self.supporting)

    @property
    def is_against_arrows(self) -> bool:
        """Whether it is walked from the object to the subject throughout."""
        return all(_is_backwards(edge, self.start) for edge in self.supporting)

    @property
    def signs(self) -> tuple[int, ...]:
        """The signs of its findings, each once: two of them contradict each other."""
        return tuple(sorted({edge.sign for edge in self.supporting if edge.is_finding}))

    @property
    def is_disputed(self) -> bool:
        """Whether something on record speaks against it: a denial, or findings of both signs."""
        return bool(self.opposing) or {1, -1} <= set(self.signs)


@dataclass(frozen=True, slots=True)
class Path:
    """A way from one entity to another on which no entity comes twice."""

    steps: tuple[Step, ...]

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The entities on the way, both ends included."""
        return (self.steps[0].start, *(step.end for step in self.steps))


@dataclass(frozen=True, slots=True)
class Paths:
    """The ways between two entities, shortest first; `is_capped` where there are more of them."""

    start: Node
    end: Node
    longest: int
    arrows: str
    found: tuple[Path, ...]
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The arrows in which an entity plays one part, those for and those against apart."""

    role: str
    supporting: tuple[Edge, ...]
    opposing: tuple[Edge, ...]

    @property
    def count(self) -> int:
        """How many arrows there are."""
        return len(self.supporting) + len(self.opposing)


@dataclass(frozen=True, slots=True)
class Touching:
    """Everything that touches one entity, by the part it plays."""

    node: Node
    parts: tuple[Part, ...]

    @property
    def count(self) -> int:
        """How many arrows there are; one in which it plays two parts counts for both."""
        return sum(part.count for part in self.parts)


class MechanismGraph:
    """Arrows between entities; several between the same two are kept apart."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self.edges: tuple[Edge, ...] = tuple(sorted(edges, key=lambda edge: edge.order))

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every entity that takes part in an arrow, in any part."""
        found = {node: node for edge in self.edges for _, node in edge.roles}
        return tuple(found[node] for node in sorted(found))

    def as_data(self) -> dict[str, list[dict[str, Any]]]:
        """Nodes and edges as plain values, for a picture: edges name their ends by id."""
        return {
            "nodes": [
                {"id": one.id, "kind": one.kind, "slug": one.slug, "name": one.name}
                | {"what": one.what}
                for one in self.nodes
            ],
            "edges": [edge.as_data() for edge in self.edges],
        }

    def touching(self, node: Node) -> Touching:
        """Everything in which an entity takes part; empty parts are left out."""
        by_role: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            for role, one in edge.roles:
                if one == node:
                    by_role[role].append(edge)
        parts = (part_of(role, by_role[role]) for role in ROLES if by_role[role])
        return Touching(node, tuple(parts))

    def paths(
        self,
        start: Node,
        end: Node,
        *,
        longest: int = USUAL,
        arrows: str = FOLLOW,
        most: int = MOST_PATHS,
    ) -> Paths:
        """The ways from `start` to `end` of at most `longest` steps, shortest first.

        Findings are walked along their arrow, or with `arrows="any"` either way; ties (an agent's
        target, a pathway's member) and relations without a direction always either way. What was
        seen not to hold carries no path, and stands beside the step it contradicts; nor does going
        up to a pathway or an agent by a tie and down again by another. At most `most`
        paths are given, and `is_capped` says when there are more. Of the paths of the greatest
        length given, which ones are kept is the same every time. Raises ValueError where the ends
        are the same or `longest` is not from 1 to 6.
        """
        if start == end:
            raise ValueError("A path leads from one entity to another.")
        if not SHORTEST <= longest <= LONGEST:
            raise ValueError(f"A path has {SHORTEST} to {LONGEST} steps.")
        walks = self._walks(arrows)
        ways = list(islice(_simple_ways(walks, start, end, longest), most + 1))
        found = sorted(
            (
                Path(tuple(self._step(walks, *pair) for pair in pairwise(way)))
                for way in ways[:most]
            ),
            key=_path_order,
        )
        return Paths(start, end, longest, arrows, tuple(found), len(ways) > most)

    def _walks(self, arrows: str) -> Any:
        """Which entity can be reached from which in one step, and the arrows between the two."""
        walks = nx.DiGraph()
        for edge in self.edges:
            ends = [(edge.subject, edge.object)]
            if arrows == ANY or not edge.is_finding or not meaning_of(edge.relation).directed:
                ends.append((edge.object, edge.subject))
            for start, end in ends:
                if start != end:
                    if not walks.has_edge(start, end):
                        walks.add_edge(start, end, edges=[])
                    walks.edges[start, end]["edges"].append(edge)
        return walks

    def _step(self, walks: Any, start: Node, end: Node) -> Step:
        edges = walks.edges[start, end]["edges"]
        return Step(start, end, _only(edges, FOR), _only(edges, AGAINST))


def part_of(role: str, edges: Iterable[Edge]) -> Part:
    """The arrows of one part, those for and those against apart."""
    kept = list(edges)
    return Part(role, _only(kept, FOR), _only(kept, AGAINST))


def _only(edges: Iterable[Edge], stance: str) -> tuple[Edge, ...]:
    return tuple(edge for edge in edges if edge.stance == stance)


def _is_backwards(edge: Edge, start: Node) -> bool:
    return edge.object == start and meaning_of(edge.relation).directed


def _simple_ways(walks: Any, start: Node, end: Node, longest: int) -> Iterator[list[Node]]:
    """Ways without repetition, shortest first, over steps that something carries.

    Only entities that lie on some way short enough are looked at, which keeps it quick.
    """
    carried = nx.DiGraph(
        (one, other)
        for one, other, edges in walks.edges(data="edges")
        if any(edge.stance == FOR for edge in edges)
    )
    if start not in carried or end not in carried:
        return
    out = nx.single_source_shortest_path_length(carried, start, cutoff=longest)
    back = nx.single_source_shortest_path_length(carried.reverse(copy=False), end, cutoff=longest)
    near = {node for node in out if node in back and out[node] + back[node] <= longest}
    if end not in near:
        return
    for way in nx.shortest_simple_paths(carried.subgraph(near).copy(), start, end):
        if len(way) - 1 > longest:
            return
        if not _is_idle(walks, way):
            yield way


def _is_idle(walks: Any, way: list[Node]) -> bool:
    """Whether a way goes up to a pathway or an agent and down again by nothing but tables.

    That two targets are members of one pathway, or hit by one agent, does not lead from one to the
    other.
    """
    tied = [
        all(not edge.is_finding for edge in walks.edges[pair]["edges"] if edge.stance == FOR)
        for pair in pairwise(way)
    ]
    return any(
        before and after
        for node, before, after in zip(way[1:-1], tied, tied[1:], strict=False)
        if node.kind != TARGET
    )


def _path_order(path: Path) -> tuple[Any, ...]:
    """Shortest first; among equals those with more findings, then by name."""
    ties = sum(step.is_tie for step in path.steps)
    return (len(path.steps), ties, path.nodes)
