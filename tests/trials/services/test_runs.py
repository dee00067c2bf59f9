"""Runs that are asked for, lost and found."""

from __future__ import annotations

import datetime as dt

import pytest

from osteodb.core.errors import InvalidInput
from tests.trials.services.conftest import NOW, Sync
from trials import services
from trials.models import RunState, SyncRun

pytestmark = pytest.mark.django_db


def test_a_run_is_asked_for_with_numbers_in_their_normal_form() -> None:
    run = services.start_sync_run(
        registry="ctgov", ids=["nct 2389244", "NCT02389244"], by=None, now=NOW
    )
    assert (run.registry, run.state) == ("NCT", RunState.QUEUED)
    assert run.registry_ids == ["NCT02389244"]


def test_an_unknown_registry_is_refused_in_words() -> None:
    with pytest.raises(InvalidInput, match="there is: ctgov"):
        services.start_sync_run(registry="nowhere", by=None, now=NOW)


def test_a_run_lost_in_the_queue_is_handed_out_again_once_in_a_while() -> None:
    run = services.start_sync_run(registry="ctgov", by=None, now=NOW)
    assert services.reap_stale_runs(now=NOW + dt.timedelta(minutes=5)) == []
    later = NOW + dt.timedelta(hours=1)
    assert services.reap_stale_runs(now=later) == [run]
    assert services.reap_stale_runs(now=later) == []


def test_what_was_asked_for_earlier_is_what_is_carried_out(sync: Sync) -> None:
    asked = services.start_sync_run(registry="ctgov", ids=["NCT02389244"], by=None, now=NOW)
    done = sync(run=asked)
    assert (done.pk, done.state, done.seen_count) == (asked.pk, RunState.SUCCEEDED, 1)
    assert SyncRun.objects.count() == 1


def test_the_data_is_current_as_of_the_last_complete_run(sync: Sync) -> None:
    assert services.last_complete_run("ctgov") is None
    whole = sync()
    sync(ids=["NCT02389244"])
    sync(dry_run=True)
    current = services.last_complete_run("ctgov")
    assert current == whole
    assert current.data_timestamp == "2026-06-01T09:00:00"
