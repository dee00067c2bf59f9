"""Command, task and admin pages of posted results: doors to one service and no more."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from evidence import services, tasks
from evidence.models import EvidenceVersion, PostedResult, ResultsReading
from tests.admin_support import address, sign_in
from tests.registry import RegistryServer, Store
from tests.registry.results import ARM, NUMBER, figure, one_arm, outcome, study_with, two_arms
from tests.registry.support import quick_adapter
from trials import services as trial_services

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 2, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def synced() -> None:
    """A trial whose registry posts two outcomes that are drafted, one in doubt, one of others."""
    doubtful, other = outcome("Patient Survival", figure("9")), outcome("Cmax", figure("1"))
    store = Store([study_with(two_arms(), one_arm(), doubtful, other)])
    with RegistryServer(store, everything_matches=True).running() as server:
        trial_services.sync_registry(
            registry="ctgov", query="osteosarcoma", by=None, now=NOW, adapter=quick_adapter(server)
        )


@pytest.fixture
def drafted(synced: None) -> None:
    services.draft_registry_results(now=timezone.now())


def test_the_command_tells_what_was_made_and_what_was_left_out_and_why(
    synced: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("draft_registry_results")
    said = capsys.readouterr().out
    assert f"{NUMBER} made: PRIMARY: Progression-free Survival: OST-E" in said
    assert f"{ARM}: median 3.6 months" in said
    assert f"{NUMBER} left out: SECONDARY: Patient Survival: A survival, of which" in said
    assert EvidenceVersion.objects.filter(state="DRAFT").count() == 2
    call_command("draft_registry_results")
    assert "Nothing new has been posted." in capsys.readouterr().out


def test_the_command_takes_numbers_and_keeps_nothing_in_a_dry_run(
    synced: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("draft_registry_results", "--id", "nct91000001", "--dry-run")
    said = capsys.readouterr().out
    assert "Dry run, nothing kept" in said and "made" in said
    assert not PostedResult.objects.exists()


def test_the_command_refuses_what_is_no_number_of_the_registry(synced: None) -> None:
    with pytest.raises(CommandError, match=r"no number of ClinicalTrials\.gov"):
        call_command("draft_registry_results", "--id", "nonsense")


def test_the_command_fails_where_a_record_could_not_be_read(
    synced: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = [services.RecordReport(number=NUMBER, failure="MalformedRecord: [odd]")]
    monkeypatch.setattr(services, "draft_registry_results", lambda **given: failed)
    with pytest.raises(SystemExit) as end:
        call_command("draft_registry_results")
    assert end.value.code == 1
    assert "failed: MalformedRecord: [odd]" in capsys.readouterr().out


def test_the_task_counts_and_forgives_words_of_a_newer_release(synced: None) -> None:
    ended = tasks.draft_registry_results(something_new=1)
    assert ended == {"records": 1, "failed": 0, "made": 2, "left out": 1, "other": 1}
    assert tasks.draft_registry_results() == {"records": 0, "failed": 0}


def test_beat_asks_for_the_task_by_the_name_it_has() -> None:
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.draft_registry_results.name in names


@pytest.fixture
def alice(drafted: None) -> Client:
    return sign_in("curator", "alice")


def test_a_curator_sees_each_posting_with_its_draft_and_the_posted_text(alice: Client) -> None:
    page = alice.get(address(PostedResult, "changelist")).content.decode()
    version = EvidenceVersion.objects.get(measurements__endpoint="ORR")
    link = address(EvidenceVersion, "change", version.pk)
    assert link in page and "does not say which one" in page
    row = PostedResult.objects.get(version=version)
    one = alice.get(address(PostedResult, "change", row.pk)).content.decode()
    assert address(type(row.record), "change", row.record_id) in one
    assert "COUNT_OF_PARTICIPANTS" in one and "Cmax" not in one
    assert alice.post(address(PostedResult, "change", row.pk), {}).status_code == 403


def test_postings_are_filtered_by_state_and_show_those_in_force(alice: Client) -> None:
    PostedResult.objects.filter(outcome_key__contains="Objective").update(replaced_at=NOW)
    page = address(PostedResult, "changelist")

    def listed(query: str) -> set[str]:
        rows = alice.get(f"{page}?{query}").context["cl"].result_list
        return {row.outcome_key.split(": ")[1] for row in rows}

    assert listed("") == {"Progression-free Survival", "Patient Survival"}
    assert listed("state__exact=LEFT_OUT") == {"Patient Survival"}
    assert listed("replaced=yes") == {"Objective Response Rate"}
    assert len(listed("replaced=all")) == 3


def test_readings_and_their_counts_have_a_page(alice: Client) -> None:
    reading = ResultsReading.objects.get()
    page = alice.get(address(ResultsReading, "change", reading.pk)).content.decode()
    assert "left out" in page.lower()


def test_the_front_page_counts_drafts_that_wait_for_a_curator(alice: Client) -> None:
    waiting = alice.get("/admin/").context["waiting"]
    (drafts,) = [one for one in waiting if one.title == "Drafts from registries"]
    assert drafts.count == 2
    listed = alice.get(drafts.url).context["cl"].result_list
    assert {version.state for version in listed} == {"DRAFT"} and len(listed) == 2
