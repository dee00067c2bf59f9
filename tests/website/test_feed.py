"""The Atom feed of changes: valid, stable, strict, and safe with whatever a registry sends."""

from __future__ import annotations

import datetime as dt
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from osteodb.core.api import caching
from osteodb.website.pages import feed as feeds
from tests.universe import LATER, Universe
from tests.website.support import get, html
from trials.filters import ChangeFilterSet
from trials.models import Trial, TrialChange

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "http://localhost"
AT = LATER + dt.timedelta(days=3)


def feed(query: str = "") -> ElementTree.Element:
    """The feed as a parser that is strict about XML reads it."""
    answer = get(f"/changes/atom.xml{query}")
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own answer


def entries(query: str = "") -> list[ElementTree.Element]:
    return feed(query).findall(f"{ATOM}entry")


def value(element: ElementTree.Element, name: str) -> str:
    found = element.findall(f"{ATOM}{name}")
    assert len(found) == 1, name
    return found[0].text or ""


def link(element: ElementTree.Element, rel: str) -> str:
    [found] = [one for one in element.findall(f"{ATOM}link") if one.get("rel") == rel]
    return str(found.get("href"))


def change(trial: Trial, number: int = 0, **given: Any) -> TrialChange:
    seen_at = AT + dt.timedelta(minutes=number)
    fields = {"field": "acronym", "kind": "TEXT", "old": "", "new": "X", "seen_at": seen_at}
    return TrialChange.objects.create(trial=trial, **(fields | given))


def test_the_feed_has_what_rfc_4287_asks_for(shared_universe: Universe) -> None:
    root = feed("?trial=NCT04698785")
    assert root.tag == f"{ATOM}feed"
    assert value(root, "id") == "tag:localhost,2026:changes/atom.xml?trial=NCT04698785"
    assert value(root, "title") == "OsteoDB: what changed (trial: NCT04698785)"
    assert link(root, "self") == f"{SITE}/changes/atom.xml?trial=NCT04698785"
    assert link(root, "alternate") == f"{SITE}/changes/?trial=NCT04698785"
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    assert "At most 200 changes" in value(root, "subtitle")
    found = root.findall(f"{ATOM}entry")
    times = [dt.datetime.fromisoformat(value(one, "updated")) for one in found]
    assert times == sorted(times, reverse=True)
    assert dt.datetime.fromisoformat(value(root, "updated")) == times[0]
    assert all(time.tzinfo for time in times)


def test_an_entry_is_an_update_with_its_page_kinds_and_record(shared_universe: Universe) -> None:
    [entry, born] = entries("?trial=NCT04698785")
    trial = shared_universe.trials["regomain"]
    assert value(entry, "title").endswith(f"({trial.public_id}): Status: Recruiting → Completed")
    assert [one.get("term") for one in entry.findall(f"{ATOM}category")] == ["STATUS"]
    assert entry.find(f"{ATOM}summary").get("type") == "html"  # type: ignore[union-attr]
    summary = value(entry, "summary")
    assert "<li>Status: Recruiting → Completed</li>" in summary
    assert 'href="https://clinicaltrials.gov/study/NCT04698785"' in summary
    assert f'href="{SITE}/trials/{trial.public_id}/"' in summary
    page = link(entry, "alternate").removeprefix(SITE)
    assert get(page).status_code == 200
    assert "Added to OsteoDB." in value(born, "summary")


def test_ids_are_tags_that_differ_and_stay_through_filters_and_a_merge(
    shared_universe: Universe,
) -> None:
    whole = [value(one, "id") for one in entries()]
    assert len(set(whole)) == len(whole)
    assert all(one.startswith("tag:localhost,2026:changes/OST-T") for one in whole)
    [before] = [value(one, "id") for one in entries("?trial=NCT04698785&kind=STATUS")]
    assert before in whole
    Trial.objects.filter(pk=shared_universe.trials["regomain"].pk).update(
        merged_into=shared_universe.trials["avelumab"]
    )
    [entry] = entries("?trial=NCT03006848&kind=STATUS")
    assert value(entry, "id") == before
    assert shared_universe.trials["avelumab"].public_id in value(entry, "title")


