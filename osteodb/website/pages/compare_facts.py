"""What several trials say, row by row: each value with where it was read, none worked out."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Q, When

from evidence.models import (
    Comparison,
    Discrepancy,
    DiscrepancyState,
    EvidenceLevel,
    EvidenceVersion,
    Measurement,
)
from osteodb.website.pages.changes import field_label
from osteodb.website.pages.numbers import NumberRow, number_tables
from osteodb.website.pages.trial_facts import Fact, FactWriter, Origin, fact_groups
from osteodb.website.pages.trials import as_shown
from osteodb.website.words import NOT_REPORTED, code_in_words, counted, place_in_words
from therapies.models import Agent
from trials.models import (
    Arm,
    FieldOverride,
    OriginDisagreement,
    OutcomeKind,
    RecordOrigin,
    RegisteredOutcome,
    RegistryRecord,
    Trial,
    TrialCondition,
    TrialStatus,
)
from trials.staleness import stale_reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing said in a cell. Whatever is empty is not shown.

    `read_in` is the source with its address; `marks` are doubts, each with the page that tells it.
    """

    text: str
    url: str = ""
    details: tuple[str, ...] = ()
    read_in: tuple[str, str] = ("", "")
    level: str = ""
    marks: tuple[tuple[str, str], ...] = ()
    status: tuple[str, str] = ("", "")

    @property
    def said(self) -> tuple[object, ...]:
        """What has to be the same for two trials to say the same: of a number, everything."""
        return (self.text, self.details, self.read_in) if self.read_in[0] else (self.text,)

    @property
    def words(self) -> str:
        """The line for a table of plain text."""
        source = f"read in {self.read_in[0]}" if self.read_in[0] else ""
        level = f"level {self.level}" if self.level else ""
        marks = tuple(words for words, _ in self.marks)
        return "; ".join(filter(None, (self.text, *self.details, source, level, *marks)))


@dataclass(frozen=True, slots=True)
class Row:
    """One question, and what each trial says to it; a cell without lines is not reported."""

    label: str
    cells: list[list[Line]]

    @property
    def is_same(self) -> bool:
        """Whether all say the same, wherever they say it."""
        said = [[line.said for line in cell] for cell in self.cells]
        return len(said) > 1 and all(one == said[0] for one in said)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    heading: str
    rows: list[Row]


Of = dict[int, list[Any]]


def compared_groups(trials: Sequence[Trial], now: dt.datetime) -> list[Group]:
    """All rows for these trials. The number of queries does not depend on them."""
    as_shown(trials)
    numbers = number_tables(
        Measurement.objects.visible().filter(trial__head__in=_heads(trials)),
        Comparison.objects.visible().filter(trial__head__in=_heads(trials)),
    )
    clinical = [*numbers.clinical, *numbers.clinical_comparisons]
    others = [*numbers.other, *numbers.other_comparisons]
    return [
        *_registered(trials, now),
        Group("Results measured in patients", _results(trials, clinical, others)),
        Group("How far it can be trusted", _trust(trials)),
    ]


def _heads(trials: Iterable[Trial]) -> list[int]:
    return [trial.pk for trial in trials]


def _row(label: str, trials: Iterable[Trial], lines: Callable[[Trial], list[Line]]) -> Row:
    return Row(label, [lines(trial) for trial in trials])


# --- What is registered ---------------------------------------------------------------------------


def _registered(trials: Sequence[Trial], now: dt.datetime) -> list[Group]:
    """Status, what is given, and the facts of the fact sheet."""
    writers = _writers(trials)
    today = now.astimezone(dt.UTC).date()
    state = [
        _row("Status", trials, lambda one: [_status(one, writers[one.pk])]),
        _row("May be out of date", trials, lambda one: _stale(one, today)),
    ]
    facts = [fact_groups(writers[trial.pk]) for trial in trials]
    study, participants, dates, who = (
        [_fact_row([groups[g].facts[f] for groups in facts]) for f in range(len(facts[0][g].facts))]
        for g in range(4)
    )
    return [
        Group("Status and design", [*state, *study]),
        Group("What is given, to whom", [*_given(trials), *participants]),
        Group("What it measures", [_outcomes(trials)]),
        Group("Dates", dates),
        Group("Who and where", who),
    ]


