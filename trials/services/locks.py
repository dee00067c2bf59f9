"""Locks that live in the database session, so that they go with a worker that is killed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

LOCK_SPACE = 0x0057E0
TRIALS = 0


def lock_key(registry: str) -> int:
    """The number that stands for a registry among this application's advisory locks."""
    return zlib.crc32(registry.encode()) & 0x7FFFFFFF


@contextmanager
def registry_lock(registry: str) -> Iterator[bool]:
    """Whether nobody else syncs this registry; if so, nobody can until the block ends."""
    key = lock_key(registry)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, key])
        free: bool = cursor.fetchone()[0]
    try:
        yield free
    finally:
        if free and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, key])


def alone_with_trials() -> None:
    """Wait until nobody else joins records to trials, and keep it so to the transaction's end.

    Runs of two registries may meet in one trial: each has to see what the other has joined.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, TRIALS])
