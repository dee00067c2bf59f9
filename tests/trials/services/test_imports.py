"""Files of records: the same door as a sync, whatever registry, order, or state of the file."""

from __future__ import annotations

import datetime as dt
import io
from itertools import permutations
from typing import Any

import orjson
import pytest
from django.db import transaction

from osteodb.core.errors import Conflict, InvalidInput
from osteodb.core.models import User
from tests.registry import ctis, euctr, ictrp, isrctn
from tests.registry.corpus import corpus_records
from tests.trials.services.state import counts, state
from trials import services
from trials.models import (
    OriginDisagreement,
    RegistryRecord,
    RegistryUpload,
    RunState,
    RunTrigger,
    SyncRun,
    Trial,
    TrialChange,
    TrialIdentifier,
    TrialMerge,
)
from trials.reconcile import FIELD_KINDS

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
EUROPEAN = "2099-000001-11"
FILES: dict[str, bytes] = {
    "ictrp": ictrp.as_xml(ictrp.RECORDS),
    "ctis": orjson.dumps(ctis.trial()),
    "euctr": euctr.export([euctr.state("DE", number=EUROPEAN), euctr.state("FR", number=EUROPEAN)]),
    "isrctn": orjson.dumps(isrctn.study()),
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice")


def take(registry: str, data: bytes | None = None, **given: Any) -> SyncRun:
    run, _intended = services.import_registry_file(
        registry=registry,
        stream=io.BytesIO(FILES[registry] if data is None else data),
        file_name=f"{registry}.file",
        by=None,
        now=NOW,
        **given,
    )
    return run


def trial_of(value: str) -> Trial:
    found = services.find_trial(
        registry=TrialIdentifier.objects.get(value=value).registry, value=value
    )
    assert found is not None
    return found


@pytest.mark.parametrize("registry", FILES)
def test_every_registrys_file_comes_in_and_a_second_time_changes_nothing(registry: str) -> None:
    run = take(registry)
    assert (run.state, run.reason, run.trigger) == ("SUCCEEDED", "", RunTrigger.FILE)
    assert run.created_count == run.seen_count == Trial.objects.count() > 0
    before, numbers = state(), counts()
    again = take(registry)
    assert (again.created_count, again.changed_count) == (0, 0)
    assert again.unchanged_count == again.seen_count
    assert (counts(), state()) == (numbers, before)


def test_a_study_of_three_registries_is_one_page_whatever_comes_first() -> None:
    """WHO's copy, the EU register and CTIS name one study; CTIS gives the old number."""
    found = set()
    for order in permutations(["ictrp", "ctis", "euctr"]):
        with transaction.atomic():
            for registry in order:
                data = ictrp.as_xml([ictrp.EUROPEAN]) if registry == "ictrp" else None
                assert take(registry, data).state == "SUCCEEDED"
            trial = trial_of(EUROPEAN)
            assert trial == trial_of("2099-500001-11")
            assert TrialMerge.objects.count() == 0
            values = {name: repr(getattr(trial, name)) for name in FIELD_KINDS}
            open_ones = OriginDisagreement.objects.filter(trial=trial, ended_at=None)
            told = sorted(map(repr, open_ones.values_list("field", "shown", "other")))
            found.add((repr(values), repr(told)))
            transaction.set_rollback(True)
    assert len(found) == 1


def test_whos_copy_gives_way_to_the_registrys_own_word_and_does_not_come_back() -> None:
    take("ictrp")
    copied = trial_of(EUROPEAN)
    assert copied.brief_title == "An invented European trial"
    record = RegistryRecord.objects.get(registry="EUCTR")
    assert (record.origin, record.registry_id) == ("COPY", EUROPEAN)
    assert copied.field_origins["official_title"] == record.pk
    take("euctr")
    own = trial_of(EUROPEAN)
    assert own == copied
    assert own.official_title != copied.official_title
    change = TrialChange.objects.get(trial=own, field="official_title")
    assert change.record is not None and change.record.origin == "REGISTRY"
    newer = {**ictrp.EUROPEAN, "Public_title": "Newer at WHO", "Last_Refreshed_on": "4 June 2025"}
    assert take("ictrp", ictrp.as_xml([newer])).unchanged_count == 1
    own.refresh_from_db()
    assert own.brief_title != "Newer at WHO"


def test_an_older_copy_is_kept_and_not_applied() -> None:
    take("ictrp", ictrp.as_xml([ictrp.trial(Recruitment_Status="Not recruiting")]))
    older = ictrp.trial(Recruitment_Status="Recruiting", Last_Refreshed_on="3 June 2020")
    run = take("ictrp", ictrp.as_xml([older]))
    assert (run.state, run.unchanged_count, run.changed_count) == ("SUCCEEDED", 1, 0)
    assert trial_of("ChiCTR2299900001").status == "not_recruiting"
    outcomes = RegistryRecord.objects.order_by("pk").values_list("applications__outcome", flat=True)
    assert list(outcomes) == ["created", "older"]
    numbers = counts()
    assert take("ictrp", ictrp.as_xml([older])).changed_count == 0
    assert counts() == numbers
    newer = ictrp.trial(Recruitment_Status="Recruiting", Last_Refreshed_on="3 June 2025")
    assert take("ictrp", ictrp.as_xml([newer])).changed_count == 1
    assert trial_of("ChiCTR2299900001").status == "recruiting"


def test_a_dry_run_says_what_would_happen_and_writes_nothing_else() -> None:
    take("ictrp", ictrp.as_xml([ictrp.CHICTR]))
    before = state()
    changed = ictrp.trial(Recruitment_Status="Not recruiting", Last_Refreshed_on="3 June 2025")
    run, intended = services.import_registry_file(
        registry="ictrp",
        stream=io.BytesIO(ictrp.as_xml([changed, ictrp.AMERICAN])),
        file_name="export.xml",
        by=None,
        now=NOW,
        dry_run=True,
    )
    assert (run.created_count, run.changed_count) == (1, 1)
    assert [(one.number, one.outcome) for one in intended] == [
        ("ChiCTR2299900001", "changed"),
        ("NCT99900001", "created"),
    ]
    status = next(one for one in intended[0].changes if one.field == "status")
    assert (status.old, status.new) == ("recruiting", "not_recruiting")
    assert state() == before


@pytest.mark.parametrize(
    ("registry", "data", "says"),
    [
        ("ictrp", b"", "empty"),
        ("ictrp", b"<html><body>Sign in</body></html>", "there is no <Trial>"),
        ("ictrp", b"<!DOCTYPE x [<!ENTITY a 'b'>]><Trials_downloaded_from_ICTRP/>", "refused"),
        ("ctis", b"not json at all", "no JSON object"),
        ("ctis", FILES["ictrp"], "no JSON object"),
    ],
)
def test_a_file_that_is_none_of_the_registrys_fails_with_a_reason(
    registry: str, data: bytes, says: str
) -> None:
    run = take(registry, data)
    assert run.state == RunState.FAILED
    assert says in run.reason
    assert not Trial.objects.exists()


def test_one_bad_record_is_a_failure_and_the_others_come_in() -> None:
    broken = ictrp.as_xml([ictrp.CHICTR, ictrp.trial(TrialID="no number"), ictrp.AMERICAN])
    run = take("ictrp", broken)
    assert (run.state, run.created_count, run.failure_count) == (RunState.PARTIAL, 2, 1)
    failure = run.failures.get()
    assert "no number" in failure.registry_id + failure.reason


def test_a_file_that_breaks_off_leaves_what_came_before() -> None:
    whole = ictrp.as_xml([ictrp.CHICTR, ictrp.AMERICAN])
    run = take("ictrp", whole[: whole.rindex(b"</Trial>")])
    assert run.state == RunState.PARTIAL
    assert trial_of("ChiCTR2299900001").status == "recruiting"


def test_clinicaltrials_gov_comes_as_a_file_too_and_meets_what_a_sync_brought() -> None:
    lines = b"\n".join(map(orjson.dumps, corpus_records()))
    run = take("ctgov", lines)
    assert run.created_count == len(corpus_records())
    assert trial_of("NCT02389244") == trial_of("2013-003910-42")


def test_nobodys_contact_is_stored(alice: User) -> None:
    for registry in FILES:
        upload(alice, registry)
        take(registry)
    kept = [*RegistryRecord.objects.values_list("payload", flat=True)]
    kept += RegistryUpload.objects.values_list("records", flat=True)
    for one in kept:
        assert "example.org" not in str(one)
        assert "Example Street" not in str(one)
        assert "000 000" not in str(one)


# --- Uploads ------------------------------------------------------------------------------------


def upload(by: User, registry: str = "ictrp", data: bytes | None = None) -> RegistryUpload:
    return services.upload_registry_file(
        registry=registry,
        stream=io.BytesIO(FILES[registry] if data is None else data),
        file_name="export.xml",
        by=by,
        now=NOW,
    )


def test_an_upload_waits_with_its_preview_and_is_applied_by_its_run(alice: User) -> None:
    waiting = upload(alice)
    assert not Trial.objects.exists()
    assert not RegistryRecord.objects.exists()
    assert (waiting.state, waiting.preview.created_count) == ("PREVIEWED", 4)
    assert {one["outcome"] for one in waiting.intended} == {"created"}
    decided = services.decide_upload(upload=waiting, apply=True, by=alice, now=NOW)
    assert decided.run is not None and decided.run.state == RunState.QUEUED
    run = services.carry_out_run(run=decided.run, by=alice, now=NOW)
    assert (run.state, run.created_count) == (RunState.SUCCEEDED, 4)
    after = state()
    services.carry_out_run(run=run, by=alice, now=NOW)
    assert take("ictrp").unchanged_count == 4
    assert state() == after


def test_an_upload_is_decided_once_and_may_be_left(alice: User) -> None:
    waiting = upload(alice)
    services.decide_upload(upload=waiting, apply=False, by=alice, now=NOW)
    with pytest.raises(Conflict, match="decided already"):
        services.decide_upload(upload=waiting, apply=True, by=alice, now=NOW)
    assert SyncRun.objects.get() == waiting.preview
    assert not Trial.objects.exists()


def test_an_upload_that_is_none_is_refused_with_the_reason(alice: User) -> None:
    with pytest.raises(InvalidInput, match="there is no <Trial>"):
        upload(alice, data=b"<html/>")
    with pytest.raises(InvalidInput, match="no registry"):
        services.upload_registry_file(
            registry="nowhere", stream=io.BytesIO(b"x"), file_name="x", by=alice, now=NOW
        )
    assert not RegistryUpload.objects.exists()


def test_an_upload_whose_worker_died_is_taken_up_again(alice: User) -> None:
    decided = services.decide_upload(upload=upload(alice), apply=True, by=alice, now=NOW)
    assert decided.run is not None
    SyncRun.objects.filter(pk=decided.run.pk).update(
        state=RunState.RUNNING, started_at=NOW, heartbeat_at=NOW
    )
    later = NOW + dt.timedelta(hours=1)
    [anew] = services.reap_stale_runs(now=later)
    decided.refresh_from_db()
    assert decided.run == anew
    services.carry_out_run(run=anew, by=alice, now=later)
    assert Trial.objects.count() == 4


def test_a_file_from_the_command_line_is_not_taken_up_for_nobody_kept_it() -> None:
    run = take("ictrp")
    SyncRun.objects.filter(pk=run.pk).update(
        state=RunState.RUNNING, heartbeat_at=NOW, finished_at=None
    )
    assert services.reap_stale_runs(now=NOW + dt.timedelta(hours=1)) == []
    run.refresh_from_db()
    assert run.state == RunState.INTERRUPTED
