"""The statuses of a trial: since when, by which record, why; honest about where it begins."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from osteodb.website.pages.status_history import StatusEntry, status_history
from osteodb.website.pages.trial import trial_page
from tests.universe import LATER, NOW, Universe
from tests.website.support import get, html, section, words
from trials.models import FieldOverride, RegistryRecord, Trial, TrialChange

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def record(trial: Trial, day: int, number: str = "NCT04698785") -> RegistryRecord:
    return RegistryRecord.objects.create(
        registry="NCT",
        registry_id=number,
        payload={},
        content_hash=f"{trial.pk} {day}",
        fetched_at=LATER + day * DAY,
        registry_date=f"2026-02-{day:02}",
        source_url=f"https://clinicaltrials.gov/study/{number}",
    )


def change(trial: Trial, field: str, old: Any, new: Any, day: int, **given: Any) -> TrialChange:
    kind = {"status": "STATUS", "why_stopped": "STOPPED", "registry_record": "TOMBSTONE"}
    fields = {
        "kind": kind.get(field, "STATUS"),
        "seen_at": LATER + day * DAY,
        "effective_date": f"2026-02-{day:02}",
    }
    return TrialChange.objects.create(
        trial=trial, field=field, old=old, new=new, **(fields | given)
    )


def history(trial: Trial) -> list[StatusEntry]:
    return status_history(trial, {}, None)


def told(entries: list[StatusEntry]) -> list[str]:
    return [one.label for one in entries]


def test_the_status_at_first_sight_is_where_the_first_change_began(
    shared_universe: Universe,
) -> None:
    completed, recruiting = history(shared_universe.trials["regomain"])
    assert (completed.label, recruiting.label) == ("Completed", "Recruiting")
    assert recruiting.is_first and not completed.is_first
    assert recruiting.seen_at.date() == NOW.date()
    assert recruiting.record_name == completed.record_name == "NCT04698785"
    assert recruiting.record != completed.record
    assert (recruiting.raw, completed.raw) == ("RECRUITING", "COMPLETED")


def test_a_trial_that_never_changed_has_the_one_status_it_came_with(
    shared_universe: Universe,
) -> None:
    [only] = history(shared_universe.trials["avelumab"])
    assert only.is_first
    assert only.status == shared_universe.trials["avelumab"].status
    assert only.record is not None
    assert only.origin_date == only.record.registry_date != ""


def test_a_trial_of_which_nobody_gave_a_status_has_no_history(shared_universe: Universe) -> None:
    trial = shared_universe.trials["chictr"]
    assert history(trial) == []
    shown = words(section(html(f"/trials/{trial.public_id}/"), "time"))
    assert "No source has given a status of this trial yet." in shown


def test_history_begins_with_the_first_status_that_was_given(shared_universe: Universe) -> None:
    trial = shared_universe.trials["chictr"]
    given = record(trial, 4, "ChiCTR2200062550")
    change(trial, "status", "unknown", "recruiting", 4, record=given)
    change(trial, "status_raw", "", "Recruiting", 4, record=given)
    [only] = history(trial)
    assert (only.label, only.raw, only.is_first) == ("Recruiting", "Recruiting", True)


def test_the_reason_stands_beside_the_status_it_explains(shared_universe: Universe) -> None:
    trial = shared_universe.trials["regomain"]
    suspended, given_later, ended = record(trial, 4), record(trial, 5), record(trial, 6)
    change(trial, "status", "completed", "suspended", 4, record=suspended)
    change(trial, "why_stopped", "", "No drug", 5, record=given_later)
    change(trial, "status", "suspended", "terminated", 6, record=ended)
    change(trial, "why_stopped", "No drug", "No funds", 6, record=ended)
    reasons = {one.label: one.reason for one in history(trial)}
    assert reasons == {
        "Terminated": "No funds",
        "Suspended": "No drug",
        "Completed": "",
        "Recruiting": "",
    }
    shown = words(section(html(f"/trials/{trial.public_id}/"), "time"))
    assert "Terminated Why: No funds 2026-02-06" in shown


def test_a_trial_that_came_stopped_tells_its_reason(shared_universe: Universe) -> None:
    trial = shared_universe.trials["avelumab"]
    Trial.objects.filter(pk=trial.pk).update(status="terminated", why_stopped="Toxicity")
    [only] = history(trial)
    assert (only.label, only.reason) == ("Terminated", "Toxicity")


def test_a_record_that_went_and_came_back_is_part_of_the_history(
    shared_universe: Universe,
) -> None:
    trial = shared_universe.trials["regomain"]
    change(trial, "registry_record", "present", "gone", 4)
    change(trial, "registry_record", "gone", "present", 5)
    assert told(history(trial))[:2] == ["Back in the registry", "Gone from the registry"]
    assert "Gone from the registry" in section(html(f"/trials/{trial.public_id}/"), "time")


def test_statuses_of_a_merged_trial_stand_on_the_page_it_is_part_of(
    shared_universe: Universe,
) -> None:
    head, merged = (shared_universe.trials[name] for name in ("regobone", "merged"))
    seen = record(merged, 4, "ISRCTN00000001")
    change(merged, "status", "recruiting", "suspended", 4, record=seen)
    change(merged, "status_raw", "Ongoing", "Suspended", 4, record=seen)
    entries = history(head)
    assert told([one for one in entries if one.trial == merged]) == ["Suspended", "Recruiting"]
    assert sum(one.is_first for one in entries) == 2
    source = section(html(f"/trials/{head.public_id}/"), "time")
    assert f"then of {merged.public_id}, merged into this trial" in words(source)


def test_a_status_set_by_hand_says_by_whom_and_why(shared_universe: Universe) -> None:
    trial = shared_universe.trials["avelumab"]
    FieldOverride.objects.create(
        trial=trial,
        field="status",
        value="suspended",
        reason="Letter of the sponsor",
        created_by=shared_universe.alice,
        created_at=LATER + 2 * DAY,
    )
    source = section(html(f"/trials/{trial.public_id}/"), "time")
    assert "Suspended Why it was set by hand: Letter of the sponsor" in words(source)
    assert f"Set by a curator ({shared_universe.alice})" in words(source)


def test_the_page_says_where_history_begins_and_links_the_registry(
    shared_universe: Universe,
) -> None:
    source = section(html(f"/trials/{shared_universe.trials['regomain'].public_id}/"), "time")
    assert words(source).count("first seen here as this; earlier history is not on record") == 1
    assert 'href="https://clinicaltrials.gov/study/NCT04698785"' in source


def test_the_timeline_shows_dates_statuses_and_the_same_as_a_table(
    shared_universe: Universe,
) -> None:
    source = section(html(f"/trials/{shared_universe.trials['regobone'].public_id}/"), "time")
    assert '<svg class="tl"' in source and 'role="img"' in source
    shown = words(source)
    assert "Start 2014-09-30 actual" in shown
    assert "Completion 2026-03-11 planned" in shown
    assert "Status seen: Active, not recruiting" in shown


def test_a_trial_without_dates_says_so(shared_universe: Universe) -> None:
    source = section(html(f"/trials/{shared_universe.trials['twin3'].public_id}/"), "time")
    assert "No source gives a date of this trial." in words(source)
    assert '<svg class="tl"' not in source


def test_why_a_trial_may_be_out_of_date_depends_on_the_day(shared_universe: Universe) -> None:
    trial = shared_universe.trials["regobone"]
    before = trial_page(trial, dt.datetime(2026, 3, 11, tzinfo=dt.UTC)).time.stale
    after = trial_page(trial, dt.datetime(2026, 3, 12, tzinfo=dt.UTC)).time.stale
    assert (before, [one.code for one in after]) == ([], ["PAST_COMPLETION"])


def test_why_a_trial_may_be_out_of_date_stands_near_its_status(shared_universe: Universe) -> None:
    trial = shared_universe.trials["regomain"]
    Trial.objects.filter(pk=trial.pk).update(
        status="unknown", last_known_status="recruiting", status_verified_date="2021-03"
    )
    top = words(html(f"/trials/{trial.public_id}/").split('aria-labelledby="identifiers"')[0])
    assert "Its status is unknown; the last known one was “recruiting”." in top
    assert "Status not verified since 2021-03: may be out of date." in top


def test_more_changes_than_fit_are_one_step_away(
    shared_universe: Universe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("osteodb.website.pages.trial_time.MOST_CHANGES", 2)
    public_id = shared_universe.trials["regomain"].public_id
    source = section(html(f"/trials/{public_id}/"), "changes")
    assert "Only the latest are shown here." in words(source)
    everything = f"/changes/?trial={public_id}&news=true,false"
    assert everything.replace("&", "&amp;") in source
    assert get(everything).status_code == 200
