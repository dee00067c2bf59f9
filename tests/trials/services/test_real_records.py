"""The 448 real records, where they are present, through the whole line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registry import RegistryServer, Store
from tests.registry.support import quick_adapter, real_studies
from tests.trials.services.conftest import NOW
from tests.trials.services.state import counts, state
from trials import services
from trials.models import RegistryRecord, RunState, SyncRun, Trial, TrialChange, TrialIdentifier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_words")]


@pytest.fixture
def real_registry(registry_samples: Path) -> Iterator[RegistryServer]:
    store = Store.from_file(real_studies(registry_samples))
    with RegistryServer(store, everything_matches=True).running() as server:
        yield server


def test_all_arrive_a_second_sweep_changes_nothing_and_a_change_is_seen(
    real_registry: RegistryServer,
) -> None:
    adapter = quick_adapter(real_registry, page_size=150)

    def sync() -> SyncRun:
        return services.sync_registry(registry="ctgov", by=None, now=NOW, adapter=adapter)

    first = sync()
    assert (first.state, first.failure_count) == (RunState.SUCCEEDED, 0)
    assert first.created_count == Trial.objects.count() == 448
    assert TrialIdentifier.objects.filter(kind="ALIAS").count() == 3
    before, numbers = state(), counts()
    second = sync()
    assert second.unchanged_count == 448
    assert (state(), counts()) == (before, numbers)
    number = sorted(real_registry.store.records)[100]
    real_registry.store.set(number, "protocolSection.statusModule.overallStatus", "SUSPENDED")
    third = sync()
    assert (third.changed_count, third.unchanged_count) == (1, 447)
    assert TrialChange.objects.filter(field="status", new="suspended").count() == 1


def test_a_record_parsed_again_by_a_newer_parser_changes_nothing(
    real_registry: RegistryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = quick_adapter(real_registry, page_size=1000)
    services.sync_registry(registry="ctgov", by=None, now=NOW, adapter=adapter)
    monkeypatch.setattr(type(adapter), "parser_version", "ctgov-next")
    before = counts()
    run = services.sync_registry(registry="ctgov", by=None, now=NOW, adapter=adapter)
    assert (run.unchanged_count, run.changed_count) == (448, 0)
    assert RegistryRecord.objects.count() == 448
    after = counts()
    assert after.pop("trials.RecordApplication") == 2 * before.pop("trials.RecordApplication")
    assert after == before
