"""What people decide about trials: numbers, agents, quality, the disease tree."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model
from django.http import HttpRequest

from osteodb.core.admin_base import KeepsItsSlug, ServiceAdmin
from osteodb.core.admin_work import WorkQueue
from trials import services
from trials.admin.trial_parts import as_identifier
from trials.models import Condition, DataQualityIssue, TrialAgent, TrialIdentifier
from trials.services.curation import set_trial_agent, settle_issue


def all_but(model: type[Model], *editable: str) -> tuple[str, ...]:
    """The names of a model's fields that a page only shows."""
    return tuple(
        field.name
        for field in model._meta.fields
        if field.name not in editable and not field.primary_key
    )


class DecisionAdmin(ServiceAdmin):
    """Rows that are made elsewhere and judged here: a few fields are a person's."""

    editable: tuple[str, ...] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Made by the sync or the corpus."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """All but the decision."""
        return (*all_but(self.model, *self.editable), *self.readonly_fields)


@admin.register(TrialIdentifier)
class TrialIdentifierAdmin(ServiceAdmin):
    """Numbers. One may be added by hand; none is rewritten, a wrong one is decided by a person."""

    list_display = ("value", "registry", "kind", "trial", "value_raw", "gone_at")
    list_filter = ("registry", "kind", ("gone_at", admin.EmptyFieldListFilter))
    list_select_related = ("trial",)
    search_fields = ("value", "value_raw", "trial__public_id", "trial__acronym")
    why = "A number on record stays as it was written. Add another where a trial has more."

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What is asked for a new number; all there is for one on record."""
        asked = ("trial", "registry", "value_raw", "kind", "source_text", "source_url")
        return (*asked, "value", "source_seen_on", "gone_at") if obj else asked

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never rewritten."""
        return False

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Add a number to a trial."""
        return services.add_identifier(trial=given["trial"], identifier=as_identifier(given), **who)


@admin.register(TrialAgent)
class TrialAgentAdmin(ServiceAdmin):
    """What trials give: matched by name, or said by a curator. Saving a row confirms it."""

    list_display = ("trial", "agent", "role", "arm", "matched_by", "matched_name", "confirmed_by")
    list_filter = ("matched_by", "role", ("confirmed_by", admin.EmptyFieldListFilter))
    list_select_related = ("trial", "agent", "arm", "confirmed_by")
    search_fields = (
        "trial__public_id", "trial__identifiers__value", "agent__name", "matched_name",
    )  # fmt: skip
    why = "A match by name is a proposal of the program; saving the row confirms it in your name."

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What is asked for a new row; and how it came about for one on record."""
        asked = ("trial", "agent", "arm", "role")
        how = ("intervention", "matched_by", "matched_name", "confirmed_by", "removed_at")
        return (*asked, *how) if obj else asked

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The trial stays; how a row came about is the program's."""
        return all_but(TrialAgent, "agent", "arm", "role") if obj else ()

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Say what a trial gives."""
        return set_trial_agent(**given, **who)

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Correct and confirm."""
        set_trial_agent(trial=row.trial, trial_agent=row, **given, **who)


@admin.register(DataQualityIssue)
class DataQualityIssueAdmin(WorkQueue, DecisionAdmin):
    """What is unmapped or suspicious: a work list."""

    list_display = ("message", "kind", "registry", "trial", "state", "last_seen_at")
    list_filter = ("state", "kind", "registry")
    list_select_related = ("trial",)
    search_fields = ("message", "value", "trial__public_id", "trial__identifiers__value")
    editable = ("state", "resolution")
    fields = (
        "kind", "message", "value", "registry", "trial", "path", "first_seen_at", "last_seen_at",
        "state", "resolution", "resolved_by",
    )  # fmt: skip
    why = (
        "Found by the sync; nothing was guessed. Add the missing name or mapping and the next sync "
        "will match it, or say why it may stay."
    )

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Say what became of it."""
        settle_issue(issue=row, **given, **who)


@admin.register(Condition)
class ConditionAdmin(KeepsItsSlug, ServiceAdmin):
    """The tree of diseases. Giving one another parent moves all below it."""

    ordering = ("path",)
    list_display = ("in_the_tree", "other_names", "mesh_id", "trials_count")
    search_fields = ("name", "names", "slug", "mesh_id")
    fields = ("name", "slug", "names", "parent", "mesh_id")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the number of trials, for the list."""
        return super().get_queryset(request).annotate(trials_total=Count("trial_conditions"))

    @admin.display(description="condition", ordering="path")
    def in_the_tree(self, row: Condition) -> str:
        """The name, set in by its depth."""
        return f"{'— ' * row.path.count('/')}{row.name}"

    @admin.display(description="also listed as")
    def other_names(self, row: Condition) -> str:
        """The words in which registries list it."""
        return ", ".join(row.names) or "—"

    @admin.display(description="trials", ordering="trials_total")
    def trials_count(self, row: Any) -> int:
        """How many trials list this very condition."""
        return int(row.trials_total)

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Add a disease."""
        return services.create_condition(**given, **who)

    def update(self, request: HttpRequest, row: Any, given: dict[str, Any], **who: Any) -> None:
        """Move a disease, then change its words."""
        parent = given.pop("parent")
        services.move_condition(condition=row, parent=parent, **who)
        services.update_condition(condition=row, **given, **who)
