"""Rows about therapies, read with a fixed number of queries and built as they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, QuerySet

from osteodb.core.api.values import address, grouped, known, listing
from therapies.api.shapes import (
    AgentDetailShape,
    AgentRefShape,
    AgentRowShape,
    CitationShape,
    ClassRefShape,
    PathwayDetailShape,
    PathwayRefShape,
    PathwayRowShape,
    RegimenRefShape,
    RegimenRowShape,
    TargetDetailShape,
    TargetRefShape,
    TargetRowShape,
    TherapyClassDetailShape,
    TherapyClassRowShape,
)
from therapies.models import (
    Agent,
    AgentName,
    AgentTarget,
    Pathway,
    PathwayMember,
    Regimen,
    RegimenAgent,
    Target,
    TargetName,
    TherapyClass,
)

Values = Mapping[str, Any]
CITED = ("source_text", "source_url", "source_seen_on")
AGENT_IDS = ("chembl_id", "ncit_id", "drugbank_id", "chebi_id", "mesh_id", "rxcui")
TARGET_IDS = (
    "hgnc_id",
    "uniprot_id",
    "ncbi_gene_id",
    "ensembl_id",
    "mirbase_id",
    "cell_ontology_id",
)


def citation(row: Values) -> CitationShape:
    """Where a statement was read."""
    return {
        "text": known(row["source_text"]),
        "url": known(row["source_url"]),
        "seen_on": known(row["source_seen_on"]),
    }


def agent_ref(slug: str, name: str, site: str) -> AgentRefShape:
    """An agent in short."""
    return {"slug": slug, "name": name, "url": address(site, "agents", slug)}


def target_ref(slug: str, symbol: str, site: str) -> TargetRefShape:
    """A target in short."""
    return {"slug": slug, "symbol": symbol, "url": address(site, "targets", slug)}


def class_ref(slug: str, name: str, site: str) -> ClassRefShape:
    """A therapy class in short."""
    return {"slug": slug, "name": name, "url": address(site, "therapy-classes", slug)}


def pathway_ref(slug: str, name: str, site: str) -> PathwayRefShape:
    """A pathway in short."""
    return {"slug": slug, "name": name, "url": address(site, "pathways", slug)}


def regimen_ref(slug: str, name: str, site: str) -> RegimenRefShape:
    """A regimen in short."""
    return {"slug": slug, "name": name, "url": address(site, "regimens", slug)}


def once(rows: Iterable[Values], key: str) -> list[Values]:
    """The rows without later ones of the same key: an agent may act on a target in two ways."""
    return list({row[key]: row for row in reversed(list(rows))}.values())[::-1]


def agent_rows(queryset: QuerySet[Agent], site: str) -> list[AgentRowShape]:
    """Agents: four queries, however many."""
    agents = list(queryset.values("pk", "slug", "name", "kind", "description", *AGENT_IDS))
    ids = [agent["pk"] for agent in agents]
    names = grouped(
        AgentName.objects.filter(agent_id__in=ids).order_by("name").values("agent_id", "name"),
        "agent_id",
    )
    classes = grouped(
        Agent.therapy_classes.through.objects.filter(agent_id__in=ids)
        .order_by("therapyclass__path")
        .values("agent_id", "therapyclass__slug", "therapyclass__name"),
        "agent_id",
    )
    targets = grouped(
        AgentTarget.objects.current()
        .filter(agent_id__in=ids)
        .order_by("target__symbol")
        .values("agent_id", "target__slug", "target__symbol"),
        "agent_id",
    )
    return [
        {
            "slug": agent["slug"],
            "url": address(site, "agents", agent["slug"]),
            "name": agent["name"],
            "kind": agent["kind"],
            "description": known(agent["description"]),
            "names": [row["name"] for row in names[agent["pk"]] if row["name"] != agent["name"]],
            "therapy_classes": [
                class_ref(row["therapyclass__slug"], row["therapyclass__name"], site)
                for row in classes[agent["pk"]]
            ],
            "targets": [
                target_ref(row["target__slug"], row["target__symbol"], site)
                for row in once(targets[agent["pk"]], "target__slug")
            ],
            "chembl_id": known(agent["chembl_id"]),
            "ncit_id": known(agent["ncit_id"]),
            "drugbank_id": known(agent["drugbank_id"]),
            "chebi_id": known(agent["chebi_id"]),
            "mesh_id": known(agent["mesh_id"]),
            "rxcui": known(agent["rxcui"]),
        }
        for agent in agents
    ]


def agent_detail(pk: int, site: str) -> AgentDetailShape:
    """One agent in full."""
    found = Agent.objects.filter(pk=pk)
    [row] = agent_rows(found, site)
    more = found.values("note", *CITED).get()
    names = AgentName.objects.filter(agent=pk).order_by("name").values("name", "kind", *CITED)
    actions = (
        AgentTarget.objects.current()
        .filter(agent=pk)
        .order_by("target__symbol", "action")
        .values("target__slug", "target__symbol", "action", "locator", *CITED)
    )
    regimens = RegimenAgent.objects.filter(agent=pk).order_by("regimen__name")
    return {
        **row,
        "note": known(more["note"]),
        "all_names": [
            {"name": each["name"], "kind": each["kind"], "source": citation(each)} for each in names
        ],
        "actions": [
            {
                **target_ref(each["target__slug"], each["target__symbol"], site),
                "action": each["action"],
                "locator": known(each["locator"]),
                "source": citation(each),
            }
            for each in actions
        ],
        "regimens": [
            regimen_ref(slug, name, site)
            for slug, name in regimens.values_list("regimen__slug", "regimen__name")
        ],
        "source": citation(more),
        "links": {
            name: listing(site, name, agent=row["slug"])
            for name in ("trials", "measurements", "comparisons", "evidence", "changes")
        },
    }


def target_rows(queryset: QuerySet[Target], site: str) -> list[TargetRowShape]:
    """Targets: four queries, however many."""
    targets = list(
        queryset.values("pk", "slug", "symbol", "name", "kind", "description", *TARGET_IDS)
    )
    ids = [target["pk"] for target in targets]
    named = TargetName.objects.current().filter(target_id__in=ids).order_by("name")
    members = PathwayMember.objects.filter(target_id__in=ids).order_by("pathway__name")
    hit_by = AgentTarget.objects.current().filter(target_id__in=ids).order_by("agent__name")
    names = grouped(named.values("target_id", "name"), "target_id")
    pathways = grouped(members.values("target_id", "pathway__slug", "pathway__name"), "target_id")
    agents = grouped(hit_by.values("target_id", "agent__slug", "agent__name"), "target_id")
    return [
        {
            "slug": target["slug"],
            "url": address(site, "targets", target["slug"]),
            "symbol": target["symbol"],
            "name": target["name"],
            "kind": target["kind"],
            "description": known(target["description"]),
            "names": [
                row["name"]
                for row in names[target["pk"]]
                if row["name"] not in (target["symbol"], target["name"])
            ],
            "pathways": [
                pathway_ref(row["pathway__slug"], row["pathway__name"], site)
                for row in pathways[target["pk"]]
            ],
            "agents": [
                agent_ref(row["agent__slug"], row["agent__name"], site)
                for row in once(agents[target["pk"]], "agent__slug")
            ],
            "hgnc_id": known(target["hgnc_id"]),
            "uniprot_id": known(target["uniprot_id"]),
            "ncbi_gene_id": known(target["ncbi_gene_id"]),
            "ensembl_id": known(target["ensembl_id"]),
            "mirbase_id": known(target["mirbase_id"]),
            "cell_ontology_id": known(target["cell_ontology_id"]),
        }
        for target in targets
    ]


def target_detail(pk: int, site: str) -> TargetDetailShape:
    """One target in full."""
    found = Target.objects.filter(pk=pk)
    [row] = target_rows(found, site)
    more = found.values("note", *CITED).get()
    actions = (
        AgentTarget.objects.current()
        .filter(target=pk)
        .order_by("agent__name", "action")
        .values("agent__slug", "agent__name", "action", "locator", *CITED)
    )
    return {
        **row,
        "note": known(more["note"]),
        "actions": [
            {
                **agent_ref(each["agent__slug"], each["agent__name"], site),
                "action": each["action"],
                "locator": known(each["locator"]),
                "source": citation(each),
            }
            for each in actions
        ],
        "source": citation(more),
        "links": {
            name: listing(site, name, target=row["slug"])
            for name in ("trials", "measurements", "evidence", "changes", "regimens")
        },
    }


def therapy_class_rows(queryset: QuerySet[TherapyClass], site: str) -> list[TherapyClassRowShape]:
    """Therapy classes: one query."""
    found = queryset.annotate(agent_count=Count("agents")).values(
        "slug", "name", "path", "parent__slug", "definition", "agent_count"
    )
    return [
        {
            "slug": each["slug"],
            "url": address(site, "therapy-classes", each["slug"]),
            "name": each["name"],
            "path": each["path"],
            "depth": each["path"].count("/"),
            "parent": each["parent__slug"],
            "definition": known(each["definition"]),
            "agent_count": each["agent_count"],
        }
        for each in found
    ]


def therapy_class_detail(pk: int, site: str) -> TherapyClassDetailShape:
    """One class with what is in it and right below it."""
    [row] = therapy_class_rows(TherapyClass.objects.filter(pk=pk), site)
    children = TherapyClass.objects.filter(parent=pk).order_by("path").values_list("slug", "name")
    agents = Agent.objects.filter(therapy_classes=pk).order_by("name").values_list("slug", "name")
    return {
        **row,
        "children": [class_ref(slug, name, site) for slug, name in children],
        "agents": [agent_ref(slug, name, site) for slug, name in agents],
        "links": {
            name: listing(site, name, therapy_class=row["slug"])
            for name in ("agents", "trials", "measurements", "evidence", "changes")
        },
    }


def pathway_rows(queryset: QuerySet[Pathway], site: str) -> list[PathwayRowShape]:
    """Pathways: two queries, however many."""
    pathways = list(queryset.values("pk", "slug", "name", "names", "description"))
    members = grouped(
        PathwayMember.objects.filter(pathway_id__in=[each["pk"] for each in pathways])
        .order_by("target__symbol")
        .values("pathway_id", "target__slug", "target__symbol"),
        "pathway_id",
    )
    return [
        {
            "slug": each["slug"],
            "url": address(site, "pathways", each["slug"]),
            "name": each["name"],
            "names": each["names"],
            "description": known(each["description"]),
            "targets": [
                target_ref(row["target__slug"], row["target__symbol"], site)
                for row in members[each["pk"]]
            ],
        }
        for each in pathways
    ]


def pathway_detail(pk: int, site: str) -> PathwayDetailShape:
    """One pathway with the source of each membership."""
    found = Pathway.objects.filter(pk=pk)
    [row] = pathway_rows(found, site)
    members = (
        PathwayMember.objects.filter(pathway=pk)
        .order_by("target__symbol")
        .values("target__slug", "target__symbol", "role", "locator", *CITED)
    )
    return {
        **row,
        "members": [
            {
                **target_ref(each["target__slug"], each["target__symbol"], site),
                "role": known(each["role"]),
                "locator": known(each["locator"]),
                "source": citation(each),
            }
            for each in members
        ],
        "source": citation(found.values(*CITED).get()),
        "links": {
            "targets": listing(site, "targets", pathway=row["slug"]),
            "evidence": listing(site, "evidence", pathway=row["slug"]),
        },
    }


def regimen_rows(queryset: QuerySet[Regimen], site: str) -> list[RegimenRowShape]:
    """Regimens: two queries, however many."""
    regimens = list(queryset.values("pk", "slug", "name", "kind", "description"))
    agents = grouped(
        RegimenAgent.objects.filter(regimen_id__in=[each["pk"] for each in regimens])
        .order_by("position", "agent__name")
        .values("regimen_id", "agent__slug", "agent__name", "dose"),
        "regimen_id",
    )
    return [
        {
            "slug": each["slug"],
            "url": address(site, "regimens", each["slug"]),
            "name": each["name"],
            "kind": each["kind"],
            "description": known(each["description"]),
            "agents": [
                {
                    **agent_ref(row["agent__slug"], row["agent__name"], site),
                    "dose": known(row["dose"]),
                }
                for row in agents[each["pk"]]
            ],
        }
        for each in regimens
    ]
