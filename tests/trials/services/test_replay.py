"""Stored records read again: after a parser change, or one alone that could not be taken in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from django.core.management import call_command

from osteodb.core.errors import Conflict
from osteodb.core.models import User
from tests.registry import Fault, RegistryServer, Store
from tests.registry.support import quick_adapter
from tests.trials.services.conftest import NOW, Sync
from tests.trials.services.state import counts, state
from trials import services
from trials.models import RecordApplication, RunState, RunTrigger, SyncRun, Trial, TrialChange
from trials.registries.base import ParsedTrial
from trials.registries.ctgov.adapter import CtgovAdapter

LATER = NOW + dt.timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_words")]


@pytest.fixture
def better_parser(monkeypatch: pytest.MonkeyPatch) -> str:
    """The next version of the parser, which reads acronyms another way."""
    parse = CtgovAdapter.parse

    def read(self: CtgovAdapter, record: Any) -> ParsedTrial:
        parsed = parse(self, record)
        fields = msgspec.structs.replace(parsed.fields, acronym=f"{parsed.fields.acronym}-2")
        return msgspec.structs.replace(parsed, fields=fields)

    monkeypatch.setattr(CtgovAdapter, "parse", read)
    monkeypatch.setattr(CtgovAdapter, "parser_version", "next")
    return "next"


def replay(**given: Any) -> SyncRun:
    run, _intended = services.reparse_registry_records(
        registry="ctgov", by=None, now=LATER, **given
    )
    return run


def test_with_the_same_parser_there_is_nothing_to_read(sync: Sync) -> None:
    sync()
    before, numbers = state(), counts()
    run = replay()
    assert (run.state, run.seen_count, run.trigger) == ("SUCCEEDED", 0, RunTrigger.REPLAY)
    assert (counts(), state()) == (numbers, before)


def test_a_better_parser_is_replayed_without_the_network(
    sync: Sync, registry: RegistryServer, request: pytest.FixtureRequest
) -> None:
    found = sync().seen_count
    request.getfixturevalue("better_parser")
    asked = len(registry.requests)
    run = replay()
    assert (run.state, run.seen_count, run.changed_count) == ("SUCCEEDED", found, found)
    assert len(registry.requests) == asked
    trial = Trial.objects.get(identifiers__value="NCT02389244")
    assert trial.acronym == "REGOBONE-2"
    change = TrialChange.objects.get(trial=trial, field="acronym")
    assert (change.run, change.record_id) == (run, trial.field_origins["acronym"])
    assert RecordApplication.objects.filter(parser_version="next").count() == found
    assert replay().seen_count == 0
    assert replay(every=True).unchanged_count == found


def test_a_rehearsal_says_what_a_better_parser_would_change(
    sync: Sync, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    sync()
    request.getfixturevalue("better_parser")
    before = state()
    call_command("reparse_registry_records", "ctgov", "--id", "NCT02389244", "--dry-run")
    said = capsys.readouterr().out
    assert "NCT02389244" in said and "REGOBONE-2" in said
    assert state() == before


def test_one_failed_record_is_retried_alone_from_what_is_stored(
    sync: Sync, registry: RegistryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = User.objects.create_user("alice")
    registry.misbehave(Fault("broken_record", id="NCT90000002", times=-1))
    failure = sync().failures.get()
    asked = len(registry.requests)
    still = services.retry_failure(failure=failure, by=alice, now=LATER)
    assert (still.trigger, still.registry_ids) == (RunTrigger.REPLAY, ["NCT90000002"])
    services.carry_out_run(run=still, by=alice, now=LATER)
    assert (still.state, still.failure_count) == (RunState.PARTIAL, 1)
    assert still.failures.get().path == "protocolSection.statusModule.startDateStruct"
    parse = CtgovAdapter.parse

    def read(self: CtgovAdapter, record: Any) -> ParsedTrial:
        status = record["protocolSection"]["statusModule"]
        if isinstance(status.get("startDateStruct"), list):
            status = {**status, "startDateStruct": {"date": status["startDateStruct"][0]}}
        whole = {**record, "protocolSection": {**record["protocolSection"], "statusModule": status}}
        return parse(self, whole)

    monkeypatch.setattr(CtgovAdapter, "parse", read)
    mended = services.retry_failure(failure=failure, by=alice, now=LATER)
    services.carry_out_run(run=mended, by=alice, now=LATER)
    assert (mended.state, mended.created_count) == (RunState.SUCCEEDED, 1)
    failure.refresh_from_db()
    assert failure.resolved_by_run == mended
    assert len(registry.requests) == asked
    with pytest.raises(Conflict, match="has taken this record in"):
        services.retry_failure(failure=failure, by=alice, now=LATER)


def test_a_record_that_was_never_stored_is_asked_for_anew(
    sync: Sync, registry: RegistryServer, store: Store, settings: Any
) -> None:
    alice = User.objects.create_user("alice")
    sync()
    registry.misbehave(Fault("refuse_batch", id="NCT90000002", times=-1))
    run = sync(ids=["NCT90000002"])
    failure = run.failures.get()
    assert failure.record is None
    registry.faults.clear()
    settings.CTGOV_BASE_URL = registry.url
    settings.OSTEODB_REGISTRY_INTERVAL = settings.OSTEODB_REGISTRY_BACKOFF = 0
    again = services.retry_failure(failure=failure, by=alice, now=LATER)
    assert again.trigger == RunTrigger.ADMIN
    services.carry_out_run(run=again, by=alice, now=LATER)
    assert (again.state, again.seen_count) == (RunState.SUCCEEDED, 1)


def test_only_the_newest_record_of_a_number_is_read(
    sync: Sync, store: Store, registry: RegistryServer, request: pytest.FixtureRequest
) -> None:
    sync()
    store.set("NCT02389244", "protocolSection.identificationModule.acronym", "RENAMED")
    sync(adapter=quick_adapter(registry))
    request.getfixturevalue("better_parser")
    replay(ids=["NCT02389244"])
    assert Trial.objects.get(identifiers__value="NCT02389244").acronym == "RENAMED-2"
