"""The lists behind the page on data quality that no other page has."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import QueryDict

from osteodb.website.pages.base import Crumb
from osteodb.website.pages.facets import FacetSpec, by_choice
from osteodb.website.pages.lists import ListPage, ListSpec, list_page
from trials.filters import PairFilterSet, QualityIssueFilterSet
from trials.models import DataQualityIssue, IssueKind, IssueState, Registry, Trial, TrialLink

CRUMBS = (Crumb("Data quality", "/quality/"),)
ISSUES = ListSpec(
    noun="quality issue",
    title="Quality issues",
    section="about",
    resource="quality-issues",
    path="/quality/issues/",
    citable=False,
    lede="Values in registries' records that OsteoDB does not know or that look wrong. None of "
    "them is guessed at: the value stays as it was sent until a person decides.",
    facets=(
        FacetSpec("state", "State", by_choice("state", IssueState.choices), is_open=True),
        FacetSpec("kind", "Kind", by_choice("kind", IssueKind.choices), is_open=True),
        FacetSpec("registry", "Registry", by_choice("registry", Registry.choices)),
    ),
    sorts=(("-last_seen_at", "last seen"), ("-first_seen_at", "newest"), ("kind", "kind")),
    texts=(("search", "Words of the value"), ("trial", "Trial, by any number")),
    crumbs=CRUMBS,
    per_page=50,
)
PAIRS = ListSpec(
    noun="pair of trials",
    title="One study or two?",
    section="about",
    resource="",
    path="/quality/pairs/",
    citable=False,
    lede="Pairs of trials that may be the same study under two numbers. A machine only collects "
    "the signs; a person decides, and a merge can be taken back.",
    texts=(("trial", "Trial, by any number"),),
    crumbs=CRUMBS,
    per_page=50,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two trials on whose pages it says that they may be one, and the signs for it."""

    trials: tuple[Trial, Trial]
    signals: list[str]


def issues_page(query: QueryDict) -> ListPage:
    """The list of quality issues as asked for."""
    rows = DataQualityIssue.objects.visible().select_related("trial__merged_into")
    return list_page(ISSUES, QualityIssueFilterSet, rows, query)


def pairs_page(query: QueryDict) -> ListPage:
    """The list of undecided pairs as asked for."""
    rows = TrialLink.objects.waiting().visible()
    rows = rows.select_related("trial_a__merged_into", "trial_b__merged_into")
    page = list_page(PAIRS, PairFilterSet, rows, query)
    return replace(page, rows=[_pair(one) for one in page.rows])


def _pair(link: TrialLink) -> Pair:
    return Pair((link.trial_a.page, link.trial_b.page), [signal_words(one) for one in link.signals])


def signal_words(noted: object) -> str:
    """A sign in words, however it was noted."""
    if isinstance(noted, dict):
        return str(noted.get("says") or noted.get("words") or noted.get("kind") or noted)
    return str(noted)
