"""A trial in time: what the page of a trial says of its dates, statuses and changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from osteodb.website.looks import STATUS_LOOKS
from osteodb.website.pages.news import FEED
from osteodb.website.pages.status_history import StatusEntry, status_history
from osteodb.website.pages.timeline import REGISTRY, STATUS, Lane, Point, Timeline, draw
from osteodb.website.pages.updates import Update, updates
from trials.models import FieldOverride, RegistryRecord, Trial, TrialChange
from trials.staleness import StaleReason, stale_reasons

MOST_CHANGES = 200
DATES = (
    ("Start", "start_date"),
    ("Primary completion", "primary_completion_date"),
    ("Completion", "completion_date"),
)
POSTED = (
    ("First posted", "first_posted_date"),
    ("Results posted", "results_first_posted_date"),
    ("Last verified", "status_verified_date"),
)


@dataclass(frozen=True, slots=True)
class TrialTime:
    """All of it. `more_changes`: the page shows the latest only."""

    stale: list[StaleReason]
    statuses: list[StatusEntry]
    timeline: Timeline
    changes: list[Update]
    more_changes: bool
    changes_url: str
    feed_url: str


def trial_time(
    trial: Trial,
    records: Mapping[int, RegistryRecord],
    overrides: Iterable[FieldOverride],
    now: dt.datetime,
) -> TrialTime:
    """A trial in time: two queries."""
    today = now.astimezone(dt.UTC).date()
    by_hand = next((one for one in overrides if one.field == "status"), None)
    statuses = status_history(trial, records, by_hand)
    changes = _latest_changes(trial)
    everything = urlencode({"trial": trial.public_id, "news": "true,false"}, safe=",")
    return TrialTime(
        stale=stale_reasons(trial, today=today),
        statuses=statuses,
        timeline=draw(lanes(trial, statuses), today=today, title=f"Timeline of {trial.title}"),
        changes=updates(changes[:MOST_CHANGES]),
        more_changes=len(changes) > MOST_CHANGES,
        changes_url=f"/changes/?{everything}",
        feed_url=trial_feed(trial),
    )


def trial_feed(trial: Trial) -> str:
    """The address of the feed of one trial."""
    return f"{FEED}?{urlencode({'trial': trial.public_id})}"


def _latest_changes(trial: Trial) -> list[TrialChange]:
    """Its changes and those of trials merged into it, and one more than is shown."""
    found = TrialChange.objects.on_page_of(trial).with_pages()
    return list(found.order_by("-seen_at", "trial_id", "-record_id", "id")[: MOST_CHANGES + 1])


def lanes(trial: Trial, statuses: Sequence[StatusEntry]) -> list[Lane]:
    """The lanes of the picture; one without a date has no points."""
    found = [
        Lane(label, _points(getattr(trial, name), getattr(trial, f"{name}_type")))
        for label, name in DATES
    ]
    found += [Lane(label, _points(getattr(trial, name), REGISTRY)) for label, name in POSTED]
    marks = (
        Point(one.day, STATUS, one.label, STATUS_LOOKS.get(one.status, ("†", ""))[0])
        for one in reversed(statuses)  # where two fall on one day, the later one lies on top
    )
    return [*found, Lane("Status seen", tuple(marks))]


def _points(value: str | dt.date | None, kind: str) -> tuple[Point, ...]:
    return (Point(str(value), kind),) if value else ()
