"""The registry sync against a real server: what arrives, what changes, what stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osteodb.core.models import User
from tests.registry import Fault, RegistryServer, Store
from tests.registry.support import quick_adapter
from tests.trials.services.conftest import NOW, Sync
from tests.trials.services.state import counts, state
from therapies import services as therapies
from trials import services
from trials.models import (
    DataQualityIssue,
    FieldOverride,
    RegistryRecord,
    RunState,
    SyncRun,
    Trial,
    TrialAgent,
    TrialChange,
    TrialIdentifier,
    TrialLink,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_words")]
STATUS = "protocolSection.statusModule.overallStatus"


def trial_of(number: str) -> Trial:
    return Trial.objects.get(identifiers__value=number)


def changes_of(number: str) -> dict[str, tuple[object, object]]:
    """Field changes of a trial since it came in."""
    rows = TrialChange.objects.filter(trial=trial_of(number)).exclude(kind="NEW_TRIAL")
    return {row.field: (row.old, row.new) for row in rows}


def test_a_first_sweep_brings_every_trial_with_all_that_hangs_on_it(sync: Sync) -> None:
    run = sync()
    assert (run.state, run.complete, run.reason) == (RunState.SUCCEEDED, True, "")
    found = Trial.objects.count()
    assert run.seen_count == run.created_count == run.total_expected == found > 20
    trial = trial_of("NCT02389244")
    assert (trial.acronym, trial.status, trial.status_raw) == (
        "REGOBONE",
        "active_not_recruiting",
        "ACTIVE_NOT_RECRUITING",
    )
    assert (trial.start_date, trial.start_date_type) == ("2014-09-30", "ACTUAL")
    assert trial.start_date_earliest == dt.date(2014, 9, 30)
    assert (trial.enrolment_count, trial.lead_sponsor) == (163, "UNICANCER")
    assert trial.has_results is False
    made = trial_of("NCT90000002")
    assert made.arms.exists() and made.interventions.exists() and made.sites.exists()
    assert made.outcomes.filter(kind="PRIMARY").exists()
    assert made.countries == sorted(set(made.sites.values_list("country_code", flat=True)))
    assert set(made.field_origins.values()) == {
        RegistryRecord.objects.get(registry_id="NCT90000002").pk
    }


def test_a_second_sweep_changes_nothing(sync: Sync) -> None:
    sync()
    before, numbers = state(), counts()
    run = sync()
    assert (run.created_count, run.changed_count) == (0, 0)
    assert run.unchanged_count == run.seen_count == Trial.objects.count()
    assert counts() == numbers
    assert state() == before


def test_an_unchanged_page_costs_the_same_queries_however_many_records_it_has(
    sync: Sync, registry: RegistryServer
) -> None:
    sync()
    small = quick_adapter(registry, page_size=1000)
    with CaptureQueriesContext(
        connection,
    ) as few:
        sync(adapter=small)
    assert len(few) < 30


def test_a_trial_is_one_under_both_its_numbers(sync: Sync) -> None:
    sync()
    assert trial_of("2013-003910-42") == trial_of("NCT02389244") == trial_of("UC-0150-1309")
    number = TrialIdentifier.objects.get(value="2013-003910-42")
    assert (number.registry, number.kind) == ("EUCTR", "SECONDARY")


def test_a_trial_the_corpus_brought_is_taken_up_and_its_facts_give_way(sync: Sync) -> None:
    euctr = services.GivenIdentifier(
        registry="EUCTR", raw="EUCTR2013-003910-42", kind="SECONDARY", source_text="a page"
    )
    nct = services.GivenIdentifier(
        registry="NCT", raw="NCT02389244", kind="PRIMARY", source_text="a page"
    )
    born = services.register_trial(
        identifiers=[nct, euctr], inclusion_reason="named in the review", by=None, now=NOW
    )
    services.record_secondary_facts(
        trial=born,
        identifier=nct,
        facts={"status": "recruiting", "acronym": "REGOBONE"},
        source_text="a page",
        by=None,
        now=NOW,
    )
    sync()
    trial = trial_of("NCT02389244")
    assert trial.pk == born.pk
    assert (trial.status, trial.inclusion_reason) == (
        "active_not_recruiting",
        "named in the review",
    )
    assert changes_of("NCT02389244")["status"] == ("recruiting", "active_not_recruiting")
    assert "acronym" not in changes_of("NCT02389244")


def test_a_trial_known_only_by_a_european_number_is_found_by_the_cross_reference(
    sync: Sync,
) -> None:
    euctr = services.GivenIdentifier(registry="EUCTR", raw="2013-003910-42", kind="PRIMARY")
    born = services.register_trial(
        identifiers=[euctr], inclusion_reason="named in the review", by=None, now=NOW
    )
    sync()
    assert trial_of("NCT02389244").pk == born.pk
    assert TrialIdentifier.objects.get(value="2013-003910-42").kind == "PRIMARY"


def test_a_changed_status_is_on_the_trial_and_on_record(sync: Sync, store: Store) -> None:
    sync()
    store.set("NCT02389244", STATUS, "COMPLETED")
    store.set(
        "NCT02389244", "protocolSection.statusModule.lastUpdatePostDateStruct.date", "2026-05-01"
    )
    run = sync()
    assert (run.changed_count, run.created_count) == (1, 0)
    assert trial_of("NCT02389244").status == "completed"
    change = TrialChange.objects.get(trial=trial_of("NCT02389244"), field="status")
    assert (change.kind, change.old, change.new) == (
        "STATUS",
        "active_not_recruiting",
        "completed",
    )
    assert (change.effective_date, change.run) == ("2026-05-01", run)
    assert change.record is not None and change.record.run == run
    assert RegistryRecord.objects.filter(registry_id="NCT02389244").count() == 2


def test_a_field_the_registry_takes_back_becomes_not_reported(sync: Sync, store: Store) -> None:
    sync()
    store.set("NCT02389244", "protocolSection.designModule.enrollmentInfo", None)
    store.set("NCT02389244", "protocolSection.statusModule.completionDateStruct", None)
    sync()
    trial = trial_of("NCT02389244")
    assert (trial.enrolment_count, trial.completion_date) == (None, "")
    assert changes_of("NCT02389244")["enrolment_count"] == (163, None)
    assert "enrolment_count" not in trial.field_origins


def test_changed_arms_keep_their_rows_and_dropped_ones_are_marked(sync: Sync, store: Store) -> None:
    sync()
    before = trial_of("NCT90000002").arms.get(label="Experimental arm")
    path = "protocolSection.armsInterventionsModule"
    store.set(
        "NCT90000002",
        f"{path}.armGroups",
        [
            {"label": "Experimental arm", "type": "OTHER"},
            {"label": "New arm", "type": "NO_INTERVENTION"},
        ],
    )
    store.set("NCT90000002", f"{path}.interventions", [{"type": "DRUG", "name": "Nivolumab"}])
    sync()
    trial = trial_of("NCT90000002")
    after = trial.arms.get(label="Experimental arm")
    assert (after.pk, after.arm_type) == (before.pk, "OTHER")
    assert trial.arms.filter(removed_at=None).count() == 2
    assert list(trial.interventions.filter(removed_at=None).values_list("name", flat=True)) == [
        "Nivolumab"
    ]
    given = trial.trial_agents.filter(removed_at=None)
    assert [str(row.agent) for row in given] == ["Nivolumab"]
    assert {"arms", "interventions"} <= set(changes_of("NCT90000002"))
    numbers = counts()
    sync()
    assert counts() == numbers


def test_changed_sites_outcomes_and_conditions_arrive_and_are_on_record(
    sync: Sync, store: Store
) -> None:
    sync()
    kept = trial_of("NCT90000002").outcomes.get(measure="Overall survival")
    part = "protocolSection"
    store.set("NCT90000002", f"{part}.conditionsModule.conditions", ["Osteogenic sarcoma"])
    store.set("NCT90000002", f"{part}.contactsLocationsModule.locations", [{"country": "Norway"}])
    store.set(
        "NCT90000002",
        f"{part}.outcomesModule.secondaryOutcomes",
        [{"measure": "Pain", "timeFrame": "1 year"}, {"measure": "Overall survival"}],
    )
    sync()
    trial = trial_of("NCT90000002")
    assert trial.countries == ["NO"]
    assert str(trial.trial_conditions.get().condition) == "Osteosarcoma"
    assert trial.outcomes.get(measure="Overall survival").pk == kept.pk
    assert {row.measure for row in trial.outcomes.filter(kind="SECONDARY")} == {
        "Pain",
        "Overall survival",
    }
    kinds = set(trial.changes.values_list("field", "kind"))
    assert {("sites", "SITES"), ("outcomes", "OUTCOMES"), ("countries", "SITES")} <= kinds


def test_a_change_of_format_alone_is_no_news(sync: Sync, store: Store) -> None:
    sync()
    numbers = counts()
    for number in list(store.records):
        store.set(number, "derivedSection", {"miscInfoModule": {"versionHolder": "2026-07-01"}})
        places = store.records[number]["protocolSection"].get("contactsLocationsModule", {})
        for place in places.get("locations", ()):
            place["geoPoint"] = {"lat": 0.0, "lon": 0.0}
        store.put(store.records[number])
    run = sync()
    assert run.changed_count == 0
    assert TrialChange.objects.exclude(kind="NEW_TRIAL").count() == 0
    assert counts()["trials.Trial"] == numbers["trials.Trial"]


def test_a_curator_s_value_is_never_overwritten(sync: Sync, store: Store) -> None:
    sync()
    curator = User.objects.create(username="curator")
    trial = trial_of("NCT02389244")
    FieldOverride.objects.create(
        trial=trial, field="status", value="completed", reason="the paper says so",
        created_by=curator, created_at=NOW,
    )  # fmt: skip
    Trial.objects.filter(pk=trial.pk).update(status="completed")
    store.set("NCT02389244", STATUS, "TERMINATED")
    sync()
    trial.refresh_from_db()
    assert (trial.status, trial.status_raw) == ("completed", "TERMINATED")
    assert "status" not in changes_of("NCT02389244")


def test_every_trial_says_why_it_is_here_or_is_not(sync: Sync, store: Store) -> None:
    sync()
    assert not Trial.objects.filter(inclusion_reason="").exists()
    off_topic = next(
        number
        for number, record in store.records.items()
        if "steo" not in str(record["protocolSection"].get("conditionsModule", "osteo"))
    )
    trial = trial_of(off_topic)
    assert trial.inclusion in ("CANDIDATE", "EXCLUDED")
    assert trial not in Trial.objects.visible()
    store.set(off_topic, "protocolSection.conditionsModule.conditions", ["Osteosarcoma"])
    sync()
    trial.refresh_from_db()
    assert trial.inclusion == "INCLUDED"
    assert trial.inclusion_reason == 'By rule: the condition "Osteosarcoma" names osteosarcoma'


def test_a_person_s_decision_on_inclusion_stands(sync: Sync, store: Store) -> None:
    sync()
    Trial.objects.filter(identifiers__value="NCT02389244").update(
        inclusion="EXCLUDED", inclusion_reason="not ours, says a person"
    )
    store.set("NCT02389244", STATUS, "COMPLETED")
    sync()
    assert trial_of("NCT02389244").inclusion == "EXCLUDED"


def test_interventions_are_matched_by_any_synonym_with_their_role(sync: Sync) -> None:
    sync()
    given = TrialAgent.objects.get(trial=trial_of("NCT05277480"), agent__name="Rivoceranib")
    assert (given.matched_by, given.matched_name) == ("NAME", "Apatinib")
    with_comparator = Trial.objects.filter(arms__arm_type="ACTIVE_COMPARATOR").first()
    assert with_comparator is not None
    roles = dict(with_comparator.trial_agents.values_list("agent__name", "role"))
    assert "EXPERIMENTAL" in roles.values()
    assert "COMPARATOR" not in roles.values()


def test_an_unmatched_intervention_is_listed_once_and_is_no_guess(sync: Sync, store: Store) -> None:
    sync()
    open_names = DataQualityIssue.objects.filter(kind="UNMATCHED_INTERVENTION")
    assert open_names.filter(value="Investigational agent EX-1").count() == 1
    assert "Placebo" not in open_names.values_list("value", flat=True)
    for number in store.records:
        store.set(number, "protocolSection.identificationModule.acronym", "NEW")
    before = open_names.count()
    sync()
    assert open_names.count() == before


def test_a_name_that_somebody_adds_is_found_in_records_that_did_not_change(sync: Sync) -> None:
    sync()
    word = DataQualityIssue.objects.get(value="Investigational agent EX-1")
    agent = therapies.create_agent(name="EX one", kind="OTHER", by=None, now=NOW)
    therapies.add_agent_name(
        agent=agent, name="investigational agent EX-1", kind="CODE", by=None, now=NOW
    )
    condition = services.create_condition(name="Ewing Sarcomas", by=None, now=NOW)
    run = sync()
    assert run.unchanged_count == run.seen_count
    given = TrialAgent.objects.filter(agent=agent)
    assert given and all(row.arm and row.role == "EXPERIMENTAL" for row in given)
    word.refresh_from_db()
    assert word.state == "RESOLVED"
    assert condition.trial_conditions.exists()
    numbers = counts()
    sync()
    assert counts() == numbers


def test_a_dry_run_writes_nothing_but_its_own_row(sync: Sync, store: Store) -> None:
    sync()
    before = state()
    store.set("NCT02389244", STATUS, "COMPLETED")
    store.put({**store.records["NCT03006848"]})
    run = sync(dry_run=True)
    assert (run.changed_count, run.created_count, run.complete) == (1, 0, False)
    assert state() == before


def test_only_the_numbers_asked_for_are_brought(sync: Sync) -> None:
    run = sync(ids=["nct2389244", "NCT03006848"])
    assert (run.state, run.complete, run.created_count) == (RunState.SUCCEEDED, False, 2)
    assert run.registry_ids == ["NCT02389244", "NCT03006848"]
    assert Trial.objects.count() == 2


def test_a_number_that_no_registry_has_fails_by_itself(sync: Sync) -> None:
    run = sync(ids=["NCT02389244", "NCT00000001"])
    assert (run.state, run.created_count, run.failure_count) == (RunState.PARTIAL, 1, 1)
    assert "no study NCT00000001" in run.failures.get().reason


def test_a_person_s_query_is_words_and_does_not_make_the_data_current(sync: Sync) -> None:
    run = sync(query="Regorafenib (in")
    assert run.state == RunState.SUCCEEDED
    assert not run.complete
    assert services.last_complete_run("ctgov") is None


def test_a_withdrawn_record_is_a_tombstone_and_may_return(sync: Sync, store: Store) -> None:
    sync()
    record = store.records["NCT02389244"]
    store.withdraw("NCT02389244")
    assert sync().tombstone_count == 1
    trial = trial_of("NCT02389244")
    number = trial.identifiers.get(value="NCT02389244")
    assert (trial.status, number.gone_at is not None) == ("active_not_recruiting", True)
    assert changes_of("NCT02389244")["registry_record"] == ("present", "gone")
    numbers = counts()
    assert sync().tombstone_count == 0
    assert counts() == numbers
    store.put(record)
    sync()
    number.refresh_from_db()
    assert number.gone_at is None
    newest = trial.changes.filter(field="registry_record").latest("id")
    assert (newest.old, newest.new) == ("gone", "present")


def test_a_number_never_seen_in_the_registry_is_a_finding_and_no_tombstone(sync: Sync) -> None:
    nct = services.GivenIdentifier(registry="NCT", raw="NCT06125171", kind="PRIMARY")
    born = services.register_trial(
        identifiers=[nct], inclusion_reason="named in the review", by=None, now=NOW
    )
    run = sync()
    assert (run.state, run.tombstone_count) == (RunState.SUCCEEDED, 0)
    assert born.identifiers.get().gone_at is None
    assert DataQualityIssue.objects.get(trial=born).value == "NCT06125171"
    assert not born.changes.exclude(kind="NEW_TRIAL").exists()


def test_a_renamed_record_keeps_its_trial_and_the_old_number_is_an_alias(
    sync: Sync, store: Store
) -> None:
    sync()
    before = trial_of("NCT90000002")
    store.rename("NCT90000002", "NCT90000902")
    sync()
    kinds = dict(before.identifiers.filter(registry="NCT").values_list("value", "kind"))
    assert kinds == {"NCT90000002": "ALIAS", "NCT90000902": "PRIMARY"}
    numbers = counts()
    sync()
    assert counts() == numbers


def test_an_alias_of_a_trial_the_query_no_longer_finds_is_learnt_from_the_redirect(
    sync: Sync, store: Store
) -> None:
    sync()
    before = trial_of("NCT90000002")
    part = "protocolSection"
    store.set("NCT90000002", f"{part}.conditionsModule", {"conditions": ["Something else"]})
    store.set("NCT90000002", f"{part}.identificationModule.briefTitle", "Another")
    store.set("NCT90000002", f"{part}.identificationModule.officialTitle", "Another")
    store.rename("NCT90000002", "NCT90000902")
    sync()
    assert trial_of("NCT90000902") == before
    assert before.identifiers.get(value="NCT90000002").kind == "ALIAS"


def test_two_known_numbers_that_become_one_wait_for_a_person(sync: Sync, store: Store) -> None:
    sync()
    one, other = trial_of("NCT90000002"), trial_of("NCT90000003")
    store.withdraw("NCT90000003")
    store.set("NCT90000002", "protocolSection.identificationModule.nctIdAliases", ["NCT90000003"])
    sync()
    assert trial_of("NCT90000003") == other != one
    link = TrialLink.objects.get()
    assert {link.trial_a, link.trial_b} == {one, other}
    assert DataQualityIssue.objects.get(kind="IDENTIFIER_CONFLICT").value == "NCT90000003"
    numbers = counts()
    sync()
    assert counts() == numbers


def test_two_new_records_with_one_european_number_are_not_merged_silently(
    sync: Sync, store: Store
) -> None:
    for number in ("NCT90000002", "NCT90000003"):
        store.set(
            number,
            "protocolSection.identificationModule.secondaryIdInfos",
            [{"id": "2020-001234-56", "type": "EUDRACT_NUMBER"}],
        )
    sync()
    assert trial_of("NCT90000002") != trial_of("NCT90000003")
    assert TrialLink.objects.count() == 1
    assert DataQualityIssue.objects.get(kind="IDENTIFIER_CONFLICT").value == "2020-001234-56"


def test_a_registry_that_does_not_answer_fails_the_run_and_the_data_stays(
    sync: Sync, registry: RegistryServer
) -> None:
    current = sync()
    before = state()
    registry.misbehave(Fault("status", path="/", status=503, times=-1))
    run = sync()
    assert (run.state, run.complete) == (RunState.FAILED, False)
    assert "answered 503" in run.reason
    assert state() == before
    assert services.last_complete_run("ctgov") == current


def test_data_that_never_stands_still_does_not_make_the_data_current(
    sync: Sync, registry: RegistryServer
) -> None:
    registry.misbehave(Fault("move_data", times=-1))
    run = sync()
    assert (run.state, run.complete) == (RunState.PARTIAL, False)
    assert "new data during the sweep" in run.reason
    assert run.created_count == run.seen_count == Trial.objects.count()


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", status=429, times=3, after=1),
        Fault("status", status=429, retry_after="20", times=2),
        Fault("status", status=500, times=3),
        Fault("cut", times=2, after=1),
        Fault("hang_up", times=3, after=2),
        Fault("html", after=1),
        Fault("truncated", times=2),
        Fault("empty_page", after=1, times=2),
        Fault("false_token", after=2),
        Fault("move_data", after=1),
        Fault("refuse_token", after=2),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}-{fault.after}",
)
def test_a_misbehaving_registry_leads_to_the_same_end_and_counts_nothing_twice(
    sync: Sync, registry: RegistryServer, fault: Fault
) -> None:
    registry.misbehave(fault)
    run = sync()
    assert (run.state, run.complete) == (RunState.SUCCEEDED, True)
    assert run.created_count == run.seen_count == Trial.objects.count()
    disturbed = state()
    registry.faults.clear()
    run = sync()
    assert run.unchanged_count == run.seen_count
    assert state() == disturbed


def test_one_bad_record_is_a_failure_with_its_place_and_the_rest_goes_on(
    sync: Sync, registry: RegistryServer
) -> None:
    registry.misbehave(Fault("broken_record", id="NCT90000002", times=-1))
    run = sync()
    assert (run.state, run.failure_count, run.complete) == (RunState.PARTIAL, 1, False)
    failure = run.failures.get()
    assert failure.registry_id == "NCT90000002"
    assert failure.path == "protocolSection.statusModule.startDateStruct"
    assert failure.record is not None and failure.record.registry_id == "NCT90000002"
    assert run.created_count == run.seen_count - 1
    registry.faults.clear()
    mended = sync()
    failure.refresh_from_db()
    assert (mended.state, mended.created_count) == (RunState.SUCCEEDED, 1)
    assert failure.resolved_by_run == mended


def test_a_record_the_database_refuses_is_a_failure_and_its_neighbours_come_in(
    sync: Sync, store: Store
) -> None:
    store.set("NCT90000002", "protocolSection.identificationModule.briefTitle", "x" * 599)
    store.set("NCT90000002", "protocolSection.eligibilityModule.minimumAge", "9999999999 Years")
    store.set("NCT90000003", "protocolSection.designModule.enrollmentInfo.count", 10**12)
    run = sync()
    assert run.state == RunState.SUCCEEDED
    assert trial_of("NCT90000003").enrolment_count == 2_147_483_647


def test_nobody_s_contact_is_stored(sync: Sync) -> None:
    sync()
    for record in RegistryRecord.objects.all():
        assert "example.org" not in str(record.payload)
        assert "Example Person" not in str(record.payload)


def test_progress_is_told_after_each_page(sync: Sync) -> None:
    seen: list[int] = []

    def progress(run: SyncRun) -> None:
        seen.append(run.seen_count)

    run = sync(progress=progress)
    assert seen[0] == 10
    assert seen[-1] == run.seen_count


def test_a_run_that_is_over_is_not_carried_out_again(sync: Sync) -> None:
    done = sync()
    assert sync(run=done) is done
    assert SyncRun.objects.count() == 1
