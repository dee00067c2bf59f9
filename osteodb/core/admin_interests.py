"""What people declare about their own interests: asked of a reviewer once a year."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from osteodb.core.admin_base import ServiceAdmin, actor
from osteodb.core.admin_forms import RefusableForm
from osteodb.core.admin_paths import NEXT, own_admin_path, with_next
from osteodb.core.admin_words import wide
from osteodb.core.interests import ends_at
from osteodb.core.models import InterestStatement
from osteodb.core.roles import ADMINISTRATOR, roles_of
from osteodb.core.services import declare_interests

DECLARED = ("has_interests", "text")


class StatementForm(RefusableForm):
    """What is declared. That interests are named is the service's to ask, in words."""

    def _get_validation_exclusions(self) -> set[str]:
        """The service refuses at the field what the database would refuse without words."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return {*excluded, "text"}


def declare_address(back_to: str) -> str:
    """Where interests are declared, with the page to lead back to."""
    return with_next(reverse("admin:core_intereststatement_add"), back_to)


@admin.register(InterestStatement)
class InterestStatementAdmin(ServiceAdmin):
    """One's own statements; an administrator reads everybody's."""

    list_display = ("person", "declared_at", "good_until", "has_interests", "words")
    list_filter = ("has_interests",)
    list_select_related = ("person",)
    search_fields = ("person__username", "person__first_name", "person__last_name", "text")
    ordering = ("-declared_at", "-id")
    form = StatementForm
    fields = DECLARED
    readonly_fields = ("good_until",)
    why = (
        "Whoever publishes, returns or retracts what others wrote declares once a year what could "
        "sway their judgement. A statement is kept as it was made; a new one stands beside it. "
        "Administrators see it, and it stands on the review page of what you judge."
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """One's own rows, or all for an administrator."""
        rows, person = super().get_queryset(request).select_related("person"), actor(request)
        return rows if ADMINISTRATOR in roles_of(person) else rows.filter(person=person)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whose it is and when it was made, once it is made."""
        return ("person", "declared_at", "good_until", *DECLARED) if obj else DECLARED

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: what was declared is on record."""
        return False

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> Model:
        """Declare, for oneself and now."""
        return declare_interests(
            has_interests=given["has_interests"], text=given["text"], by=who["by"], now=who["now"]
        )

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Back to where it was asked for, if that is a page of ours."""
        answer = super().response_add(request, obj, post_url_continue)
        if back_to := own_admin_path(request.GET.get(NEXT, "")):
            return HttpResponseRedirect(back_to)
        return answer

    @admin.display(description="good until")
    def good_until(self, statement: InterestStatement) -> str:
        """The day from which it has to be declared again."""
        return f"{ends_at(statement):%Y-%m-%d}"

    @admin.display(description="statement")
    def words(self, statement: InterestStatement) -> str:
        """What was said."""
        return wide(statement.text or "—")
