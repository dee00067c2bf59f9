"""Statements: drafted on one form, checked by a second person, read-only once published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.views.decorators.http import require_safe
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from evidence import rules, services
from evidence.admin.draft_forms import INLINES, VersionForm, is_open
from evidence.admin.review import (
    arithmetic_of,
    retracted_words,
    review_address,
    review_page,
    why_not,
)
from evidence.admin.saved_drafts import SavedDrafts
from evidence.admin.saving import Checked, conflict_of, findings_by_form, show_again
from evidence.admin.typed import draft_from, form_of, kept_keys
from evidence.drafts import LINKS, Draft
from evidence.models import EvidenceItem, EvidenceVersion
from evidence.services import StatementMissing
from evidence.services.content import OWN_FIELDS
from osteodb.core.admin_base import (
    REFUSED,
    PostAction,
    ReadOnlyAdmin,
    ReadOnlyInline,
    ServiceAdmin,
    actor,
    refused_comment,
    who_and_when,
)
from osteodb.core.admin_forms import Refusal, remember
from osteodb.core.admin_interests import declare_address
from osteodb.core.admin_words import column, one_line, wide
from osteodb.core.admin_work import WorkQueue
from osteodb.core.errors import InvalidInput
from osteodb.core.history import Entry, history_of
from osteodb.core.interests import current_statement, reminder
from osteodb.core.review import EDITORS, OPEN, ReviewState, find_move
from osteodb.core.roles import roles_of

WORKFLOW = (
    "state", "author", "based_on", "created_at", "updated_at", "submitted_at", "submitted_by",
    "withdrawn_at", "withdrawn_by", "withdrawal_reason", "reviewer",
    "review_comment", "published_at", "superseded_at", "retracted_at", "retracted_by",
    "retraction_reason",
)  # fmt: skip


def offered(move: str) -> Any:
    """Whether this person may make a move from where a version stands."""

    def check(request: HttpRequest, version: EvidenceVersion) -> bool:
        return not why_not(move, actor(request), version)

    return check


def may_revise(request: HttpRequest, version: EvidenceVersion) -> bool:
    """Whether the next version may be started from this one."""
    if version.state not in (ReviewState.PUBLISHED, ReviewState.RETRACTED, ReviewState.WITHDRAWN):
        return False
    siblings = version.item.versions.filter(state__in=OPEN)
    return bool(roles_of(actor(request)) & EDITORS) and not siblings.exists()


Answer = str | HttpResponse


def _seen(request: HttpRequest) -> dict[str, Any]:
    """Who moves a version when, and the state of it that they had before them.

    Raises InvalidInput where the page's mark of that state was tampered with.
    """
    mark = request.POST.get("seen", "")
    try:
        seen = dt.datetime.fromisoformat(mark) if mark else None
    except ValueError as error:
        raise InvalidInput("Load the page again.") from error
    return {"seen": seen, **who_and_when(request)}


def _asks_for_statement(
    judge: Callable[[HttpRequest, EvidenceVersion, str], str],
) -> Callable[[HttpRequest, EvidenceVersion, str], Answer]:
    """A move that leads to the form for one's interests where none are declared.

    It comes back to where the button was, with what had been typed beside it.
    """

    def run(request: HttpRequest, version: EvidenceVersion, comment: str) -> Answer:
        try:
            return judge(request, version, comment)
        except StatementMissing as error:
            messages.warning(request, f"{error} Nothing was done yet; you come back to it.")
            page = reverse("admin:evidence_evidenceversion_change", args=[version.pk])
            request.session[REFUSED] = [page.removesuffix("/change/"), comment]
            return HttpResponseRedirect(declare_address(_page_of(request, version)))

    return run


def _page_of(request: HttpRequest, version: EvidenceVersion) -> str:
    """The page on which a button was pressed."""
    if request.POST.get("page") == "review":
        return review_address(version)
    return reverse("admin:evidence_evidenceversion_change", args=[version.pk])


def _submit(request: HttpRequest, version: EvidenceVersion, comment: str) -> str:
    services.submit(version=version, **_seen(request))
    return f"{version} waits for a second person."


@_asks_for_statement
def _publish(request: HttpRequest, version: EvidenceVersion, comment: str) -> str:
    services.publish(version=version, comment=comment, **_seen(request))
    return f"{version} is published."


@_asks_for_statement
def _return(request: HttpRequest, version: EvidenceVersion, comment: str) -> str:
    services.return_to_author(version=version, comment=comment, **_seen(request))
    return f"{version} went back to {version.author}."


def _withdraw(request: HttpRequest, version: EvidenceVersion, comment: str) -> str:
    services.withdraw(version=version, reason=comment, **_seen(request))
    return f"{version} is withdrawn; it can still be read here, with the reason."


@_asks_for_statement
def _retract(request: HttpRequest, version: EvidenceVersion, comment: str) -> str:
    services.retract(version=version, reason=comment, **_seen(request))
    return f"{version} is retracted; its page stays, with the reason."


def _revise(request: HttpRequest, version: EvidenceVersion, comment: str) -> str:
    draft = services.begin_version(
        draft=services.draft_of(version), item=version.item, **who_and_when(request)
    )
    url = reverse("admin:evidence_evidenceversion_change", args=[draft.pk])
    return format_html('<a href="{}">{}</a> is a draft to write in.', url, str(draft))


@admin.register(EvidenceVersion)
class EvidenceVersionAdmin(SavedDrafts, WorkQueue, ServiceAdmin):
    """One wording of a statement, with everything it rests on."""

    change_form_template = "evidence/admin/version_form.html"
    object_history_template = "evidence/admin/version_history.html"

    list_display = (
        "number_words", "short_statement", "kind", column("level", "level"), "state", "author",
        "updated_at", "review_link",
    )  # fmt: skip
    list_filter = (
        "state", "kind", "level", "direction", "model_system",
        ("author", AutocompleteSelectFilter), ("agents", AutocompleteSelectFilter),
        ("trials", AutocompleteSelectFilter),
    )  # fmt: skip
    list_filter_submit = True
    list_select_related = ("item", "author", "reviewer")
    search_fields = (
        "item__public_id", "statement", "locators__source__title",
        "locators__source__first_author", "trials__identifiers__value",
        "agents__names__normalised", "author__username",
    )  # fmt: skip
    ordering = ("-updated_at",)
    form = VersionForm
    inlines = INLINES
    readonly_fields = ("item", "number", *WORKFLOW)
    post_actions = (
        PostAction("submit", "Submit for review", _submit, offered("submit")),
        PostAction("publish", "Publish", _publish, offered("publish")),
        PostAction(
            "return", "Return to the author", _return, offered("return_to_author"),
            ask="What has to be mended?",
        ),
        PostAction(
            "withdraw", "Withdraw this draft", _withdraw, offered("withdraw"),
            ask="Why is it given up?",
        ),
        PostAction("revise", "Write the next version", _revise, may_revise),
        PostAction("retract", "Retract", _retract, offered("retract"), ask="Why is it retracted?"),
    )  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The statement and its links; for one on record, its way through review."""
        statement: tuple[Any, ...] = (
            ("kind", "level", "rating"), "statement", ("direction", "model_system"), "note",
        )  # fmt: skip
        if obj and self.has_change_permission(request, obj):
            statement += ("seen",)
        sets: list[Any] = [
            ("Statement", {"fields": statement}),
            ("What it is about", {"fields": LINKS}),
        ]
        if obj:
            times = (
                ("state", "author", "reviewer"), "review_comment",
                ("created_at", "submitted_at", "submitted_by", "published_at"),
                ("withdrawn_at", "withdrawn_by"), "withdrawal_reason",
                ("superseded_at", "retracted_at", "retracted_by"), "retraction_reason", "based_on",
            )  # fmt: skip
            sets.append(("Review", {"fields": times}))
        return sets

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft only: what was submitted or published is read-only."""
        return is_open(obj) and super().has_change_permission(request, obj)

    def notes(self, request: HttpRequest, row: Any) -> list[str]:
        """Where the version stands, and what it still lacks."""
        if row is None:
            return ["Rows of this form are named by their number: “1” is the first locator."]
        if row.state == ReviewState.DRAFT:
            found = [problem.message for problem in rules.problems(services.draft_of(row))]
            comment = [f"Returned: “{row.review_comment}”"] if row.review_comment else []
            lacks = [f"Before it can be submitted: {one}" for one in found]
            return [_beside(row), *comment, *lacks, *retracted_words(row), *arithmetic_of(row)]
        state = f"This version is {row.get_state_display()}: read-only. {_next_step(row)}"
        asked = _statement_asked(request, row)
        return [state, _beside(row), *asked, *retracted_words(row), *arithmetic_of(row)]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing yet: a draft is written whole, with its parts."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write the draft, whole. A broken rule does not stop it; one the database holds does."""
        draft = draft_from(form, formsets)
        for formset in formsets:
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        if "_check" in request.POST:
            check(request, draft)
        item = form.instance.item if change else None
        kept = kept_keys(draft, formsets)
        seen = form.cleaned_data.get("seen")
        try:
            version = services.save_draft(draft=kept, item=item, seen=seen, **who_and_when(request))
        except services.SavedMeanwhile:
            conflict_of(request, form.instance.pk, kept)
            raise
        except InvalidInput as error:
            remember(request, refusal_of(draft, error))
            raise
        form.instance.__dict__.update(version.__dict__)
        for problem in rules.problems(draft):
            messages.warning(request, f"Before it can be submitted: {problem.message}")
        for found in arithmetic_of(version):
            messages.warning(request, found)

    def get_urls(self) -> list[URLPattern]:
        """The usual addresses, and that of the review page."""
        review = path(
            "<int:object_id>/review/",
            self.admin_site.admin_view(require_safe(self.review_view)),
            name="evidence_evidenceversion_review",
        )
        return [review, *super().get_urls()]

    def review_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The version beside what is published, and the buttons that decide."""
        row = self.get_object(request, str(object_id))
        if row is None or not self.has_view_permission(request, row):
            raise PermissionDenied
        page = review_page(
            row,
            person=actor(request),
            now=timezone.now(),
            everything=request.GET.get("show") == "everything",
        )
        name = "admin:evidence_evidenceversion"
        context = {
            **self.admin_site.each_context(request),
            "title": f"Review of {row}",
            "page": page,
            "opts": self.opts,
            "change_url": reverse(f"{name}_change", args=[row.pk]),
            "history_url": reverse(f"{name}_history", args=[row.pk]),
            "publish_url": reverse(f"{name}_do", args=[row.pk, "publish"]),
            "return_url": reverse(f"{name}_do", args=[row.pk, "return"]),
            "refused_comment": refused_comment(request),
        }
        return TemplateResponse(request, "evidence/admin/review.html", context)

    def after_refusal(self, request: HttpRequest, row: Any) -> str:
        """Back to the page on which the button was pressed."""
        return _page_of(request, row)

    def discussed(self, row: Any) -> list[Any]:
        """Its own record and the statement's: moves are on record there."""
        return [row, row.item]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **more: Any
    ) -> Any:
        """With the conflict, where there is one, and with a button to check while it is a draft."""
        context["conflict"] = getattr(request, "osteodb_conflict", None)
        if self.has_change_permission(request, context.get("original")):
            context["actions_submit_line"] = [{"action_name": "_check", "description": "Check"}]
        return super().render_change_form(request, context, *args, **more)

    def history(self, row: Any) -> list[Entry]:
        """The whole statement's history: its versions share it."""
        return history_of(row.item)

    @admin.display(description="id", ordering="item")
    def number_words(self, version: EvidenceVersion) -> str:
        """The public id and the version, on one line."""
        return one_line(str(version))

    @admin.display(description="review")
    def review_link(self, version: EvidenceVersion) -> str:
        """To the version beside what is published."""
        words = "review" if version.state == ReviewState.IN_REVIEW else "compare"
        return format_html('<a href="{}">{}</a>', review_address(version), words)

    @admin.display(description="statement")
    def short_statement(self, version: EvidenceVersion) -> str:
        """The start of the statement."""
        return wide(Truncator(version.statement).chars(160))


