"""What all tests share: no network beyond this machine, and plain static files."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from pytest_django.plugin import blocking_manager_key

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

    from tests.universe import Universe

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("untimed", deadline=None)  # no test depends on how quick a machine is
settings.load_profile("untimed")


class NetworkUse(AssertionError):
    """A test tried to reach another machine."""


def _refuse_other_machines(address: Any) -> None:
    """Raise unless the address is a Unix socket or on the loopback."""
    if not isinstance(address, tuple):
        return
    host = str(address[0])
    try:
        local = ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        local = host in {"localhost", ""}
    if not local:
        raise NetworkUse(f"A test tried to reach {host}; tests stay on this machine.")


@pytest.fixture(autouse=True, scope="session")
def _stay_on_this_machine() -> Iterator[None]:
    """Block every connection and name look-up that leaves the machine."""
    connect, connect_ex, look_up = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_other_machines(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_other_machines(address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host:
            _refuse_other_machines((host.decode() if isinstance(host, bytes) else host,))
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


@pytest.fixture(autouse=True, scope="session")
def _plain_static_files() -> Iterator[None]:
    """Static files as they lie in the source: tests collect nothing beforehand."""
    from django.test import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    media = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    with override_settings(
        STORAGES={"default": media, "staticfiles": plain}, WHITENOISE_USE_FINDERS=True
    ):
        yield


@pytest.fixture
def _open_connection() -> Iterator[None]:
    """Requests to the bare application keep the connection, as those of Django's client do."""
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(scope="session")
def registry_samples() -> Path:
    """The folder of real registry records, which the project does not ship."""
    default = ROOT.parent / "shared" / "registries"
    folder = Path(os.environ.get("OSTEODB_REGISTRY_SAMPLES") or default)
    if not folder.is_dir():
        pytest.skip("real registry records are not here: set OSTEODB_REGISTRY_SAMPLES")
    return folder


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database, with its rows right after the migrations kept for later."""
    from django.db import connection

    with django_db_blocker.unblock():
        rows = connection.creation.serialize_db_to_string()
    connection._test_serialized_contents = rows  # type: ignore[attr-defined] # where Django looks


@pytest.fixture
def universe(db: None) -> Universe:
    """The one documented world of the tests (tests/universe.py), fresh for a test that writes.

    Not in a module that uses `shared_universe`: one database holds one world.
    """
    from tests.universe import build

    return build()


@pytest.fixture(scope="module")
def _built_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Universe]:
    """The world, made once for a module and rolled back after it."""
    from django.db import transaction

    from tests.universe import build

    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def shared_universe(_built_once: Universe, db: None) -> Universe:
    """The same world for tests that only read: a module makes it once.

    Tests that need real transactions belong in another module: this world is one open transaction.
    """
    return _built_once


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every test that commits begin with what the migrations put into the database.

    Such a test empties all tables at its end. Were only some of them to restore the roles and
    content types, the others would leave rows behind that the restoring ones then find in the way.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures: list[str] = getattr(item, "fixturenames", [])
        commits = {"transactional_db", "live_server"} & set(fixtures)
        if commits or (marker and marker.kwargs.get("transaction")):
            fixtures.insert(0, "django_db_serialized_rollback")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    """Put the migrations' rows back after a test that emptied all tables.

    Otherwise a test that does not commit, run later by the same process, would miss the roles and
    content types that every real database has.
    """
    yield
    if nextitem is None:  # the database itself is gone by now
        return
    if {"django_db_serialized_rollback", "world"} & set(getattr(item, "fixturenames", ())):
        with item.config.stash[blocking_manager_key].unblock():
            restore_migrated_rows()


def restore_migrated_rows() -> None:
    """The rows as they were right after the migrations, unless they are there."""
    from django.apps import apps
    from django.contrib.auth.models import Group
    from django.core.management.color import no_style
    from django.db import connection

    if Group.objects.exists():
        return
    connection.creation.deserialize_db_from_string(connection._test_serialized_contents)  # type: ignore[attr-defined]
    with connection.cursor() as cursor:  # the rows came with their ids; the next one has its own
        for sql in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(sql)
