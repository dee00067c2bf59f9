"""Trials side by side: what each says, in rows, each value with where it was read."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from osteodb.core.filters import InvalidFilters
from osteodb.website.pages.base import Crumb, Head, api_url
from osteodb.website.pages.compare_facts import Group, compared_groups
from osteodb.website.pages.compare_question import (
    MOST,
    Compared,
    compare_query,
    compared,
)
from osteodb.website.pages.lists import Problem
from osteodb.website.pictures.picture import plain
from osteodb.website.words import NOT_REPORTED
from trials.models import Trial
from trials.registries.identifiers import display

CAUTION = (
    "Trials side by side are no comparison of treatments: they differ in whom they took in, when, "
    "and how they measured. Numbers stand as they were printed; none is worked out from another."
)
NUMBER_SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class Side:
    """One trial of the table: its short name, its numbers, and the address without it."""

    trial: Trial
    name: str
    numbers: str
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """The table, with what could not be understood beside it; without trials only the form."""

    sides: list[Side] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    folded: int = 0
    same: int = 0
    only_differences: bool = False
    everything_url: str = "/compare/"
    differences_url: str = ""
    most: int = MOST
    caution: str = CAUTION

    @property
    def status(self) -> int:
        """The HTTP status the page answers with."""
        return 400 if self.problems else 200

    @property
    def has_room(self) -> bool:
        """Whether another trial may be added."""
        return len(self.sides) < MOST


def compare_head(page: ComparePage) -> Head:
    """Title, and the same trials as JSON and CSV."""
    ids = [side.trial.public_id for side in page.sides]
    names = ", ".join(side.name for side in page.sides)
    listed = urlencode({"identifier": ",".join(ids)}, safe=",")
    return Head(
        title=f"Compare {names}" if names else "Compare trials",
        section="trials",
        description="Trials of osteosarcoma side by side, each value with its source."[:300],
        crumbs=(Crumb("Trials", "/trials/"),),
        json_url=f"{api_url('trials')}?{listed}" if ids else "",
        csv_url=f"/compare.csv?{compare_query(ids)}" if ids else "",
    )


def compare_page(query: QueryDict, now: dt.datetime) -> ComparePage:
    """The table as asked for. The number of queries does not depend on the trials."""
    asked = compared(query)
    problems = [Problem(one.parameter, one.message, []) for one in asked.problems]
    if not asked.trials:
        return ComparePage(problems=problems)
    every = compared_groups(asked.trials, now)
    same = sum(row.is_same for group in every for row in group.rows)
    return ComparePage(
        sides=_sides(asked),
        groups=_differing(every) if asked.only_differences else every,
        problems=problems,
        same=same,
        folded=same if asked.only_differences else 0,
        only_differences=asked.only_differences,
        everything_url=f"/compare/?{compare_query(asked.ids)}",
        differences_url=f"/compare/?{compare_query(asked.ids, True)}",
    )


def _differing(groups: Sequence[Group]) -> list[Group]:
    """Without the rows that say the same in all trials, and without groups that are left empty."""
    kept = [replace(group, rows=[row for row in group.rows if not row.is_same]) for group in groups]
    return [group for group in kept if group.rows]


def _sides(asked: Compared) -> list[Side]:
    sides = []
    for trial in asked.trials:
        rest = [one for one in asked.ids if one != trial.public_id]
        without = (
            f"/compare/?{compare_query(rest, asked.only_differences)}" if rest else "/compare/"
        )
        sides.append(Side(trial, short_name(trial), _numbers(trial), without))
    return sides


def short_name(trial: Any) -> str:
    """What a column is called: the acronym, else the first registry number, else the public id."""
    if trial.acronym:
        return str(trial.acronym)
    return _shown(trial.shown_numbers)[0] if trial.shown_numbers else str(trial.public_id)


def _numbers(trial: Any) -> str:
    return " · ".join(_shown(trial.shown_numbers)) or "no registry number"


def _shown(numbers: Sequence[Any]) -> list[str]:
    return [display(one.registry, one.value) for one in numbers]


def compare_csv(query: QueryDict, now: dt.datetime) -> bytes:
    """The table as CSV. Raises InvalidFilters where anything is not understood."""
    asked = compared(query)
    if asked.problems:
        raise InvalidFilters(asked.problems)
    groups = compared_groups(asked.trials, now) if asked.trials else []
    text = io.StringIO()
    writer = csv.writer(text)
    sides = _sides(asked)
    writer.writerow(["Group", "Row", *(side.trial.public_id for side in sides)])
    writer.writerow(["Trials", "Title", *(plain(side.trial.title) for side in sides)])
    writer.writerow(["Trials", "Numbers", *(plain(side.numbers) for side in sides)])
    for group in groups:
        for row in group.rows:
            said = (NUMBER_SEPARATOR.join(line.words for line in cell) for cell in row.cells)
            writer.writerow(
                [group.heading, row.label, *(plain(one or NOT_REPORTED) for one in said)]
            )
    return text.getvalue().encode()
