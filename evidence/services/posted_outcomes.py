"""One registry record's posted results into drafts: a step of `registry_results`.

Each outcome measure has one current `PostedResult`. The same posting again changes nothing; another
one replaces the row and drafts anew: the machine's own untouched draft gives way and stays
readable, a published version is what the new draft is based on, and where a person has the open
version in hand the posting waits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from evidence.models import (
    EvidenceItem,
    EvidenceVersion,
    PostedResult,
    PostingState,
    Source,
    SourceKind,
)
from evidence.registry_results.context import Context, Drafted, cut
from evidence.registry_results.drafting import draft_of_outcome
from evidence.registry_results.endpoints import LeftOut
from evidence.services.sources import create_source, set_source_trials, update_source
from evidence.services.versions import is_untouched, save_draft, withdraw
from osteodb.core.merged import kept_of
from osteodb.core.models import User
from osteodb.core.review import OPEN
from osteodb.core.writing import save_checked, set_fields
from trials.models import (
    Arm,
    RegisteredOutcome,
    RegistryRecord,
    Trial,
    TrialCondition,
    TrialIdentifier,
)
from trials.registries.ctgov.results import read_results
from trials.registries.results import PostedOutcome

RESULTS_PAGE = "https://clinicaltrials.gov/study/{number}?tab=results"
DISEASE = "osteosarcoma"  # the branch of the condition tree that a number may be said to be about
MADE, UNCHANGED, WAITING, LEFT_OUT, OTHER = "made", "unchanged", "waiting", "left out", "other"


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one posted outcome."""

    key: str
    what: str
    words: str


