"""The stream of what became new, over all tables that know when something happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection
from django.db.models import Case, CharField, Exists, Min, OuterRef, QuerySet, Value, When

from evidence.models import Discrepancy, DiscrepancyState, EvidenceVersion, RetractionState, Source
from osteodb.website.pages.updates import Update, updates
from trials.models import ChangeKind, TrialChange

# In the order in which they are told within a day.
KINDS = (
    ("trial-status", "status of a trial"),
    ("trial-results", "results posted in a registry"),
    ("trial-added", "trial added"),
    ("trial-news", "other news of a trial"),
    ("statement-retracted", "statement retracted"),
    ("statement", "statement published"),
    ("statement-version", "statement published in a new version"),
    ("discrepancy-opened", "discrepancy opened"),
    ("discrepancy-decided", "discrepancy decided"),
    ("source-notice", "notice on a source"),
    ("source", "source added"),
)
ORDER = [kind for kind, _ in KINDS]
KEY = frozenset({"trial-status", "trial-results", "statement-retracted", "source-notice"})
# The weightiest change of an update says what sort of news it is.
OF_CHANGES = (
    ("trial-added", (ChangeKind.NEW_TRIAL,)),
    ("trial-status", (ChangeKind.STATUS, ChangeKind.STOPPED, ChangeKind.TOMBSTONE)),
    ("trial-results", (ChangeKind.RESULTS,)),
)
NOTICES = (RetractionState.RETRACTED, RetractionState.CONCERN, RetractionState.CORRECTED)


class Event(NamedTuple):
    """Something that happened: when, what sort of thing, and the row that tells of it."""

    at: dt.datetime
    kind: str
    pk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An event with what a reader is told of it; one of the four is there."""

    event: Event
    update: Update | None = None
    version: EvidenceVersion | None = None
    discrepancy: Discrepancy | None = None
    source: Source | None = None

    @property
    def kind_words(self) -> str:
        """What sort of news it is."""
        return dict(KINDS)[self.event.kind]

    @property
    def is_key(self) -> bool:
        """Whether it stands out, because it may change what a reader believed."""
        return self.event.kind in KEY


class Stream:
    """The events of some kinds since some time, the latest day first; to be counted and sliced."""

    def __init__(self, kinds: Sequence[str], since: dt.datetime | None) -> None:
        self.kinds, self.since = tuple(dict.fromkeys(kinds)) or ORDER, since
        self._counts: dict[str, list[int]] | None = None

    def counts_since(self, moments: Sequence[dt.datetime | None]) -> dict[str, list[int]]:
        """How many events there are of each kind, since each of these moments: one query."""
        columns = ", ".join(["count(*) FILTER (WHERE at >= %s)"] * len(moments))
        sql, parameters = _all_events().query.sql_with_params()
        asked = [moment or dt.datetime.min.replace(tzinfo=dt.UTC) for moment in moments]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT kind, {columns} FROM ({sql}) AS news (at, kind, key) GROUP BY kind",  # noqa: S608
                [*asked, *parameters],
            )
            return {kind: list(numbers) for kind, *numbers in cursor.fetchall()}

    def count(self) -> int:
        """How many events there are."""
        if self._counts is None:
            self._counts = self.counts_since([self.since])
        return sum(self._counts.get(kind, [0])[0] for kind in self.kinds)

    def __getitem__(self, place: slice) -> list[Event]:
        """A page of the events: one query."""
        sql, parameters = _all_events().query.sql_with_params()
        since = self.since or dt.datetime.min.replace(tzinfo=dt.UTC)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT at, kind, key FROM ({sql}) AS news (at, kind, key)"  # noqa: S608
                " WHERE at >= %s AND kind = ANY(%s)"
                " ORDER BY (at AT TIME ZONE 'UTC')::date DESC, array_position(%s, kind), at DESC,"
                " key DESC LIMIT %s OFFSET %s",
                [
                    *parameters,
                    since,
                    list(self.kinds),
                    ORDER,
                    place.stop - place.start,
                    place.start,
                ],
            )
            return [Event(*row) for row in cursor.fetchall()]


