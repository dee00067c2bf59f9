"""One study, one page: joined by exact numbers, proposed by weaker signs, separated again."""

from __future__ import annotations

from typing import Any

import pytest

from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import AuditEvent, User
from tests.registry import Store
from tests.trials.services.conftest import NOW, Sync, trial_of
from trials import services
from trials.models import (
    DataQualityIssue,
    OriginDisagreement,
    Trial,
    TrialChange,
    TrialIdentifier,
    TrialLink,
    TrialMerge,
)
from trials.services import GivenIdentifier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_words")]
IDS = "protocolSection.identificationModule.secondaryIdInfos"
EUDRACT = {"id": "2020-001234-56", "type": "EUDRACT_NUMBER"}


@pytest.fixture(autouse=True)
def no_other_number(store: Store) -> None:
    """NCT90000002 names no number of its own before a test says so."""
    store.set("NCT90000002", IDS, None)


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice")


def register(registry: str, raw: str, *codes: str, **facts: Any) -> Trial:
    own = GivenIdentifier(registry=registry, raw=raw, kind="PRIMARY")
    given = [GivenIdentifier(registry="SPONSOR", raw=one, kind="SECONDARY") for one in codes]
    trial = services.register_trial(
        identifiers=[own, *given], inclusion_reason="Made.", by=None, now=NOW
    )
    if facts:
        services.record_secondary_facts(
            trial=trial, identifier=own, facts=facts, source_text="a page", by=None, now=NOW
        )
    trial.refresh_from_db()
    return trial


def test_an_exact_number_joins_two_pages_that_stand_already(sync: Sync, store: Store) -> None:
    sync()
    euctr = register("EUCTR", "2020-001234-56", start_date="2020-05-06", status="recruiting")
    assert trial_of("2020-001234-56") != trial_of("NCT90000002")
    store.set("NCT90000002", IDS, [EUDRACT])
    run = sync()
    head = trial_of("NCT90000002")
    assert trial_of("2020-001234-56") == head
    euctr.refresh_from_db()
    assert (euctr.merged_into, euctr.head) == (head, head.pk)
    merge = TrialMerge.objects.get()
    assert (merge.absorbed, merge.into, merge.merged_by) == (euctr, head, None)
    assert "names 2020-001234-56" in merge.reason
    link = TrialLink.objects.get()
    assert (link.decision, link.decided_by) == ("SAME", None)
    assert not DataQualityIssue.objects.filter(kind="IDENTIFIER_CONFLICT").exists()
    news = TrialChange.objects.filter(kind="MERGE").values_list("trial", "field", "new", "run")
    assert sorted(news) == sorted(
        [
            (euctr.pk, "merged_into", head.public_id, run.pk),
            (head.pk, "merged", euctr.public_id, run.pk),
        ]
    )


def test_where_joined_origins_disagree_both_values_stand(sync: Sync, store: Store) -> None:
    sync()
    head = trial_of("NCT90000002")
    register("EUCTR", "2020-001234-56", start_date="1999-05-06")
    store.set("NCT90000002", IDS, [EUDRACT])
    sync()
    row = OriginDisagreement.objects.get(trial=head, field="start_date")
    assert row.shown == head.start_date != row.other == "1999-05-06"
    assert row.shown_record is not None and row.shown_record.registry == "NCT"
    assert row.other_record.registry == "EUCTR"
    store.set("NCT90000002", "protocolSection.identificationModule.acronym", "NEW")
    run = sync()
    row.refresh_from_db()
    assert row.ended_at is None
    assert row.shown_record.run == run
    part = "protocolSection.statusModule"
    store.set("NCT90000002", f"{part}.startDateStruct", {"date": "1999-05", "type": "ACTUAL"})
    sync()
    row.refresh_from_db()
    assert row.ended_at is not None
    assert not OriginDisagreement.objects.filter(trial=head, field="start_date", ended_at=None)


