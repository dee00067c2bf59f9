"""Therapy classes: the tree, and one class with everything at or below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from evidence.filter_parts import (
    numbers_of_agents,
    versions_about_classes,
)
from evidence.models import EvidenceVersion, Measurement
from osteodb.website.pages.base import Crumb, Head, api_url
from osteodb.website.pages.shown import (
    Shown,
    Tally,
    first_of,
    first_statements,
)
from osteodb.website.pages.therapies import first_trials, for_rows
from osteodb.website.words import counted
from therapies.filters import agents_of_classes
from therapies.models import (
    Agent,
    TherapyClass,
)
from trials.models import Trial, TrialAgent


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPage:
    """A therapy class with what is above and below it, its agents and their trials."""

    therapy_class: TherapyClass
    above: list[TherapyClass]
    below: list[TherapyClass]
    agents: Shown[Agent]
    trials: Shown[Trial]
    statements: Shown[EvidenceVersion]
    tallies: list[Tally]


def classes_head() -> Head:
    """Title of the tree of classes."""
    return Head(
        title="Therapy classes",
        section="classes",
        description="The tree of osteosarcoma therapies, with agents and trials in each class.",
        json_url=api_url("therapy-classes"),
        feed_url="/therapy-classes/atom.xml",
        permalink="/therapy-classes/",
    )


@dataclass(frozen=True, slots=True)
class ClassNode:
    """A class in the tree with how many agents and trials it and all below it have."""

    therapy_class: TherapyClass
    agents: int
    trials: int
    children: list[ClassNode]


def class_tree() -> list[ClassNode]:
    """The whole tree with its counts: three queries."""
    classes = list(TherapyClass.objects.order_by("path"))
    agents = _below(
        Agent.therapy_classes.through.objects.values_list("therapyclass__path", "agent_id")
    )
    ties = TrialAgent.objects.in_force()
    ties = ties.filter(trial__head__in=Trial.objects.visible().values("pk"))
    trials = _below(ties.values_list("agent__therapy_classes__path", "trial__head").distinct())
    children: dict[int | None, list[TherapyClass]] = {}
    for one in sorted(classes, key=lambda one: (one.position, one.name)):
        children.setdefault(one.parent_id, []).append(one)

    def node(one: TherapyClass) -> ClassNode:
        below = [node(child) for child in children.get(one.pk, [])]
        return ClassNode(one, len(agents.get(one.path, ())), len(trials.get(one.path, ())), below)

    return [node(root) for root in children.get(None, [])]


def _below(pairs: Any) -> dict[str, set[int]]:
    """For each place of the tree, the members at it and below it."""
    found: dict[str, set[int]] = {}
    for path, member in pairs:
        if path is None:
            continue
        steps = path.split("/")
        for depth in range(1, len(steps) + 1):
            found.setdefault("/".join(steps[:depth]), set()).add(member)
    return found


def class_head(page: ClassPage) -> Head:
    """Title and path of a class's page: the classes above it are its breadcrumb."""
    crumbs = [Crumb("Therapy classes", "/therapy-classes/")]
    crumbs += [Crumb(one.name, f"/therapy-classes/{one.path}/") for one in page.above]
    return Head(
        title=page.therapy_class.name,
        section="classes",
        description=f"{page.therapy_class.name}: {counted(page.agents.count, 'agent')}, "
        f"{counted(page.trials.count, 'trial')} and {counted(page.statements.count, 'statement')} "
        "in osteosarcoma.",
        crumbs=tuple(crumbs),
        json_url=api_url("therapy-classes", page.therapy_class.slug),
        permalink=f"/therapy-classes/{page.therapy_class.path}/",
    )


def class_page(one: TherapyClass) -> ClassPage:
    """Everything about one class and the classes below it."""
    steps = one.path.split("/")
    above = ["/".join(steps[:depth]) for depth in range(1, len(steps))]
    here = Q(path=one.path) | Q(path__startswith=f"{one.path}/")
    classes = TherapyClass.objects.filter(here)
    within = Agent.objects.filter(therapy_classes__in=classes)
    agents = for_rows(Agent.objects.current().filter(pk__in=within.values("pk")))
    asked, paths = f"therapy_class={one.slug}", [[one.path]]
    published = EvidenceVersion.objects.published().filter(versions_about_classes(paths))
    trials = first_trials(Q(agent__therapy_classes__in=classes), asked)
    statements = first_statements(published, asked)
    ordered: QuerySet[Agent] = agents.order_by("name")
    shown = first_of(ordered, f"/agents/?{asked}")
    numbers = Measurement.objects.visible().filter(numbers_of_agents(agents_of_classes(paths)))
    return ClassPage(
        therapy_class=one,
        above=list(TherapyClass.objects.filter(path__in=above).order_by("path")),
        below=list(classes.exclude(pk=one.pk).order_by("path")),
        agents=shown,
        trials=trials,
        statements=statements,
        tallies=[
            Tally(shown.count, "agent", shown.url),
            Tally(trials.count, "trial", trials.url),
            Tally(statements.count, "statement", statements.url),
            Tally(numbers.count(), "measurement", f"{api_url('measurements')}?{asked}"),
        ],
    )
