"""The 448 real records, where they are present: all are read, compared and swept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registry import RegistryServer, Store
from tests.registry.support import quick_adapter, real_studies
from trials.registries.base import RawRecord
from trials.registries.ctgov.adapter import CtgovAdapter


@pytest.fixture(scope="module")
def real_registry(registry_samples: Path) -> Iterator[RegistryServer]:
    store = Store.from_file(real_studies(registry_samples))
    with RegistryServer(store, everything_matches=True).running() as server:
        yield server


@pytest.fixture(scope="module")
def adapter(real_registry: RegistryServer) -> CtgovAdapter:
    return quick_adapter(real_registry, page_size=100)


@pytest.fixture(scope="module")
def records(adapter: CtgovAdapter) -> list[RawRecord]:
    return [record for page in adapter.sweep("") for record in page.records]


def test_a_sweep_brings_all(records: list[RawRecord]) -> None:
    assert len({record.registry_id for record in records}) == len(records) == 448


def test_all_parse_and_the_share_with_unmapped_values_is_told(
    records: list[RawRecord], adapter: CtgovAdapter, capsys: pytest.CaptureFixture[str]
) -> None:
    trials = [adapter.parse(adapter.clean(record.body)) for record in records]
    unmapped = Counter(
        (problem.path, problem.value) for trial in trials for problem in trial.problems
    )
    touched = sum(bool(trial.problems) for trial in trials)
    with capsys.disabled():
        words = "\n".join(f"  {path}: {value} ({n})" for (path, value), n in unmapped.items())
        print(f"\n{touched} of {len(trials)} real records hold an unmapped value\n{words}")  # noqa: T201
    assert all(trial.fields.status != "other" for trial in trials)
    assert touched / len(trials) < 0.05


def test_the_same_record_has_the_same_hash_alone_and_in_a_page(
    records: list[RawRecord], adapter: CtgovAdapter
) -> None:
    for record in records[::40]:
        alone = adapter.fetch(record.registry_id)
        assert adapter.content_hash(alone.body) == adapter.content_hash(record.body)


def test_nothing_personal_is_left_to_store(records: list[RawRecord], adapter: CtgovAdapter) -> None:
    for record in records:
        cleaned = adapter.clean(record.body)
        places = cleaned["protocolSection"].get("contactsLocationsModule", {})
        assert not {"centralContacts", "overallOfficials"} & set(places)
        assert all("contacts" not in place for place in places.get("locations", ()))
        assert "@" not in str(cleaned["protocolSection"].get("descriptionModule"))


def test_aliases_of_real_records_lead_to_them(
    records: list[RawRecord], adapter: CtgovAdapter, real_registry: RegistryServer
) -> None:
    for alias, number in real_registry.store.aliases.items():
        found = adapter.fetch(alias)
        assert (found.registry_id, found.asked_as) == (number, alias)
