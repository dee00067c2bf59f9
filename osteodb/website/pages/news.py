"""What changed across trials: the page, and what it has in common with its feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from django.http import QueryDict

from osteodb.website.pages.facets import FacetSpec, by_choice, replaced
from osteodb.website.pages.lists import ListPage, ListSpec, list_page, with_defaults
from osteodb.website.pages.updates import Update, updates
from osteodb.website.words import counted
from trials.filters import ChangeFilterSet
from trials.models import ChangeKind, TrialChange
from trials.news import HOUSEKEEPING, housekeeping_in_words

FEED = "/changes/atom.xml"


@dataclass(frozen=True, slots=True)
class NewsDay:
    """What was seen on one day."""

    day: dt.date
    updates: list[Update]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the ways to see more, or less, of the list."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the page says about housekeeping, and the ways to choose otherwise."""

    sentence: str
    choices: list[Choice]


def news_unless_asked(query: QueryDict) -> Mapping[str, str]:
    """Page and feed show news, unless the address says otherwise or asks for a field by name."""
    return {} if any(query.getlist("news") + query.getlist("field")) else {"news": "true"}


SPEC = ListSpec(
    noun="change",
    title="What changed",
    section="changes",
    resource="changes",
    lede="Fields of trials that changed, by which record, and when we saw it.",
    facets=(
        FacetSpec("kind", "Kind of news", by_choice("kind", ChangeKind.choices), is_open=True),
    ),
    sorts=(("-seen_at", "latest"), ("seen_at", "earliest")),
    texts=(
        ("trial", "Trial, by any number"),
        ("agent", "Agent"),
        ("target", "Target"),
        ("therapy_class", "Therapy class"),
        ("since", "Seen since (yyyy-mm-dd)"),
        ("until", "Seen before (yyyy-mm-dd)"),
    ),
    per_page=100,
    defaults=news_unless_asked,
    told_in_words=("news",),
    feed=FEED,
)


@dataclass(frozen=True, slots=True)
class NewsPage:
    """The list with what it says about housekeeping."""

    list: ListPage
    told: Told | None


def changes_page(query: QueryDict) -> NewsPage:
    """The list as asked for; changes of trials that readers cannot see are left out."""
    rows = TrialChange.objects.visible().with_pages()
    page = list_page(SPEC, ChangeFilterSet, rows, query)
    return NewsPage(replace(page, rows=_days(page.rows)), None if page.problems else _told(query))


def asked_for(query: QueryDict) -> ChangeFilterSet:
    """The changes that an address asks the feed for, with the page's order and defaults."""
    rows = TrialChange.objects.visible().with_pages()
    return ChangeFilterSet(with_defaults(SPEC, query), rows)


def _days(changes: list[TrialChange]) -> list[NewsDay]:
    """The updates under the days they were seen on."""
    by_day = groupby(updates(changes), key=lambda one: one.first.change.seen_at.date())
    return [NewsDay(day, list(members)) for day, members in by_day]


def _told(query: QueryDict) -> Told | None:
    """What is said about housekeeping; nothing where a field is asked for by name."""
    everything = Choice("Show everything", replaced(query, "news", ["true", "false"]))
    only_news = Choice("Show only news", replaced(query, "news", []))
    answers = {
        part.strip().casefold() for one in query.getlist("news") for part in one.split(",")
    } - {""}
    what = housekeeping_in_words()
    if answers == {"true", "false"}:
        return Told("Everything is shown, the registries' housekeeping too.", [only_news])
    if answers == {"false"}:
        return Told(f"Only housekeeping is shown: {what}.", [only_news, everything])
    if query.get("field") and not answers:
        return None
    other = asked_for(query).without("news", "ordering").order_by()
    left_out = other.filter(field__in=HOUSEKEEPING).count()
    number = counted(left_out, "change of housekeeping")
    return Told(f"Left out: {number} ({what}).", [everything]) if left_out else None
