"""The picture of a network: boxes, arrows and ties with their words, and the table behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from evidence.mechanism_queries import edge_of_agent, edge_of_member
from evidence.mechanisms.contradictions import contradictions
from evidence.mechanisms.graph import MechanismGraph
from evidence.mechanisms.parts import AGAINST, PATHWAY, TARGET, Edge, Node
from evidence.mechanisms.relations import meaning_of
from evidence.models import ModelSystem
from osteodb.website.pages.facets import replaced
from osteodb.website.pages.network_choice import HEADINGS, carried, column_of, spread
from osteodb.website.pictures import network as drawing
from osteodb.website.pictures.picture import Cell, Column, Picture
from osteodb.website.words import NOT_REPORTED, counted
from therapies.models import AgentTarget, PathwayMember

KEY = "mechanism-network"
ADDRESS = f"/pictures/{KEY}"
TITLE = "Network of mechanisms"
MODELS = {str(value): str(label) for value, label in ModelSystem.choices}
COLUMNS = tuple(
    map(
        Column,
        (
            *("From", "Relation", "To", "Finding", "Carried by exosomes", "Donor cell"),
            *("Recipient cell", "Pathway", "Context", "Seen in", "Level", "Statement"),
            *("Source", "Place"),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Network:
    """What is drawn: arrows, ties on record among them, and of how many of each.

    `is_centred`: the arrows at what was asked for were taken first.
    """

    arrows: tuple[Edge, ...]
    ties: tuple[Edge, ...]
    arrows_in_all: int
    ties_in_all: int
    is_centred: bool = False

    @property
    def says(self) -> str:
        """How much of what was asked for is drawn."""
        if len(self.arrows) == self.arrows_in_all:
            shown = "The one arrow is" if self.arrows_in_all == 1 else "All arrows are"
            arrows = f"{shown} drawn ({self.arrows_in_all})."
        else:
            first = "those at what is asked for, then " if self.is_centred else ""
            arrows = (
                f"Drawn are {len(self.arrows)} of {counted(self.arrows_in_all, 'arrow')}: {first}"
                "those that tell most of the way from an exosome to an effect, each with whatever "
                "contradicts it."
            )
        if len(self.ties) == self.ties_in_all:
            return arrows
        return f"{arrows} Of {self.ties_in_all} ties on record, {len(self.ties)} are drawn."


def network_of(arrows: tuple[Edge, ...], arrows_in_all: int, is_centred: bool = False) -> Network:
    """The arrows with the ties of what they join: two queries."""
    nodes = {node for edge in arrows for _, node in edge.roles}
    slugs = {kind: [one.slug for one in nodes if one.kind == kind] for kind in (TARGET, PATHWAY)}
    hitting = AgentTarget.objects.current().filter(target__slug__in=slugs[TARGET])
    members = PathwayMember.objects.filter(
        target__slug__in=slugs[TARGET], pathway__slug__in=slugs[PATHWAY]
    )
    ties = [
        *(edge_of_agent(tie) for tie in hitting.select_related("agent", "target")),
        *(edge_of_member(tie) for tie in members.select_related("target", "pathway")),
    ]
    return Network(arrows, spread(ties), arrows_in_all, len(ties), is_centred)


def picture_of(network: Network, query: QueryDict) -> Picture:
    """The network drawn. What it joins leads to its page, or into the middle of the picture."""
    edges = (*network.arrows, *network.ties)
    cargo = carried(network.arrows)
    nodes = sorted({node: node for edge in edges for _, node in edge.roles}.values())
    boxes = [_box(node, column_of(node, cargo), query) for node in nodes]
    arrows = [_arrow(edge) for edge in network.arrows]
    query_words = query.copy()
    query_words.pop("page", None)
    return Picture(
        key=KEY,
        title=TITLE,
        description=_description(network, nodes),
        canvas=drawing.draw(boxes, arrows, _ties(network), HEADINGS),
        columns=COLUMNS,
        rows=[_row(edge) for edge in edges],
        address=(ADDRESS, query_words.urlencode(safe=",:")),
        notes=[network.says, *_both_ways(network.arrows), *_retracted(network.arrows)],
    )


def url_of(node: Node) -> str:
    """The page of an entity."""
    return f"/{node.kind}s/{node.slug}/"


def _box(node: Node, column: int, query: QueryDict) -> drawing.Box:
    return drawing.Box(
        key=node.id,
        column=column,
        name=node.name,
        told=f"{node.name}, {node.what}",
        url=url_of(node),
        centre_url=f"/mechanisms/network/{replaced(query, 'entity', [node.id])}",
    )


def _arrow(edge: Edge) -> drawing.Arrow:
    meaning = meaning_of(edge.relation)
    signs = {1: drawing.RAISES, -1: drawing.LOWERS, 0: drawing.UNSIGNED}
    return drawing.Arrow(
        start=edge.subject.id,
        end=edge.object.id,
        does=signs[edge.sign] if meaning.directed else drawing.BOTH_WAYS,
        is_against=edge.stance == AGAINST,
        told=told(edge),
    )


def told(edge: Edge) -> str:
    """An arrow as a sentence, with its circumstances and where it was read."""
    parts = [
        f"{edge.subject.name} {_does(edge)} {edge.object.name}",
        "the evidence does not support this" if edge.direction == "DOES_NOT_SUPPORT" else "",
        "carried by exosomes" if edge.carried_by_exosome else "",
        f"from {edge.donor.name}" if edge.donor else "",
        f"to {edge.recipient.name}" if edge.recipient else "",
        f"through {edge.pathway.name}" if edge.pathway else "",
        f"seen in: {MODELS[edge.model_system]}" if edge.model_system else "on record, no finding",
        f"level {edge.level}" if edge.level else "",
        edge.citation.name[:60],
        "source retracted" if _is_retracted(edge) else "",
    ]
    return "; ".join(filter(None, parts))


def _does(edge: Edge) -> str:
    meaning = meaning_of(edge.relation)
    return meaning.denies if edge.is_negated else meaning.says


def _ties(network: Network) -> list[drawing.Tie]:
    """Cells and pathways of the arrows, each pair once; then what is on record."""
    parts: dict[tuple[str, str], str] = {}
    for edge in network.arrows:
        for start, end, words in (
            (edge.donor, edge.subject, "gives"),
            (edge.subject, edge.recipient, "goes to"),
            (edge.pathway, edge.object, "is the way to"),
        ):
            if start and end and {start, end} != {edge.subject, edge.object}:
                parts.setdefault((start.id, end.id), f"{start.name} {words} {end.name}")
    return [
        *(
            drawing.Tie(start=start, end=end, kind=drawing.PART, told=words)
            for (start, end), words in sorted(parts.items())
        ),
        *(
            drawing.Tie(
                start=tie.subject.id, end=tie.object.id, kind=drawing.RECORD, told=told(tie)
            )
            for tie in network.ties
        ),
    ]


# --- Words ----------------------------------------------------------------------------------------


def _description(network: Network, nodes: Sequence[Node]) -> str:
    """The picture in sentences: how much there is, what has most arrows, what was not seen."""
    arrows = Counter(node for edge in network.arrows for node in {edge.subject, edge.object})
    most = sorted(arrows, key=lambda node: (-arrows[node], node))[:4]
    against = sum(edge.stance == AGAINST for edge in network.arrows)
    named = ", ".join(f"{node.name} ({arrows[node]})" for node in most)
    words = [
        f"{counted(len(network.arrows), 'arrow').capitalize()} between "
        f"{counted(len(nodes), 'thing')}, in columns from exosomes and their cargo by cells, "
        "pathways and effects to targets and agents.",
        f"Most arrows begin or end at {named}." if named else "",
        f"{against} {'was' if against == 1 else 'were'} seen not to hold." if against else "",
    ]
    return " ".join(filter(None, words))


def _is_retracted(edge: Edge) -> bool:
    return edge.citation.retraction == "RETRACTED"


def _retracted(arrows: Sequence[Edge]) -> list[str]:
    """Which of the drawn arrows rest on a source that was retracted."""
    named = "; ".join(
        f"{one.subject.name} to {one.object.name}" for one in arrows if _is_retracted(one)
    )
    return [f"Read in a source that was retracted: {named}."] if named else []


def _both_ways(arrows: Sequence[Edge]) -> list[str]:
    """Which of the drawn pairs have findings both ways."""
    pairs = [one for one in contradictions(MechanismGraph(arrows)) if not one.is_loose]
    named = "; ".join(f"{one.subject.name} and {one.object.name}" for one in pairs)
    return [f"Found both ways, and drawn both ways: {named}."] if named else []


def _row(edge: Edge) -> list[Cell]:
    """An edge in the table."""
    carried_words = {True: "yes", False: "no", None: NOT_REPORTED}
    finding = {"FOR": "seen to hold", "AGAINST": "seen not to hold"}[edge.stance]
    return [
        Cell(edge.subject.name, url_of(edge.subject)),
        Cell(_does(edge)),
        Cell(edge.object.name, url_of(edge.object)),
        Cell(finding if edge.is_finding else "on record, no finding"),
        Cell(carried_words[edge.carried_by_exosome] if edge.is_finding else ""),
        *(_named(node) for node in (edge.donor, edge.recipient, edge.pathway)),
        Cell(edge.context),
        Cell(MODELS.get(edge.model_system, "")),
        Cell(edge.level or "none"),
        Cell(edge.evidence, f"/evidence/{edge.evidence}/" if edge.evidence else ""),
        Cell(f"{edge.citation.name or NOT_REPORTED}{', retracted' if _is_retracted(edge) else ''}"),
        Cell(edge.citation.place or edge.citation.url),
    ]


def _named(node: Node | None) -> Cell:
    return Cell(node.name, url_of(node)) if node else Cell("")
