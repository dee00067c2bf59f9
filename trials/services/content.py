"""What hangs on a trial brought to what its record says, for many trials at once.

Arms, interventions and outcomes keep their rows, for evidence points at them: what the registry
drops is marked removed. Conditions, sites and references are only listed, so they are replaced.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from django.db import transaction
from django.db.models import Model, ProtectedError

from osteodb.core.copying import copy_numbered, copy_rows
from trials.models import (
    AgentMatch,
    Arm,
    Intervention,
    RegisteredOutcome,
    Site,
    TrialAgent,
    TrialCondition,
    TrialReference,
)
from trials.reconcile import COLLECTION_KINDS, Plan
from trials.registries.base import (
    ParsedArm,
    ParsedIntervention,
    ParsedOutcome,
    ParsedReference,
    ParsedSite,
    ParsedTrial,
)
from trials.services.matching import Known, agents_in_arms
from trials.services.snapshots import load_stored

Row = TypeVar("Row", bound=Model)
ArmKey = tuple[int, str]
InterventionKey = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Content:
    """What a record says hangs on a trial, whether the trial is new, and which lists differ."""

    trial: int
    arms: tuple[ParsedArm, ...] = ()
    interventions: tuple[ParsedIntervention, ...] = ()
    outcomes: tuple[ParsedOutcome, ...] = ()
    conditions: tuple[str, ...] = ()
    sites: tuple[ParsedSite, ...] = ()
    references: tuple[ParsedReference, ...] = ()
    created: bool = False
    differing: frozenset[str] = frozenset()

    @classmethod
    def of(cls, trial: int, parsed: ParsedTrial, plan: Plan) -> Content:
        """The lists of a parsed record, as far as its plan calls for them."""
        return cls(
            trial=trial,
            created=plan.created,
            differing=frozenset(change.field for change in plan.collections) | {*plan.reordered},
            **{name: getattr(parsed, name) for name in COLLECTION_KINDS},
        )

    def differs(self, name: str) -> bool:
        """Whether a list has to be written."""
        return self.created or name in self.differing


def write_content(*, contents: Sequence[Content], known: Known, now: dt.datetime) -> None:
    """Bring everything that hangs on these trials to what their records say.

    The caller holds the transaction. The number of statements does not grow with the trials.
    """
    arms = _write_arms(contents, now)
    interventions = _write_interventions(contents, arms, now)
    _write_outcomes(contents)
    _write_lists(contents, known)
    _write_agents(contents, known, arms, interventions, now)


def _write_arms(contents: Sequence[Content], now: dt.datetime) -> dict[ArmKey, int]:
    existing = {(row.trial_id, row.label): row for row in _rows_of(Arm, contents)}
    wanted = {
        (one.trial, arm.label): {
            "arm_type": arm.arm_type,
            "description": arm.description,
            "position": position,
            "removed_at": None,
        }
        for one in contents
        for position, arm in enumerate(one.arms)
    }
    return _bring_to(Arm, existing, wanted, ("trial_id", "label"), now)


def _write_interventions(
    contents: Sequence[Content], arms: Mapping[ArmKey, int], now: dt.datetime
) -> dict[InterventionKey, int]:
    existing = {
        (row.trial_id, row.intervention_type, row.name): row
        for row in _rows_of(Intervention, contents)
    }
    wanted = {
        (one.trial, given.intervention_type, given.name): {
            "description": given.description,
            "other_names": list(given.other_names),
            "position": position,
            "removed_at": None,
        }
        for one in contents
        for position, given in enumerate(one.interventions)
    }
    names = ("trial_id", "intervention_type", "name")
    rows = _bring_to(Intervention, existing, wanted, names, now)
    through = Intervention.arms.through
    differing = [one for one in contents if one.differs("interventions")]
    old = [one.trial for one in differing if not one.created]
    if old:
        through.objects.filter(intervention__trial_id__in=old).delete()
    given_in = [
        (rows[one.trial, given.intervention_type, given.name], arms[one.trial, label])
        for one in differing
        for given in one.interventions
        for label in given.arm_labels
        if (one.trial, label) in arms
    ]
    copy_rows(through, ("intervention_id", "arm_id"), given_in)
    return rows


def _write_outcomes(contents: Sequence[Content]) -> None:
    """Outcomes keep their row as long as kind and words stay; equal ones are counted."""
    differing = [one for one in contents if one.differs("outcomes")]
    existing = {}
    seen: Counter[tuple[int, str, str]] = Counter()
    for row in sorted(_rows_of(RegisteredOutcome, differing), key=lambda row: row.position):
        key = (row.trial_id, row.kind, row.measure)
        existing[*key, seen[key]] = row
        seen[key] += 1
    wanted: dict[tuple[int, str, str, int], dict[str, Any]] = {}
    seen.clear()
    for one in differing:
        for position, outcome in enumerate(one.outcomes):
            key = (one.trial, outcome.kind, outcome.measure)
            wanted[*key, seen[key]] = {
                "time_frame": outcome.time_frame,
                "description": outcome.description,
                "position": position,
            }
            seen[key] += 1
    _bring_to(RegisteredOutcome, existing, wanted, ("trial_id", "kind", "measure", ""), None)
    for gone in existing.keys() - wanted.keys():
        try:
            with transaction.atomic():
                existing[gone].delete()
        except ProtectedError:
            continue  # evidence is located at it, so it stays


def _write_lists(contents: Sequence[Content], known: Known) -> None:
    """Conditions, sites and references: the old rows go, the record's rows come. Conditions that a
    person named stay."""
    replaced: tuple[tuple[str, type[Model], dict[str, Any]], ...] = (
        ("conditions", TrialCondition, {"by_hand": False}),
        ("sites", Site, {}),
        ("references", TrialReference, {}),
    )
    for name, model, registered in replaced:
        old = [one.trial for one in contents if name in one.differing and not one.created]
        if old:
            model._default_manager.filter(trial_id__in=old, **registered).delete()
    conditions = [
        (one.trial, name, known.condition(name), position)
        for one in contents
        if one.differs("conditions")
        for position, name in enumerate(one.conditions)
    ]
    copy_rows(TrialCondition, ("trial_id", "name", "condition_id", "position"), conditions)
    _copy_listed(Site, ParsedSite, contents, "sites")
    _copy_listed(TrialReference, ParsedReference, contents, "references")


def _copy_listed(
    model: type[Model], parsed: type[msgspec.Struct], contents: Sequence[Content], name: str
) -> None:
    """A list whose members are stored as they were read, each with its place in the list."""
    rows = [
        (one.trial, position, *msgspec.structs.astuple(member))
        for one in contents
        if one.differs(name)
        for position, member in enumerate(getattr(one, name))
    ]
    copy_rows(model, ("trial_id", "position", *parsed.__struct_fields__), rows)


def _write_agents(
    contents: Sequence[Content],
    known: Known,
    arms: Mapping[ArmKey, int],
    interventions: Mapping[InterventionKey, int],
    now: dt.datetime,
) -> None:
    """Who gets what. Rows that a person or the corpus set stay as they are."""
    existing = {
        (row.trial_id, row.agent_id, row.arm_id): row for row in _rows_of(TrialAgent, contents)
    }
    by_others = {key for key, row in existing.items() if row.matched_by != AgentMatch.NAME}
    wanted: dict[tuple[int, int, int | None], dict[str, Any]] = {}
    for one in contents:
        for given in agents_in_arms(known, one.arms, one.interventions):
            arm = arms[one.trial, given.arm_label] if given.arm_label is not None else None
            wanted[one.trial, given.agent, arm] = {
                "intervention_id": interventions[one.trial, *given.intervention],
                "role": given.role,
                "matched_by": AgentMatch.NAME.value,
                "matched_name": given.matched_name,
                "removed_at": None,
            }
    _bring_to(
        TrialAgent,
        {key: row for key, row in existing.items() if key not in by_others},
        {key: values for key, values in wanted.items() if key not in by_others},
        ("trial_id", "agent_id", "arm_id"),
        now,
    )


def write_agents_again(*, trials: Collection[int], known: Known, now: dt.datetime) -> None:
    """Who gets what in these trials, from what is stored of them and the names known now.

    The caller holds the transaction.
    """
    contents = [
        Content(trial, stored.arms, stored.interventions)
        for trial, stored in load_stored(trials).items()
    ]
    arms = {(row.trial_id, row.label): row.pk for row in _rows_of(Arm, contents)}
    interventions = {
        (row.trial_id, row.intervention_type, row.name): row.pk
        for row in _rows_of(Intervention, contents)
    }
    _write_agents(contents, known, arms, interventions, now)


def _rows_of(model: type[Row], contents: Sequence[Content]) -> list[Row]:
    """The rows of the trials that are not new."""
    trials = [one.trial for one in contents if not one.created]
    return list(model._default_manager.filter(trial_id__in=trials)) if trials else []


Key = TypeVar("Key", bound=tuple[Hashable, ...])


def _bring_to(
    model: type[Row],
    existing: Mapping[Key, Row],
    wanted: Mapping[Key, Mapping[str, Any]],
    key_fields: Sequence[str],
    removed_at: dt.datetime | None,
) -> dict[Key, int]:
    """Create what is missing, update what differs, mark what is no longer wanted as removed.

    `key_fields` name the columns of a key in its order; "" stands for a part that is no column.
    Returns the ids of the wanted rows by key.
    """
    new = {key: values for key, values in wanted.items() if key not in existing}
    ids = {key: existing[key].pk for key in wanted if key in existing}
    changed = []
    for key in ids:
        row, values = existing[key], wanted[key]
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    columns_changed = {name for values in wanted.values() for name in values}
    if removed_at is not None:
        for key, row in existing.items():
            if key not in wanted and getattr(row, "removed_at", None) is None:
                setattr(row, "removed_at", removed_at)  # noqa: B010 - only some models have it
                changed.append(row)
        columns_changed.add("removed_at")
    if changed:
        model._default_manager.bulk_update(changed, sorted(columns_changed))
    return ids | _create(model, new, key_fields)


def _create(
    model: type[Model], new: Mapping[Key, Mapping[str, Any]], key_fields: Sequence[str]
) -> dict[Key, int]:
    """Add rows by their keys and values; every one gives the same columns."""
    if not new:
        return {}
    kept = [place for place, name in enumerate(key_fields) if name]
    columns = [key_fields[place] for place in kept] + [*next(iter(new.values()))]
    rows = [(*(key[place] for place in kept), *values.values()) for key, values in new.items()]
    return dict(zip(new, copy_numbered(model, columns, rows), strict=True))
