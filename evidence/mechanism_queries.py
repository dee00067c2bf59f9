"""The published mechanism of the database as a graph, and names of entities as its nodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from evidence.mechanisms.graph import MechanismGraph
from evidence.mechanisms.parts import (
    AGAINST,
    AGENT,
    AGENT_TARGET,
    ASSERTION,
    FOR,
    KINDS,
    PATHWAY,
    PATHWAY_MEMBER,
    TARGET,
    Citation,
    Edge,
    Node,
)
from evidence.mechanisms.relations import MEMBER_OF
from evidence.models import Direction, MechanismAssertion, Relation
from osteodb.core.filter_values import UnknownTerm
from therapies.filters import agent_ids, pathway_ids, target_ids
from therapies.models import Agent, AgentTarget, Pathway, PathwayMember, Target

Entity = Agent | Target | Pathway
RESOLVERS = {TARGET: target_ids, AGENT: agent_ids, PATHWAY: pathway_ids}
MODELS: dict[str, type[Entity]] = {TARGET: Target, AGENT: Agent, PATHWAY: Pathway}
ENDS = tuple(f"{end}_{kind}" for end in ("subject", "object") for kind in KINDS)
OPPOSES = Q(is_negated=True) | Q(version__direction=Direction.DOES_NOT_SUPPORT)


# --- Assertions -----------------------------------------------------------------------------------


def visible_assertions() -> QuerySet[MechanismAssertion]:
    """Arrows of published statements, with the names of their ends and their stance to order by."""
    names = {
        f"{end}_name": Coalesce(
            f"{end}_target__symbol", f"{end}_agent__name", f"{end}_pathway__name"
        )
        for end in ("subject", "object")
    }
    stance = Case(When(OPPOSES, then=Value(AGAINST)), default=Value(FOR))
    published = MechanismAssertion.objects.filter(version__state="PUBLISHED")
    return published.annotate(stance=stance, **names)


def with_all(assertions: QuerySet[MechanismAssertion]) -> QuerySet[MechanismAssertion]:
    """The same arrows with everything that an edge tells, in one query."""
    return assertions.select_related(
        *ENDS, "donor_cell", "recipient_cell", "pathway", "version__item", "locator__source"
    )


def involving(kind: str, ids: Iterable[int]) -> Q:
    """Arrows in which any of these targets, agents or pathways takes part, in whatever part."""
    keys = list(ids)
    condition = Q(**{f"subject_{kind}__in": keys}) | Q(**{f"object_{kind}__in": keys})
    if kind == TARGET:
        condition |= Q(donor_cell__in=keys) | Q(recipient_cell__in=keys)
    if kind == PATHWAY:
        condition |= Q(pathway__in=keys)
    return condition


# --- The graph ------------------------------------------------------------------------------------


def load_graph() -> MechanismGraph:
    """Everything published, with the ties of therapies: three queries."""
    agents = AgentTarget.objects.current().select_related("agent", "target")
    members = PathwayMember.objects.select_related("pathway", "target")
    return MechanismGraph(
        [
            *(edge_of(one) for one in with_all(visible_assertions())),
            *(edge_of_agent(tie) for tie in agents),
            *(edge_of_member(tie) for tie in members),
        ]
    )


def findings_about(entity: Entity) -> MechanismGraph:
    """The graph of the findings in which one entity takes part, without ties: one query."""
    kind = node_of(entity).kind
    found = visible_assertions().filter(involving(kind, [entity.pk]))
    return MechanismGraph(edge_of(one) for one in with_all(found))


def edge_of(one: MechanismAssertion) -> Edge:
    """An assertion as an edge; whatever it points to has to be fetched with it."""
    source = one.locator.source
    return Edge(
        id=one.pk,
        origin=ASSERTION,
        subject=node_of(one.subject),
        relation=one.relation,
        object=node_of(one.object),
        citation=Citation(
            name=source.short_name,
            source=source.slug,
            place=one.locator.place,
            url=one.locator.url,
            seen_on=one.locator.seen_on,
            retraction=source.retraction,
        ),
        evidence=one.version.item.public_id,
        statement=one.version.statement,
        level=one.version.level,
        direction=one.version.direction,
        model_system=one.model_system,
        is_negated=one.is_negated,
        carried_by_exosome=one.carried_by_exosome,
        donor=_optional(one.donor_cell),
        recipient=_optional(one.recipient_cell),
        pathway=_optional(one.pathway),
        context=one.context,
    )


def edge_of_agent(tie: AgentTarget) -> Edge:
    """What an agent acts on, as an edge."""
    return Edge(
        id=tie.pk,
        origin=AGENT_TARGET,
        subject=node_of(tie.agent),
        relation=Relation.TARGETS.value,
        object=node_of(tie.target),
        detail=str(tie.get_action_display()),
        citation=_cited(tie),
    )


def edge_of_member(tie: PathwayMember) -> Edge:
    """A target's place in a pathway, as an edge."""
    return Edge(
        id=tie.pk,
        origin=PATHWAY_MEMBER,
        subject=node_of(tie.target),
        relation=MEMBER_OF,
        object=node_of(tie.pathway),
        detail=tie.role,
        citation=_cited(tie),
    )


def _cited(tie: AgentTarget | PathwayMember) -> Citation:
    name = tie.source_text or tie.source_url
    return Citation(name=name, place=tie.locator, url=tie.source_url, seen_on=tie.source_seen_on)


def _optional(entity: Entity | None) -> Node | None:
    return None if entity is None else node_of(entity)


# --- Names ----------------------------------------------------------------------------------------


def node_of(entity: Entity | None) -> Node:
    """The node of an agent, target or pathway. The database holds no arrow without both ends."""
    if isinstance(entity, Target):
        return Node(TARGET, entity.slug, entity.symbol, str(entity.get_kind_display()))
    if isinstance(entity, Agent):
        return Node(AGENT, entity.slug, entity.name, str(entity.get_kind_display()))
    if isinstance(entity, Pathway):
        return Node(PATHWAY, entity.slug, entity.name, "pathway")
    raise TypeError(f"{entity!r} is no entity of the graph")


def entity_ids(text: str) -> list[tuple[str, int]]:
    """All that a name may mean: kind and id. "target:cd274" asks for one kind only.

    Raises UnknownTerm where it means nothing.
    """
    prefix, colon, rest = text.partition(":")
    kind = prefix.strip().casefold()
    asked = [kind] if colon and kind in KINDS else list(KINDS)
    name = rest.strip() if colon and kind in KINDS else text.strip()
    found: list[tuple[str, int]] = []
    known: list[str] = []
    for one in asked:
        try:
            found += [(one, pk) for pk in RESOLVERS[one](name)]
        except UnknownTerm as unknown:
            known += unknown.known
    if not found:
        what = kind if len(asked) == 1 else "target, agent or pathway"
        raise UnknownTerm(f"No {what} is called {name!r}.", known)
    return found


def find_node(text: str) -> Node:
    """The one entity of this name. Raises UnknownTerm where it means nothing, or several things."""
    found = [_fetched(kind, pk) for kind, pk in entity_ids(text)]
    if len(found) > 1:
        ids = sorted(node.id for node in found)
        listed = ", ".join(ids)
        raise UnknownTerm(f"{text!r} means several things; give one of: {listed}.", ids, True)
    return found[0]


def _fetched(kind: str, pk: int) -> Node:
    model: Any = MODELS[kind]
    return node_of(model.objects.get(pk=pk))
