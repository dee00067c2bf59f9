"""Pages for people, the audit log, and the schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django_celery_beat.admin import PeriodicTaskForm
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from django_celery_results.models import GroupResult, TaskResult

from osteodb.core import admin_curation as admin_curation
from osteodb.core import admin_interests as admin_interests
from osteodb.core import admin_tokens as admin_tokens
from osteodb.core.admin_base import OsteoAdmin, ReadOnlyAdmin, actor
from osteodb.core.admin_words import pretty_json
from osteodb.core.audit import record_event
from osteodb.core.models import AuditEvent, User

if TYPE_CHECKING:
    from django.contrib.auth.admin import UserAdmin

    BaseUserAdmin = UserAdmin[User]
    BaseBeatAdmin = object
    from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
    from django.contrib.auth.forms import AdminUserCreationForm as UserCreationForm
else:
    from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
    from django_celery_beat.admin import PeriodicTaskAdmin as BaseBeatAdmin
    from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

for model in (
    Group,
    PeriodicTask,
    CrontabSchedule,
    IntervalSchedule,
    SolarSchedule,
    ClockedSchedule,
    TaskResult,
    GroupResult,
):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

RIGHTS = (
    "username", "first_name", "last_name", "email", "affiliation", "wants_digest", "is_active",
    "is_staff",
)  # fmt: skip


@admin.register(User)
class PersonAdmin(OsteoAdmin, BaseUserAdmin):
    """People. A row is never deleted, only made inactive: its name stands in history."""

    form = UserChangeForm  # type: ignore[assignment]
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active", "is_staff", "is_superuser")
    search_fields = ("username", "first_name", "last_name", "email")
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    short_lists = ("groups",)
    why = "People are made inactive, not deleted: their names stand in the history."
    add_fieldsets = BaseUserAdmin.add_fieldsets
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (
            "Person",
            {"fields": ("first_name", "last_name", "email", "affiliation", "wants_digest")},
        ),
        ("Roles", {"fields": ("groups", "is_active", "is_staff", "is_superuser")}),
        ("Times", {"fields": ("last_login", "date_joined")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With the roles, for the list."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only a superuser makes a superuser."""
        kept = () if request.user.is_superuser else ("is_superuser",)
        return (*self.readonly_fields, *kept)

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        """The person's groups."""
        return ", ".join(group.name for group in user.groups.all()) or "—"

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the roles, then put on record what of the account changed."""
        user = form.instance
        before = {
            name: form.initial.get(name)
            for name in form.changed_data
            if name in (*RIGHTS, "is_superuser")
        }
        roles = sorted(group.name for group in user.groups.all())
        super().save_related(request, form, formsets, change)
        after: dict[str, Any] = {name: getattr(user, name) for name in before}
        given = sorted(Group.objects.filter(user=user).values_list("name", flat=True))
        if given != roles:
            before, after = {**before, "roles": roles}, {**after, "roles": given}
        record_event(
            action="change_account" if change else "create_account",
            target=user,
            by=actor(request),
            now=timezone.now(),
            old=before or None,
            new=after or None,
        )


@admin.register(Group)
class RoleAdmin(ReadOnlyAdmin):
    """The four roles. What each may do stands in the code and is put in place by a command."""

    list_display = ("name",)
    search_fields = ("name",)
    fields = ("name", "may")
    readonly_fields = ("may",)
    why = (
        "What a role may do is one table in the program (osteodb/core/permissions.py), "
        "put in place at every start. Give people their roles on their own pages."
    )

    @admin.display(description="may")
    def may(self, group: Group) -> str:
        """The role's permissions, by model."""
        names: dict[str, list[str]] = {}
        permissions = group.permissions.select_related("content_type")
        for one in permissions.order_by("content_type__app_label", "content_type", "codename"):
            verb = one.codename.split("_")[0]
            names.setdefault(str(one.content_type.name), []).append(verb)
        return "; ".join(f"{name}: {', '.join(verbs)}" for name, verbs in names.items()) or "—"


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Every decision on record. Append-only: the database itself refuses a change."""

    list_display = ("at", "actor_name", "action_words", "object_kind", "object_label", "comment")
    list_filter = ("object_kind", "action")
    search_fields = ("actor_name", "object_id", "object_label", "comment")
    date_hierarchy = "at"
    fields = (
        "at", "actor_name", "actor_roles", "action", "object_kind", "object_id", "object_label",
        "old_words", "new_words", "comment",
    )  # fmt: skip
    readonly_fields = ("old_words", "new_words")
    why = "The audit log is append-only: rows are written by services and never changed."

    @admin.display(description="action", ordering="action")
    def action_words(self, event: AuditEvent) -> str:
        """The action as words."""
        return event.action.replace("_", " ")

    @admin.display(description="before")
    def old_words(self, event: AuditEvent) -> str:
        """The old values."""
        return pretty_json(event.old)

    @admin.display(description="after")
    def new_words(self, event: AuditEvent) -> str:
        """The new values."""
        return pretty_json(event.new)


@admin.register(PeriodicTask)
class ScheduleAdmin(OsteoAdmin, BaseBeatAdmin):
    """What runs by the clock. Times that settings give are written again at each start of beat."""

    form = PeriodicTaskForm
    list_filter = ("enabled",)
    search_fields = ("name", "task")
    why = "Switched off, not deleted. The daily sync's time is a setting: OSTEODB_SYNC_TIME."


@admin.register(CrontabSchedule)
class CrontabScheduleAdmin(OsteoAdmin):
    """Times of day at which tasks run."""

    list_display = ("__str__", "timezone")
    search_fields = ("minute", "hour")


@admin.register(IntervalSchedule, SolarSchedule, ClockedSchedule)
class OtherScheduleAdmin(ReadOnlyAdmin):
    """Other kinds of schedule that the scheduler knows; none is used here."""

    search_fields = ("id",)
    why = "OsteoDB runs by times of day (crontab schedules); these kinds are not used."


@admin.register(TaskResult)
class TaskResultAdmin(ReadOnlyAdmin):
    """What background tasks answered; the sync's own account is on its run's page."""

    list_display = ("task_name", "status", "date_created", "date_done", "worker")
    list_filter = ("status", "task_name")
    search_fields = ("task_id", "task_name")
    why = "Written by the workers. What a sync did is told better on its sync run."


@admin.register(GroupResult)
class GroupResultAdmin(ReadOnlyAdmin):
    """Results of task groups; OsteoDB starts none."""

    list_display = ("group_id", "date_done")
    search_fields = ("group_id",)
    why = "Written by the workers."
