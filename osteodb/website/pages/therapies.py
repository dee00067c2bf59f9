"""Agents and targets: what can be given, and what it hits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import QueryDict

from evidence.filter_parts import (
    comparisons_of_agents,
    numbers_of_agents,
)
from evidence.models import Comparison, Discrepancy, EvidenceVersion, Measurement
from osteodb.website.pages.base import Crumb, Head, api_url
from osteodb.website.pages.facets import FacetSpec, by_choice, by_relation, by_tree
from osteodb.website.pages.lists import ListPage, ListSpec, list_page
from osteodb.website.pages.mechanisms import touching_of
from osteodb.website.pages.numbers import NumberTables, number_tables
from osteodb.website.pages.shown import (
    Shown,
    ShownArrows,
    Tally,
    first_arrows,
    first_of,
    first_statements,
    tallies,
)
from osteodb.website.pages.trial import discrepancies_of
from osteodb.website.pages.trials import as_shown
from osteodb.website.words import counted
from therapies.filters import AgentFilterSet, TargetFilterSet
from therapies.models import (
    Agent,
    AgentKind,
    AgentName,
    AgentTarget,
    PathwayMember,
    Regimen,
    Target,
    TargetKind,
    TargetName,
    TherapyClass,
)
from trials.models import Trial, TrialAgent

Reference = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPage:
    """An agent with its names, what it hits, its trials, its numbers and what is said of it."""

    agent: Agent
    searched: str
    names: list[AgentName]
    references: list[Reference]
    classes: list[TherapyClass]
    targets: list[AgentTarget]
    regimens: list[Regimen]
    trials: Shown[Trial]
    numbers: NumberTables
    touching: ShownArrows
    statements: Shown[EvidenceVersion]
    discrepancies: list[Discrepancy]
    tallies: list[Tally]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPage:
    """A target with its names, the agents that act on it, their trials and what is said of it."""

    target: Target
    searched: str
    names: list[TargetName]
    references: list[Reference]
    agents: list[AgentTarget]
    memberships: list[PathwayMember]
    trials: Shown[Trial]
    touching: ShownArrows
    statements: Shown[EvidenceVersion]
    discrepancies: list[Discrepancy]
    tallies: list[Tally]


def _class_ties(rows: QuerySet[Any]) -> QuerySet[Any]:
    return Agent.therapy_classes.through.objects.filter(agent__in=rows.values("pk"))


def _target_ties(rows: QuerySet[Any]) -> QuerySet[Any]:
    return AgentTarget.objects.current().filter(agent__in=rows.values("pk"))


def _pathway_ties(rows: QuerySet[Any]) -> QuerySet[Any]:
    return PathwayMember.objects.filter(target__in=rows.values("pk"))


AGENTS = ListSpec(
    noun="agent",
    title="Agents",
    section="agents",
    resource="agents",
    feed="/agents/atom.xml",
    lede="Drugs, cell products, vaccines and vesicles, each under every name it goes by.",
    facets=(
        FacetSpec("kind", "Kind", by_choice("kind", AgentKind.choices), is_open=True),
        FacetSpec(
            "therapy_class",
            "Therapy class",
            by_tree(TherapyClass, _class_ties, "agent_id", "therapyclass__path"),
            is_open=True,
        ),
        FacetSpec(
            "target",
            "Acts on",
            by_relation(_target_ties, "agent", "target__slug", "target__symbol"),
        ),
    ),
    sorts=(("name", "name"), ("kind", "kind")),
    texts=(("search", "Name or part of it"),),
    per_page=50,
)
TARGETS = ListSpec(
    noun="target",
    title="Targets",
    section="targets",
    resource="targets",
    feed="/targets/atom.xml",
    lede="What therapies hit and mechanisms involve: proteins, microRNAs, cells, vesicle parts.",
    facets=(
        FacetSpec("kind", "Kind", by_choice("kind", TargetKind.choices), is_open=True),
        FacetSpec(
            "pathway",
            "Pathway",
            by_relation(_pathway_ties, "target", "pathway__slug", "pathway__name"),
            is_open=True,
        ),
    ),
    sorts=(("symbol", "symbol"), ("name", "name"), ("kind", "kind")),
    texts=(("search", "Name or part of it"),),
    per_page=50,
)


def trials_giving_count() -> Count:
    """How many visible trials give an agent."""
    given = TrialAgent.objects.in_force()
    given = given.filter(trial__head__in=Trial.objects.visible().values("pk"))
    current = Q(trial_agents__in=given.values("pk"))
    return Count("trial_agents__trial__head", filter=current, distinct=True)


def agents_page(query: QueryDict) -> ListPage:
    """The list of agents as asked for."""
    return list_page(AGENTS, AgentFilterSet, for_rows(Agent.objects.current()), query)


def for_rows(agents: QuerySet[Agent]) -> QuerySet[Agent]:
    """Agents with what their rows in a table show: three more queries."""
    ties = AgentTarget.objects.current().select_related("target")
    return agents.annotate(trial_count=trials_giving_count()).prefetch_related(
        Prefetch("names", AgentName.objects.all(), to_attr="shown_names"),
        Prefetch("therapy_classes", TherapyClass.objects.all(), to_attr="shown_classes"),
        Prefetch("agent_targets", ties, to_attr="shown_targets"),
    )


def targets_page(query: QueryDict) -> ListPage:
    """The list of targets as asked for."""
    ties = AgentTarget.objects.current().select_related("agent")
    rows = Target.objects.current().prefetch_related(
        Prefetch("agent_targets", ties, to_attr="shown_agents")
    )
    return list_page(TARGETS, TargetFilterSet, rows, query)


def agent_head(page: AgentPage) -> Head:
    """Title and path of an agent's page."""
    agent = page.agent
    return Head(
        title=f"{agent.name}: trials and results in osteosarcoma",
        section="agents",
        description=f"{agent.name}, {agent.get_kind_display()}: "
        f"{counted(page.trials.count, 'trial')} of osteosarcoma, "
        f"{counted(page.numbers.count, 'published number')} and "
        f"{counted(page.statements.count, 'statement')}, with names and targets.",
        crumbs=(Crumb("Agents", "/agents/"),),
        json_url=api_url("agents", agent.slug),
        permalink=f"/agents/{agent.slug}/",
    )


