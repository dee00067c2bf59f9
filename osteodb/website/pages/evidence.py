"""Evidence items, sources, discrepancies: what is said, where it was read, what disagrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.text import Truncator

from evidence.filters import DiscrepancyFilterSet, EvidenceFilterSet, SourceFilterSet
from evidence.mechanism_queries import edge_of, with_all
from evidence.mechanisms.parts import Edge
from evidence.models import (
    Comparison,
    Direction,
    Discrepancy,
    DiscrepancyKind,
    DiscrepancySide,
    DiscrepancyState,
    Endpoint,
    EvidenceItem,
    EvidenceKind,
    EvidenceLevel,
    EvidenceVersion,
    Finding,
    Locator,
    Measurement,
    ModelSystem,
    Population,
    RetractionState,
    Source,
    SourceKind,
    Weight,
)
from osteodb.website.pages.base import Crumb, Head, api_url
from osteodb.website.pages.facets import FacetSpec, Things, by_choice, by_relation
from osteodb.website.pages.lists import ListPage, ListSpec, list_page
from osteodb.website.pages.numbers import NumberTables, number_tables
from osteodb.website.pages.references import reference_of_version
from osteodb.website.pages.ties import by_column, by_ties, by_tree_ties, source_name
from therapies.models import Agent, Pathway, Regimen, Target, TherapyClass
from trials.models import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePage:
    """One version of an item with everything it rests on, and the other versions there were."""

    version: EvidenceVersion
    is_current: bool
    versions: list[EvidenceVersion]
    locators: list[Locator]
    populations: list[Population]
    numbers: NumberTables
    arrows: list[Edge]
    discrepancies: list[Discrepancy]
    earlier_discrepancies: list[Discrepancy]
    trials: list[Trial]
    agents: list[Agent]
    targets: list[Target]
    pathways: list[Pathway]
    regimens: list[Regimen]
    classes: list[TherapyClass]


def _agents(rows: QuerySet[Any]) -> QuerySet[Any]:
    through = EvidenceVersion.agents.through.objects
    return through.filter(evidenceversion__in=rows.values("pk"))


def _findings(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The findings on numbers of these versions, each with its `version`."""
    of_number = Coalesce("measurement__version", "comparison__version")
    return Finding.objects.annotate(version=of_number).filter(version__in=rows.values("pk"))


def _endpoints(numbers: str) -> Any:
    """The endpoints of a version's measurements, or of its comparisons."""
    return lambda rows: rows.values_list(f"{numbers}__endpoint", f"{numbers}__endpoint", "pk")


def _linked(column: str, label: str | Case) -> Any:
    """What versions are linked to, by its slug."""
    return lambda rows: rows.values_list(f"{column}__slug", label, "pk")


