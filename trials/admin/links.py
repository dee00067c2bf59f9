"""The queue "One study or two?": a pair side by side, and the buttons that decide it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from osteodb.core.admin_base import PostAction, ReadOnlyAdmin, who_and_when
from osteodb.core.admin_work import WorkQueue
from osteodb.core.history import NOTHING
from trials.admin.pair_rows import NEITHER, compare, side_of
from trials.models import LinkDecision, Trial, TrialLink, TrialMerge
from trials.services.curation import decide_link
from trials.services.merging import numbers_of_one_registry

WHY = "Why? Say what shows it: a number, a protocol, a paper."


class DecisionFilter(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title = "decision"
    parameter_name = "decision"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The two decisions, and everything."""
        decided = [LinkDecision.SAME, LinkDecision.DIFFERENT]
        return [*((one.value, str(one.label)) for one in decided), ("all", "all pairs")]

    def choices(self, changelist: Any) -> Any:
        """Django's choices, its "All" being what waits."""
        for number, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": "waits for a person"} if number == 0 else choice

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Pairs of that decision."""
        if self.value() is None:
            return queryset.waiting()
        return queryset if self.value() == "all" else queryset.filter(decision=self.value())


def _may_decide(request: HttpRequest) -> bool:
    return request.user.has_perm("trials.change_triallink")


def is_apart(link: TrialLink) -> bool:
    """Whether the two stand on two pages."""
    return bool(link.trial_a.head != link.trial_b.head)


def _offered(request: HttpRequest, link: TrialLink) -> bool:
    return _may_decide(request) and is_apart(link)


def _closed(request: HttpRequest, link: TrialLink) -> bool:
    return _offered(request, link) and link.decision != LinkDecision.CANDIDATE


def _open(request: HttpRequest, link: TrialLink) -> bool:
    return _offered(request, link) and link.decision != LinkDecision.DIFFERENT


def _merge(request: HttpRequest, link: TrialLink, into: Trial, reason: str) -> str:
    seen = request.POST.get("numbers_seen") == "on"
    decide_link(
        link=link,
        decision=LinkDecision.SAME,
        reason=reason,
        into=into,
        numbers_seen=seen,
        **who_and_when(request),
    )
    merge = TrialMerge.objects.get(undone_at=None, absorbed=_other_side(link, into).page)
    line = 'One page now: {} shows both. <a class="underline" href="{}">Take it back</a>'
    return format_html(
        line,
        into.page.public_id,
        reverse("admin:trials_trialmerge_change", args=[merge.pk]),
    )


def _other_side(link: TrialLink, side: Trial) -> Trial:
    return link.trial_b if side == link.trial_a else link.trial_a


def _into_left(request: HttpRequest, link: TrialLink, reason: str) -> str:
    return _merge(request, link, link.trial_a, reason)


def _into_right(request: HttpRequest, link: TrialLink, reason: str) -> str:
    return _merge(request, link, link.trial_b, reason)


def _different(request: HttpRequest, link: TrialLink, reason: str) -> str:
    decide_link(link=link, decision=LinkDecision.DIFFERENT, reason=reason, **who_and_when(request))
    return "Different studies: no cross-reference joins these two pages."


def _leave_open(request: HttpRequest, link: TrialLink, reason: str) -> str:
    decide_link(link=link, decision=LinkDecision.CANDIDATE, reason=reason, **who_and_when(request))
    return "The pair waits for a decision again."


@admin.register(TrialLink)
class TrialLinkAdmin(WorkQueue, ReadOnlyAdmin):
    """Pairs that may be one study, with the signs for it."""

    list_display = ("pair", "titles", "signs", "decision", "decided_by", "created_at")
    list_filter = (DecisionFilter,)
    list_select_related = ("trial_a__merged_into", "trial_b__merged_into", "decided_by")
    search_fields = (
        "trial_a__public_id", "trial_b__public_id", "trial_a__identifiers__value",
        "trial_b__identifiers__value", "trial_a__brief_title", "trial_b__brief_title",
    )  # fmt: skip
    fields = ("trial_a", "trial_b", "decision", "reason", "decided_by", "decided_at", "created_at")
    change_form_outer_before_template = "trials/admin/pair.html"
    why = "Found by the program or the corpus; whether two trials are one study, a person decides."
    post_actions = (
        PostAction("left", "Same study: merge the right into the left", _into_left, _open, WHY),
        PostAction("right", "Same study: merge the left into the right", _into_right, _open, WHY),
        PostAction("different", "Different studies", _different, _open, WHY),
        PostAction("open", "Open the question again", _leave_open, _closed),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """With both trials and the pages they stand on."""
        return super().get_queryset(request).select_related(*self.list_select_related)

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """The page of a pair: both sides first."""
        return {**super().page_context(request, row), **(_sides(row) if row else {})}

    @admin.display(description="pair", ordering="trial_a__public_id")
    def pair(self, link: TrialLink) -> str:
        """Both ids, each on its line."""
        line = '<span class="whitespace-nowrap">{}</span>'
        return format_html_join(" ", line, [(link.trial_a.public_id,), (link.trial_b.public_id,)])

    @admin.display(description="titles")
    def titles(self, link: TrialLink) -> str:
        """Both titles, one below the other."""
        lines = '<span class="osteo-wide">{}</span><span class="osteo-wide osteo-second">{}</span>'
        return format_html(lines, link.trial_a.title, link.trial_b.title)

    @admin.display(description="signs")
    def signs(self, link: TrialLink) -> str:
        """The signs in words."""
        return "; ".join(signs_of(link)) or NOTHING


def signs_of(link: TrialLink) -> list[str]:
    """Why somebody thinks that the two may be one study, in words."""
    return [
        str(one.get("says") or one.get("words") or one.get("kind") or one)
        if isinstance(one, dict)
        else str(one)
        for one in link.signals
    ]


def _sides(link: TrialLink) -> dict[str, Any]:
    left, right = side_of(link.trial_a), side_of(link.trial_b)
    apart = is_apart(link)
    rows = compare(left, right) if apart else []
    return {
        "sides": [("Left", left, link.trial_a), ("Right", right, link.trial_b)],
        "rows": [row for row in rows if row.verdict != NEITHER],
        "silent": [row.label.lower() for row in rows if row.verdict == NEITHER],
        "signs": signs_of(link),
        "clashes": _clashes(left.head, right.head) if apart else [],
        "apart": apart,
        "merge": _merge_of(link) if not apart else None,
    }


def _clashes(left: Trial, right: Trial) -> Sequence[str]:
    return [
        f"Both have a number of {name}: {', '.join(one)} and {', '.join(other)}."
        for name, (one, other) in numbers_of_one_registry(left, right).items()
    ]


def _merge_of(link: TrialLink) -> TrialMerge | None:
    """The latest of the merges in force without which the two would stand on two pages."""
    head = Trial.objects.get(pk=link.trial_a_id).head
    in_force = TrialMerge.objects.filter(undone_at=None, absorbed__head=head)
    parents = {merge.absorbed_id: merge for merge in in_force.select_related("into")}
    between = _upwards(link.trial_a_id, parents) ^ _upwards(link.trial_b_id, parents)
    return max(between, key=lambda merge: merge.pk, default=None)


def _upwards(trial: int, parents: dict[int, TrialMerge]) -> set[TrialMerge]:
    """The merges from a trial up to its page."""
    found = set()
    while trial in parents:
        found.add(parents[trial])
        trial = parents[trial].into_id
    return found
