"""Data quality: each number is what its list counts, and a topic without anything says so."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.utils import timezone

from evidence.models import Measurement
from osteodb.website.pages.quality import quality_page
from tests.universe import LATER, Universe
from tests.website.support import get, html, text, words
from trials.models import DataQualityIssue, SyncFailure, SyncRun, TrialLink

pytestmark = pytest.mark.django_db

ROW = re.compile(
    r'<li>\s*<a href="([^"]+)">(.*?)</a>\s*<span class="num tally">([\d,]+)</span>', re.DOTALL
)


def numbers() -> list[tuple[str, str, int]]:
    """The page's links, with their words and numbers."""
    found = ROW.findall(html("/quality/").partition('class="jump"')[2])
    return [(unescape(url), words(label), int(n.replace(",", ""))) for url, label, n in found]


def counted_by(url: str) -> int:
    """How many rows the list at an address says that it has."""
    if url.startswith("/api/"):
        return int(get(url).json()["count"])
    match = re.search(r'class="result-count"[^>]*>\s*([\d,]+|No) ', html(url))
    assert match, url
    return 0 if match.group(1) == "No" else int(match.group(1).replace(",", ""))


def issue(universe: Universe, value: str, state: str = "OPEN") -> DataQualityIssue:
    return DataQualityIssue.objects.create(
        kind="UNMAPPED_STATUS",
        registry="NCT",
        trial=universe.trials["regobone"],
        value=value,
        message=f"The status {value} is in no table.",
        state=state,
        first_seen_at=LATER,
        last_seen_at=LATER,
    )


def pair(universe: Universe) -> TrialLink:
    first, second = universe.trials["regobone"], universe.trials["regomain"]
    a, b = sorted((first, second), key=lambda one: one.pk)
    signals = [{"kind": "title", "says": "The titles are alike."}]
    return TrialLink.objects.create(trial_a=a, trial_b=b, signals=signals, created_at=LATER)


def test_each_number_is_what_its_list_counts(universe: Universe) -> None:
    issue(universe, "PAUSED")
    issue(universe, "HELD", state="ACCEPTED")
    pair(universe)
    found = numbers()
    assert len(found) > 10
    assert {url: counted_by(url) for url, _, _ in found} == {url: n for url, _, n in found}
    assert all(n > 0 for _, _, n in found)


def test_an_issue_that_was_accepted_is_not_counted_as_open(universe: Universe) -> None:
    before = {label: n for _, label, n in numbers()}.get("Status not in our table", 0)
    issue(universe, "HELD", state="ACCEPTED")
    issue(universe, "PAUSED")
    after = {label: n for _, label, n in numbers()}
    assert after["Status not in our table"] == before + 1


def test_the_issue_list_says_what_was_sent_and_links_the_trial(universe: Universe) -> None:
    issue(universe, "PAUSED")
    source = html("/quality/issues/?state=OPEN&kind=UNMAPPED_STATUS&search=PAUSED")
    assert "The status PAUSED is in no table." in words(source)
    assert f'href="/trials/{universe.trials["regobone"].public_id}/"' in source
    assert "/api/v1/quality-issues/?state=OPEN&amp;kind=UNMAPPED_STATUS" in source
    assert get("/quality/issues/?kind=nonsense").status_code == 400


def test_a_pair_is_listed_until_it_is_decided(universe: Universe) -> None:
    link = pair(universe)
    assert "The titles are alike." in text("/quality/pairs/")
    TrialLink.objects.filter(pk=link.pk).update(
        decision="DISTINCT", reason="Invented.", decided_at=LATER, decided_by=universe.alice
    )
    assert "There is nothing here yet." in text("/quality/pairs/")


def test_a_pair_with_a_trial_that_readers_do_not_see_is_left_out(universe: Universe) -> None:
    link = pair(universe)
    link.trial_a.inclusion = "EXCLUDED"
    link.trial_a.save(update_fields=["inclusion"])
    assert "There is nothing here yet." in text("/quality/pairs/")


def test_a_number_without_an_interval_is_found_by_that_filter(universe: Universe) -> None:
    address = "/api/v1/measurements/?state=REPORTED&has_interval=false"
    without = get(address).json()["count"]
    one = (
        Measurement.objects.visible().filter(state="REPORTED", ci_low__isnull=False).earliest("pk")
    )
    Measurement.objects.filter(pk=one.pk).update(
        ci_low=None, ci_high=None, ci_raw="", ci_level=None, ci_sides=""
    )
    assert get(address).json()["count"] == without + 1
    assert ("Measurements, no interval", without + 1) in {(label, n) for _, label, n in numbers()}


def test_failures_are_told_by_registry(universe: Universe) -> None:
    now = timezone.now()
    run = SyncRun.objects.create(
        registry="NCT",
        state="PARTIAL",
        trigger="COMMAND",
        requested_at=now,
        finished_at=now,
        failure_count=1,
        reason="1 record could not be read.",
    )
    SyncFailure.objects.create(run=run, reason="No title.", registry_id="NCT00000001", at=LATER)
    [row] = [one for one in quality_page(now).registries if one.registry == "NCT"]
    assert (row.last, row.failures, row.not_whole) == (run, 1, 1)
    assert row.last_good is not None
    assert row.last_good.state == "SUCCEEDED"
    assert get(row.not_whole_url).json()["count"] == 1
    assert "1 record could not be read." in text("/quality/")


def test_an_empty_database_says_so_in_words(db: None) -> None:
    shown = text("/quality/")
    for sentence in (
        "No discrepancy is open.",
        "No value is unmapped.",
        "Every sum came out as printed.",
        "No registry has been asked yet.",
    ):
        assert sentence in shown
    assert not numbers()
