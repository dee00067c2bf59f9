"""A curator's value over the registries': locked, shown beside theirs, released again."""

from __future__ import annotations

from typing import Any

import pytest

from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import AuditEvent, User
from tests.registry import Store
from tests.trials.services.conftest import NOW, Sync
from trials import services
from trials.models import FieldOverride, OriginDisagreement, Trial, TrialChange
from trials.services import GivenIdentifier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_words")]
STATUS = "protocolSection.statusModule.overallStatus"


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice")


def regobone() -> Trial:
    return Trial.objects.get(identifiers__value="NCT02389244")


def override(by: User, field: str, value: Any, trial: Trial | None = None) -> FieldOverride:
    return services.override_field(
        trial=trial or regobone(), field=field, value=value, reason="Seen.", by=by, now=NOW
    )


def test_a_lock_holds_through_syncs_and_the_registrys_value_stands_beside_it(
    sync: Sync, store: Store, alice: User
) -> None:
    sync()
    override(alice, "status", "completed")
    trial = regobone()
    assert trial.status == "completed"
    change = TrialChange.objects.get(trial=trial, field="status")
    assert (change.old, change.new, change.record) == ("active_not_recruiting", "completed", None)
    row = OriginDisagreement.objects.get(trial=trial, ended_at=None)
    assert (row.field, row.shown, row.other) == ("status", "completed", "active_not_recruiting")
    assert row.shown_record is None
    store.set("NCT02389244", STATUS, "TERMINATED")
    sync()
    assert regobone().status == "completed"
    row = OriginDisagreement.objects.get(trial=trial, ended_at=None)
    assert (row.shown, row.other) == ("completed", "terminated")
    assert OriginDisagreement.objects.filter(trial=trial).count() == 2
    store.set("NCT02389244", STATUS, "COMPLETED")
    sync()
    assert not OriginDisagreement.objects.filter(trial=trial, ended_at=None).exists()


def test_released_the_registrys_present_value_stands_again(
    sync: Sync, store: Store, alice: User
) -> None:
    sync()
    lock = override(alice, "enrolment_count", 170)
    store.set("NCT02389244", "protocolSection.designModule.enrollmentInfo.count", 180)
    sync()
    assert regobone().enrolment_count == 170
    services.release_override(override=lock, by=alice, now=NOW)
    assert regobone().enrolment_count == 180
    assert not OriginDisagreement.objects.filter(ended_at=None).exists()
    with pytest.raises(Conflict, match="released already"):
        services.release_override(override=lock, by=alice, now=NOW)
    events = AuditEvent.objects.filter(action__in=["override_field", "release_override"])
    assert [one.actor_name for one in events] == ["alice", "alice"]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("status", "finished", "not a valid choice"),
        ("start_date", "last May", "is not a date"),
        ("start_date", "2020-02-31", "out of range"),
        ("enrolment_count", "many", "cannot be"),
        ("enrolment_count", -1, "greater than or equal"),
        ("phases", ["PHASE9"], "not a valid choice"),
        ("first_posted_date", "2020", "cannot be"),
        ("minimum_age_years", "old", "cannot be"),
        ("public_id", "OST-T1", "No registry owns"),
    ],
)
def test_a_value_the_field_cannot_hold_is_refused_and_nothing_is_locked(
    sync: Sync, alice: User, field: str, value: Any, says: str
) -> None:
    sync()
    with pytest.raises(InvalidInput, match=says):
        override(alice, field, value)
    assert not FieldOverride.objects.exists()


def test_lists_days_and_ages_are_set_in_their_neutral_form(sync: Sync, alice: User) -> None:
    sync()
    override(alice, "phases", ["PHASE2", "PHASE3"])
    override(alice, "first_posted_date", "2020-03-01")
    override(alice, "minimum_age_years", "12.500")
    trial = regobone()
    assert trial.phases == ["PHASE2", "PHASE3"]
    assert str(trial.first_posted_date) == "2020-03-01"
    assert str(trial.minimum_age_years) == "12.500"


def test_a_lock_needs_its_reason_and_one_field_has_one_lock(sync: Sync, alice: User) -> None:
    sync()
    with pytest.raises(InvalidInput, match="Say why"):
        services.override_field(
            trial=regobone(), field="acronym", value="X", reason=" ", by=alice, now=NOW
        )
    override(alice, "acronym", "X")
    with pytest.raises(Conflict, match="locked already"):
        override(alice, "acronym", "Y")


def test_a_merged_trials_lock_holds_on_the_page_of_both(sync: Sync, alice: User) -> None:
    sync()
    number = GivenIdentifier(registry="EUCTR", raw="2099-000009-99", kind="PRIMARY")
    other = services.register_trial(
        identifiers=[number], inclusion_reason="Made.", by=None, now=NOW
    )
    other.refresh_from_db()
    override(alice, "acronym", "LOCKED", other)
    merge = services.merge_trials(absorbed=other, into=regobone(), reason="One.", by=alice, now=NOW)
    assert regobone().acronym == "LOCKED"
    other.refresh_from_db()
    with pytest.raises(Conflict, match="set the value there"):
        override(alice, "sex", "ALL", other)
    services.unmerge_trials(merge=merge, reason="Two.", by=alice, now=NOW)
    assert regobone().acronym == "REGOBONE"
    other.refresh_from_db()
    assert other.acronym == "LOCKED"
