"""What the answers about therapies look like."""

from __future__ import annotations

from typing import Annotated, TypedDict

from therapies.models import AgentKind, AgentNameKind, RegimenKind, TargetAction, TargetKind


class AgentRefShape(TypedDict):
    """An agent in short."""

    slug: str
    name: str
    url: str


class TargetRefShape(TypedDict):
    """A target in short."""

    slug: str
    symbol: str
    url: str


class ClassRefShape(TypedDict):
    """A therapy class in short."""

    slug: str
    name: str
    url: str


class PathwayRefShape(TypedDict):
    """A pathway in short."""

    slug: str
    name: str
    url: str


class CitationShape(TypedDict):
    """Where a statement was read; null where no source is recorded."""

    text: str | None
    url: str | None
    seen_on: Annotated[str | None, "The date it was seen there."]


class AgentRowShape(TypedDict):
    """One thing that can be given."""

    slug: str
    url: str
    name: Annotated[str, "The INN where there is one."]
    kind: Annotated[str, AgentKind]
    description: str | None
    names: Annotated[list[str], "Every other name: synonyms, codes, brands."]
    therapy_classes: list[ClassRefShape]
    targets: list[TargetRefShape]
    chembl_id: str | None
    ncit_id: str | None
    drugbank_id: str | None
    chebi_id: str | None
    mesh_id: str | None
    rxcui: str | None


class AgentNameShape(TypedDict):
    """A name of an agent, and who calls it so."""

    name: str
    kind: Annotated[str, AgentNameKind]
    source: CitationShape


class AgentTargetShape(TypedDict):
    """That an agent acts on a target, how, and who says so."""

    slug: str
    symbol: str
    url: str
    action: Annotated[str, TargetAction]
    locator: str | None
    source: CitationShape


class RegimenRefShape(TypedDict):
    """A regimen in short."""

    slug: str
    name: str
    url: str


class AgentDetailShape(AgentRowShape):
    """One agent in full, with the source of each name, target and identifier."""

    note: Annotated[str | None, "A curator's remark, such as a mapping conflict."]
    all_names: list[AgentNameShape]
    actions: list[AgentTargetShape]
    regimens: list[RegimenRefShape]
    source: CitationShape
    links: dict[str, str]


class TargetRowShape(TypedDict):
    """Something a therapy hits or a mechanism involves."""

    slug: str
    url: str
    symbol: Annotated[str, "HGNC's where there is a gene, else the field's own short name."]
    name: str
    kind: Annotated[str, TargetKind]
    description: str | None
    names: Annotated[list[str], "Every other name; an alias may belong to several targets."]
    pathways: list[PathwayRefShape]
    agents: list[AgentRefShape]
    hgnc_id: str | None
    uniprot_id: str | None
    ncbi_gene_id: str | None
    ensembl_id: str | None
    mirbase_id: str | None
    cell_ontology_id: str | None


class TargetAgentShape(TypedDict):
    """An agent that acts on a target, how, and who says so."""

    slug: str
    name: str
    url: str
    action: Annotated[str, TargetAction]
    locator: str | None
    source: CitationShape


class TargetDetailShape(TargetRowShape):
    """One target in full, with the source of each statement."""

    note: Annotated[str | None, "A curator's judgement and its reason."]
    actions: list[TargetAgentShape]
    source: CitationShape
    links: dict[str, str]


class TherapyClassRowShape(TypedDict):
    """A kind of treatment in a tree."""

    slug: str
    url: str
    name: str
    path: Annotated[str, "The slugs from the root, joined by /."]
    depth: Annotated[int, "0 for a root."]
    parent: Annotated[str | None, "Slug of the class above."]
    definition: str | None
    agent_count: Annotated[int, "Agents in this very class, without those below it."]


class TherapyClassDetailShape(TherapyClassRowShape):
    """One class with what is in it and right below it."""

    children: list[ClassRefShape]
    agents: list[AgentRefShape]
    links: dict[str, str]


class PathwayRowShape(TypedDict):
    """A signalling pathway."""

    slug: str
    url: str
    name: str
    names: list[str]
    description: str | None
    targets: list[TargetRefShape]


class PathwayMemberShape(TypedDict):
    """A target's place in a pathway, and who says so."""

    slug: str
    symbol: str
    url: str
    role: str | None
    locator: str | None
    source: CitationShape


class PathwayDetailShape(PathwayRowShape):
    """One pathway with the source of each membership."""

    members: list[PathwayMemberShape]
    source: CitationShape
    links: dict[str, str]


class RegimenAgentShape(TypedDict):
    """An agent of a regimen, in its order, with the dose where a source gives one."""

    slug: str
    name: str
    url: str
    dose: str | None


class RegimenRowShape(TypedDict):
    """What is given together."""

    slug: str
    url: str
    name: str
    kind: Annotated[str, RegimenKind]
    description: str | None
    agents: list[RegimenAgentShape]