def test_a_merged_trial_goes_on_being_kept_current_and_the_number_goes_to_its_own(
    sync: Sync, store: Store, alice: User
) -> None:
    sync()
    euctr = register("EUCTR", "2020-001234-56")
    services.merge_trials(
        absorbed=trial_of("NCT90000002"), into=euctr, reason="One.", by=alice, now=NOW
    )
    part = "protocolSection"
    store.set("NCT90000002", f"{part}.statusModule.overallStatus", "TERMINATED")
    store.set("NCT90000002", IDS, [{"id": "ISRCTN12345678", "type": "REGISTRY"}])
    sync()
    euctr.refresh_from_db()
    assert (euctr.status, trial_of("NCT90000002")) == ("terminated", euctr)
    change = TrialChange.objects.get(trial=euctr, field="status", new="terminated")
    assert change.record is not None and change.record.registry_id == "NCT90000002"
    added = TrialIdentifier.objects.get(value="ISRCTN12345678")
    assert added.trial == TrialIdentifier.objects.get(value="NCT90000002").trial != euctr
    services.unmerge_trials(merge=TrialMerge.objects.get(), reason="Two.", by=alice, now=NOW)
    euctr.refresh_from_db()
    apart = trial_of("NCT90000002")
    assert (apart, apart.status) == (trial_of("ISRCTN12345678"), "terminated")
    assert (euctr.status, euctr.arms.filter(removed_at=None).count()) == ("unknown", 0)


def test_what_a_person_separated_no_number_joins_again(
    sync: Sync, store: Store, alice: User
) -> None:
    sync()
    register("EUCTR", "2020-001234-56")
    store.set("NCT90000002", IDS, [EUDRACT])
    sync()
    merge = TrialMerge.objects.get()
    services.unmerge_trials(merge=merge, reason="The number is a slip.", by=alice, now=NOW)
    assert TrialLink.objects.get().decision == "DIFFERENT"
    store.set("NCT90000002", "protocolSection.identificationModule.acronym", "NEW")
    sync()
    assert trial_of("2020-001234-56") != trial_of("NCT90000002")
    assert TrialMerge.objects.filter(undone_at=None).count() == 0
    issue = DataQualityIssue.objects.get(kind="IDENTIFIER_CONFLICT")
    assert issue.value == "2020-001234-56"
    with pytest.raises(Conflict, match="taken back already"):
        services.unmerge_trials(merge=merge, reason="Again.", by=alice, now=NOW)


def test_two_numbers_of_one_registry_are_joined_by_a_person_only(
    sync: Sync, store: Store, alice: User
) -> None:
    for number in ("NCT90000002", "NCT90000003"):
        store.set(number, IDS, [EUDRACT])
    sync()
    one, other = trial_of("NCT90000002"), trial_of("NCT90000003")
    assert one != other
    assert [link.decision for link in TrialLink.objects.all()] == ["CANDIDATE"]
    services.merge_trials(absorbed=other, into=one, reason="Registered twice.", by=alice, now=NOW)
    assert trial_of("NCT90000003") == one
    assert OriginDisagreement.objects.filter(trial=one).exists()


def test_a_sponsors_code_with_the_same_sponsor_makes_a_candidate_and_no_more() -> None:
    sponsor = {"lead_sponsor": "Italian Sarcoma Group"}
    one = register("EUCTR", "2019-002629-31", **sponsor)
    other = register("ISRCTN", "ISRCTN12345678", "ISG/OS 2", lead_sponsor="ITALIAN SARCOMA GROUP")
    services.add_identifier(
        trial=one,
        identifier=GivenIdentifier(registry="SPONSOR", raw="isg/os-2", kind="SECONDARY"),
        by=None,
        now=NOW,
    )
    link = TrialLink.objects.get()
    assert (link.trial_a, link.trial_b, link.decision) == (one, other, "CANDIDATE")
    assert [one["kind"] for one in link.signals] == ["SPONSOR_CODE", "SPONSOR"]
    assert trial_of("2019-002629-31") != trial_of("ISRCTN12345678")