EVIDENCE = ListSpec(
    noun="statement",
    title="Evidence",
    section="evidence",
    resource="evidence",
    feed="/evidence/atom.xml",
    lede="Statements in our own words, each with its level and the place it was read.",
    facets=(
        FacetSpec("level", "Level", by_choice("level", EvidenceLevel.choices), is_open=True),
        FacetSpec("kind", "Kind", by_choice("kind", EvidenceKind.choices), is_open=True),
        FacetSpec(
            "model_system",
            "Seen in",
            by_choice("model_system", ModelSystem.choices),
            is_open=True,
        ),
        FacetSpec("direction", "Direction", by_choice("direction", Direction.choices)),
        FacetSpec(
            "endpoint",
            "With numbers for",
            by_ties(
                _endpoints("measurements"), _endpoints("comparisons"), choices=Endpoint.choices
            ),
        ),
        FacetSpec(
            "finding_weight",
            "What the arithmetic says",
            by_relation(_findings, "version", "weight", "weight", Weight.choices),
        ),
        FacetSpec(
            "therapy_class",
            "Therapy class",
            by_tree_ties(
                TherapyClass,
                lambda rows: rows.values_list("therapy_classes__path", "pk"),
                lambda rows: rows.values_list("agents__therapy_classes__path", "pk"),
            ),
            things=Things(TherapyClass),
        ),
        FacetSpec(
            "agent",
            "Agent",
            by_relation(_agents, "evidenceversion", "agent__slug", "agent__name"),
            things=Things(Agent),
        ),
        FacetSpec(
            "target",
            "Target",
            by_ties(_linked("targets", "targets__symbol")),
            things=Things(Target, "symbol"),
        ),
        FacetSpec(
            "pathway",
            "Pathway",
            by_ties(_linked("pathways", "pathways__name")),
            things=Things(Pathway),
        ),
        FacetSpec(
            "source",
            "Read in",
            by_ties(_linked("locators__source", source_name("locators__source"))),
            things=Things(Source, "title"),
        ),
    ),
    sorts=(("level", "level"), ("-published_at", "latest"), ("public_id", "number")),
    texts=(("search", "Words"),),
)
SOURCES = ListSpec(
    noun="source",
    title="Sources",
    section="sources",
    resource="sources",
    feed="/sources/atom.xml",
    lede="Papers, abstracts, registry entries and pages that statements were read in.",
    facets=(
        FacetSpec("kind", "Kind", by_choice("kind", SourceKind.choices), is_open=True),
        FacetSpec("retraction", "Still stands", by_choice("retraction", RetractionState.choices)),
        FacetSpec("year", "Year", by_column("year")),
    ),
    sorts=(("author,year,title", "author"), ("-year", "latest"), ("title", "title")),
    texts=(("search", "Title, author, PMID or DOI"),),
    per_page=50,
)
DISCREPANCIES = ListSpec(
    noun="discrepancy",
    title="Discrepancies",
    section="discrepancies",
    resource="discrepancies",
    feed="/discrepancies/atom.xml",
    lede="Where two sources disagree, or a number contradicts its own arithmetic. Both stay.",
    facets=(
        FacetSpec("state", "State", by_choice("state", DiscrepancyState.choices), is_open=True),
        FacetSpec("kind", "Who against whom", by_choice("kind", DiscrepancyKind.choices), True),
        FacetSpec(
            "agent",
            "Agent",
            by_ties(_linked("agents", "agents__name")),
            things=Things(Agent),
        ),
    ),
    sorts=(("-state,title", "state"), ("-opened_at", "latest"), ("title", "title")),
    texts=(("search", "Words"),),
    per_page=50,
)


def evidence_list_page(query: QueryDict) -> ListPage:
    """The list of statements as asked for."""
    sources = Locator.objects.select_related("source")
    named = Trial.objects.visible().defer("search", "eligibility_criteria", "brief_summary")
    rows = EvidenceVersion.objects.select_related("item").prefetch_related(
        Prefetch("locators", sources, to_attr="shown_locators"),
        Prefetch("trials", named, to_attr="shown_trials"),
    )
    numbers = Count("measurements", distinct=True) + Count("comparisons", distinct=True)
    return list_page(
        EVIDENCE, EvidenceFilterSet, rows.readable().annotate(number_count=numbers), query
    )


def sources_page(query: QueryDict) -> ListPage:
    """The list of sources as asked for."""
    published = Q(locators__version__state="PUBLISHED")
    rows = Source.objects.current().annotate(
        statement_count=Count("locators__version", filter=published, distinct=True)
    )
    return list_page(SOURCES, SourceFilterSet, rows, query)


def discrepancies_page(query: QueryDict) -> ListPage:
    """The list of disagreements as asked for."""
    sides = DiscrepancySide.objects.select_related("source", "record")
    rows = Discrepancy.objects.prefetch_related(Prefetch("sides", sides, to_attr="shown_sides"))
    return list_page(DISCREPANCIES, DiscrepancyFilterSet, rows, query)