def _writers(trials: Sequence[Trial]) -> dict[int, FactWriter]:
    """The writers of the fact sheets: two queries."""
    origins = {pk for trial in trials for pk in trial.field_origins.values()}
    said = Case(When(origin=RecordOrigin.SECONDARY, then=F("payload")))
    records = RegistryRecord.objects.filter(pk__in=origins).defer("payload").annotate(said=said)
    by_id = {record.pk: record for record in records}
    locks = FieldOverride.objects.filter(trial__head__in=_heads(trials), released_at=None)
    of: Of = defaultdict(list)
    for lock in locks.select_related("created_by", "trial"):
        of[lock.trial.head].append(lock)
    return {trial.pk: FactWriter(trial, by_id, of[trial.pk]) for trial in trials}


def _status(trial: Trial, writer: FactWriter) -> Line:
    seen = trial.status != TrialStatus.UNKNOWN or trial.status_raw
    override = writer.overrides.get("status")
    return Line(
        text=str(trial.get_status_display()) if seen else "None seen",
        status=(trial.status, trial.status_raw),
        details=(
            f"worded “{trial.status_raw}”" if trial.status_raw else "",
            *_origin_words(writer.origin("status")),
            f"set by a curator: {override.reason}" if override else "",
            f"why it stopped: {trial.why_stopped}" if trial.why_stopped else "",
        ),
    )


def _origin_words(origin: Origin | None) -> tuple[str, ...]:
    if origin is None:
        return ()
    third = " (third party)" if origin.is_secondary else ""
    return (f"{origin.name}, {origin.seen}{third}",)


def _stale(trial: Trial, today: dt.date) -> list[Line]:
    reasons = stale_reasons(trial, today=today)
    return [Line(text=one.words) for one in reasons] or [Line(text="no sign of it")]


def _fact_row(facts: Sequence[Fact]) -> Row:
    """One line of the fact sheets side by side."""
    return Row(facts[0].label, [_fact_lines(fact) for fact in facts])


def _fact_lines(fact: Fact) -> list[Line]:
    if not fact.value and not fact.override:
        return []
    by_hand = f"set by a curator: {fact.override.reason}" if fact.override else ""
    text = f"{fact.value} ({fact.remark})" if fact.value and fact.remark else fact.value
    return [Line(text=text or NOT_REPORTED, details=(*_origin_words(fact.origin), by_hand))]


# --- What is given, to whom, and what is measured -------------------------------------------------


def _given(trials: Sequence[Trial]) -> list[Row]:
    """Agents, arms and conditions: two queries, and the agents that are fetched already."""
    arms: Of = defaultdict(list)
    for arm in Arm.objects.filter(trial__in=_heads(trials), removed_at=None):
        arms[arm.trial_id].append(arm)
    conditions: Of = defaultdict(list)
    listed = TrialCondition.objects.in_force().filter(trial__head__in=_heads(trials))
    for one in listed.select_related("trial").order_by("position", "pk"):
        conditions[one.trial.head].append(one.name)
    return [
        _row("Agents", trials, _agents),
        _row("Arms", trials, lambda one: [_arm(arm) for arm in arms[one.pk]]),
        _row(
            "Conditions",
            trials,
            lambda one: [Line(text=name) for name in dict.fromkeys(conditions[one.pk])],
        ),
    ]


def _agents(trial: Any) -> list[Line]:
    """The agents, each once with the roles it has."""
    roles: dict[Agent, dict[str, None]] = {}
    for tie in trial.shown_agents:
        word = str(tie.get_role_display()) if tie.role != "UNSTATED" else ""
        roles.setdefault(tie.agent, {})[word] = None
    return [
        Line(text=agent.name, url=f"/agents/{agent.slug}/", details=tuple(words))
        for agent, words in roles.items()
    ]


def _arm(arm: Arm) -> Line:
    return Line(text=arm.label, details=(code_in_words(arm.arm_type),))


def _outcomes(trials: Sequence[Trial]) -> Row:
    of: Of = defaultdict(list)
    found = RegisteredOutcome.objects.filter(trial__in=_heads(trials), kind=OutcomeKind.PRIMARY)
    for one in found:
        of[one.trial_id].append(Line(text=one.measure, details=(one.time_frame,)))
    return _row("Primary outcomes", trials, lambda one: of[one.pk])


