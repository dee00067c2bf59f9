"""The endpoints about therapies. Read-only; no account is needed."""

from __future__ import annotations

from django.db.models import Model, QuerySet

from osteodb.core.api.errors import Ambiguous, CandidateShape, Moved, NotFound
from osteodb.core.api.values import address
from osteodb.core.api.views import Resource
from osteodb.core.filter_values import UnknownTerm, did_you_mean
from therapies.api import rows, shapes
from therapies.filters import (
    AgentFilterSet,
    PathwayFilterSet,
    RegimenFilterSet,
    TargetFilterSet,
    TherapyClassFilterSet,
    agent_ids,
    target_ids,
)
from therapies.models import Agent, Pathway, Regimen, Target, TherapyClass


def by_slug(model: type[Model], slug: str) -> int:
    """The id of the row with this slug. Raises NotFound with the nearest slugs."""
    slugs = dict(model._default_manager.values_list("slug", "pk"))
    if slug.casefold() not in slugs:
        raise NotFound(f"There is nothing called {slug[:80]!r} here.{did_you_mean(slug, slugs)}")
    return int(slugs[slug.casefold()])


def tell_moved(model: type[Model], key: str, slug: str, url: str) -> None:
    """Raise Moved where the key is the address of a row that was merged into what was found."""
    asked = key.casefold()
    rows = model._default_manager.filter(slug=asked, merged_into__isnull=False)
    if asked != slug and rows.exists():
        raise Moved(f"{key[:80]} was merged into {slug}.", url)


class Agents(Resource):
    """What can be given: drugs, cell products, vaccines, vesicles.

    Under its slug or any of its names in any spelling: INN, synonym, development code or brand.
    Identifiers that no source gives are null.
    """

    filterset_class = AgentFilterSet
    row_shape, detail_shape = shapes.AgentRowShape, shapes.AgentDetailShape
    singular, plural = "agent", "agents"
    key_help = "Slug or any name of the agent."

    def visible(self) -> QuerySet[Agent]:
        return Agent.objects.current()

    def rows(self, queryset: QuerySet[Agent], site: str) -> list[shapes.AgentRowShape]:
        return rows.agent_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.AgentDetailShape:
        try:
            [pk, *others] = agent_ids(key)
        except UnknownTerm as unknown:
            raise NotFound(unknown.message + did_you_mean(key, unknown.known)) from None
        if others:
            raise Ambiguous(f"{key[:80]!r} names several agents.", self._named([pk, *others], site))
        found = rows.agent_detail(pk, site)
        tell_moved(Agent, key, found["slug"], found["url"])
        return found

    def _named(self, ids: list[int], site: str) -> list[CandidateShape]:
        found = Agent.objects.filter(pk__in=ids).values_list("slug", "name")
        return [{"name": name, "url": address(site, "agents", slug)} for slug, name in found]


class Targets(Resource):
    """What therapies hit and mechanisms involve: gene products, cells, vesicle parts.

    Under its slug, symbol or any name. An alias that HGNC gives to several genes is answered 409
    with all of them as candidates.
    """

    filterset_class = TargetFilterSet
    row_shape, detail_shape = shapes.TargetRowShape, shapes.TargetDetailShape
    singular, plural = "target", "targets"
    key_help = "Slug, symbol or any name of the target."

    def visible(self) -> QuerySet[Target]:
        return Target.objects.current()

    def rows(self, queryset: QuerySet[Target], site: str) -> list[shapes.TargetRowShape]:
        return rows.target_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.TargetDetailShape:
        try:
            [pk, *others] = target_ids(key)
        except UnknownTerm as unknown:
            raise NotFound(unknown.message + did_you_mean(key, unknown.known)) from None
        if others:
            named = Target.objects.filter(pk__in=[pk, *others]).values_list("slug", "symbol")
            raise Ambiguous(
                f"{key[:80]!r} is a name of several targets.",
                [{"name": name, "url": address(site, "targets", slug)} for slug, name in named],
            )
        found = rows.target_detail(pk, site)
        tell_moved(Target, key, found["slug"], found["url"])
        return found


class TherapyClasses(Resource):
    """Kinds of treatment in a tree; `path` is the slugs from the root, joined by "/"."""

    filterset_class = TherapyClassFilterSet
    row_shape, detail_shape = shapes.TherapyClassRowShape, shapes.TherapyClassDetailShape
    singular, plural = "therapy class", "therapy classes"
    key_help = "Slug of the class."

    def visible(self) -> QuerySet[TherapyClass]:
        return TherapyClass.objects.all()

    def rows(
        self, queryset: QuerySet[TherapyClass], site: str
    ) -> list[shapes.TherapyClassRowShape]:
        return rows.therapy_class_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.TherapyClassDetailShape:
        return rows.therapy_class_detail(by_slug(TherapyClass, key), site)


class Pathways(Resource):
    """Signalling pathways and their members, each membership with its source."""

    filterset_class = PathwayFilterSet
    row_shape, detail_shape = shapes.PathwayRowShape, shapes.PathwayDetailShape
    singular, plural = "pathway", "pathways"
    key_help = "Slug of the pathway."

    def visible(self) -> QuerySet[Pathway]:
        return Pathway.objects.all()

    def rows(self, queryset: QuerySet[Pathway], site: str) -> list[shapes.PathwayRowShape]:
        return rows.pathway_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.PathwayDetailShape:
        return rows.pathway_detail(by_slug(Pathway, key), site)


class Regimens(Resource):
    """What is given together: one agent, a combination, a sequence or alternatives.

    Doses are as a source words them; null where none does.
    """

    filterset_class = RegimenFilterSet
    row_shape = detail_shape = shapes.RegimenRowShape
    singular, plural = "regimen", "regimens"
    key_help = "Slug of the regimen."

    def visible(self) -> QuerySet[Regimen]:
        return Regimen.objects.all()

    def rows(self, queryset: QuerySet[Regimen], site: str) -> list[shapes.RegimenRowShape]:
        return rows.regimen_rows(queryset, site)

    def one(self, key: str, site: str) -> shapes.RegimenRowShape:
        [row] = rows.regimen_rows(Regimen.objects.filter(pk=by_slug(Regimen, key)), site)
        return row
