"""The nodes and edges of the graph of mechanisms, as plain values."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from evidence.mechanisms.relations import sign_of

TARGET, AGENT, PATHWAY = KINDS = ("target", "agent", "pathway")
ASSERTION, AGENT_TARGET, PATHWAY_MEMBER = "ASSERTION", "AGENT_TARGET", "PATHWAY_MEMBER"
FOR, AGAINST = "FOR", "AGAINST"
PRECLINICAL = frozenset({"MOUSE", "CELL_LINE", "IN_SILICO"})


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """Something that acts or is acted upon; the same wherever kind and slug are the same.

    `kind` is target, agent or pathway; `what` says what sort of target or agent it is.
    """

    kind: str
    slug: str
    name: str = field(default="", compare=False)
    what: str = field(default="", compare=False)

    @property
    def id(self) -> str:
        """How addresses name it: "target:cd274"."""
        return f"{self.kind}:{self.slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where an edge was read. `source` is the slug of a source on record; empty below evidence."""

    name: str
    source: str = ""
    place: str = ""
    url: str = ""
    seen_on: str = ""
    retraction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One arrow with what it rests on.

    `origin` says what it is: an ASSERTION of a published statement, or a tie from the tables of
    therapies (an agent's target, a pathway's member), which is a fact on record and no finding.
    `detail` is the action or the role of a tie. What no source says is "" or None.
    """

    id: int
    origin: str
    subject: Node
    relation: str
    object: Node
    citation: Citation
    detail: str = ""
    evidence: str = ""
    statement: str = ""
    level: str = ""
    direction: str = ""
    model_system: str = ""
    is_negated: bool = False
    carried_by_exosome: bool | None = None
    donor: Node | None = None
    recipient: Node | None = None
    pathway: Node | None = None
    context: str = ""

    @property
    def stance(self) -> str:
        """FOR the arrow, or AGAINST it: seen not to hold, or in a statement not supported.

        The two marks never cancel each other: either one says that it was not seen.
        """
        denied = self.is_negated or self.direction == "DOES_NOT_SUPPORT"
        return AGAINST if denied else FOR

    @property
    def sign(self) -> int:
        """+1 raises, -1 lowers, 0 neither: what the relation says, whether it was seen or not."""
        return sign_of(self.relation)

    @property
    def is_finding(self) -> bool:
        """Whether somebody found it, in something; a tie is only on record."""
        return self.origin == ASSERTION

    @property
    def is_preclinical(self) -> bool:
        """Whether it was seen in no patient and nothing of a patient's."""
        return self.model_system in PRECLINICAL

    @property
    def order(self) -> tuple[Any, ...]:
        """A place among other edges that is the same on every machine and every day."""
        return (
            *(self.subject, self.object, self.relation, self.stance == AGAINST),
            *(self.level or "Z", self.origin, self.evidence, self.id),
        )

    @property
    def roles(self) -> tuple[tuple[str, Node], ...]:
        """Every node that takes part, with its part."""
        parts = (
            ("SUBJECT", self.subject),
            ("OBJECT", self.object),
            ("DONOR", self.donor),
            ("RECIPIENT", self.recipient),
            ("PATHWAY", self.pathway),
        )
        return tuple((role, node) for role, node in parts if node is not None)

    def as_data(self) -> dict[str, Any]:
        """The edge for a picture: plain values, its ends named by their ids."""
        ends = {"subject": self.subject.id, "object": self.object.id}
        others = {
            name: node.id if node else None
            for name, node in (
                ("donor", self.donor),
                ("recipient", self.recipient),
                ("pathway", self.pathway),
            )
        }
        own = {"stance": self.stance, "sign": self.sign, "is_finding": self.is_finding}
        return {**asdict(self), **ends, **others, **own}
