"""Records applied to trials: what `trials.reconcile` planned, written.

All of one call is one transaction, and a call holds whole trials only, so whatever stops a run
between two calls leaves every trial either as it was or as its record says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from osteodb.core.models import User
from osteodb.core.normalise import sort_key
from osteodb.core.writing import acting
from trials import rules
from trials.models import (
    IssueKind,
    RecordApplication,
    Registry,
    SyncRun,
    Trial,
    TrialChange,
    TrialIdentifier,
)
from trials.reconcile import Assignment, Plan, StoredTrial, assign, plan
from trials.registries.base import ParsedIdentifier, ParsedTrial, TrialFields
from trials.services import snapshots
from trials.services.content import Content, write_content
from trials.services.issues import Finding, note_findings
from trials.services.matching import Known
from trials.services.registration import propose_link


@dataclass(frozen=True, slots=True)
class Item:
    """A stored record (0: a dry run stored none) and what it says."""

    record: int
    parsed: ParsedTrial
    source_url: str = ""

    @property
    def numbers(self) -> set[tuple[str, str]]:
        """The registry numbers it speaks of."""
        return {
            (one.registry, one.value)
            for one in self.parsed.identifiers
            if one.registry != Registry.SPONSOR
        }


@dataclass(slots=True)
class Work:
    """An item on its way: the trial it belongs to, what was stored, what is to change."""

    item: Item
    assignment: Assignment
    stored: StoredTrial | None
    plan: Plan
    trial: int = 0

    @property
    def outcome(self) -> str:
        """What becomes of the trial: created, changed or unchanged."""
        if self.plan.created:
            return "created"
        return "changed" if self.plan.changes else "unchanged"


def apply_records(
    *,
    items: Sequence[Item],
    known: Known,
    parser_version: str,
    run: SyncRun | None,
    by: User | None,
    now: dt.datetime,
) -> dict[str, str]:
    """Apply parsed records in one transaction; returns the outcome for each registry id.

    Raises what the database raises; then nothing of the call is kept.
    """
    outcomes: dict[str, str] = {}
    with acting(action="sync_registry", by=by, now=now):
        waiting = list(items)
        while waiting:
            works, waiting = prepare(waiting)
            _write(works, known, run, now)
            _note_applications(works, parser_version, now)
            outcomes |= {work.item.parsed.registry_id: work.outcome for work in works}
    return outcomes


def prepare(items: Sequence[Item]) -> tuple[list[Work], list[Item]]:
    """Plans for as many items as do not touch each other, and the items that have to wait.

    Reads only. Two records that share a number, or belong to one trial, are planned one after the
    other: the second has to see what the first left.
    """
    owners = snapshots.owners_of({key for item in items for key in item.numbers})
    registries = snapshots.registries_of(set(owners.values()))
    chosen: list[tuple[Item, Assignment]] = []
    waiting: list[Item] = []
    taken: set[tuple[str, str]] = set()
    trials: set[int] = set()
    for item in items:
        assignment = assign(item.parsed, owners, registries)
        if item.numbers & taken or assignment.trial in trials:
            waiting.append(item)
            continue
        taken |= item.numbers
        trials |= {assignment.trial} if assignment.trial else set()
        chosen.append((item, assignment))
    stored = snapshots.load_stored(trials)
    works = []
    for item, assignment in chosen:
        others = {key: trial for key, trial in owners.items() if trial != assignment.trial}
        before = stored.get(assignment.trial) if assignment.trial else None
        planned = plan(before, item.parsed, owners=others)
        works.append(Work(item, assignment, before, planned, assignment.trial or 0))
    return works, waiting


def _write(works: Sequence[Work], known: Known, run: SyncRun | None, now: dt.datetime) -> None:
    _create_trials([work for work in works if work.plan.created], now)
    _update_trials([work for work in works if not work.plan.created], now)
    _write_identifiers(works)
    contents = [Content.of(work.trial, work.item.parsed, work.plan) for work in works]
    write_content(contents=contents, known=known, now=now)
    TrialChange.objects.bulk_create(
        TrialChange(
            trial_id=work.trial,
            kind=kind,
            field=field,
            old=msgspec.to_builtins(old),
            new=msgspec.to_builtins(new),
            record_id=work.item.record,
            run=run,
            effective_date=work.item.parsed.registry_date[:10],
            seen_at=now,
        )
        for work in works
        for kind, field, old, new in _news(work)
    )
    note_findings(
        findings=[finding for work in works for finding in _findings(work, known)], now=now
    )
    _propose_links(works, now)


def _create_trials(works: Sequence[Work], now: dt.datetime) -> None:
    rows = []
    for work in works:
        fields = work.item.parsed.fields
        decision = rules.inclusion(work.item.parsed)
        rows.append(
            Trial(
                **snapshots.to_columns(fields),
                sort_title=_sort_title(fields),
                inclusion=decision.decision,
                inclusion_reason=decision.reason,
                field_origins=_origins({}, fields, work),
                created_at=now,
                updated_at=now,
            )
        )
    for work, trial in zip(works, Trial.objects.bulk_create(rows), strict=True):
        work.trial = trial.pk


def _update_trials(works: Sequence[Work], now: dt.datetime) -> None:
    """Registry-owned fields that differ, where each value came from, and the rule's verdict."""
    trials = Trial.objects.in_bulk([work.trial for work in works])
    touched: set[str] = {"field_origins"}
    for work in works:
        trial = trials[work.trial]
        for change in work.plan.fields:
            setattr(trial, change.field, snapshots.to_column(change.field, change.new))
            touched.add(change.field)
        if work.plan.fields:
            trial.sort_title = sort_key(trial.title)[:600]
        if work.plan.changes:
            trial.updated_at = now
        if trial.inclusion_reason.startswith(rules.BY_RULE):
            decision = rules.inclusion(work.item.parsed)
            trial.inclusion, trial.inclusion_reason = decision.decision, decision.reason
        trial.field_origins = _origins(trial.field_origins, work.item.parsed.fields, work)
    if trials:
        fixed = {"sort_title", "updated_at", "inclusion", "inclusion_reason"}
        Trial.objects.bulk_update(trials.values(), sorted(touched | fixed), batch_size=100)


