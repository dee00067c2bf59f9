"""What is new: one stream by day, whose counts are its rows."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence import services
from evidence.models import Source
from osteodb.website.pages.news_stream import KINDS, ORDER, Stream, told
from tests.universe import LATER, NOW, Universe
from tests.website.support import FACET, count_of, get, html, text, words

pytestmark = pytest.mark.django_db


def news(kind: str) -> str:
    """The words of the stream narrowed to one kind."""
    return text(f"/whats-new/?kind={kind}")


def test_each_kind_of_event_is_told(universe: Universe) -> None:
    statement = universe.versions["sarc024"]
    assert "Added to OsteoDB." in news("trial-added")
    assert "Status:" in news("trial-status")
    assert universe.versions["mouse"].statement in news("statement")
    assert statement.statement in news("statement-version")
    assert "It takes the place of an earlier version" in news("statement-version")
    assert universe.discrepancy.title in news("discrepancy-opened")
    assert "davis2019" in html("/whats-new/?kind=source")


def test_a_retraction_and_a_decision_are_news_with_their_reasons(universe: Universe) -> None:
    services.retract(
        version=universe.versions["mouse"],
        reason="Withdrawn by its authors.",
        by=universe.bob,
        now=LATER,
    )
    services.decide_discrepancy(
        discrepancy=universe.discrepancy,
        state="EXPLAINED",
        explanation="Two denominators.",
        by=universe.bob,
        now=LATER,
    )
    assert "Retracted: Withdrawn by its authors." in news("statement-retracted")
    assert "Two denominators." in news("discrepancy-decided")


def test_a_notice_on_a_source_is_news_once(universe: Universe) -> None:
    assert "Nothing matches all of these filters." in news("source-notice")
    source = Source.objects.get(slug="davis2019")
    for note in ("Seen in the journal.", "Seen in the journal and in PubMed."):
        source.retraction, source.retraction_note = "CONCERN", note
        source.save()
    assert count_of(html("/whats-new/?kind=source-notice")) == 1
    assert "Seen in the journal and in PubMed." in news("source-notice")


def test_a_draft_and_a_trial_that_readers_do_not_see_are_no_news(universe: Universe) -> None:
    for trial in (universe.trials["regobone"], universe.trials["regomain"]):
        trial.inclusion = "EXCLUDED"
        trial.save(update_fields=["inclusion"])
    source = html("/whats-new/?kind=trial-added,trial-status,trial-news")
    assert universe.trials["regomain"].public_id not in source
    told_of = {one.version.pk for one in told(Stream((), None)[0:500]) if one.version}
    assert universe.versions["draft"].pk not in told_of


def test_the_count_beside_a_kind_or_a_period_is_the_number_it_gives(universe: Universe) -> None:
    facets = FACET.findall(html("/whats-new/"))
    assert {label for _, label, _ in facets} > {"the last 7 days", "the last 30 days"}
    for url, label, count in facets:
        assert count_of(html("/whats-new/" + unescape(url))) == int(count), label


def test_since_leaves_out_what_was_earlier(universe: Universe) -> None:
    whole = count_of(html("/whats-new/"))
    since = count_of(html(f"/whats-new/?since={LATER:%Y-%m-%d}"))
    assert 0 < since < whole
    days = re.findall(r'id="day-([\d-]+)"', html(f"/whats-new/?since={LATER:%Y-%m-%d}"))
    assert min(days) >= f"{LATER:%Y-%m-%d}"


def test_days_come_latest_first_and_pages_hold_every_event_once(universe: Universe) -> None:
    stream = Stream((), None)
    whole = stream[0:1000]
    places = [(-one.at.toordinal(), ORDER.index(one.kind)) for one in whole]
    assert places == sorted(places)
    assert len(whole) == stream.count() == len(set(whole))
    assert [one for start in range(0, len(whole), 7) for one in stream[start : start + 7]] == whole
    assert len(told(whole)) == len(whole)


def test_what_is_not_understood_is_refused(universe: Universe) -> None:
    for query in ("kind=nonsense", "since=yesterday", "page=0", "sinse=2026-01-01"):
        answer = get(f"/whats-new/?{query}")
        assert answer.status_code == 400
        assert "news-day" not in answer.content.decode()
    assert get("/whats-new/?page=99").status_code == 404


def test_more_news_makes_no_more_queries(universe: Universe) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            get("/whats-new/")
        return len(caught)

    before = asked()
    for number in range(5):
        source = Source.objects.create(
            slug=f"made-{number}", kind="ARTICLE", title=f"Made {number}"
        )
        services.open_discrepancy(
            slug=f"made-{number}",
            kind="PAPER_PAPER",
            title=f"Made {number}",
            sides=[services.Side(says="Invented.", source=source)],
            by=universe.alice,
            now=NOW + dt.timedelta(hours=number),
        )
    assert asked() == before


def test_nothing_yet_is_said_in_words(db: None) -> None:
    assert "There is nothing here yet." in text("/whats-new/")


def test_the_feed_and_the_list_in_detail_are_linked(universe: Universe) -> None:
    source = html("/whats-new/")
    assert 'href="/changes/atom.xml"' in source
    assert 'href="/changes/"' in source
    assert "Every change of every trial" in words(source)
    assert len(KINDS) == len(dict(KINDS))


def test_a_kind_named_twice_counts_once(shared_universe: Universe) -> None:
    assert count_of(html("/whats-new/?kind=statement,statement")) == count_of(
        html("/whats-new/?kind=statement")
    )
