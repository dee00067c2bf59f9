"""What changed across trials: gathered into updates, housekeeping told, each with its address."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from osteodb.website.pages.updates import find_update, updates
from tests.universe import LATER, Universe
from tests.website.support import first_update, get, html, text, words
from trials.models import RegistryRecord, Trial, TrialChange

pytestmark = pytest.mark.django_db
AT = LATER + dt.timedelta(days=3)


def change(trial: Trial, field: str, kind: str, **given: object) -> TrialChange:
    record = RegistryRecord.objects.filter(registry_id="NCT04698785").latest("pk")
    return TrialChange.objects.create(
        **{"trial": trial, "field": field, "kind": kind, "seen_at": AT, "record": record} | given
    )


@pytest.fixture
def stopped(shared_universe: Universe) -> list[TrialChange]:
    """REGOMAIN-1 stops, as a record of another day would have it."""
    trial = shared_universe.trials["regomain"]
    return [
        change(trial, "status", "STATUS", old="completed", new="terminated"),
        change(trial, "why_stopped", "STOPPED", old="", new="No <b>drug</b> & no funds"),
        change(trial, "enrolment_count", "ENROLMENT", old=40, new=12),
        change(trial, "last_update_posted_date", "DATES", old="2026-01-01", new="2026-03-05"),
    ]


def test_what_one_record_changed_in_one_trial_is_one_update(stopped: list[TrialChange]) -> None:
    other = change(stopped[0].trial, "sex", "DESIGN", seen_at=AT + dt.timedelta(hours=1))
    found = updates([*stopped, other])
    assert [[row.change for row in one.rows] for one in found] == [stopped, [other]]
    assert found[0].headline == (
        "Status: Completed → Terminated; Why it stopped: not reported → No <b>drug</b> & no funds; "
        "2 other fields"
    )


def test_a_headline_without_key_news_names_the_fields(stopped: list[TrialChange]) -> None:
    assert updates(stopped[2:])[0].headline == "Enrolment; Last update posted"


@pytest.mark.parametrize(
    ("field", "kind", "old", "new", "words"),
    [
        ("registry_record", "TOMBSTONE", "present", "gone", "gone from the registry"),
        ("registry_record", "TOMBSTONE", "gone", "present", "back in the registry"),
        ("has_results", "RESULTS", False, True, "results posted"),
        ("trial", "NEW_TRIAL", None, "NCT1", "added to OsteoDB"),
    ],
)
def test_a_headline_says_what_happened(
    field: str, kind: str, old: object, new: object, words: str, shared_universe: Universe
) -> None:
    one = change(shared_universe.trials["regomain"], field, kind, old=old, new=new)
    assert updates([one])[0].headline == words


def test_the_page_shows_updates_by_day_with_trial_and_record(stopped: list[TrialChange]) -> None:
    source = html("/changes/?since=2026-03-05")
    shown = words(source)
    assert source.count('<li class="key">') == 1
    assert f'<h2 id="day-{AT:%Y-%m-%d}">' in source
    assert f'href="/trials/{stopped[0].trial.public_id}/"' in source
    assert 'href="https://clinicaltrials.gov/study/NCT04698785"' in source
    assert f'href="/changes/{stopped[0].pk}/"' in source
    assert "No <b>drug</b> & no funds" in shown
    assert "No &lt;b&gt;drug&lt;/b&gt; &amp; no funds" in source


def test_housekeeping_is_left_out_but_said_and_one_step_away(stopped: list[TrialChange]) -> None:
    shown = text("/changes/?since=2026-03-05")
    assert "3 changes" in shown
    assert "Left out: 1 change of housekeeping (the date of the last update," in shown
    assert "Last update posted" not in shown
    assert 'href="?since=2026-03-05&amp;news=true&amp;news=false"' in html(
        "/changes/?since=2026-03-05"
    )
    whole = text("/changes/?since=2026-03-05&news=true&news=false")
    assert "4 changes" in whole
    assert "Everything is shown, the registries' housekeeping too." in whole
    only = text("/changes/?since=2026-03-05&news=false")
    assert "1 change" in only and "Only housekeeping is shown" in only


def test_a_field_asked_for_by_name_is_shown_though_it_is_housekeeping(
    stopped: list[TrialChange],
) -> None:
    shown = text("/changes/?since=2026-03-05&field=last_update_posted_date")
    assert "2026-01-01" in shown and "Left out" not in shown


def test_the_same_rows_are_offered_as_json_csv_and_feed(stopped: list[TrialChange]) -> None:
    source = html("/changes/?kind=ENROLMENT&agent=regorafenib").replace("&amp;", "&")
    query = "kind=ENROLMENT&agent=regorafenib&ordering=-seen_at&news=true"
    assert f'href="/api/v1/changes/?{query}"' in source
    assert f'href="/api/v1/changes/?{query}&format=csv"' in source
    followed = query.replace("ordering=-seen_at&", "")
    assert re.search(
        rf'type="application/atom\+xml"\s+title="[^"]+"\s+href="/changes/atom.xml\?{followed}"',
        source,
    )
    counted = get(f"/api/v1/changes/?{query}").json()["count"]
    assert f"{counted} change" in words(source)


def test_the_page_is_filtered_by_target_class_and_time(stopped: list[TrialChange]) -> None:
    name = stopped[0].trial.public_id
    for asked in ("target=KDR", "therapy_class=targeted", "agent=regorafenib", f"trial={name}"):
        assert name in html(f"/changes/?{asked}&since=2026-03-05")
    assert name not in html("/changes/?agent=avelumab&since=2026-03-05")
    assert "There is nothing here yet" not in text("/changes/?until=2026-03-03")
    assert get("/changes/?therapy_class=nonsense").status_code == 400


def test_an_update_has_a_permanent_page(stopped: list[TrialChange]) -> None:
    source = html(f"/changes/{stopped[0].pk}/")
    shown = words(source)
    assert "What changed on 2026-03-06" in shown
    for expected in ("Terminated", "Enrolment: 40", "Last update posted: 2026-01-01"):
        assert expected in shown
    assert f'href="/api/v1/changes/{stopped[0].pk}/"' in source


def test_each_change_of_an_update_leads_to_its_page(stopped: list[TrialChange]) -> None:
    answer = get(f"/changes/{stopped[2].pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/changes/{stopped[0].pk}/")


@pytest.mark.parametrize("pk", ["0", "99999999999999999999999"])
def test_a_change_that_is_not_there_is_not_found(pk: str, shared_universe: Universe) -> None:
    assert get(f"/changes/{pk}/").status_code == 404


def test_a_change_of_a_hidden_trial_is_nowhere(shared_universe: Universe) -> None:
    born = TrialChange.objects.get(trial=shared_universe.trials["hidden"])
    assert find_update(born.pk) is None
    assert get(f"/changes/{born.pk}/").status_code == 404


def test_a_change_of_a_merged_trial_is_told_of_the_one_it_is_part_of(
    shared_universe: Universe,
) -> None:
    merged, head = (shared_universe.trials[name] for name in ("merged", "regobone"))
    born = TrialChange.objects.get(trial=merged, kind="NEW_TRIAL")
    shown = words(html(f"/changes/{born.pk}/"))
    assert f"then of {merged.public_id}, which was merged into this trial" in shown
    assert head.title in shown
    assert f"/changes/{born.pk}/" in html(f"/trials/{head.public_id}/")


def test_an_update_entered_by_hand_names_no_record(shared_universe: Universe) -> None:
    born = TrialChange.objects.get(trial=shared_universe.trials["twin3"])
    assert "entered here" in text(f"/changes/{born.pk}/")


def test_the_page_of_an_update_of_the_universe_tells_both_values(shared_universe: Universe) -> None:
    shown = text(f"/changes/{first_update(shared_universe)}/")
    assert "Status: Recruiting → to Completed" in shown
