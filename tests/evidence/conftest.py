"""The whole corpus, loaded once for all tests of a process and undone after each module."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from evidence.corpus.loading import Report, load_corpus
from tests.evidence.small_corpus import write_corpus
from tests.evidence.stating import Desk

CORPUS = Path(__file__).resolve().parent.parent.parent / "fixtures" / "corpus"
NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)


def execute_beside(sql: str) -> None:
    """A statement on whole databases, which runs in none of the two."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Tests meanwhile see another database."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


@pytest.fixture(scope="session")
def corpus_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, Report]]:
    """A copy of the tests' empty database with the shipped corpus in it: its name and the report of
    its first load, which takes long."""
    with django_db_blocker.unblock():
        own = connection.settings_dict["NAME"]
        name = f"{own}_corpus"
        connection.close()  # nobody may be in a database that is copied, nor a thread left over
        execute_beside(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608
            f"WHERE datname = '{own}'"
        )
        execute_beside(f'DROP DATABASE IF EXISTS "{name}"')
        execute_beside(f'CREATE DATABASE "{name}" TEMPLATE "{own}"')
        try:
            with connected_to(name):
                report = load_corpus(folder=CORPUS, now=NOW)
            yield name, report
        finally:
            execute_beside(f'DROP DATABASE "{name}"')


@pytest.fixture(scope="module")
def loaded_corpus(
    corpus_database: tuple[str, Report], django_db_blocker: DjangoDbBlocker
) -> Iterator[Report]:
    """The shipped corpus in the database, and the report of its first load."""
    name, report = corpus_database
    with django_db_blocker.unblock(), connected_to(name), transaction.atomic():
        yield report
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def small_corpus(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Report]:
    """The corpus of a few lines in the database, for all tests of a module."""
    folder = write_corpus(tmp_path_factory.mktemp("corpus"))
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_corpus(folder=folder, now=NOW)
        transaction.set_rollback(True)


@pytest.fixture
def desk(small_corpus: Report, db: None) -> Desk:
    """A curator and a reviewer with the small corpus before them; undone after each test."""
    return Desk()
