"""Trials that a person or the corpus puts on record."""

from __future__ import annotations

import datetime as dt

import pytest

from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import User
from trials.models import (
    ChangeKind,
    FieldOverride,
    RecordApplication,
    RecordOrigin,
    RegistryRecord,
    Trial,
    TrialChange,
    TrialLink,
)
from trials.services import candidates, registration
from trials.services.registration import GivenIdentifier

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db
NCT = GivenIdentifier(registry="NCT", raw="nct 1234567", kind="PRIMARY")
EUCTR = GivenIdentifier(registry="EUCTR", raw="2013-003910-42", kind="SECONDARY")
CODE = GivenIdentifier(registry="SPONSOR", raw="UC-0150/1309", kind="SECONDARY")


def register(*identifiers: GivenIdentifier) -> Trial:
    return registration.register_trial(
        identifiers=identifiers, inclusion_reason="Osteosarcoma only.", by=None, now=NOW
    )


def facts(trial: Trial, as_of: str = "", number: GivenIdentifier = NCT, **given: object) -> None:
    registration.record_secondary_facts(
        trial=trial,
        identifier=number,
        facts=given,
        source_text=f"A page of {as_of or 'no date'}",
        as_of=as_of,
        by=None,
        now=NOW,
    )
    trial.refresh_from_db()


def test_a_trial_is_found_under_any_of_its_numbers_and_gets_the_rest() -> None:
    trial = register(NCT)
    again = register(EUCTR, NCT, CODE)
    assert again == trial
    assert sorted(trial.identifiers.values_list("value", flat=True)) == [
        "2013-003910-42",
        "NCT01234567",
        "UC-0150-1309",
    ]
    assert TrialChange.objects.get().kind == ChangeKind.NEW_TRIAL


def test_numbers_of_two_trials_are_never_joined() -> None:
    register(NCT)
    other = register(EUCTR)
    with pytest.raises(Conflict, match="different trials"):
        register(NCT, EUCTR)
    with pytest.raises(registration.NumberTaken):
        registration.add_identifier(trial=other, identifier=NCT, by=None, now=NOW)


def test_two_trials_may_share_a_sponsors_code() -> None:
    assert register(NCT, CODE) != register(EUCTR, CODE)


def test_what_is_no_number_of_its_registry_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no number of NCT"):
        register(GivenIdentifier(registry="NCT", raw="2013-003910-42", kind="PRIMARY"))
    assert not Trial.objects.exists()


def test_a_rules_verdict_gives_way_to_a_person_but_not_the_other_way_round() -> None:
    trial = register(NCT)
    Trial.objects.update(inclusion="EXCLUDED", inclusion_reason="Not this disease.")
    register(NCT)
    trial.refresh_from_db()
    assert trial.inclusion == "EXCLUDED"
    Trial.objects.update(inclusion_reason="By rule: nothing names osteosarcoma")
    register(NCT)
    trial.refresh_from_db()
    assert (trial.inclusion, trial.inclusion_reason) == ("INCLUDED", "Osteosarcoma only.")


def test_what_a_page_showed_fills_the_trial_and_says_where_it_came_from() -> None:
    trial = register(NCT)
    facts(trial, "2020-05", status="recruiting", start_date="2014-09", minimum_age="12 Years")
    assert (trial.status, trial.start_date) == ("recruiting", "2014-09")
    assert trial.minimum_age_years == 12
    record = RegistryRecord.objects.get()
    assert record.origin == RecordOrigin.SECONDARY
    assert trial.field_origins["status"] == record.pk
    assert record.applications.get().outcome == "changed"


def test_the_same_facts_of_the_same_page_are_kept_once() -> None:
    trial = register(NCT)
    facts(trial, "2020", status="recruiting")
    facts(trial, "2020", status="recruiting")
    assert RegistryRecord.objects.count() == 1


def test_a_later_page_is_a_change_on_record() -> None:
    trial = register(NCT)
    facts(trial, "2020", status="recruiting")
    facts(trial, "2022", status="completed")
    change = TrialChange.objects.get(field="status")
    assert (change.old, change.new, change.effective_date) == ("recruiting", "completed", "2022")


def test_a_registrys_own_record_and_a_curators_lock_stay() -> None:
    trial = register(NCT, EUCTR)
    bob = User.objects.create_user("bob")
    FieldOverride.objects.create(
        trial=trial, field="acronym", value="LOCK", reason="Seen.", created_by=bob, created_at=NOW
    )
    study = {
        "identificationModule": {"nctId": "NCT01234567"},
        "statusModule": {"overallStatus": "COMPLETED"},
    }
    own = RegistryRecord.objects.create(
        registry="NCT",
        registry_id="NCT01234567",
        payload={"protocolSection": study},
        content_hash="0",
        fetched_at=NOW,
    )
    RecordApplication.objects.create(
        record=own, trial=trial, parser_version="1", applied_at=NOW, outcome="changed"
    )
    facts(trial, "2020", status="recruiting", acronym="OTHER")
    facts(trial, "2020", EUCTR, status="recruiting", acronym="OTHER", lead_sponsor="Somebody")
    assert (trial.status, trial.acronym, trial.lead_sponsor) == ("completed", "LOCK", "Somebody")


def test_a_fact_that_is_no_field_of_a_registry_is_refused() -> None:
    trial = register(NCT)
    with pytest.raises(InvalidInput, match="no field colour"):
        facts(trial, colour="red")
    with pytest.raises(InvalidInput, match="no full date"):
        facts(trial, first_posted_date="2020")


def test_a_possible_link_is_proposed_once_in_either_order() -> None:
    first, second = register(NCT), register(EUCTR)
    signal = {"kind": "sponsor_code", "says": "The same code."}
    for pair in ((first, second), (second, first)):
        candidates.propose_link(
            trial_a=pair[0], trial_b=pair[1], signals=[signal], by=None, now=NOW
        )
    link = TrialLink.objects.get()
    assert (link.decision, link.signals) == ("CANDIDATE", [signal])
