"""Documents, how they belong together, and which trials they report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TypedDict, Unpack

from evidence.models import EvidenceVersion, RetractionState, Source, SourceLink
from osteodb.core.audit import record_event
from osteodb.core.errors import InvalidInput
from osteodb.core.merged import refuse_merged
from osteodb.core.models import User
from osteodb.core.writing import acting, free_slug, save_checked, set_fields, set_links
from trials.models import Trial


class SourceDetails(TypedDict, total=False):
    """The fields of a source besides its kind and title."""

    first_author: str
    container: str
    year: int | None
    citation: str
    pmid: str
    pmcid: str
    doi: str
    url: str
    addresses: list[str]
    seen_on: str
    is_identified: bool
    retraction: str
    retraction_note: str
    note: str


def create_source(
    *,
    kind: str,
    title: str,
    by: User | None,
    now: dt.datetime,
    slug: str = "",
    **details: Unpack[SourceDetails],
) -> Source:
    """Add a document that statements are read in. Raises InvalidInput (a PMID known already)."""
    source = Source(slug=slug or free_slug(Source, title), kind=kind, title=title, **details)
    with acting(action="create_source", by=by, now=now):
        save_checked(source)
    return source


def update_source(
    *,
    source: Source,
    by: User | None,
    now: dt.datetime,
    kind: str | None = None,
    title: str | None = None,
    **details: Unpack[SourceDetails],
) -> Source:
    """Change a document's description; what is not given stays. Raises InvalidInput."""
    refuse_merged(source)
    given = {"kind": kind, "title": title}
    fields = {key: value for key, value in given.items() if value is not None}
    with acting(action="update_source", by=by, now=now):
        if set_fields(source, {**fields, **details}):
            save_checked(source)
    return source


def mark_retraction(
    *, source: Source, state: str, note: str, by: User | None, now: dt.datetime
) -> Source:
    """Say whether a document still stands, and in `note` where and when a notice was looked for.

    From a retracted one nothing new is published alone, and no number of it is plotted; what was
    published stays readable and says so. Raises InvalidInput for a state that is none, or without a
    note.
    """
    note = note.strip()
    if state != RetractionState.UNCHECKED and not note:
        reason = "Say where the notice was looked for, and when."
        raise InvalidInput(reason, fields={"retraction_note": [reason]})
    with acting(action="mark_retraction", by=by, now=now):
        if set_fields(source, {"retraction": state, "retraction_note": note}):
            save_checked(source)
    return source


def retracted_sources(version: EvidenceVersion) -> list[Source]:
    """The sources of a version where all of them are retracted; else none."""
    sources = {one.source_id: one.source for one in version.locators.select_related("source")}
    found = list(sources.values())
    gone = all(source.retraction == RetractionState.RETRACTED for source in found)
    return found if gone else []


def set_source_trials(
    *, source: Source, trials: Sequence[Trial], by: User | None, now: dt.datetime
) -> None:
    """Say which trials a document reports; a difference is an audit row."""
    refuse_merged(source)
    with acting(action="set_source_trials", by=by, now=now):
        set_links(source, "trials", trials, by=by, now=now)


def link_sources(
    *,
    from_source: Source,
    to_source: Source,
    kind: str,
    by: User | None,
    now: dt.datetime,
    reference: str = "",
    note: str = "",
) -> SourceLink:
    """Say how two documents belong together, so that no patient is counted twice.

    Said again, it takes the newer note and reference. Raises InvalidInput.
    """
    refuse_merged(from_source, to_source)
    known = SourceLink.objects.filter(
        from_source=from_source, to_source=to_source, kind=kind
    ).first()
    link = known or SourceLink(from_source=from_source, to_source=to_source, kind=kind)
    with acting(action="link_sources", by=by, now=now):
        if set_fields(link, {"reference": reference, "note": note}) or link.pk is None:
            save_checked(link)
    return link


def unlink_sources(*, link: SourceLink, by: User | None, now: dt.datetime) -> None:
    """Take back that two documents belong together; that it was said stays on record."""
    said = {"kind": link.kind, "to": str(link.to_source), "note": link.note}
    with acting(action="unlink_sources", by=by, now=now):
        record_event(action="unlink_sources", target=link.from_source, by=by, now=now, old=said)
        link.delete()
