"""What `trials.reconcile` planned, written: trials, their numbers, their lists, and the news.

The caller holds the transaction and hands in whole trials only. The number of statements does not
grow with the trials.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from osteodb.core.copying import copy_numbered, copy_rows
from osteodb.core.normalise import sort_key
from trials import rules
from trials.known_differences import COPY, REGISTRY, SECONDARY, Combined, Origin
from trials.models import Registry, SyncRun, Trial, TrialChange, TrialIdentifier
from trials.reconcile import NOT_GIVEN, FieldChange, Plan, StoredTrial
from trials.registries.base import ParsedIdentifier, ParsedTrial, TrialFields
from trials.services import snapshots
from trials.services.content import Content, write_content
from trials.services.disagreements import Said, settle_disagreements
from trials.services.matching import Known

NOTHING_YET = (*NOT_GIVEN, "unknown")
BY_HAND = Origin("")  # a lock: no record says so


@dataclass(frozen=True, slots=True)
class Item:
    """A stored record (0: none, or not stored), what it says and how it came."""

    record: int
    parsed: ParsedTrial
    source_url: str = ""
    channel: str = REGISTRY

    @property
    def numbers(self) -> set[tuple[str, str]]:
        """The registry numbers it speaks of."""
        return {
            (one.registry, one.value)
            for one in self.parsed.identifiers
            if one.registry != Registry.SPONSOR
        }

    @property
    def source_text(self) -> str:
        """Where its numbers were read, in words."""
        label = str(Registry(self.parsed.registry).label)
        return f"{label}, in WHO's copy" if self.channel == COPY else label


@dataclass(slots=True)
class Work:
    """A trial on its way to what its origins say together.

    `trial` is the one whose page it is (0: a new one); `member` the one that the record's numbers
    belong to, which is another where trials were merged. `said` is what all origins say, in the
    shape of the record that brought it up. `may_disagree`: several origins speak, or a lock stands.
    """

    item: Item
    trial: int
    member: int
    stored: StoredTrial | None
    combined: Combined
    said: ParsedTrial
    plan: Plan
    may_disagree: bool = False

    @property
    def outcome(self) -> str:
        """What becomes of the trial: created, changed or unchanged."""
        if self.plan.created:
            return "created"
        return "changed" if self.plan.changes else "unchanged"

    def origin_of(self, name: str) -> Origin:
        """Who gave a field its value; where nobody does, the record that took it back."""
        own = Origin(
            self.item.parsed.registry,
            self.item.channel,
            self.item.parsed.registry_date,
            self.item.record,
        )
        return self.combined.origins.get(name, own)


def write_works(
    *, works: Sequence[Work], known: Known, run: SyncRun | None, now: dt.datetime
) -> None:
    """Bring the trials to their plans, and put on record what that changes."""
    _create_trials([work for work in works if work.plan.created], now)
    _update_trials([work for work in works if not work.plan.created], now)
    _write_identifiers(works)
    contents = [Content.of(work.trial, work.said, work.plan) for work in works]
    write_content(contents=contents, known=known, now=now)
    _write_changes(works, run, now)
    said = {work.trial: _disagreements(work) for work in works if work.may_disagree}
    settle_disagreements(said=said, now=now)


def _create_trials(works: Sequence[Work], now: dt.datetime) -> None:
    own = ("sort_title", "inclusion", "inclusion_reason", "field_origins", "created_at")
    rows = [(*_columns_of(work), now, now) for work in works]
    columns = (*snapshots.FIELD_NAMES, *own, "updated_at")
    for work, trial in zip(works, copy_numbered(Trial, columns, rows), strict=True):
        work.trial = work.member = trial


def _columns_of(work: Work) -> tuple[Any, ...]:
    """What a new trial is told of itself: its fields, their order, the rule's verdict, origins."""
    decision = rules.inclusion(work.said)
    return (
        *snapshots.to_columns(work.said.fields).values(),
        _sort_title(work.said.fields),
        decision.decision,
        decision.reason,
        _origins({}, work),
    )


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
            decision = rules.inclusion(work.said)
            trial.inclusion, trial.inclusion_reason = decision.decision, decision.reason
        trial.field_origins = _origins(trial.field_origins, work)
    if trials:
        fixed = {"sort_title", "updated_at", "inclusion", "inclusion_reason"}
        Trial.objects.bulk_update(trials.values(), sorted(touched | fixed), batch_size=100)


