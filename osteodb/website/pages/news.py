"""The list of changes: what happened to which trial."""

from __future__ import annotations

from dataclasses import replace

from django.http import QueryDict

from osteodb.website.pages.changes import change_rows
from osteodb.website.pages.facets import FacetSpec, by_choice
from osteodb.website.pages.lists import ListPage, ListSpec, list_page
from trials.filters import ChangeFilterSet
from trials.models import ChangeKind, Trial, TrialChange

SPEC = ListSpec(
    noun="change",
    title="What changed",
    section="changes",
    resource="changes",
    lede="Every field of every trial that changed, by which record, and when we saw it.",
    facets=(
        FacetSpec("kind", "Kind of news", by_choice("kind", ChangeKind.choices), is_open=True),
    ),
    sorts=(("-seen_at", "latest"), ("kind", "kind of news")),
    texts=(("since", "Seen since"), ("agent", "About an agent")),
    per_page=50,
)


def changes_page(query: QueryDict) -> ListPage:
    """The list as asked for; changes of trials that readers cannot see are left out."""
    rows = TrialChange.objects.filter(trial__in=Trial.objects.visible().values("pk"))
    page = list_page(SPEC, ChangeFilterSet, rows.select_related("trial", "record"), query)
    return replace(page, rows=change_rows(page.rows))
