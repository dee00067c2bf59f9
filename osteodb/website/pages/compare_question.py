"""Which trials an address asks to compare: any number of a trial, in any spelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import BooleanField, Case, Q, Value, When
from django.http import QueryDict

from osteodb.core.api.questions import Parameters
from osteodb.core.filter_values import UnknownTerm
from osteodb.core.filters import FilterProblem, TermsFilter, YesNoFilter
from osteodb.website.pages.facets import pieces
from trials.filters import identified_trials, or_merged_into
from trials.models import Trial

MOST, MOST_ASKED = 6, 24


class CompareParameters(Parameters):
    """Trials, and whether only rows in which they differ are shown."""

    trial = TermsFilter(
        resolve=str,
        where=lambda words: Q(),
        label="trial",
        help_text="Public id or any number of a trial, in any spelling; up to six.",
    )
    differences = YesNoFilter(
        Q(), label="differences", help_text="true: only rows in which the trials differ."
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """The trials asked for, in the order asked, each once; and what could not be understood."""

    trials: list[Trial] = field(default_factory=list)
    problems: list[FilterProblem] = field(default_factory=list)
    only_differences: bool = False

    @property
    def ids(self) -> list[str]:
        """Their public ids."""
        return [trial.public_id for trial in self.trials]


def compared(query: QueryDict) -> Compared:
    """The trials of an address: one query, whatever is asked. A merged one is its head.

    What is not understood is a problem, and the other trials are kept.
    """
    asked = CompareParameters(_folded(query))
    if asked.problems:
        return Compared(problems=asked.problems)
    texts = list(dict.fromkeys(pieces(query, "trial")))
    trials, problems = _found(texts[:MOST_ASKED])
    if len(texts) > MOST_ASKED:
        message = f"Only the first {MOST_ASKED} numbers were looked up."
        problems.append(FilterProblem("trial", message))
    if len(trials) > MOST:
        left_out = ", ".join(one.public_id for one in trials[MOST:])
        message = f"At most {MOST} trials stand side by side; left out: {left_out}."
        problems.append(FilterProblem("trial", message))
    only = asked.asked().get("differences") == ["true"]
    return Compared(trials[:MOST], problems, only)


def _folded(query: QueryDict) -> QueryDict:
    """The short way to write it, `differences=1`, is understood too."""
    changed = query.copy()
    if changed.get("differences") in ("1", "0"):
        changed["differences"] = "true" if changed["differences"] == "1" else "false"
    return changed


def _found(texts: Sequence[str]) -> tuple[list[Trial], list[FilterProblem]]:
    """The trial behind each text, in their order, each once."""
    conditions: dict[str, Q] = {}
    problems = []
    for text in texts:
        try:
            conditions[text] = or_merged_into([identified_trials(text)])
        except UnknownTerm as unknown:
            problems.append(FilterProblem("trial", unknown.message))
    meant = _meant(list(conditions.values()))
    found: dict[int, Trial] = {}
    for text, trials in zip(conditions, meant, strict=True):
        if len(trials) == 1:
            found.setdefault(trials[0].pk, trials[0])
        else:
            problems.append(FilterProblem("trial", _not_one(text, trials)))
    return list(found.values()), problems


def _not_one(text: str, trials: Sequence[Trial]) -> str:
    """That a text means no trial, or several."""
    if not trials:
        return f"No trial here has the number {text[:80]!r}."
    return f"{text[:80]!r} means several trials: {', '.join(one.public_id for one in trials)}."


def _meant(conditions: list[Q]) -> list[list[Trial]]:
    """The trials that each condition finds: one query for all of them."""
    if not conditions:
        return []
    names = [f"named_{i}" for i in range(len(conditions))]
    either = Q()
    for condition in conditions:
        either |= condition
    marks = {
        name: Case(
            When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
        )
        for name, condition in zip(names, conditions, strict=True)
    }
    rows = Trial.objects.visible().filter(either).annotate(**marks)
    trials = list(rows.defer("search", "eligibility_criteria", "brief_summary").order_by("pk"))
    return [[trial for trial in trials if getattr(trial, name)] for name in names]


def compare_query(ids: Sequence[str], only_differences: bool = False) -> str:
    """The query that asks for these trials."""
    given = [("trial", one) for one in ids]
    return urlencode([*given, *([("differences", "1")] if only_differences else [])])
