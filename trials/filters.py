"""What may be asked of trials, their changes, and the runs that keep them current."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from osteodb.core.filter_values import UnknownTerm, moment, whole_number
from osteodb.core.filters import (
    ChoicesFilter,
    OrderingFilter,
    StrictFilterSet,
    TermsFilter,
    TernaryFilter,
    ValueFilter,
    WordsFilter,
    YesNoFilter,
)
from therapies.filters import (
    agent_filter,
    agents_of_classes,
    agents_of_targets,
    at_or_below,
    flat,
    search_filter,
    target_filter,
    therapy_class_filter,
    tree_paths,
)
from therapies.wording import read_wording
from trials.filter_parts import TIME, day_from, day_to, time_since
from trials.models import (
    FEEDS,
    ChangeKind,
    Condition,
    IssueKind,
    IssueState,
    Phase,
    Registry,
    RunState,
    Sex,
    StudyType,
    Trial,
    TrialCondition,
    TrialIdentifier,
    TrialStatus,
)
from trials.news import HOUSEKEEPING, housekeeping_in_words
from trials.registries.countries import country_code, is_country_code
from trials.registries.identifiers import normalise_sponsor_code, recognise
from trials.stale_filter import StaleFilter
from trials.wording import trials_giving, trials_matching

NUMBER = {"type": "integer", "minimum": 0}

# --- Words to rows --------------------------------------------------------------------------------


def identified_trials(text: str) -> Q:
    """Trials known by this number in any spelling: public id, registry number, sponsor's code."""
    condition = Q(public_id__iexact=text)
    number = recognise(text)
    if number is not None:
        named = TrialIdentifier.objects.filter(registry=number.registry, value=number.value)
    else:
        code = normalise_sponsor_code(text)
        if not code:
            raise UnknownTerm(f"{text!r} has neither a letter nor a digit.")
        named = TrialIdentifier.objects.filter(registry=Registry.SPONSOR, value=code)
        if "," in text and not named.exists():
            raise UnknownTerm(f"No trial here has the number {text!r}.")  # a list, then
    return condition | Q(pk__in=named.values("trial__head"))


def trial_ids(text: str) -> list[int]:
    """The trial of this public id or number; one merged into another means that other one."""
    found = Trial.objects.visible().filter(or_merged_into([identified_trials(text)]))
    ids = sorted(found.values_list("pk", flat=True))
    if not ids:
        raise UnknownTerm(f"No trial here has the number {text!r}.")
    return ids


def or_merged_into(conditions: list[Q]) -> Q:
    """Trials that any of the conditions finds, and those that a found one was merged into."""
    joined = Q()
    for condition in conditions:
        joined |= condition
    merged = Trial.objects.filter(joined, merged_into__isnull=False)
    return joined | Q(pk__in=merged.values("merged_into_id"))


def country(text: str) -> str:
    """The ISO code of a country given by code or name."""
    code = text.upper() if is_country_code(text.upper()) else country_code(text)
    if code is None:
        raise UnknownTerm(
            f"{text!r} is no country: give an ISO 3166-1 code of two letters, or its English name."
        )
    return code


def condition_paths(text: str) -> list[str]:
    """The place in the disease tree of the condition with this slug or name."""
    return tree_paths(Condition, text, "condition")


def trials_about(groups: list[list[str]]) -> Any:
    """The trials about these conditions or one below, by id; a merged one counts as its head."""
    about = TrialCondition.objects.in_force().filter(at_or_below("condition__path", groups))
    return about.values("trial__head")


# --- Parts of sets --------------------------------------------------------------------------------


def of_trials(groups: list[list[int]]) -> Q:
    """Rows that belong to any of these trials, or to one merged into them."""
    return Q(trial__head__in=flat(groups))


def trial_filter(where: Callable[[list[Any]], Q] = of_trials) -> TermsFilter:
    """The filter `trial` of lists that have to do with trials."""
    return TermsFilter(
        resolve=trial_ids,
        where=where,
        label="trial",
        help_text="Public id or any number of a trial, in any spelling.",
    )


# --- The sets -------------------------------------------------------------------------------------


