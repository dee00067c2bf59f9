"""The frame's share of a list page: what was asked for in words, its one address, its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.http import QueryDict

from osteodb.core.filters import StrictFilterSet
from osteodb.website.citations import NAME, Reference
from osteodb.website.pages.asked import number_asked_for, title_of
from osteodb.website.pages.base import Head, api_url, permalink, with_query
from osteodb.website.structured import dataset
from osteodb.website.words import counted

if TYPE_CHECKING:
    from osteodb.website.pages.lists import ListSpec

JSON, CSV = "application/json", "text/csv"
Files = Sequence[tuple[str, str, str]]


def refused_head(spec: ListSpec) -> Head:
    """Of a list whose question was not understood: nothing to find, cite or take along filtered."""
    as_json, as_csv, feed = _addresses(spec, QueryDict())
    return Head(
        title=spec.title,
        section=spec.section,
        description=spec.lede,
        crumbs=spec.crumbs,
        findable=False,
        json_url=as_json,
        csv_url=as_csv,
        feed_url=feed,
    )


def list_head(
    spec: ListSpec,
    filterset: StrictFilterSet,
    query: QueryDict,
    asked: QueryDict,
    *,
    count: int,
    number: int,
) -> Head:
    """Of a list as it was asked for. `query` is the address, `asked` the same with the defaults."""
    title = title_of(spec.title, spec.noun, filterset, spec.told_in_words)
    told = number_asked_for(count, spec.noun, filterset, spec.told_in_words)
    path = spec.address
    order = spec.sorts[0][0] if spec.sorts else ""
    as_json, as_csv, feed = _addresses(spec, asked)
    files = (("JSON", as_json, JSON), ("CSV", as_csv, CSV))
    here = permalink(path, query, without={"page": "1", "ordering": order})
    description = f"{told[:1].upper()}{told[1:]}. {spec.lede}"
    return Head(
        title=f"{title}, page {number}" if number > 1 else title,
        section=spec.section,
        description=description,
        crumbs=spec.crumbs,
        permalink=here,
        facts=_facts(spec, title, description, here, files),
        reference=_reference(spec, title, query, order, count),
        json_url=as_json,
        csv_url=as_csv,
        feed_url=feed,
    )


def _facts(
    spec: ListSpec, title: str, description: str, here: str, files: Files
) -> tuple[Mapping[str, Any], ...]:
    """Data for machines, where the rows can be taken along as data."""
    if not spec.resource:
        return ()
    return (dataset(name=f"{NAME}: {title}", description=description, url=here, files=files),)


def _reference(
    spec: ListSpec, title: str, query: QueryDict, order: str, count: int
) -> Reference | None:
    """How the rows are cited, where they can be taken along as data."""
    if not spec.resource or not spec.is_cited:
        return None
    return reference_of_list(spec.noun, title, spec.address, query, order, count)


def reference_of_list(
    noun: str, title: str, path: str, query: QueryDict, order: str, count: int
) -> Reference:
    """How the rows of a list are cited: with what was filtered for, not page by page."""
    whole = query.copy()
    whole.pop("page", None)
    here = permalink(path, whole, without={"ordering": order})
    asked = here.partition("?")[2]
    return Reference(
        key=f"OsteoDB{path.replace('/', '-').rstrip('-')}",
        title=title,
        path=here,
        files="/cite/view",
        query=f"path={path}&{asked}" if asked else f"path={path}",
        version=counted(count, noun),
    )


def _addresses(spec: ListSpec, asked: QueryDict) -> tuple[str, str, str]:
    """The same rows as JSON, as CSV and as a feed, which is always in the order of time.

    Empty where the list is a page only.
    """
    if not spec.resource:
        return "", "", spec.feed
    own = asked.copy()
    own.pop("page", None)
    as_csv, followed = own.copy(), own.copy()
    as_csv["format"] = "csv"
    followed.pop("ordering", None)
    api = api_url(spec.resource)
    return (
        with_query(api, own),
        with_query(api, as_csv),
        with_query(spec.feed, followed) if spec.feed else "",
    )
