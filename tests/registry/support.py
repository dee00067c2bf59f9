"""What tests of the sync share: clients that wait for nothing, and the real records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from tests.registry.server import RegistryServer
from trials.registries.ctgov.adapter import CtgovAdapter
from trials.registries.ctgov.client import Client, Config
from trials.registries.http import Pace, Retries

QUICK = Retries(attempts=4, wait_initial=0.001, wait_max=0.002, wait_jitter=0.0)


class Clock:
    """A clock that only moves when somebody sleeps on it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.slept.append(seconds)
        self.now += seconds


def quick_client(server: RegistryServer, clock: Clock | None = None, **config: Any) -> Client:
    """A client of a stand-in that keeps its manners but on a clock of its own."""
    clock = clock or Clock()
    settings = msgspec.structs.replace(
        Config(base_url=server.url, contact="tests@example.org", retries=QUICK), **config
    )
    return Client(settings, pace=Pace(settings.interval, clock=clock, sleep=clock.sleep))


def quick_adapter(server: RegistryServer, **config: Any) -> CtgovAdapter:
    """The adapter over `quick_client`."""
    return CtgovAdapter(quick_client(server, **config))


def real_studies(samples: Path) -> Path:
    """The file of real ClinicalTrials.gov records."""
    return samples / "ctgov" / "studies.jsonl.gz"
