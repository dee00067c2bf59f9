"""Updates: what one record changed in one trial at one time. Readers follow these, not fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from osteodb.website.pages.base import Crumb, Head, api_url
from osteodb.website.pages.changes import ChangeRow, change_rows
from osteodb.website.registry_links import registry_url
from osteodb.website.words import counted
from trials.models import ChangeKind, RegistryRecord, Trial, TrialChange
from trials.registries.identifiers import display

NAMED = 3


@dataclass(frozen=True, slots=True)
class Update:
    """Changes of one trial that one record brought, in the order they were written."""

    rows: list[ChangeRow]

    @property
    def first(self) -> ChangeRow:
        """The first of them, which stands for all: its id is the update's address."""
        return self.rows[0]

    @property
    def trial(self) -> Trial:
        """The trial on whose page this is told."""
        return self.first.change.shown_trial

    @property
    def merged_trial(self) -> Trial | None:
        """The trial it was recorded for, where that was merged into the shown one since."""
        own = self.first.change.trial
        return own if own != self.trial else None

    @property
    def record(self) -> RegistryRecord | None:
        """The record that brought it; none where a person did."""
        return self.first.change.record

    @property
    def registry_page(self) -> str:
        """The record's public page, for people."""
        return registry_page(self.record) if self.record else ""

    @property
    def key(self) -> list[ChangeRow]:
        """What a reader wants to know first."""
        return [row for row in self.rows if row.is_key]

    @property
    def rest(self) -> list[ChangeRow]:
        """Everything else that changed with it."""
        return [row for row in self.rows if not row.is_key]

    @property
    def url(self) -> str:
        """Its permanent address."""
        return f"/changes/{self.first.change.pk}/"

    @property
    def headline(self) -> str:
        """The whole in one line."""
        told = [_in_short(row) for row in self.key] or [row.label for row in self.rest[:NAMED]]
        more = len(self.rest) if self.key else len(self.rest) - NAMED
        return "; ".join(told) + (f"; {counted(more, 'other field')}" if more > 0 else "")


def updates(changes: Iterable[TrialChange]) -> list[Update]:
    """Changes gathered by trial and record as far as they stand together; asks nothing."""
    rows = change_rows(changes)
    return [Update(list(members)) for _, members in groupby(rows, key=_update_key)]


def find_update(pk: int) -> Update | None:
    """The update that a change belongs to, if readers may see it: two queries."""
    change = TrialChange.objects.visible().filter(pk=pk).first()
    if change is None:
        return None
    same = TrialChange.objects.filter(
        trial=change.trial_id, record=change.record_id, seen_at=change.seen_at
    )
    return Update(change_rows(same.with_pages().order_by("pk")))


def update_head(update: Update) -> Head:
    """Title and place of the page of one update."""
    trial = update.trial
    return Head(
        title=f"{trial.acronym or trial.title} ({trial.public_id}): {update.headline}"[:200],
        section="changes",
        description=f"What changed in {trial.title}, by which record, and when we saw it."[:300],
        crumbs=(Crumb("Changes", "/changes/"),),
        json_url=api_url("changes", str(update.first.change.pk)),
        permalink=update.url,
    )


def registry_page(record: RegistryRecord) -> str:
    """Where a reader finds a record: the address it was read at, or the number's page."""
    return record.source_url or registry_url(record.registry, record.registry_id)


def record_name(record: RegistryRecord) -> str:
    """A record by its number in public form."""
    return display(record.registry, record.registry_id)


def _update_key(row: ChangeRow) -> tuple[object, ...]:
    return (row.change.trial_id, row.change.seen_at, row.change.record_id)


def _in_short(row: ChangeRow) -> str:
    """A change as a part of a headline."""
    if row.is_new_trial:
        return "added to OsteoDB"
    if row.change.kind == ChangeKind.TOMBSTONE:
        gone = row.change.new == "gone"
        return "gone from the registry" if gone else "back in the registry"
    if row.change.field == "has_results" and row.change.new:
        return "results posted"
    return f"{row.label}: {row.old} → {row.new}"