def _origins(before: Mapping[str, int], work: Work) -> dict[str, int]:
    """The record each value came from; of a field that is locked, or that a withheld record leaves
    out, the one before."""
    locked = work.stored.overridden if work.stored else frozenset()
    kept = {
        name: record
        for name, record in before.items()
        if name in locked or (_withheld(work) and name not in work.combined.origins)
    }
    return kept | {
        name: origin.record
        for name, origin in work.combined.origins.items()
        if name in snapshots.FIELD_NAMES
        and name not in locked
        and getattr(work.said.fields, name) not in NOT_GIVEN
    }


def _withheld(work: Work) -> bool:
    return work.said.fields.status == "withheld"


def _sort_title(fields: TrialFields) -> str:
    return sort_key(fields.brief_title or fields.official_title or fields.acronym)[:600]


def _write_identifiers(works: Sequence[Work]) -> None:
    columns = ("trial_id", "registry", "value", "value_raw", "kind", "source_text", "source_url")
    rows = [
        (
            work.member,
            one.registry,
            one.value,
            one.raw,
            one.kind,
            work.item.source_text,
            work.item.source_url,
        )
        for work in works
        for one in work.plan.new_identifiers
    ]
    copy_rows(TrialIdentifier, columns, rows)
    for work in works:
        for one in work.plan.changed_kinds:
            _own(work, one).update(kind=one.kind, gone_at=None)
        if work.plan.returned:
            parsed = work.item.parsed
            own = ParsedIdentifier(parsed.registry, parsed.registry_id, "", "")
            _own(work, own).update(gone_at=None)


def _own(work: Work, one: ParsedIdentifier) -> Any:
    return TrialIdentifier.objects.filter(
        trial__head=work.trial, registry=one.registry, value=one.value
    )


def _write_changes(works: Sequence[Work], run: SyncRun | None, now: dt.datetime) -> None:
    columns = (
        "trial_id", "kind", "field", "old", "new", "record_id", "run_id", "effective_date",
        "seen_at",
    )  # fmt: skip
    rows = [
        (
            work.trial,
            one.kind,
            one.field,
            msgspec.to_builtins(one.old),
            msgspec.to_builtins(one.new),
            origin.record or None,
            run.pk if run else None,
            origin.date[:10],
            now,
        )
        for work in works
        for one, origin in _news(work)
    ]
    copy_rows(TrialChange, columns, rows)


def _news(work: Work) -> list[tuple[FieldChange, Origin]]:
    """What goes on record about a trial, and the origin that brought each piece of it."""
    own = work.origin_of("")
    if work.plan.created:
        number = work.item.parsed.registry_id
        return [(FieldChange("trial", "NEW_TRIAL", None, number), own)]
    locked = work.stored.overridden if work.stored else {}
    news = [
        (change, BY_HAND if change.field in locked else work.origin_of(change.field))
        for change in (*work.plan.fields, *work.plan.collections)
    ]
    news = [(one, origin) for one, origin in news if not _first_word(one, origin)]
    added = [one.value for one in work.plan.new_identifiers]
    restated = [f"{one.value} ({one.kind.lower()})" for one in work.plan.changed_kinds]
    if added or restated:
        news.append((FieldChange("identifiers", "IDENTIFIERS", None, added + restated), own))
    if work.plan.returned:
        news.append((FieldChange("registry_record", "TOMBSTONE", "gone", "present"), own))
    return news


def _first_word(change: FieldChange, origin: Origin) -> bool:
    """Whether a third party's page fills what nobody had spoken of: that is no news of the trial,
    only of us."""
    return origin.channel == SECONDARY and change.old in NOTHING_YET


def _disagreements(work: Work) -> list[Said]:
    """Every origin's differing value; and the origins' value where a curator's is shown."""
    locked = {change.field for change in work.plan.held_back}
    found = [
        Said(one.field, one.shown, one.shown_by.record, one.other, one.other_by.record)
        for one in work.combined.disagreements
        if one.field not in locked
    ]
    return found + [
        Said(one.field, one.old, 0, one.new, work.origin_of(one.field).record)
        for one in work.plan.held_back
    ]
