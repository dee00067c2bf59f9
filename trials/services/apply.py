"""Records applied to trials: what `trials.reconcile` planned, written.

All of one call is one transaction, and a call holds whole trials only, so whatever stops a run
between two calls leaves every trial either as it was or as its records say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from osteodb.core.models import User
from osteodb.core.writing import acting
from trials import rules
from trials.known_differences import Origin, Spoken, as_trial
from trials.models import IssueKind, RecordApplication, Registry, SyncRun, Trial
from trials.reconcile import (
    Assignment,
    IdentifierConflict,
    IdentifierKey,
    StoredTrial,
    assign,
    keeping_withheld,
    plan,
)
from trials.services import snapshots
from trials.services.candidates import propose_by_codes, propose_link
from trials.services.issues import Finding, note_findings
from trials.services.locks import alone_with_trials
from trials.services.matching import Known
from trials.services.merging import join_by_reference
from trials.services.origins import combined, voices_of
from trials.services.plans import Item, Work, write_works

Open = tuple[Work, IdentifierConflict]


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
        alone_with_trials()
        waiting = list(items)
        while waiting:
            works, waiting = prepare(waiting)
            write_works(works=works, known=known, run=run, now=now)
            _note_applications(works, parser_version, now)
            left_open = _join(works, run, by, now)
            _note_findings(works, left_open, known, now)
            _propose_links(works, left_open, now)
            outcomes |= {work.item.parsed.registry_id: work.outcome for work in works}
    return outcomes


def prepare(items: Sequence[Item]) -> tuple[list[Work], list[Item]]:
    """Plans for as many items as do not touch each other, and the items that have to wait.

    Reads only. Two records that share a number, or belong to one trial, are planned one after the
    other: the second has to see what the first left.
    """
    members = snapshots.owners_of({key for item in items for key in item.numbers})
    heads = snapshots.heads_of(set(members.values()))
    owners = {key: heads[member] for key, member in members.items()}
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
    voices = voices_of(
        {trial: _registered(one) for trial, one in stored.items()},
        without=[_place(item) for item, _assignment in chosen],
    )
    works = []
    for item, assignment in chosen:
        others = {key: head for key, head in owners.items() if head != assignment.trial}
        before = stored.get(assignment.trial) if assignment.trial else None
        spoken = [_spoken(item), *voices.get(assignment.trial or 0, [])]
        together = combined(spoken)
        said = keeping_withheld(before, as_trial(together, like=item.parsed))
        planned = plan(before, said, owners=others)
        may_disagree = len(spoken) > 1 or bool(before and before.overridden)
        member = _member(item, assignment, members, heads)
        works.append(
            Work(item, assignment.trial or 0, member, before, together, said, planned, may_disagree)
        )
    return works, waiting


def _registered(stored: StoredTrial) -> list[IdentifierKey]:
    """The numbers of a trial under which a registry may have sent a record."""
    return [key for key in stored.identifiers if key[0] != Registry.SPONSOR]


def _place(item: Item) -> tuple[str, str, str]:
    return item.parsed.registry, item.parsed.registry_id, item.channel


def _spoken(item: Item) -> Spoken:
    parsed = item.parsed
    origin = Origin(parsed.registry, item.channel, parsed.registry_date, item.record)
    return Spoken(origin, parsed)


def _member(
    item: Item,
    assignment: Assignment,
    members: Mapping[IdentifierKey, int],
    heads: Mapping[int, int],
) -> int:
    """The trial that new numbers of a record are given to: the one that has the record's own
    number, or else the one whose number it names; 0 for a new trial. Where trials were merged this
    keeps the numbers of each apart, so that they can be separated."""
    own = (item.parsed.registry, item.parsed.registry_id)
    named = ((one.registry, one.value) for one in item.parsed.identifiers)
    for key in (own, *named):
        member = members.get(key)
        if member is not None and heads[member] == assignment.trial:
            return member
    return assignment.trial or 0


def _join(
    works: Sequence[Work], run: SyncRun | None, by: User | None, now: dt.datetime
) -> list[Open]:
    """Join the trials that a record names by an exact number; returns what a person has to say."""
    left_open = []
    for work in works:
        for conflict in work.plan.conflicts:
            named = f"names {conflict.identifier.value} as its own number"
            words = f"{work.item.parsed.registry_id} {named}"
            joined = conflict.owner is not None and join_by_reference(
                trial=work.trial, other=conflict.owner, words=words, run=run, by=by, now=now
            )
            if not joined:
                left_open.append((work, conflict))
    return left_open


def _note_findings(
    works: Sequence[Work], left_open: Sequence[Open], known: Known, now: dt.datetime
) -> None:
    """What the records leave open, for a person."""
    findings = [finding for work in works for finding in _findings(work, known)]
    findings += [
        Finding(
            kind=IssueKind.IDENTIFIER_CONFLICT,
            registry=work.item.parsed.registry,
            value=conflict.identifier.value,
            message=f"{work.item.parsed.registry_id}: {conflict.reason}",
            trial=work.trial,
        )
        for work, conflict in left_open
    ]
    note_findings(findings=findings, now=now)


def _findings(work: Work, known: Known) -> list[Finding]:
    """Unmapped and suspicious values, and words of ours to be that nobody has named yet."""
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
    if rules.inclusion(work.said).decision != "INCLUDED":
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


def _propose_links(works: Sequence[Work], left_open: Sequence[Open], now: dt.datetime) -> None:
    """Trials that share a number or a sponsor's code may be one study: a person decides."""
    for work, conflict in left_open:
        if conflict.owner is None or conflict.owner == work.trial:
            continue
        pair = Trial.objects.in_bulk([work.trial, conflict.owner])
        words = f"{work.item.parsed.registry_id}: {conflict.reason}"
        propose_link(
            trial_a=pair[work.trial],
            trial_b=pair[conflict.owner],
            signals=[{"kind": "SHARED_NUMBER", "words": words}],
            by=None,
            now=now,
        )
    propose_by_codes(trials={work.trial for work in works if work.plan.changes}, now=now)


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
