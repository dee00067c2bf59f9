"""Trials that a person or the corpus brings, rather than a registry.

What a third party's page showed of a trial is a record like any other, marked SECONDARY: it fills
fields that no registry has spoken about, and the registry's own record replaces it later.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from osteodb.core.audit import record_event
from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import User
from osteodb.core.writing import acting, save_checked, set_fields
from therapies.models import Agent
from trials import rules
from trials.models import (
    AgentMatch,
    ChangeKind,
    Condition,
    InclusionDecision,
    RecordApplication,
    RecordOrigin,
    Registry,
    RegistryRecord,
    Trial,
    TrialAgent,
    TrialChange,
    TrialCondition,
    TrialIdentifier,
)
from trials.registries import secondary
from trials.registries.base import MalformedRecord
from trials.registries.identifiers import normalise_sponsor_code, recognise
from trials.services.candidates import propose_by_codes
from trials.services.recompute import recompute_trials


class NumberTaken(Conflict):
    """The registry number already belongs to another trial; a person has to decide."""

    def __init__(self, value: str, owner: Trial) -> None:
        super().__init__(f"{value} already belongs to {owner.public_id} ({owner.title}).")
        self.owner = owner


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenIdentifier:
    """A number of a trial as somebody wrote it, and where that was read."""

    registry: str
    raw: str
    kind: str
    source_text: str = ""
    source_url: str = ""

    @property
    def value(self) -> str:
        """The number's one normal form. Raises InvalidInput where it is no number of `registry`."""
        if self.registry == "SPONSOR":
            code = normalise_sponsor_code(self.raw)
            if code:
                return code
        else:
            number = recognise(self.raw)
            if number is not None and number.registry == self.registry:
                return number.value
        raise InvalidInput(f"“{self.raw}” is no number of {self.registry}.")


def find_trial(*, registry: str, value: str) -> Trial | None:
    """The trial a registry's number belongs to, the one it was merged into where it was; None where
    it belongs to none."""
    row = (
        TrialIdentifier.objects.filter(registry=registry, value=value)
        .select_related("trial__merged_into")
        .first()
    )
    return (row.trial.merged_into or row.trial) if row else None


def register_trial(
    *,
    identifiers: Sequence[GivenIdentifier],
    inclusion_reason: str,
    by: User | None,
    now: dt.datetime,
    curator_note: str = "",
) -> Trial:
    """Put a trial on record under its numbers; one that is there under any of them gets the rest.

    A rule's verdict on whether the trial belongs here gives way to this one, a person's does not.
    Raises InvalidInput, or NumberTaken where the numbers belong to different trials.
    """
    known = _owner(identifiers)
    with acting(action="register_trial", by=by, now=now):
        trial = known or Trial(created_at=now, updated_at=now)
        given = {}
        if not trial.inclusion_reason or trial.inclusion_reason.startswith(rules.BY_RULE):
            given["inclusion"] = InclusionDecision.INCLUDED.value
            given["inclusion_reason"] = inclusion_reason
        if not trial.curator_note:
            given["curator_note"] = curator_note
        is_new = trial.pk is None
        if set_fields(trial, given) or is_new:
            save_checked(trial)
        if is_new:
            trial.refresh_from_db()
            record_event(action="register_trial", target=trial, by=by, now=now)
            TrialChange.objects.create(
                trial=trial,
                kind=ChangeKind.NEW_TRIAL,
                field="trial",
                new=identifiers[0].raw,
                seen_at=now,
            )
        for one in identifiers:
            add_identifier(trial=trial, identifier=one, by=by, now=now)
    return trial


def add_identifier(
    *, trial: Trial, identifier: GivenIdentifier, by: User | None, now: dt.datetime
) -> TrialIdentifier:
    """Give a trial a number; one it already has stays as it is.

    Raises InvalidInput, or NumberTaken where the number belongs to another trial.
    """
    value = identifier.value
    if identifier.registry != "SPONSOR":
        owner = find_trial(registry=identifier.registry, value=value)
        if owner and owner.pk != trial.head:
            raise NumberTaken(value, owner)
    numbers = TrialIdentifier.objects.filter(trial__head=trial.head)
    known = numbers.filter(registry=identifier.registry, value=value).first()
    if known:
        return known
    row = TrialIdentifier(
        trial=trial,
        registry=identifier.registry,
        value_raw=identifier.raw,
        value=value,
        kind=identifier.kind,
        source_text=identifier.source_text,
        source_url=identifier.source_url,
    )
    with acting(action="add_identifier", by=by, now=now):
        save_checked(row)
        if row.registry == Registry.SPONSOR:
            propose_by_codes(trials=[trial.head], now=now)
    return row


