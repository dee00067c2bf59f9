"""The tree of treatments, and what is given together."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model
from django.http import HttpRequest

from osteodb.core.admin_base import (
    KeepsItsSlug,
    OsteoTabularInline,
    ServiceAdmin,
    touched,
    who_and_when,
)
from osteodb.core.admin_forms import refuse
from osteodb.core.admin_search import FoundByAnyName
from osteodb.core.errors import OsteoDBError
from therapies import services
from therapies.models import (
    Regimen,
    RegimenAgent,
    TherapyClass,
)


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
class RegimenAdmin(FoundByAnyName, KeepsItsSlug, ServiceAdmin):
    """What is given together: found by its name, or by any name of an agent in it."""

    way_to_names = "agents__names__normalised"

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
