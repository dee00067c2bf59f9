"""Mechanisms as a network: what exosomes carry, to which cells, through which pathways, with what
effect, on what targets, hit by which agents. Drawn in columns, and the same arrows as a list.

At most so many arrows are drawn, and the page says of how many; all of them are one link away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict

from evidence.filters_mechanisms import AssertionFilterSet
from evidence.filters_neighbourhood import FURTHEST, NEAREST, contradicted_ids
from evidence.mechanism_queries import edge_of, visible_assertions, with_all
from evidence.mechanisms.parts import Edge
from osteodb.website.pages.base import with_query
from osteodb.website.pages.facets import Counted, FacetSpec, by_condition, by_relation
from osteodb.website.pages.lists import ListPage, hidden_of, list_page
from osteodb.website.pages.mechanisms import CRUMBS, MECHANISMS
from osteodb.website.pages.network_choice import HEADINGS, carried, chosen, column_of
from osteodb.website.pages.network_picture import Network, network_of, picture_of
from osteodb.website.pictures.picture import Picture

EVERY = 1_000_000  # the network is chosen from all arrows that were asked for


def _by_both_ways(rows: QuerySet[Any]) -> list[Counted]:
    """How many arrows stand between things with findings both ways."""
    both = Q(pk__in=contradicted_ids())
    return by_condition(both, "found both ways", "not found both ways")(rows)


SPEC = replace(
    MECHANISMS,
    title="Network of mechanisms",
    lede="From what exosomes carry, by cells and pathways, to effects, targets and agents. Each "
    "arrow is a published finding; what was seen not to hold is drawn too.",
    crumbs=CRUMBS,
    facets=(
        FacetSpec("contradicted", "Contradictions", _by_both_ways, is_open=True),
        *(replace(one, is_open=one.parameter == "stance") for one in MECHANISMS.facets),
        FacetSpec(
            "source",
            "Read in",
            by_relation(lambda rows: rows, "pk", "locator__source__slug", "locator__source__title"),
        ),
    ),
    sorts=(),
    texts=(("search", "Words"),),
    per_page=EVERY,
)
CENTRE = replace(SPEC, texts=(("entity", ""), ("steps", "")))


@dataclass(frozen=True, slots=True)
class Layer:
    """Arrows from one column to another, as a list."""

    heading: str
    edges: list[Edge]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPage:
    """The picture, the list of what is drawn, and the filters. With `found.problems` neither."""

    found: ListPage
    picture: Picture | None = None
    says: str = ""
    layers: list[Layer] = field(default_factory=list)
    entity: str = ""
    steps: str = str(NEAREST)
    choices: Sequence[int] = range(NEAREST, FURTHEST + 1)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    every_url: str = "/mechanisms/"

    @property
    def is_cut(self) -> bool:
        """Whether there are more arrows than are drawn."""
        return sum(edge.is_finding for one in self.layers for edge in one.edges) < self.found.count


def network_page(query: QueryDict) -> NetworkPage:
    """The network as asked for."""
    found = list_page(SPEC, AssertionFilterSet, with_all(visible_assertions()), query)
    page = NetworkPage(
        found=found,
        entity=query.get("entity", ""),
        steps=query.get("steps") or str(NEAREST),
        hidden=hidden_of(CENTRE, query),
    )
    if found.problems or not found.rows:
        return page
    network = _network([edge_of(one) for one in found.rows], query)
    return replace(
        page,
        picture=picture_of(network, query),
        says=network.says,
        layers=layers_of((*network.arrows, *network.ties)),
        every_url=with_query("/mechanisms/", query),
    )


def network_picture(query: QueryDict) -> Picture:
    """The picture alone, for its files. Raises InvalidFilters, and Http404 for no arrows."""
    rows = AssertionFilterSet(query, with_all(visible_assertions())).checked()
    edges = [edge_of(one) for one in rows]
    if not edges:
        raise Http404("No arrow matches all of these filters.")
    return picture_of(_network(edges, query), query)


def _network(edges: Sequence[Edge], query: QueryDict) -> Network:
    nearest = _nearest(query)
    return network_of(chosen(edges, nearest), len(edges), is_centred=bool(nearest))


def _nearest(query: QueryDict) -> set[int]:
    """The arrows at the entity itself, where the address asks for what is further away too."""
    if not query.get("entity") or not query.get("steps"):
        return set()
    at_entity = query.copy()
    at_entity.pop("steps")
    return set(AssertionFilterSet(at_entity, visible_assertions()).qs.values_list("pk", flat=True))


def layers_of(edges: Iterable[Edge]) -> list[Layer]:
    """The arrows by where they lead, in the order of the columns; what is on record comes last."""
    drawn = list(edges)
    cargo = carried(edge for edge in drawn if edge.is_finding)
    by_way: dict[tuple[bool, int, int], list[Edge]] = defaultdict(list)
    for edge in drawn:
        ends = (column_of(edge.subject, cargo), column_of(edge.object, cargo))
        by_way[not edge.is_finding, *ends].append(edge)
    return [Layer(_heading(*way), edges) for way, edges in sorted(by_way.items())]


def _heading(is_tie: bool, start: int, end: int) -> str:
    first, last = HEADINGS[start], HEADINGS[end].lower()
    words = f"{first} to {last}" if start != end else f"{first} among themselves"
    return f"On record, no finding: {words.lower()}" if is_tie else words