def agent_page(agent: Agent, searched: str = "") -> AgentPage:
    """Everything about one agent. `searched` is the name a reader came by."""
    asked = f"agent={agent.slug}"
    published = EvidenceVersion.objects.published().filter(agents=agent)
    trials = first_trials(Q(agent=agent), asked)
    statements = first_statements(published, asked)
    touching = first_arrows(touching_of(agent), asked)
    discrepancies = discrepancies_of(Q(agents=agent))
    numbers = number_tables(
        Measurement.objects.visible().filter(numbers_of_agents([agent.pk])),
        Comparison.objects.visible().filter(comparisons_of_agents([agent.pk])),
    )
    counts = (trials.count, numbers.count, touching.count, statements.count)
    return AgentPage(
        agent=agent,
        searched=searched,
        names=list(agent.names.all()),
        references=_agent_references(agent),
        classes=list(agent.therapy_classes.all()),
        targets=list(agent.agent_targets.current().select_related("target")),
        regimens=list(agent.regimens.prefetch_related("agents")),
        trials=trials,
        numbers=numbers,
        touching=touching,
        statements=statements,
        discrepancies=discrepancies,
        tallies=tallies(asked, *counts, discrepancies),
    )


def first_trials(given: Q, asked: str) -> Shown[Trial]:
    """Visible trials that give something, for a table of trials: four queries. `asked` is the
    filter of the list that has all of them."""
    heads = TrialAgent.objects.in_force().filter(given).values("trial__head")
    found = Trial.objects.visible().filter(pk__in=heads)
    found = found.defer("search", "eligibility_criteria", "brief_summary")
    shown = first_of(found.order_by("sort_title", "pk"), f"/trials/?{asked}")
    as_shown(shown.rows)
    return shown


def _agent_references(agent: Agent) -> list[Reference]:
    """The agent's numbers elsewhere: scheme, number, address (empty where none is certain)."""
    chembl = f"https://www.ebi.ac.uk/chembl/explore/compound/{agent.chembl_id}"
    drugbank = f"https://go.drugbank.com/drugs/{agent.drugbank_id}"
    rows = [
        ("ChEMBL", agent.chembl_id, chembl),
        ("DrugBank", agent.drugbank_id, drugbank),
        ("NCIt", agent.ncit_id, ""),
        ("ChEBI", agent.chebi_id, ""),
        ("MeSH", agent.mesh_id, ""),
        ("RxCUI", agent.rxcui, ""),
    ]
    return [row for row in rows if row[1]]


def target_head(page: TargetPage) -> Head:
    """Title and path of a target's page."""
    target = page.target
    return Head(
        title=f"{target.symbol}: {target.name}" if target.name != target.symbol else target.symbol,
        section="targets",
        description=f"{target.symbol}: {counted(len(page.agents), 'action')} of agents on it, "
        f"{counted(page.trials.count, 'trial')} of osteosarcoma and "
        f"{counted(page.statements.count, 'statement')}.",
        crumbs=(Crumb("Targets", "/targets/"),),
        json_url=api_url("targets", target.slug),
        permalink=f"/targets/{target.slug}/",
    )


def target_page(target: Target, searched: str = "") -> TargetPage:
    """Everything about one target."""
    asked = f"target={target.slug}"
    published = EvidenceVersion.objects.published().filter(targets=target)
    ties = list(target.agent_targets.current().select_related("agent"))
    trials = first_trials(Q(agent__in=[tie.agent_id for tie in ties]), asked)
    statements = first_statements(published, asked)
    touching = first_arrows(touching_of(target), asked)
    discrepancies = discrepancies_of(Q(targets=target))
    counts = (trials.count, None, touching.count, statements.count)
    return TargetPage(
        target=target,
        searched=searched,
        names=list(target.names.all()),
        references=_target_references(target),
        agents=ties,
        memberships=list(target.memberships.select_related("pathway")),
        trials=trials,
        touching=touching,
        statements=statements,
        discrepancies=discrepancies,
        tallies=tallies(asked, *counts, discrepancies),
    )


def _target_references(target: Target) -> list[Reference]:
    hgnc = f"https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/{target.hgnc_id}"
    uniprot = f"https://www.uniprot.org/uniprotkb/{target.uniprot_id}"
    rows = [
        ("HGNC", target.hgnc_id, hgnc),
        ("UniProt", target.uniprot_id, uniprot),
        (
            "NCBI Gene",
            target.ncbi_gene_id,
            f"https://www.ncbi.nlm.nih.gov/gene/{target.ncbi_gene_id}",
        ),
        ("Ensembl", target.ensembl_id, ""),
        ("miRBase", target.mirbase_id, ""),
        ("Cell Ontology", target.cell_ontology_id, ""),
    ]
    return [row for row in rows if row[1]]