def correct_identifier(
    *,
    identifier: TrialIdentifier,
    kind: str,
    source_text: str,
    source_url: str,
    by: User | None,
    now: dt.datetime,
) -> TrialIdentifier:
    """Say otherwise how a number stands to its trial and where it was read. Raises InvalidInput."""
    given = {"kind": kind, "source_text": source_text, "source_url": source_url}
    with acting(action="correct_identifier", by=by, now=now):
        if set_fields(identifier, given):
            save_checked(identifier)
    return identifier


def record_secondary_facts(
    *,
    trial: Trial,
    identifier: GivenIdentifier,
    facts: Mapping[str, Any],
    source_text: str,
    by: User | None,
    now: dt.datetime,
    source_url: str = "",
    as_of: str = "",
    unmapped: Mapping[str, str] | None = None,
    note: str = "",
) -> RegistryRecord:
    """Keep what a third party's page said of a registry number, and fill what no registry has.

    `facts` are fields of the trial, `unmapped` words that fit none of our values. The same facts of
    the same page are kept once. Facts given later replace those given earlier; a registry's own
    record and a curator's lock stay. Raises InvalidInput for a field that no registry owns or a
    date that is none.
    """
    payload: dict[str, Any] = {"source": source_text, "facts": dict(facts)}
    payload |= {"unmapped": dict(unmapped)} if unmapped else {}
    payload |= {"note": note} if note else {}
    try:
        secondary.parse(identifier.registry, identifier.value, as_of, payload)
    except MalformedRecord as error:
        raise InvalidInput(str(error)) from error
    text = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    kept = {
        "registry": identifier.registry,
        "registry_id": identifier.value,
        "origin": RecordOrigin.SECONDARY,
        "content_hash": hashlib.sha256(text).hexdigest(),
        "source_url": source_url,
        "registry_date": as_of,
    }
    known = RegistryRecord.objects.filter(**kept).first()
    if known:
        return known
    with acting(action="record_secondary_facts", by=by, now=now):
        record = RegistryRecord(payload=payload, fetched_at=now, **kept)
        save_checked(record)
        RecordApplication.objects.create(
            record=record,
            trial=trial,
            parser_version=secondary.PARSER_VERSION,
            applied_at=now,
            outcome="changed",
        )
        recompute_trials(trials=[trial.head], by=by, now=now)
    return record


def link_trial_agent(
    *, trial: Trial, agent: Agent, role: str, by: User | None, now: dt.datetime
) -> TrialAgent:
    """Say that a trial gives an agent, in no particular arm; said already, it stays as it is.

    Only a role that nobody but this service has set is set anew.
    """
    known = TrialAgent.objects.filter(trial__head=trial.head, agent=agent).order_by("id").first()
    is_own = known and known.matched_by == AgentMatch.CORPUS and known.confirmed_by_id is None
    if known and not is_own:
        return known
    row = known or TrialAgent(trial=trial, agent=agent, matched_by=AgentMatch.CORPUS)
    if not set_fields(row, {"role": role}) and row.pk:
        return row
    with acting(action="link_trial_agent", by=by, now=now):
        save_checked(row)
    return row


def add_trial_condition(
    *, trial: Trial, name: str, condition: Condition, by: User | None, now: dt.datetime
) -> None:
    """Say which disease a trial is about, where no registry has listed its conditions.

    Said again of the same words, it takes the newer disease.
    """
    known = trial.trial_conditions.filter(name=name).first()
    if _has_own_record(trial) or (known and not known.by_hand):
        return
    place = trial.trial_conditions.count()
    row = known or TrialCondition(trial=trial, name=name, position=place, by_hand=True)
    if not set_fields(row, {"condition": condition}) and row.pk:
        return
    with acting(action="add_trial_condition", by=by, now=now):
        save_checked(row)


def _owner(identifiers: Sequence[GivenIdentifier]) -> Trial | None:
    """The one trial that has any of these numbers; raises Conflict where there are several."""
    found = {
        trial.pk: trial
        for one in identifiers
        if one.registry != "SPONSOR"
        and (trial := find_trial(registry=one.registry, value=one.value))
    }
    if len(found) > 1:
        owners = ", ".join(trial.public_id for trial in found.values())
        raise Conflict(f"These numbers belong to different trials: {owners}.")
    return next(iter(found.values()), None)


def _has_own_record(trial: Trial) -> bool:
    """Whether a registry itself has sent a record under one of the trial's numbers."""
    numbers = TrialIdentifier.objects.filter(trial__head=trial.head).exclude(registry="SPONSOR")
    return any(
        RegistryRecord.objects.filter(
            registry=one.registry, registry_id=one.value, origin=RecordOrigin.REGISTRY
        ).exists()
        for one in numbers
    )
