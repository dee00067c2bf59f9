"""Pages for what can be given and what it hits. Every save goes through `therapies.services`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model
from django.http import HttpRequest

from osteodb.core.admin_base import (
    OsteoTabularInline,
    ServiceAdmin,
    refuse,
    touched,
    who_and_when,
)
from osteodb.core.errors import OsteoDBError
from therapies import services
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

SOURCE: Any = ("Where this was read", {"fields": ("source_text", "source_url", "source_seen_on")})
SLUG_NOTE = "The address of its page. Made from the name where left empty; it never changes later."


class KeepsItsSlug:
    """A slug is a permanent address: given once, read-only afterwards."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The slug is read-only once the row exists."""
        fixed = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        return (*fixed, "slug") if obj else tuple(fixed)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The slug may be left empty: the service makes it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and db_field.name == "slug":
            field.required, field.help_text = False, SLUG_NOTE
        return field


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
class AgentAdmin(KeepsItsSlug, ServiceAdmin):
    """Agents: found by any name, with their names and targets."""

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
class TargetAdmin(KeepsItsSlug, ServiceAdmin):
    """Targets: found by symbol, any name or identifier."""

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


@admin.register(TherapyClass)
class TherapyClassAdmin(KeepsItsSlug, ServiceAdmin):
    """The tree of treatments. Giving a class another parent moves all below it."""

    ordering = ("path",)
    list_display = ("in_the_tree", "slug", "position", "agents_count")
    search_fields = ("name", "slug", "definition")
    fields = ("name", "slug", "parent", "definition", "position")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the number of agents, for the list."""
        return super().get_queryset(request).annotate(agents_total=Count("agents", distinct=True))

    @admin.display(description="class", ordering="path")
    def in_the_tree(self, row: TherapyClass) -> str:
        """The name, set in by its depth."""
        return f"{'— ' * row.depth}{row.name}"

    @admin.display(description="agents", ordering="agents_total")
    def agents_count(self, row: Any) -> int:
        """How many agents are in this very class."""
        return int(row.agents_total)

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Add a class."""
        return services.create_therapy_class(**given, **who)

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Move a class, then change its words."""
        parent = given.pop("parent")
        services.move_therapy_class(therapy_class=row, parent=parent, **who)
        services.update_therapy_class(therapy_class=row, **given, **who)


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
class PathwayAdmin(KeepsItsSlug, ServiceAdmin):
    """Signalling pathways with their members."""

    ordering = ("name",)
    list_display = ("name", "members_count", "source_text")
    search_fields = ("name", "names")
    inlines = (PathwayMemberInline,)
    fieldsets = ((None, {"fields": ("name", "slug", "names", "description")}), SOURCE)

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


class RegimenAgentInline(OsteoTabularInline):
    """The agents of a regimen, in their order. The one place where a row may be taken out:

    the regimen's audit row keeps what it was made of before.
    """

    model = RegimenAgent
    verbose_name_plural = "agents"
    fields = ("agent", "dose", "position")
    can_delete = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change the regimen."""
        return self.has_change_permission(request, obj)

    def write_all(self, request: HttpRequest, parent: Any, formset: Any) -> None:
        """Set all agents at once, as the regimen's list."""
        if not touched(formset):
            return
        kept = [
            form.cleaned_data
            for form in formset.forms
            if form.cleaned_data.get("agent") and not form.cleaned_data.get("DELETE")
        ]
        kept.sort(key=lambda given: given.get("position") or 0)
        parts = [services.RegimenPart(given["agent"], given["dose"]) for given in kept]
        try:
            services.set_regimen_agents(regimen=parent, parts=parts, **who_and_when(request))
        except OsteoDBError as error:
            refuse(request, error, "")
            raise


@admin.register(Regimen)
class RegimenAdmin(KeepsItsSlug, ServiceAdmin):
    """What is given together."""

    list_display = ("name", "kind", "agents_list")
    list_filter = ("kind", "therapy_classes")
    search_fields = ("name", "agents__name", "agents__names__normalised")
    inlines = (RegimenAgentInline,)
    fields = ("name", "kind", "slug", "description", "therapy_classes")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the agents, for the list."""
        return super().get_queryset(request).prefetch_related("regimen_agents__agent")

    @admin.display(description="agents")
    def agents_list(self, regimen: Regimen) -> str:
        """The agents in their order."""
        return ", ".join(str(part.agent) for part in regimen.regimen_agents.all()) or "—"

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Add a regimen."""
        return services.create_regimen(**given, **who)

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Change a regimen."""
        services.update_regimen(regimen=row, **given, **who)


@admin.register(RegimenAgent)
class RegimenAgentAdmin(ServiceAdmin):
    """Every agent's place in every regimen: read here, edited on the regimen's page."""

    list_display = ("regimen", "agent", "dose", "position")
    list_select_related = ("regimen", "agent")
    search_fields = ("regimen__name", "agent__name")
    why = "An agent's place is edited on its regimen's page, where the order is in view."

    def has_add_permission(self, request: HttpRequest) -> bool:
        """On the regimen's page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """On the regimen's page."""
        return False