# --- Results --------------------------------------------------------------------------------------


def _results(
    trials: Sequence[Trial], clinical: Iterable[NumberRow], others: Iterable[NumberRow]
) -> list[Row]:
    """One row for each endpoint and way to measure it: like with like, as printed."""
    by_kind: dict[tuple[str, str], Of] = {}
    for number in clinical:
        of = by_kind.setdefault((number.endpoint, number.how), defaultdict(list))
        of[_head_of(number)].append(_number(number))
    rows = [
        Row(", ".join(filter(None, kind)), [of[trial.pk] for trial in trials])
        for kind, of in by_kind.items()
    ]
    if not rows:
        rows = [_row("Numbers measured in patients", trials, lambda one: [])]
    elsewhere = Counter(_head_of(number) for number in others)
    if elsewhere:
        rows.append(
            _row("Not measured in patients", trials, lambda one: _elsewhere(one, elsewhere))
        )
    return rows


def _head_of(row: NumberRow) -> int:
    trial = row.number.trial
    return trial.head if trial else 0


def _number(row: NumberRow) -> Line:
    number = row.number
    group = row.groups
    if not group and isinstance(number, Measurement) and number.regimen:
        group = number.regimen.name
    trial = number.trial
    page = f"/trials/{trial.public_id}/#{row.anchor}" if trial else ""
    place = place_in_words(number.locator.place, number.locator.url)
    doubts = [(f"disputed: {one.title}", f"/discrepancies/{one.slug}/") for one in row.disputed]
    doubts += [(one.word, page) for one in row.findings]
    doubts += [(row.retraction, page)] if row.retraction else []
    source = number.locator.source
    return Line(
        text=f"{row.value} ({row.months})" if row.months else row.value,
        url=page,
        details=(
            group or "group not reported",
            *row.details,
            " · ".join((number.population.label, *row.population_details)),
        ),
        read_in=(f"{source.short_name[:60]}, {place[:80]}", f"/sources/{source.slug}/"),
        level=number.version.level,
        marks=tuple(doubts),
    )


def _elsewhere(trial: Trial, numbers: Counter[int]) -> list[Line]:
    count = numbers[trial.pk]
    words = counted(count, "number")
    return [Line(text=words, url=f"/trials/{trial.public_id}/#results" if count else "")]


# --- Trust ----------------------------------------------------------------------------------------


def _trust(trials: Sequence[Trial]) -> list[Row]:
    """Statements by level, discrepancies and origins that disagree: three queries."""
    heads = _heads(trials)
    versions = EvidenceVersion.objects.published().filter(trials__head__in=heads).order_by()
    levels: dict[int, Counter[str]] = defaultdict(Counter)
    for head, _, level in set(versions.values_list("trials__head", "pk", "level")):
        levels[head][level] += 1
    open_ones = ~Q(state=DiscrepancyState.RESOLVED) & Q(trials__head__in=heads)
    disputes: Of = defaultdict(list)
    found = Discrepancy.objects.filter(open_ones).order_by("slug")
    for head, slug, title in found.values_list("trials__head", "slug", "title").distinct():
        disputes[head].append(Line(text=title, url=f"/discrepancies/{slug}/"))
    fields: Of = defaultdict(list)
    differing = OriginDisagreement.objects.filter(trial__in=heads, ended_at=None)
    for head, name in differing.values_list("trial", "field").distinct().order_by("field"):
        fields[head].append(Line(text=field_label(name)))
    return [
        _row("Statements", trials, lambda one: _statements(one, levels[one.pk])),
        _row(
            "Disagreements not resolved",
            trials,
            lambda one: disputes[one.pk] or [Line(text="none")],
        ),
        _row(
            "Fields in which origins disagree",
            trials,
            lambda one: fields[one.pk] or [Line(text="none")],
        ),
    ]


def _statements(trial: Trial, levels: Counter[str]) -> list[Line]:
    url = f"/evidence/?trial={trial.public_id}"
    return [
        Line(text=f"{levels[level]} of level {level}", url=f"{url}&level={level}")
        for level in EvidenceLevel.values
        if levels[level]
    ] or [Line(text="none")]
