"""What became new for a reader, by day: trials, statements, disagreements, sources."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from osteodb.core.filter_values import moment
from osteodb.core.filters import ChoicesFilter, StrictFilterSet, ValueFilter
from osteodb.website.pages.facets import Facet, FacetValue, replaced, toggled
from osteodb.website.pages.lists import ListPage, ListSpec, list_page
from osteodb.website.pages.news import FEED
from osteodb.website.pages.news_stream import KINDS, News, Stream, told
from trials.filter_parts import TIME
from trials.models import TrialChange

PERIODS = (7, 30)
SPEC = ListSpec(
    noun="piece of news",
    title="What's new",
    section="changes",
    resource="",
    path="/whats-new/",
    citable=False,
    lede="What became new here, by day: trials and what changed in them, statements, "
    "disagreements, sources.",
    texts=(("since", "Since (yyyy-mm-dd)"),),
    per_page=50,
)


class NewsFilterSet(StrictFilterSet):
    """News by kind and by when it became known here. Its rows are a stream, not a table."""

    kind = ChoicesFilter(
        KINDS, where=lambda values: Q(), label="kind of news", help_text="What became new."
    )
    since = ValueFilter(
        read=moment,
        where=lambda at: Q(),
        schema=TIME,
        label="since",
        help_text="At or after this time (ISO 8601; a bare date is its midnight, UTC).",
    )

    @property
    def qs(self) -> Any:
        """The events asked for; none where anything is wrong."""
        return TrialChange.objects.none() if self.problems else Stream(self.kinds, self.moment)

    @property
    def kinds(self) -> list[str]:
        """The kinds asked for, if any; only of a question without problems."""
        return list(self._given("kind") or [])

    @property
    def moment(self) -> dt.datetime | None:
        """Since when, if that is asked; only of a question without problems."""
        since: dt.datetime | None = self._given("since")
        return since

    def _given(self, name: str) -> Any:
        return None if self.problems else self.form.cleaned_data.get(name)


@dataclass(frozen=True, slots=True)
class Day:
    """What became new on one day, as far as it stands on this page of the list."""

    day: dt.date
    news: list[News]


def whats_new_page(query: QueryDict, now: dt.datetime) -> ListPage:
    """The stream as asked for; seven queries at most, however long it is."""
    page = list_page(SPEC, NewsFilterSet, TrialChange.objects.none(), query)
    head = replace(page.head, feed_url=FEED)
    if page.problems:
        return replace(page, head=head)
    days = groupby(told(page.rows), key=lambda one: one.event.at.astimezone(dt.UTC).date())
    rows = [Day(day, list(news)) for day, news in days]
    return replace(page, head=head, rows=rows, facets=_facets(query, now))


def _facets(query: QueryDict, now: dt.datetime) -> list[Facet]:
    """The kinds and the periods with how many events each would give: one query."""
    asked = NewsFilterSet(query, TrialChange.objects.none(), reserved=("page",))
    today = now.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [today - dt.timedelta(days=days) for days in PERIODS]
    counts = Stream((), None).counts_since([asked.moment, *starts])
    chosen = asked.kinds
    kinds = [
        FacetValue(
            words, counts[kind][0], kind in chosen, toggled(query, "kind", kind), 0, f"kind-{kind}"
        )
        for kind, words in KINDS
        if kind in counts and (counts[kind][0] or kind in chosen)
    ]
    periods = []
    for place, (days, start) in enumerate(zip(PERIODS, starts, strict=True), start=1):
        number = sum(row[place] for kind, row in counts.items() if kind in chosen or not chosen)
        since, selected = f"{start:%Y-%m-%d}", asked.moment == start
        url = replaced(query, "since", [] if selected else [since])
        periods.append(
            FacetValue(f"the last {days} days", number, selected, url, 0, f"since-{days}")
        )
    found = [
        Facet("kind", "Kind of news", kinds, [], is_open=True),
        Facet("since", "Since", periods, [], is_open=True),
    ]
    return [facet for facet in found if facet.values]
