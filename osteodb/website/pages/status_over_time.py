"""How many of the chosen trials were in each status at the end of each year, as far as the status
history on record tells."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.http import QueryDict

from evidence.filters import TrialEvidenceFilterSet
from osteodb.core.filters import FilterProblem, InvalidFilters, StrictFilterSet
from osteodb.core.partial_dates import PartialDate
from osteodb.website.looks import STATUS_LOOKS
from osteodb.website.pages.base import Crumb, Head
from osteodb.website.pages.facets import facets, replaced
from osteodb.website.pages.lists import Chip, chips_of
from osteodb.website.pages.status_histories import NEEDED, arrived_only, status_histories
from osteodb.website.pages.status_history import GONE, StatusEntry
from osteodb.website.pages.timeline import after
from osteodb.website.pages.trials import SPEC as TRIALS
from osteodb.website.pictures.picture import Cell, Column, Picture
from osteodb.website.pictures.stacks import Layer, Stack, draw_stacks
from osteodb.website.words import counted
from trials.models import Trial, TrialStatus

ADDRESS = "/pictures/status-over-time"
STEPS = {"year": 1, "quarter": 4}
MOST_PERIODS = 60
NOT_KNOWN, GONE_FROM = "not_known", "gone"
ORDER = [*(str(one) for one in TrialStatus.values), GONE_FROM, NOT_KNOWN]
LABELS = {str(value): str(label) for value, label in TrialStatus.choices} | {
    TrialStatus.UNKNOWN: "Unknown, by the registry's word",
    GONE_FROM: "Gone from its registry",
    NOT_KNOWN: "Not known",
}
RULE = (
    "A trial counts from the day it was first posted in a registry, or from its first status on "
    "record where that is earlier. Its status at the end of a period is the last one seen whose "
    "own date (the date the registry gave that record, else the day OsteoDB saw it) is not later. "
    "Before the first status on record the status is not known: it is not worked out from start "
    "and completion dates. A date known only to its month or year counts from its last day."
)
HEAD = Head(
    title="Status over time",
    section="trials",
    description="How many trials were in each status at the end of each year, as far as is known.",
    crumbs=(Crumb("Trials", "/trials/"),),
)


@dataclass(frozen=True, slots=True)
class Life:
    """What is known of a trial: from when it counts, and its statuses, each from its day on."""

    begins: dt.date | None
    statuses: Sequence[tuple[dt.date, str]]

    def at(self, day: dt.date) -> str:
        """Its status at the end of a day; empty where it does not count yet."""
        if self.begins is None or self.begins > day:
            return ""
        return _last_status(self.statuses, day)


@dataclass(frozen=True, slots=True)
class Period:
    """The last day of a year or a quarter, or today, with how many trials were in each status."""

    label: str
    day: dt.date
    numbers: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    """The page as asked for. With `problems` there is no picture."""

    head: Head = HEAD
    problems: list[FilterProblem] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    choices: list[tuple[str, str, bool]] = field(default_factory=list)
    count: int = 0
    list_url: str = ""
    rule: str = RULE
    picture: Picture | None = None

    @property
    def status(self) -> int:
        """The HTTP status the page answers with."""
        return 400 if self.problems else 200


def status_page(query: QueryDict, now: dt.datetime) -> StatusPage:
    """The page as asked for: a fixed number of queries."""
    filterset, problems = _read(query)
    if problems:
        return StatusPage(problems=problems)
    lives = _lives(filterset)
    every = _every(query)
    kept = query.copy()
    kept.pop("every", None)
    offered = facets([one for one in TRIALS.facets if one.parameter in query], filterset, query)
    return StatusPage(
        chips=chips_of(TRIALS, filterset, query, offered),
        choices=[(f"each {one}", replaced(query, "every", [one]), one == every) for one in STEPS],
        count=len(lives),
        list_url=f"/trials/?{kept.urlencode(safe=',')}" if kept else "/trials/",
        picture=_picture(lives, query, filterset, _day(now)),
    )


def status_picture(query: QueryDict, now: dt.datetime) -> Picture:
    """The picture as a file. Raises InvalidFilters for what is not understood."""
    filterset, problems = _read(query)
    if problems:
        raise InvalidFilters(problems)
    return _picture(_lives(filterset), query, filterset, _day(now))


def _day(now: dt.datetime) -> dt.date:
    return now.astimezone(dt.UTC).date()


def _read(query: QueryDict) -> tuple[StrictFilterSet, list[FilterProblem]]:
    rows = Trial.objects.visible().only(*NEEDED, "first_posted_date")
    filterset = TrialEvidenceFilterSet(query, rows, reserved=("every",))
    problems = list(filterset.problems)
    given = [one for one in query.getlist("every") if one.strip()]
    if len(given) > 1 or (given and given[0] not in STEPS):
        message = f"{given[0][:40]!r} is not one of: {', '.join(STEPS)}."
        problems.append(FilterProblem("every", message))
    return filterset, problems


def _every(query: QueryDict) -> str:
    return query.get("every", "").strip() or "year"


# --- Counting -------------------------------------------------------------------------------------


def _lives(filterset: StrictFilterSet) -> list[Life]:
    """Most trials have arrived and never changed: of these few columns say all. Five queries."""
    arrivals = arrived_only(filterset.qs)
    others = list(filterset.qs.exclude(pk__in=arrivals.values("trial")))
    histories = status_histories(others)
    lives = [life_of(one.first_posted_date, histories[one.pk]) for one in others]
    columns = ("trial__first_posted_date", "trial__status", "trial__status_raw")
    rows = arrivals.values_list(*columns, "record__registry_date", "seen_at")
    for posted, status, raw, day, seen_at in rows:
        entry = StatusEntry(status, raw, day, seen_at)
        lives.append(life_of(posted, [entry] if entry.is_given else []))
    return lives


def life_of(posted: dt.date | None, entries: Iterable[StatusEntry]) -> Life:
    """What the statuses on record, earliest seen first, say of a trial's life. Pure."""
    statuses: list[tuple[dt.date, str]] = []
    last = NOT_KNOWN
    for entry in entries:
        status = GONE_FROM if entry.event == GONE else entry.status if not entry.event else last
        if not entry.event:
            last = status
        statuses.append((min(_last_day(entry.day), entry.seen_at.date()), status))
    days = [day for day, _ in statuses] + ([posted] if posted else [])
    return Life(min(days, default=None), statuses)


