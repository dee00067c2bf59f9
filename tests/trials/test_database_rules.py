"""What the database itself refuses of trials, whatever door a write comes through."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import Error, IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from trials.models import (
    FieldOverride,
    Registry,
    RegistryRecord,
    RunState,
    RunTrigger,
    SyncRun,
    Trial,
    TrialChange,
    TrialIdentifier,
    TrialLink,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)


def make_trial(**fields: Any) -> Trial:
    given: dict[str, Any] = {"inclusion_reason": "a test", "created_at": NOW, "updated_at": NOW}
    return Trial.objects.create(**given | fields)


def make_record(**fields: Any) -> RegistryRecord:
    given: dict[str, Any] = {
        "registry": Registry.NCT,
        "registry_id": "NCT00000001",
        "payload": {"a": 1},
        "content_hash": "00",
        "fetched_at": NOW,
    }
    return RegistryRecord.objects.create(**given | fields)


def refused(rule: str) -> Any:
    return pytest.raises(IntegrityError, match=rule)


def test_public_ids_come_from_the_database_and_never_repeat() -> None:
    first, second = make_trial(), make_trial()
    assert first.public_id.startswith("OST-T") and len(first.public_id) == len("OST-T000001")
    assert int(second.public_id[5:]) == int(first.public_id[5:]) + 1


@pytest.mark.parametrize(
    ("text", "day"),
    [("", None), ("2022", (2022, 1, 1)), ("2022-11", (2022, 11, 1)), ("2022-11-03", (2022, 11, 3))],
)
def test_the_first_possible_day_is_computed_by_the_database(text: str, day: Any) -> None:
    trial = make_trial(start_date=text)
    trial.refresh_from_db()
    assert trial.start_date_earliest == (dt.date(*day) if day else None)


@pytest.mark.parametrize("text", ["22-11", "soon", "2022-11-"])
def test_a_date_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Error), transaction.atomic():
        make_trial(start_date=text)


def test_a_status_outside_the_list_is_refused() -> None:
    with refused("trial_status_is_known"), transaction.atomic():
        make_trial(status="nonsense")


def test_every_inclusion_says_why() -> None:
    with refused("trial_inclusion_has_reason"), transaction.atomic():
        make_trial(inclusion_reason="")


def test_a_registry_number_belongs_to_one_trial() -> None:
    one, other = make_trial(), make_trial()
    given = {"registry": Registry.NCT, "value_raw": "NCT02389244", "value": "NCT02389244"}
    TrialIdentifier.objects.create(trial=one, kind="PRIMARY", **given)
    with refused("trialidentifier_unique"), transaction.atomic():
        TrialIdentifier.objects.create(trial=other, kind="SECONDARY", **given)


def test_a_sponsor_code_may_be_shared_but_is_listed_once_per_trial() -> None:
    one, other = make_trial(), make_trial()
    given = {"registry": Registry.SPONSOR, "value_raw": "001", "value": "001", "kind": "SECONDARY"}
    TrialIdentifier.objects.create(trial=one, **given)
    TrialIdentifier.objects.create(trial=other, **given)
    with refused("trialidentifier_once_per_trial"), transaction.atomic():
        TrialIdentifier.objects.create(trial=one, **given)


@pytest.mark.parametrize("make", ["record", "change"])
def test_records_and_changes_can_only_be_added(make: str) -> None:
    record = make_record()
    row: Model = record
    if make == "change":
        row = TrialChange.objects.create(
            trial=make_trial(), kind="STATUS", field="status", record=record, seen_at=NOW
        )
    with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(id=-1)
    with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk)._raw_delete("default")
    assert type(row)._default_manager.filter(pk=row.pk).exists()


def test_only_one_run_per_registry_runs_at_a_time() -> None:
    given = {"registry": Registry.NCT, "trigger": RunTrigger.COMMAND, "requested_at": NOW}
    SyncRun.objects.create(state=RunState.RUNNING, **given)
    with refused("syncrun_one_running_per_registry"), transaction.atomic():
        SyncRun.objects.create(state=RunState.RUNNING, **given)


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.PARTIAL, RunState.INTERRUPTED])
def test_a_run_that_did_not_go_well_says_why(state: str) -> None:
    given = {"registry": Registry.NCT, "trigger": RunTrigger.COMMAND, "requested_at": NOW}
    with refused("syncrun_failed_has_reason"), transaction.atomic():
        SyncRun.objects.create(state=state, finished_at=NOW, **given)


def test_an_override_needs_a_reason_and_is_one_per_field() -> None:
    trial = make_trial()
    person = get_user_model().objects.create_user("ada")
    given = {"trial": trial, "field": "status", "created_by": person, "created_at": NOW}
    with refused("fieldoverride_has_reason"), transaction.atomic():
        FieldOverride.objects.create(value="completed", reason="", **given)
    FieldOverride.objects.create(value="completed", reason="letter of the sponsor", **given)
    with refused("fieldoverride_one_active"), transaction.atomic():
        FieldOverride.objects.create(value="recruiting", reason="again", **given)


def test_a_link_decision_has_a_time_and_a_reason() -> None:
    one, other = make_trial(), make_trial()
    link = TrialLink.objects.create(trial_a=one, trial_b=other, created_at=timezone.now())
    link.decision = "SAME"
    with refused("triallink_decided_by_someone_with_reason"), transaction.atomic():
        link.save()
    with refused("triallink_lower_id_first"), transaction.atomic():
        TrialLink.objects.create(trial_a=other, trial_b=one, created_at=NOW)
