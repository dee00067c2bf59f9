"""`manage.py prepare`: everything between an empty database and a site that can be served."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from osteodb.core.permissions import sync_permissions


class Command(BaseCommand):
    """Migrate, load and check the corpus, make accounts, collect static files: as asked."""

    help = "Migrate, load and check the corpus and collect static files, one line per step."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="make local accounts too")
        parser.add_argument("--no-static", action="store_true", help="leave static files alone")

    def handle(self, *args: Any, **options: Any) -> None:
        self._step("Bringing the tables up to date", _migrate)
        self._step("Granting the roles their permissions", sync_permissions)
        if "load_corpus" in get_commands():
            self._step("Loading the corpus", lambda: call_command("load_corpus", verbosity=0))
        if "check_evidence" in get_commands():
            self._step("Checking the arithmetic", _check_evidence)
        if options["accounts"]:
            self._step("Making local accounts", _make_accounts)
        if not options["no_static"]:
            self._step("Collecting static files", _collect_static)

    def _step(self, title: str, work: Callable[[], object]) -> None:
        self.stdout.write(f"{title} ...", ending="")
        self.stdout.flush()
        started = time.monotonic()
        work()
        self.stdout.write(f" {time.monotonic() - started:.1f} s")


def _migrate() -> None:
    """Run what is missing; an up-to-date database is not walked through again."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def _check_evidence() -> None:
    call_command("check_evidence", open=True, verbosity=0)


def _make_accounts() -> None:
    call_command("make_local_accounts", verbosity=0)


def _collect_static() -> None:
    """Collect, unless what was collected last came from the very same files."""
    stamp = Path(settings.STATIC_ROOT).parent / "stamp"
    wanted = _fingerprint()
    if not stamp.exists() or stamp.read_text() != wanted:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(wanted)


def _fingerprint() -> str:
    """Names, sizes and times of all static files of all apps, as one short text."""
    seen = hashlib.sha256()
    for finder in finders.get_finders():
        for name, storage in finder.list(None):
            status = Path(storage.path(name)).stat()
            seen.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return seen.hexdigest()
