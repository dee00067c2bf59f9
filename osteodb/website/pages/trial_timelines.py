"""The trials that the filters choose, in time: start, completion and statuses, one row each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict

from evidence.filters import TrialEvidenceFilterSet
from osteodb.core.filters import FilterProblem, InvalidFilters
from osteodb.core.partial_dates import PartialDate
from osteodb.website.looks import STATUS_LOOKS
from osteodb.website.pages.base import Crumb
from osteodb.website.pages.lists import ListPage, Problem, list_page
from osteodb.website.pages.status_histories import status_histories
from osteodb.website.pages.status_history import StatusEntry
from osteodb.website.pages.timeline import IN_WORDS, after
from osteodb.website.pages.trials import SPEC as TRIALS
from osteodb.website.pictures import gantt
from osteodb.website.pictures.picture import Cell, Column, Picture
from osteodb.website.words import counted, with_acronym
from trials.models import Trial

ADDRESS = "/pictures/trial-timelines"
DATES = (
    ("start_date", gantt.START),
    ("primary_completion_date", gantt.PRIMARY),
    ("completion_date", gantt.END),
)
LOOKS = {"ACTUAL": gantt.HAPPENED, "ESTIMATED": gantt.PLANNED}
SPEC = replace(
    TRIALS,
    path="/timeline/",
    title="Trials in time",
    is_cited=False,
    lede="From start to completion, one row for each trial, with the statuses on record.",
    crumbs=(Crumb("Trials", "/trials/"),),
    facets=(),
    sorts=(
        ("start_date", "start, earliest first"),
        ("-start_date", "start, latest first"),
        ("completion_date", "completion"),
        ("-last_update", "last update"),
    ),
    per_page=50,
)
NOTE = (
    "Where signs of statuses would lie on each other, the latest is drawn; the table has all. A "
    "status stands at the date its registry gave that record, else at the day OsteoDB saw it."
)


@dataclass(frozen=True, slots=True)
class TimelinesPage:
    """The list with its picture, and the same trials as a list."""

    list: ListPage
    picture: Picture | None
    list_url: str


def timelines_page(query: QueryDict, now: dt.datetime) -> TimelinesPage:
    """The trials as asked for: a fixed number of queries."""
    rows = Trial.objects.visible().defer("search", "eligibility_criteria", "brief_summary")
    page = list_page(SPEC, TrialEvidenceFilterSet, rows, query)
    if page.problems:
        return TimelinesPage(page, None, "")
    return TimelinesPage(page, _picture(page, query, now), _list_url(query))


def timelines_picture(query: QueryDict, now: dt.datetime) -> Picture:
    """One page of it as a file. Raises InvalidFilters for what is not understood."""
    found = timelines_page(query, now)
    if found.picture is None:
        raise InvalidFilters([_with_values(one) for one in found.list.problems])
    return found.picture


def _with_values(problem: Problem) -> FilterProblem:
    """A problem as it is told without links."""
    values = ", ".join(value for value, _ in problem.allowed)
    return FilterProblem(problem.parameter, f"{problem.message} {values}".strip())


def _list_url(query: QueryDict) -> str:
    kept = query.copy()
    for name in ("page", "ordering"):
        kept.pop(name, None)
    return f"/trials/?{kept.urlencode(safe=',')}" if kept else "/trials/"


def _picture(page: ListPage, query: QueryDict, now: dt.datetime) -> Picture:
    trials: list[Trial] = page.rows
    today = now.astimezone(dt.UTC).date()
    histories = status_histories(trials)
    rows = [gantt_row(one, histories[one.pk]) for one in trials]
    of_pages = f", page {page.number} of {page.pages}" if page.pages > 1 else ""
    filters = "; ".join(chip.label for chip in page.chips)
    return Picture(
        key="trial-timelines",
        title=f"{counted(page.count, 'trial').capitalize()} in time{of_pages}",
        description=_described(trials, today),
        canvas=gantt.draw_gantt(rows, today),
        columns=[
            Column(name)
            for name in ("Trial", "Title", "Start", "Primary completion", "Completion", "Statuses")
        ],
        rows=[_table_row(one, histories[one.pk]) for one in trials],
        address=(ADDRESS, query.urlencode(safe=",")),
        notes=[f"Filtered: {filters}.", NOTE] if filters else [NOTE],
    )


def gantt_row(trial: Trial, entries: Sequence[StatusEntry]) -> gantt.Row:
    """A trial as the picture has it."""
    acronym, title = with_acronym(trial.acronym, trial.title)
    return gantt.Row(
        name=_name(trial, acronym, title),
        remark=f"{trial.public_id} · {_status_words(trial)}",
        url=f"/trials/{trial.public_id}/",
        marks=[_mark(trial, name, shape) for name, shape in DATES if getattr(trial, name)],
        signs=[_sign(one) for one in entries],
    )


def _name(trial: Trial, acronym: str, title: str) -> str:
    if trial.title == trial.public_id:
        return f"{acronym}: no title seen" if acronym else "No title seen"
    return f"{acronym}: {title}" if acronym else title


def _status_words(trial: Trial) -> str:
    symbol = STATUS_LOOKS.get(trial.status, ("?", ""))[0]
    seen = trial.status != "unknown" or trial.status_raw
    return f"{symbol} {trial.get_status_display()}" if seen else "no status seen"


def _mark(trial: Trial, name: str, shape: str) -> gantt.Mark:
    date = PartialDate.parse(getattr(trial, name))
    kind = getattr(trial, f"{name}_type")
    words = f"{shape.capitalize()} {date} ({IN_WORDS[kind]})"
    return gantt.Mark(date.earliest, after(date), shape, LOOKS.get(kind, gantt.UNSAID), words)


def _sign(entry: StatusEntry) -> gantt.Sign:
    symbol = STATUS_LOOKS.get(entry.status, ("†", ""))[0]
    return gantt.Sign(PartialDate.parse(entry.day).earliest, symbol, f"{entry.day} {entry.label}")


def _table_row(trial: Trial, entries: Sequence[StatusEntry]) -> list[Cell]:
    statuses = "; ".join(f"{one.day} {one.label}" for one in entries)
    return [
        Cell(trial.public_id, f"/trials/{trial.public_id}/"),
        Cell(trial.title),
        *(Cell(_date_words(trial, name)) for name, _ in DATES),
        Cell(statuses or "not reported"),
    ]


def _date_words(trial: Trial, name: str) -> str:
    date, kind = getattr(trial, name), getattr(trial, f"{name}_type")
    words: Mapping[str, str] = IN_WORDS
    return f"{date} ({words[kind]})" if date else "not reported"


def _described(trials: Sequence[Trial], today: dt.date) -> str:
    if not trials:
        return "No trial matches these filters."
    starts = sorted(one.start_date for one in trials if one.start_date)
    planned = sum(1 for one in trials if one.completion_date_type == "ESTIMATED")
    undated = len(trials) - len(starts)
    sentences = [
        f"{counted(len(trials), 'trial').capitalize()}, one row each, from start over primary "
        f"completion to completion; today, {today.isoformat()}, is a dashed line.",
        f"Starts from {starts[0]} to {starts[-1]}." if starts else "",
        f"The start of {counted(undated, 'trial')} is not reported." if undated else "",
        f"The completion of {counted(planned, 'trial')} is planned." if planned else "",
    ]
    return " ".join(one for one in sentences if one)
