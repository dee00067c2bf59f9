"""Keys of the API: made by their person, shown once, revoked by a button."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
)

from osteodb.core import tokens
from osteodb.core.admin_base import PostAction, ServiceAdmin, actor, who_and_when
from osteodb.core.admin_forms import RefusableForm
from osteodb.core.history import NOTHING
from osteodb.core.models import ApiToken, TokenScope
from osteodb.core.roles import ADMINISTRATOR, roles_of

USUAL_DAYS = 90


class KeyForm(RefusableForm):
    """What a key is called, what it may do, and for how long."""

    scopes = forms.MultipleChoiceField(
        choices=TokenScope.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Only what the program needs. What you may not do yourself, your key may not.",
    )
    days = forms.IntegerField(
        label="Days until it expires",
        min_value=1,
        max_value=tokens.LONGEST_DAYS,
        initial=USUAL_DAYS,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=f"1 to {tokens.LONGEST_DAYS}.",
    )

    class Meta:
        model = ApiToken
        fields = ("name",)

    def _get_validation_exclusions(self) -> set[str]:
        """The service has words for what the table refuses."""
        return {field.name for field in ApiToken._meta.fields} - {"name"}


def _may_revoke(request: HttpRequest, token: ApiToken) -> bool:
    return token.revoked_at is None and tokens.may_manage(token, actor(request))


def _revoke(request: HttpRequest, token: ApiToken, comment: str) -> str:
    tokens.revoke_token(token=token, **who_and_when(request))
    return f"The key {token} is revoked: no program gets in with it any more."


@admin.register(ApiToken)
class ApiTokenAdmin(ServiceAdmin):
    """One's own keys; an administrator sees everybody's."""

    list_display = (
        "name", "begins_with", "whose", "scope_words", "standing", "created_at", "expires_at",
        "last_used_at",
    )  # fmt: skip
    list_filter = ("revoked_at",)
    list_select_related = ("person",)
    search_fields = ("name", "prefix", "person__username")
    post_actions = (PostAction("revoke", "Revoke this key", _revoke, _may_revoke),)
    add_fields = ("name", "scopes", "days")
    shown_fields = (
        ("name", "begins_with"), ("whose", "standing"), "scope_words",
        ("created_at", "expires_at", "last_used_at"), ("revoked_at", "ended_by"),
    )  # fmt: skip
    why = (
        "With a key a program works on drafts in your name, over the REST API. It may do what its "
        "scopes say, and never more than you may yourself. Reading what is published needs no key."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        """One's own; all for an administrator."""
        rows: QuerySet[ApiToken] = super().get_queryset(request)
        person = actor(request)
        return rows if ADMINISTRATOR in roles_of(person) else rows.filter(person=person)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a key is revoked and another made."""
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form of a new key; one on record is only shown."""
        asked = kwargs if obj else {"form": KeyForm, **kwargs}
        return super().get_form(request, obj, change=change, **asked)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is asked for a new key, and what is shown of one."""
        return [(None, {"fields": self.shown_fields if obj else self.add_fields})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Everything, once it is made."""
        if obj is None:
            return ()
        return (
            "name", "begins_with", "whose", "standing", "scope_words", "created_at", "expires_at",
            "last_used_at", "revoked_at", "ended_by",
        )  # fmt: skip

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """With one button: whichever is pressed, the next page shows the key."""
        one_button = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**(extra_context or {}), **one_button})

    def create(self, request: HttpRequest, given: dict[str, Any], **who: Any) -> ApiToken:
        """Make it. The key itself goes to the answer of this request and nowhere else."""
        row, secret = tokens.create_token(**given, **who)
        request.osteodb_new_key = secret  # type: ignore[attr-defined]
        return row

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The key, this once: not by a redirect, for which it would have to be kept somewhere."""
        context = {
            **self.admin_site.each_context(request),
            "title": f"The key “{obj.name}”",
            "secret": request.osteodb_new_key,  # type: ignore[attr-defined]
            "key": obj,
            "scopes": self.scope_words(obj),
            "opts": self.opts,
            "list_url": reverse("admin:core_apitoken_changelist"),
            "example_url": request.build_absolute_uri(reverse("api-me")),
        }
        answer = TemplateResponse(request, "core/admin/new_key.html", context)
        add_never_cache_headers(answer)
        return answer

    @admin.display(description="person", ordering="person__username")
    def whose(self, token: ApiToken) -> str:
        """Whose it is, without a link: not everybody may open the pages of people."""
        return str(token.person)

    @admin.display(description="revoked by")
    def ended_by(self, token: ApiToken) -> str:
        """Who revoked it."""
        return str(token.revoked_by or NOTHING)

    @admin.display(description="begins with", ordering="prefix")
    def begins_with(self, token: ApiToken) -> str:
        """Its first characters."""
        return f"{token.prefix}…"

    @admin.display(description="may")
    def scope_words(self, token: ApiToken) -> str:
        """Its scopes in words."""
        return "; ".join(str(TokenScope(scope).label) for scope in token.scopes)

    @admin.display(description="stands")
    def standing(self, token: ApiToken) -> str:
        """Whether a program gets in with it."""
        if token.revoked_at:
            return "revoked"
        return "expired" if token.expires_at <= timezone.now() else "in force"