def _origins(before: Mapping[str, int], fields: TrialFields, work: Work) -> dict[str, int]:
    """Where each value came from: this record, for all that it reports and nobody has locked."""
    locked = work.stored.overridden if work.stored else frozenset()
    found = dict(before)
    for name in snapshots.FIELD_NAMES:
        if name in locked:
            continue
        if getattr(fields, name) in ("", (), None):
            found.pop(name, None)
        else:
            found[name] = work.item.record
    return found


def _sort_title(fields: TrialFields) -> str:
    return sort_key(fields.brief_title or fields.official_title or fields.acronym)[:600]


def _write_identifiers(works: Sequence[Work]) -> None:
    TrialIdentifier.objects.bulk_create(
        TrialIdentifier(
            trial_id=work.trial,
            registry=one.registry,
            value=one.value,
            value_raw=one.raw,
            kind=one.kind,
            source_text=Registry(work.item.parsed.registry).label,
            source_url=work.item.source_url,
        )
        for work in works
        for one in work.plan.new_identifiers
    )
    for work in works:
        for one in work.plan.changed_kinds:
            _own(work, one).update(kind=one.kind, gone_at=None)
        if work.plan.returned:
            parsed = work.item.parsed
            own = ParsedIdentifier(parsed.registry, parsed.registry_id, "", "")
            _own(work, own).update(gone_at=None)


def _own(work: Work, one: ParsedIdentifier) -> Any:
    return TrialIdentifier.objects.filter(
        trial_id=work.trial, registry=one.registry, value=one.value
    )


def _news(work: Work) -> list[tuple[str, str, Any, Any]]:
    """What goes on record about a trial: kind, field, old, new."""
    if work.plan.created:
        return [("NEW_TRIAL", "trial", None, work.item.parsed.registry_id)]
    news = [
        (change.kind, change.field, change.old, change.new)
        for change in (*work.plan.fields, *work.plan.collections)
    ]
    added = [one.value for one in work.plan.new_identifiers]
    restated = [f"{one.value} ({one.kind.lower()})" for one in work.plan.changed_kinds]
    if added or restated:
        news.append(("IDENTIFIERS", "identifiers", None, added + restated))
    if work.plan.returned:
        news.append(("TOMBSTONE", "registry_record", "gone", "present"))
    return news


def _findings(work: Work, known: Known) -> list[Finding]:
    """What a record leaves open, for a person."""
    parsed = work.item.parsed
    registry, number = parsed.registry, parsed.registry_id
    found = [
        Finding(
            kind=problem.kind,
            registry=registry,
            value=problem.value,
            message=f"{number}: {problem.message}",
            path=problem.path,
            trial=work.trial if problem.kind == IssueKind.SUSPICIOUS_VALUE else None,
        )
        for problem in parsed.problems
    ]
    found += [
        Finding(
            kind=IssueKind.IDENTIFIER_CONFLICT,
            registry=registry,
            value=conflict.identifier.value,
            message=f"{number}: {conflict.reason}",
            trial=work.trial,
        )
        for conflict in work.plan.conflicts
    ]
    if rules.inclusion(parsed).decision != "INCLUDED":
        return found
    found += [
        Finding(
            kind=IssueKind.UNMATCHED_INTERVENTION,
            registry=registry,
            value=one.name,
            message=f"“{one.name[:200]}” is no known name of an agent; first seen in {number}",
            path="protocolSection.armsInterventionsModule.interventions.name",
        )
        for one in parsed.interventions
        if not known.all_named(one)
    ]
    found += [
        Finding(
            kind=IssueKind.UNMATCHED_CONDITION,
            registry=registry,
            value=name,
            message=f"“{name[:200]}” is not in the tree of conditions; first seen in {number}",
            path="protocolSection.conditionsModule.conditions",
        )
        for name in parsed.conditions
        if known.condition(name) is None
    ]
    return found


def _propose_links(works: Sequence[Work], now: dt.datetime) -> None:
    """Trials that share a number may be one study: a person decides."""
    for work in works:
        for conflict in work.plan.conflicts:
            if conflict.owner is None or conflict.owner == work.trial:
                continue
            pair = Trial.objects.in_bulk([work.trial, conflict.owner])
            propose_link(
                trial_a=pair[work.trial],
                trial_b=pair[conflict.owner],
                signals=[
                    {
                        "kind": "SHARED_NUMBER",
                        "words": f"{work.item.parsed.registry_id}: {conflict.reason}",
                    }
                ],
                by=None,
                now=now,
            )


def _note_applications(works: Sequence[Work], parser_version: str, now: dt.datetime) -> None:
    RecordApplication.objects.bulk_create(
        (
            RecordApplication(
                record_id=work.item.record,
                trial_id=work.trial,
                parser_version=parser_version,
                applied_at=now,
                outcome=work.outcome,
            )
            for work in works
        ),
        ignore_conflicts=True,
    )
