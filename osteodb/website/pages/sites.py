"""Where trials recruit: by country and city, each with its trials and what the registry says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.db.models import Count, QuerySet
from django.http import QueryDict

from osteodb.website.pages.base import Crumb
from osteodb.website.pages.facets import Counted, FacetSpec, by_choice, pieces, replaced
from osteodb.website.pages.lists import RESERVED, ListPage, ListSpec, list_page, with_defaults
from osteodb.website.pages.trial_facts import Origin, country_name, origin_of
from osteodb.website.pages.updates import record_name, registry_page
from osteodb.website.pictures.bars import Bar, draw_bars
from osteodb.website.pictures.picture import Cell, Column, Picture
from osteodb.website.words import code_in_words, counted
from trials.filters_sites import (
    NOT_RECRUITING,
    NOT_SAID,
    RECRUITING,
    RECRUITING_WORDS,
    SITE_STATES,
    SiteFilterSet,
)
from trials.models import RegistryRecord, Site, Trial, TrialStatus

ADDRESS = "/pictures/sites"
MOST_BARS = 40
NO_COUNTRY = "Country not reported"
CONFIRM = (
    "Whether a site still recruits has to be confirmed with the registry, or with the site: what "
    "is shown is the registry's word on the day it was seen."
)
CHOSEN_BY = ("recruiting", "status", "site_status")


RECRUITING_ONLY = (
    "Shown are sites of recruiting trials that the registry says recruit, or of which it says "
    "nothing of their own."
)


@dataclass(frozen=True, slots=True)
class TrialHere:
    """A trial at a place: what the registry says of the place, and its record."""

    trial: Trial
    status: str
    origin: Origin | None

    @property
    def registry_page(self) -> str:
        """The record's public page."""
        return registry_page(self.origin.record) if self.origin else ""

    @property
    def record_name(self) -> str:
        """The number of the record."""
        return record_name(self.origin.record) if self.origin else ""


@dataclass(frozen=True, slots=True)
class Place:
    """A facility, or a city where none is named, with its trials."""

    facility: str
    city: str
    state: str
    trials: list[TrialHere]


@dataclass(frozen=True, slots=True)
class Country:
    """The places of one country."""

    code: str
    name: str
    places: list[Place]


@dataclass(frozen=True, slots=True)
class CountryCount:
    """How many trials have how many sites in a country."""

    code: str
    name: str
    trials: int
    sites: int


@dataclass(frozen=True, slots=True)
class SitesPage:
    """The list with its picture, and what it takes for asked."""

    list: ListPage
    picture: Picture | None
    told: str = ""
    other: str = ""
    other_url: str = ""
    confirm: str = CONFIRM


def by_country(rows: QuerySet[Any]) -> list[Counted]:
    """Counts of sites by country, in the order of their names."""
    found = rows.exclude(country_code="").order_by().values_list("country_code")
    counts = [Counted(code, country_name(code), n) for code, n in found.annotate(n=Count("pk"))]
    return sorted(counts, key=lambda one: one.label)


def by_site_state(rows: QuerySet[Any]) -> list[Counted]:
    """Counts of what registries say of the places themselves."""
    numbers = dict.fromkeys((RECRUITING, NOT_SAID, NOT_RECRUITING), 0)
    for words, n in rows.order_by().values_list("status").annotate(n=Count("pk")):
        state = RECRUITING if words in RECRUITING_WORDS else NOT_RECRUITING if words else NOT_SAID
        numbers[state] += n
    return [Counted(value, label, numbers[value]) for value, label in SITE_STATES if numbers[value]]


RESTING_ONLY = "Only sites that do not recruit, or whose trial does not."
WHATEVER = "Whether a site recruits is not asked here: see its own status."


def usual(query: QueryDict) -> Mapping[str, str]:
    """Recruiting sites of recruiting trials, unless the address says otherwise."""
    return {} if any(any(query.getlist(name)) for name in CHOSEN_BY) else {"recruiting": "true"}


SPEC = ListSpec(
    noun="registered site",
    title="Sites",
    section="trials",
    resource="",
    path="/sites/",
    lede="Where trials have sites, by country and city, as the registries say.",
    facets=(
        FacetSpec("country", "Country", by_country, is_open=True),
        FacetSpec("site_status", "Status of the site", by_site_state, is_open=True),
        FacetSpec("status", "Status of the trial", by_choice("trial__status", TrialStatus.choices)),
    ),
    texts=(
        ("search", "City or facility"),
        ("agent", "Agent"),
        ("therapy_class", "Therapy class"),
        ("condition", "Condition"),
    ),
    crumbs=(Crumb("Trials", "/trials/"),),
    per_page=100,
    defaults=usual,
    told_in_words=("recruiting",),
)


def sites_page(query: QueryDict) -> SitesPage:
    """The list as asked for: a fixed number of queries."""
    page = list_page(SPEC, SiteFilterSet, _rows(), _full(query))
    if page.problems:
        return SitesPage(page, None)
    shown = replace(page, rows=_countries(page.rows))
    return SitesPage(shown, _picture(query), *_told(_full(query)))


