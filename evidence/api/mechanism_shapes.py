"""What the answers about mechanisms look like."""

from __future__ import annotations

from typing import Annotated, TypedDict

from evidence.api.shapes import EvidenceRefShape, LocatorShape, SourceRefShape
from evidence.mechanisms.contradictions import PAIR, THROUGH_PATHWAY
from evidence.mechanisms.graph import ANY, FOLLOW, ROLES
from evidence.mechanisms.parts import (
    AGAINST,
    AGENT_TARGET,
    ASSERTION,
    FOR,
    KINDS,
    PATHWAY_MEMBER,
)
from evidence.mechanisms.relations import MEMBER_OF
from evidence.models import Direction, EvidenceLevel, ModelSystem, Relation

Sign = Annotated[
    int,
    "1: the relation raises its object, -1: lowers it, 0: does not say. Not a result: whether it "
    "was seen is `stance`.",
    {"enum": [1, 0, -1]},
]
Stance = Annotated[
    str,
    "AGAINST: seen not to hold, or in a statement that the evidence does not support.",
    {"enum": [FOR, AGAINST]},
]


class EntityShape(TypedDict):
    """A target, an agent or a pathway in short."""

    id: Annotated[str, 'As questions name it: "target:cd274".']
    kind: Annotated[str, {"enum": list(KINDS)}]
    slug: str
    name: str
    url: str


class AssertionRowShape(TypedDict):
    """One arrow of a published statement, with where it was seen and read."""

    id: int
    url: str
    subject: EntityShape
    relation: Annotated[str, Relation]
    object: EntityShape
    sign: Sign
    stance: Stance
    is_negated: Annotated[bool, "Seen not to hold."]
    carried_by_exosome: bool | None
    donor_cell: EntityShape | None
    recipient_cell: EntityShape | None
    pathway: Annotated[EntityShape | None, "What it goes through."]
    context: str | None
    model_system: Annotated[str, "In whom or what this arrow was seen.", ModelSystem]
    clinical: Annotated[bool, "Seen in patients; everything else is not clinical."]
    direction: Annotated[str, "Whether the evidence supports the statement.", Direction]
    evidence: EvidenceRefShape
    source: SourceRefShape
    locator: LocatorShape


class CitationOfEdgeShape(TypedDict):
    """Where an edge was read; `source` is null for what is read outside the sources on record."""

    name: str | None
    source: Annotated[str | None, "Address of the source.", {"format": "uri"}]
    place: str | None
    url: str | None
    seen_on: str | None


class StatementRefShape(TypedDict):
    """The statement that an arrow belongs to."""

    public_id: str
    url: str
    statement: str
    level: Annotated[str, EvidenceLevel]
    direction: Annotated[str, Direction]


class EdgeShape(TypedDict):
    """An arrow of the graph: a finding, or a tie from the tables of agents and pathways."""

    origin: Annotated[
        str,
        "ASSERTION: a finding of a published statement; AGENT_TARGET and PATHWAY_MEMBER: on "
        "record with a source, no finding.",
        {"enum": [ASSERTION, AGENT_TARGET, PATHWAY_MEMBER]},
    ]
    url: Annotated[str | None, "Address of the assertion.", {"format": "uri"}]
    subject: EntityShape
    relation: Annotated[str, {"enum": [*Relation.values, MEMBER_OF]}]
    object: EntityShape
    detail: Annotated[str | None, "What an agent does to its target; a member's role."]
    sign: Sign
    stance: Stance
    is_negated: bool
    carried_by_exosome: bool | None
    donor_cell: EntityShape | None
    recipient_cell: EntityShape | None
    pathway: EntityShape | None
    context: str | None
    model_system: Annotated[
        str | None,
        "In whom or what it was seen; null for what is no finding.",
        {"enum": [*ModelSystem.values, None]},
    ]
    clinical: bool
    evidence: StatementRefShape | None
    citation: CitationOfEdgeShape


class StepShape(TypedDict):
    """From one entity to the next."""

    start: EntityShape
    end: EntityShape
    against_arrows: Annotated[bool, "Every arrow of it points from `end` to `start`."]
    tie: Annotated[bool, "No finding carries it, only an agent's target or pathway's member."]
    disputed: Annotated[bool, "Something opposes it, or its findings have both signs."]
    supporting: list[EdgeShape]
    opposing: list[EdgeShape]


class PathShape(TypedDict):
    """A way from one entity to another."""

    length: int
    entities: list[EntityShape]
    steps: list[StepShape]


class PathsShape(TypedDict):
    """The ways between two entities, shortest first. No sign or score of a whole path is given."""

    start: EntityShape
    end: EntityShape
    longest: int
    arrows: Annotated[str, {"enum": [FOLLOW, ANY]}]
    count: Annotated[int, "Paths given."]
    most: Annotated[int, "Paths given at most."]
    capped: Annotated[bool, "true: there are more paths than are given."]
    paths: list[PathShape]


class PartShape(TypedDict):
    """The arrows in which an entity plays one part."""

    role: Annotated[str, {"enum": list(ROLES)}]
    supporting: list[EdgeShape]
    opposing: list[EdgeShape]


class TouchingShape(TypedDict):
    """Everything that touches one entity, by the part it plays."""

    entity: EntityShape
    count: int
    parts: list[PartShape]


class ContradictionShape(TypedDict):
    """Findings that point both ways."""

    kind: Annotated[
        str,
        "PAIR: one subject and one object; PATHWAY: several that act on one object by or through "
        "one pathway, which need not contradict each other.",
        {"enum": [PAIR, THROUGH_PATHWAY]},
    ]
    subject: Annotated[EntityShape, "For PATHWAY, the pathway."]
    object: EntityShape
    claim: Annotated[
        str, "RAISES, LOWERS, or a relation without a sign: what `supporting` speaks for."
    ]
    supporting: list[EdgeShape]
    opposing: list[EdgeShape]


class ContradictionsShape(TypedDict):
    """Every pair with findings both ways, then what goes through each pathway."""

    count: int
    contradictions: list[ContradictionShape]
