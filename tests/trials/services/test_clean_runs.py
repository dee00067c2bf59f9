"""What makes the data current, and what a run does about numbers that the sweep did not show."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.registry import Fault, RegistryServer, Store
from tests.trials.services.conftest import NOW, Sync
from tests.trials.services.state import state
from trials import services
from trials.models import RegistryRecord, RunState, Trial, TrialChange, TrialIdentifier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_words")]
PROTOCOL = "protocolSection"
STATUS = f"{PROTOCOL}.statusModule.overallStatus"


def trial_of(number: str) -> Trial:
    return Trial.objects.get(identifiers__value=number)


def off_topic(store: Store, number: str) -> None:
    """Make a study one that the daily question does not find."""
    for title in ("briefTitle", "officialTitle"):
        store.set(number, f"{PROTOCOL}.identificationModule.{title}", "Another")
    store.set(number, f"{PROTOCOL}.conditionsModule", {"conditions": ["Something else"]})


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault("short_page", times=-1), "announced"),
        (Fault("nothing_found", times=-1), "found nothing for the daily question"),
        (Fault("move_data", times=-1), "new data during the sweep"),
        (Fault("refuse_token", times=-1), "no longer took its own page token"),
        (Fault("circle", times=-1), "in a circle"),
        (Fault("broken_record", id="NCT90000002", times=-1), "could not be taken in"),
        (Fault("status", path="/studies/", times=-1), "answered 503"),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_only_a_clean_and_complete_run_moves_the_date_of_the_data(
    sync: Sync, registry: RegistryServer, store: Store, fault: Fault, reason: str
) -> None:
    current = sync()
    store.withdraw("NCT90000004")
    store.set("NCT90000002", STATUS, "SUSPENDED")
    store.publish()
    registry.misbehave(fault)
    run = sync()
    assert run.state in (RunState.PARTIAL, RunState.FAILED)
    assert not run.complete
    assert reason in run.reason
    assert services.last_complete_run("ctgov") == current
    registry.faults.clear()
    mended = sync(now=NOW + dt.timedelta(days=1))
    assert services.last_complete_run("ctgov") == mended


def test_a_registry_that_suddenly_knows_nothing_makes_no_tombstone(
    sync: Sync, registry: RegistryServer
) -> None:
    sync()
    before = state()
    registry.misbehave(Fault("nothing_found", times=-1))
    assert sync().tombstone_count == 0
    assert state() == before
    assert not registry.asked("/studies/NCT")


def test_a_first_run_that_finds_nothing_is_a_run(sync: Sync, store: Store) -> None:
    for number in list(store.records):
        store.withdraw(number)
    run = sync()
    assert (run.state, run.complete, run.seen_count) == (RunState.SUCCEEDED, True, 0)


def test_a_study_that_the_registry_withholds_is_marked_and_keeps_its_page(
    sync: Sync, store: Store
) -> None:
    sync()
    trial = trial_of("NCT02389244")
    store.put(
        {
            PROTOCOL: {
                "identificationModule": {"nctId": "NCT02389244", "briefTitle": "[Withheld]"},
                "statusModule": {"overallStatus": "WITHHELD"},
            }
        }
    )
    run = sync()
    assert (run.state, run.tombstone_count) == (RunState.SUCCEEDED, 0)
    assert trial_of("NCT02389244") == trial
    trial.refresh_from_db()
    assert (trial.status, trial.status_raw) == ("withheld", "WITHHELD")
    change = TrialChange.objects.get(trial=trial, field="status")
    assert (change.old, change.new) == ("active_not_recruiting", "withheld")
    assert trial.identifiers.get(value="NCT02389244").gone_at is None
    assert (trial.acronym, trial.enrolment_count, trial.inclusion) == ("REGOBONE", 163, "INCLUDED")
    record = RegistryRecord.objects.filter(registry_id="NCT02389244").earliest("pk")
    assert trial.field_origins["enrolment_count"] == record.pk != trial.field_origins["status"]
    assert trial.trial_conditions.exists()


def test_known_numbers_that_the_sweep_did_not_show_are_asked_for_in_one_batch(
    sync: Sync, store: Store, registry: RegistryServer
) -> None:
    sync()
    for number in ("NCT90000002", "NCT90000003"):
        off_topic(store, number)
    store.set("NCT90000002", STATUS, "SUSPENDED")
    registry.requests.clear()
    run = sync()
    batches = [one.params["filter.ids"] for one in registry.requests if "filter.ids" in one.params]
    assert batches == ["NCT90000002,NCT90000003"]
    assert not registry.asked("/studies/")
    assert (run.state, run.changed_count) == (RunState.SUCCEEDED, 2)
    assert trial_of("NCT90000002").status == "suspended"


def test_what_the_batch_does_not_bring_is_asked_for_singly_and_a_redirect_is_an_alias(
    sync: Sync, store: Store, registry: RegistryServer
) -> None:
    sync()
    trial = trial_of("NCT90000002")
    off_topic(store, "NCT90000002")
    store.rename("NCT90000002", "NCT90000902")
    registry.misbehave(Fault("nothing_found", after=3))
    registry.requests.clear()
    run = sync()
    asked = [one.path for one in registry.asked("/studies/")]
    assert asked == ["/studies/NCT90000002", "/studies/NCT90000902"]
    assert (run.state, run.complete) == (RunState.SUCCEEDED, True)
    kinds = dict(trial.identifiers.filter(registry="NCT").values_list("value", "kind"))
    assert kinds == {"NCT90000002": "ALIAS", "NCT90000902": "PRIMARY"}


def test_not_found_as_a_web_page_makes_no_tombstone(
    sync: Sync, store: Store, registry: RegistryServer
) -> None:
    sync()
    store.withdraw("NCT02389244")
    registry.misbehave(Fault("maintenance", path="/studies/", status=404, times=-1))
    run = sync()
    assert (run.state, run.tombstone_count) == (RunState.FAILED, 0)
    assert "web page" in run.reason
    assert TrialIdentifier.objects.get(value="NCT02389244").gone_at is None
    registry.faults.clear()
    assert sync().tombstone_count == 1


def test_another_study_than_was_asked_for_joins_no_trials(
    sync: Sync, store: Store, registry: RegistryServer
) -> None:
    sync()
    store.withdraw("NCT90000004")
    registry.misbehave(Fault("other_study", path="/studies/", id="NCT90000003", times=-1))
    run = sync()
    assert (run.state, run.failure_count) == (RunState.PARTIAL, 1)
    assert run.failures.get().registry_id == "NCT90000004"
    assert trial_of("NCT90000004") != trial_of("NCT90000003")


def test_a_text_that_is_no_number_fails_alone(sync: Sync) -> None:
    run = sync(ids=["NCT02389244", "2013-003910-42"], now=NOW)
    assert (run.state, run.created_count, run.failure_count) == (RunState.PARTIAL, 1, 1)
    failure = run.failures.get()
    assert failure.registry_id == "2013-003910-42"
    assert "is no ClinicalTrials.gov number" in failure.reason


def test_the_sentinel_for_an_unknown_enrolment_is_shown_as_not_reported(
    sync: Sync, store: Store
) -> None:
    store.set("NCT02389244", f"{PROTOCOL}.designModule.enrollmentInfo.count", 99999999)
    sync()
    trial = trial_of("NCT02389244")
    assert trial.enrolment_count is None
    assert trial.quality_issues.get(kind="SUSPICIOUS_VALUE").value == "99999999"