@dataclass(slots=True)
class Record:
    """One record while its results are settled."""

    record: RegistryRecord
    identifier: TrialIdentifier
    by: User
    now: dt.datetime
    settled: list[Settled] = field(default_factory=list)

    def settle(self) -> list[Settled]:
        """Every outcome the record posts, then those it no longer posts."""
        outcomes = read_results(self.record.payload)
        current = self.current()
        context = self.context() if outcomes else None
        keys = {one.key for one in outcomes}
        by_hash = {
            row.content_hash: row
            for key, row in current.items()
            if key not in keys and row.state != PostingState.GONE
        }
        for outcome in outcomes:
            row = current.pop(outcome.key, None) or by_hash.pop(outcome.content_hash, None)
            if row:
                current.pop(row.outcome_key, None)
            if context:
                self.settle_one(outcome, row, draft_of_outcome(outcome, context))
        for row in current.values():
            self.no_longer_posted(row)
        return self.settled

    def current(self) -> dict[str, PostedResult]:
        """The postings in force of this number, by the key of their outcome."""
        rows = PostedResult.objects.filter(
            registry=self.record.registry,
            registry_id=self.record.registry_id,
            replaced_at=None,
        )
        return {row.outcome_key: row for row in rows.order_by("id")}

    # --- one outcome ------------------------------------------------------------------------------

    def settle_one(
        self, outcome: PostedOutcome, row: PostedResult | None, said: Drafted | LeftOut | None
    ) -> None:
        """Draft it, leave it out or let it wait; a posting that is known changes nothing."""
        if said is None and row is None:
            self.note(outcome.key, OTHER, "")
            return
        if said is None:
            said = LeftOut("About none of the endpoints that are drafted.")
        if row and self.is_known(row, outcome) and not self.may_move(row, said):
            self.note(outcome.key, UNCHANGED, row.get_state_display())
            return
        if row and not self.is_known(row, outcome):
            self.replace(row)
            row = self.next_row(outcome, row.item)
        row = row or self.next_row(outcome, None)
        if isinstance(said, LeftOut):
            self.leave_out(row, said.reason)
        else:
            self.draft(row, said)

    def is_known(self, row: PostedResult, outcome: PostedOutcome) -> bool:
        """Whether a row is this posting. One of the same record is, however it is hashed by now."""
        if row.content_hash != outcome.content_hash and row.record_id != self.record.pk:
            return False
        given = {"outcome_key": outcome.key, "content_hash": outcome.content_hash}
        if set_fields(row, given):
            save_checked(row)
        return True

    def may_move(self, row: PostedResult, said: Drafted | LeftOut) -> bool:
        """Whether a known posting that was not drafted may be drafted now."""
        if row.state == PostingState.LEFT_OUT:
            return isinstance(said, Drafted)
        return row.state == PostingState.WAITING

    def next_row(self, outcome: PostedOutcome, item: EvidenceItem | None) -> PostedResult:
        """A row for a posting that is new, not saved yet."""
        return PostedResult(
            registry=self.record.registry,
            registry_id=self.record.registry_id,
            outcome_key=outcome.key,
            content_hash=outcome.content_hash,
            record=self.record,
            item=item,
            seen_at=self.now,
        )

    def replace(self, row: PostedResult) -> None:
        """Close the row of a posting that another took the place of."""
        row.replaced_at = self.now
        save_checked(row)

    # --- what becomes of it -----------------------------------------------------------------------

    def draft(self, row: PostedResult, said: Drafted) -> None:
        """A draft of a new item, or the next version of the one that stated this outcome before."""
        if held := self.held_by_a_person(row.item):
            self.save(row, PostingState.WAITING, f"{held} is in a person's hands.")
            self.note(row.outcome_key, WAITING, row.reason)
            return
        self.give_way(row.item, f"The registry posted the outcome anew: {self.record}.")
        version = save_draft(draft=said.draft, by=self.by, now=self.now, item=row.item)
        row.item, row.version, row.drafted_at = version.item, version, self.now
        self.save(row, PostingState.DRAFTED, "")
        self.note(row.outcome_key, MADE, f"{version}: {said.draft.statement}")

    def leave_out(self, row: PostedResult, reason: str) -> None:
        """Keep why nothing is drafted; a draft of what was posted before gives way."""
        self.give_way(row.item, f"What the registry posts now is left out: {reason}")
        self.save(row, PostingState.LEFT_OUT, reason)
        self.note(row.outcome_key, LEFT_OUT, reason)

    def no_longer_posted(self, row: PostedResult) -> None:
        """Keep that an outcome is gone from the posting; what was published is for people."""
        if row.state == PostingState.GONE or row.record_id == self.record.pk:
            return
        reason = f"No longer posted: {self.record}."
        self.replace(row)
        gone = PostedResult(
            registry=row.registry,
            registry_id=row.registry_id,
            outcome_key=row.outcome_key,
            record=self.record,
            item=row.item,
            seen_at=self.now,
        )
        self.give_way(row.item, reason)
        self.save(gone, PostingState.GONE, reason)
        self.note(row.outcome_key, LEFT_OUT, reason)

    def held_by_a_person(self, item: EvidenceItem | None) -> EvidenceVersion | None:
        """The open version of an item where it is not the machine's own untouched draft."""
        version = self.open_version(item)
        return version if version and not is_untouched(version, self.by) else None

    def give_way(self, item: EvidenceItem | None, reason: str) -> None:
        """Withdraw the machine's own untouched draft of an item, where there is one."""
        version = self.open_version(item)
        if version and is_untouched(version, self.by):
            withdraw(version=version, by=self.by, now=self.now, reason=reason)

    def open_version(self, item: EvidenceItem | None) -> EvidenceVersion | None:
        """The draft or version in review of an item, which nobody can start writing meanwhile."""
        if item is None:
            return None
        EvidenceItem.objects.select_for_update().get(pk=item.pk)
        return item.versions.filter(state__in=OPEN).first()

    def save(self, row: PostedResult, state: PostingState, reason: str) -> None:
        """Save a row in its state."""
        row.state, row.reason = state.value, cut(reason, 300)
        save_checked(row)

    def note(self, key: str, what: str, words: str) -> None:
        """Remember what became of an outcome, for the report."""
        self.settled.append(Settled(key, what, words))

    # --- what its words may be tied to ------------------------------------------------------------

    def context(self) -> Context:
        """The source, and the rows of the trial that the posting's words may name exactly."""
        trial = self.identifier.trial
        number = self.record.registry_id
        return Context(
            number=number,
            trial=trial.pk,
            source=self.source(trial).pk,
            url=RESULTS_PAGE.format(number=number),
            seen_on=self.seen_on,
            only_osteosarcoma=_only_osteosarcoma(trial),
            arms=_arms(trial),
            registered=_registered(trial),
        )

    @property
    def seen_on(self) -> str:
        """The day the record was fetched."""
        return self.record.fetched_at.date().isoformat()

    def source(self, trial: Trial) -> Source:
        """The registry's results of this number as a source: one row, as seen last."""
        number = self.record.registry_id
        slug = f"results-{number.lower()}"
        found = Source.objects.filter(slug=slug).first()
        source = kept_of(found) if found else None
        if source is None:
            source = create_source(
                kind=SourceKind.REGISTRY,
                title=f"Results posted at ClinicalTrials.gov, {number}",
                slug=slug,
                container="ClinicalTrials.gov",
                url=RESULTS_PAGE.format(number=number),
                seen_on=self.seen_on,
                by=self.by,
                now=self.now,
            )
        elif source.seen_on < self.seen_on:
            update_source(source=source, by=self.by, now=self.now, seen_on=self.seen_on)
        linked = list(source.trials.all())
        if trial not in linked:
            set_source_trials(source=source, trials=[*linked, trial], by=self.by, now=self.now)
        return source


def _arms(trial: Trial) -> Mapping[str, int]:
    """Arm label -> key, of the study under all its numbers; the number's own come before others."""
    rows = Arm.objects.filter(trial__head=trial.head)
    found = dict(rows.exclude(trial=trial).order_by("-id").values_list("label", "pk"))
    return {**found, **dict(rows.filter(trial=trial).values_list("label", "pk"))}


def _registered(trial: Trial) -> Mapping[tuple[str, str], int]:
    """(kind, measure) -> key, of registered outcomes that share both with no other."""
    rows = RegisteredOutcome.objects.filter(trial=trial.head).values_list("kind", "measure", "pk")
    found: dict[tuple[str, str], list[int]] = {}
    for kind, measure, pk in rows:
        found.setdefault((kind, measure), []).append(pk)
    return {name: keys[0] for name, keys in found.items() if len(keys) == 1}


def _only_osteosarcoma(trial: Trial) -> bool:
    """Whether every condition the trial lists is osteosarcoma or one of its subtypes."""
    listed = TrialCondition.objects.in_force().filter(trial__head=trial.head)
    paths = listed.values_list("condition__path", flat=True)
    return bool(paths) and all(path and DISEASE in path.split("/") for path in paths)
