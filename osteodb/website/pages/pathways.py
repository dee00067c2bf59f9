"""Pathways: their members, what goes through them and what disagrees about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.http import QueryDict

from evidence.mechanism_queries import findings_about, node_of
from evidence.mechanisms.contradictions import Contradiction, contradictions
from evidence.models import Discrepancy, EvidenceVersion, MechanismAssertion
from osteodb.website.pages.base import Crumb, Head, api_url
from osteodb.website.pages.lists import ListPage, ListSpec, list_page
from osteodb.website.pages.shown import (
    Shown,
    ShownArrows,
    Tally,
    first_arrows,
    first_statements,
    tallies,
)
from osteodb.website.pages.trial import discrepancies_of
from therapies.filters import PathwayFilterSet
from therapies.models import AgentTarget, Pathway, PathwayMember

PATHWAYS = ListSpec(
    noun="pathway",
    title="Pathways",
    section="mechanisms",
    resource="pathways",
    feed="/pathways/atom.xml",
    lede="Signalling pathways that published statements name, with their members and findings.",
    sorts=(("name", "name"), ("-name", "name, backwards")),
    texts=(("search", "Name or part of it"), ("target", "With the member")),
    crumbs=(Crumb("Mechanisms", "/mechanisms/"),),
    per_page=50,
)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member of a pathway with the agents that act on it."""

    member: PathwayMember
    agents: list[AgentTarget]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayPage:
    """A pathway with its members, the agents that act on them, and what was found of it."""

    pathway: Pathway
    searched: str
    members: list[MemberRow]
    touching: ShownArrows
    pairs: list[Contradiction]
    loose: list[Contradiction]
    statements: Shown[EvidenceVersion]
    discrepancies: list[Discrepancy]
    tallies: list[Tally]


def pathways_page(query: QueryDict) -> ListPage:
    """The list of pathways as asked for, each with how many arrows it takes part in."""
    members = PathwayMember.objects.select_related("target")
    rows = Pathway.objects.prefetch_related(Prefetch("members", members))
    page = list_page(PATHWAYS, PathwayFilterSet, rows, query)
    counts = _arrow_counts()
    for one in page.rows:
        one.arrow_count = counts[one.pk]
    return page


def _arrow_counts() -> Counter[int]:
    """In how many published arrows each pathway takes part: one query."""
    published = MechanismAssertion.objects.filter(version__state="PUBLISHED").order_by()
    parts = published.values_list("subject_pathway", "object_pathway", "pathway")
    return Counter(pk for row in parts for pk in set(filter(None, row)))


def pathway_head(pathway: Pathway) -> Head:
    """Title and path of a pathway's page."""
    return Head(
        title=pathway.name,
        section="mechanisms",
        description=f"{pathway.name}: members, agents that act on them, findings for and against.",
        crumbs=(Crumb("Mechanisms", "/mechanisms/"), Crumb("Pathways", "/pathways/")),
        json_url=api_url("pathways", pathway.slug),
        permalink=f"/pathways/{pathway.slug}/",
    )


def pathway_page(pathway: Pathway, searched: str = "") -> PathwayPage:
    """Everything about one pathway. `searched` is the name a reader came by."""
    graph, node = findings_about(pathway), node_of(pathway)
    both_ways = contradictions(graph, node)
    asked = f"pathway={pathway.slug}"
    published = EvidenceVersion.objects.published().filter(pathways=pathway)
    touching = first_arrows(graph.touching(node), asked)
    statements = first_statements(published, asked)
    discrepancies = discrepancies_of(Q(pathways=pathway))
    counts = (None, None, touching.count, statements.count)
    return PathwayPage(
        pathway=pathway,
        searched=searched,
        members=_members(pathway),
        touching=touching,
        pairs=[one for one in both_ways if not one.is_loose],
        loose=[one for one in both_ways if one.is_loose and one.subject == node],
        statements=statements,
        discrepancies=discrepancies,
        tallies=tallies(asked, *counts, discrepancies),
    )


def _members(pathway: Pathway) -> list[MemberRow]:
    """The members with the agents that act on each: two queries."""
    members = list(pathway.members.select_related("target"))
    ties = AgentTarget.objects.current().filter(target__in=[one.target_id for one in members])
    by_target: dict[int, list[AgentTarget]] = {}
    for tie in ties.select_related("agent"):
        by_target.setdefault(tie.target_id, []).append(tie)
    return [MemberRow(one, by_target.get(one.target_id, [])) for one in members]
