"""Targets, their names, and the pathways they stand in."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, Q
from django.http import HttpRequest

from osteodb.core.admin_base import (
    KeepsItsSlug,
    OsteoTabularInline,
    ServiceAdmin,
)
from osteodb.core.admin_merging import MergesRows
from osteodb.core.admin_search import FoundByAnyName, FoundOtherwise
from osteodb.core.admin_tables import ExportsTable
from osteodb.core.normalise import normalise_name
from therapies import services
from therapies.admin.agents import SOURCE
from therapies.models import (
    Pathway,
    PathwayMember,
    Target,
    TargetName,
)
from therapies.tables import TargetTable


class TargetNameInline(OsteoTabularInline):
    """All names of a target."""

    model = TargetName
    verbose_name_plural = "names"
    fields = ("name", "source_text", "source_url", "source_seen_on")

    def write(self, parent: Any, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Add or correct a name."""
        if row is None:
            services.add_target_name(target=parent, **given, **who)
        else:
            services.update_target_name(target_name=row, **given, **who)


@admin.register(Target)
class TargetAdmin(ExportsTable, MergesRows, FoundByAnyName, KeepsItsSlug, ServiceAdmin):
    """Targets: found by symbol, any name or identifier."""

    merge = staticmethod(services.merge_targets)
    unmerge = staticmethod(services.unmerge_targets)
    table = TargetTable()
    list_display = ("symbol", "name", "kind", "hgnc_id", "uniprot_id", "mirbase_id")
    list_filter = ("kind",)
    search_fields = (
        "symbol", "name", "names__name", "names__normalised", "hgnc_id", "uniprot_id",
    )  # fmt: skip
    inlines = (TargetNameInline,)
    fieldsets = (
        (None, {"fields": ("symbol", "name", "kind", "slug", "description", "note")}),
        (
            "Identifiers",
            {
                "fields": (
                    ("hgnc_id", "uniprot_id", "ncbi_gene_id"),
                    ("ensembl_id", "mirbase_id", "cell_ontology_id"),
                )
            },
        ),
        SOURCE,
    )

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Add a target."""
        return services.create_target(**given, **who)

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Change a target; a former symbol stays among its names."""
        services.update_target(target=row, **given, **who)


@admin.register(TargetName)
class TargetNameAdmin(ServiceAdmin):
    """Every name of every target; two targets may share one."""

    list_display = ("name", "target", "source_text")
    list_select_related = ("target",)
    search_fields = ("name", "normalised", "target__symbol")
    fields = ("target", "name", "source_text", "source_url", "source_seen_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A name stays with its target."""
        return ("target",) if obj else ()

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Add a name."""
        return services.add_target_name(**given, **who)

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Correct a name."""
        services.update_target_name(target_name=row, **given, **who)


class PathwayMemberInline(OsteoTabularInline):
    """The targets of a pathway."""

    model = PathwayMember
    verbose_name_plural = "targets"
    fields = ("target", "role", "source_text", "locator", "source_url", "source_seen_on")

    def write(self, parent: Any, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Add or correct a member."""
        if row is None:
            services.add_pathway_member(pathway=parent, **given, **who)
        else:
            services.update_pathway_member(member=row, **given, **who)


@admin.register(Pathway)
class PathwayAdmin(FoundOtherwise, KeepsItsSlug, ServiceAdmin):
    """Signalling pathways with their members: found by any name, however it is spelled."""

    ordering = ("name",)
    list_display = ("name", "members_count", "source_text")
    search_fields = ("name", "names")
    inlines = (PathwayMemberInline,)
    fieldsets = ((None, {"fields": ("name", "slug", "names", "description")}), SOURCE)

    def found_by(self, term: str) -> Q | None:
        """Pathways with the words' normal form in a name. There are some dozen: each is read."""
        normalised = normalise_name(term)
        rows = Pathway.objects.values_list("pk", "name", "names") if normalised else ()
        named = [
            pk
            for pk, name, others in rows
            if any(normalised in normalise_name(one) for one in (name, *others))
        ]
        return Q(pk__in=named) if named else None

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the number of members, for the list."""
        return super().get_queryset(request).annotate(members_total=Count("members"))

    @admin.display(description="targets", ordering="members_total")
    def members_count(self, row: Any) -> int:
        """How many targets it has."""
        return int(row.members_total)

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Add a pathway."""
        return services.create_pathway(**given, **who)

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Change a pathway."""
        services.update_pathway(pathway=row, **given, **who)


@admin.register(PathwayMember)
class PathwayMemberAdmin(ServiceAdmin):
    """Every target's place in every pathway."""

    list_display = ("pathway", "target", "role", "source_text")
    list_select_related = ("pathway", "target")
    search_fields = ("pathway__name", "target__symbol", "role")
    fields = (
        "pathway", "target", "role", "source_text", "locator", "source_url", "source_seen_on",
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The pathway is fixed once stated."""
        return ("pathway",) if obj else ()

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Add a member."""
        return services.add_pathway_member(**given, **who)

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Correct a member."""
        services.update_pathway_member(member=row, **given, **who)