def _beside(version: EvidenceVersion) -> str:
    """A link to the review page."""
    words = "Review it" if version.state == ReviewState.IN_REVIEW else "Read it"
    link = '<a class="underline" href="{}">{} beside what is published</a>, field by field.'
    return format_html(link, review_address(version), words)


def _statement_asked(request: HttpRequest, version: EvidenceVersion) -> list[str]:
    """That interests have to be declared before a button offered here works, or soon again."""
    steps = [find_move(name, version.state) for name in ("publish", "return_to_author", "retract")]
    person = actor(request)
    needed = [one for one in steps if one and one.needs_statement]
    if not any(not why_not(one.name, person, version) for one in needed):
        return []
    now = timezone.now()
    words = reminder(current_statement(person, now), now)
    link = '{} <a class="underline" href="{}">Declare your interests</a>; you come back here.'
    return [format_html(link, words, declare_address(request.path))] if words else []


def _next_step(version: EvidenceVersion) -> str:
    if version.state == ReviewState.IN_REVIEW:
        return "A second person publishes it, or returns it with a comment."
    if version.state == ReviewState.WITHDRAWN:
        return "It was given up before anybody published it."
    if version.state == ReviewState.PUBLISHED:
        return "To change what it says, write the next version."
    return "It stays readable for those who cited it."


