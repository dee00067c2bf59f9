"""The scene of the faults, set once for a module: starting a worker is what takes time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from tests.conftest import restore_migrated_rows
from tests.journeys.faults.scene import Scene

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Here the database is written for real and belongs to a module: another process reads it."""
    with django_db_blocker.unblock():
        yield
        call_command("flush", interactive=False, inhibit_post_migrate=True, verbosity=0)
        restore_migrated_rows()


@pytest.fixture(scope="module")
def stage(
    db: None, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Scene]:
    """A registry, a worker and a database for all tests of a module, with its WORKER_VARIABLES."""
    variables = getattr(request.module, "WORKER_VARIABLES", {})
    made = Scene(tmp_path_factory.mktemp("faults"), **variables)
    with made.registry.running():
        try:
            made.open()
            yield made
        finally:
            made.backstage.stop()


@pytest.fixture
def scene(stage: Scene) -> Iterator[Scene]:
    """The scene at its beginning."""
    stage.begin()
    yield stage
    sys.stderr.write(stage.backstage.said("worker"))
