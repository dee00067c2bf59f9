"""Where statements were read."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, Q
from django.http import HttpRequest

from evidence import services
from evidence.admin.pasting import AddsFromCitations
from evidence.models import Source, SourceLink
from osteodb.core.admin_base import KeepsItsSlug, OsteoTabularInline, ServiceAdmin
from osteodb.core.admin_merging import MergesRows
from osteodb.core.admin_search import FoundOtherwise

NUMBER = re.compile(
    r"pmid:?\s*(?P<pmid>\d+)|(?:doi:\s*|https?://(?:dx\.)?doi\.org/)(?P<doi>10\.\S+)", re.IGNORECASE
)  # an identifier as people copy it


class SourceLinkInline(OsteoTabularInline):
    """How this document belongs together with others. Stated once; a new row adds a statement."""

    model = SourceLink
    fk_name = "from_source"
    fields = ("kind", "to_source", "note")
    verbose_name_plural = "links to other sources"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A link on record stays."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """With both documents."""
        return super().get_queryset(request).select_related("from_source", "to_source")

    def write(self, parent: Any, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Link this document to another."""
        services.link_sources(from_source=parent, **given, **who)


@admin.register(Source)
class SourceAdmin(AddsFromCitations, MergesRows, FoundOtherwise, KeepsItsSlug, ServiceAdmin):
    """Papers, abstracts, registry results, reviews, pages."""

    merge = staticmethod(services.merge_sources)
    unmerge = staticmethod(services.unmerge_sources)
    ordering = ("first_author", "year", "title")
    list_display = ("short_name", "title", "kind", "year", "pmid", "retraction", "uses")
    list_display_links = ("short_name", "title")
    list_filter = ("kind", "retraction", "year")
    search_fields = (
        "title", "first_author", "year", "container", "pmid", "pmcid", "doi", "slug",
    )  # fmt: skip
    inlines = (SourceLinkInline,)

    def found_by(self, term: str) -> Q | None:
        """A source by its number as people copy it: "PMID: 123", or the address of its DOI."""
        number = NUMBER.fullmatch(term.strip())
        if number is None:
            return None
        return Q(pmid=number["pmid"]) if number["pmid"] else Q(doi__iexact=number["doi"])

    fieldsets = (
        (
            None,
            {
                "fields": (
                    "kind", "title", ("first_author", "year"),
                    ("container", "citation"), ("pmid", "pmcid", "doi"), ("url", "seen_on"),
                    ("retraction", "retraction_note"), "slug", "trials", "note",
                )
            },
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the number of places it is read at, for the list."""
        return super().get_queryset(request).annotate(uses_total=Count("locators"))

    @admin.display(description="read at", ordering="uses_total")
    def uses(self, source: Any) -> int:
        """At how many places statements were read in it."""
        return int(source.uses_total)

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Add a document."""
        trials, stands = given.pop("trials"), _standing(given)
        source = services.create_source(**given, **who)
        services.mark_retraction(source=source, **stands, **who)
        services.set_source_trials(source=source, trials=trials, **who)
        return source

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Correct its description."""
        trials, stands = given.pop("trials"), _standing(given)
        services.update_source(source=row, **given, **who)
        if stands != {"state": row.retraction, "note": row.retraction_note}:
            services.mark_retraction(source=row, **stands, **who)
        services.set_source_trials(source=row, trials=trials, **who)


def _standing(given: dict[str, Any]) -> dict[str, Any]:
    """Whether the document still stands, taken out of what the form gives."""
    return {"state": given.pop("retraction"), "note": given.pop("retraction_note")}


@admin.register(SourceLink)
class SourceLinkAdmin(ServiceAdmin):
    """Which documents belong together, so that no patient is counted twice."""

    list_display = ("from_source", "kind", "to_source", "note")
    list_filter = ("kind",)
    list_select_related = ("from_source", "to_source")
    search_fields = ("from_source__title", "to_source__title", "from_source__first_author")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Which documents, and how, is stated once; the note may be mended."""
        return ("from_source", "to_source", "kind") if obj else ()

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Link two documents."""
        return services.link_sources(**given, **who)

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Mend the note."""
        services.link_sources(
            from_source=row.from_source,
            to_source=row.to_source,
            kind=row.kind,
            note=given["note"],
            **who,
        )
