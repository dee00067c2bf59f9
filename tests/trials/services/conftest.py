"""A stand-in registry, and the agents and conditions that its trials name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.registry import RegistryServer, Store
from tests.registry.corpus import corpus_records
from tests.registry.records import AGENTS, generate
from tests.registry.support import quick_adapter
from therapies import services as therapies
from trials import services
from trials.models import SyncRun, Trial, TrialIdentifier

NOW = dt.datetime(2026, 6, 2, 8, 0, tzinfo=dt.UTC)
Sync = Callable[..., SyncRun]


@pytest.fixture
def store() -> Store:
    return Store([*corpus_records(), *generate(24, seed=3)])


@pytest.fixture
def registry(store: Store) -> Iterator[RegistryServer]:
    with RegistryServer(store).running() as server:
        yield server


@pytest.fixture
def sync(registry: RegistryServer) -> Sync:
    """Carry out a run against the stand-in, page by page of ten."""

    def carry_out(**given: Any) -> SyncRun:
        adapter = given.pop("adapter", None) or quick_adapter(registry, page_size=10)
        arguments: dict[str, Any] = {
            "registry": "ctgov",
            "by": None,
            "now": NOW,
            "adapter": adapter,
        }
        return services.sync_registry(**(arguments | given))

    return carry_out


@pytest.fixture
def known_words(db: None) -> None:
    """Agents and conditions as a corpus would bring them."""
    name_them()


def name_them() -> None:
    """Most agents of the made records, with synonyms, and a small tree of conditions."""
    for name in (*AGENTS, "Doxorubicin", "Cisplatin", "Placebo"):
        if name not in ("Apatinib", "Surufatinib"):
            therapies.create_agent(name=name, kind="OTHER", by=None, now=NOW)
    rivoceranib = therapies.create_agent(name="Rivoceranib", kind="OTHER", by=None, now=NOW)
    therapies.add_agent_name(agent=rivoceranib, name="apatinib", kind="SYNONYM", by=None, now=NOW)
    bone = services.create_condition(name="Bone sarcoma", by=None, now=NOW)
    services.create_condition(
        name="Osteosarcoma",
        names=["Osteogenic Sarcoma", "Recurrent Osteosarcoma"],
        parent=bone,
        by=None,
        now=NOW,
    )


def trial_of(value: str) -> Trial:
    """The trial on whose page a registry's number is."""
    number = TrialIdentifier.objects.select_related("trial__merged_into").get(value=value)
    return number.trial.page