@lru_cache(maxsize=20_000)
def _last_day(text: str) -> dt.date:
    return after(PartialDate.parse(text)) - dt.timedelta(days=1)


def periods_of(lives: Sequence[Life], every: str, today: dt.date) -> list[Period]:
    """From the first trial to today; of very long times the latest periods only. Pure."""
    begins = [one.begins for one in lives if one.begins and one.begins <= today]
    if not begins:
        return []
    ends = _ends(min(begins).year, every, today)[-MOST_PERIODS:]
    days = [day for _, day in ends]
    alike = Counter(_places(one, days) for one in lives if one.begins)
    periods = []
    for place, (label, day) in enumerate(ends):
        numbers: Counter[str] = Counter()
        for (begins_at, statuses), number in alike.items():
            if begins_at <= place:
                numbers[_last_status(statuses, place)] += number
        periods.append(Period(label, day, numbers))
    return periods


def _places(life: Life, days: Sequence[dt.date]) -> tuple[int, tuple[tuple[int, str], ...]]:
    """A life by the first of these days that each of its own reaches: many are alike then."""
    statuses = tuple((bisect_left(days, since), status) for since, status in life.statuses)
    return (bisect_left(days, life.begins or dt.date.max), statuses)


def _last_status(statuses: Sequence[tuple[Any, str]], moment: Any) -> str:
    """The last status seen whose own moment is not later."""
    return next((status for since, status in reversed(statuses) if since <= moment), NOT_KNOWN)