def sites_picture(query: QueryDict) -> Picture:
    """The picture as a file. Raises InvalidFilters for what is not understood."""
    return _picture(query)


def _full(query: QueryDict) -> QueryDict:
    """The query with the defaults written out."""
    return with_defaults(SPEC, query)


def _rows() -> QuerySet[Site]:
    visible = Site.objects.filter(trial__inclusion="INCLUDED", trial__merged_into=None)
    return visible.select_related("trial").defer(
        "trial__search", "trial__eligibility_criteria", "trial__brief_summary"
    )


def _told(query: QueryDict) -> tuple[str, str, str]:
    """What is said of the choice, and the words and address of the other one."""
    answers = {one.casefold() for one in pieces(query, "recruiting")}
    if answers == {"true"}:
        everything = replaced(query, "recruiting", ["true", "false"])
        return (RECRUITING_ONLY, "Show the sites of all trials", everything)
    said = RESTING_ONLY if answers == {"false"} else WHATEVER
    return (said, "Show only what recruits", replaced(query, "recruiting", ["true"]))


def _countries(sites: list[Site]) -> list[Country]:
    """The sites of a page under their countries and places."""
    origins = _origins(sites)
    found = []
    for (code, written), members in groupby(sites, key=lambda one: (one.country_code, one.country)):
        name = country_name(code) if code else written or NO_COUNTRY
        found.append(Country(code, name, _places(members, origins)))
    return found


def _places(sites: Iterable[Site], origins: Mapping[int, Origin]) -> list[Place]:
    def place(one: Site) -> tuple[str, str, str]:
        return (one.facility, one.city, one.state)

    return [
        Place(*where, [_trial_here(one, origins) for one in members])
        for where, members in groupby(sites, key=place)
    ]


def _trial_here(site: Site, origins: Mapping[int, Origin]) -> TrialHere:
    origin = origins.get(_record_of(site))
    return TrialHere(site.trial, code_in_words(site.status), origin)


def _record_of(site: Site) -> int:
    """The record that a trial's list of sites came from: the one its countries came from."""
    given = site.trial.field_origins
    return int(given.get("sites") or given.get("countries") or 0)


def _origins(sites: Iterable[Site]) -> dict[int, Origin]:
    """The records that the sites of a page came from: one query."""
    ids = {_record_of(site) for site in sites}
    records = RegistryRecord.objects.filter(pk__in=ids).defer("payload")
    return {one.pk: origin_of(one) for one in records}


# --- The picture ----------------------------------------------------------------------------------


def counts_by_country(rows: QuerySet[Any]) -> list[CountryCount]:
    """How many trials have sites where; most first. One query."""
    found = rows.order_by().values_list("country_code")
    found = found.annotate(trials=Count("trial", distinct=True), sites=Count("pk"))
    counts = [
        CountryCount(code, country_name(code) if code else NO_COUNTRY, trials, sites)
        for code, trials, sites in found
    ]
    return sorted(counts, key=lambda one: (-one.trials, one.name))


def _picture(query: QueryDict) -> Picture:
    """How many of the trials have a site in each country."""
    full = _full(query)
    asked = SiteFilterSet(full, _rows(), reserved=RESERVED)
    counts = counts_by_country(asked.checked())
    bars = [
        Bar(one.name, one.trials, counted(one.sites, "site"), _url_of(full, one))
        for one in counts[:MOST_BARS]
    ]
    more = len(counts) - len(bars)
    others = [one for one in asked.applied if one.parameter != "recruiting"]
    filters = "; ".join(f"{one.label}: {', '.join(one.values)}" for one in others)
    notes = [_told(full)[0], f"Filtered: {filters}." if filters else "", CONFIRM]
    if more:
        notes.append(f"{counted(more, 'country')} with fewer trials: in the table only.")
    return Picture(
        key="sites-by-country",
        title="Trials with a site in each country",
        description=_described(counts),
        canvas=draw_bars(bars),
        columns=[Column("Country"), Column("Trials", True), Column("Sites", True)],
        rows=[
            [Cell(one.name, _url_of(full, one)), Cell(str(one.trials)), Cell(str(one.sites))]
            for one in counts
        ],
        address=(ADDRESS, _own(query)),
        notes=[one for one in notes if one],
    )


def _described(counts: list[CountryCount]) -> str:
    if not counts:
        return "No site matches these filters."
    listed = ", ".join(f"{one.name} {one.trials}" for one in counts[:10])
    rest = f", and {counted(len(counts) - 10, 'other country')}" if len(counts) > 10 else ""
    return (
        "One bar for each country, as long as the number of trials with a site there "
        f"(a trial counts once in each of its countries): {listed}{rest}."
    )


def _url_of(query: QueryDict, one: CountryCount) -> str:
    """The list of the sites in one country; none where no country is known."""
    return f"/sites/{replaced(query, 'country', [one.code])}" if one.code else ""


def _own(query: QueryDict) -> str:
    kept = query.copy()
    for name in ("page", "ordering"):
        kept.pop(name, None)
    return kept.urlencode(safe=",")
