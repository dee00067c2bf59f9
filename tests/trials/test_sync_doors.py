"""The command and the tasks: doors to the sync and no more."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.registry import Fault, RegistryServer, Store
from tests.registry.corpus import corpus_records
from trials import services, tasks
from trials.models import RunState, SyncRun, Trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(settings: Any) -> RegistryServer:
    """A stand-in at the address of the settings, asked without waiting."""
    server = RegistryServer(Store(corpus_records()))
    settings.CTGOV_BASE_URL = server.url
    settings.OSTEODB_REGISTRY_INTERVAL = settings.OSTEODB_REGISTRY_BACKOFF = 0
    settings.OSTEODB_REGISTRY_ATTEMPTS = 2
    return server


def test_the_command_brings_trials_and_sums_up(
    registry: RegistryServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with registry.running():
        call_command("sync_registry", "ctgov")
    said = capsys.readouterr().out
    assert "succeeded" in said
    assert "new trials" in said
    assert Trial.objects.filter(identifiers__value="2013-003910-42").exists()


def test_the_command_takes_numbers_and_writes_nothing_in_a_dry_run(
    registry: RegistryServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with registry.running():
        call_command("sync_registry", "ctgov", "--id", "NCT02389244", "--dry-run")
    assert "dry run, nothing written" in capsys.readouterr().out
    assert not Trial.objects.exists()


def test_the_command_fails_with_a_reason_where_the_registry_does_not_answer(
    registry: RegistryServer, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.misbehave(Fault("status", path="/", times=-1, status=500))
    with registry.running(), pytest.raises(SystemExit) as end:
        call_command("sync_registry", "ctgov")
    assert end.value.code == 1
    assert "answered 500" in capsys.readouterr().out


def test_the_command_refuses_what_makes_no_sense(registry: RegistryServer) -> None:
    with pytest.raises(CommandError, match="there is: ctgov"):
        call_command("sync_registry", "nowhere")
    with pytest.raises(CommandError, match="not both"):
        call_command("sync_registry", "ctgov", "--query", "x", "--id", "NCT02389244")


def test_the_daily_task_asks_the_daily_question(registry: RegistryServer) -> None:
    with registry.running():
        told = tasks.sync_registry(registry="ctgov", something_newer=True)
    run = SyncRun.objects.get()
    assert (run.trigger, run.complete) == ("SCHEDULE", True)
    assert (told["state"], told["created"]) == (RunState.SUCCEEDED, run.created_count)
    assert registry.asked("/studies")[0].params["query.cond"] == "osteosarcoma"


def test_a_task_delivered_twice_carries_out_its_run_once(registry: RegistryServer) -> None:
    run = services.start_sync_run(
        registry="ctgov", by=None, now=timezone.now(), ids=["NCT02389244"]
    )
    with registry.running():
        tasks.sync_registry(run_id=run.pk)
        asked = len(registry.requests)
        told = tasks.sync_registry(run_id=run.pk)
    assert told["state"] == RunState.SUCCEEDED
    assert len(registry.requests) == asked


def test_the_reaper_hands_lost_runs_to_a_worker(
    registry: RegistryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = timezone.now() - 2 * services.runs.LOST_IN_THE_QUEUE
    run = services.start_sync_run(registry="ctgov", by=None, now=long_ago)
    handed: list[dict[str, object]] = []
    monkeypatch.setattr(tasks.sync_registry, "delay", lambda **given: handed.append(given))
    assert tasks.reap_stale_runs() == [run.pk]
    assert handed == [{"registry": "NCT", "run_id": run.pk}]
