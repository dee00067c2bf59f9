"""What the database holds of trials, in the neutral shapes that `trials.reconcile` compares."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from django.db.models import Case, F, When

from trials.models import (
    Arm,
    FieldOverride,
    Intervention,
    RegisteredOutcome,
    Site,
    Trial,
    TrialCondition,
    TrialIdentifier,
    TrialReference,
)
from trials.reconcile import IdentifierKey, StoredTrial
from trials.registries.base import (
    ParsedArm,
    ParsedIntervention,
    ParsedOutcome,
    ParsedReference,
    ParsedSite,
    TrialFields,
)

FIELD_NAMES = TrialFields.__struct_fields__
DAYS = frozenset({"first_posted_date", "last_update_posted_date", "results_first_posted_date"})
DECIMALS = frozenset({"minimum_age_years", "maximum_age_years"})
KIND_ORDER = {"PRIMARY": 0, "SECONDARY": 1, "OTHER": 2}


def to_columns(fields: TrialFields) -> dict[str, Any]:
    """The fields as the model's columns take them."""
    return {name: to_column(name, getattr(fields, name)) for name in FIELD_NAMES}


def to_column(name: str, value: Any) -> Any:
    """One value as its column takes it: a list, a date or a decimal for its neutral form."""
    if isinstance(value, tuple):
        return list(value)
    if value is not None and name in DAYS:
        return dt.date.fromisoformat(value)
    if value is not None and name in DECIMALS:
        return Decimal(value)
    return value


def from_columns(row: Mapping[str, Any]) -> TrialFields:
    """The neutral fields of a trial's columns."""
    return TrialFields(**{name: _neutral(row[name]) for name in FIELD_NAMES})


def _neutral(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def owners_of(keys: Collection[IdentifierKey]) -> dict[IdentifierKey, int]:
    """Which trial each registry number belongs to; numbers that belong to none are left out."""
    rows = (
        TrialIdentifier.objects.exclude(registry="SPONSOR")
        .filter(value__in={value for _registry, value in keys})
        .values_list("registry", "value", "trial_id")
    )
    wanted = set(keys)
    return {
        (registry, value): trial for registry, value, trial in rows if (registry, value) in wanted
    }


def registries_of(heads: Collection[int]) -> dict[int, frozenset[str]]:
    """The registries that each trial, with those merged into it, has numbers of."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    rows = TrialIdentifier.objects.filter(trial__head__in=heads)
    for head, registry in rows.values_list("trial__head", "registry"):
        found[head].add(registry)
    return {head: frozenset(found[head]) for head in heads}


def heads_of(trials: Collection[int]) -> dict[int, int]:
    """The trial on whose page each one is shown."""
    return dict(Trial.objects.filter(pk__in=trials).values_list("pk", "head")) if trials else {}


def locked_values(heads: Collection[int]) -> dict[int, dict[str, Any]]:
    """What curators set instead of the registries' values, by field; a merged trial's lock holds
    where the trial itself has none."""
    found: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    active = FieldOverride.objects.filter(trial__head__in=heads, released_at=None)
    own_last = active.order_by(Case(When(trial=F("trial__head"), then=1), default=0), "pk")
    for head, name, value in own_last.values_list("trial__head", "field", "value"):
        found[head][name] = tuple(value) if isinstance(value, list) else value
    return found


def load_stored(trials: Collection[int]) -> dict[int, StoredTrial]:
    """Snapshots of trials with all that hangs on them: nine queries, however many trials.

    Numbers and locks are read with those of the trials merged into them; the lists are the trial's
    own, for they are computed from all its records.
    """
    if not trials:
        return {}
    fields = {
        row.pop("pk"): from_columns(row)
        for row in Trial.objects.filter(pk__in=trials).values("pk", *FIELD_NAMES)
    }
    identifiers = _identifiers(trials)
    overridden = locked_values(trials)
    conditions = _grouped(
        TrialCondition.objects.filter(trial_id__in=trials, by_hand=False)
        .order_by("position", "id")
        .values_list("trial_id", "name")
    )
    arms, interventions = _arms(trials), _interventions(trials)
    outcomes, sites, references = _outcomes(trials), _sites(trials), _references(trials)
    return {
        trial: StoredTrial(
            fields=found,
            identifiers={key: kind for key, kind, _gone in identifiers[trial]},
            gone=frozenset(key for key, _kind, gone in identifiers[trial] if gone),
            overridden=overridden[trial],
            conditions=tuple(conditions[trial]),
            arms=tuple(arms[trial]),
            interventions=tuple(interventions[trial]),
            outcomes=tuple(outcomes[trial]),
            sites=tuple(sorted(sites[trial], key=msgspec.structs.astuple)),
            references=tuple(sorted(references[trial], key=msgspec.structs.astuple)),
        )
        for trial, found in fields.items()
    }


def _grouped(rows: Iterable[tuple[int, Any]]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for trial, value in rows:
        found[trial].append(value)
    return found


def _identifiers(trials: Collection[int]) -> defaultdict[int, list[Any]]:
    rows = TrialIdentifier.objects.filter(trial__head__in=trials).values_list(
        "trial__head", "registry", "value", "kind", "gone_at"
    )
    return _grouped(
        (trial, ((registry, value), kind, gone is not None))
        for trial, registry, value, kind, gone in rows
    )


def _arms(trials: Collection[int]) -> defaultdict[int, list[ParsedArm]]:
    rows = Arm.objects.filter(trial_id__in=trials, removed_at=None).order_by("position", "id")
    return _grouped(
        (trial, ParsedArm(*rest))
        for trial, *rest in rows.values_list("trial_id", "label", "arm_type", "description")
    )


def _interventions(trials: Collection[int]) -> defaultdict[int, list[ParsedIntervention]]:
    links = Intervention.arms.through.objects.filter(
        intervention__trial_id__in=trials, arm__removed_at=None
    )
    labels = _grouped(links.order_by("id").values_list("intervention_id", "arm__label"))
    rows = Intervention.objects.filter(trial_id__in=trials, removed_at=None)
    return _grouped(
        (
            trial,
            ParsedIntervention(name, kind, description, tuple(others), tuple(labels[pk])),
        )
        for trial, pk, name, kind, description, others in rows.order_by(
            "position", "id"
        ).values_list("trial_id", "pk", "name", "intervention_type", "description", "other_names")
    )


def _outcomes(trials: Collection[int]) -> defaultdict[int, list[ParsedOutcome]]:
    rows = RegisteredOutcome.objects.filter(trial_id__in=trials).values_list(
        "trial_id", "kind", "measure", "time_frame", "description", "position", "id"
    )
    ordered = sorted(rows, key=lambda row: (KIND_ORDER[row[1]], row[5], row[6]))
    return _grouped((row[0], ParsedOutcome(*row[1:5])) for row in ordered)


def _sites(trials: Collection[int]) -> defaultdict[int, list[ParsedSite]]:
    rows = Site.objects.filter(trial_id__in=trials).values_list(
        "trial_id", "facility", "city", "state", "country", "country_code", "status"
    )
    return _grouped((trial, ParsedSite(*rest)) for trial, *rest in rows)


def _references(trials: Collection[int]) -> defaultdict[int, list[ParsedReference]]:
    rows = TrialReference.objects.filter(trial_id__in=trials).values_list(
        "trial_id", "pmid", "reference_type", "citation"
    )
    return _grouped((trial, ParsedReference(*rest)) for trial, *rest in rows)
