"""A feed for every list: valid, stable, strict, latest first, with sources beside numbers."""

from __future__ import annotations

import datetime as dt
from typing import Any
from xml.etree import ElementTree

import pytest

from evidence import services
from evidence.models import Discrepancy, EvidenceVersion, Measurement
from evidence.querysets import open_dispute
from osteodb.website.pages import feeds
from osteodb.website.pages.feed_entries import WRITERS
from osteodb.website.pages.shelves import SHELVES
from tests.universe import LATER, Universe
from tests.website.support import get, html
from therapies.models import Agent
from trials.models import Trial

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "http://localhost"
LISTS = sorted(WRITERS)


def feed(path: str, query: str = "") -> ElementTree.Element:
    """The feed as a parser that is strict about XML reads it."""
    answer = get(f"{path}atom.xml{query}")
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own answer


def entries(path: str, query: str = "") -> list[ElementTree.Element]:
    return feed(path, query).findall(f"{ATOM}entry")


def value(element: ElementTree.Element, name: str) -> str:
    found = element.findall(f"{ATOM}{name}")
    assert len(found) == 1, name
    return found[0].text or ""


def link(element: ElementTree.Element, rel: str = "alternate") -> str:
    [found] = [one for one in element.findall(f"{ATOM}link") if one.get("rel") == rel]
    return str(found.get("href"))


def moment(element: ElementTree.Element, name: str = "updated") -> dt.datetime:
    return dt.datetime.fromisoformat(value(element, name))


@pytest.mark.parametrize("path", LISTS)
def test_a_feed_has_what_rfc_4287_asks_for(path: str, shared_universe: Universe) -> None:
    root = feed(path)
    assert root.tag == f"{ATOM}feed"
    assert value(root, "id") == f"tag:localhost,2026:{path.strip('/')}/atom.xml"
    assert value(root, "title") == f"OsteoDB: {SHELVES[path].title}"
    assert link(root, "self") == f"{SITE}{path}atom.xml"
    assert link(root) == f"{SITE}{path}"
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    found = root.findall(f"{ATOM}entry")
    assert found
    times = [moment(one) for one in found]
    assert times == sorted(times, reverse=True)
    assert moment(root) == times[0]
    for one in found:
        assert value(one, "title")
        assert value(one, "id").startswith(f"tag:localhost,2026:{path.strip('/')}/")
        assert moment(one, "published") <= moment(one)
        assert all(time.tzinfo for time in (moment(one), moment(one, "published")))
    assert len({value(one, "id") for one in found}) == len(found)


@pytest.mark.parametrize("path", LISTS)
def test_every_entry_leads_to_a_page(path: str, shared_universe: Universe) -> None:
    links = {link(one).removeprefix(SITE) for one in entries(path)}
    assert {get(one).status_code for one in links} == {200}


@pytest.mark.parametrize("path", LISTS)
def test_a_feed_takes_the_parameters_of_its_list_and_no_others(
    path: str, shared_universe: Universe
) -> None:
    filters = SHELVES[path].filterset.base_filters
    assert get(f"{path}atom.xml?{'&'.join(f'{name}=' for name in filters)}").status_code == 200
    for wrong in ("satus=x", "page=2", "format=atom", "ordering=title"):
        answer = get(f"{path}atom.xml?{wrong}")
        assert answer.status_code == 400
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert f"{wrong.split('=')[0]}: " in answer.content.decode()


@pytest.mark.parametrize("path", LISTS)
def test_a_list_names_its_feed_in_its_head(path: str, shared_universe: Universe) -> None:
    head = " ".join(html(path).split("</head>")[0].split())
    assert 'type="application/atom+xml"' in head
    assert f'href="{path}atom.xml"' in head


def test_the_feed_of_a_filtered_list_keeps_the_filters_and_drops_the_order(
    shared_universe: Universe,
) -> None:
    head = " ".join(html("/trials/?status=completed&ordering=title").split("</head>")[0].split())
    assert 'href="/trials/atom.xml?status=completed"' in head
    root = feed("/trials/", "?status=completed")
    assert value(root, "title") == "OsteoDB: Completed trials"
    assert link(root) == f"{SITE}/trials/?status=completed"
    found = {value(one, "title") for one in root.findall(f"{ATOM}entry")}
    assert 0 < len(found) == Trial.objects.visible().filter(status="completed").count()


