"""Two trials that are one study, joined and separated again.

A merge rewrites nothing of either trial: its row says which was found to be which, `merged_into` is
the root of these rows, and everything of a trial is read by `Trial.head`. What a merge changes is
which records speak together, so values are computed anew on both ways.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from osteodb.core.audit import record_event
from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import User
from osteodb.core.writing import acting, save_checked
from trials.known_differences import ORDER
from trials.models import (
    ChangeKind,
    InclusionDecision,
    LinkDecision,
    RecordOrigin,
    Registry,
    RegistryRecord,
    SyncRun,
    Trial,
    TrialChange,
    TrialIdentifier,
    TrialLink,
    TrialMerge,
)
from trials.reconcile import may_join
from trials.services import snapshots
from trials.services.candidates import propose_link
from trials.services.locks import alone_with_trials
from trials.services.recompute import recompute_trials


def merge_trials(
    *,
    absorbed: Trial,
    into: Trial,
    reason: str,
    by: User | None,
    now: dt.datetime,
    run: SyncRun | None = None,
) -> TrialMerge:
    """Say that `absorbed` is the same study as `into`, whose page shows both from now on.

    Numbers, changes, evidence and overrides of both stay where they are and are read together; the
    absorbed trial's addresses lead to the other for ever. Raises InvalidInput without a reason, for
    one and the same trial, and where readers see only the one that would go; Conflict where
    `absorbed` is merged already, or both have a lock on one field with different values.
    """
    if not reason.strip():
        raise InvalidInput("Say why.", fields={"reason": ["A merge needs its reason."]})
    with acting(action="merge_trials", by=by, now=now):
        alone_with_trials()
        absorbed, into = _current(absorbed), _current(into)
        into = Trial.objects.get(pk=into.head)
        _check(absorbed, into)
        row = TrialMerge(
            absorbed=absorbed, into=into, reason=reason.strip(), merged_by=by, merged_at=now
        )
        families = _family(absorbed.pk), _family(into.pk)
        save_checked(row)
        _settle_roots(absorbed.pk)
        _decide_pair(absorbed, into, LinkDecision.SAME, reason, by, now)
        _decide_families(*families, LinkDecision.SAME, reason, by, now)
        _record_change(row, run, now)
        recompute_trials(trials=[into.pk], by=by, now=now, run=run)
        said = {"absorbed": absorbed.public_id, "into": into.public_id}
        record_event(
            action="merge_trials", target=into, by=by, now=now, new=said, comment=reason.strip()
        )
    return row


def unmerge_trials(*, merge: TrialMerge, reason: str, by: User, now: dt.datetime) -> TrialMerge:
    """Take a merge back: both trials stand as they did, with what each has learnt since.

    The pair is decided to be different studies, so that no cross-reference joins them again. Raises
    InvalidInput without a reason, Conflict where it was taken back already.
    """
    if not reason.strip():
        raise InvalidInput("Say why.", fields={"reason": ["Taking back needs its reason."]})
    with acting(action="unmerge_trials", by=by, now=now):
        alone_with_trials()
        row = TrialMerge.objects.select_for_update().get(pk=merge.pk)
        if row.undone_at is not None:
            raise Conflict("This merge was taken back already.")
        was_head = row.absorbed.merged_into_id
        row.undone_by, row.undone_at, row.undo_reason = by, now, reason.strip()
        save_checked(row)
        _settle_roots(was_head or row.into_id)
        _decide_pair(row.absorbed, row.into, LinkDecision.DIFFERENT, reason, by, now)
        families = _family(row.absorbed_id), _family(was_head or row.into_id)
        _decide_families(*families, LinkDecision.DIFFERENT, reason, by, now)
        _record_change(row, None, now)
        recompute_trials(trials=[row.absorbed_id, was_head or row.into_id], by=by, now=now)
        said = {"absorbed": row.absorbed.public_id, "into": row.into.public_id}
        record_event(
            action="unmerge_trials",
            target=row.into,
            by=by,
            now=now,
            old=said,
            comment=reason.strip(),
        )
    return row


def numbers_of_one_registry(one: Trial, other: Trial) -> dict[str, tuple[list[str], list[str]]]:
    """Registries that have numbered both trials, by name, with the numbers of either side: those of
    the trials merged into it are among them. A sponsor's own codes do not count."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    rows = TrialIdentifier.objects.filter(trial__head__in=(one.head, other.head))
    for row in rows.exclude(registry=Registry.SPONSOR).select_related("trial").order_by("value"):
        sides = found.setdefault(row.get_registry_display(), ([], []))
        sides[row.trial.head == other.head].append(row.value)
    return {name: sides for name, sides in found.items() if all(sides)}


