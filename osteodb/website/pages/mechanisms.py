"""Mechanisms: the list of arrows, paths between two things, findings that point both ways."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from evidence.filters_mechanisms import (
    ARROWS,
    STANCES,
    AssertionFilterSet,
    EntityQuestion,
    PathsQuestion,
    asked_path,
    optional_entity,
)
from evidence.mechanism_queries import (
    OPPOSES,
    Entity,
    edge_of,
    findings_about,
    load_graph,
    node_of,
    visible_assertions,
    with_all,
)
from evidence.mechanisms.contradictions import Contradiction, contradictions
from evidence.mechanisms.graph import ANY, FOLLOW, LONGEST, SHORTEST, USUAL, Paths, Touching
from evidence.mechanisms.parts import AGAINST, FOR, KINDS, Node
from evidence.mechanisms.relations import MEANINGS, Meaning
from evidence.models import EvidenceLevel, ModelSystem, Relation
from osteodb.core.filters import InvalidFilters
from osteodb.website.pages.base import API, Crumb, Head, with_query
from osteodb.website.pages.facets import Counted, FacetSpec, by_answer, by_choice
from osteodb.website.pages.lists import ListPage, ListSpec, Problem, list_page, problems_of

CRUMBS = (Crumb("Mechanisms", "/mechanisms/"),)
QUESTIONS = f"{API}mechanisms/"


# --- The list of arrows ---------------------------------------------------------------------------


def _by_stance(rows: QuerySet[Any]) -> list[Counted]:
    """How many arrows were seen to hold, and how many not to."""
    against = rows.filter(OPPOSES).count()
    numbers = {AGAINST: against, FOR: rows.count() - against}
    return [Counted(value, label, numbers[value]) for value, label in STANCES if numbers[value] > 0]


def _by_entity(rows: QuerySet[Any]) -> list[Counted]:
    """How many arrows have an entity at one of their ends, most frequent first."""
    labels = {"target": "symbol", "agent": "name", "pathway": "name"}
    columns = [
        f"{end}_{kind}__{column}"
        for end in ("subject", "object")
        for kind in KINDS
        for column in ("slug", labels[kind])
    ]
    counts: Counter[Node] = Counter()
    for row in rows.order_by().values_list(*columns):
        pairs = zip(KINDS * 2, row[::2], row[1::2], strict=True)
        counts.update({Node(kind, slug, name) for kind, slug, name in pairs if slug})
    found = [Counted(node.id, node.name, number) for node, number in counts.items()]
    return sorted(found, key=lambda one: (-one.number, one.label.casefold(), one.value))


def _by_pathway(rows: QuerySet[Any]) -> list[Counted]:
    """How many arrows a pathway takes part in, most frequent first."""
    columns = ("subject_pathway", "object_pathway", "pathway")
    values = [f"{column}__{name}" for column in columns for name in ("slug", "name")]
    counts: Counter[tuple[str, str]] = Counter()
    some = Q()
    for column in columns:
        some |= Q(**{f"{column}__isnull": False})
    for row in rows.filter(some).order_by().values_list(*values):
        counts.update(
            {(slug, name) for slug, name in zip(row[::2], row[1::2], strict=True) if slug}
        )
    found = [Counted(slug, name, number) for (slug, name), number in counts.items()]
    return sorted(found, key=lambda one: (-one.number, one.label.casefold()))


MECHANISMS = ListSpec(
    noun="arrow",
    title="Mechanisms",
    section="mechanisms",
    resource="assertions",
    path="/mechanisms/",
    lede="Who does what to whom in osteosarcoma: each arrow with what it was seen in, how strong "
    "the statement is, and where it was read. What was seen not to hold stays beside it.",
    facets=(
        FacetSpec("stance", "Finding", _by_stance, is_open=True),
        FacetSpec(
            "model_system", "Seen in", by_choice("model_system", ModelSystem.choices), is_open=True
        ),
        FacetSpec("relation", "Relation", by_choice("relation", Relation.choices), is_open=True),
        FacetSpec("pathway", "Pathway", _by_pathway, is_open=True),
        FacetSpec("carried_by_exosome", "Carried by exosomes", by_answer("carried_by_exosome")),
        FacetSpec("level", "Level", by_choice("version__level", EvidenceLevel.choices)),
        FacetSpec("entity", "Subject or object", _by_entity),
    ),
    sorts=(
        ("subject,object,-stance,level", "subject"),
        ("object,subject,-stance,level", "object"),
        ("level,subject,object", "level"),
    ),
    texts=(("search", "Words"), ("entity", "Subject or object")),
    per_page=50,
)


def mechanisms_page(query: QueryDict) -> ListPage:
    """The list of arrows as asked for; its rows are edges."""
    page = list_page(MECHANISMS, AssertionFilterSet, with_all(visible_assertions()), query)
    return replace(page, rows=[edge_of(one) for one in page.rows])


# --- What touches one thing -----------------------------------------------------------------------


def touching_of(entity: Entity) -> Touching:
    """The findings that an agent, target or pathway takes part in: one query."""
    return findings_about(entity).touching(node_of(entity))


# --- Paths ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PathsPage:
    """The form as it was filled in, and what came of it: problems, an answer, or neither yet."""

    typed: dict[str, str]
    answer: Paths | None = None
    problems: list[Problem] = field(default_factory=list)
    names: tuple[Node, ...] = ()
    lengths: tuple[int, int] = (SHORTEST, LONGEST)
    ways: tuple[tuple[str, str], ...] = ARROWS
    any_way_url: str = ""
    json_url: str = ""

    @property
    def status(self) -> int:
        """The HTTP status the page answers with."""
        return 400 if self.problems else 200


def paths_head(page: PathsPage) -> Head:
    """Title of the page of paths."""
    between = f" from {page.answer.start.name} to {page.answer.end.name}" if page.answer else ""
    return Head(
        title=f"Paths{between}",
        section="mechanisms",
        description="How one thing leads to another in what is published of osteosarcoma.",
        crumbs=CRUMBS,
        json_url=page.json_url,
    )


def paths_page(query: QueryDict) -> PathsPage:
    """The ways between two things; the form where one of them is not given yet."""
    graph = load_graph()
    usual = {"from": "", "to": "", "longest": str(USUAL), "arrows": FOLLOW}
    typed = {name: query.get(name) or value for name, value in usual.items()}
    given = PathsQuestion(query)
    if not given.problems and not {"from", "to"} <= set(query):
        return PathsPage(typed=typed, names=graph.nodes)  # a link may fill in one of the two
    try:
        asked = asked_path(given)
    except InvalidFilters as refused:
        found = problems_of(refused.filter_problems, given, query)
        return PathsPage(typed=typed, problems=found, names=graph.nodes)
    either_way = query.copy()
    either_way["arrows"] = ANY
    return PathsPage(
        typed=typed,
        answer=graph.paths(asked.start, asked.end, longest=asked.longest, arrows=asked.arrows),
        names=graph.nodes,
        any_way_url=f"?{either_way.urlencode()}" if asked.arrows == FOLLOW else "",
        json_url=with_query(f"{QUESTIONS}paths/", query),
    )


# --- Findings that point both ways ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ContradictionsPage:
    """Pairs with findings both ways, and pathways; about one thing where it is named."""

    pairs: list[Contradiction] = field(default_factory=list)
    pathways: list[Contradiction] = field(default_factory=list)
    about: Node | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The HTTP status the page answers with."""
        return 400 if self.problems else 200


def contradictions_head(query: QueryDict) -> Head:
    """Title of the page of contradictions."""
    return Head(
        title="Findings that point both ways",
        section="mechanisms",
        description="Where published findings on osteosarcoma mechanisms contradict each other.",
        crumbs=CRUMBS,
        json_url=with_query(f"{QUESTIONS}contradictions/", query),
    )


def contradictions_page(query: QueryDict) -> ContradictionsPage:
    """Everything that was found both ways."""
    given = EntityQuestion(query)
    if given.problems:
        return ContradictionsPage(problems=problems_of(given.problems, given, query))
    about = optional_entity(given)
    every = contradictions(load_graph(), about)
    return ContradictionsPage(
        pairs=[one for one in every if not one.is_loose],
        pathways=[one for one in every if one.is_loose],
        about=about,
    )


# --- What the relations mean ----------------------------------------------------------------------


def relations_head() -> Head:
    """Title of the page of relations."""
    return Head(
        title="What the arrows mean",
        section="mechanisms",
        description="The relations of OsteoDB's mechanism graph, defined.",
        crumbs=CRUMBS,
    )


def relations_page() -> tuple[Meaning, ...]:
    """Every relation with its definition."""
    return MEANINGS
