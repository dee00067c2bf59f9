"""What may be asked of agents, targets, classes, pathways and regimens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q

from osteodb.core.filter_values import UnknownTerm, normal_form
from osteodb.core.filters import (
    ChoicesFilter,
    OrderingFilter,
    StrictFilterSet,
    TermsFilter,
    ValueFilter,
)
from osteodb.core.full_text import words_query
from osteodb.core.merged import kept_ids
from osteodb.core.normalise import normalise_name
from therapies.models import (
    Agent,
    AgentKind,
    AgentName,
    AgentTarget,
    Pathway,
    PathwayMember,
    RegimenKind,
    Target,
    TargetKind,
    TargetName,
    TherapyClass,
)

# --- Words to rows: each gives a list of ids, or refuses ------------------------------------------


def agent_ids(text: str) -> list[int]:
    """The agent of this slug, name, synonym, code or brand in any spelling.

    The address of one that was merged into another means the other.
    """
    normal = normal_form(text)
    called = Q(slug=text.casefold()) | Q(names__normalised=normal)
    ids = sorted(kept_ids(Agent.objects.filter(called)))
    if not ids:
        known = AgentName.objects.values_list("name", flat=True)
        raise UnknownTerm(f"No agent is called {text!r}.", known)
    return ids


def target_ids(text: str) -> list[int]:
    """The targets of this slug, symbol or name; an ambiguous alias means all it may mean."""
    normal = normal_form(text)
    exact = Q(slug=text.casefold()) | Q(symbol__iexact=text)
    found = kept_ids(Target.objects.filter(exact))
    found = found or kept_ids(Target.objects.filter(names__normalised=normal))
    if not found:
        known = TargetName.objects.values_list("name", flat=True)
        raise UnknownTerm(f"No target is called {text!r}.", [*known, *_column(Target, "symbol")])
    return sorted(found)


def therapy_class_paths(text: str) -> list[str]:
    """The place in the tree of the class with this slug or name; what is below it counts too."""
    return tree_paths(TherapyClass, text, "therapy class")


def tree_paths(model: type[Model], text: str, what: str) -> list[str]:
    """The path of the row of a tree with this slug or name."""
    rows = model._default_manager.filter(Q(slug=text.casefold()) | Q(name__iexact=text))
    paths = list(rows.values_list("path", flat=True))
    if not paths:
        raise UnknownTerm(f"There is no {what} {text!r}.", _column(model, "slug"), list_all=True)
    return paths


def pathway_ids(text: str) -> list[int]:
    """The pathway of this slug or any of its names in any spelling."""
    normal = normal_form(text)
    rows = Pathway.objects.values_list("pk", "slug", "name", "names")
    found = [
        pk
        for pk, slug, name, names in rows
        if slug == text.casefold() or normal in {normalise_name(each) for each in (name, *names)}
    ]
    if not found:
        slugs = _column(Pathway, "slug")
        raise UnknownTerm(f"There is no pathway {text!r}.", slugs, list_all=True)
    return found


def _column(model: type[Model], column: str) -> list[str]:
    return sorted(model._default_manager.values_list(column, flat=True))


def flat(groups: list[list[Any]]) -> list[Any]:
    """The members of several lists in one."""
    return [member for group in groups for member in group]


def at_or_below(path_column: str, groups: list[list[str]]) -> Q:
    """Rows of a tree at or below any of the given paths."""
    condition = Q()
    for path in flat(groups):
        condition |= Q(**{path_column: path}) | Q(**{f"{path_column}__startswith": f"{path}/"})
    return condition


def agents_of_classes(groups: list[list[str]]) -> Any:
    """The ids of the agents in any of these classes or in one below them."""
    classes = TherapyClass.objects.filter(at_or_below("path", groups))
    return Agent.therapy_classes.through.objects.filter(therapyclass__in=classes).values("agent_id")


def agents_of_targets(groups: list[list[int]]) -> Any:
    """The ids of the agents that act on any of these targets."""
    return AgentTarget.objects.current().filter(target_id__in=flat(groups)).values("agent_id")


# --- The filters every app's sets use -------------------------------------------------------------


def agent_filter(where: Callable[[list[Any]], Q]) -> TermsFilter:
    """The filter `agent`: slug or any synonym."""
    return TermsFilter(
        resolve=agent_ids,
        where=where,
        label="agent",
        help_text="Slug or any name of an agent: INN, synonym, development code or brand.",
    )


def target_filter(where: Callable[[list[Any]], Q]) -> TermsFilter:
    """The filter `target`: slug, symbol or any name."""
    return TermsFilter(
        resolve=target_ids,
        where=where,
        label="target",
        help_text="Slug, symbol or any name of a target, such as PD-L1.",
    )


def therapy_class_filter(where: Callable[[list[Any]], Q]) -> TermsFilter:
    """The filter `therapy_class`: slug or name, with all classes below it."""
    return TermsFilter(
        resolve=therapy_class_paths,
        where=where,
        label="therapy class",
        help_text="Slug or name of a therapy class; the classes below it are included.",
    )


def search_filter(
    where: Callable[[Any], Q], what: str, read: Callable[[str], Any] = str
) -> ValueFilter:
    """The filter `search`: words looked for in what the list is about."""
    return ValueFilter(
        read=read, where=where, label="search", help_text=f"Words looked for in {what}."
    )


# --- The sets -------------------------------------------------------------------------------------


def agents_matching(text: str) -> Q:
    """Agents with a name that holds the text, or with its words in their description."""
    names = AgentName.objects.filter(agent=OuterRef("pk"))
    normal = normalise_name(text)
    by_name = names.filter(normalised__contains=normal) if normal else names.none()
    return (
        Q(name__icontains=text)
        | Exists(by_name)
        | Q(search=words_query(text))
        | Q(chembl_id__iexact=text)
        | Q(ncit_id__iexact=text)
        | Q(drugbank_id__iexact=text)
    )


class AgentFilterSet(StrictFilterSet):
    """Agents by what they are, what they hit and what they are called."""

    kind = ChoicesFilter(
        AgentKind.choices, field_name="kind", label="kind", help_text="What the agent is made of."
    )
    therapy_class = therapy_class_filter(lambda groups: Q(pk__in=agents_of_classes(groups)))
    target = target_filter(lambda groups: Q(pk__in=agents_of_targets(groups)))
    synonym = agent_filter(lambda groups: Q(pk__in=flat(groups)))
    search = search_filter(agents_matching, "names, descriptions and identifiers")
    ordering = OrderingFilter({"name": "name", "kind": "kind"}, default="name")


def targets_matching(text: str) -> Q:
    """Targets with a name that holds the text, or with its words in their description."""
    names = TargetName.objects.filter(target=OuterRef("pk"))
    normal = normalise_name(text)
    by_name = names.filter(normalised__contains=normal) if normal else names.none()
    return (
        Q(symbol__icontains=text)
        | Q(name__icontains=text)
        | Exists(by_name)
        | Q(search=words_query(text))
        | Q(hgnc_id__iexact=text)
        | Q(uniprot_id__iexact=text)
    )


class TargetFilterSet(StrictFilterSet):
    """Targets by what they are and the pathway they belong to."""

    kind = ChoicesFilter(
        TargetKind.choices, field_name="kind", label="kind", help_text="What the target is."
    )
    pathway = TermsFilter(
        resolve=pathway_ids,
        where=lambda groups: Q(
            pk__in=PathwayMember.objects.filter(pathway_id__in=flat(groups)).values("target_id")
        ),
        label="pathway",
        help_text="Slug or any name of a pathway.",
    )
    agent = agent_filter(
        lambda groups: Q(
            pk__in=AgentTarget.objects.current()
            .filter(agent_id__in=flat(groups))
            .values("target_id")
        )
    )
    synonym = target_filter(lambda groups: Q(pk__in=flat(groups)))
    search = search_filter(targets_matching, "symbols, names, descriptions and identifiers")
    ordering = OrderingFilter(
        {"symbol": "symbol", "name": "name", "kind": "kind"}, default="symbol"
    )


def classes_matching(text: str) -> Q:
    """Therapy classes whose name or definition holds the text."""
    return Q(name__icontains=text) | Q(definition__icontains=text)


def pathways_matching(text: str) -> Q:
    """Pathways one of whose names, in any spelling, or whose description holds the text."""
    normal = normalise_name(text)
    rows = Pathway.objects.values_list("pk", "name", "names") if normal else ()
    called = [
        pk
        for pk, name, names in rows
        if any(normal in normalise_name(each) for each in (name, *names))
    ]
    return Q(pk__in=called) | Q(description__icontains=text)


class TherapyClassFilterSet(StrictFilterSet):
    """Therapy classes by their place in the tree."""

    below = therapy_class_filter(lambda groups: at_or_below("path", groups))
    agent = agent_filter(
        lambda groups: Q(
            pk__in=Agent.therapy_classes.through.objects.filter(agent_id__in=flat(groups)).values(
                "therapyclass_id"
            )
        )
    )
    search = search_filter(
        classes_matching,
        "names and definitions",
    )
    ordering = OrderingFilter({"path": "path", "name": "name"}, default="path")


class PathwayFilterSet(StrictFilterSet):
    """Pathways by their members."""

    target = target_filter(
        lambda groups: Q(
            pk__in=PathwayMember.objects.filter(target_id__in=flat(groups)).values("pathway_id")
        )
    )
    search = search_filter(
        pathways_matching,
        "names and descriptions",
    )
    ordering = OrderingFilter({"name": "name"}, default="name")


def _regimens_with(agents: Any) -> Q:
    from_agents = Agent.regimens.through.objects.filter(agent_id__in=agents)
    return Q(pk__in=from_agents.values("regimen_id"))


class RegimenFilterSet(StrictFilterSet):
    """Regimens by their agents."""

    kind = ChoicesFilter(
        RegimenKind.choices,
        field_name="kind",
        label="kind",
        help_text="How the agents belong together.",
    )
    agent = agent_filter(lambda groups: _regimens_with(flat(groups)))
    target = target_filter(lambda groups: _regimens_with(agents_of_targets(groups)))
    therapy_class = therapy_class_filter(lambda groups: _regimens_with(agents_of_classes(groups)))
    search = search_filter(
        lambda text: Q(name__icontains=text) | Q(description__icontains=text),
        "names and descriptions",
    )
    ordering = OrderingFilter({"name": "name", "kind": "kind"}, default="name")