def test_the_feed_takes_the_parameters_of_the_list_and_no_others(shared_universe: Universe) -> None:
    blank = "&".join(f"{name}=" for name in ChangeFilterSet.base_filters)
    assert entries(f"?{blank}")
    for wrong in ("satus=x", "kind=nonsense", "page=2", "format=atom", "trial=NCT1", "since=x"):
        answer = get(f"/changes/atom.xml?{wrong}")
        assert answer.status_code == 400
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.content.decode().startswith(f"{wrong.split('=')[0]}: ")


def test_the_feed_leaves_out_housekeeping_as_the_page_does_and_says_so(
    shared_universe: Universe,
) -> None:
    change(shared_universe.trials["regomain"], field="status_verified_date", kind="DATES")
    since = f"?since={AT:%Y-%m-%d}"
    assert entries(since) == []
    assert "Without the date of the last update," in value(feed(since), "subtitle")
    assert len(entries(f"{since}&news=true,false")) == 1
    assert "Without" not in value(feed(f"{since}&news=true,false"), "subtitle")


def test_an_empty_feed_is_valid_and_does_not_change_by_itself(shared_universe: Universe) -> None:
    first, again = (get("/changes/atom.xml?since=2090-01-01") for _ in range(2))
    assert first.content == again.content
    assert first["ETag"] == again["ETag"]
    assert value(feed("?since=2090-01-01"), "updated").startswith("2026-01-01T00:00:00")


HOSTILE = "</summary><script>alert(1)</script> & ]]> \"' \u0001\u0008\u001f\ufffe\uffff ünï 💊"


def test_hostile_text_is_text_and_what_xml_cannot_hold_is_marked(
    shared_universe: Universe,
) -> None:
    trial = shared_universe.trials["regomain"]
    change(trial, field="why_stopped", kind="STOPPED", old="", new=HOSTILE)
    [entry] = entries(f"?since={AT:%Y-%m-%d}")
    assert len(list(entry.iter(f"{ATOM}script"))) == 0
    assert "<script>" in value(entry, "title")  # plain text, escaped once
    summary = value(entry, "summary")  # HTML, escaped once more
    assert "<script>" not in summary
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; ]]&gt;" in summary
    assert "ünï 💊" in summary
    assert "\ufffd" in summary


def test_hostile_parameters_do_not_break_the_feed(shared_universe: Universe) -> None:
    root = feed("?field=%3C%2Ftitle%3E%01%26")
    assert value(root, "title") == "OsteoDB: what changed (field: </title>\ufffd&)"


def test_the_feed_holds_at_most_so_many_changes_and_no_half_entry(
    shared_universe: Universe, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = shared_universe.trials["regomain"]
    for number in (0, 0, 0, 1, 1, 2):
        change(trial, number)
    monkeypatch.setattr(feeds, "MOST_CHANGES", 4)
    since = f"?since={AT:%Y-%m-%d}"
    counts = [value(one, "summary").count("<li>") for one in entries(since)]
    assert counts == [1, 2]  # the third entry would have been cut
    monkeypatch.setattr(feeds, "MOST_CHANGES", 6)
    assert len(entries(since)) == 3


def test_a_client_that_has_the_feed_is_answered_304(shared_universe: Universe) -> None:
    first = get("/changes/atom.xml")
    again = get("/changes/atom.xml", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == caching.CACHE_CONTROL
    change(shared_universe.trials["regomain"])
    newer = get("/changes/atom.xml", headers={"If-None-Match": first["ETag"]})
    assert newer.status_code == 200


def test_the_feed_is_only_read() -> None:
    assert Client(SERVER_NAME="localhost").post("/changes/atom.xml").status_code == 405


def test_pages_tell_readers_where_their_feed_is(shared_universe: Universe) -> None:
    public_id = shared_universe.trials["regobone"].public_id
    found = " ".join(html(f"/trials/{public_id}/").split())
    assert f'href="/changes/atom.xml?trial={public_id}"' in found.split("</head>")[0]
    assert 'type="application/atom+xml"' in html("/changes/").split("</head>")[0]
    assert 'type="application/atom+xml"' not in html("/about/")


def test_the_number_of_queries_does_not_grow_with_the_entries(
    shared_universe: Universe, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        get("/changes/atom.xml")
    with django_assert_num_queries(1):
        get(f"/changes/atom.xml?since={LATER:%Y-%m-%d}")
