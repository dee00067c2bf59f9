"""The tests' own PostgreSQL: one throw-away server for all processes of a test run.

Loaded as a plugin (see pyproject.toml) before Django's settings are read. Where DATABASE_URL is
given, that server is used instead. pytest-xdist's workers inherit the address from the controller.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from osteodb.local.postgres import Postgres, program_folder, socket_url

_server: Postgres | None = None
_folder: Path | None = None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Set what the settings need; start the server unless there is one."""
    _start_server()
    defaults = {
        "DEBUG": "1",
        "CELERY_BROKER_URL": f"filesystem://{tempfile.gettempdir()}/osteodb-tests-queue",
        # A test that forgets to name its own registry must not find the real one.
        "CTGOV_BASE_URL": "http://127.0.0.1:9/api/v2",
    }
    for name, value in defaults.items():
        os.environ[name] = value
    for name in ("CACHE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "OSTEODB_HTTPS", "PORT"):
        os.environ.pop(name, None)


def _start_server() -> None:
    global _server, _folder
    if os.environ.get("DATABASE_URL") or "PYTEST_XDIST_WORKER" in os.environ:
        return
    _folder = Path(tempfile.mkdtemp(prefix="osteodb-tests-"))
    _server = Postgres(
        _folder / "data",
        programs=program_folder(os.environ.get("OSTEODB_PG_BIN", "")),
        durable=False,
    )
    _server.start()
    _server.create_database("osteodb")
    os.environ["DATABASE_URL"] = socket_url(_server.data, "osteodb")


def pytest_unconfigure() -> None:
    """Stop the server and leave nothing of it."""
    global _server
    if _server and _folder:
        _server.stop()
        shutil.rmtree(_folder, ignore_errors=True)
        del os.environ["DATABASE_URL"]
        _server = None