def check(request: HttpRequest, draft: Draft) -> None:
    """Show all that rules and sums say about what was typed, at its fields. Always raises Checked.

    Nothing is saved; what the sums say needs parts that hold together.
    """
    remember(request, refusal_of(draft))
    broken = rules.structure_problems(draft)
    found = {} if broken else findings_by_form(draft)
    request.osteodb_found = found  # type: ignore[attr-defined]
    show_again(request)
    count = len(rules.problems(draft))
    doubts = sum(len(one) for one in found.values())
    counts = f"Rules: {_count(count, 'problem')}. Arithmetic: {_count(doubts, 'remark')}."
    said = f"Checked, not saved. {counts}"
    (messages.warning if count or doubts else messages.success)(request, said)
    raise Checked(said)


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"


def refusal_of(draft: Draft, error: InvalidInput | None = None) -> Refusal:
    """Every broken rule at the field it speaks of, and at the top what the database refused."""
    said: dict[str, dict[str, list[str]]] = {}
    for problem in rules.problems(draft):
        part, *rest = problem.path
        if len(rest) == 2 and isinstance(rest[0], int):
            prefix, name = form_of(draft, str(part), rest[0]), str(rest[1])
        else:
            prefix, name = "", str(part) if part in (*OWN_FIELDS, *LINKS) else ""
        said.setdefault(prefix, {}).setdefault(name, []).append(problem.message)
    if not said and error is not None:
        said[""] = {name if name in OWN_FIELDS else "": one for name, one in error.fields.items()}
        said[""] = said[""] or {"": error.problems}
    return Refusal(said)


class VersionInline(ReadOnlyInline):
    """The wordings of a statement, newest first."""

    model = EvidenceVersion
    fields = ("number", "state", "statement", "author", "reviewer", "published_at")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the people."""
        rows = super().get_queryset(request)
        return rows.select_related("author", "reviewer", "item").order_by("-number")


@admin.register(EvidenceItem)
class EvidenceItemAdmin(ReadOnlyAdmin):
    """The permanent address of a statement."""

    list_display = ("public_id", "created_at", "created_by")
    list_select_related = ("created_by",)
    search_fields = ("public_id", "versions__statement")
    fields = ("public_id", "created_at", "created_by")
    inlines = (VersionInline,)
    why = "The address of a statement. What it says is written in its versions."

    def history(self, row: Any) -> list[Entry]:
        """Every move of every version."""
        return history_of(row)
