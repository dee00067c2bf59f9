"""A whole disease through the real HTTP stand-in: all of it comes in, and only once."""

from __future__ import annotations

import pytest

from tests.registry import RegistryServer, Store
from tests.registry.records import generate
from tests.registry.support import quick_adapter
from tests.trials.services.conftest import Sync
from tests.trials.services.state import state
from trials.models import RecordApplication, RegistryRecord, SyncRun, Trial, TrialChange

pytestmark = pytest.mark.django_db
TRIALS = 1000  # as many as suffices for several pages and chunks; `make bench` takes 20,000


@pytest.fixture
def store() -> Store:
    return Store(generate(TRIALS, seed=11))


def counts(run: SyncRun) -> tuple[int, int, int, int, int]:
    return (
        run.seen_count,
        run.created_count,
        run.changed_count,
        run.unchanged_count,
        run.failure_count,
    )


def test_all_of_it_comes_in_and_a_second_sweep_changes_nothing(
    known_words: None, sync: Sync, registry: RegistryServer
) -> None:
    adapter = quick_adapter(registry, page_size=400)
    first = sync(adapter=adapter)
    assert (first.state, first.complete) == ("SUCCEEDED", True)
    found = first.total_expected or 0  # the daily question does not find what is off topic
    assert found > TRIALS * 0.95
    assert counts(first) == (found, found, 0, 0, 0)
    for table in (Trial, RegistryRecord, RecordApplication, TrialChange):
        assert table._default_manager.count() == found, table
    before = state()
    second = sync(adapter=adapter)
    assert (second.state, second.complete) == ("SUCCEEDED", True)
    assert counts(second) == (found, 0, 0, found, 0)
    assert state() == before
