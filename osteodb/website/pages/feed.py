"""What changed, as an Atom feed (RFC 4287): one entry for each update of a trial."""

from __future__ import annotations

import datetime as dt

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from osteodb.website.pages.atom import Feed, FeedAnswer, clean, tag
from osteodb.website.pages.base import with_query
from osteodb.website.pages.changes import ChangeRow
from osteodb.website.pages.news import FEED, asked_for
from osteodb.website.pages.updates import Update, record_name, updates
from trials.filters import ChangeFilterSet
from trials.models import TrialChange
from trials.news import housekeeping_in_words

MOST_CHANGES = 200


def changes_feed(query: QueryDict, site: str) -> FeedAnswer:
    """The feed of what an address asks for; `site` is scheme and host, for full addresses."""
    filterset = asked_for(query)
    if filterset.problems:
        return FeedAnswer("", tuple(filterset.problems))
    feed = _empty_feed(filterset, query, site)
    for update in _whole_updates(list(filterset.qs[: MOST_CHANGES + 1])):
        _add(feed, update, site)
    return FeedAnswer(feed.writeString("utf-8"))


def _empty_feed(filterset: ChangeFilterSet, query: QueryDict, site: str) -> Feed:
    address = with_query(f"{site}{FEED}", query)
    applied = [one for one in filterset.applied if one.parameter != "news"]
    asked = "; ".join(f"{one.label}: {', '.join(one.values)}" for one in applied)
    left_out = "" if _shows_housekeeping(filterset) else f" Without {housekeeping_in_words()}."
    return Feed(
        title=clean(f"OsteoDB: what changed{f' ({asked})' if asked else ''}"),
        subtitle=clean(
            f"At most {MOST_CHANGES} changes of trials, gathered by trial and record.{left_out}"
        ),
        link=with_query(f"{site}/changes/", query),
        feed_url=address,
        feed_guid=tag(site, with_query(FEED.lstrip("/"), query)),
        description="",
        language="en",
        author_name="OsteoDB",
        author_link=f"{site}/",
    )


def _shows_housekeeping(filterset: ChangeFilterSet) -> bool:
    """Whether the question leaves any of it in."""
    values = filterset.form.cleaned_data.get("news") or []
    return not values or "false" in values


def _whole_updates(changes: list[TrialChange]) -> list[Update]:
    """The updates, but for a last one that the limit may have cut: an entry never shrinks."""
    found = updates(changes[:MOST_CHANGES])
    return found[:-1] if len(changes) > MOST_CHANGES and len(found) > 1 else found


def _add(feed: Feed, update: Update, site: str) -> None:
    trial, change = update.trial, update.first.change
    name = f"{trial.acronym or trial.title} ({trial.public_id})"
    moment = change.seen_at.astimezone(dt.UTC)
    of = f"{change.trial.public_id}/{moment:%Y%m%dT%H%M%S%f}/{change.record_id or 0}"
    feed.add_item(
        title=clean(f"{name}: {update.headline}"),
        link=f"{site}{update.url}",
        description=clean(_content(update, site)),
        unique_id=tag(site, f"changes/{of}"),
        pubdate=moment,
        updateddate=moment,
        categories=sorted({row.change.kind for row in update.rows}),
    )


def _content(update: Update, site: str) -> SafeString:
    """What changed, as HTML: the trial, every field, the record."""
    trial = update.trial
    return format_html(
        '<p><a href="{}">{}</a></p><ul>{}</ul>{}',
        f"{site}/trials/{trial.public_id}/",
        trial.title,
        format_html_join("", "<li>{}</li>", ((_told(row),) for row in update.rows)),
        _by_record(update),
    )


def _told(row: ChangeRow) -> str:
    """One change in plain words."""
    if row.is_new_trial:
        return "Added to OsteoDB."
    if row.is_list:
        came = f"now also {row.new}" if row.change.new else ""
        went = f"no longer {row.old}" if row.change.old else ""
        return f"{row.label}: {'; '.join(part for part in (came, went) if part)}"
    return f"{row.label}: {row.old} → {row.new}"


def _by_record(update: Update) -> SafeString:
    record = update.record
    if record is None:
        return SafeString("")
    dated = f" of {record.registry_date}" if record.registry_date else ""
    name = f"{record.get_registry_display()}, record {record_name(record)}{dated}"
    if not update.registry_page:
        return format_html("<p>By {}.</p>", name)
    return format_html('<p>By <a href="{}">{}</a>.</p>', update.registry_page, name)