def _ends(first: int, every: str, today: dt.date) -> list[tuple[str, dt.date]]:
    """The last days of the periods before today, and today."""
    step = 12 // STEPS[every]
    found = []
    for year in range(first, today.year + 1):
        for part in range(STEPS[every]):
            month = (part + 1) * step
            following = dt.date(year + month // 12, month % 12 + 1, 1)
            label = str(year) if every == "year" else f"{year} Q{part + 1}"
            found.append((label, following - dt.timedelta(days=1)))
    return [*((label, day) for label, day in found if day < today), ("today", today)]


# --- The picture ----------------------------------------------------------------------------------


def _picture(
    lives: Sequence[Life], query: QueryDict, filterset: StrictFilterSet, today: dt.date
) -> Picture:
    periods = periods_of(lives, _every(query), today)
    statuses = [one for one in ORDER if any(period.numbers[one] for period in periods)]
    layers = [Layer(LABELS[one], *_look(one)) for one in statuses]
    stacks = [Stack(one.label, [one.numbers[status] for status in statuses]) for one in periods]
    own = query.copy()
    own.pop("ordering", None)
    return Picture(
        key="status-over-time",
        title=f"Status of {counted(len(lives), 'trial')} at the end of each {_every(query)}",
        description=described(lives, periods, statuses),
        canvas=draw_stacks(layers, stacks),
        columns=[
            Column("End of"),
            Column("Day"),
            *(Column(LABELS[one], is_number=True) for one in statuses),
            Column("All", is_number=True),
        ],
        rows=[_row(one, statuses) for one in periods],
        address=(ADDRESS, own.urlencode(safe=",")),
        notes=_notes(filterset, lives, periods),
    )


def _row(period: Period, statuses: Sequence[str]) -> list[Cell]:
    numbers = [period.numbers[one] for one in statuses]
    return [
        Cell(period.label),
        Cell(period.day.isoformat()),
        *(Cell(str(one)) for one in numbers),
        Cell(str(sum(numbers))),
    ]


def _look(status: str) -> tuple[str, str]:
    """Sign and colour of a status."""
    if status == NOT_KNOWN:
        return ("", "pic-hollow")
    if status == GONE_FROM:
        return ("†", "pic-warn")
    symbol, group = STATUS_LOOKS.get(status, ("?", "unclear"))
    return (symbol, f"pic-{group}")


def _notes(
    filterset: StrictFilterSet, lives: Sequence[Life], periods: Sequence[Period]
) -> list[str]:
    filters = "; ".join(f"{one.label}: {', '.join(one.values)}" for one in filterset.applied)
    notes = ["Before its first status on record the status of a trial is not known, nor guessed."]
    if filters:
        notes.insert(0, f"Filtered: {filters}.")
    undated = sum(1 for one in lives if one.begins is None)
    if undated:
        notes.append(f"Left out: {counted(undated, 'trial')} without any date.")
    if len(periods) == MOST_PERIODS:
        notes.append(f"The latest {MOST_PERIODS} periods only.")
    return notes


def described(lives: Sequence[Life], periods: Sequence[Period], statuses: Sequence[str]) -> str:
    """The picture in words: what is known today, and from when the history is known."""
    if not periods:
        return "No trial with a date matches these filters."
    now = periods[-1]
    listed = ", ".join(f"{LABELS[one]} {now.numbers[one]}" for one in statuses if now.numbers[one])
    firsts = [min(day for day, _ in one.statuses) for one in lives if one.statuses]
    sentences = [
        f"Stacked bars from {periods[0].label} to today. On {now.day.isoformat()}: {listed}.",
        f"The earliest status on record is of {min(firsts).isoformat()}; "
        f"of the {len(firsts)} trials with one, half have it from "
        f"{sorted(firsts)[len(firsts) // 2].isoformat()} on."
        if firsts
        else "No status is on record.",
    ]
    return " ".join(sentences)