def evidence_head(version: EvidenceVersion) -> Head:
    """Title and path of an item's page."""
    public_id = version.item.public_id
    here = f"/evidence/{public_id}/"
    version_words = "" if version.state == "PUBLISHED" else f", {version.get_state_display()}"
    told = f"Version {version.number}{version_words}; level {version.get_level_display()}"
    return Head(
        title=f"{public_id}{version_words}: {Truncator(version.statement).chars(80)}",
        section="evidence",
        description=str(Truncator(f"{told}. {version.statement}").chars(300)),
        crumbs=(Crumb("Evidence", "/evidence/"),),
        json_url=api_url("evidence", public_id),
        permalink=here if version.state == "PUBLISHED" else f"{here}versions/{version.number}/",
        reference=reference_of_version(version),
    )


def evidence_page(version: EvidenceVersion, versions: list[EvidenceVersion]) -> EvidencePage:
    """Everything about one version of an item."""
    discrepancies = _discrepancies(pk=version.pk)
    earlier = _discrepancies(item=version.item_id, number__lt=version.number)
    known = {one.pk for one in discrepancies}
    return EvidencePage(
        version=version,
        is_current=version.state == "PUBLISHED",
        versions=versions,
        locators=list(version.locators.select_related("source")),
        populations=list(version.populations.select_related("parent")),
        numbers=number_tables(
            Measurement.objects.filter(version=version), Comparison.objects.filter(version=version)
        ),
        arrows=[edge_of(one) for one in with_all(version.assertions.all())],
        discrepancies=discrepancies,
        earlier_discrepancies=[one for one in earlier if one.pk not in known],
        trials=shown_trials(version.trials.all()),
        agents=list(version.agents.all()),
        targets=list(version.targets.all()),
        pathways=list(version.pathways.all()),
        regimens=list(version.regimens.all()),
        classes=list(version.therapy_classes.all()),
    )


def _discrepancies(**version: Any) -> list[Discrepancy]:
    """Disagreements with a side on such a version, or on a number of one: two queries."""
    on = Q()
    for column in ("version", "measurement__version", "comparison__version"):
        on |= Q(**{f"{column}__{name}": value for name, value in version.items()})
    about = DiscrepancySide.objects.filter(on).values("discrepancy")
    sides = DiscrepancySide.objects.select_related("source", "record")
    found = Discrepancy.objects.filter(pk__in=about)
    return list(found.prefetch_related(Prefetch("sides", sides, to_attr="shown_sides")))


def shown_trials(linked: QuerySet[Trial]) -> list[Trial]:
    """The trials that readers see on whose pages linked ones are shown."""
    return list(Trial.objects.visible().filter(pk__in=linked.values("head")))


def readable_versions(item: EvidenceItem) -> list[EvidenceVersion]:
    """What readers may open of an item, latest first."""
    versions = item.versions.readable().select_related("item", "author", "reviewer", "retracted_by")
    return list(versions.order_by("-number"))


def discrepancy_head(one: Discrepancy) -> Head:
    """Title and path of a disagreement's page."""
    return Head(
        title=one.title,
        section="discrepancies",
        description=f"{one.get_state_display()}, {one.get_kind_display()}: {one.title}"[:300],
        crumbs=(Crumb("Discrepancies", "/discrepancies/"),),
        json_url=api_url("discrepancies", one.slug),
        permalink=f"/discrepancies/{one.slug}/",
    )


def find_discrepancy(slug: str) -> Discrepancy | None:
    """One disagreement with its sides and what it is about."""
    sides = DiscrepancySide.objects.select_related(
        "source",
        "record",
        "version__item",
        "measurement__version__item",
        "comparison__version__item",
    )
    found = Discrepancy.objects.filter(slug=slug).select_related("decided_by")
    return found.prefetch_related(
        Prefetch("sides", sides),
        Prefetch("trials", Trial.objects.visible()),
        "agents",
        "targets",
        "pathways",
    ).first()
