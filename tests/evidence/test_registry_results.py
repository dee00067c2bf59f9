"""Posted results from the registry's record to a draft that two people bring to the reader."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from evidence import rules, services
from evidence.models import (
    EvidenceItem,
    EvidenceVersion,
    Measurement,
    PostedResult,
    ResultsReading,
    Source,
)
from evidence.services import posted_outcomes, registry_results
from evidence.services.versions import is_machine
from osteodb.core.errors import Conflict, InvalidInput, NotPermitted
from osteodb.core.models import User
from osteodb.core.services import ensure_system_account
from tests.registry import RegistryServer, Store
from tests.registry.results import (
    ARM,
    NUMBER,
    figure,
    one_arm,
    outcome,
    study_with,
    two_arms,
)
from tests.registry.support import quick_adapter, real_studies
from trials import services as trial_services
from trials.models import RegistryRecord, Trial, TrialIdentifier

NOW = dt.datetime(2026, 6, 2, 8, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
PFS, ORR = "PRIMARY: Progression-free Survival", "SECONDARY: Objective Response Rate"
MEASURES = "resultsSection.outcomeMeasuresModule.outcomeMeasures"
VALUE = f"{MEASURES}.0.classes.0.categories.0.measurements.0.value"
Sync = Callable[..., None]
pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return Store([study_with(two_arms(), one_arm())])


@pytest.fixture
def sync(store: Store) -> Iterator[Sync]:
    """Bring the records of the stand-in into the database."""
    with RegistryServer(store, everything_matches=True).running() as server:

        def carry_out(now: dt.datetime = NOW) -> None:
            trial_services.sync_registry(
                registry="ctgov", query="osteosarcoma", by=None, now=now,
                adapter=quick_adapter(server),
            )  # fmt: skip

        yield carry_out


@pytest.fixture
def posted(sync: Sync) -> Sync:
    """The same, with the first records there and drafted."""
    sync()
    draft()
    return sync


def person(name: str, role: str) -> User:
    return ensure_system_account(username=name, role=role, by=None, now=NOW)


def draft(now: dt.datetime = NOW, **given: Any) -> list[services.RecordReport]:
    return services.draft_registry_results(now=now, **given)


def version_of(key: str = PFS) -> EvidenceVersion:
    """The version that the posting in force was drafted as."""
    version = PostedResult.objects.get(outcome_key=key, replaced_at=None).version
    assert version is not None
    return version


def states(key: str = PFS) -> list[tuple[int, str]]:
    item = PostedResult.objects.filter(outcome_key=key, item__isnull=False)[0].item
    assert item is not None
    return list(item.versions.order_by("number").values_list("number", "state"))


def publish(version: EvidenceVersion, now: dt.datetime = NOW) -> None:
    services.submit(version=version, by=person("alice", "curator"), now=now)
    services.publish(version=version, by=person("bob", "reviewer"), now=now)


def correct(store: Store, sync: Sync, value: str = "3.7") -> None:
    """The registry posts another figure, and a sync brings it."""
    store.set(NUMBER, VALUE, value)
    sync(LATER)


# --- Drafting -------------------------------------------------------------------------------------


def test_a_posted_outcome_becomes_a_draft_of_its_own(posted: Sync) -> None:
    assert PostedResult.objects.count() == EvidenceItem.objects.count() == 2
    version = version_of()
    trial = Trial.objects.get(identifiers__value=NUMBER)
    assert (version.state, version.number, version.trials.get()) == ("DRAFT", 1, trial)
    numbers = version.measurements.order_by("position")
    assert [(str(one.arm), one.value_raw) for one in numbers[:1]] == [(ARM, "3.6")]
    assert version.comparisons.get().measure == "HR"
    assert not Measurement.objects.visible().exists()


def test_the_source_is_the_registrys_results_and_the_place_the_outcome(posted: Sync) -> None:
    source = Source.objects.get(slug=f"results-{NUMBER.lower()}")
    assert (source.kind, source.trials.get().identifiers.get().value) == ("REGISTRY", NUMBER)
    fetched = RegistryRecord.objects.get(registry_id=NUMBER).fetched_at.date().isoformat()
    assert source.seen_on == fetched
    locator = version_of().locators.get()
    assert (locator.source, locator.registry_outcome, locator.seen_on) == (source, PFS, fetched)
    assert locator.registered_outcome is not None
    assert locator.registered_outcome.measure == "Progression-free Survival"


def test_twice_makes_nothing_twice(posted: Sync) -> None:
    before = list(PostedResult.objects.values())
    assert draft() == []
    (report,) = draft(numbers=[NUMBER])
    assert (report.count("unchanged"), report.count("made")) == (2, 0)
    assert list(PostedResult.objects.values()) == before
    assert EvidenceVersion.objects.count() == 2


def test_a_record_that_changed_elsewhere_makes_no_draft(posted: Sync, store: Store) -> None:
    store.set(NUMBER, "protocolSection.statusModule.overallStatus", "UNKNOWN")
    posted(LATER)
    assert RegistryRecord.objects.filter(registry_id=NUMBER).count() == 2
    (report,) = draft(LATER)
    assert report.count("unchanged") == 2
    assert EvidenceVersion.objects.count() == 2


def test_nothing_new_costs_two_queries(
    posted: Sync, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        assert draft() == []


def test_a_record_without_results_is_looked_at_once(store: Store, sync: Sync) -> None:
    store.put(study_with(number="NCT91000002"))
    sync()
    assert [report.number for report in draft()] == [NUMBER]
    assert ResultsReading.objects.get(record__registry_id="NCT91000002").state == "NO_RESULTS"


def test_trials_that_are_not_ours_are_not_drafted_until_they_are(sync: Sync) -> None:
    sync()
    Trial.objects.update(inclusion="CANDIDATE")
    assert draft() == []
    Trial.objects.update(inclusion="INCLUDED")
    assert [report.number for report in draft()] == [NUMBER]


def test_what_is_left_out_is_kept_with_the_reason(store: Store, sync: Sync) -> None:
    store.put(study_with(outcome("Patient Survival", figure("9")), outcome("Cmax", figure("1"))))
    sync()
    (report,) = draft()
    row = PostedResult.objects.get()
    assert (row.state, row.version, row.item) == ("LEFT_OUT", None, None)
    assert "does not say which one" in row.reason
    assert (report.count("left out"), report.count("other")) == (1, 1)
    reading = ResultsReading.objects.get()
    assert (reading.left_out_count, reading.other_count) == (1, 1)


def test_a_dry_run_keeps_nothing_and_says_what_would_be(sync: Sync) -> None:
    sync()
    (report,) = draft(dry_run=True)
    assert report.count("made") == 2
    assert not PostedResult.objects.exists() and not EvidenceVersion.objects.exists()
    assert not User.objects.filter(username=registry_results.MACHINE).exists()


@pytest.mark.parametrize("number", ["ISRCTN12345678", "nonsense", "NCT99999998"])
def test_a_number_that_is_none_is_refused(posted: Sync, number: str) -> None:
    with pytest.raises(InvalidInput, match=r"number|record"):
        draft(numbers=[number])


# --- A changed posting ----------------------------------------------------------------------------


def test_a_changed_posting_lets_the_machines_own_draft_give_way(posted: Sync, store: Store) -> None:
    correct(store, posted)
    (report,) = draft(LATER)
    assert (report.count("made"), report.count("unchanged")) == (1, 1)
    assert states() == [(1, "WITHDRAWN"), (2, "DRAFT")]
    old, new = version_of().item.versions.order_by("number")
    assert new.based_on == old
    assert "posted the outcome anew" in old.withdrawal_reason
    assert old.measurements.order_by("position")[0].value_raw == "3.6"
    assert new.measurements.order_by("position")[0].value_raw == "3.7"
    assert PostedResult.objects.filter(outcome_key=PFS).count() == 2


def test_a_changed_posting_is_a_new_draft_against_the_published(posted: Sync, store: Store) -> None:
    first = version_of()
    publish(first)
    correct(store, posted)
    draft(LATER)
    assert states() == [(1, "PUBLISHED"), (2, "DRAFT")]
    assert version_of().based_on == first
    assert Measurement.objects.visible().order_by("position")[0].value_raw == "3.6"


def test_a_posting_that_goes_back_is_drafted_again(posted: Sync, store: Store) -> None:
    correct(store, posted)
    draft(LATER)
    correct(store, posted, "3.6")
    draft(LATER)
    assert states() == [(1, "WITHDRAWN"), (2, "WITHDRAWN"), (3, "DRAFT")]


def touch(version: EvidenceVersion) -> User:
    """A curator writes in the draft."""
    alice = person("alice", "curator")
    said = services.draft_of(version)
    services.save_draft(draft=said, item=version.item, by=alice, now=NOW)
    return alice


def test_a_draft_in_a_persons_hands_is_left_alone_and_the_posting_waits(
    posted: Sync, store: Store
) -> None:
    first = version_of()
    alice = touch(first)
    correct(store, posted)
    (report,) = draft(LATER)
    assert report.count("waiting") == 1
    first.refresh_from_db()
    assert (first.state, first.author) == ("DRAFT", alice)
    row = PostedResult.objects.get(outcome_key=PFS, replaced_at=None)
    assert (row.state, row.item, row.version) == ("WAITING", first.item, None)
    assert draft(LATER) == []
    services.withdraw(version=first, by=alice, now=LATER, reason="The figures changed.")
    draft(LATER)
    assert states() == [(1, "WITHDRAWN"), (2, "DRAFT")]
    row.refresh_from_db()
    assert (row.state, row.version) == ("DRAFTED", version_of())


def test_a_version_in_review_is_left_alone_and_followed_once_published(
    posted: Sync, store: Store
) -> None:
    version = version_of()
    services.submit(version=version, by=person("alice", "curator"), now=NOW)
    correct(store, posted)
    draft(LATER)
    assert states() == [(1, "IN_REVIEW")]
    services.publish(version=version, by=person("bob", "reviewer"), now=LATER)
    draft(LATER)
    assert states() == [(1, "PUBLISHED"), (2, "DRAFT")]


def test_a_draft_a_person_discarded_is_not_made_again(posted: Sync) -> None:
    services.withdraw(
        version=version_of(), by=person("alice", "curator"), now=NOW, reason="Not ours."
    )
    draft(numbers=[NUMBER])
    assert states() == [(1, "WITHDRAWN")]


def test_an_outcome_that_is_no_longer_posted_is_on_record(posted: Sync, store: Store) -> None:
    published = version_of(ORR)
    publish(published)
    store.put(study_with(two_arms(), updated="2026-04-01"))
    posted(LATER)
    draft(LATER)
    row = PostedResult.objects.get(outcome_key=ORR, replaced_at=None)
    assert (row.state, row.item) == ("GONE", published.item)
    assert states(ORR) == [(1, "PUBLISHED")]
    store.put(study_with())
    posted(LATER)
    draft(LATER)
    assert states(PFS) == [(1, "WITHDRAWN")]


def test_an_outcome_that_can_no_longer_be_read_takes_its_draft_back(
    posted: Sync, store: Store
) -> None:
    store.set(NUMBER, f"{MEASURES}.0.unitOfMeasure", "score on a scale")
    posted(LATER)
    draft(LATER)
    row = PostedResult.objects.get(outcome_key=PFS, replaced_at=None)
    assert row.state == "LEFT_OUT" and "score on a scale" in row.reason
    assert states() == [(1, "WITHDRAWN")]


def test_an_outcome_whose_key_alone_changed_is_not_drafted_again(
    posted: Sync, store: Store
) -> None:
    """A second measure of one title gives the first its time frame as part of its key."""
    other = outcome("Objective Response Rate", figure("9"), timeFrame="1 year", paramType="NUMBER",
                    unitOfMeasure="percentage of participants")  # fmt: skip
    store.put(study_with(two_arms(), one_arm(), other))
    posted(LATER)
    (report,) = draft(LATER)
    assert (report.count("made"), report.count("unchanged")) == (1, 2)
    keys = set(PostedResult.objects.filter(replaced_at=None).values_list("outcome_key", flat=True))
    assert keys == {PFS, f"{ORR} [Up to 2 years]", f"{ORR} [1 year]"}


# --- The machine ----------------------------------------------------------------------------------


def test_a_machine_drafts_and_makes_no_other_move(posted: Sync) -> None:
    machine, version = User.objects.get(username=registry_results.MACHINE), version_of()
    assert is_machine(machine)
    assert not machine.has_usable_password() and not machine.is_staff
    with pytest.raises(NotPermitted):
        services.submit(version=version, by=machine, now=NOW)
    services.submit(version=version, by=person("alice", "curator"), now=NOW)
    with pytest.raises(NotPermitted):
        services.publish(version=version, by=machine, now=NOW)
    with pytest.raises(NotPermitted):
        services.return_to_author(version=version, by=machine, now=NOW, comment="x")
    services.publish(version=version, by=person("bob", "reviewer"), now=NOW)
    with pytest.raises(NotPermitted):
        services.retract(version=version, by=machine, now=NOW, reason="x")


def test_a_machine_given_a_persons_role_is_still_a_machine(posted: Sync) -> None:
    machine, version = User.objects.get(username=registry_results.MACHINE), version_of()
    machine.groups.add(*person("bob", "reviewer").groups.all())
    machine.is_superuser = True
    machine.save()
    services.submit(version=version, by=person("alice", "curator"), now=NOW)
    with pytest.raises(NotPermitted):
        services.publish(version=version, by=machine, now=NOW)


def test_a_machine_writes_over_no_draft_and_withdraws_none_of_a_person(posted: Sync) -> None:
    machine, version = User.objects.get(username=registry_results.MACHINE), version_of()
    said = services.draft_of(version)
    with pytest.raises(services.MoveNotAllowed, match="no draft"):
        services.save_draft(draft=said, item=version.item, by=machine, now=NOW)
    touch(version)
    with pytest.raises(NotPermitted, match="person's hands"):
        services.withdraw(version=version, by=machine, now=NOW, reason="x")


def test_who_submits_a_machines_draft_does_not_publish_it(posted: Sync) -> None:
    chief, version = person("chief", "administrator"), version_of()
    services.submit(version=version, by=chief, now=NOW)
    with pytest.raises(NotPermitted, match="second person"):
        services.publish(version=version, by=chief, now=NOW)
    with pytest.raises(IntegrityError, match="version_reviewer_did_not_submit"):
        EvidenceVersion.objects.filter(pk=version.pk).update(reviewer=chief)


def test_who_rewrites_a_machines_draft_becomes_its_author(posted: Sync) -> None:
    chief, version = person("chief", "administrator"), version_of()
    said = services.draft_of(version)
    services.save_draft(draft=said, item=version.item, by=chief, now=NOW)
    services.submit(version=version, by=person("alice", "curator"), now=NOW)
    with pytest.raises(NotPermitted, match="second person"):
        services.publish(version=version, by=chief, now=NOW)


def test_a_machine_that_was_switched_off_drafts_nothing_and_says_so(sync: Sync) -> None:
    sync()
    person(registry_results.MACHINE, "drafter")
    User.objects.filter(username=registry_results.MACHINE).update(is_active=False)
    (report,) = draft()
    assert "NotPermitted" in report.failure
    assert not EvidenceVersion.objects.exists()


# --- Faults ---------------------------------------------------------------------------------------


def test_a_fault_half_way_leaves_nothing_of_that_trial_and_stops_no_other(
    store: Store, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(study_with(two_arms(), number="NCT91000002"))
    sync()
    save = services.save_draft

    def fails_at_the_second(**given: Any) -> EvidenceVersion:
        if given["draft"].measurements[0].endpoint == "ORR":
            raise ValueError("a fault half-way")
        return save(**given)

    with monkeypatch.context() as patch:
        patch.setattr(posted_outcomes, "save_draft", fails_at_the_second)
        first, second = draft()
    assert (first.number, first.failure) == (NUMBER, "ValueError: a fault half-way")
    assert (second.number, second.count("made")) == ("NCT91000002", 1)
    assert set(PostedResult.objects.values_list("registry_id", flat=True)) == {"NCT91000002"}
    assert not Source.objects.filter(slug=f"results-{NUMBER.lower()}").exists()
    reading = ResultsReading.objects.get(record__registry_id=NUMBER)
    assert (reading.state, reading.reason) == ("FAILED", "ValueError: a fault half-way")
    assert draft() == []
    assert draft(numbers=[NUMBER])[0].count("made") == 2
    reading.refresh_from_db()
    assert (reading.state, reading.made_count) == ("DONE", 2)


@pytest.mark.parametrize("error", [Conflict("moved on"), OperationalError("deadlock detected")])
def test_what_somebody_else_is_at_work_on_is_taken_up_by_the_next_run(
    sync: Sync, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    sync()

    def stands_in_the_way(**given: Any) -> EvidenceVersion:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(posted_outcomes, "save_draft", stands_in_the_way)
        (report,) = draft()
    assert report.failure == str(error)
    assert not ResultsReading.objects.exists()
    assert draft()[0].count("made") == 2


def test_a_record_of_a_broken_shape_is_a_failure_with_the_place(store: Store, sync: Sync) -> None:
    store.set(NUMBER, f"{MEASURES}.0.title", 7)
    sync()
    (report,) = draft()
    assert "MalformedRecord" in report.failure
    assert ResultsReading.objects.get().state == "FAILED"


def test_figures_no_column_can_hold_stop_nothing(store: Store, sync: Sync) -> None:
    strange = [
        outcome(f"Overall Survival {value}", figure(value, value, value, "c" * 500))
        for value in ("NA", "120.123456789", "99999999999999", "-4", "many", "1e9")
    ]
    store.put(study_with(*strange))
    sync()
    (report,) = draft()
    assert (report.failure, report.count("made")) == ("", len(strange))


def test_the_database_itself_refuses_a_second_posting_in_force(posted: Sync) -> None:
    row = PostedResult.objects.get(outcome_key=PFS)
    row.pk, row.version, row.state, row.drafted_at = None, None, "LEFT_OUT", None
    row.reason = "r"
    with pytest.raises(IntegrityError, match="postedresult_o"), transaction.atomic():
        row.save()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_nothing_twice(sync: Sync) -> None:
    sync()
    person(registry_results.MACHINE, "drafter")
    begin, reports = threading.Barrier(2), []

    def work() -> None:
        try:
            begin.wait(10)
            reports.extend(draft())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert [report.failure for report in reports if report.failure] == []
    assert sum(report.count("made") for report in reports) == 2
    assert EvidenceVersion.objects.count() == PostedResult.objects.count() == 2


def test_real_postings_go_into_the_database_and_keep_every_rule(
    registry_samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everything = Store.from_file(real_studies(registry_samples))
    store = Store(one for one in everything.records.values() if "resultsSection" in one)
    with RegistryServer(store, everything_matches=True).running() as server:
        trial_services.sync_registry(
            registry="ctgov", query="osteosarcoma", by=None, now=NOW, adapter=quick_adapter(server)
        )
    numbers = TrialIdentifier.objects.filter(registry="NCT", value__in=store.records)
    reports = draft(numbers=list(numbers.values_list("value", flat=True)))
    assert [report.failure for report in reports if report.failure] == []
    rows = PostedResult.objects.filter(state="DRAFTED")
    with capsys.disabled():
        print(f"\n{len(reports)} real trials with results, {len(rows)} outcomes drafted")  # noqa: T201
    assert all(rules.problems(services.draft_of(row.version)) == [] for row in rows if row.version)
    again = draft(numbers=[report.number for report in reports])
    assert sum(report.count("made") for report in again) == 0
