"""The form of a statement with a hundred measurements, against the empty form."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from functools import partial

from django.test import Client, override_settings

from evidence import services
from evidence.models import EvidenceVersion
from tests import universe
from tests.admin_support import address, sign_in
from tests.benchmarks.measuring import Row, spent_on

MANY = 100
ROUNDS = int(os.environ.get("BENCH_ROUNDS", 9))
PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def crowded() -> EvidenceVersion:
    """A draft with many measurements."""
    world = universe.build()
    version = world.versions["regobone"]
    draft = services.draft_of(version)
    numbers = tuple(replace(draft.measurements[0], key=f"number-{at}") for at in range(MANY))
    return services.save_draft(
        draft=replace(draft, measurements=numbers, comparisons=()),
        by=world.alice,
        now=dt.datetime.now(dt.UTC),
    )


def get(browser: Client, page: str) -> None:
    """Open a page."""
    assert browser.get(page).status_code == 200


def run() -> list[Row]:
    """Processor time, ours and the database's: other work on the machine does not lengthen it."""
    version = crowded()
    with override_settings(STORAGES={"staticfiles": PLAIN}):
        browser = sign_in("curator", "alice")
        full = address(EvidenceVersion, "change", version.pk)
        empty = address(EvidenceVersion, "add")
        taken: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS + 1):
            for times, page in zip(taken, (full, empty), strict=True):
                times.append(spent_on(partial(get, browser, page)).processor)
        crowd, nothing = (sorted(times[1:])[ROUNDS // 2] for times in taken)
    return [Row(f"form with {MANY} measurements", "the empty form", crowd, nothing)]