def join_by_reference(
    *,
    trial: int,
    other: int,
    words: str,
    run: SyncRun | None,
    by: User | None,
    now: dt.datetime,
) -> bool:
    """Join two trials of which a registry's record says by an exact number that they are one.

    False, and nothing done, where that would bring two numbers of one registry together, a person
    has said that they are different, or the merge is refused: then a person has to look.
    """
    heads = snapshots.heads_of([trial, other])
    if heads[trial] == heads[other]:
        return True
    registries = snapshots.registries_of(set(heads.values()))
    if not may_join(registries.values()) or _said_to_differ(set(heads.values())):
        return False
    rows = sorted(Trial.objects.filter(pk__in=heads.values()), key=_standing)
    try:
        merge_trials(
            absorbed=rows[1], into=rows[0], reason=f"By rule: {words}", by=by, now=now, run=run
        )
    except (Conflict, InvalidInput):
        return False
    return True


def _standing(trial: Trial) -> tuple[bool, int, int]:
    """Which of two trials stays: the one that readers see, then the one whose registry comes first
    by written precedence, then the older."""
    sent = RegistryRecord.objects.filter(origin=RecordOrigin.REGISTRY)
    numbers = trial.identifiers.exclude(registry="SPONSOR").values("value")
    said = set(sent.filter(registry_id__in=numbers).values_list("registry", flat=True))
    place = min((ORDER.index(one) for one in said if one in ORDER), default=len(ORDER))
    return trial.inclusion != InclusionDecision.INCLUDED, place, trial.pk


def _current(trial: Trial) -> Trial:
    return Trial.objects.select_for_update().get(pk=trial.pk)


def _check(absorbed: Trial, into: Trial) -> None:
    if absorbed.merged_into_id is not None:
        raise Conflict(f"{absorbed.public_id} is merged into another trial already.")
    if absorbed.pk == into.pk:
        raise InvalidInput("These are one trial already.")
    visible = InclusionDecision.INCLUDED
    if absorbed.inclusion == visible != into.inclusion:
        raise InvalidInput(
            f"Readers see {absorbed.public_id} and not {into.public_id}: merge the other way "
            "round, or decide first that the other belongs here."
        )
    locks = snapshots.locked_values([absorbed.pk]).get(absorbed.pk, {})
    others = snapshots.locked_values([into.pk]).get(into.pk, {})
    contested = sorted(name for name in locks.keys() & others if locks[name] != others[name])
    if contested:
        names = ", ".join(contested).replace("_", " ")
        raise Conflict(f"Both trials have a curator's value for {names}: release one first.")


def _settle_roots(head: int) -> None:
    """`merged_into` of a trial and those merged into it: the root of the merges in force above."""
    members = list(Trial.objects.filter(head=head).values_list("pk", "merged_into_id"))
    merges = TrialMerge.objects.filter(undone_at=None, absorbed__in=[pk for pk, _root in members])
    parents = dict(merges.values_list("absorbed_id", "into_id"))
    for pk, before in members:
        root = parents.get(pk)
        while root in parents:
            root = parents[root]
        if before != root:
            Trial.objects.filter(pk=pk).update(merged_into_id=root)


def _decide_pair(
    one: Trial, other: Trial, decision: str, reason: str, by: User | None, now: dt.datetime
) -> None:
    signal = {"kind": "DECISION", "words": reason.strip()}
    link = propose_link(trial_a=one, trial_b=other, signals=[signal], by=by, now=now)
    link.decision, link.reason = decision, reason.strip()
    link.decided_by, link.decided_at = by, now
    save_checked(link)


def _decide_families(
    one: Iterable[int],
    other: Iterable[int],
    decision: str,
    reason: str,
    by: User | None,
    now: dt.datetime,
) -> None:
    """The same answer for every pair of which one side is of one family and one of the other."""
    first, second = list(one), list(other)
    pairs = Q(trial_a__in=first, trial_b__in=second) | Q(trial_a__in=second, trial_b__in=first)
    for link in TrialLink.objects.filter(pairs).exclude(decision=decision):
        link.decision, link.reason = decision, reason.strip()
        link.decided_by, link.decided_at = by, now
        save_checked(link)


def _family(head: int) -> list[int]:
    return list(Trial.objects.filter(head=head).values_list("pk", flat=True))


def _said_to_differ(heads: set[int]) -> bool:
    """Whether a person has said of any two trials of these families that they are different."""
    different = TrialLink.objects.filter(decision=LinkDecision.DIFFERENT)
    pairs = different.filter(trial_a__head__in=heads, trial_b__head__in=heads)
    return any(
        first != second for first, second in pairs.values_list("trial_a__head", "trial_b__head")
    )


def _record_change(merge: TrialMerge, run: SyncRun | None, now: dt.datetime) -> None:
    """The same news on both trials, each naming the other: old is what is so no longer."""
    pair = (merge.absorbed, merge.into)
    for trial, other, name in zip(pair, pair[::-1], ("merged_into", "merged"), strict=True):
        TrialChange.objects.create(
            trial=trial,
            kind=ChangeKind.MERGE,
            field=name,
            old=other.public_id if merge.undone_at else None,
            new=None if merge.undone_at else other.public_id,
            run=run,
            seen_at=now,
        )
