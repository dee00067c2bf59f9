"""The page of one source: what was read in it, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.utils.text import Truncator

from evidence.mechanism_queries import visible_assertions
from evidence.models import (
    Comparison,
    DiscrepancySide,
    EvidenceVersion,
    Locator,
    Measurement,
    Source,
    SourceLink,
)
from osteodb.website.number_words import retraction
from osteodb.website.pages.base import Crumb, Head, api_url
from osteodb.website.pages.evidence import shown_trials
from osteodb.website.pages.machine_facts import source_node
from osteodb.website.pages.numbers import NumberTables, number_tables
from osteodb.website.pages.references import reference_of_source
from osteodb.website.pages.shown import Shown, Tally, first_statements
from osteodb.website.words import counted
from trials.models import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """A source with everything that was read in it."""

    source: Source
    trials: list[Trial]
    statements: Shown[EvidenceVersion]
    numbers: NumberTables
    tallies: list[Tally]
    links: list[tuple[str, Source, str]]
    same_trial: list[Source]
    sides: list[DiscrepancySide]


def source_head(page: SourcePage) -> Head:
    """Title and path of a source's page."""
    source = page.source
    held = (
        f"{counted(page.statements.count, 'statement')} and {counted(page.numbers.count, 'number')}"
    )
    against = retraction(source)
    return Head(
        title=f"{source.short_name}: {source.title}" if source.first_author else source.title,
        section="sources",
        description=str(
            Truncator(
                f"{f'{against.capitalize()}. ' if against else ''}"
                f"{source.get_kind_display().capitalize()}. {held} in OsteoDB from: {source.title}"
            ).chars(300)
        ),
        crumbs=(Crumb("Sources", "/sources/"),),
        json_url=api_url("sources", source.slug),
        permalink=f"/sources/{source.slug}/",
        facts=(source_node(source),),
        reference=reference_of_source(source),
    )


def source_page(source: Source) -> SourcePage:
    """Everything that was read in one source."""
    read_here = Locator.objects.filter(source=source).values("version_id")
    places = Prefetch("locators", Locator.objects.filter(source=source), to_attr="places_here")
    published = EvidenceVersion.objects.published().filter(pk__in=read_here)
    asked = f"source={source.slug}"
    statements = first_statements(published.prefetch_related(places), asked)
    arrows = visible_assertions().filter(locator__source=source).count()
    links = SourceLink.objects.current().filter(Q(from_source=source) | Q(to_source=source))
    sides = DiscrepancySide.objects.filter(source=source).select_related("discrepancy")
    numbers = number_tables(
        Measurement.objects.visible().filter(locator__source=source),
        Comparison.objects.visible().filter(locator__source=source),
    )
    return SourcePage(
        source=source,
        trials=shown_trials(source.trials.all()),
        statements=statements,
        numbers=numbers,
        tallies=[
            Tally(statements.count, "statement", statements.url),
            Tally(numbers.count, "published number", "#numbers"),
            Tally(arrows, "arrow", f"/mechanisms/?{asked}"),
        ],
        links=[_link(one, source) for one in links.select_related("from_source", "to_source")],
        same_trial=list(Source.objects.of_same_trials(source).order_by("year", "title")),
        sides=list(sides.order_by("discrepancy__title", "position")),
    )


def _link(link: SourceLink, seen_from: Source) -> tuple[str, Source, str]:
    """How another source belongs to this one, told from this one's side."""
    words = str(link.get_kind_display())
    number = f"Reference {link.reference}." if link.reference else ""
    note = f"{number} {link.note}".strip()
    if link.from_source_id == seen_from.pk:
        return (f"This {words}", link.to_source, note)
    return (f"The following {words} this", link.from_source, note)