def test_statements_are_told_with_what_became_of_each_version(shared_universe: Universe) -> None:
    public_id = shared_universe.versions["sarc024"].item.public_id
    found = {value(one, "id"): one for one in entries("/evidence/")}
    first = found[f"tag:localhost,2026:evidence/{public_id}/v1"]
    second = found[f"tag:localhost,2026:evidence/{public_id}/v2"]
    assert value(first, "title").startswith(f"{public_id}, version 1, superseded: ")
    assert value(second, "title").startswith(f"{public_id}, version 2, published: ")
    version = EvidenceVersion.objects.get(item__public_id=public_id, number=1)
    assert moment(first) == version.superseded_at
    assert moment(first, "published") == version.published_at
    assert f'Read in <a href="{SITE}/sources/' in value(second, "summary")
    readable = EvidenceVersion.objects.readable().count()
    assert len(found) == readable < EvidenceVersion.objects.count()
    only = entries("/evidence/", "?state=SUPERSEDED")
    assert [value(one, "id") for one in only] == [value(first, "id")]


def test_a_retraction_moves_the_entry_up_under_the_same_name(shared_universe: Universe) -> None:
    version = EvidenceVersion.objects.get(pk=shared_universe.versions["sarc024"].pk)
    name = f"tag:localhost,2026:evidence/{version.item.public_id}/v{version.number}"
    at = LATER + dt.timedelta(days=30)
    services.retract(version=version, reason="Withdrawn.", by=shared_universe.bob, now=at)
    latest = entries("/evidence/")[0]
    assert (value(latest, "id"), moment(latest)) == (name, at)
    assert "Retracted: Withdrawn." in value(latest, "summary")


def test_a_number_stands_with_its_source_and_what_disputes_it(shared_universe: Universe) -> None:
    found = entries("/measurements/")
    assert len(found) == Measurement.objects.visible().count()
    assert all("Read in <a href=" in value(one, "summary") for one in found)
    disputed = {value(one, "id") for one in found if "Disputed:" in value(one, "summary")}
    rows = Measurement.objects.visible().filter(open_dispute())
    assert len(disputed) == rows.count() > 0


def test_a_disagreement_moves_up_when_it_is_decided(shared_universe: Universe) -> None:
    at = LATER + dt.timedelta(days=9)
    Discrepancy.objects.filter(pk=shared_universe.discrepancy.pk).update(
        state="EXPLAINED", explanation="A <b>reason</b>.", decided_at=at
    )
    [entry] = entries("/discrepancies/", "?state=EXPLAINED")
    assert moment(entry) == at
    assert value(entry, "title").endswith("(explained)")
    assert "A &lt;b&gt;reason&lt;/b&gt;." in value(entry, "summary")


def test_hostile_text_is_text_and_what_xml_cannot_hold_is_marked(
    shared_universe: Universe,
) -> None:
    hostile = "</title><script>alert(1)</script> & ]]> \" ' \x01 βé 💊"
    Trial.objects.filter(pk=shared_universe.trials["regobone"].pk).update(brief_title=hostile)
    [entry] = entries("/trials/", "?identifier=NCT02389244")
    assert not list(entry.iter(f"{ATOM}script"))
    assert "<script>alert(1)</script>" in value(entry, "title")
    assert "\ufffd βé 💊" in value(entry, "title")


def test_a_feed_holds_the_latest_entries_and_no_more_than_its_limit(
    shared_universe: Universe, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [value(one, "id") for one in entries("/trials/")]
    monkeypatch.setattr(feeds, "MOST_ENTRIES", 3)
    assert [value(one, "id") for one in entries("/trials/")] == whole[:3]


def test_an_empty_feed_is_valid_and_does_not_change_by_itself(shared_universe: Universe) -> None:
    first, again = (get("/trials/atom.xml?start_from=2090-01-01") for _ in range(2))
    assert first.content == again.content
    assert moment(feed("/trials/", "?start_from=2090-01-01")).year == 2026


def test_a_client_that_has_a_feed_is_answered_304(shared_universe: Universe) -> None:
    first = get("/agents/atom.xml")
    again = get("/agents/atom.xml", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Agent.objects.filter(pk=shared_universe.agents["avelumab"].pk).update(description="New words.")
    newer = get("/agents/atom.xml", headers={"If-None-Match": first["ETag"]})
    assert newer.status_code == 200


# One for the rows, one for each relation that is fetched for all rows at once.
QUERIES = {
    "/agents/": 2,
    "/comparisons/": 1,
    "/discrepancies/": 2,
    "/evidence/": 2,
    "/measurements/": 1,
    "/pathways/": 3,
    "/sources/": 1,
    "/targets/": 1,
    "/therapy-classes/": 1,
    "/trials/": 1,
}


@pytest.mark.parametrize("path", LISTS)
def test_a_feed_makes_so_many_queries(
    path: str, shared_universe: Universe, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(QUERIES[path]):
        get(f"{path}atom.xml")
