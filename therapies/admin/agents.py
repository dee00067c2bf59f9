"""Agents, their names, and what they act on."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model
from django.http import HttpRequest

from osteodb.core.admin_base import (
    KeepsItsSlug,
    OsteoTabularInline,
    ServiceAdmin,
)
from osteodb.core.admin_merging import MergesRows
from osteodb.core.admin_search import FoundByAnyName
from osteodb.core.admin_tables import ExportsTable
from therapies import services
from therapies.models import (
    Agent,
    AgentName,
    AgentTarget,
)
from therapies.tables import AgentTable

SOURCE: Any = ("Where this was read", {"fields": ("source_text", "source_url", "source_seen_on")})


class AgentNameInline(OsteoTabularInline):
    """All names of an agent; its own name is among them."""

    model = AgentName
    verbose_name_plural = "names"
    fields = ("name", "kind", "source_text", "source_url", "source_seen_on")

    def write(self, parent: Any, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Add or correct a name."""
        if row is None:
            services.add_agent_name(agent=parent, **given, **who)
        else:
            services.update_agent_name(agent_name=row, **given, **who)


class AgentTargetInline(OsteoTabularInline):
    """What an agent acts on, and who says so."""

    model = AgentTarget
    verbose_name_plural = "acts on"
    fields = ("target", "action", "source_text", "locator", "source_url", "source_seen_on")

    def write(self, parent: Any, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Add or correct a statement about a target."""
        if row is None:
            services.link_agent_target(agent=parent, **given, **who)
        else:
            services.update_agent_target(agent_target=row, **given, **who)


@admin.register(Agent)
class AgentAdmin(ExportsTable, MergesRows, FoundByAnyName, KeepsItsSlug, ServiceAdmin):
    """Agents: found by any name, with their names and targets."""

    merge = staticmethod(services.merge_agents)
    unmerge = staticmethod(services.unmerge_agents)
    table = AgentTable()
    ordering = ("name",)
    list_display = ("name", "kind", "names_count", "chembl_id", "ncit_id", "drugbank_id")
    list_filter = ("kind", "therapy_classes")
    search_fields = (
        "name", "names__name", "names__normalised", "chembl_id", "ncit_id", "drugbank_id",
    )  # fmt: skip
    inlines = (AgentNameInline, AgentTargetInline)
    fieldsets = (
        (None, {"fields": ("name", "kind", "slug", "description", "therapy_classes", "note")}),
        (
            "Identifiers",
            {
                "fields": (
                    ("chembl_id", "ncit_id", "drugbank_id"),
                    ("chebi_id", "mesh_id", "rxcui"),
                )
            },
        ),
        SOURCE,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the number of names, for the list."""
        return super().get_queryset(request).annotate(names_total=Count("names", distinct=True))

    @admin.display(description="names", ordering="names_total")
    def names_count(self, agent: Any) -> int:
        """How many names the agent goes by."""
        return int(agent.names_total)

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Add an agent."""
        return services.create_agent(**given, **who)

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Change an agent; a former name stays as a synonym."""
        services.update_agent(agent=row, **given, **who)


@admin.register(AgentName)
class AgentNameAdmin(ServiceAdmin):
    """Every name of every agent."""

    list_display = ("name", "agent", "kind", "source_text")
    list_filter = ("kind",)
    list_select_related = ("agent",)
    search_fields = ("name", "normalised", "agent__name")
    fields = ("agent", "name", "kind", "source_text", "source_url", "source_seen_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A name stays with its agent: merging agents is a step of its own."""
        return ("agent",) if obj else ()

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Add a name."""
        return services.add_agent_name(**given, **who)

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Correct a name."""
        services.update_agent_name(agent_name=row, **given, **who)


@admin.register(AgentTarget)
class AgentTargetAdmin(ServiceAdmin):
    """Every statement that an agent acts on a target."""

    list_display = ("agent", "action", "target", "source_text", "locator")
    list_filter = ("action",)
    list_select_related = ("agent", "target")
    search_fields = ("agent__name", "agent__names__normalised", "target__symbol")
    fields = (
        "agent", "target", "action", "source_text", "locator", "source_url", "source_seen_on",
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The agent is fixed once stated."""
        return ("agent",) if obj else ()

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Say that an agent acts on a target."""
        return services.link_agent_target(**given, **who)

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Correct the statement."""
        services.update_agent_target(agent_target=row, **given, **who)