class TrialFilterSet(StrictFilterSet):
    """Trials by everything a registry says about them and by what they give."""

    status = ChoicesFilter(
        TrialStatus.choices,
        field_name="status",
        label="status",
        help_text="Overall status in the one vocabulary all registries are mapped to.",
    )
    phase = ChoicesFilter(
        Phase.choices,
        field_name="phases",
        lookup="overlap",
        label="phase",
        help_text="A phase 2/3 trial has two phases and is found under both.",
    )
    registry = ChoicesFilter(
        Registry.choices,
        where=lambda values: Q(
            pk__in=TrialIdentifier.objects.filter(registry__in=values).values("trial__head")
        ),
        label="registry",
        help_text="Trials with a number of this registry.",
    )
    identifier = TermsFilter(
        resolve=identified_trials,
        where=or_merged_into,
        label="identifier",
        help_text="Any number of a trial in any spelling: NCT, EudraCT, CTIS, ChiCTR … or the "
        "sponsor's own code.",
    )
    agent = agent_filter(lambda groups: Q(pk__in=trials_giving(flat(groups))))
    target = target_filter(lambda groups: Q(pk__in=trials_giving(agents_of_targets(groups))))
    therapy_class = therapy_class_filter(
        lambda groups: Q(pk__in=trials_giving(agents_of_classes(groups)))
    )
    condition = TermsFilter(
        resolve=condition_paths,
        where=lambda groups: Q(pk__in=trials_about(groups)),
        label="condition",
        help_text="Slug or name of a condition; the conditions below it are included.",
    )
    country = TermsFilter(
        resolve=country,
        where=lambda codes: Q(countries__overlap=codes),
        label="country",
        help_text="ISO 3166-1 code or English name of a country with a site.",
    )
    sponsor = WordsFilter(
        "lead_sponsor", label="sponsor", help_text="Part of the lead sponsor's name."
    )
    study_type = ChoicesFilter(
        StudyType.choices,
        field_name="study_type",
        label="study type",
        help_text="Interventional, observational or expanded access.",
    )
    sex = ChoicesFilter(Sex.choices, field_name="sex", label="sex", help_text="Who may take part.")
    has_results = TernaryFilter(
        "has_results",
        label="results posted",
        help_text="Whether results are posted in a registry.",
    )
    stale = StaleFilter()
    enrolment_min = ValueFilter(
        read=whole_number,
        where=lambda number: Q(enrolment_count__gte=number),
        schema=NUMBER,
        label="enrolment from",
        help_text="At least this many participants, enrolled or planned.",
    )
    enrolment_max = ValueFilter(
        read=whole_number,
        where=lambda number: Q(enrolment_count__lte=number),
        schema=NUMBER,
        label="enrolment to",
        help_text="At most this many participants, enrolled or planned.",
    )
    start_from = day_from("start_date_earliest", "start")
    start_to = day_to("start_date_earliest", "start")
    primary_completion_from = day_from("primary_completion_date_earliest", "primary completion")
    primary_completion_to = day_to("primary_completion_date_earliest", "primary completion")
    completion_from = day_from("completion_date_earliest", "completion")
    completion_to = day_to("completion_date_earliest", "completion")
    first_posted_from = day_from("first_posted_date", "first posted")
    first_posted_to = day_to("first_posted_date", "first posted")
    last_update_from = day_from("last_update_posted_date", "last update")
    last_update_to = day_to("last_update_posted_date", "last update")
    updated_since = time_since("updated_at", "changed here since")
    search = search_filter(
        trials_matching,
        "titles, sponsor, summary, numbers and the names of agents",
        read=read_wording,
    )
    ordering = OrderingFilter(
        {
            "last_update": "last_update_posted_date",
            "first_posted": "first_posted_date",
            "start_date": "start_date_earliest",
            "primary_completion_date": "primary_completion_date_earliest",
            "completion_date": "completion_date_earliest",
            "enrolment": "enrolment_count",
            "title": "sort_title",
            "status": "status",
            "updated_at": "updated_at",
            "public_id": "public_id",
        },
        default="-last_update",
    )


class ConditionFilterSet(StrictFilterSet):
    """Conditions by their place in the tree."""

    below = TermsFilter(
        resolve=condition_paths,
        where=lambda groups: at_or_below("path", groups),
        label="at or below",
        help_text="Slug or name of a condition; the conditions below it are included.",
    )
    search = search_filter(lambda text: Q(name__icontains=text) | Q(names__icontains=text), "names")
    ordering = OrderingFilter({"path": "path", "name": "name"}, default="path")


