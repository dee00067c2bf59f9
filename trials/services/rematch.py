"""Words that meant nothing when they came in, and that somebody has since given a meaning.

A curator adds a synonym or a condition; records that have not changed are not read again, so the
words they left open are looked up anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from osteodb.core.models import User
from osteodb.core.writing import acting
from therapies.models import AgentName
from trials.models import (
    Condition,
    DataQualityIssue,
    Intervention,
    IssueKind,
    IssueState,
    TrialCondition,
)
from trials.registries.base import ParsedIntervention
from trials.services.content import write_agents_again
from trials.services.matching import Known


def names_changed_since(moment: dt.datetime | None) -> bool:
    """Whether a name of an agent or of a condition was added or changed after a moment."""
    if moment is None:
        return True
    tracked: tuple[Any, ...] = (AgentName, Condition)
    return any(
        model.pgh_event_model.objects.filter(pgh_created_at__gt=moment).exists()
        for model in tracked
    )


def rematch_words(*, by: User | None, now: dt.datetime) -> int:
    """Tie words that matched nothing to what they name now; returns how many are settled.

    The issues of words that are settled become RESOLVED. Nothing that a person set is touched.
    """
    known = Known()
    with acting(action="rematch_words", by=by, now=now):
        return _conditions(known) + _interventions(known, now)


def _conditions(known: Known) -> int:
    unmatched = TrialCondition.objects.filter(condition=None)
    found = {
        name: condition
        for name in unmatched.order_by("name").values_list("name", flat=True).distinct()
        if (condition := known.condition(name)) is not None
    }
    for name, condition in found.items():
        unmatched.filter(name=name).update(condition_id=condition)
    return _resolve(IssueKind.UNMATCHED_CONDITION, found)


def _interventions(known: Known, now: dt.datetime) -> int:
    open_words = DataQualityIssue.objects.filter(
        kind=IssueKind.UNMATCHED_INTERVENTION, state=IssueState.OPEN
    ).values("value")
    rows = Intervention.objects.filter(name__in=open_words, removed_at=None).values_list(
        "trial_id", "name", "intervention_type", "other_names"
    )
    trials: set[int] = set()
    left_open: set[str] = set()
    settled: set[str] = set()
    for trial, name, kind, others in rows:
        given = ParsedIntervention(name, kind, other_names=tuple(others))
        if known.agents_of(given):
            trials.add(trial)
        (settled if known.all_named(given) else left_open).add(name)
    write_agents_again(trials=trials, known=known, now=now)
    return _resolve(IssueKind.UNMATCHED_INTERVENTION, settled - left_open)


def _resolve(kind: str, values: Iterable[str]) -> int:
    return DataQualityIssue.objects.filter(
        kind=kind, state=IssueState.OPEN, value__in=list(values)
    ).update(state=IssueState.RESOLVED, resolution="The word has since become a known name.")