def test_a_code_alone_or_one_that_many_carry_is_no_sign() -> None:
    register("ISRCTN", "ISRCTN12345678", "001", lead_sponsor="Somebody")
    register("EUCTR", "2019-002629-31", "001", lead_sponsor="Somebody else")
    for number in range(1, 6):
        register("ISRCTN", f"ISRCTN0000000{number}", "P30CA015704", lead_sponsor="A centre")
    pairs = TrialLink.objects.count()
    register("ISRCTN", "ISRCTN00000009", "P30CA015704", lead_sponsor="A centre")
    assert TrialLink.objects.count() == pairs <= 3


def test_a_trial_that_does_not_belong_here_is_nobodys_candidate() -> None:
    one = register("EUCTR", "2019-002629-31", "X-1", lead_sponsor="Somebody")
    Trial.objects.filter(pk=one.pk).update(inclusion="EXCLUDED")
    register("ISRCTN", "ISRCTN12345678", "X-1", lead_sponsor="Somebody")
    assert not TrialLink.objects.exists()


def test_a_merge_that_would_hide_or_contradict_is_refused(alice: User) -> None:
    one, other = register("NCT", "NCT00000001"), register("EUCTR", "2019-002629-31")
    who: dict[str, Any] = {"by": alice, "now": NOW}
    with pytest.raises(InvalidInput, match="Say why"):
        services.merge_trials(absorbed=one, into=other, reason=" ", **who)
    with pytest.raises(InvalidInput, match="one trial already"):
        services.merge_trials(absorbed=one, into=one, reason="One.", **who)
    for trial, value in ((one, "A"), (other, "B")):
        services.override_field(trial=trial, field="acronym", value=value, reason="Seen.", **who)
    with pytest.raises(Conflict, match="release one first"):
        services.merge_trials(absorbed=one, into=other, reason="One.", **who)
    services.release_override(override=other.overrides.get(), **who)
    Trial.objects.filter(pk=other.pk).update(inclusion="CANDIDATE")
    with pytest.raises(InvalidInput, match="other way round"):
        services.merge_trials(absorbed=one, into=other, reason="One.", **who)
    assert not TrialMerge.objects.exists()
    services.merge_trials(absorbed=other, into=one, reason="One.", **who)
    with pytest.raises(Conflict, match="merged into another"):
        services.merge_trials(absorbed=other, into=one, reason="One.", **who)


def test_a_chain_of_merges_has_one_end_and_any_link_may_be_taken_out(alice: User) -> None:
    first = register("NCT", "NCT00000001")
    second = register("EUCTR", "2019-002629-31")
    third = register("ISRCTN", "ISRCTN12345678")
    who: dict[str, Any] = {"by": alice, "now": NOW}
    lower = services.merge_trials(absorbed=third, into=second, reason="One.", **who)
    services.merge_trials(absorbed=second, into=first, reason="One.", **who)
    assert {trial.head for trial in Trial.objects.all()} == {first.pk}
    services.unmerge_trials(merge=lower, reason="Not it.", **who)
    heads = dict(Trial.objects.values_list("pk", "head"))
    assert heads == {first.pk: first.pk, second.pk: first.pk, third.pk: third.pk}


def test_both_ways_are_on_record_with_who_and_why(alice: User) -> None:
    one, other = register("NCT", "NCT00000001"), register("EUCTR", "2019-002629-31")
    merge = services.merge_trials(absorbed=other, into=one, reason="The same.", by=alice, now=NOW)
    services.unmerge_trials(merge=merge, reason="It was not.", by=alice, now=NOW)
    events = AuditEvent.objects.filter(action__in=["merge_trials", "unmerge_trials"])
    assert [(one.actor_name, one.comment) for one in events.order_by("pk")] == [
        ("alice", "The same."),
        ("alice", "It was not."),
    ]
    fields = TrialChange.objects.filter(kind="MERGE", trial=one).order_by("pk")
    assert [(row.old, row.new) for row in fields] == [
        (None, other.public_id),
        (other.public_id, None),
    ]