def _changes_of_trials(heads: Any) -> Q:
    """Changes of these trials and of those merged into them."""
    return Q(trial__head__in=heads)


def _kinds_in_words() -> str:
    return "; ".join(f"`{value}`: {label}" for value, label in ChangeKind.choices)


class ChangeFilterSet(StrictFilterSet):
    """Changes by what changed, where, and when we saw it. Page, API, CSV and feed use this set.

    A change of a trial that was merged is found under the trial it is now part of.
    """

    kind = ChoicesFilter(
        ChangeKind.choices,
        field_name="kind",
        label="kind of news",
        help_text=f"What sort of news a change is. {_kinds_in_words()}.",
    )
    news = YesNoFilter(
        ~Q(field__in=HOUSEKEEPING),
        label="news",
        help_text="false: a registry's housekeeping, that is, changes of "
        f"{housekeeping_in_words()}. true: all other changes.",
    )
    trial = trial_filter(lambda groups: _changes_of_trials(flat(groups)))
    agent = agent_filter(lambda groups: _changes_of_trials(trials_giving(flat(groups))))
    target = target_filter(
        lambda groups: _changes_of_trials(trials_giving(agents_of_targets(groups)))
    )
    therapy_class = therapy_class_filter(
        lambda groups: _changes_of_trials(trials_giving(agents_of_classes(groups)))
    )
    field = WordsFilter(
        "field", lookup="iexact", label="field", help_text="Name of the trial's field that changed."
    )
    since = time_since("seen_at", "seen since")
    until = ValueFilter(
        read=moment,
        where=lambda at: Q(seen_at__lt=at),
        schema=TIME,
        label="seen until",
        help_text="Before this time (ISO 8601; a bare date is its midnight, UTC).",
    )
    ordering = OrderingFilter({"seen_at": "seen_at", "kind": "kind"}, default="-seen_at")


class DisagreementFilterSet(StrictFilterSet):
    """Fields in which origins of one trial disagree, by trial, field, and whether they still do."""

    trial = trial_filter()
    field = WordsFilter(
        "field", lookup="iexact", label="field", help_text="Name of the trial's field."
    )
    in_force = YesNoFilter(
        Q(ended_at=None),
        label="in force",
        help_text="true: the origins disagree now; false: they did, until the given day.",
    )
    since = time_since("began_at", "begun since")
    ordering = OrderingFilter({"began_at": "began_at", "field": "field"}, default="-began_at")


class PairFilterSet(StrictFilterSet):
    """Pairs of trials that may be one study, by either of them."""

    trial = trial_filter(
        lambda groups: Q(trial_a__head__in=flat(groups)) | Q(trial_b__head__in=flat(groups))
    )
    ordering = OrderingFilter({"created_at": "created_at"}, default="-created_at")


class SyncRunFilterSet(StrictFilterSet):
    """Sync runs by registry and how they ended."""

    registry = ChoicesFilter(
        FEEDS,
        field_name="registry",
        label="registry",
        help_text="The registry that was asked, or whose file was read.",
    )
    state = ChoicesFilter(
        RunState.choices, field_name="state", label="state", help_text="How the run stands."
    )
    since = time_since("requested_at", "requested since")
    ordering = OrderingFilter(
        {"requested_at": "requested_at", "finished_at": "finished_at"}, default="-requested_at"
    )


class QualityIssueFilterSet(StrictFilterSet):
    """Unmapped and suspicious values by kind and what became of them."""

    kind = ChoicesFilter(
        IssueKind.choices, field_name="kind", label="kind", help_text="What is wrong."
    )
    state = ChoicesFilter(
        IssueState.choices, field_name="state", label="state", help_text="What became of it."
    )
    registry = ChoicesFilter(
        Registry.choices,
        field_name="registry",
        label="registry",
        help_text="The registry the value came from.",
    )
    trial = trial_filter()
    search = search_filter(
        lambda text: Q(value__icontains=text) | Q(message__icontains=text), "values and messages"
    )
    ordering = OrderingFilter(
        {"first_seen_at": "first_seen_at", "last_seen_at": "last_seen_at", "kind": "kind"},
        default="-last_seen_at",
    )