def told(events: Iterable[Event]) -> list[News]:
    """Events with their rows; the number of queries does not depend on how many there are."""
    listed = list(events)
    of_changes = _updates(_keys(listed, "trial"))
    versions = EvidenceVersion.objects.select_related("item").in_bulk(_keys(listed, "statement"))
    discrepancies = Discrepancy.objects.in_bulk(_keys(listed, "discrepancy"))
    sources = Source.objects.in_bulk(_keys(listed, "source"))
    rows: dict[str, tuple[str, dict[int, Any]]] = {
        "trial": ("update", of_changes),
        "statement": ("version", versions),
        "discrepancy": ("discrepancy", discrepancies),
        "source": ("source", sources),
    }
    news = []
    for event in listed:
        name, by_key = rows[event.kind.split("-")[0]]
        if event.pk in by_key:
            news.append(News(event=event, **{name: by_key[event.pk]}))
    return news


def _keys(events: Iterable[Event], about: str) -> list[int]:
    return [one.pk for one in events if one.kind.split("-")[0] == about]


def _updates(firsts: list[int]) -> dict[int, Update]:
    """The updates that begin with these changes, housekeeping left out: two queries."""
    begun = TrialChange.objects.filter(pk__in=firsts).values_list("trial", "record", "seen_at")
    wanted = set(begun)
    trials, moments = {key[0] for key in wanted}, {key[2] for key in wanted}
    found = TrialChange.objects.news().filter(trial__in=trials, seen_at__in=moments)
    found = found.with_pages().order_by("seen_at", "trial", "record", "pk")
    ours = [one for one in found if (one.trial_id, one.record_id, one.seen_at) in wanted]
    return {update.first.change.pk: update for update in updates(ours)}


# --- The tables -----------------------------------------------------------------------------------


def _all_events() -> QuerySet[Any, Any]:
    """Every event there is: when, what kind, the key of its row."""
    first, *rest = (
        _of_trials(),
        _of_publications(),
        _at(EvidenceVersion.objects.readable(), "retracted_at", "statement-retracted"),
        _at(Discrepancy.objects.all(), "opened_at", "discrepancy-opened"),
        _at(
            Discrepancy.objects.exclude(state=DiscrepancyState.OPEN),
            "decided_at",
            "discrepancy-decided",
        ),
        *_of_sources(),
    )
    return first.union(*rest, all=True)


def _at(rows: QuerySet[Any], column: str, kind: str) -> QuerySet[Any, Any]:
    """An event for each row that has this time."""
    known = rows.filter(**{f"{column}__isnull": False}).order_by()
    named = known.annotate(what=Value(kind, CharField()))
    events: QuerySet[Any, Any] = named.values_list(column, "what", "pk")
    return events


def _of_trials() -> QuerySet[Any, Any]:
    """One event for each update: what one record changed in one trial at one time."""
    rank = Case(
        *(When(kind__in=kinds, then=Value(place)) for place, (_, kinds) in enumerate(OF_CHANGES)),
        default=Value(len(OF_CHANGES)),
    )
    changes = TrialChange.objects.visible().news().order_by()
    grouped = changes.values("trial", "record", "seen_at").annotate(first=Min("pk"), rank=Min(rank))
    kind = Case(
        *(When(rank=place, then=Value(kind)) for place, (kind, _) in enumerate(OF_CHANGES)),
        default=Value("trial-news"),
        output_field=CharField(),
    )
    events: QuerySet[Any, Any] = grouped.annotate(what=kind).values_list("seen_at", "what", "first")
    return events


def _of_publications() -> QuerySet[Any, Any]:
    """A statement that was published for the first time, or again."""
    readable = EvidenceVersion.objects.readable()
    earlier = readable.filter(item=OuterRef("item"), number__lt=OuterRef("number"))
    kind = Case(
        When(Exists(earlier), then=Value("statement-version")),
        default=Value("statement"),
        output_field=CharField(),
    )
    return readable.order_by().annotate(what=kind).values_list("published_at", "what", "pk")


def _of_sources() -> list[QuerySet[Any, Any]]:
    """When a source came, and when a notice on it was first on record: from its history."""
    history: Any = apps.get_model("evidence", "SourceEvent")._default_manager
    history = history.filter(pgh_obj__in=Source.objects.current().values("pk"))
    by_source = history.order_by().values("pgh_obj_id")
    added = by_source.annotate(at=Min("pgh_created_at"))
    noticed = history.order_by().filter(retraction__in=NOTICES)
    noticed = noticed.values("pgh_obj_id", "retraction").annotate(at=Min("pgh_created_at"))
    return [_history(added, "source"), _history(noticed, "source-notice")]


def _history(grouped: QuerySet[Any, Any], kind: str) -> QuerySet[Any, Any]:
    named = grouped.annotate(what=Value(kind, CharField()))
    events: QuerySet[Any, Any] = named.values_list("at", "what", "pgh_obj_id")
    return events
