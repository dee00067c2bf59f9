"""A stand-in for ClinicalTrials.gov with forty records."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.registry import RegistryServer, Store
from tests.registry.corpus import corpus_records
from tests.registry.records import generate


@pytest.fixture
def registry() -> Iterator[RegistryServer]:
    store = Store([*corpus_records(), *generate(34, seed=3)])
    with RegistryServer(store, everything_matches=True).running() as server:
        yield server
