"""From the registry to the reader, through a real worker, a real broker and beat."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from tests.journeys.processes import Backstage, wait_for
from tests.registry.corpus import corpus_records
from tests.registry.records import generate
from tests.registry.server import RegistryServer
from tests.registry.store import Store
from tests.registry.support import quick_adapter
from trials import services
from trials.models import (
    RunState,
    RunTrigger,
    SyncRun,
    Trial,
    TrialIdentifier,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
DAILY = "Daily registry sync: ClinicalTrials.gov"
SARC038 = "NCT04803877"


@pytest.fixture
def registry() -> Iterator[RegistryServer]:
    """A stand-in for ClinicalTrials.gov that knows the corpus' trials and some more."""
    server = RegistryServer(Store([*corpus_records(), *generate(12, seed=5)]))
    with server.running():
        yield server


@pytest.fixture
def backstage(tmp_path: Path, registry: RegistryServer) -> Iterator[Backstage]:
    made = Backstage(tmp_path, registry.url)
    yield made
    made.stop()
    sys.stderr.write("".join(made.said(name) for name in ("worker", "beat")))


def sync(registry: RegistryServer, **config: Any) -> SyncRun:
    """A run in this process, undisturbed and without the polite pauses."""
    adapter = quick_adapter(registry, **config)
    return services.sync_registry(registry="ctgov", by=None, now=timezone.now(), adapter=adapter)


def finished(state: str) -> SyncRun | None:
    return SyncRun.objects.filter(state=state).order_by("-id").first()


def have_beat_run_the_daily_task_every_two_seconds(backstage: Backstage) -> None:
    """The row that beat wrote from the settings, with a shorter day.

    Beat tells that rows have changed by a time of its own clock: one that is changed while it still
    writes its own may be missed, so it is let finish first.
    """
    wait_for("beat to read its own rows", lambda: "Schedule changed" in backstage.said("beat"))
    task = wait_for("beat's row", lambda: PeriodicTask.objects.filter(name=DAILY).first())
    assert task.task == "trials.tasks.sync_registry" and task.crontab is not None
    assert task.crontab.hour == str(settings.SYNC_HOUR)
    schedule, _ = IntervalSchedule.objects.get_or_create(every=2, period=IntervalSchedule.SECONDS)
    task.crontab, task.interval = None, schedule
    task.save()


def test_a_changed_status_reaches_the_page_the_api_and_the_change_log(
    registry: RegistryServer, backstage: Backstage, live_server: Any
) -> None:
    call_command("load_corpus", verbosity=0)
    backstage.start("worker", "--pool=solo")
    backstage.start("beat")
    have_beat_run_the_daily_task_every_two_seconds(backstage)
    wait_for("a first run", lambda: finished(RunState.SUCCEEDED))
    page = f"{live_server.url}/trials/{SARC038}/"
    before = requests.get(page, timeout=10)
    assert before.status_code == 200 and "Suspended" not in before.text

    registry.store.set(SARC038, "protocolSection.statusModule.overallStatus", "SUSPENDED")
    registry.store.set(SARC038, "protocolSection.statusModule.whyStopped", "Drug supply")
    registry.store.publish()
    trial = TrialIdentifier.objects.get(registry="NCT", value=SARC038).trial
    change = wait_for(
        "the change", lambda: trial.changes.filter(field="status", new="suspended").first()
    )

    assert change.record is not None and change.run is not None
    assert change.run.trigger == RunTrigger.SCHEDULE
    after = requests.get(page, timeout=10).text
    assert "Suspended" in after and "Drug supply" in after
    answer = requests.get(
        f"{live_server.url}/api/v1/changes/", {"trial": SARC038, "kind": "STATUS"}, timeout=10
    ).json()
    told = [row["new"] for row in answer["results"] if row["field"] == "status"]
    assert told[0] == "suspended"
    home = requests.get(live_server.url, timeout=10).text
    assert "data as of" in home


def test_when_the_registry_is_down_the_data_stays_and_the_site_says_so(
    registry: RegistryServer, live_server: Any
) -> None:
    sync(registry)
    known = Trial.objects.count()
    run = sync(registry, base_url="http://127.0.0.1:9/api/v2")
    assert run.state == RunState.FAILED and run.reason
    assert Trial.objects.count() == known > 0
    home = requests.get(live_server.url, timeout=10).text
    assert "failed" in home and "data as of" in home
